//! A container's environment, and references to fields of the Pod
//! (`pkg/apis/core/validation/validation.go` `ValidateEnv`, `ValidateEnvFrom`,
//! `validateObjectFieldSelector`, `validateContainerResourceFieldSelector`).

use crate::api::container::{EnvFromSource, EnvVar, EnvVarSource};
use crate::api::volume::{ObjectFieldSelector, ResourceFieldSelector};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, one_of, quoted, required};

/// The fields that a variable may show.
const OF_VARIABLES: [&str; 9] = [
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "spec.nodeName",
    "spec.serviceAccountName",
    "status.hostIP",
    "status.hostIPs",
    "status.podIP",
    "status.podIPs",
];
/// The fields that a file may show.
pub(super) const OF_FILES: [&str; 5] = [
    "metadata.annotations",
    "metadata.labels",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
];
/// Fields that are known and that nothing may show.
const KNOWN: [&str; 3] = ["spec.restartPolicy", "spec.schedulerName", "status.phase"];
const RESOURCES: [&str; 6] = [
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
];
const ONE_SOURCE: &str = "may not have more than one field specified at a time";

/// Checks the variables of a container.
pub(super) fn validate_env(errors: &mut Errors, variables: &[EnvVar], path: &str) {
    for (index, variable) in variables.iter().enumerate() {
        validate_variable(errors, variable, &format!("{path}[{index}]"));
    }
}

/// Checks the objects whose keys all become variables. Upstream names the list, not its entry.
pub(super) fn validate_env_from(errors: &mut Errors, sources: &[EnvFromSource], path: &str) {
    for (index, source) in sources.iter().enumerate() {
        let at = format!("{path}[{index}]");
        if !source.prefix.is_empty() {
            let complaints = names::env_name(&source.prefix);
            named(errors, &format!("{at}.prefix"), &source.prefix, complaints);
        }
        let references =
            [("configMapRef", &source.config_map_ref), ("secretRef", &source.secret_ref)];
        for (field, reference) in references {
            if let Some(reference) = reference {
                required(errors, format!("{at}.{field}.name"), &reference.name);
            }
        }
        match references.iter().filter(|(_, reference)| reference.is_some()).count() {
            0 => {
                let detail = "must specify one of: `configMapRef` or `secretRef`";
                errors.push(FieldError::invalid(path, "\"\"", detail));
            }
            1 => {}
            _ => errors.push(FieldError::invalid(path, "\"\"", ONE_SOURCE)),
        }
    }
}

fn validate_variable(errors: &mut Errors, variable: &EnvVar, at: &str) {
    let name = format!("{at}.name");
    if required(errors, &name, &variable.name) {
        named(errors, &name, &variable.name, names::env_name(&variable.name));
    }
    let Some(source) = &variable.value_from else { return };
    let field = format!("{at}.valueFrom");
    let EnvVarSource { field_ref, resource_field_ref, config_map_key_ref, secret_key_ref, other } =
        source;
    let sources = usize::from(field_ref.is_some())
        + usize::from(resource_field_ref.is_some())
        + usize::from(config_map_key_ref.is_some())
        + usize::from(secret_key_ref.is_some())
        + other.len();
    if let Some(reference) = field_ref {
        field_of_pod(errors, reference, &OF_VARIABLES, &format!("{field}.fieldRef"));
    }
    if let Some(reference) = resource_field_ref {
        resource_of_container(errors, reference, false, &format!("{field}.resourceFieldRef"));
    }
    for (kind, reference) in
        [("configMapKeyRef", config_map_key_ref), ("secretKeyRef", secret_key_ref)]
    {
        let Some(reference) = reference else { continue };
        required(errors, format!("{field}.{kind}.name"), &reference.name);
        let key = format!("{field}.{kind}.key");
        if required(errors, &key, &reference.key) {
            named(errors, &key, &reference.key, names::config_key(&reference.key));
        }
    }
    if sources == 0 {
        let detail = "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or \
                      `secretKeyRef`";
        errors.push(FieldError::invalid(field, "\"\"", detail));
    } else if !variable.value.is_empty() {
        let detail = "may not be specified when `value` is not empty";
        errors.push(FieldError::invalid(field, "\"\"", detail));
    } else if sources > 1 {
        errors.push(FieldError::invalid(field, "\"\"", ONE_SOURCE));
    }
}

/// A field of the Pod itself, such as `metadata.labels['app']`.
pub(super) fn field_of_pod(
    errors: &mut Errors,
    reference: &ObjectFieldSelector,
    supported: &[&str],
    at: &str,
) {
    let path = &reference.field_path;
    let field = format!("{at}.fieldPath");
    if !required(errors, &field, path) {
        return;
    }
    let subscript = path.strip_suffix("']").and_then(|rest| rest.split_once("['"));
    let unknown = |errors: &mut Errors, why: &str| {
        let detail = format!("error converting fieldPath: {why}: {path}");
        errors.push(FieldError::invalid(&field, quoted(path), &detail));
    };
    match subscript {
        Some(("metadata.annotations", key)) => {
            named(errors, at, key, names::qualified_name(&key.to_ascii_lowercase()));
        }
        Some(("metadata.labels", key)) => named(errors, at, key, names::qualified_name(key)),
        Some(_) => unknown(errors, "field label does not support subscript"),
        None if [&OF_VARIABLES[..], &OF_FILES, &KNOWN]
            .iter()
            .any(|l| l.contains(&path.as_str())) =>
        {
            one_of(errors, &field, path, supported);
        }
        None => unknown(errors, "field label not supported"),
    }
}

/// A resource of a container; a file names the container, a variable means its own.
pub(super) fn resource_of_container(
    errors: &mut Errors,
    reference: &ResourceFieldSelector,
    is_file: bool,
    at: &str,
) {
    let field = format!("{at}.resource");
    if is_file && reference.container_name.is_empty() {
        errors.push(FieldError::required(format!("{at}.containerName"), ""));
    } else if required(errors, &field, &reference.resource)
        && !reference.resource.contains(".hugepages-")
    {
        one_of(errors, field, &reference.resource, &RESOURCES);
    }
}
