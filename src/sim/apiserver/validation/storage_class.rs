//! Classes (`pkg/apis/storage/validation/validation.go` `ValidateStorageClass`,
//! `ValidateStorageClassUpdate`).

use crate::api::storage_class::StorageClass;
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, named, names, one_of, quoted, required};

const IMMUTABLE: &str = "field is immutable";

/// Checks a class.
pub(super) fn validate(errors: &mut Errors, class: &StorageClass) {
    if required(errors, "provisioner", &class.provisioner) {
        let complaints = names::qualified_name(&class.provisioner.to_ascii_lowercase());
        named(errors, "provisioner", &class.provisioner, complaints);
    }
    if class.parameters.contains_key("") {
        let detail = "field can not be empty.";
        errors.push(FieldError::invalid("parameters", quoted(""), detail));
    }
    if let Some(policy) = &class.reclaim_policy {
        one_of(errors, "reclaimPolicy", policy, &["Delete", "Retain"]);
    }
    match &class.volume_binding_mode {
        None => errors.push(FieldError::required("volumeBindingMode", "")),
        Some(mode) => {
            one_of(errors, "volumeBindingMode", mode, &["Immediate", "WaitForFirstConsumer"]);
        }
    }
    for (at, term) in class.allowed_topologies.iter().enumerate() {
        for (index, requirement) in term.match_label_expressions.iter().enumerate() {
            let path = format!("allowedTopologies[{at}].matchLabelExpressions[{index}]");
            if requirement.values.is_empty() {
                errors.push(FieldError::required(format!("{path}.values"), ""));
            }
            let complaints = names::qualified_name(&requirement.key);
            named(errors, &format!("{path}.key"), &requirement.key, complaints);
        }
        if class.allowed_topologies[..at].contains(term) {
            errors.push(FieldError::duplicate(format!("allowedTopologies[{at}]"), ""));
        }
    }
}

/// Checks a write over a class.
pub(super) fn validate_update(errors: &mut Errors, old: &StorageClass, new: &StorageClass) {
    if old.parameters != new.parameters {
        errors.push(FieldError::invalid("parameters", json(&new.parameters), IMMUTABLE));
    }
    if old.provisioner != new.provisioner {
        errors.push(FieldError::invalid("provisioner", quoted(&new.provisioner), IMMUTABLE));
    }
    let texts = [
        ("reclaimPolicy", &old.reclaim_policy, &new.reclaim_policy),
        ("volumeBindingMode", &old.volume_binding_mode, &new.volume_binding_mode),
    ];
    for (field, _, new) in texts.into_iter().filter(|(_, old, new)| old != new) {
        errors.push(FieldError::invalid(field, json(new), IMMUTABLE));
    }
    if errors.is_empty() {
        validate(errors, new);
    }
}
