//! `PersistentVolumeClaim` (`k8s.io/api/core/v1`).

use super::container::ResourceRequirements;
use super::meta::{Condition, LabelSelector, ObjectMeta, StringMap, TypedObjectReference};
use super::quantity::Quantity;
use super::record::record;
use super::sorted::SortedMap;

/// The annotation that named a claim's or a volume's class before the field existed.
pub const BETA_STORAGE_CLASS: &str = "volume.beta.kubernetes.io/storage-class";

record! {
    /// A request for storage.
    PersistentVolumeClaim {
        metadata: ObjectMeta = "metadata",
        spec: PersistentVolumeClaimSpec = "spec",
        status: PersistentVolumeClaimStatus = "status",
    }
    /// What is asked for.
    PersistentVolumeClaimSpec {
        access_modes: Vec<String> = "accessModes",
        selector: Option<LabelSelector> = "selector",
        resources: ResourceRequirements = "resources",
        volume_name: String = "volumeName",
        storage_class_name: Option<String> = "storageClassName",
        volume_mode: Option<String> = "volumeMode",
        data_source: Option<TypedObjectReference> = "dataSource",
        data_source_ref: Option<TypedObjectReference> = "dataSourceRef",
        volume_attributes_class_name: Option<String> = "volumeAttributesClassName",
    }
    /// What was given.
    PersistentVolumeClaimStatus {
        phase: String = "phase",
        access_modes: Vec<String> = "accessModes",
        capacity: SortedMap<String, Quantity> = "capacity",
        conditions: Vec<Condition> = "conditions",
        allocated_resources: SortedMap<String, Quantity> = "allocatedResources",
        allocated_resource_statuses: StringMap = "allocatedResourceStatuses",
        current_volume_attributes_class_name: Option<String>
            = "currentVolumeAttributesClassName",
    }
}

impl PersistentVolumeClaim {
    /// The storage it asks for.
    pub fn request(&self) -> Quantity {
        self.spec.resources.requests.get("storage").copied().unwrap_or_default()
    }

    /// Its class: the beta annotation, else the field (`GetPersistentVolumeClaimClass`).
    pub fn class(&self) -> &str {
        let annotation = self.metadata.annotations.get(BETA_STORAGE_CLASS);
        annotation.or(self.spec.storage_class_name.as_ref()).map_or("", String::as_str)
    }

    /// Whether a class is named at all, even the empty one (`PersistentVolumeClaimHasClass`).
    pub fn has_class(&self) -> bool {
        self.spec.storage_class_name.is_some()
            || self.metadata.annotations.contains_key(BETA_STORAGE_CLASS)
    }

    /// `Block` or `Filesystem`.
    pub fn volume_mode(&self) -> &str {
        self.spec.volume_mode.as_deref().unwrap_or("Filesystem")
    }

    /// Whether binding was once finished (annotation `pv.kubernetes.io/bind-completed`).
    pub fn is_bind_completed(&self) -> bool {
        self.metadata.annotations.contains_key("pv.kubernetes.io/bind-completed")
    }
}
