//! Brace expansion, as `bash` does it: `a{b,c}d` and `{1..9..2}`, before everything else.

use super::word::Part;
use crate::machine::shell::code::Quote;
use crate::machine::shell::limits::BRACE_WORDS_MAX;

/// A character of a word, or a piece that braces do not see.
#[derive(Clone)]
enum Atom {
    Char(char),
    Part(Part),
}

/// The words that a word expands to: itself when it has no braces.
pub(super) fn expand(parts: Vec<Part>) -> Vec<Vec<Part>> {
    let has_brace = parts
        .iter()
        .any(|part| matches!(part, Part::Text(text, Quote::Bare) if text.contains('{')));
    if !has_brace {
        return vec![parts];
    }
    let mut atoms = Vec::new();
    for part in parts {
        match part {
            Part::Text(text, Quote::Bare) => atoms.extend(text.chars().map(Atom::Char)),
            other => atoms.push(Atom::Part(other)),
        }
    }
    // Each round opens the first braces of a word; what is done has none left.
    let mut done = Vec::new();
    let mut waiting = vec![(atoms, 0)];
    let mut steps = 0;
    while let Some((word, from)) = waiting.pop() {
        steps += 1;
        let full = steps > BRACE_WORDS_MAX * 2 || waiting.len() + done.len() > BRACE_WORDS_MAX;
        match first_braces(&word, from).filter(|_| !full) {
            None => done.push(word),
            Some((start, end, choices)) => {
                for choice in choices.into_iter().rev() {
                    let mut next = word[..start].to_vec();
                    next.extend(choice);
                    next.extend_from_slice(&word[end + 1..]);
                    waiting.push((next, start));
                }
            }
        }
    }
    done.into_iter().map(joined).collect()
}

fn joined(atoms: Vec<Atom>) -> Vec<Part> {
    let mut parts = Vec::new();
    for atom in atoms {
        match atom {
            Atom::Char(c) => super::word::push(&mut parts, c, Quote::Bare),
            Atom::Part(part) => parts.push(part),
        }
    }
    parts
}

/// Where the first braces with a choice are, and the choices.
fn first_braces(word: &[Atom], from: usize) -> Option<(usize, usize, Vec<Vec<Atom>>)> {
    let mut start = from;
    while start < word.len() {
        if matches!(word[start], Atom::Char('{'))
            && let Some((end, commas)) = matching(word, start)
        {
            if commas.is_empty() {
                if let Some(choices) = sequence(&word[start + 1..end]) {
                    return Some((start, end, choices));
                }
            } else {
                let mut choices = Vec::new();
                let mut at = start + 1;
                for comma in commas.into_iter().chain([end]) {
                    choices.push(word[at..comma].to_vec());
                    at = comma + 1;
                }
                return Some((start, end, choices));
            }
        }
        start += 1;
    }
    None
}

/// The brace that closes the one there, and the commas between them.
fn matching(word: &[Atom], start: usize) -> Option<(usize, Vec<usize>)> {
    let mut depth = 0;
    let mut commas = Vec::new();
    for (index, atom) in word.iter().enumerate().skip(start) {
        match atom {
            Atom::Char('{') => depth += 1,
            Atom::Char('}') => {
                depth -= 1;
                if depth == 0 {
                    return Some((index, commas));
                }
            }
            Atom::Char(',') if depth == 1 => commas.push(index),
            _ => {}
        }
    }
    None
}

/// `1..9`, `09..1..2`, `a..e`.
fn sequence(inside: &[Atom]) -> Option<Vec<Vec<Atom>>> {
    let text: Option<String> =
        inside.iter().map(|atom| if let Atom::Char(c) = atom { Some(*c) } else { None }).collect();
    let text = text?;
    let ends: Vec<&str> = text.split("..").collect();
    let [first, last, step @ ..] = ends.as_slice() else { return None };
    let step = match step {
        [] => 1,
        [step] => step.parse::<i64>().ok()?.checked_abs()?.max(1),
        _ => return None,
    };
    let mut words = Vec::new();
    if let (Ok(a), Ok(b)) = (first.parse::<i64>(), last.parse::<i64>()) {
        let padded = |end: &str| end.trim_start_matches('-').starts_with('0') && end.len() > 1;
        let width = if padded(first) || padded(last) { first.len().max(last.len()) } else { 0 };
        let mut at = a;
        while words.len() <= BRACE_WORDS_MAX && (a <= b && at <= b || a > b && at >= b) {
            words.push(format!("{at:0width$}"));
            at = if a <= b { at.checked_add(step)? } else { at.checked_sub(step)? };
        }
    } else {
        let letter = |end: &str| match end.as_bytes() {
            [byte] if byte.is_ascii_alphabetic() => Some(i64::from(*byte)),
            _ => None,
        };
        let (a, b) = (letter(first)?, letter(last)?);
        let mut at = a;
        while a <= b && at <= b || a > b && at >= b {
            words.push(char::from(u8::try_from(at).ok()?).to_string());
            at += if a <= b { step } else { -step };
        }
    }
    if words.len() > BRACE_WORDS_MAX {
        return None;
    }
    Some(words.into_iter().map(|word| word.chars().map(Atom::Char).collect()).collect())
}
