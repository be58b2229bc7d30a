//! The kubelet: runs a Pod on its node and reports how it is.
//!
//! Models `pkg/kubelet/kubelet.go` `SyncPod`, `SyncTerminatingPod`, `SyncTerminatedPod`,
//! `pkg/kubelet/pod_workers.go` `completeWork`, `pkg/kubelet/pleg/generic.go`, and per file the
//! functions that its first lines name. One key is one Pod; the actor is the kubelet of its node.
//!
//! Deviations:
//! - The periodic look every 60 to 90 s is left out where nothing visible would come of it.
//! - Where upstream waits for a random part of a span, a fixed part is taken ([`times`]).

mod admission;
mod conditions;
mod config;
mod containers;
mod eviction;
mod forsaken;
mod hooks;
mod images;
mod phase;
mod probes;
mod processes;
mod returned;
mod spec;
mod start;
mod status;
mod stop;
mod termination;
mod times;
mod volumes;
mod work;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;
use crate::api::time::SimTime;
use crate::sim::action::{Action, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::runtime::{NodeRuntime, Stage};

use super::{Controller, View, Wakes};
use work::Work;

/// When the kubelet sees what has happened to a container at that time.
pub(super) fn seen_after(time: SimTime) -> SimTime {
    times::relist_after(time)
}

pub(super) use processes::urgency;

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "kubelet",
    reaction_ms: times::REACTION_MS,
    watch,
    reconcile,
    host: Some(host),
    resync: None,
};

/// The name of the node on which the Pod is or was.
fn host(cluster: &Cluster, key: &ObjectKey) -> Rc<str> {
    match (cluster.at::<Pod>(key), cluster.runtime(key)) {
        (Some(pod), _) => pod.spec.node_name.as_str().into(),
        (None, Some(runtime)) => Rc::clone(&runtime.node),
        (None, None) => "".into(),
    }
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            if concerns_kubelet(before, after) {
                wakes.add(change.key.clone());
            }
        }
        Kind::Node => {
            let (before, after) = change.sides::<Node>();
            if before.is_some_and(Node::is_ready) != after.is_some_and(Node::is_ready) {
                for pod in cluster.pods_on_node(&change.key.name) {
                    wakes.add(pod.key());
                }
            }
        }
        Kind::ConfigMap | Kind::Secret => wake_readers(change, cluster, wakes),
        Kind::PersistentVolumeClaim => {
            let (before, after) = change.sides::<PersistentVolumeClaim>();
            let pending = |claim: &PersistentVolumeClaim| volumes::expansion::is_pending(claim);
            if after.is_some_and(pending) && !before.is_some_and(pending) {
                for pod in cluster.pods_using_claim(&change.key.namespace, &change.key.name) {
                    wakes.after(pod.key(), times::EXPANSION_SEEN_MS);
                }
            }
        }
        Kind::VolumeAttachment => {
            if let Some(attachment) = change.resource::<VolumeAttachment>() {
                wake_users(attachment, cluster, wakes);
            }
        }
        _ => {}
    }
}

/// Whether the write is more than the kubelet's own report or somebody's condition.
fn concerns_kubelet(before: Option<&Pod>, after: Option<&Pod>) -> bool {
    match (before, after) {
        (_, Some(after)) if after.spec.node_name.is_empty() => false,
        (Some(before), Some(after)) => {
            let (old, new) = (&before.metadata, &after.metadata);
            before.spec.node_name.is_empty()
                || old.generation != new.generation
                || old.deletion_timestamp != new.deletion_timestamp
                || old.labels != new.labels
                || old.annotations != new.annotations
                || conditions::readiness_gates(&after.spec)
                    .any(|gate| before.condition(gate) != after.condition(gate))
        }
        (None, Some(_)) => true,
        (Some(before), None) => !before.spec.node_name.is_empty(),
        (None, None) => false,
    }
}

