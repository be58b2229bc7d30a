//! Taints and labels that follow from how a node is.
//!
//! Models `doNoScheduleTaintingPass`, `reconcileNodeLabels` and `SwapNodeControllerTaint`.

use std::rc::Rc;

use crate::api::node::{Node, Taint};
use crate::api::time::SimTime;
use crate::sim::action::Action;

/// While the kubelet says that the node is not ready.
pub(super) const NOT_READY: &str = "node.kubernetes.io/not-ready";
/// While nothing is heard of the node.
pub(super) const UNREACHABLE: &str = "node.kubernetes.io/unreachable";
const UNSCHEDULABLE: &str = "node.kubernetes.io/unschedulable";

/// The condition, its status, and the taint that goes with it.
const BY_CONDITION: [(&str, &str, &str); 6] = [
    ("Ready", "False", NOT_READY),
    ("Ready", "Unknown", UNREACHABLE),
    ("MemoryPressure", "True", "node.kubernetes.io/memory-pressure"),
    ("DiskPressure", "True", "node.kubernetes.io/disk-pressure"),
    ("NetworkUnavailable", "True", "node.kubernetes.io/network-unavailable"),
    ("PIDPressure", "True", "node.kubernetes.io/pid-pressure"),
];

/// Sets the taints that keep new Pods away, and takes away those whose cause is gone.
pub(super) fn no_schedule(node: &Rc<Node>, now: SimTime) -> Vec<Action> {
    let is = |kind: &str, status: &str| node.condition(kind).is_some_and(|c| c.status == status);
    let mut wanted: Vec<&str> = BY_CONDITION
        .iter()
        .filter(|(kind, status, _)| is(kind, status))
        .map(|(_, _, taint)| *taint)
        .collect();
    if node.spec.unschedulable {
        wanted.push(UNSCHEDULABLE);
    }
    let is_managed = |taint: &Taint| {
        taint.effect == "NoSchedule"
            && (taint.key == UNSCHEDULABLE
                || BY_CONDITION.iter().any(|(_, _, key)| *key == taint.key))
    };
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|key| !node.has_taint(key, "NoSchedule")).collect();
    let surplus = |taint: &Taint| is_managed(taint) && !wanted.contains(&taint.key.as_str());
    let mut actions = Vec::new();
    let mut next = Rc::clone(node);
    if !missing.is_empty() {
        // [node_lifecycle 3-1] OBSERVATION: a taint that the node calls for is not there.
        let taints = missing.into_iter().map(|key| taint(key, "NoSchedule", now));
        Rc::make_mut(&mut next).spec.taints.extend(taints);
        actions.push(Action::Update(Rc::clone(&next).into()));
    }
    if next.spec.taints.iter().any(surplus) {
        // [node_lifecycle 3-2] OBSERVATION: nothing calls for a taint any more.
        Rc::make_mut(&mut next).spec.taints.retain(|taint| !surplus(taint));
        actions.push(Action::Update(next.into()));
    }
    actions
}

/// A taint of the controller's.
fn taint(key: &str, effect: &str, now: SimTime) -> Taint {
    Taint {
        key: key.to_owned(),
        effect: effect.to_owned(),
        time_added: Some(now),
        ..Taint::default()
    }
}

/// Sets the taint that evicts Pods and takes away its counterpart; `None` takes away both.
pub(super) fn no_execute(node: &Rc<Node>, key: Option<&str>, now: SimTime) -> Vec<Action> {
    let mut actions = Vec::new();
    let mut next = Rc::clone(node);
    if let Some(key) = key.filter(|key| !node.has_taint(key, "NoExecute")) {
        Rc::make_mut(&mut next).spec.taints.push(taint(key, "NoExecute", now));
        actions.push(Action::Update(Rc::clone(&next).into()));
    }
    let surplus = |taint: &Taint| {
        taint.effect == "NoExecute"
            && [NOT_READY, UNREACHABLE].contains(&taint.key.as_str())
            && Some(taint.key.as_str()) != key
    };
    if next.spec.taints.iter().any(surplus) {
        Rc::make_mut(&mut next).spec.taints.retain(|taint| !surplus(taint));
        actions.push(Action::Update(next.into()));
    }
    actions
}

/// The older names of two labels follow the newer ones.
pub(super) fn beta_labels(node: &Rc<Node>) -> Vec<Action> {
    let labels = &node.metadata.labels;
    let pairs = [
        ("kubernetes.io/os", "beta.kubernetes.io/os"),
        ("kubernetes.io/arch", "beta.kubernetes.io/arch"),
    ];
    let differs = |(new, old): &(&str, &str)| {
        labels.get(*new).is_some() && labels.get(*new) != labels.get(*old)
    };
    if !pairs.iter().any(differs) {
        return Vec::new();
    }
    // [node_lifecycle 3-3] OBSERVATION: somebody changed one label of a pair.
    let mut next = Node::clone(node);
    for (new, old) in pairs {
        if let Some(value) = labels.get(new) {
            next.metadata.labels.insert(old.to_owned(), value.clone());
        }
    }
    vec![Action::Update(next.into())]
}
