//! Volumes of the cluster (`pkg/apis/core/validation/validation.go`
//! `ValidatePersistentVolumeSpec`, `ValidatePersistentVolumeUpdate`).

use crate::api::persistent_volume::{PersistentVolume, PersistentVolumeSpec};
use crate::sim::apiserver::status::FieldError;

use super::{
    Errors, json, named, names, node_selector, one_of, quoted, required, spec_diff, volume,
};

const ACCESS_MODES: [&str; 4] =
    ["ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"];
const ONE_TYPE: &str = "may not specify more than 1 volume type";

/// Models the loop over access modes of volumes and claims.
pub(super) fn validate_access_modes(errors: &mut Errors, modes: &[String], field: &str) {
    let mut unsupported = false;
    for mode in modes {
        unsupported |= !ACCESS_MODES.contains(&mode.as_str());
        one_of(errors, field, mode, &ACCESS_MODES);
    }
    let once_pod = modes.iter().any(|mode| mode == "ReadWriteOncePod");
    if !unsupported && once_pod && modes.iter().any(|mode| mode != "ReadWriteOncePod") {
        let detail = "may not use ReadWriteOncePod with other access modes";
        errors.push(FieldError::forbidden(field, detail));
    }
}

/// Checks a volume.
pub(super) fn validate(errors: &mut Errors, pv: &PersistentVolume) {
    let spec = &pv.spec;
    if spec.access_modes.is_empty() {
        errors.push(FieldError::required("spec.accessModes", ""));
    }
    validate_access_modes(errors, &spec.access_modes, "spec.accessModes");
    validate_capacity(errors, spec);
    if !spec.persistent_volume_reclaim_policy.is_empty() {
        one_of(
            errors,
            "spec.persistentVolumeReclaimPolicy",
            &spec.persistent_volume_reclaim_policy,
            &["Delete", "Recycle", "Retain"],
        );
    }
    validate_affinity(errors, spec);
    validate_sources(errors, spec);
    let recycled = spec.persistent_volume_reclaim_policy == "Recycle";
    if recycled && spec.host_path.as_ref().is_some_and(|source| is_root(&source.path)) {
        let detail = "may not be 'recycle' for a hostPath mount of '/'";
        errors.push(FieldError::forbidden("spec.persistentVolumeReclaimPolicy", detail));
    }
    if !spec.storage_class_name.is_empty() {
        let class = &spec.storage_class_name;
        named(errors, "spec.storageClassName", class, names::dns_subdomain(class));
    }
    if let Some(mode) = &spec.volume_mode {
        one_of(errors, "spec.volumeMode", mode, &["Block", "Filesystem"]);
    }
    if let Some(class) = &spec.volume_attributes_class_name {
        let field = "spec.volumeAttributesClassName";
        if required(errors, field, class) {
            named(errors, field, class, names::dns_subdomain(class));
        }
        if spec.csi.is_none() {
            let detail = "has to be specified when using volumeAttributesClassName";
            errors.push(FieldError::required("spec.csi", detail));
        }
    }
}

/// Whether a path is `/` when written shortest (Go's `path.Clean`).
fn is_root(path: &str) -> bool {
    let mut depth = 0_usize;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => depth = depth.saturating_sub(1),
            _ => depth += 1,
        }
    }
    path.starts_with('/') && depth == 0
}

fn validate_capacity(errors: &mut Errors, spec: &PersistentVolumeSpec) {
    if spec.capacity.is_empty() {
        errors.push(FieldError::required("spec.capacity", ""));
        return;
    }
    if spec.capacity.len() > 1 || !spec.capacity.contains_key("storage") {
        let value = json(&spec.capacity);
        let text = format!("Unsupported value: {value}: supported values: \"storage\"");
        errors.push(FieldError::new("spec.capacity", text));
    }
    for (name, amount) in spec.capacity.iter().filter(|(_, amount)| amount.sign() <= 0) {
        let field = format!("spec.capacity[{name}]");
        let detail = "must be greater than zero";
        errors.push(FieldError::invalid(field, quoted(amount.to_string()), detail));
    }
}

