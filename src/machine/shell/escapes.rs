//! Backslash sequences of `echo -e`, `printf`, `tr` and `$'…'`.

/// The character that stands behind a backslash, and how many bytes it takes there. Unknown ones
/// stay with their backslash, unless `bare`.
pub(crate) fn one(rest: &str, quoted: bool) -> (Vec<char>, usize) {
    let Some(c) = rest.chars().next() else { return (vec!['\\'], 0) };
    let simple = match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'a' => '\x07',
        'b' => '\x08',
        'f' => '\x0c',
        'v' => '\x0b',
        'e' => '\x1b',
        '\\' => '\\',
        '\'' | '"' if quoted => c,
        'x' => return digits(rest, 1, 2, 16),
        'u' => return digits(rest, 1, 4, 16),
        '0'..='7' => return digits(rest, 0, 3, 8),
        _ => return (vec!['\\', c], c.len_utf8()),
    };
    (vec![simple], 1)
}

fn digits(rest: &str, skip: usize, most: usize, radix: u32) -> (Vec<char>, usize) {
    let text: String =
        rest.chars().skip(skip).take(most).take_while(|c| c.is_digit(radix)).collect();
    let value = u32::from_str_radix(&text, radix).ok().and_then(char::from_u32);
    match value {
        Some(c) => (vec![c], skip + text.len()),
        None => (vec!['\\', rest.chars().next().unwrap_or('\\')], 1),
    }
}
