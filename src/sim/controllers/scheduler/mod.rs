//! Chooses a node for each Pod.
//!
//! Models `pkg/scheduler/schedule_one.go` and `pkg/scheduler/backend/queue/scheduling_queue.go`.
//! An unschedulable Pod waits for a change that may help it, or for five minutes. Its back-off
//! does not show: an idle scheduler takes Pods out of the back-off queue at once
//! (`SchedulerPopFromBackoffQ`). After an internal error the back-off does hold.
//!
//! Deviations:
//! - A volume that names its claim wakes only the Pods that use this claim.

mod binding;
mod failure;
pub mod filter;
mod neighbours;
mod preemption;
mod score;
mod spread;
mod topology;
mod volumes;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::Resource;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, ControllerId, Memory, View, Wakes};
use failure::{Refusal, Said};
use volumes::PodVolumes;

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "default-scheduler",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// What the scheduler remembers about a Pod without a node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Waiting {
    /// What may help: see [`failure::Help`].
    help: failure::Help,
    /// The last event about it.
    said: Option<Said>,
    /// When it is looked at again in any case.
    flush_at: SimTime,
    /// Internal errors in a row.
    errors: u32,
    /// When it may be tried again after an internal error.
    retry_at: SimTime,
    /// The choice that waits for its volumes to be bound.
    binding: Option<binding::Binding>,
    /// The node on which others make room for the Pod.
    nominated: Option<Rc<str>>,
}

/// The memory about a Pod.
fn waiting(cluster: &Cluster, pod: &Pod) -> Option<Waiting> {
    match cluster.memory(ControllerId::Scheduler, &pod.key()) {
        Some(Memory::Scheduler(waiting)) => Some(waiting.clone()),
        _ => None,
    }
}

/// The Pods without a node about which the scheduler remembers something.
fn all_waiting(cluster: &Cluster) -> impl Iterator<Item = (&Rc<Pod>, &Waiting)> {
    cluster.memories(ControllerId::Scheduler).filter_map(|(key, memory)| match memory {
        Memory::Scheduler(waiting) => Some((cluster.at::<Pod>(key)?, waiting)),
        _ => None,
    })
}

/// The Pods whose binding to that node is under way.
fn assumed_on<'a>(
    cluster: &'a Cluster,
    node: &str,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    let node = node.to_owned();
    let assumed = cluster.memories(ControllerId::Scheduler).filter(move |(_, memory)| {
        matches!(memory, Memory::Scheduler(Waiting { binding: Some(binding), .. })
            if *binding.node == *node)
    });
    assumed.filter_map(|(key, _)| cluster.at::<Pod>(key))
}

/// The Pods for which others make room on that node, and that are not less important.
fn nominated_on<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    node: &str,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    let (node, uid) = (node.to_owned(), pod.metadata.uid.clone());
    let priority = pod.spec.priority.unwrap_or(0);
    let nominated = cluster.memories(ControllerId::Scheduler).filter(move |(_, memory)| {
        matches!(memory, Memory::Scheduler(Waiting { nominated: Some(named), .. })
            if **named == *node)
    });
    nominated
        .filter_map(|(key, _)| cluster.at::<Pod>(key))
        .filter(move |other| {
            other.metadata.uid != uid && other.spec.priority.unwrap_or(0) >= priority
        })
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let mut wake_all = |is_helped: &dyn Fn(&Pod, failure::Help) -> bool| {
        for (pod, waiting) in all_waiting(cluster) {
            if is_helped(pod, waiting.help) {
                wakes.add(pod.key());
            }
        }
    };
    match change.key.kind {
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            let counted = |pod: &Pod| !pod.spec.node_name.is_empty() && !pod.is_terminal();
            let (was, is) = (before.filter(|pod| counted(pod)), after.filter(|pod| counted(pod)));
            if was.is_some() && is.is_none() {
                wake_all(&|pod, help| {
                    help.pods || help.peers && topology::peers_help(cluster, pod, was, is)
                });
            } else if has_come_or_changed(was, is) {
                wake_all(&|pod, help| {
                    help.peers && topology::peers_help(cluster, pod, was, is)
                });
            } else if after.is_none_or(|after| is_new(before, after)) {
                wakes.add(change.key.clone());
            }
        }
        Kind::Node => {
            let (before, after) = change.sides::<Node>();
            if let Some(after) = after {
                wake_all(&|pod, help| filter::may_help(pod, help, before, after));
            }
        }
        Kind::StorageClass if !change.is_removal() => wake_all(&|_, help| help.volumes),
        Kind::CSINode => wake_all(&|_, help| help.limits),
        Kind::PersistentVolume if !change.is_removal() => {
            let volume = change.resource::<PersistentVolume>();
            match volume.and_then(|volume| volume.spec.claim_ref.as_ref()) {
                Some(claim) => wake_users(cluster, &claim.namespace, &claim.name, wakes),
                None => wake_all(&|_, help| help.volumes),
            }
        }
        Kind::PersistentVolumeClaim if !change.is_removal() => {
            wake_users(cluster, &change.key.namespace, &change.key.name, wakes);
        }
        _ => {}
    }
}

