//! Removes Pods that no kubelet will ever remove.
//!
//! Models `pkg/controller/podgc/gc_controller.go` `gcOrphaned`, `gcUnscheduledTerminating`,
//! `gcTerminating`, `markFailedAndDeletePod`. One key is one Pod.
//!
//! Deviations:
//! - The controller looks every twenty seconds, but only looks at which something is to be done
//!   are simulated.
//! - More than 12500 Pods that have ended do not fit into a simulated cluster.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::Resource as _;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, Deletion, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, ControllerId, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "pod-garbage-collector",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// How often the controller looks (`gcCheckPeriod`).
const PERIOD_MS: u64 = 20_000;
/// For so long a node that is not there may still appear (`quarantineTime`).
const QUARANTINE_MS: u64 = 40_000;
/// A person's word that the machine is off.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Node => {
            for pod in cluster.pods_on_node(&change.key.name) {
                wakes.add(pod.key());
            }
        }
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            let is_lost = |pod: &Pod| {
                let node = pod.spec.node_name.as_str();
                !node.is_empty() && cluster.get::<Node>("", node).is_none()
            };
            let matters = match (before, after) {
                (_, None) => cluster.memory(ControllerId::PodGc, &change.key).is_some(),
                (None, Some(after)) => is_lost(after),
                (Some(before), Some(after)) => {
                    before.metadata.is_deleting() != after.metadata.is_deleting()
                        || before.spec.node_name != after.spec.node_name && is_lost(after)
                }
            };
            if matters {
                wakes.add(change.key.clone());
            }
        }
        _ => {}
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let found = view.cluster.at::<Pod>(view.key);
    let due = found.and_then(|pod| due(view, pod));
    let Some((pod, (due, removal))) = found.zip(due) else {
        // [pod_gc 1-1] OBSERVATION: the Pod is no orphan, or no longer.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    if view.now < due {
        // [pod_gc 1-2] OBSERVATION: the next look at the Pod is still to come.
        let remember = Action::Remember(Some(Memory::PodGc(due)));
        let after_ms = due.since(view.now);
        return vec![remember, Action::Requeue { after_ms, urgency: Urgency::Foreground }];
    }
    remove(pod, removal, view.now)
}

/// Why a Pod is removed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Removal {
    Orphaned,
    Unscheduled,
    OutOfService,
}

/// When the Pod is to be removed, if nothing changes until then.
fn due(view: View<'_>, pod: &Pod) -> Option<(SimTime, Removal)> {
    let next = SimTime(view.now.0.div_ceil(PERIOD_MS) * PERIOD_MS);
    let going = pod.metadata.is_deleting();
    if pod.spec.node_name.is_empty() {
        return going.then_some((next, Removal::Unscheduled));
    }
    let Some(node) = view.cluster.get::<Node>("", &pod.spec.node_name) else {
        let known = match view.memory() {
            Some(Memory::PodGc(due)) => Some(*due),
            _ => None,
        };
        return Some((known.unwrap_or(next + QUARANTINE_MS), Removal::Orphaned));
    };
    let out_of_service = node.spec.taints.iter().any(|taint| taint.key == OUT_OF_SERVICE);
    (going && out_of_service && !node.is_ready()).then_some((next, Removal::OutOfService))
}

fn remove(pod: &Rc<Pod>, removal: Removal, now: SimTime) -> Vec<Action> {
    let mut actions = Vec::new();
    if !pod.is_terminal() && removal != Removal::Unscheduled {
        let mut failed = Pod::clone(pod);
        "Failed".clone_into(&mut failed.status.phase);
        if removal == Removal::Orphaned {
            // [pod_gc 2-1] OBSERVATION: the Pod's node does not exist.
            let (kind, reason) = ("DisruptionTarget", "DeletionByPodGC");
            failed.set_condition(kind, "True", reason, "PodGC: node no longer exists", now);
        } else {
            // [pod_gc 2-2] OBSERVATION: the Pod shall go, and its machine is said to be off.
        }
        actions.push(Action::Update(failed.into()));
    }
    let deletion = Deletion::of(&Rc::clone(pod).into());
    actions.push(Action::Delete(Deletion { grace_seconds: Some(0), ..deletion }));
    actions
}