fn validate_affinity(errors: &mut Errors, spec: &PersistentVolumeSpec) {
    let Some(affinity) = &spec.node_affinity else { return };
    let path = "spec.nodeAffinity.required";
    if let Some(selector) = &affinity.required {
        node_selector::validate(errors, selector, path);
    } else {
        let detail = "must specify required node constraints";
        errors.push(FieldError::required(path, detail));
    }
}

/// A volume has one source; what is not simulated counts as one.
fn validate_sources(errors: &mut Errors, spec: &PersistentVolumeSpec) {
    let mut count = 0;
    let mut is_first = |errors: &mut Errors, field: &str| {
        count += 1;
        if count > 1 {
            errors.push(FieldError::forbidden(format!("spec.{field}"), ONE_TYPE));
        }
        count == 1
    };
    if let Some(source) = &spec.host_path
        && is_first(errors, "hostPath")
    {
        volume::host_path(errors, source, "spec.hostPath");
    }
    if let Some(source) = &spec.gce_persistent_disk
        && is_first(errors, "gcePersistentDisk")
    {
        required(errors, "spec.gcePersistentDisk.pdName", &source.pd_name);
    }
    if let Some(source) = &spec.aws_elastic_block_store
        && is_first(errors, "awsElasticBlockStore")
    {
        required(errors, "spec.awsElasticBlockStore.volumeID", &source.volume_id);
    }
    if let Some(source) = &spec.nfs
        && is_first(errors, "nfs")
    {
        volume::nfs(errors, source, "spec.nfs");
    }
    for field in spec.other.keys() {
        is_first(errors, field);
    }
    if let Some(source) = &spec.local
        && is_first(errors, "local")
    {
        if required(errors, "spec.local.path", &source.path) {
            volume::no_backsteps(errors, &source.path, "spec.local.path");
        }
        if spec.node_affinity.is_none() {
            let detail = "Local volume requires node affinity";
            errors.push(FieldError::required("spec.nodeAffinity", detail));
        }
    }
    if let Some(source) = &spec.csi
        && is_first(errors, "csi")
    {
        if required(errors, "spec.csi.driver", &source.driver) {
            let driver = source.driver.to_ascii_lowercase();
            named(errors, "spec.csi.driver", &source.driver, names::dns_subdomain(&driver));
        }
        required(errors, "spec.csi.volumeHandle", &source.volume_handle);
    }
    if count == 0 {
        errors.push(FieldError::required("spec", "must specify a volume type"));
    }
}

/// Checks a write over a volume.
pub(super) fn validate_update(errors: &mut Errors, old: &PersistentVolume, new: &PersistentVolume) {
    validate(errors, new);
    let diff = spec_diff::volume_source(&old.spec, &new.spec);
    if !diff.is_empty() {
        let detail = format!("spec.persistentvolumesource is immutable after creation\n{diff}");
        errors.push(FieldError::forbidden("spec.persistentvolumesource", &detail));
    }
    if old.spec.volume_mode != new.spec.volume_mode {
        let mode = quoted(new.spec.volume_mode.as_deref().unwrap_or(""));
        errors.push(FieldError::invalid("volumeMode", mode, "field is immutable"));
    }
    if old.spec.node_affinity.is_some() && old.spec.node_affinity != new.spec.node_affinity {
        let detail = "field is immutable, except for updating from beta label to GA";
        errors.push(FieldError::invalid("nodeAffinity", json(&new.spec.node_affinity), detail));
    }
    let attributes = |pv: &PersistentVolume| pv.spec.volume_attributes_class_name.is_some();
    if attributes(old) && !attributes(new) {
        let detail = "update from non-nil value to nil is forbidden";
        errors.push(FieldError::forbidden("spec.volumeAttributesClassName", detail));
    }
}
