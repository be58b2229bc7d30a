//! Strategic merge: what changed between two manifests, and putting that into an object
//! (`k8s.io/apimachinery/pkg/util/strategicpatch`).

use crate::api::order;
use serde_json::{Map, Value, json};

/// How a list is merged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    /// Replaced whole.
    Atomic,
    /// Element by element, told apart by this key.
    Keyed(&'static str),
    /// As a set of texts.
    Set,
}

/// The `patchStrategy` and `patchMergeKey` of a field (tags in `k8s.io/api`).
fn list_kind(parent: &str, field: &str, sample: Option<&Value>) -> List {
    let has = |key: &str| sample.and_then(|item| item.get(key)).is_some();
    match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "secrets" => List::Keyed("name"),
        "ports" if has("containerPort") => List::Keyed("containerPort"),
        "ports" if parent == "spec" => List::Keyed("port"),
        "volumeMounts" => List::Keyed("mountPath"),
        "volumeDevices" => List::Keyed("devicePath"),
        "hostAliases" => List::Keyed("ip"),
        "topologySpreadConstraints" => List::Keyed("topologyKey"),
        "ownerReferences" => List::Keyed("uid"),
        "conditions" | "addresses" if parent == "status" => List::Keyed("type"),
        "finalizers" if parent == "metadata" => List::Set,
        _ => List::Atomic,
    }
}

/// Whether members that the patch does not name are removed (`patchStrategy: retainKeys`).
fn retains_keys(field: &str) -> bool {
    matches!(field, "volumes" | "strategy")
}

/// The patch that `kubectl apply` sends: what the new manifest sets, and what the last one set and
/// the new one does not (`CreateThreeWayMergePatch`).
pub(super) fn three_way(last: &Value, new: &Value, live: &Value) -> Value {
    Value::Object(diff_maps("", last.as_object(), new, live))
}

