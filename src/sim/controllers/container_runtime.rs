//! The container runtime: lets the processes of containers go on when their time has come.
//!
//! What containerd, runc and the kernel do. One key is one Pod; the actor is the runtime of its
//! node. A turn that only changes files or prints something is no step of the run.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::machines::host::Effect;
use crate::sim::machines::process::Hosted;
use crate::sim::runtime::{ContainerRuntime, PodRuntime, Process};

use super::kubelet::{seen_after, urgency};
use super::{Controller, ControllerId, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "containerd",
    reaction_ms: 1,
    watch,
    reconcile,
    host: Some(host),
    resync: None,
};

/// No process lives shorter than this, so that the kubelet sees it running.
const SHORTEST_MS: u64 = 100;

fn host(cluster: &Cluster, key: &ObjectKey) -> Rc<str> {
    cluster.runtime(key).map_or_else(|| "".into(), |runtime| Rc::clone(&runtime.node))
}

fn watch(_: &Change, _: &Cluster, _: &mut Wakes) {}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(known) = view.cluster.runtime(view.key) else {
        // [container_runtime 1-1] OBSERVATION: the node has forgotten the Pod.
        return Vec::new();
    };
    let mut runtime = PodRuntime::clone(known);
    let mut disks = view.cluster.disks().clone();
    let (mut ended, mut next): (bool, Vec<(SimTime, ContainerRuntime)>) = (false, Vec::new());
    for container in runtime.containers.values_mut() {
        let Some(hosted) = &container.hosted else { continue };
        if container.is_running() && hosted.wake_at().is_some_and(|at| at <= view.now) {
            let hosted = Hosted::clone(hosted);
            let (changed, over) = go_on(view, container, hosted, disks);
            disks = changed;
            ended |= over;
        }
        let wake_at = container.hosted.as_ref().and_then(|hosted| hosted.wake_at());
        if let Some(at) = wake_at.filter(|_| container.is_running()) {
            next.push((at, container.clone()));
        }
    }
    let mut actions = Vec::new();
    if disks != *view.cluster.disks() {
        actions.push(Action::SetDisks(disks));
    }
    if runtime != **known {
        actions.push(Action::SetRuntime(view.key.clone(), Some(Rc::new(runtime))));
    }
    if ended {
        // [container_runtime 1-2] OBSERVATION: a process ended; the kubelet sees it soon.
        let after_ms = seen_after(view.now).since(view.now).max(1);
        let urgency = crate::sim::action::Urgency::Foreground;
        actions.push(Action::WakeOther(ControllerId::Kubelet, after_ms, urgency));
    }
    let first = next.into_iter().min_by_key(|(at, _)| *at);
    actions.extend(first.map(|(at, container)| Action::Requeue {
        after_ms: at.since(view.now).max(1),
        urgency: urgency(&container, view.now),
    }));
    actions
}

/// A process's turn: all files afterwards, and whether it ended.
fn go_on(
    view: View<'_>,
    container: &mut ContainerRuntime,
    mut hosted: Hosted,
    disks: crate::machine::fs::disks::Disks,
) -> (crate::machine::fs::disks::Disks, bool) {
    let brought = hosted.run(view.cluster, disks, view.now);
    if !brought.outputs.is_empty() {
        Rc::make_mut(&mut container.log).add(&brought.outputs, view.now);
    }
    for effect in brought.effects {
        if let Effect::Signal(pid, signal) = effect {
            hosted.signal_pid(pid, signal, view.now);
        }
    }
    let Process::Running { started_at, ends } = container.process else {
        return (brought.disks, false);
    };
    container.hosted = Some(Rc::new(hosted));
    if let Some(code) = brought.exit {
        let at = view.now.max(started_at + SHORTEST_MS);
        let earlier = ends.filter(|(known, _)| *known <= at);
        container.process =
            Process::Running { started_at, ends: earlier.or(Some((at, code))) };
        return (brought.disks, earlier.is_none());
    }
    (brought.disks, false)
}
