//! In-tree names whose work CSI drivers do.
//!
//! Models `k8s.io/csi-translation-lib/translate.go` and `pv_controller_base.go`
//! `updateMigrationAnnotations`.

use crate::api::meta::StringMap;

/// The annotation that tells the in-tree code to stand down.
pub const MIGRATED_TO: &str = "pv.kubernetes.io/migrated-to";

const DRIVERS: [(&str, &str); 7] = [
    ("kubernetes.io/gce-pd", "pd.csi.storage.gke.io"),
    ("kubernetes.io/aws-ebs", "ebs.csi.aws.com"),
    ("kubernetes.io/azure-disk", "disk.csi.azure.com"),
    ("kubernetes.io/azure-file", "file.csi.azure.com"),
    ("kubernetes.io/cinder", "cinder.csi.openstack.org"),
    ("kubernetes.io/vsphere-volume", "csi.vsphere.vmware.com"),
    ("kubernetes.io/portworx-volume", "pxd.portworx.com"),
];

/// The driver that does the work of an in-tree provisioner (`GetCSINameFromInTreeName`).
pub fn csi_driver_of(provisioner: &str) -> Option<&'static str> {
    DRIVERS.iter().find(|(in_tree, _)| *in_tree == provisioner).map(|(_, driver)| *driver)
}

/// The driver's name for an in-tree name, any other name as it is.
pub fn effective_name(provisioner: &str) -> &str {
    csi_driver_of(provisioner).unwrap_or(provisioner)
}

/// The annotations with `migrated-to` set or taken away to suit the provisioner that one of the
/// `keys` names; `None` when they are as they should be.
pub fn update_migration_annotations(annotations: &StringMap, keys: &[&str]) -> Option<StringMap> {
    let provisioner = keys.iter().find_map(|key| annotations.get(*key))?;
    let driver = csi_driver_of(provisioner);
    if annotations.get(MIGRATED_TO).map(String::as_str) == driver {
        return None;
    }
    let mut annotations = annotations.clone();
    match driver {
        Some(driver) => annotations.insert(MIGRATED_TO.to_owned(), driver.to_owned()),
        None => annotations.remove(MIGRATED_TO),
    };
    Some(annotations)
}
