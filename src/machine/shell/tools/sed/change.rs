//! Substitutions of `sed`.

use super::super::super::regex::{Found, Regex};

/// `s/…/…/flags`.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) regex: Regex,
    pub(super) with: Vec<Piece>,
    pub(super) global: bool,
    pub(super) nth: usize,
    pub(super) prints: bool,
}

/// A piece of what is put in.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    Text(String),
    Group(usize),
    /// `\U`, `\L`, `\E`, `\u`, `\l`.
    Case(char),
}

impl Change {
    /// The text with what matched replaced, and how often.
    pub(super) fn apply(&self, text: &str) -> (String, usize) {
        let mut result = String::new();
        let (mut at, mut copied, mut seen, mut count) = (0, 0, 0, 0);
        let mut last_end = None;
        while let Some(found) = self.regex.find(text, at) {
            let (start, end) = found.range();
            // Nothing right behind a match is no match.
            let empty_again = start == end && last_end == Some(start);
            if !empty_again {
                seen += 1;
                if seen >= self.nth {
                    result.push_str(&text[copied..start]);
                    self.put(&mut result, text, &found);
                    copied = end;
                    count += 1;
                    if !self.global {
                        break;
                    }
                }
                last_end = Some(end);
            }
            at = if end > start {
                end
            } else {
                end + text[end..].chars().next().map_or(1, char::len_utf8)
            };
            if at > text.len() || result.len() > 4 << 20 {
                break;
            }
        }
        result.push_str(&text[copied..]);
        (result, count)
    }

    fn put(&self, result: &mut String, text: &str, found: &Found) {
        let (mut mode, mut once) = ('E', ' ');
        for piece in &self.with {
            let part = match piece {
                Piece::Text(text) => text.as_str(),
                Piece::Group(index) => found.group(text, *index),
                Piece::Case(letter @ ('u' | 'l')) => {
                    once = *letter;
                    continue;
                }
                Piece::Case(letter) => {
                    mode = *letter;
                    continue;
                }
            };
            for c in part.chars() {
                result.push(match (once, mode) {
                    ('u', _) | (' ', 'U') => c.to_ascii_uppercase(),
                    ('l', _) | (' ', 'L') => c.to_ascii_lowercase(),
                    _ => c,
                });
                once = ' ';
            }
        }
    }
}
