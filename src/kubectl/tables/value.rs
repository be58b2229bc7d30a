//! Cells of kinds that are only kept: what stands at a path of the object.

use serde_json::Value;

use super::super::jsonpath::plain;

/// `<none>`.
pub(super) fn none() -> String {
    "<none>".to_owned()
}

/// What stands at a path, as it is printed.
pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    value.pointer(path).filter(|found| !found.is_null()).map(plain)
}

/// How many items stand at a path.
pub(super) fn count(value: &Value, path: &str) -> usize {
    value.pointer(path).and_then(Value::as_array).map_or(0, Vec::len)
}

/// The texts of a list.
pub(super) fn list(value: &Value, path: &str) -> Vec<String> {
    let items = value.pointer(path).and_then(Value::as_array);
    items.into_iter().flatten().map(plain).collect()
}

/// One member of all containers.
pub(super) fn of_containers(value: &Value, path: &str, member: &str) -> String {
    let items = value.pointer(path).and_then(Value::as_array);
    let own = items.into_iter().flatten().filter_map(|one| one[member].as_str());
    own.collect::<Vec<_>>().join(",")
}

/// `a=1,b=2`, or `<none>`.
pub(super) fn labels(value: &Value, path: &str) -> String {
    let map = value.pointer(path).and_then(Value::as_object);
    let pairs = map.into_iter().flatten().map(|(key, one)| format!("{key}={}", plain(one)));
    let pairs: Vec<String> = pairs.collect();
    if pairs.is_empty() { none() } else { pairs.join(",") }
}