fn diff_maps(
    field: &str,
    last: Option<&Map<String, Value>>,
    new: &Value,
    live: &Value,
) -> Map<String, Value> {
    let nothing = Map::new();
    let (new, live) = (new.as_object().unwrap_or(&nothing), live.as_object().unwrap_or(&nothing));
    let mut patch = Map::new();
    for (key, value) in new {
        let before = last.and_then(|last| last.get(key));
        match (value, live.get(key)) {
            (_, None) => {
                patch.insert(key.clone(), value.clone());
            }
            (Value::Object(_), Some(found @ Value::Object(_))) => {
                let mut inner = diff_maps(key, before.and_then(Value::as_object), value, found);
                if !inner.is_empty() {
                    retain(key, value, &mut inner);
                    patch.insert(key.clone(), Value::Object(inner));
                }
            }
            (Value::Array(items), Some(Value::Array(found))) => {
                let before = before.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
                diff_lists(field, key, before, items, found, &mut patch);
            }
            (value, Some(found)) if value != found => {
                patch.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    for key in last.into_iter().flat_map(Map::keys) {
        if !new.contains_key(key) {
            patch.insert(key.clone(), Value::Null);
        }
    }
    patch
}

fn retain(field: &str, whole: &Value, patch: &mut Map<String, Value>) {
    if let (true, Some(map)) = (retains_keys(field), whole.as_object()) {
        let keys: Vec<&String> = map.keys().collect();
        patch.insert("$retainKeys".to_owned(), json!(keys));
    }
}

fn diff_lists(
    parent: &str,
    field: &str,
    last: &[Value],
    new: &[Value],
    live: &[Value],
    patch: &mut Map<String, Value>,
) {
    match list_kind(parent, field, new.first().or(last.first())) {
        List::Atomic => {
            if new != live {
                patch.insert(field.to_owned(), json!(new));
            }
        }
        List::Set => {
            let added: Vec<&Value> = new.iter().filter(|item| !live.contains(item)).collect();
            let removed: Vec<&Value> = last.iter().filter(|item| !new.contains(item)).collect();
            if !removed.is_empty() {
                patch.insert(format!("$deleteFromPrimitiveList/{field}"), json!(removed));
            }
            if !added.is_empty() || !removed.is_empty() {
                patch.insert(format!("$setElementOrder/{field}"), json!(new));
            }
            if !added.is_empty() {
                patch.insert(field.to_owned(), json!(added));
            }
        }
        List::Keyed(key) => {
            let find = |list: &[Value], wanted: &Value| {
                list.iter().find(|item| item.get(key) == wanted.get(key)).cloned()
            };
            let mut items = Vec::new();
            for item in new {
                let Some(found) = find(live, item) else {
                    items.push(item.clone());
                    continue;
                };
                let before = find(last, item);
                let before = before.as_ref().and_then(Value::as_object);
                let mut inner = diff_maps(field, before, item, &found);
                if !inner.is_empty() {
                    retain(field, item, &mut inner);
                    inner.insert(key.to_owned(), item[key].clone());
                    items.push(Value::Object(inner));
                }
            }
            for item in last {
                if find(new, item).is_none() {
                    items.push(json!({"$patch": "delete", key: item[key]}));
                }
            }
            if !items.is_empty() {
                let order: Vec<Value> = new.iter().map(|item| json!({key: item[key]})).collect();
                patch.insert(format!("$setElementOrder/{field}"), json!(order));
                patch.insert(field.to_owned(), Value::Array(items));
            }
        }
    }
}

/// Puts a strategic patch into an object (`StrategicMergePatch`). The error is the API server's.
pub(super) fn apply_strategic(live: &mut Value, patch: &Value) -> Result<(), String> {
    merge_map("", live, patch)
}

fn merge_map(field: &str, live: &mut Value, patch: &Value) -> Result<(), String> {
    let Some(patch) = patch.as_object() else {
        *live = patch.clone();
        return Ok(());
    };
    if patch.get("$patch").and_then(Value::as_str) == Some("replace") {
        let kept = patch.iter().filter(|(key, _)| !key.starts_with('$'));
        *live = order::object(kept.map(|(key, value)| (key.clone(), value.clone()))).into();
        return Ok(());
    }
    if !live.is_object() {
        *live = json!({});
    }
    let Some(map) = live.as_object_mut() else { return Ok(()) };
    if let Some(keys) = patch.get("$retainKeys").and_then(Value::as_array) {
        map.retain(|key, _| keys.iter().any(|kept| kept.as_str() == Some(key)));
    }
    for (key, value) in patch {
        if let Some(list) = key.strip_prefix("$deleteFromPrimitiveList/") {
            let gone = value.as_array().cloned().unwrap_or_default();
            if let Some(Value::Array(items)) = map.get_mut(list) {
                items.retain(|item| !gone.contains(item));
            }
        }
    }
    for (key, value) in patch.iter().filter(|(key, _)| !key.starts_with('$')) {
        match value {
            Value::Null => {
                map.remove(key);
            }
            Value::Object(_) => {
                merge_map(key, map.entry(key.clone()).or_insert(Value::Null), value)?;
            }
            Value::Array(items) => {
                let order = patch.get(&format!("$setElementOrder/{key}")).and_then(Value::as_array);
                let entry = map.entry(key.clone()).or_insert_with(|| json!([]));
                merge_list(field, key, entry, items, order.map(Vec::as_slice))?;
            }
            _ => {
                map.insert(key.clone(), value.clone());
            }
        }
    }
    Ok(())
}

fn merge_list(
    parent: &str,
    field: &str,
    live: &mut Value,
    patch: &[Value],
    order: Option<&[Value]>,
) -> Result<(), String> {
    let sample = patch.iter().find(|item| item.get("$patch").is_none());
    let kind = list_kind(parent, field, sample.or(patch.first()));
    let Some(items) = live.as_array_mut() else {
        *live = json!(patch);
        return Ok(());
    };
    match kind {
        List::Atomic => *live = json!(patch),
        List::Set => {
            for value in patch {
                if !items.contains(value) {
                    items.push(value.clone());
                }
            }
        }
        List::Keyed(key) => {
            let mut added = Vec::new();
            for value in patch {
                if value.get("$patch").and_then(Value::as_str) == Some("replace") {
                    items.clear();
                    continue;
                }
                let Some(name) = value.get(key) else {
                    let shown = go_map(value);
                    return Err(format!("map: {shown} does not contain declared merge key: {key}"));
                };
                let place = items.iter().position(|item| item.get(key) == Some(name));
                let deletes = value.get("$patch").and_then(Value::as_str) == Some("delete");
                match place {
                    Some(index) if deletes => {
                        items.remove(index);
                    }
                    Some(index) => merge_map(field, &mut items[index], value)?,
                    None if deletes => {}
                    None => {
                        let mut whole = Value::Null;
                        merge_map(field, &mut whole, value)?;
                        added.push(whole);
                    }
                }
            }
            items.splice(0..0, added);
            if let Some(order) = order {
                let rank =
                    |item: &Value| order.iter().position(|wanted| wanted.get(key) == item.get(key));
                order::sort_by_key(items, |item| rank(item).map_or((1, 0), |rank| (0, rank)));
            }
        }
    }
    Ok(())
}

/// A map as Go prints it: `map[image:x]`.
pub(super) fn go_map(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let pairs = map.iter().map(|(key, value)| format!("{key}:{}", go_map(value)));
            format!("map[{}]", pairs.collect::<Vec<_>>().join(" "))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(go_map).collect::<Vec<_>>().join(" "))
        }
        Value::String(text) => text.clone(),
        Value::Null => "<nil>".to_owned(),
        other => other.to_string(),
    }
}

