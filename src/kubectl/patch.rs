//! JSON patches (RFC 6902), as `evanphx/json-patch` carries them out.

use serde_json::Value;

use crate::manifest::limits::DEPTH_MAX;

/// Why a patch cannot be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rejected;

/// The most values that one patch may copy (`AccumulatedCopySizeLimit`, there in bytes).
const COPIED_MAX: usize = 10_000;

/// Carries out the operations one after the other.
pub(super) fn apply_json_patch(live: &mut Value, patch: &Value) -> Result<(), Rejected> {
    let operations = patch.as_array().ok_or(Rejected)?;
    let mut left = COPIED_MAX;
    operations.iter().try_for_each(|operation| apply(live, operation, &mut left))
}

fn apply(live: &mut Value, operation: &Value, left: &mut usize) -> Result<(), Rejected> {
    let text = |key: &str| operation.get(key).and_then(Value::as_str).ok_or(Rejected);
    let value = || operation.get("value").cloned().ok_or(Rejected);
    let path = text("path")?;
    match text("op")? {
        "add" => add(live, path, value()?),
        "remove" => remove(live, path).map(|_| ()),
        "replace" => {
            let value = value()?;
            check_depth(path, &value)?;
            *live.pointer_mut(path).ok_or(Rejected)? = value;
            Ok(())
        }
        "move" => {
            let moved = remove(live, text("from")?)?;
            add(live, path, moved)
        }
        "copy" => {
            let copied = live.pointer(text("from")?).ok_or(Rejected)?;
            *left = left.checked_sub(size(copied)).ok_or(Rejected)?;
            add(live, path, copied.clone())
        }
        "test" if live.pointer(path) == Some(&value()?) => Ok(()),
        _ => Err(Rejected),
    }
}

/// The place of a path's last step, and that step unescaped.
fn parent<'a>(live: &'a mut Value, path: &str) -> Result<(&'a mut Value, String), Rejected> {
    let (above, last) = path.rsplit_once('/').ok_or(Rejected)?;
    let last = last.replace("~1", "/").replace("~0", "~");
    live.pointer_mut(above).map(|place| (place, last)).ok_or(Rejected)
}

/// How many values a value holds, itself included.
fn size(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// How deep a value is nested.
fn depth(value: &Value) -> usize {
    match value {
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or(0),
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

fn check_depth(path: &str, value: &Value) -> Result<(), Rejected> {
    let fits = path.matches('/').count() + depth(value) <= DEPTH_MAX;
    fits.then_some(()).ok_or(Rejected)
}

fn add(live: &mut Value, path: &str, value: Value) -> Result<(), Rejected> {
    check_depth(path, &value)?;
    let (place, last) = parent(live, path)?;
    match place {
        Value::Object(map) => {
            map.insert(last, value);
        }
        Value::Array(items) if last == "-" => items.push(value),
        Value::Array(items) => {
            let index = last.parse::<usize>().map_err(|_| Rejected)?;
            if index > items.len() {
                return Err(Rejected);
            }
            items.insert(index, value);
        }
        _ => return Err(Rejected),
    }
    Ok(())
}

fn remove(live: &mut Value, path: &str) -> Result<Value, Rejected> {
    let (place, last) = parent(live, path)?;
    match place {
        Value::Object(map) => map.remove(&last).ok_or(Rejected),
        Value::Array(items) => {
            let index = last.parse::<usize>().map_err(|_| Rejected)?;
            (index < items.len()).then(|| items.remove(index)).ok_or(Rejected)
        }
        _ => Err(Rejected),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn carries_out_what_it_can() {
        let mut live = json!({"spec": {"claimRef": {"uid": "1"}, "list": [1, 2]}});
        let patch = json!([
            {"op": "remove", "path": "/spec/claimRef"},
            {"op": "add", "path": "/spec/list/-", "value": 3},
            {"op": "add", "path": "/spec/a~1b", "value": true},
            {"op": "replace", "path": "/spec/list/0", "value": 9},
            {"op": "test", "path": "/spec/list/1", "value": 2},
            {"op": "move", "from": "/spec/list/2", "path": "/spec/last"},
        ]);
        assert_eq!(apply_json_patch(&mut live, &patch), Ok(()));
        assert_eq!(live, json!({"spec": {"list": [9, 2], "a/b": true, "last": 3}}));
        let absent = json!([{"op": "remove", "path": "/spec/none"}]);
        assert_eq!(apply_json_patch(&mut live, &absent), Err(Rejected));
    }

    #[test]
    fn copies_of_copies_do_not_grow_for_ever() {
        let copies = |path: fn(usize) -> String| -> Value {
            (0..200).map(|n| json!({"op": "copy", "from": "", "path": path(n)})).collect()
        };
        for patch in [copies(|n| format!("/{n}")), copies(|_| "/a".to_owned())] {
            let mut live = json!({"a": {"b": 1}});
            assert_eq!(apply_json_patch(&mut live, &patch), Err(Rejected));
            assert!(size(&live) < 2 * COPIED_MAX && depth(&live) <= DEPTH_MAX);
        }
    }
}
