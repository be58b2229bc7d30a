//! From the choice of a node to the Pod's assignment: volumes first.
//!
//! Models `volumebinding/volume_binding.go` `Reserve`, `PreBind`, `volumebinding/binder.go`
//! `bindAPIUpdate`, `checkBindings`, and `pkg/registry/core/pod/storage/storage.go` `assignPod`.

use std::rc::Rc;

use crate::api::node::Node;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::pv_binder::bind::bind_volume_to_claim;
use crate::sim::controllers::pv_binder::matching::is_reachable_from;
use crate::sim::controllers::pv_binder::provision::SELECTED_NODE;
use crate::sim::controllers::{Memory, View};

use super::failure::{self, Refusal, with_condition};
use super::volumes::{PodVolumes, is_fully_bound};
use super::{Waiting, claim_of};

/// How often the scheduler looks whether the volumes are bound.
const POLL_MS: u64 = 1_000;

/// How long it waits for them (`bindTimeoutSeconds`).
const TIMEOUT_MS: u64 = 600_000;

/// A choice that waits for its volumes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Binding {
    /// The node.
    pub(super) node: Rc<str>,
    /// When the waiting ends.
    deadline: SimTime,
    /// When it looks next.
    poll_at: SimTime,
    /// The volumes that were promised to claims.
    promised: Vec<String>,
    /// The claims that were given the node's name.
    provisioning: Vec<String>,
}

/// Writes what the binder or a provisioner needs to know, and waits.
pub(super) fn pre_bind(
    view: View<'_>,
    waiting: Waiting,
    node: &Node,
    volumes: &PodVolumes<'_>,
) -> Vec<Action> {
    let name = &node.metadata.name;
    let mut actions = Vec::new();
    for (volume, claim) in &volumes.static_bindings {
        // [scheduler 8-1] OBSERVATION: a volume on the node is promised to the claim.
        let promised = bind_volume_to_claim(volume, claim);
        actions.extend(promised.map(|volume| Action::Update(volume.into())));
    }
    for claim in &volumes.to_provision {
        if claim.metadata.annotations.get(SELECTED_NODE) != Some(name) {
            // [scheduler 8-2] OBSERVATION: a volume is to be made for the claim on the node.
            let mut claim = PersistentVolumeClaim::clone(claim);
            claim.metadata.annotations.insert(SELECTED_NODE.to_owned(), name.clone());
            actions.push(Action::Update(claim.into()));
        }
    }
    let promised = volumes.static_bindings.iter().map(|(volume, _)| volume.metadata.name.clone());
    let provisioning = volumes.to_provision.iter().map(|claim| claim.metadata.name.clone());
    let binding = Binding {
        node: name.as_str().into(),
        deadline: view.now + TIMEOUT_MS,
        poll_at: view.now + POLL_MS,
        promised: promised.collect(),
        provisioning: provisioning.collect(),
    };
    let waiting = Waiting { binding: Some(binding), ..waiting };
    actions.push(Action::Remember(Some(Memory::Scheduler(waiting))));
    // The volumes come by steps of others; the run does not wait for this look.
    actions.push(Action::Requeue { after_ms: POLL_MS, urgency: Urgency::Background });
    actions
}

/// Looks whether the volumes are bound.
pub(super) fn check(
    view: View<'_>,
    pod: &Rc<Pod>,
    waiting: &Waiting,
    binding: &Binding,
) -> Vec<Action> {
    if view.now < binding.poll_at {
        // [scheduler 8-3] OBSERVATION: the next look is still to come.
        return Vec::new();
    }
    match is_bound(view.cluster, pod, binding) {
        Ok(true) => {
            let Some(node) = view.cluster.get::<Node>("", &binding.node) else {
                return Vec::new();
            };
            // [scheduler 8-4] OBSERVATION: all volumes are bound.
            bind(view, pod, node)
        }
        Ok(false) if view.now < binding.deadline => {
            // [scheduler 8-5] OBSERVATION: a volume is not bound yet.
            let binding = Binding { poll_at: view.now + POLL_MS, ..binding.clone() };
            let waiting = Waiting { binding: Some(binding), ..waiting.clone() };
            vec![
                Action::Remember(Some(Memory::Scheduler(waiting))),
                Action::Requeue { after_ms: POLL_MS, urgency: Urgency::Background },
            ]
        }
        // [scheduler 8-6] OBSERVATION: the volumes were not bound in time.
        Ok(false) => {
            let refusal = Refusal::error("context deadline exceeded");
            failure::handle(view, pod, waiting.clone(), refusal)
        }
        // [scheduler 8-7] OBSERVATION: the volumes cannot be bound on the chosen node any more.
        Err(why) => failure::handle(view, pod, waiting.clone(), Refusal::error(&why)),
    }
}

fn is_bound(cluster: &Cluster, pod: &Pod, binding: &Binding) -> Result<bool, String> {
    let Some(node) = cluster.get::<Node>("", &binding.node) else {
        return Err(format!("node \"{}\" not found", binding.node));
    };
    for name in &binding.promised {
        let Some(volume) = cluster.get::<PersistentVolume>("", name) else {
            return Err(format!("pv \"{name}\" not found"));
        };
        check_affinity(volume, node)?;
        if volume.spec.claim_ref.as_ref().is_none_or(|claim| claim.uid.is_empty()) {
            return Err(format!("ClaimRef got reset for pv \"{name}\""));
        }
    }
    for name in &binding.provisioning {
        let Some(claim) = claim_of(cluster, pod, name) else {
            return Err(format!("provisioning failed for PVC \"{name}\""));
        };
        if claim.metadata.annotations.get(SELECTED_NODE).map(String::as_str) != Some(&*binding.node)
        {
            return Err(format!("selectedNode annotation reset for PVC \"{name}\""));
        }
        if let Some(volume) = cluster.get::<PersistentVolume>("", &claim.spec.volume_name) {
            check_affinity(volume, node)?;
        }
    }
    let mut claims = pod.claims().filter_map(|(_, name)| claim_of(cluster, pod, &name));
    Ok(claims.all(|claim| is_fully_bound(claim)))
}

fn check_affinity(volume: &PersistentVolume, node: &Node) -> Result<(), String> {
    if is_reachable_from(volume, node) {
        return Ok(());
    }
    let (volume, node) = (&volume.metadata.name, &node.metadata.name);
    Err(format!(
        "pv \"{volume}\" node affinity doesn't match node \"{node}\": no matching NodeSelectorTerms"
    ))
}

/// Gives the Pod its node.
pub(super) fn bind(view: View<'_>, pod: &Rc<Pod>, node: &Node) -> Vec<Action> {
    let mut bound =
        with_condition(pod, "True", "", "", view.now).unwrap_or_else(|| Pod::clone(pod));
    bound.status.nominated_node_name.clear();
    Rc::make_mut(&mut bound.spec).node_name.clone_from(&node.metadata.name);
    for key in ["topology.kubernetes.io/zone", "topology.kubernetes.io/region"] {
        if let Some(value) = node.metadata.labels.get(key) {
            bound.metadata.labels.insert(key.to_owned(), value.clone());
        }
    }
    let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
    let message = format!("Successfully assigned {namespace}/{name} to {}", node.metadata.name);
    let event = EventDraft::normal(&Rc::clone(pod).into(), "Scheduled", message);
    let mut actions = vec![Action::Update(bound.into()), Action::Event(event)];
    actions.extend(view.memory().map(|_| Action::Remember(None)));
    actions
}
