//! Patterns: `*`, `?`, `[…]`, and the names of files that they match.

use super::task::Sys;

/// Whether a character means something in a pattern.
pub(crate) fn is_special(c: char) -> bool {
    matches!(c, '*' | '?' | '[' | ']' | '\\' | '!' | '-' | '^')
}

/// Whether the whole text matches the pattern.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    matches_chars(&pattern, &text)
}

fn matches_chars(pattern: &[char], text: &[char]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on when what follows the last star does not fit.
    let mut star: Option<(usize, usize)> = None;
    loop {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        if t == text.len() {
            if p == pattern.len() {
                return true;
            }
        } else if p < pattern.len()
            && let Some(len) = one(&pattern[p..], text[t])
        {
            p += len;
            t += 1;
            continue;
        }
        match star {
            Some((after, at)) if at < text.len() => {
                star = Some((after, at + 1));
                p = after;
                t = at + 1;
            }
            _ => return false,
        }
    }
}

/// How many characters of the pattern match this one.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern[0] {
        '?' => Some(1),
        '\\' if pattern.len() > 1 => (pattern[1] == c).then_some(2),
        '[' => match class(pattern) {
            Some((len, negated, inside)) => (contains(inside, c) != negated).then_some(len),
            None => (c == '[').then_some(1),
        },
        own => (own == c).then_some(1),
    }
}

/// The brackets at the beginning: their length, whether they are negated, and what is inside.
fn class(pattern: &[char]) -> Option<(usize, bool, &[char])> {
    let negated = matches!(pattern.get(1), Some('!' | '^'));
    let start = 1 + usize::from(negated);
    let mut end = start;
    loop {
        match pattern.get(end)? {
            ']' if end > start => return Some((end + 1, negated, &pattern[start..end])),
            '[' if pattern.get(end + 1) == Some(&':') => {
                let close = pattern[end..].windows(2).position(|pair| pair == [':', ']']);
                end += close.map_or(1, |close| close + 2);
            }
            '\\' => end += 2,
            _ => end += 1,
        }
    }
}

/// Whether a character is in what stands inside brackets.
pub(crate) fn contains(inside: &[char], c: char) -> bool {
    let mut at = 0;
    while at < inside.len() {
        if inside[at] == '[' && inside.get(at + 1) == Some(&':') {
            let rest: String = inside[at + 2..].iter().collect();
            if let Some((name, _)) = rest.split_once(":]") {
                if is_in_class(name, c) {
                    return true;
                }
                at += name.chars().count() + 4;
                continue;
            }
        }
        let escaped = inside[at] == '\\' && at + 1 < inside.len();
        at += usize::from(escaped);
        let low = inside[at];
        if inside.get(at + 1) == Some(&'-') && at + 2 < inside.len() {
            if (low..=inside[at + 2]).contains(&c) {
                return true;
            }
            at += 3;
        } else {
            if low == c {
                return true;
            }
            at += 1;
        }
    }
    false
}

/// Whether a character is of a class such as `alpha`.
pub(crate) fn is_in_class(name: &str, c: char) -> bool {
    match name {
        "alpha" => c.is_ascii_alphabetic() || !c.is_ascii(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_ascii_alphanumeric() || !c.is_ascii(),
        "upper" => c.is_ascii_uppercase(),
        "lower" => c.is_ascii_lowercase(),
        "space" => c.is_ascii_whitespace() || c == '\x0b',
        "blank" => matches!(c, ' ' | '\t'),
        "punct" => c.is_ascii_punctuation(),
        "print" => !c.is_ascii_control(),
        "graph" => !c.is_ascii_control() && c != ' ',
        "cntrl" => c.is_ascii_control(),
        "xdigit" => c.is_ascii_hexdigit(),
        _ => false,
    }
}

/// The pattern without its backslashes.
fn unescaped(pattern: &str) -> String {
    let mut text = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        text.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    text
}

/// The paths that match, in order.
pub(crate) fn names(sys: &mut Sys<'_>, pattern: &str) -> Vec<String> {
    let mut found = vec![if pattern.starts_with('/') { "/".to_owned() } else { String::new() }];
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        let is_pattern = part.contains(['*', '?', '[']);
        let mut next = Vec::new();
        for directory in &found {
            let view = sys.view();
            if !is_pattern {
                let path = format!("{directory}{}", unescaped(part));
                if view.lstat(&path).is_ok() {
                    next.push(path);
                }
            } else if let Ok(entries) =
                view.read_directory(if directory.is_empty() { "." } else { directory })
            {
                let hidden = part.starts_with('.') || part.starts_with("\\.");
                let names = entries.iter().map(|entry| &*entry.name);
                let mut names: Vec<&str> = names
                    .chain([".", ".."])
                    .filter(|name| name.starts_with('.') == hidden && matches(part, name))
                    .collect();
                names.sort_unstable();
                next.extend(names.into_iter().map(|name| format!("{directory}{name}")));
            }
            if next.len() > super::limits::BRACE_WORDS_MAX {
                break;
            }
        }
        if !last {
            next.retain(|path| sys.view().is_directory(path));
            for path in &mut next {
                path.push('/');
            }
        }
        found = next;
    }
    if pattern.ends_with('/') {
        found.retain(|path| sys.view().is_directory(path));
        for path in &mut found {
            path.push('/');
        }
    }
    if parts.is_empty() { Vec::new() } else { found }
}

/// What is left after the shortest or longest matching piece is cut from the front or the end.
pub(crate) fn trimmed(text: &str, pattern: &str, op: &str) -> String {
    let pattern: Vec<char> = pattern.chars().collect();
    let chars: Vec<char> = text.chars().collect();
    let len = chars.len();
    let cut = |front: bool, n: usize| if front { &chars[..n] } else { &chars[len - n..] };
    let front = op.starts_with('#');
    let fits = |n: &usize| matches_chars(&pattern, cut(front, *n));
    let n = if op.len() == 1 { (0..=len).find(fits) } else { (0..=len).rev().find(fits) };
    match n {
        None => text.to_owned(),
        Some(n) if front => chars[n..].iter().collect(),
        Some(n) => chars[..len - n].iter().collect(),
    }
}

/// `${name/pattern/text}`: the longest match at the first place, or at all.
pub(crate) fn replaced(text: &str, pattern: &str, with: &str, op: &str) -> String {
    let pattern: Vec<char> = pattern.chars().collect();
    let chars: Vec<char> = text.chars().collect();
    let len = chars.len();
    let mut result = String::new();
    let mut at = 0;
    let mut done = pattern.is_empty();
    while at <= len {
        let anchored = op == "/#" && at > 0;
        let end = if done || anchored {
            None
        } else {
            let least = if op == "/%" { len } else { at };
            (least..=len).rev().find(|end| *end > at && matches_chars(&pattern, &chars[at..*end]))
        };
        if let Some(end) = end {
            result.push_str(with);
            at = end;
            done = op != "//";
            if at == len {
                break;
            }
        } else {
            result.extend(chars.get(at));
            at += 1;
        }
    }
    result
}
