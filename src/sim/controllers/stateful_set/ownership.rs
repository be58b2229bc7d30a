//! Which Pods and revisions belong to a set.
//!
//! Models `pkg/controller/controller_ref_manager.go` `ClaimPods` and
//! `pkg/controller/statefulset/stateful_set.go` `adoptOrphanRevisions`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::object::Resource;
use crate::api::pod::Pod;
use crate::api::workload::{ControllerRevision, StatefulSet};
use crate::sim::action::Action;
use crate::sim::cluster::Cluster;
use crate::sim::pod_facts::{INDEX_LABEL, NAME_LABEL, PodFacts};

use super::Known;
use super::identity::ordinal_of;

/// Whether the labels of the Pod are those of the set.
fn is_selected(set: &StatefulSet, pod: &Pod) -> bool {
    set.spec.selector.as_ref().is_some_and(|selector| selector.matches(&pod.metadata.labels))
}

/// Whether the Pod's labels are those of the set and its name is one of the set's.
fn is_member(set: &StatefulSet, pod: &Pod) -> bool {
    is_selected(set, pod) && ordinal_of(&set.metadata.name, pod, &PodFacts::of(pod)).is_some()
}

/// Whether the selector asks for labels that differ from Pod to Pod of one set.
fn tells_pods_apart(set: &StatefulSet) -> bool {
    let own = |key: &String| matches!(key.as_str(), NAME_LABEL | INDEX_LABEL);
    set.spec.selector.as_ref().is_some_and(|selector| {
        selector.match_labels.keys().any(own)
            || selector.match_expressions.iter().any(|one| own(&one.key))
    })
}

/// Whether the set may take the Pod as its own.
pub(super) fn may_adopt(set: &StatefulSet, pod: &Pod) -> bool {
    !set.metadata.is_deleting()
        && !pod.metadata.is_deleting()
        && pod.metadata.controller().is_none()
        && is_member(set, pod)
}

/// What the set owns.
pub(super) fn known_objects<'a>(cluster: &'a Cluster, set: &StatefulSet) -> Known<'a> {
    let mut known = Known { revisions: Vec::new(), pods: Vec::new() };
    for (object, facts) in cluster.owned_with_facts(&set.metadata.uid) {
        match (object, facts) {
            (Object::Pod(pod), Some(facts)) => known.pods.push((pod, facts)),
            (Object::ControllerRevision(revision), _) => known.revisions.push(revision),
            _ => {}
        }
    }
    known
}

/// Takes orphans in and lets strangers go.
pub(super) fn adopt_and_release(
    cluster: &Cluster,
    owner: &Object,
    set: &StatefulSet,
    known: &Known<'_>,
) -> Vec<Action> {
    let mut actions = Vec::new();
    for orphan in cluster.orphans_in(&set.metadata.namespace) {
        let adopted = match orphan {
            Object::Pod(pod) => may_adopt(set, pod),
            Object::ControllerRevision(revision) => may_adopt_revision(set, revision),
            _ => false,
        };
        if adopted {
            // [stateful_set 2-1] OBSERVATION: an orphan has the set's labels and a fitting name.
            let mut orphan = orphan.clone();
            orphan.meta_mut().owner_references.push(owner.controller_reference());
            actions.push(Action::Update(orphan));
        }
    }
    let apart = tells_pods_apart(set);
    // Pods of one template have the same labels: they are asked about once.
    let mut asked: Option<(u64, bool)> = None;
    for (pod, facts) in &known.pods {
        let selected = match asked {
            Some((labels, selected)) if labels == facts.labels && !apart => selected,
            _ => is_selected(set, pod),
        };
        asked = Some((facts.labels, selected));
        let is_own = selected && ordinal_of(&set.metadata.name, pod, facts).is_some();
        if is_own || facts.is_deleting || set.metadata.is_deleting() {
            continue;
        }
        // [stateful_set 2-2] OBSERVATION: a Pod of the set lost the labels that select it.
        let mut pod = Pod::clone(pod);
        pod.metadata.owner_references.retain(|owner| owner.uid != set.metadata.uid);
        actions.push(Action::Update(Object::Pod(Rc::new(pod))));
    }
    actions
}

fn may_adopt_revision(set: &StatefulSet, revision: &ControllerRevision) -> bool {
    let selector = set.spec.selector.as_ref();
    !set.metadata.is_deleting()
        && !revision.metadata.is_deleting()
        && selector.is_some_and(|selector| selector.matches(&revision.meta().labels))
}
