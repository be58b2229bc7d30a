//! Asks for disks to be plugged into the machines whose Pods need them, and unplugged again.
//!
//! Models `pkg/controller/volume/attachdetach/reconciler/reconciler.go` `attachDesiredVolumes`,
//! `reportMultiAttachError`, and `pkg/volume/csi/csi_attacher.go` `Attach`. The work itself is
//! the driver's: see `csi_attacher`.
//!
//! Deviations:
//! - Whether a volume is still in use on a node is asked of the node, not of its status; the
//!   answer of a node without a kubelet stays what it was, as its status does.

pub mod disk;
mod attach;

use std::rc::Rc;

use crate::api::container::ContainerStatus;
use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;
use crate::sim::action::{Action, Deletion, Urgency};
use crate::sim::change::Change;
use crate::machine::fs::disks::FsId;
use crate::sim::cluster::Cluster;
use crate::sim::runtime::VolumeFiles;

use super::{Controller, ControllerId, Memory, View, Wakes};
use attach::Wait;
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
/// How long a lost node keeps its disks (`reconcilerMaxWaitForUnmountDuration`).
const FORCE_MS: u64 = 360_000;
/// A person's word that the machine is off.
const OUT_OF_SERVICE: &str = "node.kubernetes.io/out-of-service";

/// A volume's name and the name of its attachment.
pub type Needed = (String, String);

/// For the kubelet: what must be attached before the volume can be mounted; `None` for a volume
/// that needs no attachment.
pub fn attachment_needed(cluster: &Cluster, pod: &Pod, volume: &Volume) -> Option<Needed> {
    let disk = attachable(cluster, pod, volume)?;
    let attachment = disk.attachment_on(&pod.spec.node_name);
    Some((disk.name, attachment))
}

/// Whether a Pod counts: it has a node and has not ended (`volumeutil.IsPodTerminated`).
fn is_placed(pod: &Pod) -> bool {
    let runs = |status: &ContainerStatus| status.state.running.is_some();
    let ended = pod.metadata.is_deleting() && !pod.status.container_statuses.iter().any(runs);
    !pod.spec.node_name.is_empty() && !pod.is_terminal() && !ended
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
        Kind::Node => wake_attachments(cluster, &change.key.name, wakes),
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
            Some(attachment) => detach_if_unused(view, attachment),
            // [attach_detach 1-1] OBSERVATION: the attachment is gone.
            None => forget(view),
        };
    }
    match view.cluster.at::<Pod>(view.key) {
        Some(pod) if is_placed(pod) => attach::sync_pod(view, pod),
        // [attach_detach 1-2] OBSERVATION: the Pod needs no disks, or no longer.
        _ => forget(view),
    }
}

/// What the controller remembers about the Pod.
fn memory(view: View<'_>) -> Attaching {
    match view.memory() {
        Some(Memory::AttachDetach(attaching)) => attaching.clone(),
        _ => Attaching::default(),
    }
}

fn detach_if_unused(view: View<'_>, attachment: &Rc<VolumeAttachment>) -> Vec<Action> {
    let (cluster, now) = (view.cluster, view.now);
    let node = attachment.spec.node_name.as_str();
    if attachment.metadata.is_deleting() {
        // [attach_detach 2-1] OBSERVATION: the disk is being unplugged.
        return forget(view);
    }
    let name = &attachment.metadata.name;
    let wants = |pod: &&Rc<Pod>| {
        let mut volumes = pod.spec.volumes.iter();
        is_placed(pod)
            && volumes.any(|volume| {
                attachment_needed(cluster, pod, volume).is_some_and(|(_, needed)| needed == *name)
            })
    };
    if cluster.pods_on_node(node).any(|pod| wants(&pod)) {
        // [attach_detach 2-3] OBSERVATION: a Pod on the node needs the disk.
        return forget(view);
    }
    let detach = Action::Delete(Deletion::of(&Rc::clone(attachment).into()));
    if !is_in_use(cluster, attachment) {
        // [attach_detach 2-2] OBSERVATION: no Pod on the node needs the disk.
        return vec![detach];
    }
    let object = cluster.get::<Node>("", node);
    if object.is_some_and(|node| node.spec.taints.iter().any(|t| t.key == OUT_OF_SERVICE)) {
        // [attach_detach 2-5] OBSERVATION: somebody said that the machine is off.
        return vec![detach];
    }
    if object.is_some_and(|node| node.is_ready()) {
        // [attach_detach 2-4] OBSERVATION: the volume is still mounted.
        return vec![Action::Requeue { after_ms: POLL_MS, urgency: Urgency::Background }];
    }
    let since = match memory(view).get(name) {
        Some(Wait::Leaving(since)) => *since,
        _ => now,
    };
    if now.since(since) < FORCE_MS {
        // [attach_detach 2-6] OBSERVATION: the node is lost and may still write to the disk.
        let leaving = [(name.clone(), Wait::Leaving(since))].into();
        let after_ms = FORCE_MS - now.since(since);
        return vec![
            Action::Remember(Some(Memory::AttachDetach(leaving))),
            Action::Requeue { after_ms, urgency: Urgency::Foreground },
        ];
    }
    // [attach_detach 2-7] OBSERVATION: the node has been lost for too long.
    vec![detach]
}

fn forget(view: View<'_>) -> Vec<Action> {
    view.memory().map(|_| Action::Remember(None)).into_iter().collect()
}

/// Whether the node has the disk mounted, be it for a Pod that is gone.
fn is_in_use(cluster: &Cluster, attachment: &VolumeAttachment) -> bool {
    let node = attachment.spec.node_name.as_str();
    let handle = disk::handle_of(cluster, attachment);
    let on_node = cluster.runtimes().filter(|(_, runtime)| *runtime.node == *node);
    let shown = |files: &VolumeFiles| match &files.fs {
        FsId::Disk(id) => handle.as_deref() == Some(&**id),
        _ => false,
    };
    on_node.flat_map(|(_, runtime)| runtime.volumes.values()).any(|volume| {
        volume.mounted_at.is_some() && volume.files.as_ref().is_some_and(shown)
    })
}

/// The key of an attachment.
fn attachment_key(name: &str) -> ObjectKey {
    ObjectKey::new(Kind::VolumeAttachment, "", name)
}
