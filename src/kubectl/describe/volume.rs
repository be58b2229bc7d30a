//! Volumes and what stands behind them (`describeVolumes`).

use crate::api::persistent_volume::PersistentVolumeSpec;
use crate::api::volume::{
    AwsElasticBlockStoreVolumeSource, DownwardApiVolumeSource, EphemeralVolumeSource,
    GcePersistentDiskVolumeSource, HostPathVolumeSource, NfsVolumeSource, ProjectedVolumeSource,
    Volume,
};

use super::super::tables::short_modes;
use super::page::Page;

/// Adds the volumes of a Pod or a template. `depth` is 2 in a template, else 0.
pub(super) fn write_volumes(volumes: &[Volume], depth: usize, page: &mut Page) {
    if volumes.is_empty() {
        return page.line(depth, "Volumes", "<none>");
    }
    page.head(depth, "Volumes");
    for volume in volumes {
        page.head(2 + usize::from(depth > 0), &volume.name);
        write_source(volume, page);
    }
}

fn write_type(page: &mut Page, name: &str, what: &str) {
    page.line(4, "Type", format!("{name} ({what})"));
}

fn write_source(volume: &Volume, page: &mut Page) {
    if let Some(source) = &volume.empty_dir {
        let what = "a temporary directory that shares a pod's lifetime";
        write_type(page, "EmptyDir", what);
        page.line(4, "Medium", &source.medium);
        let limit = source.size_limit.filter(|limit| limit.sign() > 0);
        page.line(4, "SizeLimit", limit.map_or("<unset>".to_owned(), |limit| limit.to_string()));
    } else if let Some(source) = &volume.host_path {
        write_host_path(source, page);
    } else if let Some(source) = &volume.nfs {
        write_nfs(source, page);
    } else if let Some(source) = &volume.gce_persistent_disk {
        write_gce(source, page);
    } else if let Some(source) = &volume.aws_elastic_block_store {
        write_aws(source, page);
    } else if let Some(source) = &volume.persistent_volume_claim {
        let what = "a reference to a PersistentVolumeClaim in the same namespace";
        write_type(page, "PersistentVolumeClaim", what);
        page.line(4, "ClaimName", &source.claim_name);
        page.line(4, "ReadOnly", source.read_only);
    } else if let Some(source) = &volume.config_map {
        write_type(page, "ConfigMap", "a volume populated by a ConfigMap");
        page.line(4, "Name", &source.name);
        page.line(4, "Optional", source.optional.unwrap_or(false));
    } else if let Some(source) = &volume.secret {
        write_type(page, "Secret", "a volume populated by a Secret");
        page.line(4, "SecretName", &source.secret_name);
        page.line(4, "Optional", source.optional.unwrap_or(false));
    } else if let Some(source) = &volume.downward_api {
        write_downward(source, page);
    } else if let Some(source) = &volume.projected {
        write_projected(source, page);
    } else if let Some(source) = &volume.ephemeral {
        write_ephemeral(source, page);
    } else if let Some(source) = &volume.csi {
        write_type(page, "CSI", "a Container Storage Interface (CSI) volume source");
        page.line(4, "Driver", &source.driver);
        page.line(4, "FSType", source.fs_type.as_deref().unwrap_or_default());
        page.line(4, "ReadOnly", source.read_only.unwrap_or(false));
        page.line(4, "VolumeAttributes", "<none>");
    } else {
        page.plain(4, "<unknown>");
    }
}

fn write_host_path(source: &HostPathVolumeSource, page: &mut Page) {
    write_type(page, "HostPath", "bare host directory volume");
    page.line(4, "Path", &source.path);
    page.line(4, "HostPathType", source.kind.as_deref().unwrap_or("<none>"));
}

fn write_nfs(source: &NfsVolumeSource, page: &mut Page) {
    write_type(page, "NFS", "an NFS mount that lasts the lifetime of a pod");
    page.line(4, "Server", &source.server);
    page.line(4, "Path", &source.path);
    page.line(4, "ReadOnly", source.read_only);
}

