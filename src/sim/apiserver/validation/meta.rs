//! Names, labels, annotations, owners (`k8s.io/apimachinery/pkg/api/validation/objectmeta.go`).

use crate::api::kind::{Kind, Object};
use crate::api::meta::{LabelSelector, ObjectMeta, StringMap};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, quoted};

/// Models `ValidateObjectMeta`.
pub(super) fn validate(object: &Object) -> Errors {
    let mut errors = Vec::new();
    let meta = object.meta();
    if meta.name.is_empty() {
        let detail = "name or generateName is required";
        errors.push(FieldError::required("metadata.name", detail));
    } else {
        named(&mut errors, "metadata.name", &meta.name, name_complaints(object.kind(), &meta.name));
    }
    if object.kind().is_namespaced() {
        let complaints = names::dns_label(&meta.namespace);
        named(&mut errors, "metadata.namespace", &meta.namespace, complaints);
    }
    validate_maps(&mut errors, meta, "metadata");
    for (index, owner) in meta.owner_references.iter().enumerate() {
        let path = format!("metadata.ownerReferences[{index}]");
        let parts = [
            ("apiVersion", &owner.api_version, "version must not be empty"),
            ("kind", &owner.kind, "must not be empty"),
            ("name", &owner.name, "must not be empty"),
            ("uid", &owner.uid, "must not be empty"),
        ];
        for (field, _, detail) in parts.into_iter().filter(|(_, value, _)| value.is_empty()) {
            errors.push(FieldError::invalid(format!("{path}.{field}"), "\"\"", detail));
        }
    }
    for finalizer in &meta.finalizers {
        named(&mut errors, "metadata.finalizers", finalizer, names::qualified_name(finalizer));
    }
    errors
}

fn name_complaints(kind: Kind, name: &str) -> Vec<String> {
    match kind {
        Kind::Namespace | Kind::StatefulSet => names::dns_label(name),
        Kind::Service => names::dns_1035_label(name),
        _ => names::dns_subdomain(name),
    }
}

/// Labels and annotations, also those of a template.
pub(super) fn validate_maps(errors: &mut Errors, meta: &ObjectMeta, path: &str) {
    validate_labels(errors, &meta.labels, &format!("{path}.labels"));
    let path = format!("{path}.annotations");
    for key in meta.annotations.keys() {
        named(errors, &path, key, names::qualified_name(&key.to_ascii_lowercase()));
    }
    let size: usize = meta.annotations.iter().map(|(key, value)| key.len() + value.len()).sum();
    if size > 256 * 1024 {
        let text = format!("Too long: may not be more than {} bytes", 256 * 1024);
        errors.push(FieldError::new(path, text));
    }
}

/// Models `ValidateLabels`.
pub(super) fn validate_labels(errors: &mut Errors, labels: &StringMap, path: &str) {
    for (key, value) in labels {
        named(errors, path, key, names::qualified_name(key));
        named(errors, path, value, names::label_value(value));
    }
}

/// Models `ValidateLabelSelector`.
pub(super) fn validate_selector(errors: &mut Errors, selector: &LabelSelector, path: &str) {
    validate_labels(errors, &selector.match_labels, &format!("{path}.matchLabels"));
    for (index, condition) in selector.match_expressions.iter().enumerate() {
        let path = format!("{path}.matchExpressions[{index}]");
        match condition.operator.as_str() {
            "In" | "NotIn" if condition.values.is_empty() => {
                let detail = "must be specified when `operator` is 'In' or 'NotIn'";
                errors.push(FieldError::required(format!("{path}.values"), detail));
            }
            "Exists" | "DoesNotExist" if !condition.values.is_empty() => {
                let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
                errors.push(FieldError::forbidden(format!("{path}.values"), detail));
            }
            "In" | "NotIn" | "Exists" | "DoesNotExist" => {}
            other => {
                let detail = "not a valid selector operator";
                errors.push(FieldError::invalid(format!("{path}.operator"), quoted(other), detail));
            }
        }
        let complaints = names::qualified_name(&condition.key);
        named(errors, &format!("{path}.key"), &condition.key, complaints);
        for (index, value) in condition.values.iter().enumerate() {
            let complaints = names::label_value(value);
            named(errors, &format!("{path}.values[{index}]"), value, complaints);
        }
    }
}
