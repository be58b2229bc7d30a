//! Permission bits in words: octal and symbolic.

/// The bits after a symbolic change such as `u+x,go-w`; `None` if it is none.
pub(crate) fn symbolic(text: &str, old: u16, is_directory: bool, umask: u16) -> Option<u16> {
    let mut mode = old;
    for clause in text.split(',') {
        let at = clause.find(['+', '-', '='])?;
        let who = &clause[..at];
        let mut mask = 0_u16;
        for letter in who.chars() {
            mask |= match letter {
                'u' => 0o4700,
                'g' => 0o2070,
                'o' => 0o1007,
                'a' => 0o7777,
                _ => return None,
            };
        }
        let all = who.is_empty();
        let mask = if all { 0o7777 & !umask } else { mask };
        let mut rest = &clause[at..];
        while let Some(sign) = rest.chars().next() {
            rest = &rest[1..];
            let len = rest.find(['+', '-', '=']).unwrap_or(rest.len());
            let mut bits = 0_u16;
            for letter in rest[..len].chars() {
                bits |= match letter {
                    'r' => 0o444,
                    'w' => 0o222,
                    'x' => 0o111,
                    'X' if is_directory || mode & 0o111 != 0 => 0o111,
                    'X' => 0,
                    's' => 0o6000,
                    't' => 0o1000,
                    'u' => (mode >> 6 & 7) * 0o111,
                    'g' => (mode >> 3 & 7) * 0o111,
                    'o' => (mode & 7) * 0o111,
                    _ => return None,
                };
            }
            let bits = bits & mask;
            match sign {
                '+' => mode |= bits,
                '-' => mode &= !bits,
                _ => {
                    let cleared = if all { 0o777 } else { mask & 0o777 | mask & 0o6000 };
                    mode = mode & !cleared | bits;
                }
            }
            rest = &rest[len..];
        }
    }
    Some(mode)
}

/// The bits that a word means: a number or a change of the old ones.
pub(crate) fn parse(text: &str, old: u16, is_directory: bool, umask: u16) -> Option<u16> {
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return u16::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777);
    }
    symbolic(text, old, is_directory, umask)
}

/// The ten letters of `ls -l`, without the first.
pub(crate) fn letters(mode: u16) -> String {
    let mut text = String::new();
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift & 7;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (bits & 1 != 0, mode & special != 0) {
            (true, true) => letter,
            (false, true) => letter.to_ascii_uppercase(),
            (true, false) => 'x',
            (false, false) => '-',
        });
    }
    text
}
