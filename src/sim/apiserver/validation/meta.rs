//! Names, labels, annotations, owners (`k8s.io/apimachinery/pkg/api/validation/objectmeta.go`).

use crate::api::kind::{Kind, Object};
use crate::api::meta::{LabelSelector, ObjectMeta, StringMap};
use crate::api::order;
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, named, names, quoted};

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
    for owner in &meta.owner_references {
        // Upstream leaves the index out.
        let path = "metadata.ownerReferences";
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
    let mut controllers = meta.owner_references.iter().filter(|o| o.controller == Some(true));
    if let (Some(first), Some(second)) = (controllers.next(), controllers.next()) {
        let detail = format!(
            "Only one reference can have Controller set to true. Found \"true\" in references for \
             {}/{} and {}/{}",
            first.kind, first.name, second.kind, second.name
        );
        let value = json(&meta.owner_references);
        errors.push(FieldError::invalid("metadata.ownerReferences", value, &detail));
    }
    validate_finalizers(&mut errors, &meta.finalizers);
    errors
}

/// The names of finalizers that need no domain before them.
const STANDARD: [&str; 3] = ["kubernetes", "orphan", "foregroundDeletion"];

fn validate_finalizers(errors: &mut Errors, finalizers: &[String]) {
    let field = "metadata.finalizers";
    for finalizer in finalizers {
        named(errors, field, finalizer, names::qualified_name(finalizer));
    }
    let has = |name: &str| finalizers.iter().any(|finalizer| finalizer == name);
    if has("orphan") && has("foregroundDeletion") {
        let detail = "finalizer orphan and foregroundDeletion cannot be both set";
        errors.push(FieldError::invalid(field, json(&finalizers.to_vec()), detail));
    }
    for (index, finalizer) in finalizers.iter().enumerate() {
        if !finalizer.contains('/') && !STANDARD.contains(&finalizer.as_str()) {
            let detail = "name is neither a standard finalizer name nor is it fully qualified";
            let field = format!("{field}[{index}]");
            errors.push(FieldError::invalid(field, quoted(finalizer), detail));
        }
    }
}

/// Models `ValidateNoNewFinalizers`: what goes takes no new promises.
pub(super) fn validate_update(errors: &mut Errors, before: &ObjectMeta, after: &ObjectMeta) {
    let known = |finalizer: &&String| !before.finalizers.contains(*finalizer);
    let mut added: Vec<String> = after.finalizers.iter().filter(known).map(quoted).collect();
    if before.is_deleting() && !added.is_empty() {
        order::sort(&mut added);
        let detail = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers \
             []string{{{}}}",
            added.join(", ")
        );
        errors.push(FieldError::forbidden("metadata.finalizers", &detail));
    }
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
