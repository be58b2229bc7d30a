//! Steps of a run.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;

use super::change::Change;
use super::engine::State;
use super::event_log::EventRecord;

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The component, such as `kubelet`, or `kubectl` for a person.
    pub component: Rc<str>,
    /// The node of a kubelet, else empty.
    pub host: Rc<str>,
}

/// A reason given to the learner: a key of the catalogue and what fills its gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The key, without its prefix `step.`.
    pub code: &'static str,
    /// Names and values.
    pub args: Vec<(&'static str, String)>,
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Step {
    /// Place in the run, from 0.
    pub index: usize,
    /// When.
    pub time: SimTime,
    /// Who acted.
    pub actor: Actor,
    /// The object that the actor was looking at.
    pub subject: ObjectKey,
    /// The step that made the actor look, `None` for a person's request or the clock.
    pub cause: Option<usize>,
    /// Whether the clock alone (a resync) made the actor look.
    pub periodic: bool,
    /// What was written.
    pub changes: Vec<Change>,
    /// What was reported.
    pub events: Vec<Rc<EventRecord>>,
    /// Why.
    pub notes: Vec<Note>,
    /// The cluster, the clock and the waiting tasks after it.
    pub after: State,
}
