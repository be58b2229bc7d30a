//! What happens to nodes that are lost and to the Pods on them.

use crate::api::kind::Kind;
use crate::api::node::{Node, Taint};
use crate::api::pod::Pod;
use crate::api::policy::PodDisruptionBudget;
use crate::sim::change::Change;
use crate::sim::step::Step;

use super::Said;

/// The controllers of which this file speaks.
const ACTORS: [&str; 3] = ["node-controller", "taint-eviction-controller", "pod-garbage-collector"];

pub(super) fn tell(step: &Step) -> Vec<Said> {
    if !ACTORS.contains(&&*step.actor.component) {
        return Vec::new();
    }
    let mut said: Vec<Said> = step
        .changes
        .iter()
        .map(|change| match change.key.kind {
            Kind::Node => node(change),
            _ => pod(step, change),
        })
        .collect();
    let events = step.events.iter().filter(|_| said.is_empty());
    let told: Vec<Said> = events
        .filter_map(|event| {
            let key = &event.text.regarding;
            let cancelled = event.text.message.starts_with("Cancelling");
            let said = match event.text.reason.as_str() {
                "RegisteredNode" => Said::loud("node-registered", key),
                "RemovingNode" => Said::loud("node-removed", key),
                "TaintManagerEviction" if cancelled => Said::loud("eviction-cancelled", key),
                _ => return None,
            };
            Some(said.with("name", &*key.name))
        })
        .collect();
    said.extend(told);
    said
}

/// What a person asks of a node, of its Pods, or of a budget.
pub(super) fn asked(change: &Change) -> Option<Said> {
    let key = &change.key;
    let said = match key.kind {
        Kind::Node if change.is_removal() => Said::loud("asked-delete-node-gone", key),
        Kind::Node if !change.is_creation() => {
            let (before, after) = change.sides::<Node>();
            let closed = |node: Option<&Node>| node.is_some_and(|node| node.spec.unschedulable);
            match (closed(before), closed(after)) {
                (false, true) => Said::loud("asked-cordon", key),
                (true, false) => Said::loud("asked-uncordon", key),
                _ => match taints_changed(before, after) {
                    (Some(taint), _) => Said::loud("asked-taint", key).with("taint", taint),
                    (None, Some(taint)) => Said::loud("asked-untaint", key).with("taint", taint),
                    (None, None) => return None,
                },
            }
        }
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            let evicted = |pod: Option<&Pod>| {
                let target = pod.and_then(|pod| pod.condition("DisruptionTarget"));
                target.is_some_and(|target| target.reason == "EvictionByEvictionAPI")
            };
            if evicted(before) || !evicted(after) {
                return None;
            }
            let node = after.map_or("", |pod| pod.spec.node_name.as_str());
            Said::loud("asked-evict", key).with("node", node)
        }
        Kind::PodDisruptionBudget if !change.is_creation() && !change.is_removal() => {
            let (before, after) = change.sides::<PodDisruptionBudget>();
            let spec = |budget: Option<&PodDisruptionBudget>| budget.map(|one| one.spec.clone());
            if spec(before) != spec(after) {
                return None;
            }
            let left = after.and_then(|budget| budget.status.disruptions_allowed).unwrap_or(0);
            Said::quiet("budget-spent", key).with("left", left.to_string())
        }
        _ => return None,
    };
    Some(said.with("name", &*key.name))
}

/// The first taint that came and the first that went.
fn taints_changed(before: Option<&Node>, after: Option<&Node>) -> (Option<String>, Option<String>) {
    let taints = |node: Option<&Node>| node.map(|node| node.spec.taints.clone());
    let (old, new) = (taints(before).unwrap_or_default(), taints(after).unwrap_or_default());
    let shown = |taint: &Taint| format!("{}:{}", taint.key, taint.effect);
    let missing = |from: &[Taint], list: &[Taint]| {
        let known = |taint: &&Taint| !from.iter().any(|one| shown(one) == shown(taint));
        list.iter().find(known).map(shown)
    };
    (missing(&old, &new), missing(&new, &old))
}

fn node(change: &Change) -> Said {
    let key = &change.key;
    let (before, after) = change.sides::<Node>();
    let is_lost = |node: Option<&Node>| {
        let ready = node.and_then(|node| node.condition("Ready"));
        ready.is_some_and(|ready| ready.status == "Unknown")
    };
    if is_lost(after) && !is_lost(before) {
        return Said::loud("node-lost", key).with("name", &*key.name);
    }
    let said = match taints_changed(before, after) {
        (Some(taint), _) if taint.ends_with(":NoExecute") => {
            Said::loud("node-evicting", key).with("taint", taint)
        }
        (Some(taint), _) => Said::loud("node-tainted", key).with("taint", taint),
        (None, Some(taint)) => Said::loud("node-untainted", key).with("taint", taint),
        (None, None) => Said::quiet("node-status", key),
    };
    said.with("name", &*key.name)
}

fn pod(step: &Step, change: &Change) -> Said {
    let key = &change.key;
    let (before, after) = change.sides::<Pod>();
    let node = before.or(after).map_or("", |pod| pod.spec.node_name.as_str());
    let marked = |pod: Option<&Pod>| pod.is_some_and(|pod| pod.metadata.is_deleting());
    let collected = &*step.actor.component == "pod-garbage-collector";
    let said = match (marked(before), after) {
        (_, None) if collected => Said::loud("pod-collected", key),
        (_, None) => Said::loud("pod-gone", key),
        (false, Some(after)) if after.metadata.is_deleting() && !collected => {
            Said::loud("pod-evicted", key)
        }
        (_, Some(after)) if before.is_some_and(Pod::is_ready) && !after.is_ready() => {
            Said::loud("pod-of-lost-node", key)
        }
        _ => Said::quiet("pod-status", key),
    };
    said.with("name", &*key.name).with("node", node)
}
