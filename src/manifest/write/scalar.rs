//! Which style a scalar gets.
//!
//! Models: go-yaml v2 `encode.go` `stringv`, `isBase60Float`, and `emitterc.go`
//! `yaml_emitter_analyze_scalar`, `yaml_emitter_select_scalar_style`.

use serde_json::Number;

use crate::manifest::scalar;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// As it is.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes, with escapes.
    Double,
    /// As a block after `|`.
    Literal,
}

/// What a text allows.
struct Analysis {
    plain: bool,
    single: bool,
    block: bool,
}

/// The style of a value.
pub(super) fn style(text: &str) -> Style {
    let allowed = analyze(text);
    if text.contains('\n') {
        return if allowed.block { Style::Literal } else { Style::Double };
    }
    bare(text, &allowed)
}

/// The style of a key on one line.
pub(super) fn key_style(text: &str) -> Style {
    bare(text, &analyze(text))
}

fn bare(text: &str, allowed: &Analysis) -> Style {
    if scalar::is_special(text) || is_base60(text) || is_timestamp(text) {
        return Style::Double;
    }
    match allowed {
        Analysis { plain: true, .. } => Style::Plain,
        Analysis { single: true, .. } => Style::Single,
        _ => Style::Double,
    }
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

fn is_printable(c: char) -> bool {
    matches!(c, '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}')
        && c != '\u{feff}'
}

fn analyze(text: &str) -> Analysis {
    let chars: Vec<char> = text.chars().collect();
    let blank = |c: Option<&char>| c.is_none_or(|&c| matches!(c, ' ' | '\t') || is_break(c));
    let mut indicators = text.starts_with("---") || text.starts_with("...");
    let (mut special, mut breaks, mut space_break, mut break_space) = (false, false, false, false);
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let followed = blank(chars.get(at + 1));
        indicators |= match c {
            '#' if at == 0 => true,
            '#' => blank(before.as_ref()),
            ':' => followed,
            '?' | '-' => at == 0 && followed,
            ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%' | '@'
            | '`' => at == 0,
            _ => false,
        };
        special |= !is_printable(c);
        breaks |= is_break(c);
        break_space |= c == ' ' && before.is_some_and(is_break);
        space_break |= is_break(c) && before == Some(' ');
    }
    let edge = |c: Option<&char>| c.is_some_and(|&c| c == ' ' || is_break(c));
    let edges = edge(chars.first()) || edge(chars.last());
    let bad = space_break || special;
    Analysis {
        plain: !(edges || breaks || indicators || bad),
        single: !(break_space || bad),
        block: !(bad || chars.last() == Some(&' ')),
    }
}

/// Whether a character cannot stand as it is between double quotes.
pub(super) fn must_escape(c: char) -> bool {
    !is_printable(c) || is_break(c) || c == '"' || c == '\\'
}

/// The escape of a character.
pub(super) fn escape(c: char) -> String {
    let short = match c {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{a0}' => '_',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        _ => {
            return match u32::from(c) {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0x100..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}

/// A number as Go's `strconv` writes it with `g`.
pub(super) fn number(number: &Number) -> String {
    let text = number.to_string();
    if !number.is_f64() {
        return text;
    }
    let (minus, shortest) = text.strip_prefix('-').map_or(("", text.as_str()), |rest| ("-", rest));
    let (mantissa, exponent) = shortest.split_once('e').unwrap_or((shortest, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let digits = all.trim_start_matches('0');
    // Of the first digit that is not zero.
    let place = whole.len().cast_signed() - 1 - (all.len() - digits.len()).cast_signed();
    let power = exponent.parse::<isize>().unwrap_or(0) + place;
    if (-4..6).contains(&power) {
        return format!("{minus}{}", mantissa.strip_suffix(".0").unwrap_or(mantissa));
    }
    let digits = digits.trim_end_matches('0');
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if power < 0 { '-' } else { '+' };
    format!("{minus}{first}{point}{rest}e{sign}{:02}", power.abs())
}

/// A number of YAML 1.1 in base sixty (`12:30:45`), which other readers would take for one.
fn is_base60(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = text.split(':');
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || b == b'_');
    let first = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let Some((last, middle)) = rest.split_last() else { return false };
    let (last, fraction) = last.split_once('.').unwrap_or((last, ""));
    let sixty = |part: &str| {
        part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|n| n < 60)
            && part.len() <= 2
    };
    first.starts_with(|c: char| c.is_ascii_digit())
        && digits(first)
        && middle.iter().chain([&last]).all(|part| sixty(part))
        && digits(fraction)
}

/// A date or a point in time.
///
/// Models: go-yaml v2 `resolve.go` `parseTimestamp`.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    let parts: Vec<&str> = date.split('-').collect();
    let [year, month, day] = parts[..] else { return false };
    let within = |part: &str, low: u8, high: u8| {
        (1..=2).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_digit())
            && part.parse::<u8>().is_ok_and(|n| (low..=high).contains(&n))
    };
    let year_ok = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let date_ok = year_ok && within(month, 1, 12) && within(day, 1, 31);
    let Some((separator, time)) = time else { return date_ok };
    let (clock, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let parts: Vec<&str> = clock.split(':').collect();
    let [hour, minute, second] = parts[..] else { return false };
    let offset = zone.strip_prefix(['+', '-']).and_then(|zone| zone.split_once(':'));
    let zone_ok = match separator {
        " " => zone.is_empty(),
        _ => zone == "Z" || offset.is_some_and(|(h, m)| within(h, 0, 23) && within(m, 0, 59)),
    };
    date_ok
        && zone_ok
        && within(hour, 0, 23)
        && within(minute, 0, 59)
        && within(second, 0, 59)
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_go_writes_them() {
        for (value, expected) in [
            (0.0, "0"),
            (-0.5, "-0.5"),
            (10.0, "10"),
            (0.0001, "0.0001"),
            (0.000_01, "1e-05"),
            (100_000.5, "100000.5"),
            (1_000_000.0, "1e+06"),
            (1_234_567.25, "1.23456725e+06"),
            (6.02e23, "6.02e+23"),
            (-1.5e-9, "-1.5e-09"),
        ] {
            let number_of = Number::from_f64(value).expect("it is finite");
            assert_eq!(number(&number_of), expected);
        }
    }
}
