//! `kubectl get -w`: the table, then a row for every write, until nothing moves any more.

use std::rc::Rc;

use serde_json::{Value, json};

use crate::api::kind::Object;
use crate::sim::step::Step;

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::names::{Asked, Type};
use super::super::super::output::{self, Format};
use super::super::super::pending::{Pending, Poll};
use super::super::super::selector::Selector;
use super::super::super::session::Session;
use super::super::super::tables::Sight;
use super::collect;
use super::rows::{Rows, Style, event_namespace};

/// Shows what there is, and then waits for what changes.
pub(super) fn watch(
    session: &mut Session<'_>,
    arguments: &Arguments,
    wanted: &Asked,
    format: Option<Format>,
) -> Result<(), Failure> {
    let (kind, name) = match wanted {
        Asked::Types(types) if types.len() == 1 => (types[0], None),
        Asked::Names(names) if names.len() == 1 => (names[0].0, Some(names[0].1.clone())),
        Asked::Types(_) => {
            return Err(Failure::message("you may only specify a single resource type"));
        }
        Asked::Names(_) => {
            let text = "you may only watch a single resource or type of resource at a time";
            return Err(Failure::message(text));
        }
    };
    let tables = collect(session, arguments, wanted)?;
    if !session.failures.is_empty() {
        return Ok(());
    }
    let only = arguments.is_set("watch-only");
    if arguments.get("sort-by").is_some() {
        session.complain(if only {
            "warning: --watch-only requested, --sort-by will be ignored"
        } else {
            "warning: --watch requested, --sort-by will be ignored for watch events received"
        });
    }
    let everywhere = arguments.is_set("all-namespaces");
    let limit = arguments.duration("get", "request-timeout")?.and_then(|ms| u64::try_from(ms).ok());
    let mut watch = Watch {
        kind,
        name,
        namespace: (!everywhere).then(|| session.namespace.clone()),
        selector: Selector::of(arguments, wanted.first_type())?,
        style: Style::of(arguments),
        prefix: arguments.is_set("show-kind"),
        events: arguments.is_set("output-watch-events"),
        format,
        widths: Vec::new(),
        printed: 0,
        seen: session.sim.steps().len(),
        deadline: limit.filter(|ms| *ms > 0).map(|ms| session.now() + ms),
    };
    if !only {
        for table in &tables {
            watch.print(session, table, "ADDED");
        }
    }
    session.then(Pending::Watch(Box::new(watch)));
    Ok(())
}

/// What is watched, and how it is shown.
#[derive(Clone, Debug)]
pub(crate) struct Watch {
    kind: Type,
    name: Option<String>,
    /// `None` watches all namespaces.
    namespace: Option<String>,
    selector: Selector,
    style: Style,
    prefix: bool,
    /// Whether each row tells what happened (`--output-watch-events`).
    events: bool,
    format: Option<Format>,
    /// Columns only grow: a longer row widens those after it.
    widths: Vec<usize>,
    /// How many objects were printed.
    printed: usize,
    /// How many steps were looked at.
    seen: usize,
    deadline: Option<crate::api::time::SimTime>,
}

impl Watch {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Poll {
        while let Some(step) = session.sim.steps().get(self.seen).cloned() {
            self.seen += 1;
            for (event, rows) in self.rows_of(&step) {
                self.print(session, &rows, event);
            }
        }
        Poll::Wait(self.deadline)
    }

    fn print(&mut self, session: &mut Session<'_>, rows: &Rows, event: &str) {
        if rows.is_empty() {
            return;
        }
        let text = match &self.format {
            None => self.table(session, rows, event),
            Some(format) => self.values(&format.clone(), rows, event),
        };
        session.stdout.push_str(&text);
    }

    fn table(&mut self, session: &Session<'_>, rows: &Rows, event: &str) -> String {
        let sight = Sight { cluster: session.sim.cluster(), now: session.sim.now() };
        let mut lines = rows.lines(sight, &self.style, self.prefix);
        if self.events {
            for (index, line) in lines.iter_mut().enumerate() {
                let head = if index == 0 && self.style.headers { "EVENT" } else { event };
                *line = format!("{head}\t{line}");
            }
        }
        self.style.headers = false;
        let rows: Vec<Vec<&str>> = lines.iter().map(|line| line.split('\t').collect()).collect();
        for row in &rows {
            self.widths.resize(self.widths.len().max(row.len()), 6);
            for (width, cell) in self.widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count() + 3);
            }
        }
        let mut text = String::new();
        for row in rows {
            for (index, cell) in row.iter().enumerate() {
                text.push_str(cell);
                if index + 1 < row.len() {
                    let blanks = self.widths[index].saturating_sub(cell.chars().count());
                    text.extend(std::iter::repeat_n(' ', blanks));
                }
            }
            text.push('\n');
        }
        text
    }

    fn values(&mut self, format: &Format, rows: &Rows, event: &str) -> String {
        let mut text = String::new();
        if matches!(format, Format::Name) {
            for name in rows.names() {
                text.push_str(&(name + "\n"));
            }
            return text;
        }
        for value in rows.values() {
            let value = if self.events { json!({"type": event, "object": value}) } else { value };
            if self.printed > 0 && matches!(format, Format::Yaml) {
                text.push_str("---\n");
            }
            text.push_str(&self.value(format, value));
            self.printed += 1;
        }
        text
    }

    fn value(&self, format: &Format, value: Value) -> String {
        let text = output::render(format, vec![value], true);
        match format {
            // The heads stand once.
            Format::Columns(_) if self.printed > 0 => {
                text.split_once('\n').map_or(String::new(), |(_, rows)| rows.to_owned())
            }
            _ => text,
        }
    }

    fn has_room(&self, namespace: &str) -> bool {
        let own = self.namespace.as_deref();
        namespace.is_empty() || own.is_none_or(|own| own == namespace)
    }

    fn shows(&self, object: &Object) -> bool {
        let meta = object.meta();
        self.name.as_ref().is_none_or(|name| *name == meta.name)
            && Type::Kind(object.kind()) == self.kind
            && self.has_room(&meta.namespace)
            && self.selector.matches(object)
    }

    /// The rows that a step adds, each for itself, with what happened.
    fn rows_of(&self, step: &Step) -> Vec<(&'static str, Rows)> {
        match self.kind {
            Type::Kind(kind) => {
                let shown = step.changes.iter().filter(|change| {
                    Type::Kind(change.key.kind) == self.kind && self.shows(change.object())
                });
                let row = |change: &crate::sim::change::Change| {
                    let event = match (change.is_creation(), change.is_removal()) {
                        (true, _) => "ADDED",
                        (_, true) => "DELETED",
                        _ => "MODIFIED",
                    };
                    (event, Rows::Objects(kind, vec![change.object().clone()]))
                };
                shown.map(row).collect()
            }
            Type::Event => {
                let shown = step.events.iter().filter(|event| {
                    self.has_room(event_namespace(event)) && self.selector.matches_event(event)
                });
                let row = |event: &Rc<crate::sim::event_log::EventRecord>| {
                    let what = if event.count > 1 { "MODIFIED" } else { "ADDED" };
                    (what, Rows::Events(vec![Rc::clone(event)]))
                };
                shown.map(row).collect()
            }
        }
    }
}
