//! Asks for disks to be plugged into the machines whose Pods need them, and unplugged again.
//!
//! Models `pkg/controller/volume/attachdetach/reconciler/reconciler.go` `attachDesiredVolumes`,
//! `reportMultiAttachError`, and `pkg/volume/csi/csi_attacher.go` `Attach`. The work itself is
//! the driver's: see `csi_attacher`.
//!
//! Deviations:
//! - Whether a volume is still in use on a node is asked of the node, not of its status.
//! - A disk is never detached by force.

pub mod disk;
mod attach;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;
use crate::sim::action::{Action, Deletion, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, ControllerId, Memory, View, Wakes};
pub use attach::Attaching;
pub use disk::{attachable, csi_disk, disk_of};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "attachdetach-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// How long the controller waits before it asks again whether a node still uses a disk.
const POLL_MS: u64 = 1_000;

/// A volume's name and the name of its attachment.
pub type Needed = (String, String);

/// For the kubelet: what must be attached before the volume can be mounted; `None` for a volume
/// that needs no attachment.
pub fn attachment_needed(cluster: &Cluster, pod: &Pod, volume: &Volume) -> Option<Needed> {
    let disk = attachable(cluster, pod, volume)?;
    let attachment = disk.attachment_on(&pod.spec.node_name);
    Some((disk.name, attachment))
}

/// Whether a Pod counts: it has a node and has not ended.
fn is_placed(pod: &Pod) -> bool {
    !pod.spec.node_name.is_empty() && !pod.is_terminal()
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            match (before.is_some_and(is_placed), after.is_some_and(is_placed)) {
                (false, true) => wakes.add(change.key.clone()),
                (true, false) => {
                    let node = before.map_or("", |pod| pod.spec.node_name.as_str());
                    wake_attachments(cluster, node, wakes);
                }
                _ => {}
            }
            if change.is_removal() && !after.is_some_and(is_placed) {
                wakes.add(change.key.clone());
            }
        }
        Kind::PersistentVolumeClaim => {
            let (before, after) = change.sides::<PersistentVolumeClaim>();
            let bound = |claim: &PersistentVolumeClaim| claim.is_bind_completed();
            if after.is_some_and(bound) && !before.is_some_and(bound) {
                let users = cluster.pods_using_claim(&change.key.namespace, &change.key.name);
                for pod in users.filter(|pod| is_placed(pod)) {
                    wakes.add(pod.key());
                }
            }
        }
        Kind::VolumeAttachment => {
            for (pod, _) in cluster.memories(ControllerId::AttachDetach) {
                wakes.add(pod.clone());
            }
            if change.is_creation() {
                wakes.add(change.key.clone());
            }
        }
        _ => {}
    }
}

fn wake_attachments(cluster: &Cluster, node: &str, wakes: &mut Wakes) {
    for attachment in cluster.list::<VolumeAttachment>() {
        if attachment.spec.node_name == node {
            wakes.add(attachment.key());
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    if view.key.kind == Kind::VolumeAttachment {
        return match view.cluster.at::<VolumeAttachment>(view.key) {
            Some(attachment) => detach_if_unused(view.cluster, attachment),
            // [attach_detach 1-1] OBSERVATION: the attachment is gone.
            None => Vec::new(),
        };
    }
    match view.cluster.at::<Pod>(view.key) {
        Some(pod) if is_placed(pod) => attach::sync_pod(view, pod),
        // [attach_detach 1-2] OBSERVATION: the Pod needs no disks, or no longer.
        _ => view.memory().map(|_| Action::Remember(None)).into_iter().collect(),
    }
}

/// What the controller remembers about the Pod.
fn memory(view: View<'_>) -> Attaching {
    match view.memory() {
        Some(Memory::AttachDetach(attaching)) => attaching.clone(),
        _ => Attaching::default(),
    }
}

fn detach_if_unused(cluster: &Cluster, attachment: &Rc<VolumeAttachment>) -> Vec<Action> {
    let node = attachment.spec.node_name.as_str();
    if attachment.metadata.is_deleting() {
        // [attach_detach 2-1] OBSERVATION: the disk is being unplugged.
        return Vec::new();
    }
    let name = &attachment.metadata.name;
    let holds = |pod: &&Rc<Pod>| {
        let mut volumes = pod.spec.volumes.iter();
        volumes.any(|volume| {
            attachment_needed(cluster, pod, volume).is_some_and(|(_, needed)| needed == *name)
                && (is_placed(pod) || is_mounted(cluster, pod, volume))
        })
    };
    match cluster.pods_on_node(node).find(holds) {
        None => {
            // [attach_detach 2-2] OBSERVATION: no Pod on the node needs the disk.
            vec![Action::Delete(Deletion::of(&Rc::clone(attachment).into()))]
        }
        // [attach_detach 2-3] OBSERVATION: a Pod on the node needs the disk.
        Some(pod) if is_placed(pod) => Vec::new(),
        Some(_) => {
            // [attach_detach 2-4] OBSERVATION: the Pod has ended and its volume is still mounted.
            vec![Action::Requeue { after_ms: POLL_MS, urgency: Urgency::Background }]
        }
    }
}

fn is_mounted(cluster: &Cluster, pod: &Pod, volume: &Volume) -> bool {
    let runtime = cluster.runtime(&pod.key());
    let found = runtime.and_then(|runtime| runtime.volumes.get(&volume.name));
    found.is_some_and(|volume| volume.mounted_at.is_some())
}

/// The key of an attachment.
fn attachment_key(name: &str) -> ObjectKey {
    ObjectKey::new(Kind::VolumeAttachment, "", name)
}
