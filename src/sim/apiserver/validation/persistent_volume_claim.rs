//! Claims (`pkg/apis/core/validation/validation.go` `ValidatePersistentVolumeClaimSpec`,
//! `ValidatePersistentVolumeClaimUpdate`).

use crate::api::persistent_volume_claim::{
    BETA_STORAGE_CLASS, PersistentVolumeClaim, PersistentVolumeClaimSpec,
};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, meta, named, names, one_of, persistent_volume, quoted, spec_diff};

const VOLUME_MODES: [&str; 2] = ["Block", "Filesystem"];
const IMMUTABLE: &str = "field is immutable";

/// Checks what a claim asks for.
pub(super) fn validate_spec(errors: &mut Errors, spec: &PersistentVolumeClaimSpec, path: &str) {
    let modes = format!("{path}.accessModes");
    if spec.access_modes.is_empty() {
        errors.push(FieldError::required(&modes, "at least 1 access mode is required"));
    }
    if let Some(selector) = &spec.selector {
        meta::validate_selector(errors, selector, &format!("{path}.selector"));
    }
    persistent_volume::validate_access_modes(errors, &spec.access_modes, &modes);
    let storage = format!("{path}.resources[storage]");
    match spec.resources.requests.get("storage") {
        None => errors.push(FieldError::required(storage, "")),
        Some(size) if size.sign() <= 0 => {
            let detail = "must be greater than zero";
            errors.push(FieldError::invalid(storage, quoted(size.to_string()), detail));
        }
        Some(_) => {}
    }
    if let Some(class) = spec.storage_class_name.as_ref().filter(|class| !class.is_empty()) {
        let field = format!("{path}.storageClassName");
        named(errors, &field, class, names::dns_subdomain(class));
    }
    if let Some(mode) = &spec.volume_mode {
        one_of(errors, format!("{path}.volumeMode"), mode, &VOLUME_MODES);
    }
    if let Some(class) = spec.volume_attributes_class_name.as_ref().filter(|c| !c.is_empty()) {
        let field = format!("{path}.volumeAttributesClassName");
        named(errors, &field, class, names::dns_subdomain(class));
    }
}

/// Checks a write over a claim.
pub(super) fn validate_update(
    errors: &mut Errors,
    old: &PersistentVolumeClaim,
    new: &PersistentVolumeClaim,
) {
    let before = &old.spec;
    let bound = new.status.phase == "Bound";
    let mut spec = new.spec.clone();
    let mut allowed = before.clone();
    if before.volume_name.is_empty() {
        allowed.volume_name.clone_from(&spec.volume_name);
    }
    // A class may be filled in where none was named, or move from the annotation to the field.
    let annotation = old.metadata.annotations.get(BETA_STORAGE_CLASS);
    let added = before.storage_class_name.is_none() && new.spec.storage_class_name.is_some();
    if added && annotation.is_none_or(|class| new.spec.storage_class_name.as_ref() == Some(class)) {
        spec.storage_class_name = None;
    }
    if bound {
        spec.resources.requests.clone_from(&before.resources.requests);
        spec.volume_attributes_class_name.clone_from(&before.volume_attributes_class_name);
    }
    if spec != allowed {
        let diff = spec_diff::claim_spec(&allowed, &spec);
        let detail = format!(
            "spec is immutable after creation except resources.requests and \
             volumeAttributesClassName for bound claims\n{diff}"
        );
        errors.push(FieldError::forbidden("spec", &detail));
    }
    let given = old.status.capacity.get("storage").copied().unwrap_or_default();
    if new.request() < old.request() && new.request() <= given {
        let detail = "field can not be less than status.capacity";
        errors.push(FieldError::forbidden("spec.resources.requests.storage", detail));
    }
    if new.spec.volume_mode != before.volume_mode {
        let mode = quoted(new.spec.volume_mode.as_deref().unwrap_or(""));
        errors.push(FieldError::invalid("volumeMode", mode, IMMUTABLE));
    }
    validate_annotation(errors, old, new);
    validate_attributes_class(errors, old, new);
}

fn validate_annotation(
    errors: &mut Errors,
    old: &PersistentVolumeClaim,
    new: &PersistentVolumeClaim,
) {
    let class =
        |claim: &PersistentVolumeClaim| claim.metadata.annotations.get(BETA_STORAGE_CLASS).cloned();
    if let Some(before) = class(old)
        && class(new).as_ref() != Some(&before)
        && new.spec.storage_class_name.as_ref() != Some(&before)
    {
        let field = format!("metadata.annotations[{BETA_STORAGE_CLASS}]");
        let value = quoted(class(new).unwrap_or_default());
        errors.push(FieldError::invalid(field, value, IMMUTABLE));
    }
}

fn validate_attributes_class(
    errors: &mut Errors,
    old: &PersistentVolumeClaim,
    new: &PersistentVolumeClaim,
) {
    if new.spec.volume_attributes_class_name == old.spec.volume_attributes_class_name
        || new.status.current_volume_attributes_class_name.is_none()
    {
        return;
    }
    let what = match new.spec.volume_attributes_class_name.as_deref() {
        None => "nil",
        Some("") => "empty string",
        Some(_) => return,
    };
    let detail = format!(
        "update to {what} is forbidden when status.currentVolumeAttributesClassName is not nil"
    );
    errors.push(FieldError::forbidden("spec.volumeAttributesClassName", &detail));
}
