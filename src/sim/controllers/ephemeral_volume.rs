//! Makes the claims of ephemeral volumes.
//!
//! Models `pkg/controller/volume/ephemeral/controller.go` `syncHandler`, `handleVolume`.

use crate::api::kind::{Kind, Object};
use crate::api::meta::ObjectMeta;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::volume::{EphemeralVolumeSource, Volume};
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::apiserver;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "ephemeral_volume",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The first pause after a failure, and the longest that a run waits for.
const BACKOFF_MS: (u64, u64) = (5, 16_000);

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if let Some(pod) = change.resource::<Pod>()
        && change.is_creation()
        && pod.spec.volumes.iter().any(|volume| volume.ephemeral.is_some())
    {
        wakes.add(change.key.clone());
    }
    if let Some(claim) = change.resource::<PersistentVolumeClaim>()
        && change.is_removal()
        && let Some(owner) = claim.metadata.controller().filter(|owner| owner.kind == "Pod")
    {
        wakes.add(ObjectKey::new(Kind::Pod, &change.key.namespace, &owner.name));
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let failures = match view.memory() {
        Some(Memory::EphemeralVolume(failures)) => *failures,
        _ => 0,
    };
    let forget = (failures > 0).then_some(Action::Remember(None));
    let Some(object) = view.cluster.object(view.key) else {
        // [ephemeral_volume 1-1] OBSERVATION: the Pod is gone.
        return forget.into_iter().collect();
    };
    let Some(pod) = Pod::of(object) else { return Vec::new() };
    if pod.metadata.is_deleting() {
        // [ephemeral_volume 1-2] OBSERVATION: the Pod is going.
        return forget.into_iter().collect();
    }
    let mut actions = Vec::new();
    for volume in &pod.spec.volumes {
        let Some(source) = &volume.ephemeral else { continue };
        match handle_volume(view.cluster, object, pod, volume, source) {
            Ok(action) => actions.extend(action),
            Err(message) => {
                let event = EventDraft::warning(object, "FailedBinding", message);
                let after_ms = BACKOFF_MS.0 << failures.min(17);
                let patient = after_ms <= BACKOFF_MS.1;
                let urgency = if patient { Urgency::Foreground } else { Urgency::Background };
                let memory = Some(Memory::EphemeralVolume(failures + 1));
                actions.push(Action::Event(event));
                actions.push(Action::Requeue { after_ms, urgency });
                actions.push(Action::Remember(memory));
                return actions;
            }
        }
    }
    actions.extend(forget);
    actions
}

fn handle_volume(
    cluster: &Cluster,
    object: &Object,
    pod: &Pod,
    volume: &Volume,
    source: &EphemeralVolumeSource,
) -> Result<Option<Action>, String> {
    let namespace = &pod.metadata.namespace;
    let name = format!("{}-{}", pod.metadata.name, volume.name);
    if let Some(claim) = cluster.get::<PersistentVolumeClaim>(namespace, &name) {
        let owner = claim.metadata.controller();
        if owner.is_some_and(|owner| owner.uid == pod.metadata.uid) {
            // [ephemeral_volume 2-1] OBSERVATION: the claim is there already.
            return Ok(None);
        }
        // [ephemeral_volume 2-2] OBSERVATION: a claim of that name belongs to somebody else.
        return Err(format!(
            "ephemeral volume {}: PVC {namespace}/{name} was not created for pod \
             {namespace}/{} (pod is not owner)",
            volume.name, pod.metadata.name
        ));
    }
    let template = source.volume_claim_template.clone().unwrap_or_default();
    let claim: Object = PersistentVolumeClaim {
        metadata: ObjectMeta {
            name: name.clone(),
            namespace: namespace.clone(),
            labels: template.metadata.labels,
            annotations: template.metadata.annotations,
            owner_references: vec![object.controller_reference()],
            ..ObjectMeta::default()
        },
        spec: template.spec,
        ..PersistentVolumeClaim::default()
    }
    .into();
    match apiserver::check_create(cluster, &claim) {
        // [ephemeral_volume 2-3] OBSERVATION: the claim is missing.
        Ok(()) => Ok(Some(Action::Create(claim))),
        // [ephemeral_volume 2-4] OBSERVATION: the API server refuses the claim.
        Err(status) => {
            let (volume, error) = (&volume.name, status.message);
            Err(format!("ephemeral volume {volume}: create PVC {name}: {error}"))
        }
    }
}
