//! Volumes of a Pod and the sources behind them (`k8s.io/api/core/v1`).

use super::meta::ObjectMeta;
use super::persistent_volume_claim::PersistentVolumeClaimSpec;
use super::quantity::Quantity;
use super::record::record;

record! {
    /// A volume of a Pod: a name and one source. Sources that are not simulated stay in `other`.
    Volume {
        name: String = "name",
        empty_dir: Option<EmptyDirVolumeSource> = "emptyDir",
        host_path: Option<HostPathVolumeSource> = "hostPath",
        nfs: Option<NfsVolumeSource> = "nfs",
        persistent_volume_claim: Option<PersistentVolumeClaimVolumeSource>
            = "persistentVolumeClaim",
        config_map: Option<ConfigMapVolumeSource> = "configMap",
        secret: Option<SecretVolumeSource> = "secret",
        downward_api: Option<DownwardApiVolumeSource> = "downwardAPI",
        projected: Option<ProjectedVolumeSource> = "projected",
        ephemeral: Option<EphemeralVolumeSource> = "ephemeral",
        csi: Option<CsiVolumeSource> = "csi",
        gce_persistent_disk: Option<GcePersistentDiskVolumeSource> = "gcePersistentDisk",
        aws_elastic_block_store: Option<AwsElasticBlockStoreVolumeSource>
            = "awsElasticBlockStore",
    }
    /// A directory that lives as long as the Pod.
    EmptyDirVolumeSource {
        medium: String = "medium",
        size_limit: Option<Quantity> = "sizeLimit",
    }
    /// A path of the node.
    HostPathVolumeSource { path: String = "path", kind: Option<String> = "type" }
    /// An exported directory of an NFS server.
    NfsVolumeSource {
        server: String = "server",
        path: String = "path",
        read_only: bool = "readOnly",
    }
    /// A claim of the same namespace.
    PersistentVolumeClaimVolumeSource {
        claim_name: String = "claimName",
        read_only: bool = "readOnly",
    }
    /// A key and the file it becomes.
    KeyToPath { key: String = "key", path: String = "path", mode: Option<i32> = "mode" }
    /// A `ConfigMap`'s keys as files.
    ConfigMapVolumeSource {
        name: String = "name",
        items: Vec<KeyToPath> = "items",
        default_mode: Option<i32> = "defaultMode",
        optional: Option<bool> = "optional",
    }
    /// A Secret's keys as files.
    SecretVolumeSource {
        secret_name: String = "secretName",
        items: Vec<KeyToPath> = "items",
        default_mode: Option<i32> = "defaultMode",
        optional: Option<bool> = "optional",
    }
    /// The Pod's own fields as files.
    DownwardApiVolumeSource {
        items: Vec<DownwardApiVolumeFile> = "items",
        default_mode: Option<i32> = "defaultMode",
    }
    /// One such file.
    DownwardApiVolumeFile {
        path: String = "path",
        field_ref: Option<ObjectFieldSelector> = "fieldRef",
        resource_field_ref: Option<ResourceFieldSelector> = "resourceFieldRef",
        mode: Option<i32> = "mode",
    }
    /// A field of the Pod.
    ObjectFieldSelector { api_version: String = "apiVersion", field_path: String = "fieldPath" }
    /// A resource of a container.
    ResourceFieldSelector {
        container_name: String = "containerName",
        resource: String = "resource",
        divisor: Option<Quantity> = "divisor",
    }
    /// A key of a `ConfigMap` or a Secret.
    ConfigMapKeySelector {
        name: String = "name",
        key: String = "key",
        optional: Option<bool> = "optional",
    }
    /// Several sources in one directory.
    ProjectedVolumeSource {
        sources: Vec<VolumeProjection> = "sources",
        default_mode: Option<i32> = "defaultMode",
    }
    /// One of them.
    VolumeProjection {
        config_map: Option<ConfigMapVolumeSource> = "configMap",
        secret: Option<SecretProjection> = "secret",
        downward_api: Option<DownwardApiVolumeSource> = "downwardAPI",
        service_account_token: Option<ServiceAccountTokenProjection> = "serviceAccountToken",
    }
    /// A Secret within a projected volume.
    SecretProjection {
        name: String = "name",
        items: Vec<KeyToPath> = "items",
        optional: Option<bool> = "optional",
    }
    /// A token of the service account.
    ServiceAccountTokenProjection {
        audience: String = "audience",
        expiration_seconds: Option<i64> = "expirationSeconds",
        path: String = "path",
    }
    /// A claim that is made for this Pod and goes with it.
    EphemeralVolumeSource {
        volume_claim_template: Option<PersistentVolumeClaimTemplate> = "volumeClaimTemplate",
    }
    /// The claim of an ephemeral volume.
    PersistentVolumeClaimTemplate {
        metadata: ObjectMeta = "metadata",
        spec: PersistentVolumeClaimSpec = "spec",
    }
    /// An inline volume of a CSI driver.
    CsiVolumeSource {
        driver: String = "driver",
        read_only: Option<bool> = "readOnly",
        fs_type: Option<String> = "fsType",
    }
    /// A Compute Engine disk.
    GcePersistentDiskVolumeSource {
        pd_name: String = "pdName",
        fs_type: String = "fsType",
        partition: i32 = "partition",
        read_only: bool = "readOnly",
    }
    /// An Elastic Block Store volume.
    AwsElasticBlockStoreVolumeSource {
        volume_id: String = "volumeID",
        fs_type: String = "fsType",
        partition: i32 = "partition",
        read_only: bool = "readOnly",
    }
}
