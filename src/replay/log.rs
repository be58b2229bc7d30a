//! Steps of a run as entries of a recording's log.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::change::Change;
use crate::sim::event_log::EventRecord;
use crate::sim::step::Step;

use super::{since, state};

/// What is visible of the steps; times count from `start`.
pub(super) fn entries(steps: &[Rc<Step>], start: SimTime) -> Value {
    let mut list = Vec::new();
    for step in steps {
        let at = since(start, step.time);
        for change in &step.changes {
            list.extend(marked(change, &at));
            list.extend(changed(change, &at));
        }
        let visible = step.events.iter().filter(|event| is_visible(event));
        list.extend(visible.map(|event| reported(event, &at)));
    }
    Value::Array(list)
}

/// `Pod/web-0`.
fn shown(key: &ObjectKey) -> String {
    format!("{}/{}", key.kind.info().name, key.name)
}

/// A Pod that goes at once is marked first (`updateForGracefulDeletionAndFinalizers`): whoever
/// watches sees both.
fn marked(change: &Change, at: &Value) -> Option<Value> {
    let before = change.before.as_ref().filter(|_| change.is_removal())?;
    if before.kind() != Kind::Pod || before.meta().is_deleting() {
        return None;
    }
    let mut state = state::of(before)?;
    state.insert("deleting".to_owned(), true.into());
    Some(json!({"t": at, "object": shown(&change.key), "state": state}))
}

fn changed(change: &Change, at: &Value) -> Option<Value> {
    let before = change.before.as_ref().and_then(state::of);
    let name = shown(&change.key);
    match change.after.as_ref() {
        Some(object) => {
            let after = state::of(object)?;
            match before {
                None => Some(json!({"t": at, "object": name, "new": true, "state": after})),
                Some(before) if before == after => None,
                Some(_) => Some(json!({"t": at, "object": name, "state": after})),
            }
        }
        None => before.map(|_| json!({"t": at, "gone": name})),
    }
}

/// Recordings hold the events about objects that they show; an event without the object's uid is
/// about none.
fn is_visible(event: &EventRecord) -> bool {
    !event.text.uid.is_empty() && state::is_shown(event.text.regarding.kind)
}

fn reported(event: &EventRecord, at: &Value) -> Value {
    let text = &event.text;
    let mut entry = json!({
        "t": at,
        "event": shown(&text.regarding),
        "type": text.kind.as_str(),
        "reason": text.reason,
        "message": text.message,
        "from": &*text.source,
        "count": event.count,
        "again": event.count > 1,
    });
    if let (false, Some(map)) = (text.field_path.is_empty(), entry.as_object_mut()) {
        map.insert("field".to_owned(), text.field_path.clone().into());
    }
    entry
}
