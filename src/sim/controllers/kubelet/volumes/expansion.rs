//! The file system of a disk that has grown.
//!
//! Models `pkg/volume/util/operationexecutor/node_expander.go` `expandOnPlugin` and
//! `operation_generator.go` `expandVolumeDuringMount`, `GenerateExpandInUseVolumeFunc`.

use std::rc::Rc;

use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::volume::Volume;
use crate::machine::fs::disks::FsId;
use crate::sim::controllers::attach_detach::disk_of;
use crate::sim::controllers::csi_resizer::{NODE_PENDING, finish};
use crate::sim::event_log::EventType;

use super::super::work::Work;

/// Whether a file system waits for its node.
pub(in crate::sim::controllers::kubelet) fn is_pending(claim: &PersistentVolumeClaim) -> bool {
    let state = claim.status.allocated_resource_statuses.get("storage");
    state.is_some_and(|state| state == NODE_PENDING)
}

/// Stretches the file systems of all mounted volumes that wait for it.
pub(in crate::sim::controllers::kubelet) fn look(work: &mut Work<'_>) {
    let pod = Rc::clone(&work.pod);
    for (volume, _) in pod.claims() {
        let known = work.runtime.volumes.get(&volume.name);
        if known.is_some_and(|known| known.mounted_at.is_some()) {
            expand(work, volume);
        }
    }
}

/// Stretches the file system of one volume if it waits for it.
pub(super) fn expand(work: &mut Work<'_>, of_pod: &Volume) {
    let pod = Rc::clone(&work.pod);
    let Some((_, name)) = pod.claims().find(|(volume, _)| volume.name == of_pod.name) else {
        return;
    };
    let claim = work.cluster.get::<PersistentVolumeClaim>(&work.key.namespace, &name);
    let Some(claim) = claim.filter(|claim| is_pending(claim)) else { return };
    let Some(volume) = work.cluster.get::<PersistentVolume>("", &claim.spec.volume_name) else {
        return;
    };
    // [kubelet 4-10] OBSERVATION: the disk has grown, and now its file system does.
    let bytes = u64::try_from(volume.capacity().value()).unwrap_or(u64::MAX);
    if let Some(disk) = disk_of(volume)
        && let Some(system) = work.disks.get_mut(&FsId::Disk(disk.handle.into()))
    {
        system.limits.bytes = system.limits.bytes.max(bytes);
    }
    let mut next = PersistentVolumeClaim::clone(claim);
    finish(&mut next.status, volume.capacity());
    work.write(next.into());
    let (volume, node) = (&volume.metadata.name, work.runtime.node.to_string());
    let done = format!("MountVolume.NodeExpandVolume succeeded for volume \"{volume}\" {node}");
    work.event(EventType::Normal, "FileSystemResizeSuccessful", done);
}
