//! A run as text: who changed what, one line a step.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;
use volume_lab::api::object::ObjectKey;
use volume_lab::sim::change::Change;
use volume_lab::sim::controllers::ControllerId;
use volume_lab::sim::engine::Simulation;
use volume_lab::sim::step::Step;

/// The steps of a person and of these controllers; of everybody when the list is empty.
pub(crate) fn of(sim: &Simulation, shown: &[ControllerId]) -> String {
    let is_shown = |step: &Step| {
        let component = &*step.actor.component;
        shown.is_empty()
            || component == "kubectl"
            || shown.iter().any(|id| id.get().component == component)
    };
    let mut text = String::new();
    let mut uids = BTreeMap::new();
    for step in sim.steps() {
        for change in &step.changes {
            let meta = change.object().meta();
            uids.insert(meta.uid.clone(), short(&change.key));
        }
        if is_shown(step) {
            write_step(&mut text, step);
        }
    }
    if text.is_empty() {
        return "(no change)\n".to_owned();
    }
    for (uid, name) in uids {
        text = text.replace(&uid, &format!("<uid of {name}>"));
    }
    text
}

fn write_step(text: &mut String, step: &Step) {
    let (seconds, millis) = (step.time.0 / 1000, step.time.0 % 1000);
    let head = format!("t={seconds}.{millis:03} {}", step.actor.component);
    for change in &step.changes {
        let _ = writeln!(text, "{head} {}{}", short(&change.key), changes(step, change));
    }
    if step.changes.is_empty() {
        let _ = writeln!(text, "{head} {}", short(&step.subject));
    }
    for event in &step.events {
        let (of, said) = (short(&event.text.regarding), &event.text);
        let count = if event.count == 1 { String::new() } else { format!(" (x{})", event.count) };
        let (kind, reason) = (said.kind.as_str(), &said.reason);
        let _ = writeln!(text, "  {of} {kind} {reason}{count}: {}", said.message);
    }
}

/// `pvc/data`, `ns/pvc/data` outside the default namespace.
fn short(key: &ObjectKey) -> String {
    let info = key.kind.info();
    let lower = info.name.to_lowercase();
    let kind = info.short.first().copied().unwrap_or(&lower);
    match &*key.namespace {
        "" | "default" => format!("{kind}/{}", key.name),
        namespace => format!("{namespace}/{kind}/{}", key.name),
    }
}

fn changes(step: &Step, change: &Change) -> String {
    let leaves = |object: &volume_lab::api::kind::Object| {
        let mut leaves = BTreeMap::new();
        flatten("", &object.to_value(), &mut leaves);
        leaves
    };
    let before = change.before.as_ref().map(leaves).unwrap_or_default();
    let Some(after) = change.after.as_ref().map(leaves) else { return " gone".to_owned() };
    if change.before.is_none() && &*step.actor.component == "kubectl" {
        return " created".to_owned();
    }
    let mut parts = String::new();
    if change.before.is_none() {
        parts.push_str(" created");
    }
    for (path, value) in &after {
        if before.get(path) != Some(value) {
            let _ = write!(parts, " {path}={value}");
        }
    }
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        let _ = write!(parts, " {path}-");
    }
    parts
}

/// Left out: what every write changes, and what only says when.
const DULL: [&str; 9] = [
    "apiVersion",
    "kind",
    "metadata.name",
    "metadata.namespace",
    "metadata.resourceVersion",
    "metadata.uid",
    "metadata.creationTimestamp",
    "metadata.generation",
    "status.lastPhaseTransitionTime",
];

fn flatten(path: &str, value: &Value, leaves: &mut BTreeMap<String, String>) {
    if DULL.contains(&path) || path.ends_with("lastTransitionTime") {
        return;
    }
    if path == "spec.claimRef" {
        let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
        let uid = if text("uid").is_empty() { "" } else { " (uid)" };
        leaves.insert(path.to_owned(), format!("{}/{}{uid}", text("namespace"), text("name")));
        return;
    }
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (key, value) in map {
                let quoted = if key.contains('.') { format!("[{key}]") } else { key.clone() };
                let dot = if path.is_empty() || quoted.starts_with('[') { "" } else { "." };
                flatten(&format!("{path}{dot}{quoted}"), value, leaves);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            for (index, item) in items.iter().enumerate() {
                let name = item.get("type").or_else(|| item.get("name")).and_then(Value::as_str);
                let step = name.map_or(index.to_string(), str::to_owned);
                flatten(&format!("{path}[{step}]"), item, leaves);
            }
        }
        Value::String(text) => {
            let text = if text.is_empty() { "\"\"" } else { text };
            leaves.insert(path.to_owned(), text.to_owned());
        }
        other => {
            leaves.insert(path.to_owned(), other.to_string());
        }
    }
}