/// Puts a JSON merge patch into an object (RFC 7386).
pub(super) fn apply_merge(live: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *live = patch.clone();
        return;
    };
    if !live.is_object() {
        *live = json!({});
    }
    let Some(map) = live.as_object_mut() else { return };
    for (key, value) in patch {
        if value.is_null() {
            map.remove(key);
        } else {
            apply_merge(map.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

/// The manifest without the members that are null.
pub(super) fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let kept = map.iter().filter(|(_, value)| !value.is_null());
            order::object(kept.map(|(key, value)| (key.clone(), without_nulls(value)))).into()
        }
        Value::Array(items) => Value::Array(items.iter().map(without_nulls).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apply_sends_only_what_changed() {
        let last = json!({"spec": {"a": 1, "gone": 2, "containers": [
            {"name": "c", "image": "x"}, {"name": "d", "image": "y"}]}});
        let new = json!({"spec": {"a": 1, "containers": [{"name": "c", "image": "z"}]}});
        let mut live = json!({"spec": {"a": 1, "gone": 2, "default": true, "containers": [
            {"name": "c", "image": "x", "pull": "Always"}, {"name": "d", "image": "y"}]}});
        let patch = three_way(&last, &new, &live);
        assert_eq!(
            patch,
            json!({"spec": {"gone": null, "$setElementOrder/containers": [{"name": "c"}],
                "containers": [{"name": "c", "image": "z"}, {"$patch": "delete", "name": "d"}]}})
        );
        apply_strategic(&mut live, &patch).expect("the patch applies");
        assert_eq!(
            live,
            json!({"spec": {"a": 1, "default": true, "containers": [
                {"name": "c", "image": "z", "pull": "Always"}]}})
        );
        assert_eq!(three_way(&new, &new, &live), json!({}));
    }

    #[test]
    fn a_new_element_comes_first_and_another_source_replaces_the_old() {
        let mut live = json!({"spec": {"volumes": [{"name": "v", "emptyDir": {}}]}});
        let patch = json!({"spec": {"volumes": [{"name": "w", "emptyDir": {}}]}});
        apply_strategic(&mut live, &patch).expect("the patch applies");
        assert_eq!(live["spec"]["volumes"][0]["name"], "w");
        let new = json!({"spec": {"volumes": [
            {"name": "v", "persistentVolumeClaim": {"claimName": "c"}}]}});
        let patch = three_way(&json!({}), &new, &live);
        apply_strategic(&mut live, &patch).expect("the patch applies");
        let volume = live["spec"]["volumes"].as_array().expect("a list")[0].clone();
        assert_eq!(volume, json!({"name": "v", "persistentVolumeClaim": {"claimName": "c"}}));
        let bad = json!({"spec": {"volumes": [{"emptyDir": {}}]}});
        let error = apply_strategic(&mut live, &bad).expect_err("no name");
        assert_eq!(error, "map: map[emptyDir:map[]] does not contain declared merge key: name");
    }
}
