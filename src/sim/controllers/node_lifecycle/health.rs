//! Whether a node is heard of, and what is written when it is not.
//!
//! Models `tryUpdateNodeHealth`, `monitorNodeHealth` and `MarkPodsNotReady`.

use std::rc::Rc;

use crate::api::node::{Node, NodeCondition};
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft};
use crate::sim::controllers::{View, node_agent};

use super::{GRACE_MS, STARTUP_GRACE_MS, at, next_tick};

/// The conditions that only a kubelet can vouch for.
const VOUCHED: [&str; 4] = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

/// Marks the node when its kubelet has been silent for too long.
pub(super) fn check(view: View<'_>, node: &Rc<Node>) -> Vec<Action> {
    let unknown = |kind: &&str| node.condition(kind).is_some_and(|c| c.status == "Unknown");
    if VOUCHED.iter().all(unknown) {
        // [node_lifecycle 2-1] OBSERVATION: the node is known to be lost.
        return Vec::new();
    }
    let Some(lost_at) = lost_at(view, node) else {
        // [node_lifecycle 2-2] OBSERVATION: the kubelet sends its heartbeats.
        return Vec::new();
    };
    if view.now < lost_at {
        // [node_lifecycle 2-3] OBSERVATION: the kubelet is silent, but not for long.
        return vec![at(view.now, lost_at)];
    }
    // [node_lifecycle 2-4] OBSERVATION: the kubelet has been silent for the whole grace period.
    let was_ready = node.is_ready();
    let posted = node_agent::as_posted(view.cluster, node, view.now);
    let lost = with_unknown_conditions(posted, view.now);
    let mut actions = vec![Action::Update(lost.into())];
    if was_ready {
        let message = format!("Node {} status is now: NodeNotReady", node.metadata.name);
        let object = Rc::clone(node).into();
        actions.push(Action::Event(EventDraft::normal(&object, "NodeNotReady", message)));
        for pod in view.cluster.pods_on_node(&node.metadata.name).filter(|pod| pod.is_ready()) {
            // [node_lifecycle 2-5] OBSERVATION: a Pod of the node counts as not ready from now on.
            actions.push(Action::Update(not_ready(pod, view.now).into()));
            let object = Rc::clone(pod).into();
            let event = EventDraft::warning(&object, "NodeNotReady", "Node is not ready");
            actions.push(Action::Event(event));
        }
    }
    actions
}

/// The look at which the node counts as lost, if nothing is heard of it until then.
fn lost_at(view: View<'_>, node: &Node) -> Option<SimTime> {
    let heard = node.condition("Ready").map(|ready| ready.last_heartbeat_time);
    match (view.cluster.node_runtime(&node.metadata.name), heard) {
        (Some(machine), _) if machine.kubelet_running => None,
        (Some(machine), Some(_)) => Some(next_tick(machine.kubelet_since + GRACE_MS)),
        // Somebody made the Node, and no machine stands behind it.
        (None, Some(heard)) => Some(next_tick(heard.unwrap_or_default() + GRACE_MS)),
        (_, None) => {
            let created = node.metadata.creation_timestamp.unwrap_or_default();
            Some(next_tick(created + STARTUP_GRACE_MS))
        }
    }
}

fn with_unknown_conditions(mut node: Node, now: SimTime) -> Node {
    let created = node.metadata.creation_timestamp;
    for kind in VOUCHED {
        let mut conditions = node.status.conditions.iter_mut();
        match conditions.find(|condition| condition.kind == kind) {
            Some(known) if known.status == "Unknown" => {}
            Some(known) => {
                "Unknown".clone_into(&mut known.status);
                "NodeStatusUnknown".clone_into(&mut known.reason);
                "Kubelet stopped posting node status.".clone_into(&mut known.message);
                known.last_transition_time = Some(now);
            }
            None => node.status.conditions.push(NodeCondition {
                kind: kind.to_owned(),
                status: "Unknown".to_owned(),
                last_heartbeat_time: created,
                last_transition_time: Some(now),
                reason: "NodeStatusNeverUpdated".to_owned(),
                message: "Kubelet never posted node status.".to_owned(),
                ..NodeCondition::default()
            }),
        }
    }
    node
}

/// Reason and message stay as they are.
fn not_ready(pod: &Pod, now: SimTime) -> Pod {
    let mut pod = pod.clone();
    if let Some(ready) = pod.status.conditions.iter_mut().find(|one| one.kind == "Ready") {
        "False".clone_into(&mut ready.status);
        ready.last_transition_time = Some(now);
    }
    pod
}
