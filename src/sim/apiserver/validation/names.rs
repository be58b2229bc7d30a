//! Rules for names, keys and values.
//!
//! Models `k8s.io/apimachinery/pkg/util/validation/validation.go`. Each function answers the
//! complaints about a text; none for a good one.

const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric \
    characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or \
    '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric \
    characters, '-' or '.', and must start and end with an alphanumeric character (e.g. \
    'example.com', regex used for validation is \
    '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const DNS_1035: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or \
    '-', start with an alphabetic character, and end with an alphanumeric character (e.g. \
    'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
const LABEL_VALUE: &str = "a valid label must be an empty string or consist of alphanumeric \
    characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
    'MyValue',  or 'my_value',  or '12345', regex used for validation is \
    '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const QUALIFIED: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start \
    and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex \
    used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const CONFIG_KEY: &str = "a valid config key must consist of alphanumeric characters, '-', '_' or \
    '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is \
    '[-._a-zA-Z0-9]+')";
const ENV_NAME: &str = "a valid environment variable name must consist only of printable ASCII \
    characters other than '='";

fn is_lower(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn is_label(text: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(|byte| is_lower(*byte));
    let bytes = text.as_bytes();
    ends(bytes.first()) && ends(bytes.last()) && bytes.iter().all(|b| is_lower(*b) || *b == b'-')
}

/// Labels count bytes, names say characters (`content.MaxLenError`, `validation.MaxLenError`).
fn too_long(text: &str, max: usize, unit: &str) -> Option<String> {
    (text.len() > max).then(|| format!("must be no more than {max} {unit}"))
}

fn complaints(text: &str, max: usize, is_good: bool, rule: &str) -> Vec<String> {
    let rule = (!is_good).then(|| rule.to_owned());
    too_long(text, max, "characters").into_iter().chain(rule).collect()
}

/// `IsDNS1123Label`.
pub(super) fn dns_label(text: &str) -> Vec<String> {
    let dotted = text.split('.').all(is_label);
    let rule = if dotted { "must not contain dots" } else { LABEL };
    complaints(text, 63, is_label(text), rule)
}

/// `IsDNS1123Subdomain`.
pub(super) fn dns_subdomain(text: &str) -> Vec<String> {
    complaints(text, 253, text.split('.').all(is_label), SUBDOMAIN)
}

/// `IsDNS1035Label`.
pub(super) fn dns_1035_label(text: &str) -> Vec<String> {
    let starts = text.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    complaints(text, 63, starts && is_label(text), DNS_1035)
}

fn is_name_part(text: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let inner = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let bytes = text.as_bytes();
    ends(bytes.first()) && ends(bytes.last()) && bytes.iter().all(inner)
}

/// `IsValidLabelValue`.
pub(super) fn label_value(text: &str) -> Vec<String> {
    let rule = (!text.is_empty() && !is_name_part(text)).then(|| LABEL_VALUE.to_owned());
    too_long(text, 63, "bytes").into_iter().chain(rule).collect()
}

/// `IsQualifiedName`: an optional prefix, a slash and a name.
pub(super) fn qualified_name(text: &str) -> Vec<String> {
    let parts: Vec<&str> = text.split('/').collect();
    let (prefix, name) = match parts.as_slice() {
        [name] => (None, *name),
        [prefix, name] => (Some(*prefix), *name),
        _ => {
            let rule = "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            return vec![format!("a valid label key {QUALIFIED} {rule}")];
        }
    };
    let mut found = Vec::new();
    match prefix {
        Some("") => found.push("prefix part must be non-empty".to_owned()),
        Some(prefix) => {
            found.extend(dns_subdomain(prefix).into_iter().map(|why| format!("prefix part {why}")));
        }
        None => {}
    }
    if name.is_empty() {
        found.push("name part must be non-empty".to_owned());
    } else if let Some(why) = too_long(name, 63, "bytes") {
        found.push(format!("name part {why}"));
    }
    if !is_name_part(name) {
        found.push(format!("name part {QUALIFIED}"));
    }
    found
}

/// `IsConfigMapKey`.
pub(super) fn config_key(text: &str) -> Vec<String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    let good = !text.is_empty() && text.bytes().all(inner);
    let mut found = complaints(text, 253, good, CONFIG_KEY);
    match text {
        "." => found.push("must not be '.'".to_owned()),
        ".." => found.push("must not be '..'".to_owned()),
        _ if text.starts_with("..") => found.push("must not start with '..'".to_owned()),
        _ => {}
    }
    found
}

/// `IsValidPortName`.
pub(super) fn port_name(text: &str) -> Vec<String> {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let rule = "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)";
    let mut found = complaints(text, 15, !text.is_empty() && text.bytes().all(inner), rule);
    let mut unless = |good: bool, rule: &str| found.extend((!good).then(|| rule.to_owned()));
    unless(
        text.contains(|c: char| c.is_ascii_lowercase()),
        "must contain at least one letter (a-z)",
    );
    unless(!text.contains("--"), "must not contain consecutive hyphens");
    let ends = text.starts_with('-') || text.ends_with('-');
    unless(!ends, "must not begin or end with a hyphen");
    found
}

/// `IsRelaxedEnvVarName`.
pub(super) fn env_name(text: &str) -> Vec<String> {
    let good = text.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=');
    complaints(text, usize::MAX, good, ENV_NAME)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_good_or_bad() {
        assert!(dns_label("web-0").is_empty());
        assert_eq!(dns_label("Web"), [LABEL]);
        assert_eq!(dns_label("").len(), 1);
        assert_eq!(dns_label("a.b"), ["must not contain dots"]);
        assert!(dns_subdomain("a.b-c.d").is_empty());
        assert_eq!(dns_subdomain("a..b"), [SUBDOMAIN]);
        assert!(qualified_name("example.com/My_Name").is_empty());
        assert_eq!(qualified_name("/x"), ["prefix part must be non-empty"]);
        assert_eq!(dns_1035_label("1a"), [DNS_1035]);
        assert_eq!(config_key("..a"), ["must not start with '..'"]);
        assert_eq!(dns_label(&"a".repeat(64)), ["must be no more than 63 characters"]);
    }
}
