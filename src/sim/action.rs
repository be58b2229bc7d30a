//! What a controller decides. Only the engine carries it out.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::machine::fs::disks::Disks;

use super::controllers::{ControllerId, Memory};
use super::event_log::EventType;
use super::runtime::{NodeRuntime, PodRuntime};
use super::step::Note;

/// One decision.
#[derive(Clone, Debug)]
pub enum Action {
    /// Make the object. Nothing happens when one of that name exists or the API server refuses.
    Create(Object),
    /// Write the object over the one of its name. Nothing happens when it is gone.
    Update(Object),
    /// Delete the object as a client would.
    Delete(Deletion),
    /// Report something.
    Event(EventDraft),
    /// Look at the same object again later.
    Requeue {
        /// After how many milliseconds.
        after_ms: u64,
        /// Whether the run waits for it.
        urgency: Urgency,
    },
    /// Look at another object, which the run waits for.
    Wake {
        /// The object.
        key: ObjectKey,
        /// After how many milliseconds.
        after_ms: u64,
    },
    /// Let another controller look at the same object, so many milliseconds later.
    WakeOther(ControllerId, u64, Urgency),
    /// Remember something about the object, or forget it.
    Remember(Option<Memory>),
    /// Change what the node knows of a Pod, or forget the Pod.
    SetRuntime(ObjectKey, Option<Rc<PodRuntime>>),
    /// Change a node as a machine.
    SetNodeRuntime(Rc<str>, Rc<NodeRuntime>),
    /// Change files.
    SetDisks(Disks),
    /// Say why, for the learner; belongs to the write that follows, or stands as its own step.
    Note(Note),
}

/// Whether a run is only at rest when the task is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Urgency {
    /// The run waits for it: a back-off, a start, an end.
    Foreground,
    /// It comes again and again for ever and mostly finds nothing to do.
    Background,
}

/// How dependents of a deleted object are treated (`metav1.DeletionPropagation`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Propagation {
    /// They are deleted after it.
    #[default]
    Background,
    /// It goes after them.
    Foreground,
    /// They stay without an owner.
    Orphan,
}

/// A request to delete.
#[derive(Clone, Debug)]
pub struct Deletion {
    /// The object.
    pub key: ObjectKey,
    /// Only when it has this uid; empty for any.
    pub uid: String,
    /// Seconds a Pod has to end; its own when not given.
    pub grace_seconds: Option<i64>,
    /// What becomes of dependents.
    pub propagation: Propagation,
}

impl Deletion {
    /// Deletes the object with its own grace period, dependents in the background.
    pub fn of(object: &Object) -> Self {
        Self {
            key: object.key(),
            uid: object.meta().uid.clone(),
            grace_seconds: None,
            propagation: Propagation::Background,
        }
    }
}

/// An event to be reported.
#[derive(Clone, Debug)]
pub struct EventDraft {
    /// The object it is about.
    pub regarding: ObjectKey,
    /// Its uid.
    pub uid: String,
    /// The part of the object, mostly empty.
    pub field_path: String,
    /// Usual or not.
    pub kind: EventType,
    /// One word.
    pub reason: &'static str,
    /// The message.
    pub message: String,
    /// Who says so, when it is not the controller's own name.
    pub source: Option<Rc<str>>,
    /// The series it belongs to; equal events of different series are not counted together.
    pub series: Rc<str>,
}

impl EventDraft {
    /// A Normal event about the object.
    pub fn normal(object: &Object, reason: &'static str, message: impl Into<String>) -> Self {
        Self {
            regarding: object.key(),
            uid: object.meta().uid.clone(),
            field_path: String::new(),
            kind: EventType::Normal,
            reason,
            message: message.into(),
            source: None,
            series: "".into(),
        }
    }

    /// A Warning about the object.
    pub fn warning(object: &Object, reason: &'static str, message: impl Into<String>) -> Self {
        Self { kind: EventType::Warning, ..Self::normal(object, reason, message) }
    }

    /// The same about a part of the object.
    #[must_use]
    pub fn at(mut self, field_path: String) -> Self {
        self.field_path = field_path;
        self
    }

    /// The same within a series.
    #[must_use]
    pub fn in_series(mut self, series: &str) -> Self {
        self.series = series.into();
        self
    }

    /// The same, said by somebody else.
    #[must_use]
    pub fn from(mut self, source: &str) -> Self {
        self.source = Some(source.into());
        self
    }
}
