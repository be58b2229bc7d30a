//! Whether a text is an amount in Kubernetes' sense, and if not, what the API server says.
//!
//! Models: apimachinery `pkg/api/resource/quantity.go` `ParseQuantity`. What an amount is
//! worth is not this module's business.

/// The amount that was probably meant by one with a wrong unit: `5 GiB`, `5gb`.
pub(super) fn meant(text: &str) -> Option<String> {
    let packed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let split = packed.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = packed.split_at(split);
    let unit = unit.to_ascii_lowercase();
    let unit = match unit.strip_suffix('b').unwrap_or(&unit) {
        "" => "",
        "k" => "k",
        "m" if unit == "m" => return None,
        "m" => "M",
        "g" => "G",
        "t" => "T",
        "ki" => "Ki",
        "mi" => "Mi",
        "gi" => "Gi",
        "ti" => "Ti",
        _ => return None,
    };
    Some(format!("{number}{unit}")).filter(|amount| refuse(amount).is_none())
}

/// Why it is no amount, in the words of the API server.
pub(super) fn refuse(text: &str) -> Option<&'static str> {
    const FORMAT: &str = "quantities must match the regular expression \
                          '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
    const SUFFIX: &str = "unable to parse quantity's suffix";
    const NUMBER: &str = "unable to parse numeric part of quantity";
    if text.is_empty() {
        return Some(FORMAT);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = unsigned.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = whole.strip_prefix('.').unwrap_or(whole);
    let suffix = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = unsigned.len() - suffix.len() - (whole.len() - rest.len());
    let letters = suffix.trim_start_matches(|c: char| "eEinumkKMGTP".contains(c));
    let power = letters.strip_prefix(['+', '-']).unwrap_or(letters);
    if !letters.is_empty() && !power.bytes().all(|b| b.is_ascii_digit()) {
        return Some(FORMAT);
    }
    let known = matches!(
        suffix,
        "" | "n"
            | "u"
            | "m"
            | "k"
            | "M"
            | "G"
            | "T"
            | "P"
            | "E"
            | "Ki"
            | "Mi"
            | "Gi"
            | "Ti"
            | "Pi"
            | "Ei"
    );
    let exponent = suffix
        .strip_prefix(['e', 'E'])
        .is_some_and(|power| power.parse::<i32>().is_ok() && power.starts_with(|c: char| c != ' '));
    if !known && !exponent {
        return Some(SUFFIX);
    }
    (digits == 0).then_some(NUMBER)
}
