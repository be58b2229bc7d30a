//! `kubectl get events` (`printEvent`).

use crate::sim::event_log::EventRecord;

use super::super::age::since;
use super::{Column, Sight, shown, wide};

/// The columns of events.
pub(in crate::kubectl) const EVENT_COLUMNS: &[Column] = &[
    shown("LAST SEEN"),
    shown("TYPE"),
    shown("REASON"),
    shown("OBJECT"),
    wide("SUBOBJECT"),
    wide("SOURCE"),
    shown("MESSAGE"),
    wide("FIRST SEEN"),
    wide("COUNT"),
    wide("NAME"),
];

/// An event's cells.
pub(in crate::kubectl) fn event_row(event: &EventRecord, sight: Sight<'_>) -> Vec<String> {
    let text = &event.text;
    let source = match &*text.host {
        "" => text.source.to_string(),
        host => format!("{}, {host}", text.source),
    };
    let regarding = &text.regarding;
    vec![
        since(sight.now, event.last),
        text.kind.as_str().to_owned(),
        text.reason.clone(),
        format!("{}/{}", regarding.kind.info().name.to_ascii_lowercase(), regarding.name),
        text.field_path.clone(),
        source,
        text.message.trim().to_owned(),
        since(sight.now, event.first),
        event.count.to_string(),
        format!("{}.{:x}", regarding.name, event.id),
    ]
}

/// The times column of `describe` and `kubectl events`: `8s (x2 over 10s)`.
pub(in crate::kubectl) fn event_time(event: &EventRecord, sight: Sight<'_>) -> String {
    let last = since(sight.now, event.last);
    match event.count {
        0 | 1 => last,
        count => format!("{last} (x{count} over {})", since(sight.now, event.first)),
    }
}
