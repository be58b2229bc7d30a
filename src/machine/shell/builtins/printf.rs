//! `printf`.

use std::rc::Rc;

use super::super::code::Dialect;
use super::super::escapes;

/// What `printf` prints, and what it complains of.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    pub(crate) text: String,
    pub(crate) errors: Vec<String>,
}

impl Printed {
    /// The exit status.
    pub(crate) fn status(&self) -> i32 {
        i32::from(!self.errors.is_empty())
    }
}

/// The widest field.
const WIDTH_MAX: usize = 10_000;

struct Writer<'a> {
    out: Printed,
    args: &'a [Rc<str>],
    used: usize,
    dialect: Dialect,
    stopped: bool,
}

/// The format with the arguments; it is used again until all of them are.
pub(crate) fn print(format: &str, args: &[Rc<str>], dialect: Dialect) -> Printed {
    let mut writer = Writer { out: Printed::default(), args, used: 0, dialect, stopped: false };
    loop {
        let before = writer.used;
        writer.round(format);
        let more = writer.used > before && writer.used < args.len();
        if !more || writer.stopped || writer.out.text.len() > super::super::limits::MEMORY_BYTES_MAX
        {
            return writer.out;
        }
    }
}

impl Writer<'_> {
    fn round(&mut self, format: &str) {
        let mut rest = format;
        while let Some(at) = rest.find(['\\', '%']) {
            self.out.text.push_str(&rest[..at]);
            let is_escape = rest[at..].starts_with('\\');
            rest = &rest[at + 1..];
            if is_escape {
                if rest.starts_with('c') {
                    self.stopped = true;
                    return;
                }
                let (chars, len) = escapes::one(rest, true);
                self.out.text.extend(chars);
                rest = &rest[len.min(rest.len())..];
            } else {
                rest = self.directive(rest);
                if self.stopped {
                    return;
                }
            }
        }
        self.out.text.push_str(rest);
    }

    fn next(&mut self) -> Option<Rc<str>> {
        let arg = self.args.get(self.used).cloned();
        self.used += 1;
        arg
    }

    /// One `%…`; what follows it.
    fn directive<'t>(&mut self, text: &'t str) -> &'t str {
        let len = text.find(|c: char| !"-+ #0".contains(c)).unwrap_or(text.len());
        let flags = &text[..len];
        let mut rest = &text[len..];
        let mut left = flags.contains('-');
        let width = self.number(&mut rest);
        left |= width < 0;
        let width = usize::try_from(width.unsigned_abs()).unwrap_or(0).min(WIDTH_MAX);
        let mut precision = None;
        if let Some(behind) = rest.strip_prefix('.') {
            rest = behind;
            let given = self.number(&mut rest);
            precision = usize::try_from(given).ok().map(|given| given.min(WIDTH_MAX));
        }
        rest = rest.trim_start_matches(['l', 'h', 'j', 'z', 'q', 'L']);
        let Some(letter) = rest.chars().next() else {
            self.out.errors.push(self.bad_format("%"));
            self.stopped = true;
            return "";
        };
        let rest = &rest[letter.len_utf8()..];
        let body = match letter {
            '%' => "%".to_owned(),
            's' => cut(&self.next().unwrap_or_default(), precision),
            'b' => {
                let (text, stopped) = super::io::unescape(&self.next().unwrap_or_default());
                self.stopped = stopped;
                cut(&text, precision)
            }
            'c' => self.next().unwrap_or_default().chars().take(1).collect(),
            'q' => super::quoted(&self.next().unwrap_or_default(), self.dialect),
            'd' | 'i' | 'u' | 'x' | 'X' | 'o' => {
                self.integer(letter, flags, width, precision, left)
            }
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => self.float(letter, precision, flags),
            other => {
                let words = self.bad_format(&format!("%{other}"));
                self.out.errors.push(words);
                self.stopped = true;
                return "";
            }
        };
        let fill = width.saturating_sub(body.chars().count());
        let zeros = flags.contains('0') && !left && "fFeEgG".contains(letter);
        if left {
            self.out.text.push_str(&body);
            self.out.text.extend(std::iter::repeat_n(' ', fill));
        } else {
            self.out.text.extend(std::iter::repeat_n(if zeros { '0' } else { ' ' }, fill));
            self.out.text.push_str(&body);
        }
        rest
    }

    fn bad_format(&self, what: &str) -> String {
        match self.dialect {
            Dialect::Bash => {
                format!("`{}': invalid format character", what.trim_start_matches('%'))
            }
            Dialect::Dash => format!("{what}: invalid directive"),
            Dialect::Busybox => format!("{what}: invalid format"),
        }
    }

    /// A width or precision, which may be an argument.
    fn number(&mut self, rest: &mut &str) -> i64 {
        if let Some(behind) = rest.strip_prefix('*') {
            *rest = behind;
            return self.next().and_then(|text| text.parse().ok()).unwrap_or(0);
        }
        let len = rest.bytes().take_while(u8::is_ascii_digit).count();
        let value = rest[..len].parse().unwrap_or(0);
        *rest = &rest[len..];
        value
    }

    fn value(&mut self) -> i64 {
        let Some(text) = self.next() else { return 0 };
        let trimmed = text.trim_start();
        if let Some(c) = trimmed.strip_prefix(['\'', '"']).and_then(|rest| rest.chars().next()) {
            return i64::from(u32::from(c));
        }
        let (sign, digits) = match trimmed.strip_prefix('-') {
            Some(digits) => (-1, digits),
            None => (1, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let (digits, radix) = match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"))
        {
            Some(hex) => (hex, 16),
            None if digits.len() > 1 && digits.starts_with('0') => (digits, 8),
            None => (digits, 10),
        };
        let good = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let value = i64::from_str_radix(&digits[..good], radix).unwrap_or(0);
        if good < digits.len() || digits.is_empty() {
            let words = match self.dialect {
                Dialect::Bash => format!("{text}: invalid number"),
                Dialect::Dash if good == 0 => format!("{text}: expected numeric value"),
                Dialect::Dash => format!("{text}: not completely converted"),
                Dialect::Busybox => format!("invalid number '{text}'"),
            };
            self.out.errors.push(words);
        }
        sign * value
    }

    fn integer(
        &mut self,
        letter: char,
        flags: &str,
        width: usize,
        precision: Option<usize>,
        left: bool,
    ) -> String {
        let value = self.value();
        let mut digits = match letter {
            'd' | 'i' => value.unsigned_abs().to_string(),
            'x' => format!("{value:x}"),
            'X' => format!("{value:X}"),
            'o' => format!("{value:o}"),
            _ => value.cast_unsigned().to_string(),
        };
        let prefix = match (letter, flags.contains('#')) {
            ('x', true) if value != 0 => "0x",
            ('X', true) if value != 0 => "0X",
            ('o', true) if !digits.starts_with('0') => "0",
            ('d' | 'i', _) if value < 0 => "-",
            ('d' | 'i', _) if flags.contains('+') => "+",
            ('d' | 'i', _) if flags.contains(' ') => " ",
            _ => "",
        };
        let wanted = match precision {
            Some(precision) => precision,
            None if flags.contains('0') && !left => width.saturating_sub(prefix.len()),
            None => 0,
        };
        if digits.len() < wanted {
            digits = format!("{}{digits}", "0".repeat(wanted - digits.len()));
        }
        format!("{prefix}{digits}")
    }

    fn float(&mut self, letter: char, precision: Option<usize>, flags: &str) -> String {
        let text = self.next().unwrap_or_default();
        let value = if text.is_empty() { Some(0.0) } else { text.trim().parse::<f64>().ok() };
        if value.is_none() {
            let words = match self.dialect {
                Dialect::Bash => format!("{text}: invalid number"),
                Dialect::Dash => format!("{text}: expected numeric value"),
                Dialect::Busybox => format!("invalid number '{text}'"),
            };
            self.out.errors.push(words);
        }
        let value = value.unwrap_or(0.0);
        let precision = precision.unwrap_or(6);
        let sign = if flags.contains('+') && value >= 0.0 { "+" } else { "" };
        let body = match letter {
            'f' | 'F' => format!("{value:.precision$}"),
            'e' | 'E' => exponential(value, precision),
            _ => general(value, precision),
        };
        format!("{sign}{body}")
    }
}

fn exponential(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

fn general(value: f64, precision: usize) -> String {
    let precision = precision.max(1);
    let text = format!("{value:.*e}", precision - 1);
    let exponent: i32 = text.split_once('e').and_then(|(_, end)| end.parse().ok()).unwrap_or(0);
    let limit = i32::try_from(precision).unwrap_or(i32::MAX);
    let text = if exponent < -4 || exponent >= limit {
        return exponential(value, precision - 1);
    } else {
        let decimals = usize::try_from(limit - 1 - exponent).unwrap_or(0);
        format!("{value:.decimals$}")
    };
    if text.contains('.') {
        return text.trim_end_matches('0').trim_end_matches('.').to_owned();
    }
    text
}

fn cut(text: &str, precision: Option<usize>) -> String {
    match precision {
        Some(precision) => text.chars().take(precision).collect(),
        None => text.to_owned(),
    }
}
