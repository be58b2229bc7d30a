//! What a plain YAML scalar means to Kubernetes.
//!
//! Models: go-yaml v2 `resolve.go` (`resolve`, `resolveTable`) as `sigs.k8s.io/yaml` uses it,
//! then `encoding/json`'s way with numbers. That is YAML 1.1: `yes` is a boolean, `0644` is
//! octal; but a date stays a string. Measured with kubectl.

use serde_json::Number;

use super::node::Kind;

/// The tags of the YAML schema that change how a scalar is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    /// No tag and not quoted: the text decides.
    Plain,
    /// Quoted, or tagged as a string, or with a tag of somebody's own.
    String,
    /// `!!binary`: base64.
    Binary,
}

/// A number that JSON cannot say; the text is Go's name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotJson(pub &'static str);

/// Reads one scalar.
pub fn resolve(text: &str, tag: Tag) -> Result<Kind, NotJson> {
    match tag {
        Tag::String => Ok(Kind::String(text.to_owned())),
        Tag::Binary => Ok(Kind::String(binary(text))),
        Tag::Plain => plain(text),
    }
}

/// Whether a plain scalar would be read as something other than this very string.
pub fn is_special(text: &str) -> bool {
    !matches!(plain(text), Ok(Kind::String(_)))
}

fn binary(text: &str) -> String {
    use base64::Engine as _;
    let packed: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(packed).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn plain(text: &str) -> Result<Kind, NotJson> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Ok(Kind::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            return Ok(Kind::Bool(true));
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Ok(Kind::Bool(false));
        }
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Err(NotJson("+Inf")),
        "-.inf" | "-.Inf" | "-.INF" => return Err(NotJson("-Inf")),
        ".nan" | ".NaN" | ".NAN" => return Err(NotJson("NaN")),
        _ => {}
    }
    Ok(number(text).map_or_else(|| Kind::String(text.to_owned()), Kind::Number))
}

/// A number, if the text is one.
pub fn number(text: &str) -> Option<Number> {
    if !text.starts_with(['+', '-', '.']) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let text = text.replace('_', "");
    if let Some(value) = integer(&text) {
        return Some(value);
    }
    if !is_float(&text) {
        return None;
    }
    decimal(&text).and_then(float)
}

/// The value of what looks like a float, if there is one. It is read as JSON's numbers are: the
/// standard library's reader has tables that weigh more than all of our own scalars.
pub fn decimal(text: &str) -> Option<f64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = text.split_at(text.find(['e', 'E']).unwrap_or(text.len()));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let json =
        format!("{sign}{}.{fraction}0{exponent}", if whole.is_empty() { "0" } else { whole });
    json.parse::<Number>().ok()?.as_f64()
}

/// Go's `strconv.ParseInt(text, 0, 64)`, then `ParseUint`. What only fits unsigned comes back
/// as a float, since Kubernetes' JSON knows no such integers.
fn integer(text: &str) -> Option<Number> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match lower.as_deref() {
        Some("0x") => (16, &digits[2..]),
        Some("0b") => (2, &digits[2..]),
        Some("0o") => (8, &digits[2..]),
        Some(_) if digits.starts_with('0') => (8, &digits[1..]),
        _ => (10, digits),
    };
    if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
        return None;
    }
    let magnitude = i128::from_str_radix(digits, radix).ok()?;
    let value = if negative { -magnitude } else { magnitude };
    match i64::try_from(value) {
        Ok(value) => Some(Number::from(value)),
        Err(_) if !text.starts_with(['+', '-']) => {
            u64::try_from(value).ok().and_then(|value| Number::from_f64(u64_to_f64(value)))
        }
        Err(_) => None,
    }
}

#[expect(clippy::cast_precision_loss, reason = "Kubernetes' JSON reads it as a float too")]
fn u64_to_f64(value: u64) -> f64 {
    value as f64
}

/// A float as Go's JSON prints it: a whole number below 2^63 has no point.
pub fn float(value: f64) -> Option<Number> {
    if value.fract() == 0.0 && value.abs() < 9_223_372_036_854_775_808.0 {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "whole and in range, as just checked"
        )]
        return Some(Number::from(value as i64));
    }
    Number::from_f64(value)
}

/// go-yaml's `yamlStyleFloat`: `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let mantissa_ok = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    let exponent_ok =
        exponent.is_none_or(|power| digits(power.strip_prefix(['-', '+']).unwrap_or(power)));
    mantissa_ok && exponent_ok
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_the_standard_library_reads_them() {
        for text in ["0.5", ".5", "5.", "+1.25", "-0.1", "007.250", "1e3", "1E+22", "6.02e-7"] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        assert_eq!(decimal("1e999"), None);
        assert_eq!(decimal("one"), None);
        assert_eq!(decimal(""), None);
        assert_eq!(decimal("."), None);
        assert_eq!(decimal("0"), Some(0.0));
    }
}
