//! Binding, provisioning, scheduling, attaching.

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::storage_class::VolumeAttachment;
use crate::sim::change::Change;
use crate::sim::event_log::EventRecord;
use crate::sim::step::Step;

use crate::scene::storage::Storage;

use super::{Said, claim_origin, marks_deletion, origin};

const PROVISIONER: &str = "external-provisioner";
const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";
const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

pub(super) fn tell(step: &Step) -> Vec<Said> {
    let component = &*step.actor.component;
    if component == "kubelet" || component.starts_with("kubectl") {
        return Vec::new();
    }
    let mut said: Vec<Said> =
        step.events.iter().filter_map(|event| reported(step, event)).collect();
    said.extend(step.changes.iter().filter_map(|change| match change.key.kind {
        Kind::PersistentVolumeClaim => claim(step, change),
        Kind::PersistentVolume => volume(step, change),
        Kind::Pod => pod(change),
        Kind::VolumeAttachment => attachment(change),
        _ => None,
    }));
    said
}

fn reported(step: &Step, event: &EventRecord) -> Option<Said> {
    let key = &event.text.regarding;
    let name = &*key.name;
    let source = event.text.source.split('_').next().unwrap_or_default();
    let said = match (key.kind, event.text.reason.as_str()) {
        (Kind::PersistentVolumeClaim, "ExternalProvisioning") => {
            let class = step.after.cluster.at::<PersistentVolumeClaim>(key);
            let class = class.map(|claim| claim.class().to_owned()).unwrap_or_default();
            let (from, path) = claim_origin(step, key, "spec.storageClassName");
            Said::loud("claim-asks-provisioner", key).with("class", class).because(&from, path)
        }
        (Kind::PersistentVolumeClaim, "Provisioning") => {
            Said::opens("provisioning", key).with("provisioner", source)
        }
        (Kind::PersistentVolumeClaim, "ProvisioningSucceeded") => {
            Said::quiet("provisioning-done", key).with("provisioner", source)
        }
        (Kind::PersistentVolumeClaim, "FailedBinding") => {
            let (from, path) = claim_origin(step, key, "spec");
            Said::loud("claim-waits-volume", key).because(&from, path)
        }
        (Kind::PersistentVolumeClaim, "WaitForFirstConsumer") => {
            let (from, path) = claim_origin(step, key, "spec.storageClassName");
            Said::loud("claim-waits-consumer", key).because(&from, path)
        }
        (Kind::PersistentVolumeClaim, "WaitForPodScheduled") => Said::quiet("claim-waits-pod", key),
        (Kind::PersistentVolumeClaim, "ProvisioningFailed") => {
            let (from, path) = claim_origin(step, key, "spec.storageClassName");
            Said::loud("provisioning-failed", key)
                .with("message", event.text.message.clone())
                .because(&from, path)
        }
        (Kind::PersistentVolumeClaim, "VolumeMismatch" | "ClaimMisbound") => {
            Said::loud("claim-mismatch", key)
                .with("message", event.text.message.clone())
                .because(key, "spec.volumeName")
        }
        (Kind::PersistentVolumeClaim, "ClaimLost") => Said::loud("claim-lost", key),
        (Kind::Pod, "FailedScheduling") => {
            let pod = step.after.cluster.at::<Pod>(key);
            let from = pod.and_then(|pod| origin(pod, "spec", "spec.template.spec"));
            let message = event.text.message.clone();
            let said = Said::loud(unscheduled(&message), key).with("message", message);
            match from {
                Some((from, path)) => said.because(&from, path),
                None => said,
            }
        }
        (Kind::Pod, "SuccessfulAttachVolume") => Said::quiet("attach-reported", key),
        (Kind::Pod, "FailedAttachVolume") => {
            Said::loud("attach-failed", key).with("message", event.text.message.clone())
        }
        (Kind::PersistentVolume, "VolumeRecycled") => Said::loud("volume-recycled", key),
        (Kind::PersistentVolume, reason) => {
            Said::loud("volume-trouble", key).with("reason", reason)
        }
        _ => return None,
    };
    Some(said.with("name", name))
}

/// What a message of the scheduler comes down to.
fn unscheduled(message: &str) -> &'static str {
    let known = [
        ("unbound immediate PersistentVolumeClaims", "scheduling-failed-unbound"),
        ("persistentvolumeclaim \"", "scheduling-failed-no-claim"),
        ("volume node affinity conflict", "scheduling-failed-affinity"),
        ("find available persistent volumes", "scheduling-failed-no-volume"),
        ("Too many pods", "scheduling-failed-full"),
        ("Insufficient ", "scheduling-failed-resources"),
    ];
    let found = known.into_iter().find(|(words, _)| message.contains(words));
    found.map_or("scheduling-failed", |(_, code)| code)
}

