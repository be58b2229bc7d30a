//! Quantities such as `1Gi` and `500m`.
//!
//! Models `k8s.io/apimachinery/pkg/api/resource/quantity.go` `ParseQuantity` and
//! `CanonicalizeBytes`: a quantity read from a manifest is written back in canonical form
//! (`1024Mi` becomes `1Gi`), and comparison is exact beyond 64 bits (`200Ei`).

use std::cmp::Ordering;
use std::fmt;

use serde_json::Value;

use super::record::{Json, Reader};

/// An exact amount with the family of suffixes it was written in.
///
/// Equality and order look at the amount only: `1000` equals `1e3`.
#[derive(Clone, Copy, Debug)]
pub struct Quantity {
    nano: i128,
    format: Format,
}

/// The families of suffixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `Ki`, `Mi`, … powers of 1024.
    Binary,
    /// `n`, `u`, `m`, `k`, `M`, … powers of 1000.
    Decimal,
    /// `e3`, `E6`: an exponent of ten.
    Exponent,
}

const NANO: i128 = 1_000_000_000;
const BINARY: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: [(&str, u32); 10] = [
    ("n", 0),
    ("u", 3),
    ("m", 6),
    ("", 9),
    ("k", 12),
    ("M", 15),
    ("G", 18),
    ("T", 21),
    ("P", 24),
    ("E", 27),
];

impl Default for Quantity {
    fn default() -> Self {
        Self { nano: 0, format: Format::Decimal }
    }
}

impl Quantity {
    /// Reads a quantity; `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
        let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, suffix) = unsigned.split_at(digits.unwrap_or(unsigned.len()));
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
            return None;
        }
        let (format, factor) = suffix_factor(suffix)?;
        let whole = whole.bytes().try_fold(0_i128, |sum, digit| {
            sum.checked_mul(10)?.checked_add(i128::from(digit - b'0'))
        })?;
        let nano = whole.checked_mul(factor)?.checked_add(fraction_of(fraction, factor)?)?;
        Some(Self { nano: if negative { -nano } else { nano }, format })
    }

    /// A number of bytes, written with binary suffixes.
    pub fn bytes(bytes: i64) -> Self {
        Self { nano: i128::from(bytes) * NANO, format: Format::Binary }
    }

    /// A plain count.
    pub fn count(count: i64) -> Self {
        Self { nano: i128::from(count) * NANO, format: Format::Decimal }
    }

    /// The value in whole units, rounded up (`Quantity.Value`).
    pub fn value(&self) -> i128 {
        let down = self.nano.div_euclid(NANO);
        if self.nano.rem_euclid(NANO) == 0 { down } else { down + 1 }
    }

    /// The value in thousandths, rounded up (`Quantity.MilliValue`).
    pub fn milli_value(&self) -> i128 {
        let down = self.nano.div_euclid(NANO / 1000);
        if self.nano.rem_euclid(NANO / 1000) == 0 { down } else { down + 1 }
    }

    /// Whether it has a part below one.
    pub fn has_fraction(&self) -> bool {
        self.nano % NANO != 0
    }

    /// -1, 0 or 1.
    pub fn sign(&self) -> i128 {
        self.nano.signum()
    }

    /// The sum, in this quantity's format.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self { nano: self.nano.saturating_add(other.nano), format: self.format }
    }

    /// The difference, in this quantity's format.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self { nano: self.nano.saturating_sub(other.nano), format: self.format }
    }
}

/// The part behind the point, in nanos; what is smaller is rounded up. `None` when it is too much.
fn fraction_of(digits: &str, factor: i128) -> Option<i128> {
    let (kept, rest) = digits.split_at(digits.len().min(9));
    let numerator = kept.bytes().fold(0, |sum, digit| sum * 10 + i128::from(digit - b'0'));
    let denominator = 10_i128.pow(u32::try_from(kept.len()).unwrap_or(9));
    let product: i128 = i128::checked_mul(numerator, factor)?;
    let exact = product % denominator == 0 && rest.bytes().all(|digit| digit == b'0');
    Some(product / denominator + i128::from(!exact))
}

fn suffix_factor(suffix: &str) -> Option<(Format, i128)> {
    if let Some(power) = BINARY.iter().position(|s| *s == suffix && !s.is_empty()) {
        return Some((Format::Binary, NANO << (10 * power)));
    }
    if let Some((_, power)) = DECIMAL.iter().find(|(s, _)| *s == suffix) {
        return Some((Format::Decimal, 10_i128.pow(*power)));
    }
    let exponent: i32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
    let power = u32::try_from(exponent.checked_add(9)?).ok().filter(|power| *power <= 30)?;
    Some((Format::Exponent, 10_i128.pow(power)))
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nano == 0 {
            return f.write_str("0");
        }
        // Below 1024 and with a fraction a binary quantity is written in decimal form.
        let whole = self.nano % NANO == 0;
        if self.format == Format::Binary && whole {
            let mut value = self.nano / NANO;
            let mut power = 0;
            while power + 1 < BINARY.len() && value % 1024 == 0 {
                value /= 1024;
                power += 1;
            }
            return write!(f, "{value}{}", BINARY[power]);
        }
        let mut index = 0;
        let mut value = self.nano;
        while index + 1 < DECIMAL.len() && value % 1000 == 0 {
            value /= 1000;
            index += 1;
        }
        match (self.format, DECIMAL[index].1) {
            (Format::Exponent, power) if power != 9 => {
                write!(f, "{value}e{}", i64::from(power) - 9)
            }
            _ => write!(f, "{value}{}", DECIMAL[index].0),
        }
    }
}

impl Json for Quantity {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        let text = match value {
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        };
        *self = reader.expect(Self::parse(&text), "quantity");
    }
    fn to_json(&self) -> Value {
        Value::String(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_canonical_form() {
        let cases = [
            ("1Gi", "1Gi"),
            ("1024Mi", "1Gi"),
            ("1000Mi", "1000Mi"),
            ("0.5Gi", "512Mi"),
            ("1500m", "1500m"),
            ("0.1", "100m"),
            ("1e3", "1e3"),
            ("1000", "1k"),
            ("0", "0"),
            ("200Ei", "200Ei"),
            ("010", "10"),
            ("-5", "-5"),
            ("12E", "12E"),
            ("100", "100"),
            ("1.5Gi", "1536Mi"),
        ];
        for (text, canonical) in cases {
            assert_eq!(Quantity::parse(text).expect(text).to_string(), canonical, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_quantity() {
        for text in ["", "Gi", "1 Gi", "1gi", "one", "1.2.3", "1ei", "--1"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_beyond_all_bounds_is_no_quantity_and_sums_stay_within_them() {
        let huge = format!("{}", i128::MAX);
        for text in ["1e2147483647", "1e-2147483648", "0.999999999e21", &huge] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
        let most = Quantity::parse("170141183460469231731687303715").expect("a quantity");
        assert!(most.plus(&most) >= most);
        assert!(Quantity::default().minus(&most).minus(&most) < Quantity::default());
    }

    #[test]
    fn compares_beyond_64_bits() {
        let quantity = |text| Quantity::parse(text).expect("a quantity");
        assert!(quantity("200Ei") > quantity("199Ei"));
        assert!(quantity("1Gi") > quantity("1G"));
        assert_eq!(quantity("1500m").value(), 2);
        assert_eq!(quantity("1500m").milli_value(), 1500);
    }
}
