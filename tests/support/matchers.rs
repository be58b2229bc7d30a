//! How the cases say what they want: texts, fields and references to objects.

use regex::Regex;
use serde_json::Value;
use volume_lab::api::kind::Kind;
use volume_lab::api::object::ObjectKey;

/// The kind of a short name such as `pvc`; only `rev` is none of kubectl's.
pub(crate) fn kind(name: &str) -> Result<Kind, String> {
    let resource = if name == "rev" { "controllerrevision" } else { name };
    Kind::of_resource(resource).ok_or_else(|| format!("no kind is called `{name}`"))
}

/// The object that `kind/name` or `kind/namespace/name` means.
pub(crate) fn key(reference: &str) -> Result<ObjectKey, String> {
    let parts: Vec<&str> = reference.split('/').collect();
    match parts[..] {
        [short, name] => Ok(ObjectKey::new(kind(short)?, "", name)),
        [short, namespace, name] => Ok(ObjectKey::new(kind(short)?, namespace, name)),
        _ => Err(format!("`{reference}` is no reference")),
    }
}

/// The text of a field of a case.
pub(crate) fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, String> {
    body[name].as_str().ok_or_else(|| format!("the case has no text `{name}`: {body}"))
}

/// The items of a field of a case.
pub(crate) fn list<'a>(body: &'a Value, name: &str) -> Result<&'a [Value], String> {
    let items = body[name].as_array().map(Vec::as_slice);
    items.ok_or_else(|| format!("the case has no list `{name}`: {body}"))
}

/// Whether a message is the wanted one: an exact text, `{contains: …}` or `{regex: …}`.
pub(crate) fn is_message(wanted: &Value, found: &str) -> Result<bool, String> {
    if let Some(exact) = wanted.as_str() {
        return Ok(exact.trim() == found.trim());
    }
    match single(wanted) {
        Some(("contains", Value::String(part))) => Ok(found.contains(part.as_str())),
        Some(("regex", Value::String(pattern))) => is_match(pattern, found),
        _ => Err(format!("the case has no such matcher of messages: {wanted}")),
    }
}

/// Whether a pattern matches somewhere in a text.
pub(crate) fn is_match(pattern: &str, text: &str) -> Result<bool, String> {
    let regex = Regex::new(pattern).map_err(|error| format!("{pattern}: {error}"))?;
    Ok(regex.is_match(text))
}

/// Whether a field is as wanted: a value, `{absent: true}`, `{present: true}`, `{oneOf: […]}`,
/// `{regex: …}` or `{contains: item}`. An empty or zero field counts as absent.
pub(crate) fn is_field(wanted: &Value, found: Option<&Value>) -> Result<bool, String> {
    let is_empty = found.is_none_or(is_zero);
    match single(wanted) {
        Some(("absent", Value::Bool(true))) => Ok(is_empty),
        Some(("present", Value::Bool(true))) => Ok(!is_empty),
        Some(("oneOf", Value::Array(choices))) => {
            let fits: Result<Vec<bool>, String> =
                choices.iter().map(|choice| is_field(choice, found)).collect();
            Ok(fits?.contains(&true))
        }
        Some(("regex", Value::String(pattern))) => {
            found.map_or(Ok(false), |value| is_match(pattern, &plain(value)))
        }
        Some(("contains", item)) => {
            Ok(found.and_then(Value::as_array).is_some_and(|items| items.contains(item)))
        }
        _ => Ok(found == Some(wanted) || (is_empty && is_zero(wanted))),
    }
}

/// A value as text, a string without its quotes.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The only entry of a map.
pub(crate) fn single(value: &Value) -> Option<(&str, &Value)> {
    let map = value.as_object().filter(|map| map.len() == 1)?;
    map.iter().next().map(|(name, value)| (name.as_str(), value))
}

fn is_zero(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(is_true) => !is_true,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
}
