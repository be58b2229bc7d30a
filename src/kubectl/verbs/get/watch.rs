//! `kubectl get -w`: the table, then a row for every write, until nothing moves any more.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::sim::change::Change;
use crate::sim::engine::Progress;
use crate::sim::step::Step;

use super::super::super::failure::Failure;
use super::super::super::flags::Arguments;
use super::super::super::names::{Asked, Space, Type};
use super::super::super::selector::Selector;
use super::super::super::session::{PATIENCE_MS, Session};
use super::super::super::tables::Sight;
use super::rows::{Rows, Style, aligned, event_namespace};
use super::{collect, first_type};

/// Shows what there is and then what changes. It ends as if interrupted.
pub(super) fn watch(
    session: &mut Session<'_>,
    arguments: &Arguments,
    wanted: &Asked,
) -> Result<(), Failure> {
    let kind = match wanted {
        Asked::Types(types) if types.len() == 1 => types[0],
        Asked::Names(names) if names.len() == 1 => names[0].0,
        Asked::Types(_) => {
            return Err(Failure::message("you may only specify a single resource type"));
        }
        Asked::Names(_) => {
            let text = "you may only watch a single resource or type of resource at a time";
            return Err(Failure::message(text));
        }
    };
    let selector = Selector::of(arguments, first_type(wanted))?;
    let mut style = Style::of(arguments);
    let prefix = arguments.is_set("show-kind");
    let tables = collect(session, arguments, wanted)?;
    if !session.failures.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = Vec::new();
    if !arguments.is_set("watch-only") {
        for table in tables.iter().filter(|table| !table.is_empty()) {
            let sight = Sight { cluster: session.cluster(), now: session.now() };
            lines.extend(table.lines(sight, &style, prefix));
            session.stdout.push_str(&aligned(&lines));
            style.headers = false;
        }
    }
    let everywhere = arguments.is_set("all-namespaces");
    let space = if everywhere { Space::All } else { Space::One(&session.namespace) };
    let filter = Filter { kind, space, wanted, selector: &selector };
    let deadline = session.sim.now() + PATIENCE_MS;
    loop {
        let seen = session.sim.steps().len();
        let progress = session.sim.settle(deadline, 1);
        for step in &session.sim.steps()[seen..] {
            for rows in filter.rows_of(step) {
                let sight = Sight { cluster: session.sim.cluster(), now: session.sim.now() };
                let skipped = lines.len();
                lines.extend(rows.lines(sight, &style, prefix));
                // Columns only grow: new rows are aligned with all before them.
                let new: Vec<String> =
                    aligned(&lines).lines().skip(skipped).map(str::to_owned).collect();
                session.stdout.push_str(&(new.join("\n") + "\n"));
                style.headers = false;
            }
        }
        if progress != Progress::More {
            session.waits_for_ever = true;
            return Ok(());
        }
    }
}

/// What is watched.
struct Filter<'a> {
    kind: Type,
    space: Space<'a>,
    wanted: &'a Asked,
    selector: &'a Selector,
}

impl Filter<'_> {
    fn has_room(&self, namespace: &str) -> bool {
        match self.space {
            Space::One(own) => namespace.is_empty() || namespace == own,
            Space::All => true,
        }
    }

    fn shows(&self, object: &Object) -> bool {
        let meta = object.meta();
        let named = match self.wanted {
            Asked::Types(_) => true,
            Asked::Names(names) => names.iter().any(|(_, wanted)| *wanted == meta.name),
        };
        named
            && Type::Kind(object.kind()) == self.kind
            && self.has_room(&meta.namespace)
            && self.selector.matches(object)
    }

    /// The rows that a step adds, each for itself.
    fn rows_of(&self, step: &Step) -> Vec<Rows> {
        match self.kind {
            Type::Kind(kind) => {
                let objects = step.changes.iter().map(Change::object);
                let shown = objects.filter(|object| self.shows(object));
                shown.map(|object| Rows::Objects(kind, vec![object.clone()])).collect()
            }
            Type::Event => {
                let shown = step.events.iter().filter(|event| {
                    self.has_room(event_namespace(event)) && self.selector.matches_event(event)
                });
                shown.map(|event| Rows::Events(vec![Rc::clone(event)])).collect()
            }
        }
    }
}
