//! Disks that must be attached to the node before they can be mounted.
//!
//! Models `pkg/volume/csi/csi_attacher.go` `waitForVolumeAttachment`, `MountDevice`.

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;
use crate::sim::controllers::attach_detach::attachable;

use super::super::work::Work;
use super::{Outcome, set_up_failed};

/// The driver that mounts the volume, when a disk or a driver's own volume stands behind it.
pub(super) fn driver_of(work: &Work<'_>, volume: &Volume) -> Option<String> {
    let own = volume.csi.as_ref().map(|csi| csi.driver.clone());
    own.or_else(|| attachable(work.cluster, &work.pod, volume).map(|disk| disk.driver))
}

/// Sets up an inline disk or a driver's own volume.
pub(super) fn inline_set_up(work: &Work<'_>, volume: &Volume, driver: &str) -> Outcome {
    if !is_attached(work, volume) {
        return Outcome::NotAttached;
    }
    match staged(work, &volume.name, driver) {
        Ok(path) => Outcome::Mounted(path),
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
