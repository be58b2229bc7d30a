//! `PersistentVolume` (`k8s.io/api/core/v1`).

use super::meta::{ObjectMeta, ObjectReference, StringMap};
use super::node::NodeSelector;
use super::persistent_volume_claim::BETA_STORAGE_CLASS;
use super::quantity::Quantity;
use super::record::record;
use super::time::SimTime;
use super::volume::{
    AwsElasticBlockStoreVolumeSource, GcePersistentDiskVolumeSource, HostPathVolumeSource,
    NfsVolumeSource,
};

record! {
    /// A piece of storage of the cluster.
    PersistentVolume {
        metadata: ObjectMeta = "metadata",
        spec: PersistentVolumeSpec = "spec",
        status: PersistentVolumeStatus = "status",
    }
    /// What the volume is; sources that are not simulated stay in `other`.
    PersistentVolumeSpec {
        capacity: crate::api::sorted::SortedMap<String, Quantity> = "capacity",
        host_path: Option<HostPathVolumeSource> = "hostPath",
        local: Option<LocalVolumeSource> = "local",
        nfs: Option<NfsVolumeSource> = "nfs",
        csi: Option<CsiPersistentVolumeSource> = "csi",
        gce_persistent_disk: Option<GcePersistentDiskVolumeSource> = "gcePersistentDisk",
        aws_elastic_block_store: Option<AwsElasticBlockStoreVolumeSource>
            = "awsElasticBlockStore",
        access_modes: Vec<String> = "accessModes",
        claim_ref: Option<ObjectReference> = "claimRef",
        persistent_volume_reclaim_policy: String = "persistentVolumeReclaimPolicy",
        storage_class_name: String = "storageClassName",
        mount_options: Vec<String> = "mountOptions",
        volume_mode: Option<String> = "volumeMode",
        node_affinity: Option<VolumeNodeAffinity> = "nodeAffinity",
        volume_attributes_class_name: Option<String> = "volumeAttributesClassName",
    }
    /// A disk or directory of one node.
    LocalVolumeSource { path: String = "path", fs_type: Option<String> = "fsType" }
    /// A volume of a CSI driver.
    CsiPersistentVolumeSource {
        driver: String = "driver",
        volume_handle: String = "volumeHandle",
        read_only: bool = "readOnly",
        fs_type: String = "fsType",
        volume_attributes: StringMap = "volumeAttributes",
    }
    /// The nodes from which the volume can be reached.
    VolumeNodeAffinity { required: Option<NodeSelector> = "required" }
    /// Where the volume stands.
    PersistentVolumeStatus {
        phase: String = "phase",
        message: String = "message",
        reason: String = "reason",
        last_phase_transition_time: Option<SimTime> = "lastPhaseTransitionTime",
    }
}

impl PersistentVolume {
    /// The storage it offers.
    pub fn capacity(&self) -> Quantity {
        self.spec.capacity.get("storage").copied().unwrap_or_default()
    }

    /// Its class: the beta annotation, else the field (`GetPersistentVolumeClass`).
    pub fn class(&self) -> &str {
        let annotation = self.metadata.annotations.get(BETA_STORAGE_CLASS);
        annotation.unwrap_or(&self.spec.storage_class_name)
    }

    /// `Block` or `Filesystem`.
    pub fn volume_mode(&self) -> &str {
        self.spec.volume_mode.as_deref().unwrap_or("Filesystem")
    }

    /// Whether the reference names this claim, whatever its uid.
    pub fn is_reserved_for(&self, namespace: &str, name: &str) -> bool {
        self.spec
            .claim_ref
            .as_ref()
            .is_some_and(|claim| claim.namespace == namespace && claim.name == name)
    }
}
