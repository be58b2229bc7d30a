//! A number of equal Pods.
//!
//! Models `pkg/controller/replicaset/replica_set.go` `syncReplicaSet`, `manageReplicas`.
//!
//! Deviations: a sync that adopts or releases Pods ends there and the next one goes on; what was
//! written is seen at once, so nothing is expected in the meantime.

mod order;
mod status;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource;
use crate::api::pod::Pod;
use crate::api::workload::ReplicaSet;
use crate::sim::action::{Action, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::pod_control::{self, PodControl};
use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "replicaset-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The most Pods that one sync makes or deletes (`BurstReplicas`).
const BURST: usize = 500;

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::ReplicaSet {
        wakes.add(change.key.clone());
        return;
    }
    if change.key.kind != Kind::Pod {
        return;
    }
    let (before, after) = change.sides::<Pod>();
    if !pod_control::matters(before, after) {
        return;
    }
    for pod in [before, after].into_iter().flatten() {
        match pod_control::controller_of::<ReplicaSet>(pod) {
            Some(key) => wakes.add(key),
            None if pod.metadata.controller().is_none() => wake_adopters(pod, cluster, wakes),
            None => {}
        }
    }
}

fn wake_adopters(pod: &Pod, cluster: &Cluster, wakes: &mut Wakes) {
    for set in cluster.list_in::<ReplicaSet>(&pod.metadata.namespace) {
        let selector = set.spec.selector.as_ref();
        if selector.is_some_and(|selector| selector.matches(&pod.metadata.labels)) {
            wakes.add(set.key());
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [replica_set 1-1] OBSERVATION: the set is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    let Some(set) = ReplicaSet::of(object) else { return Vec::new() };
    let selector = set.spec.selector.as_ref();
    let (mut adopted, released) =
        pod_control::adopt_and_release(view.cluster, object, selector, pod_control::is_active);
    if !adopted.is_empty() || !released.is_empty() {
        // [replica_set 1-2] OBSERVATION: an orphan has the labels, or a Pod lost them.
        adopted.extend(released);
        return adopted;
    }
    let all: Vec<&Rc<Pod>> = pod_control::owned(view.cluster, &set.metadata.uid).collect();
    let active: Vec<&Rc<Pod>> =
        all.iter().copied().filter(|pod| pod_control::is_active(pod)).collect();
    let terminating = all.iter().filter(|pod| pod_control::is_terminating(pod)).count();
    let mut control = PodControl::new(view, object);
    let managed = if set.metadata.is_deleting() {
        // [replica_set 1-3] OBSERVATION: the set is Terminating; only its status is kept.
        Ok(())
    } else {
        manage_replicas(view, object, set, &active, &mut control)
    };
    let mut actions = control.actions;
    let next = status::next(view, set, &active, terminating, managed.as_ref().err());
    let waits = set.spec.min_ready_seconds > 0
        && next.ready_replicas != next.available_replicas;
    if next != set.status {
        // [replica_set 3-1] OBSERVATION: the status does not say how things are.
        let set = ReplicaSet { status: next, ..ReplicaSet::clone(set) };
        actions.push(Action::Update(set.into()));
    }
    if waits && managed.is_ok() {
        // [replica_set 3-4] OBSERVATION: a Pod is Ready, but not for minReadySeconds.
        actions.extend(next_look(view, set, &active));
    }
    let failures = match view.memory() {
        Some(Memory::ReplicaSet(failures)) => *failures,
        _ => 0,
    };
    match managed {
        Err(_) => {
            actions.push(pod_control::retry(failures));
            actions.push(Action::Remember(Some(Memory::ReplicaSet(failures + 1))));
        }
        Ok(()) if failures > 0 => actions.push(Action::Remember(None)),
        Ok(()) => {}
    }
    actions
}

/// Makes what lacks and deletes what is too much. The error is the first refusal.
fn manage_replicas(
    view: View<'_>,
    object: &Object,
    set: &ReplicaSet,
    active: &[&Rc<Pod>],
    control: &mut PodControl<'_>,
) -> Result<(), String> {
    let wanted = usize::try_from(set.spec.replicas.unwrap_or(1)).unwrap_or(0);
    if active.len() < wanted {
        // [replica_set 2-1] OBSERVATION: there are too few Pods.
        let missing = (wanted - active.len()).min(BURST);
        let mut make = |_| pod_control::from_template(object, &set.spec.template);
        return control.create_slowly(missing, &mut make);
    }
    let surplus = (active.len() - wanted).min(BURST);
    if surplus > 0 {
        // [replica_set 2-2] OBSERVATION: there are too many Pods.
        for pod in order::to_delete(view, set, active, surplus) {
            control.delete(pod);
        }
    }
    Ok(())
}

/// Looks again when the next Pod becomes available by the mere passing of time.
fn next_look(view: View<'_>, set: &ReplicaSet, active: &[&Rc<Pod>]) -> Option<Action> {
    let wait = |pod: &&Rc<Pod>| {
        pod_control::available_in(pod, set.spec.min_ready_seconds, view.now)
    };
    let after_ms = active.iter().filter_map(wait).filter(|wait| *wait > 0).min()?;
    Some(Action::Requeue { after_ms, urgency: Urgency::Foreground })
}
