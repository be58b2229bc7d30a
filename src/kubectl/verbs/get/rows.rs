//! Rows of tables and how they are printed (`cli-runtime/pkg/printers/tableprinter.go`).

use std::rc::Rc;

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::meta::StringMap;
use crate::sim::event_log::EventRecord;

use super::super::super::align::align;
use super::super::super::flags::Arguments;
use super::super::super::output;
use super::super::super::session::shown;
use super::super::super::tables::{self, Column, EVENT_COLUMNS, Sight, event_row, pairs};

/// Rows of one table.
pub(super) enum Rows {
    Objects(Kind, Vec<Object>),
    Events(Vec<Rc<EventRecord>>),
}

/// How tables are shown.
#[derive(Clone, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each stands for a flag of its own")]
pub(super) struct Style {
    wide: bool,
    all_namespaces: bool,
    pub(super) headers: bool,
    labels: bool,
    label_columns: Vec<String>,
}

impl Style {
    /// Reads the flags.
    pub(super) fn of(arguments: &Arguments) -> Self {
        let mut label_columns = Vec::new();
        for list in arguments.all("label-columns") {
            label_columns.extend(list.split(',').map(str::to_owned));
        }
        Self {
            wide: arguments.get("output") == Some("wide"),
            all_namespaces: arguments.is_set("all-namespaces"),
            headers: !arguments.is_set("no-headers"),
            labels: arguments.is_set("show-labels"),
            label_columns,
        }
    }
}

/// Events about objects of the cluster live in `default`.
pub(super) fn event_namespace(event: &EventRecord) -> &str {
    let namespace = &event.text.regarding.namespace;
    if namespace.is_empty() { "default" } else { namespace }
}

impl Rows {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Objects(_, rows) => rows.is_empty(),
            Self::Events(rows) => rows.is_empty(),
        }
    }

    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Objects(_, rows) => rows.iter().map(|object| shown(&object.key())).collect(),
            Self::Events(rows) => rows
                .iter()
                .map(|event| format!("event/{}.{:x}", event.text.regarding.name, event.id))
                .collect(),
        }
    }

    pub(super) fn values(&self) -> Vec<Value> {
        match self {
            Self::Objects(_, rows) => rows.iter().map(Object::to_value).collect(),
            Self::Events(rows) => rows.iter().map(|event| output::event_value(event)).collect(),
        }
    }

    /// The table with its columns aligned.
    pub(super) fn print(&self, sight: Sight<'_>, style: &Style, prefix: bool) -> String {
        aligned(&self.lines(sight, style, prefix))
    }

    /// The lines of the table, their cells parted by tabs.
    pub(super) fn lines(&self, sight: Sight<'_>, style: &Style, prefix: bool) -> Vec<String> {
        let (columns, namespaced): (&[Column], bool) = match self {
            Self::Objects(kind, _) => (tables::of(*kind).columns, kind.is_namespaced()),
            Self::Events(_) => (EVENT_COLUMNS, true),
        };
        let kept: Vec<usize> =
            (0..columns.len()).filter(|index| style.wide || !columns[*index].wide).collect();
        let mut lines = Vec::new();
        if style.headers {
            let mut head: Vec<String> =
                kept.iter().map(|index| columns[*index].name.to_owned()).collect();
            let heads = style.label_columns.iter().map(|key| label_head(key));
            head.extend(heads);
            head.extend(style.labels.then(|| "LABELS".to_owned()));
            if style.all_namespaces && namespaced {
                head.insert(0, "NAMESPACE".to_owned());
            }
            lines.push(head.join("\t"));
        }
        let mut add = |cells: Vec<String>, namespace: &str, labels: &StringMap| {
            let mut line: Vec<String> = kept
                .iter()
                .map(|index| one_line(cells.get(*index).map_or("", String::as_str)))
                .collect();
            let label = |key: &String| labels.get(key).cloned().unwrap_or_default();
            line.extend(style.label_columns.iter().map(label));
            line.extend(style.labels.then(|| pairs(labels)));
            if style.all_namespaces && namespaced {
                line.insert(0, namespace.to_owned());
            }
            lines.push(line.join("\t"));
        };
        match self {
            Self::Objects(kind, rows) => {
                let row = tables::of(*kind).row;
                for object in rows {
                    let mut cells = row(object, sight);
                    if let (true, Some(name)) = (prefix, cells.first_mut()) {
                        *name = format!("{}/{name}", kind.qualified_singular());
                    }
                    add(cells, &object.meta().namespace, &object.meta().labels);
                }
            }
            Self::Events(rows) => {
                for event in rows {
                    let none = StringMap::new();
                    add(event_row(event, sight), event_namespace(event), &none);
                }
            }
        }
        lines
    }
}

/// Lines with their columns aligned.
pub(super) fn aligned(lines: &[String]) -> String {
    align(&(lines.join("\n") + "\n"), 6, 3)
}

fn label_head(key: &str) -> String {
    key.rsplit('/').next().unwrap_or(key).to_ascii_uppercase()
}

/// A cell ends at its first line break (`printers/tableprinter.go`).
fn one_line(cell: &str) -> String {
    match cell.split_once('\n') {
        Some((first, _)) => format!("{first}..."),
        None => cell.to_owned(),
    }
}