/// The Pods that have the object mounted: their next regular look sees the change.
fn wake_readers(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let name = &*change.key.name;
    let is_secret = change.key.kind == Kind::Secret;
    if change.is_creation() && name == "kube-root-ca.crt" {
        return;
    }
    let reads = |volume: &Volume| {
        let map = volume.config_map.as_ref().is_some_and(|map| map.name == name);
        let secret = volume.secret.as_ref().is_some_and(|secret| secret.secret_name == name);
        let mut sources = volume.projected.iter().flat_map(|projected| &projected.sources);
        let within = sources.any(|source| {
            let map = source.config_map.as_ref().is_some_and(|map| map.name == name);
            let secret = source.secret.as_ref().is_some_and(|secret| secret.name == name);
            if is_secret { secret } else { map }
        });
        within || if is_secret { secret } else { map }
    };
    for pod in cluster.list_in::<Pod>(&change.key.namespace) {
        let Some(runtime) = cluster.runtime(&pod.key()) else { continue };
        if runtime.stage != Stage::Over && pod.spec.volumes.iter().any(reads) {
            wakes.after(pod.key(), times::until_resync(pod));
        }
    }
}

/// The Pods that may wait for this attachment.
fn wake_users(attachment: &VolumeAttachment, cluster: &Cluster, wakes: &mut Wakes) {
    let volume = attachment.spec.source.persistent_volume_name.as_deref().unwrap_or("");
    let volume = cluster.get::<PersistentVolume>("", volume);
    let Some(claim) = volume.and_then(|volume| volume.spec.claim_ref.as_ref()) else {
        for pod in cluster.pods_on_node(&attachment.spec.node_name) {
            if pod.status.phase == "Pending" {
                wakes.add(pod.key());
            }
        }
        return;
    };
    for pod in cluster.pods_using_claim(&claim.namespace, &claim.name) {
        if pod.spec.node_name == attachment.spec.node_name {
            wakes.add(pod.key());
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let cluster = view.cluster;
    let runtime = cluster.runtime(view.key);
    let Some(pod) = cluster.at::<Pod>(view.key) else {
        return match runtime {
            // [kubelet 1-1] OBSERVATION: the Pod is gone and its node has forgotten it.
            None => Vec::new(),
            Some(runtime) => forsaken::reconcile(view, runtime),
        };
    };
    if let Some(other) = runtime.filter(|runtime| *runtime.uid != *pod.metadata.uid) {
        return forsaken::make_room(view, other);
    }
    let node_name = pod.spec.node_name.as_str();
    let Some(machine) = cluster.node_runtime(node_name).filter(|node| node.kubelet_running) else {
        // [kubelet 1-2] OBSERVATION: no kubelet runs on the Pod's node, or it has no node.
        return Vec::new();
    };
    if let Some(wait) = not_back_yet(machine, view.now) {
        return vec![wait];
    }
    if spec::is_left_alone(cluster, pod) {
        return spec::left_alone(pod);
    }
    let mut work = match runtime {
        Some(runtime) => Work::new(view, pod, machine, runtime),
        None if pod.is_terminal() => {
            // [kubelet 1-3] OBSERVATION: the Pod had ended before this kubelet saw it.
            return spec::left_alone(pod);
        }
        None => match admission::admit(view, pod, machine) {
            Ok(work) => work,
            Err(refused) => return refused,
        },
    };
    if work.runtime.kubelet_since != work.machine.kubelet_since {
        returned::take_stock(&mut work);
    }
    run(&mut work);
    work.finish()
}

/// A kubelet that has been started needs a moment until it knows its Pods.
fn not_back_yet(machine: &NodeRuntime, now: SimTime) -> Option<Action> {
    let back_at = machine.kubelet_since + times::RETURN_MS;
    if machine.kubelet_since == SimTime(0) || back_at <= now {
        return None;
    }
    // [kubelet 1-5] OBSERVATION: the kubelet is starting.
    Some(Action::Requeue { after_ms: back_at.since(now), urgency: Urgency::Foreground })
}

/// Does everything that is due now.
fn run(work: &mut Work<'_>) {
    loop {
        let before = work.runtime.stage.clone();
        if work.pod.metadata.is_deleting() && termination::may_begin(work) {
            termination::begin(work);
        }
        match &work.runtime.stage {
            Stage::Volumes { .. } => volumes::look(work),
            Stage::Sandbox { .. } => start::make_sandbox(work),
            Stage::Starting(_) => start::go_on(work),
            Stage::Idle => {
                volumes::expansion::look(work);
                containers::look(work);
            }
            Stage::Stopping { .. } => termination::go_on(work),
            Stage::Over => termination::release(work),
        }
        if work.runtime.stage == before {
            return;
        }
    }
}
