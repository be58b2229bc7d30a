//! Evicts Pods from nodes with a taint that they do not tolerate, or not for ever.
//!
//! Models `pkg/controller/tainteviction/taint_eviction.go` `processPodOnNode`,
//! `addConditionAndDeletePod` and `pkg/apis/core/v1/helper/helpers.go` `GetMatchingTolerations`.
//! One key is one Pod. Disruption budgets are not asked.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::{Node, Taint};
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::pod::{Pod, Toleration};
use crate::api::time::{SimTime, seconds_ms};
use crate::sim::action::{Action, Deletion, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::event_log::EventType;

use super::{Controller, ControllerId, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "taint-eviction-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// What the controller remembers about a Pod that must leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leaving {
    /// It is deleted at that time.
    At(SimTime),
    /// It was deleted.
    Deleted,
}

/// How long a Pod may stay.
enum Stay {
    ForEver,
    For(u64),
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Node => {
            let (before, after) = change.sides::<Node>();
            let taints = |node: Option<&Node>| node.map(no_execute).unwrap_or_default();
            if taints(before) != taints(after) {
                for pod in cluster.pods_on_node(&change.key.name) {
                    wakes.add(pod.key());
                }
            }
        }
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            let is_known = || cluster.memory(ControllerId::TaintEviction, &change.key).is_some();
            let is_tainted = |pod: &Pod| {
                let node = cluster.get::<Node>("", &pod.spec.node_name);
                node.is_some_and(|node| node.spec.taints.iter().any(|t| t.effect == "NoExecute"))
            };
            let matters = match (before, after) {
                (_, None) => is_known(),
                (None, Some(after)) => is_tainted(after),
                (Some(before), Some(after)) => {
                    !Rc::ptr_eq(&before.spec, &after.spec)
                        && (before.spec.node_name != after.spec.node_name
                            || before.spec.tolerations != after.spec.tolerations)
                        && (is_tainted(after) || is_known())
                }
            };
            if matters {
                wakes.add(change.key.clone());
            }
        }
        _ => {}
    }
}

fn no_execute(node: &Node) -> Vec<Taint> {
    node.spec.taints.iter().filter(|taint| taint.effect == "NoExecute").cloned().collect()
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let leaving = match view.memory() {
        Some(Memory::TaintEviction(leaving)) => Some(*leaving),
        _ => None,
    };
    let Some(pod) = view.cluster.at::<Pod>(view.key) else {
        // [taint_eviction 1-1] OBSERVATION: the Pod is gone before or after its time.
        return cancel(view.key, leaving);
    };
    if leaving == Some(Leaving::Deleted) {
        // [taint_eviction 1-2] OBSERVATION: the Pod was told to go; it is told so once.
        return Vec::new();
    }
    let node = view.cluster.get::<Node>("", &pod.spec.node_name);
    let taints = node.map(|node| no_execute(node)).unwrap_or_default();
    match (stay(&taints, &pod.spec.tolerations), leaving) {
        (Stay::ForEver, _) => {
            // [taint_eviction 1-3] OBSERVATION: the Pod may stay for ever.
            cancel(view.key, leaving)
        }
        (Stay::For(0), _) => {
            // [taint_eviction 2-1] OBSERVATION: the Pod may not stay at all.
            let mut actions = cancel(view.key, leaving);
            actions.extend(evict(view, pod));
            actions
        }
        (Stay::For(_), Some(Leaving::At(due))) if due <= view.now => {
            // [taint_eviction 2-2] OBSERVATION: the Pod's time is up.
            evict(view, pod)
        }
        (Stay::For(_), Some(_)) => {
            // [taint_eviction 2-3] OBSERVATION: the Pod's time runs already.
            Vec::new()
        }
        (Stay::For(after_ms), None) => {
            // [taint_eviction 2-4] OBSERVATION: the Pod may stay for a while.
            let due = Leaving::At(view.now + after_ms);
            vec![
                Action::Requeue { after_ms, urgency: Urgency::Foreground },
                Action::Remember(Some(Memory::TaintEviction(due))),
            ]
        }
    }
}

/// The shortest time that the tolerations allow; of those that cover a taint the first counts.
fn stay(taints: &[Taint], tolerations: &[Toleration]) -> Stay {
    let mut shortest: Option<i64> = None;
    for taint in taints {
        let Some(first) = tolerations.iter().find(|toleration| toleration.tolerates(taint)) else {
            return Stay::For(0);
        };
        if let Some(seconds) = first.toleration_seconds {
            shortest = Some(shortest.map_or(seconds, |other| other.min(seconds)));
        }
    }
    shortest.map_or(Stay::ForEver, |seconds| Stay::For(seconds_ms(seconds.max(0))))
}

fn cancel(key: &ObjectKey, leaving: Option<Leaving>) -> Vec<Action> {
    match leaving {
        None => Vec::new(),
        Some(Leaving::Deleted) => vec![Action::Remember(None)],
        Some(Leaving::At(_)) => {
            // [taint_eviction 2-5] OBSERVATION: a deletion that was planned is called off.
            let message = format!("Cancelling deletion of Pod {}/{}", key.namespace, key.name);
            vec![say(key, message), Action::Remember(None)]
        }
    }
}

fn evict(view: View<'_>, pod: &Rc<Pod>) -> Vec<Action> {
    let message = format!("Marking for deletion Pod {}/{}", view.key.namespace, view.key.name);
    let mut marked = Pod::clone(pod);
    marked.set_condition(
        "DisruptionTarget",
        "True",
        "DeletionByTaintManager",
        "Taint manager: deleting due to NoExecute taint",
        view.now,
    );
    vec![
        say(view.key, message),
        Action::Update(marked.into()),
        Action::Delete(Deletion::of(&Rc::clone(pod).into())),
        Action::Remember(Some(Memory::TaintEviction(Leaving::Deleted))),
    ]
}

/// The event names the Pod without its uid, so `describe` does not find it.
fn say(key: &ObjectKey, message: String) -> Action {
    Action::Event(EventDraft {
        regarding: key.clone(),
        uid: String::new(),
        field_path: String::new(),
        kind: EventType::Normal,
        reason: "TaintManagerEviction",
        message,
        source: None,
        series: "".into(),
    })
}
