//! Where quoted texts end, straight or typographic.

use super::chars;
use crate::manifest::span::TextIndex;

/// The place behind the closing quote of a text that is open at `from`.
pub(super) fn end_of_quote(text: &str, from: usize, quote: char) -> Option<usize> {
    let mut skip = false;
    let mut chars = text[from..].char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if skip {
            skip = false;
        } else if c == '\\' && quote == '"' {
            skip = true;
        } else if c == quote {
            let doubled = quote == '\'' && chars.peek().is_some_and(|next| next.1 == '\'');
            if !doubled {
                return Some(from + at + c.len_utf8());
            }
            chars.next();
        }
    }
    None
}

/// The place behind the quote, straight or not, that ends a text with a typographic quote:
/// one with nothing behind it but the end of the value.
pub(super) fn smart_end(text: &str, from: usize, quote: char) -> Option<usize> {
    let closes = |c: char| {
        c == quote
            || if quote == '"' { chars::is_double_quote(c) } else { chars::is_single_quote(c) }
    };
    let candidates = text[from..].char_indices().filter(|&(_, c)| closes(c));
    let ends = candidates.map(|(at, c)| from + at + c.len_utf8());
    ends.clone()
        .find(|&end| {
            let rest = text[end..].trim_start_matches(chars::is_blank);
            let spaced = rest.len() < text[end..].len();
            rest.is_empty()
                || rest.starts_with([',', ']', '}', ':', '：'])
                || spaced && (rest.starts_with('#') || rest.starts_with("//"))
        })
        .or_else(|| ends.clone().next())
}

/// How far below its line a quote is looked for.
const LINES_MAX: usize = 200;

/// Whether a quote that is open at the end of a line is closed further down in the same
/// document.
pub(super) fn closes_below(index: &TextIndex, line: usize, quote: char) -> bool {
    let last = index.line_count().min(line + LINES_MAX);
    (line + 1..last)
        .map(|next| &index.text()[index.line_range(next).bytes()])
        .take_while(|text| !text.starts_with("---"))
        .any(|text| end_of_quote(text, 0, quote).is_some())
}

/// The text with straight quotes at its ends; of the kind that its content allows.
pub(super) fn straighten(found: &str, quote: char) -> String {
    let mut inner = found.chars();
    inner.next();
    inner.next_back();
    let inner = inner.as_str();
    let quote = match quote {
        '"' if inner.contains(['"', '\\']) && !inner.contains('\'') => '\'',
        '\'' if inner.contains('\'') && !inner.contains(['"', '\\']) => '"',
        other => other,
    };
    format!("{quote}{inner}{quote}")
}