fn write_gce(source: &GcePersistentDiskVolumeSource, page: &mut Page) {
    let what = "a Persistent Disk resource in Google Compute Engine";
    write_type(page, "GCEPersistentDisk", what);
    page.line(4, "PDName", &source.pd_name);
    page.line(4, "FSType", &source.fs_type);
    page.line(4, "Partition", source.partition);
    page.line(4, "ReadOnly", source.read_only);
}

fn write_aws(source: &AwsElasticBlockStoreVolumeSource, page: &mut Page) {
    write_type(page, "AWSElasticBlockStore", "a Persistent Disk resource in AWS");
    page.line(4, "VolumeID", &source.volume_id);
    page.line(4, "FSType", &source.fs_type);
    page.line(4, "Partition", source.partition);
    page.line(4, "ReadOnly", source.read_only);
}

fn write_downward(source: &DownwardApiVolumeSource, page: &mut Page) {
    write_type(page, "DownwardAPI", "a volume populated by information about the pod");
    page.head(4, "Items");
    for item in &source.items {
        if let Some(field) = &item.field_ref {
            page.text(format!("      {} -> {}\n", field.field_path, item.path));
        }
        if let Some(resource) = &item.resource_field_ref {
            page.text(format!("      {} -> {}\n", resource.resource, item.path));
        }
    }
}

fn write_projected(source: &ProjectedVolumeSource, page: &mut Page) {
    let what = "a volume that contains injected data from multiple sources";
    write_type(page, "Projected", what);
    for part in &source.sources {
        if let Some(secret) = &part.secret {
            page.line(4, "SecretName", &secret.name);
            page.line(4, "Optional", secret.optional.unwrap_or(false));
        } else if part.downward_api.is_some() {
            page.line(4, "DownwardAPI", true);
        } else if let Some(map) = &part.config_map {
            page.line(4, "ConfigMapName", &map.name);
            page.line(4, "Optional", map.optional.unwrap_or(false));
        } else if let Some(token) = &part.service_account_token {
            page.line(4, "TokenExpirationSeconds", token.expiration_seconds.unwrap_or(3600));
        }
    }
}

fn write_ephemeral(source: &EphemeralVolumeSource, page: &mut Page) {
    let what = "an inline specification for a volume that gets created and deleted with the pod";
    write_type(page, "EphemeralVolume", what);
    let Some(template) = &source.volume_claim_template else { return };
    let (meta, spec) = (&template.metadata, &template.spec);
    if let Some(class) = &spec.storage_class_name {
        page.line(4, "StorageClass", class);
    }
    page.line(4, "Volume", &spec.volume_name);
    page.labels(4, "Labels", &meta.labels);
    page.annotations(4, &meta.annotations);
    let size = spec.resources.requests.get("storage").copied().unwrap_or_default();
    page.line(4, "Capacity", size);
    page.line(4, "Access Modes", short_modes(&spec.access_modes));
    if let Some(mode) = &spec.volume_mode {
        page.line(4, "VolumeMode", mode);
    }
}

/// Adds what stands behind a `PersistentVolume`.
pub(super) fn write_source_of_volume(spec: &PersistentVolumeSpec, page: &mut Page) {
    if let Some(source) = &spec.host_path {
        write_host_path(source, page);
    } else if let Some(source) = &spec.local {
        let what = "a persistent volume backed by local storage on a node";
        write_type(page, "LocalVolume", what);
        page.line(4, "Path", &source.path);
    } else if let Some(source) = &spec.nfs {
        write_nfs(source, page);
    } else if let Some(source) = &spec.gce_persistent_disk {
        write_gce(source, page);
    } else if let Some(source) = &spec.aws_elastic_block_store {
        write_aws(source, page);
    } else if let Some(source) = &spec.csi {
        write_type(page, "CSI", "a Container Storage Interface (CSI) volume source");
        page.line(4, "Driver", &source.driver);
        page.line(4, "FSType", &source.fs_type);
        page.line(4, "VolumeHandle", &source.volume_handle);
        page.line(4, "ReadOnly", source.read_only);
        let attributes = &source.volume_attributes;
        if attributes.is_empty() {
            page.line(4, "VolumeAttributes", "<none>");
        } else {
            let list: Vec<String> =
                attributes.iter().map(|(key, value)| format!("{key}={value}")).collect();
            page.lines(4, "VolumeAttributes", &list);
        }
    } else {
        page.plain(4, "<unknown>");
    }
}