fn claim(step: &Step, change: &Change) -> Option<Said> {
    let key = &change.key;
    let (before, after) = change.sides::<PersistentVolumeClaim>();
    let Some(after) = after else {
        return Some(Said::loud("claim-gone", key).with("name", &*key.name));
    };
    let Some(before) = before else {
        let owner = after.metadata.controller().map(|owner| owner.name.clone());
        let said = Said::opens("claim-made", key).with("name", &*key.name);
        return Some(said.with("owner", owner.unwrap_or_default()));
    };
    let named = |said: Said| Some(said.with("name", &*key.name));
    if marks_deletion(change) {
        return named(Said::loud("claim-terminating", key));
    }
    if before.status.phase != after.status.phase {
        return named(match after.status.phase.as_str() {
            "Bound" => {
                let (from, path) = claim_origin(step, key, "spec.resources");
                Said::loud("bound", key)
                    .with("volume", after.spec.volume_name.clone())
                    .because(&from, path)
            }
            "Lost" => Said::loud("claim-lost", key),
            _ => Said::quiet("claim-status", key),
        });
    }
    let node =
        |claim: &PersistentVolumeClaim| claim.metadata.annotations.get(SELECTED_NODE).cloned();
    if let Some(node) = node(after).filter(|chosen| node(before).as_ref() != Some(chosen)) {
        return named(Said::loud("claim-node-chosen", key).with("node", node));
    }
    if before.spec.storage_class_name != after.spec.storage_class_name {
        let class = after.class().to_owned();
        return named(Said::loud("claim-default-class", key).with("class", class));
    }
    if before.spec.volume_name != after.spec.volume_name {
        let volume = after.spec.volume_name.clone();
        return named(Said::quiet("claim-writes-volume", key).with("volume", volume));
    }
    named(Said::quiet("claim-status", key))
}

fn volume(step: &Step, change: &Change) -> Option<Said> {
    let key = &change.key;
    let named = |said: Said| Some(said.with("name", &*key.name));
    let (before, after) = change.sides::<PersistentVolume>();
    let Some(after) = after else {
        let gone = Said::loud("volume-gone", key);
        return named(before.map_or(gone.clone(), |volume| deleted(step, volume, gone)));
    };
    let claim = after.spec.claim_ref.as_ref();
    let claim_name = claim.map(|claim| claim.name.clone()).unwrap_or_default();
    let Some(before) = before else {
        let of_claim = claim.map(|claim| {
            ObjectKey::new(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name)
        });
        let said = Said::loud("provisioned", key)
            .with("claim", claim_name)
            .with("class", after.spec.storage_class_name.clone());
        let from = of_claim.map(|claim| claim_origin(step, &claim, "spec.storageClassName"));
        return named(match from {
            Some((from, path)) => said.because(&from, path),
            None => said,
        });
    };
    if marks_deletion(change) {
        return named(deleted(step, after, Said::quiet("volume-terminating", key)));
    }
    if before.status.phase != after.status.phase {
        let policy = after.spec.persistent_volume_reclaim_policy.clone();
        return named(match after.status.phase.as_str() {
            "Available" => Said::loud("volume-available", key),
            "Bound" => Said::opens("volume-bound", key).with("claim", claim_name),
            "Released" => Said::loud("volume-released", key)
                .with("policy", policy)
                .because(key, "spec.persistentVolumeReclaimPolicy"),
            "Failed" => Said::loud("volume-failed", key)
                .with("message", after.status.message.clone())
                .because(key, "spec.persistentVolumeReclaimPolicy"),
            _ => Said::quiet("volume-status", key),
        });
    }
    if before.spec.claim_ref.is_none() && claim.is_some() {
        return named(Said::opens("bind-chosen", key).with("claim", claim_name));
    }
    named(Said::quiet("volume-status", key))
}

/// A provisioner deletes a volume with what stands behind it.
fn deleted(step: &Step, volume: &PersistentVolume, other: Said) -> Said {
    let key = volume.key();
    let storage = Storage::of_volume(volume).filter(|_| {
        &*step.actor.component == PROVISIONER
            && volume.metadata.annotations.contains_key(PROVISIONED_BY)
    });
    let Some(storage) = storage else { return other };
    let policy = volume.spec.persistent_volume_reclaim_policy.clone();
    Said::loud("volume-deleted-by-policy", &key)
        .with("storage", storage.called())
        .with("policy", policy)
        .because(&key, "spec.persistentVolumeReclaimPolicy")
}

fn pod(change: &Change) -> Option<Said> {
    let key = &change.key;
    let (before, after) = change.sides::<Pod>();
    let (before, after) = (before?, after?);
    let node = &after.spec.node_name;
    if before.spec.node_name.is_empty() && !node.is_empty() {
        return Some(
            Said::loud("scheduled", key).with("name", &*key.name).with("node", node.clone()),
        );
    }
    Some(Said::quiet("pod-status", key).with("name", &*key.name))
}

fn attachment(change: &Change) -> Option<Said> {
    let (before, after) = change.sides::<VolumeAttachment>();
    let attachment = after.or(before)?;
    let source = attachment.spec.source.persistent_volume_name.clone().unwrap_or_default();
    let volume = ObjectKey::new(Kind::PersistentVolume, "", &source);
    let node = attachment.spec.node_name.clone();
    let attached = |side: Option<&VolumeAttachment>| {
        side.is_some_and(|side| side.status.attached == Some(true))
    };
    let said = match (before, after) {
        (None, _) => Said::opens("attach-asked", &volume),
        (_, None) => Said::loud("detached", &volume),
        _ if attached(after) && !attached(before) => Said::loud("attached", &volume),
        _ => Said::quiet("attach-status", &volume),
    };
    Some(said.with("name", source).with("node", node))
}
