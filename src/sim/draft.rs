//! Steps that are being put together.

use std::rc::Rc;

use crate::api::object::ObjectKey;

use super::action::EventDraft;
use super::change::Change;
use super::engine::State;
use super::event_log::{EventRecord, EventText};
use super::step::{Actor, Note, Step};

/// A step that is being put together.
pub(super) struct Draft {
    pub(super) actor: Actor,
    pub(super) subject: ObjectKey,
    pub(super) cause: Option<usize>,
    pub(super) periodic: bool,
    pub(super) changes: Vec<Change>,
    pub(super) events: Vec<Rc<EventRecord>>,
    pub(super) notes: Vec<Note>,
}

impl Draft {
    /// A step in which nothing has happened yet.
    pub(super) fn new(
        actor: Actor,
        subject: ObjectKey,
        cause: Option<usize>,
        periodic: bool,
    ) -> Self {
        let (changes, events, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { actor, subject, cause, periodic, changes, events, notes }
    }

    /// Whether nothing has happened in it.
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.events.is_empty() && self.notes.is_empty()
    }

    /// The step, with its place in the run and the state after it.
    pub(super) fn into_step(self, index: usize, after: State) -> Step {
        Step {
            index,
            time: after.now,
            actor: self.actor,
            subject: self.subject,
            cause: self.cause,
            periodic: self.periodic,
            changes: self.changes,
            events: self.events,
            notes: self.notes,
            after,
        }
    }
}

/// What an event says, with the actor's name where it has none of its own.
pub(super) fn event_text(draft: EventDraft, actor: &Actor) -> EventText {
    let own = draft.source.is_none();
    EventText {
        regarding: draft.regarding,
        uid: draft.uid.into(),
        field_path: draft.field_path,
        kind: draft.kind,
        reason: draft.reason.to_owned(),
        message: draft.message,
        source: draft.source.unwrap_or_else(|| Rc::clone(&actor.component)),
        host: if own { Rc::clone(&actor.host) } else { "".into() },
        series: draft.series,
    }
}
