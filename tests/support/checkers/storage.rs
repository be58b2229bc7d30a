//! What must not happen to claims, volumes and disks.

use std::collections::BTreeMap;
use std::rc::Rc;

use volume_lab::api::kind::Kind;
use volume_lab::api::persistent_volume::PersistentVolume;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::api::pod::Pod;
use volume_lab::api::storage_class::VolumeAttachment;

use super::{Moment, phase};

/// From each phase to which others; a new object has the phase before the first arrow.
const EDGES: [(Kind, &[(&str, &str)]); 4] = [
    (
        Kind::PersistentVolume,
        &[
            ("", "Pending"),
            ("Pending", "Available"),
            ("Pending", "Bound"),
            ("Pending", "Released"),
            ("Available", "Bound"),
            ("Available", "Released"),
            ("Bound", "Released"),
            ("Bound", "Available"),
            ("Released", "Available"),
            ("Released", "Bound"),
            ("Released", "Failed"),
            ("Failed", "Available"),
            ("Failed", "Bound"),
        ],
    ),
    (
        Kind::PersistentVolumeClaim,
        &[
            ("", "Pending"),
            ("Pending", "Bound"),
            ("Pending", "Lost"),
            ("Bound", "Lost"),
            ("Lost", "Bound"),
        ],
    ),
    (Kind::Namespace, &[("", "Active"), ("Active", "Terminating")]),
    (
        Kind::Pod,
        &[
            ("", "Pending"),
            ("Pending", "Running"),
            ("Pending", "Succeeded"),
            ("Pending", "Failed"),
            ("Running", "Succeeded"),
            ("Running", "Failed"),
        ],
    ),
];

pub(super) fn phases_move_along_edges(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|change| !change.is_removal()) {
        let Some((_, edges)) = EDGES.iter().find(|(kind, _)| *kind == change.key.kind) else {
            continue;
        };
        let (from, to) = (phase(change.before.as_ref()), phase(change.after.as_ref()));
        if from != to && !edges.contains(&(from, to)) {
            complaints.push(format!("{}: from {from:?} to {to:?}", change.key));
        }
    }
}

pub(super) fn used_claims_and_bound_volumes_stay(
    moment: &Moment<'_>,
    complaints: &mut Vec<String>,
) {
    for change in moment.step.changes.iter().filter(|change| change.is_removal()) {
        if moment.tampered.contains(&change.key) || &*moment.step.actor.component == "kubectl" {
            continue;
        }
        if phase(change.before.as_ref()) == "Bound" && change.key.kind == Kind::PersistentVolume {
            complaints.push(format!("{} vanished while Bound", change.key));
        }
        if change.key.kind == Kind::PersistentVolumeClaim {
            let uses = |pod: &&Rc<Pod>| {
                pod.metadata.namespace == *change.key.namespace
                    && !pod.spec.node_name.is_empty()
                    && pod.claims().any(|(volume, claim)| {
                        let released = volume.ephemeral.is_some() && pod.is_terminal();
                        claim == *change.key.name && !released
                    })
            };
            if moment.before.list::<Pod>().any(|pod| uses(&pod)) {
                complaints.push(format!("{} vanished while a Pod had it", change.key));
            }
        }
    }
}

/// Only a volume that is to be deleted goes by itself, and only one that is to be recycled comes
/// back by itself.
pub(super) fn reclaim_policies_are_honoured(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if moment.by_hand() {
        return;
    }
    for change in &moment.step.changes {
        let (Some(before), after) = change.sides::<PersistentVolume>() else { continue };
        let policy = before.spec.persistent_volume_reclaim_policy.as_str();
        let goes = !before.metadata.is_deleting()
            && after.is_none_or(|after| after.metadata.is_deleting());
        if goes && policy != "Delete" {
            complaints.push(format!("{} is deleted in spite of {policy}", change.key));
        }
        if goes && before.status.phase == "Bound" {
            complaints.push(format!("{} is deleted while it is Bound", change.key));
        }
        let served = |volume: &PersistentVolume| {
            volume.spec.claim_ref.as_ref().is_some_and(|claim| !claim.uid.is_empty())
        };
        let cleared = before.status.phase == "Released"
            && served(before)
            && after.is_some_and(|after| after.spec.claim_ref.is_none());
        if cleared && policy != "Recycle" {
            complaints.push(format!("{} is offered again in spite of {policy}", change.key));
        }
    }
}

pub(super) fn exclusive_disks_have_one_node(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !moment.step.changes.iter().any(|change| change.key.kind == Kind::VolumeAttachment) {
        return;
    }
    let mut nodes: BTreeMap<&str, &str> = BTreeMap::new();
    for attachment in moment.after.list::<VolumeAttachment>() {
        let Some(name) = &attachment.spec.source.persistent_volume_name else { continue };
        let Some(volume) = moment.after.get::<PersistentVolume>("", name) else { continue };
        let exclusive =
            |mode: &String| matches!(mode.as_str(), "ReadWriteOnce" | "ReadWriteOncePod");
        if volume.spec.access_modes.iter().all(exclusive)
            && let Some(other) = nodes.insert(name, &attachment.spec.node_name)
        {
            let node = &attachment.spec.node_name;
            complaints.push(format!("{name} is attached to {other} and {node}"));
        }
    }
}

/// A volume is mounted when its claim is Bound, and its disk attached, if it is a disk.
pub(super) fn mounts_come_after_bonds(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let subject = &moment.step.subject;
    if !moment.by("kubelet") || subject.kind != Kind::Pod {
        return;
    }
    let Some(runtime) = moment.after.runtime(subject) else { return };
    let Some(pod) = moment.after.at::<Pod>(subject) else { return };
    let before = moment.before.runtime(subject);
    for (volume, name) in pod.claims() {
        let mounted = runtime.volumes.get(&volume.name).is_some_and(|v| v.mounted_at.is_some());
        let was = before.and_then(|before| before.volumes.get(&volume.name));
        if !mounted || was.is_some_and(|was| was.mounted_at.is_some()) {
            continue;
        }
        let claim = moment.before.get::<PersistentVolumeClaim>(&subject.namespace, &name);
        let bound = claim.filter(|claim| claim.status.phase == "Bound");
        let volume = bound
            .and_then(|claim| moment.before.get::<PersistentVolume>("", &claim.spec.volume_name));
        let Some(volume) = volume else {
            complaints.push(format!("{subject} mounts {name}, which is not Bound"));
            continue;
        };
        let spec = &volume.spec;
        let is_disk = spec.csi.is_some() || spec.gce_persistent_disk.is_some();
        let attached = moment.before.list::<VolumeAttachment>().any(|attachment| {
            attachment.spec.source.persistent_volume_name.as_ref() == Some(&volume.metadata.name)
                && attachment.spec.node_name == *runtime.node
                && attachment.status.attached == Some(true)
        });
        if is_disk && !attached {
            complaints.push(format!("{subject} mounts {name}, whose disk is not attached"));
        }
    }
}
