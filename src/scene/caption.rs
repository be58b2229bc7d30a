//! What is said about a step.

use crate::api::object::ObjectKey;
use crate::sim::step::Step;

use super::shape::ShapeId;

/// A sentence of the catalogue about a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption {
    /// The key, without its prefix `step.`.
    pub code: &'static str,
    /// Names and values for its placeholders.
    pub args: Vec<(&'static str, String)>,
    /// The shape beside which it stands.
    pub subject: Option<ShapeId>,
    /// The field of a manifest that caused it: the object and the path in it.
    pub path: Option<(ObjectKey, &'static str)>,
}

/// What is said about a step, the most important first; at least one sentence.
pub fn captions(step: &Step) -> Vec<Caption> {
    vec![Caption {
        code: "other",
        args: vec![
            ("actor", step.actor.component.to_string()),
            ("object", step.subject.to_string()),
        ],
        subject: Some(super::id::of_key(&step.subject)),
        path: None,
    }]
}

/// The most important sentence.
pub fn main(step: &Step) -> Caption {
    captions(step).remove(0)
}
