//! Disks that must be attached to the node before they can be mounted.
//!
//! Models `pkg/volume/csi/csi_attacher.go` `waitForVolumeAttachment`, `MountDevice`.

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;
use crate::machine::fs::disks::FsId;
use crate::machine::fs::file_system::FileSystem;
use crate::sim::controllers::attach_detach::{attachable, csi_disk};
use crate::sim::machines::disk::{DISK_BYTES, formatted_disk};
use crate::sim::runtime::VolumeFiles;

use super::super::work::Work;
use super::{Outcome, Place, set_up_failed};

/// The driver that mounts the volume, when a disk or a driver's own volume stands behind it.
pub(super) fn driver_of(work: &Work<'_>, volume: &Volume) -> Option<String> {
    let own = volume.csi.as_ref().map(|csi| csi.driver.clone());
    own.or_else(|| attachable(work.cluster, &work.pod, volume).map(|disk| disk.driver))
}

/// Sets up an inline disk or a driver's own volume.
pub(super) fn inline_set_up(work: &mut Work<'_>, volume: &Volume, driver: &str) -> Outcome {
    if !is_attached(work, volume) {
        return Outcome::NotAttached;
    }
    match staged(work, &volume.name, driver) {
        Ok(path) => Outcome::Mounted(disk(work, volume, path)),
        Err(why) => Outcome::Failed(set_up_failed(&volume.name, &why)),
    }
}

/// Whether the volume is attached to the Pod's node, or need not be.
pub(super) fn is_attached(work: &Work<'_>, volume: &Volume) -> bool {
    let Some(disk) = attachable(work.cluster, &work.pod, volume) else { return true };
    let name = disk.attachment_on(&work.runtime.node);
    let attachment = work.cluster.get::<VolumeAttachment>("", &name);
    !needs_attachment(work, &disk.driver)
        || attachment.is_some_and(|attachment| attachment.status.attached == Some(true))
}

/// The driver's own object says whether its volumes are attached.
fn needs_attachment(work: &Work<'_>, driver: &str) -> bool {
    let object = work.cluster.object(&ObjectKey::new(Kind::CSIDriver, "", driver));
    match object {
        Some(Object::CSIDriver(driver)) => {
            let spec = driver.spec.as_ref();
            spec.and_then(|spec| spec.get("attachRequired")) != Some(&false.into())
        }
        _ => true,
    }
}

/// Mounts the disk through its driver.
pub(super) fn staged(work: &Work<'_>, volume: &str, driver: &str) -> Result<String, String> {
    let installed = work.cluster.profile.csi_drivers.contains(&driver)
        || work.cluster.object(&ObjectKey::new(Kind::CSIDriver, "", driver)).is_some();
    if !installed {
        return Err(format!(
            "kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name {driver} not \
             found in the list of registered CSI drivers"
        ));
    }
    Ok(format!("{}/mount", super::work_path(work, "csi", volume)))
}

/// A disk's files; a disk that nobody used before gets an empty file system.
fn disk(work: &mut Work<'_>, volume: &Volume, path: String) -> Place {
    let known = csi_disk(work.cluster, &work.pod, volume);
    let read_only = volume.gce_persistent_disk.as_ref().is_some_and(|disk| disk.read_only)
        || volume.csi.as_ref().is_some_and(|csi| csi.read_only == Some(true));
    let fs = match known {
        Some(disk) => FsId::Disk(disk.handle.into()),
        // A driver's inline volume lives with its Pod.
        None => FsId::Volume(work.pod.metadata.uid.as_str().into(), volume.name.as_str().into()),
    };
    formatted(work, fs, DISK_BYTES, path, read_only)
}

/// The files of a disk of that size.
pub(super) fn formatted(
    work: &mut Work<'_>,
    fs: FsId,
    bytes: u64,
    path: String,
    read_only: bool,
) -> Place {
    if !work.disks.contains(&fs) {
        work.disks.insert(fs.clone(), formatted_disk(bytes));
    }
    let point = Some(path.as_str().into());
    let files = VolumeFiles { fs, root: FileSystem::ROOT, read_only, point };
    Place { path, files: Some(files) }
}
