//! What is said about a step: keys of the catalogue, and what fills their gaps.
//!
//! Each teller knows one group of actors. The first that has something to say speaks.

mod binding;
mod lost;
mod node;
mod person;
mod workload;

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::order;
use crate::api::pod::Pod;
use crate::sim::change::Change;
use crate::sim::step::Step;

use super::id;
use super::plan;
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

impl Caption {
    /// Kubernetes' own words about it, in English, to be shown beside the sentence.
    pub fn quote(&self) -> Option<&str> {
        let message = self.args.iter().find(|(name, _)| *name == "message");
        message.map(|(_, text)| text.trim()).filter(|text| !text.is_empty())
    }
}

/// How a step stands in the play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Bookkeeping: belongs to what is before it.
    Quiet,
    /// Begins something that a later step ends.
    Opens,
    /// Worth a stop.
    Loud,
}

/// A sentence with its weight.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) weight: Weight,
    pub(super) caption: Caption,
}

impl Said {
    fn new(weight: Weight, code: &'static str, subject: &ObjectKey) -> Self {
        let subject = Some(id::of_key(subject));
        Self { weight, caption: Caption { code, args: Vec::new(), subject, path: None } }
    }

    fn loud(code: &'static str, subject: &ObjectKey) -> Self {
        Self::new(Weight::Loud, code, subject)
    }

    fn opens(code: &'static str, subject: &ObjectKey) -> Self {
        Self::new(Weight::Opens, code, subject)
    }

    fn quiet(code: &'static str, subject: &ObjectKey) -> Self {
        Self::new(Weight::Quiet, code, subject)
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.caption.args.push((name, value.into()));
        self
    }

    fn because(mut self, object: &ObjectKey, path: &'static str) -> Self {
        self.caption.path = Some((object.clone(), path));
        self
    }
}

/// How long an identity is.
const UID: usize = 36;

const TELLERS: &[fn(&Step) -> Vec<Said>] =
    &[person::tell, workload::tell, binding::tell, lost::tell, node::tell];

/// What is said about a step, the most important first; at least one sentence.
pub fn captions(step: &Step) -> Vec<Caption> {
    tell(step).into_iter().map(|said| said.caption).collect()
}

/// The most important sentence.
pub fn main(step: &Step) -> Caption {
    captions(step).remove(0)
}

/// Who did it and to what, for a timeline: `kubelet Pod default/web-0`.
pub fn title(step: &Step) -> String {
    let key = step.changes.first().map_or_else(
        || step.events.first().map_or(&step.subject, |event| &event.text.regarding),
        |change| &change.key,
    );
    format!("{} {key}", step.actor.component)
}

/// Whether a person did it, at the API server or on a node.
pub(super) fn is_by_person(step: &Step) -> bool {
    step.actor.component.starts_with("kubectl") || &*step.actor.component == "shell"
}

/// The sentences, the weightiest first.
pub(super) fn tell(step: &Step) -> Vec<Said> {
    let mut said: Vec<Said> = TELLERS.iter().flat_map(|teller| teller(step)).collect();
    if said.is_empty() {
        said = fallback(step);
    }
    let repeated = step.changes.is_empty()
        && !step.events.is_empty()
        && step.events.iter().all(|event| event.count > 1);
    for one in &mut said {
        if repeated {
            one.weight = Weight::Quiet;
        }
    }
    for (_, value) in said.iter_mut().flat_map(|one| &mut one.caption.args) {
        shorten_uids(value);
    }
    order::sort_by_key(&mut said, |one| std::cmp::Reverse(one.weight));
    said
}

/// Of made-up identities the ends are enough, as in the boxes.
fn shorten_uids(text: &mut String) {
    let is_uid = |part: &str| {
        part.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
    };
    let mut at = 0;
    while let Some(part) = text.get(at..).and_then(|rest| rest.get(..UID)) {
        if is_uid(part) {
            text.replace_range(at + 4..at + UID - 4, "\u{2026}");
        }
        at += text[at..].chars().next().map_or(1, char::len_utf8);
    }
}

/// For what nobody has words of its own.
fn fallback(step: &Step) -> Vec<Said> {
    let actor = step.actor.component.to_string();
    if let Some(event) = step.events.first() {
        return vec![
            Said::loud("reported", &event.text.regarding)
                .with("actor", actor)
                .with("object", event.text.regarding.to_string())
                .with("reason", event.text.reason.clone()),
        ];
    }
    let Some(change) = step.changes.first() else {
        return vec![
            Said::quiet("looked", &step.subject)
                .with("actor", actor)
                .with("object", step.subject.to_string()),
        ];
    };
    let said = match (change.is_creation(), change.is_removal()) {
        (true, _) => Said::loud("object-created", &change.key),
        (_, true) => Said::loud("object-gone", &change.key),
        _ if marks_deletion(change) => Said::loud("object-deleting", &change.key),
        _ => Said::quiet("object-changed", &change.key),
    };
    vec![said.with("actor", actor).with("object", change.key.to_string())]
}

/// Whether the write marks the object as being deleted.
fn marks_deletion(change: &Change) -> bool {
    let deleting = |object: &Option<crate::api::kind::Object>| {
        object.as_ref().is_some_and(|object| object.meta().is_deleting())
    };
    !deleting(&change.before) && deleting(&change.after)
}

/// The manifest in which a Pod's field was written: its own, or that of what made it.
fn origin(
    pod: &Pod,
    own: &'static str,
    in_template: &'static str,
) -> Option<(ObjectKey, &'static str)> {
    match pod.metadata.controller() {
        None => Some((pod.key(), own)),
        Some(owner) => {
            let kind = Kind::named(&owner.kind)?;
            Some((ObjectKey::new(kind, &pod.metadata.namespace, &owner.name), in_template))
        }
    }
}

/// The manifest in which a claim was written: its own, or the template of a set.
fn claim_origin(step: &Step, claim: &ObjectKey, own: &'static str) -> (ObjectKey, &'static str) {
    let pods = step.after.cluster.pods_using_claim(&claim.namespace, &claim.name);
    let set = pods.filter_map(|pod| Some((plan::set_of(pod)?.0, pod))).find(|(set, pod)| {
        claim.name.strip_suffix(&pod.metadata.name).is_some_and(|rest| rest.ends_with('-'))
            && step.after.cluster.object(set).is_some()
    });
    match set {
        Some((set, _)) => (set, "spec.volumeClaimTemplates"),
        None => (claim.clone(), own),
    }
}
