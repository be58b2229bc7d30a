//! Disks that must be attached to the node before they can be mounted.
//!
//! Models `pkg/volume/csi/csi_attacher.go` `waitForVolumeAttachment`, `MountDevice` and the
//! translation of old disk types to CSI drivers (`k8s.io/csi-translation-lib`).

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::storage_class::VolumeAttachment;
use crate::api::volume::Volume;

use super::super::work::Work;
use super::{Outcome, set_up_failed};

/// The driver of a Pod's inline disk, with the disk's name.
pub(super) struct InlineDisk {
    driver: String,
    disk: String,
}

/// The inline disk of a volume, if it has one.
pub(super) fn inline(volume: &Volume) -> Option<InlineDisk> {
    let disk = |driver: &str, disk: &str| {
        Some(InlineDisk { driver: driver.to_owned(), disk: disk.to_owned() })
    };
    if let Some(source) = &volume.gce_persistent_disk {
        disk("pd.csi.storage.gke.io", &source.pd_name)
    } else if let Some(source) = &volume.aws_elastic_block_store {
        disk("ebs.csi.aws.com", &source.volume_id)
    } else if let Some(source) = &volume.csi {
        // An inline CSI volume is the driver's own; nothing is attached.
        disk(&source.driver, "")
    } else {
        None
    }
}

/// Sets up an inline disk. Its attachment names the disk, not a `PersistentVolume`.
pub(super) fn inline_set_up(work: &Work<'_>, name: &str, disk: &InlineDisk) -> Outcome {
    if !disk.disk.is_empty() && !has_attachment(work, |found| found.contains(disk.disk.as_str())) {
        return Outcome::NotAttached;
    }
    match staged(work, name, &disk.driver) {
        Ok(path) => Outcome::Mounted(path),
        Err(why) => Outcome::Failed(set_up_failed(name, &why)),
    }
}

/// The CSI driver that serves the volume.
pub(super) fn driver_of(volume: &PersistentVolume) -> Option<String> {
    let spec = &volume.spec;
    if let Some(csi) = &spec.csi {
        Some(csi.driver.clone())
    } else if spec.gce_persistent_disk.is_some() {
        Some("pd.csi.storage.gke.io".to_owned())
    } else if spec.aws_elastic_block_store.is_some() {
        Some("ebs.csi.aws.com".to_owned())
    } else {
        None
    }
}

/// Whether the volume is attached to the Pod's node, or need not be.
pub(super) fn is_attached(work: &Work<'_>, volume: &str, driver: &str) -> bool {
    !needs_attachment(work, driver) || has_attachment(work, |found| found == volume)
}

fn has_attachment(work: &Work<'_>, names: impl Fn(&str) -> bool) -> bool {
    work.cluster.list::<VolumeAttachment>().any(|attachment| {
        let source = &attachment.spec.source;
        let inline = source.other.get("inlineVolumeSpec");
        attachment.spec.node_name == *work.runtime.node
            && attachment.status.attached == Some(true)
            && (source.persistent_volume_name.as_deref().is_some_and(&names)
                || inline.is_some_and(|spec| names(&spec.to_string())))
    })
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

/// Mounts the attached disk through its driver.
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