/// Whether a Pod came to a node, or has other labels there.
fn has_come_or_changed(was: Option<&Pod>, is: Option<&Pod>) -> bool {
    is.is_some_and(|is| was.is_none_or(|was| was.metadata.labels != is.metadata.labels))
}

/// Whether a Pod without a node differs in what matters to the scheduler; its own writes of the
/// status do not.
fn is_new(before: Option<&Pod>, after: &Pod) -> bool {
    after.spec.node_name.is_empty()
        && before.is_none_or(|before| {
            before.spec != after.spec
                || before.metadata.labels != after.metadata.labels
                || before.metadata.is_deleting() != after.metadata.is_deleting()
        })
}

fn wake_users(cluster: &Cluster, namespace: &str, claim: &str, wakes: &mut Wakes) {
    for pod in cluster.pods_using_claim(namespace, claim) {
        if pod.spec.node_name.is_empty()
            && waiting(cluster, pod).is_some_and(|waiting| waiting.help.volumes)
        {
            wakes.add(pod.key());
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(pod) = view.cluster.at::<Pod>(view.key) else {
        // [scheduler 1-1] OBSERVATION: the Pod is gone.
        return forget(view);
    };
    if !is_responsible_for(pod) {
        // [scheduler 1-2] OBSERVATION: the Pod has a node, or is not for this scheduler.
        return forget(view);
    }
    let waiting = waiting(view.cluster, pod).unwrap_or_default();
    if pod.metadata.is_deleting() {
        // [scheduler 1-3] OBSERVATION: the Pod goes before it had a node.
        return skip_deleting(pod, waiting);
    }
    if let Some(binding) = &waiting.binding {
        return binding::check(view, pod, &waiting, binding);
    }
    if view.now < waiting.retry_at {
        // [scheduler 1-4] OBSERVATION: the last attempt ended in an error a short while ago.
        return Vec::new();
    }
    match schedule_pod(view.cluster, pod) {
        // [scheduler 1-5] OBSERVATION: the Pod fits nowhere.
        Err(refusal) => failure::handle(view, pod, waiting, refusal),
        Ok((node, volumes)) if volumes.is_all_bound() => {
            // [scheduler 1-6] OBSERVATION: the Pod fits on a node and its volumes are bound.
            binding::bind(view, pod, node)
        }
        // [scheduler 1-7] OBSERVATION: the Pod fits on a node and its volumes are to be bound.
        Ok((node, volumes)) => binding::pre_bind(view, waiting, node, &volumes),
    }
}

fn forget(view: View<'_>) -> Vec<Action> {
    view.memory().map(|_| Action::Remember(None)).into_iter().collect()
}

fn is_responsible_for(pod: &Pod) -> bool {
    let gated = pod.spec.other.get("schedulingGates").and_then(serde_json::Value::as_array);
    pod.spec.node_name.is_empty()
        && !pod.is_terminal()
        && matches!(pod.spec.scheduler_name.as_str(), "" | "default-scheduler")
        && gated.is_none_or(Vec::is_empty)
}

fn skip_deleting(pod: &Rc<Pod>, waiting: Waiting) -> Vec<Action> {
    let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
    let message = format!("skip schedule deleting pod: {namespace}/{name}");
    if waiting.said.as_ref().is_some_and(|said| said.message == message) {
        return Vec::new();
    }
    let said = Said { version: pod.metadata.resource_version.clone(), message, count: 1 };
    let object = Rc::clone(pod).into();
    let event = EventDraft::warning(&object, "FailedScheduling", said.message.clone());
    let waiting = Waiting { said: Some(said), binding: None, ..waiting };
    vec![Action::Event(event), Action::Remember(Some(Memory::Scheduler(waiting)))]
}

/// The node for the Pod and what is to be done about its volumes there.
fn schedule_pod<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
) -> Result<(&'a Rc<Node>, PodVolumes<'a>), Refusal> {
    let nodes = score::in_list_order(cluster);
    if nodes.is_empty() {
        return Err(Refusal::no_nodes());
    }
    let claims = volumes::pre_filter(cluster, pod)
        .map_err(|why| Refusal::before_filters(nodes.len(), &why))?;
    let before = filter::Prepared {
        claims,
        spread: spread::prepare(cluster, pod, &nodes),
        neighbours: neighbours::prepare(cluster, pod, &nodes),
    };
    let mut misfits = Vec::new();
    let mut feasible = Vec::new();
    for node in &nodes {
        match filter::filter(cluster, pod, &before, node) {
            Ok(volumes) => feasible.push((*node, volumes)),
            Err(misfit) => misfits.push(misfit),
        }
    }
    if feasible.is_empty() {
        let room = preemption::attempt(cluster, pod, &nodes, &misfits);
        return Err(Refusal::of_filters(&misfits, room));
    }
    let candidates: Vec<&Rc<Node>> = feasible.iter().map(|(node, _)| *node).collect();
    let best = score::best(cluster, pod, &candidates);
    Ok(feasible.swap_remove(best))
}

/// The claim of that name in the Pod's namespace.
fn claim_of<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    name: &str,
) -> Option<&'a Rc<PersistentVolumeClaim>> {
    cluster.get::<PersistentVolumeClaim>(&pod.metadata.namespace, name)
}
