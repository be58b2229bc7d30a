//! Containers (`pkg/apis/core/validation/validation.go` `validateContainerCommon`,
//! `validateContainers`, `validateInitContainers`).

use crate::api::container::{Container, EnvVar, EnvVarSource, Probe};
use crate::api::pod::PodSpec;
use crate::sim::apiserver::status::FieldError;

use super::volume::Known;
use super::{Errors, mount, named, names, non_negative, one_of, quoted, required};

const PULL_POLICIES: [&str; 3] = ["Always", "IfNotPresent", "Never"];
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];
const PORT: &str = "must be between 1 and 65535, inclusive";

/// Checks all containers of a Pod.
pub(super) fn validate_all(
    errors: &mut Errors,
    spec: &PodSpec,
    known: &Known<'_>,
    claims: &[&str],
    path: &str,
) {
    let mut names: Vec<&str> = Vec::new();
    if spec.containers.is_empty() {
        errors.push(FieldError::required(format!("{path}.containers"), ""));
    }
    let lists = [("containers", &spec.containers), ("initContainers", &spec.init_containers)];
    for (list, containers) in lists {
        for (index, container) in containers.iter().enumerate() {
            let at = format!("{path}.{list}[{index}]");
            validate(errors, container, known, claims, &at);
            if names.contains(&container.name.as_str()) {
                errors.push(FieldError::duplicate(format!("{at}.name"), &container.name));
            }
            names.push(&container.name);
            validate_probes(errors, container, list == "initContainers", &at);
        }
    }
}

fn validate(
    errors: &mut Errors,
    container: &Container,
    known: &Known<'_>,
    claims: &[&str],
    at: &str,
) {
    let name = format!("{at}.name");
    if required(errors, &name, &container.name) {
        named(errors, &name, &container.name, names::dns_label(&container.name));
    }
    let image = format!("{at}.image");
    if required(errors, &image, &container.image)
        && container.image.trim().len() != container.image.len()
    {
        let detail = "must not have leading or trailing whitespace";
        errors.push(FieldError::invalid(image, quoted(&container.image), detail));
    }
    one_of(
        errors,
        format!("{at}.terminationMessagePolicy"),
        &container.termination_message_policy,
        &["File", "FallbackToLogsOnError"],
    );
    validate_ports(errors, container, at);
    for (index, variable) in container.env.iter().enumerate() {
        validate_variable(errors, variable, &format!("{at}.env[{index}]"));
    }
    for (index, source) in container.env_from.iter().enumerate() {
        let at = format!("{at}.envFrom[{index}]");
        for (field, reference) in
            [("configMapRef", &source.config_map_ref), ("secretRef", &source.secret_ref)]
        {
            if let Some(reference) = reference {
                required(errors, format!("{at}.{field}.name"), &reference.name);
            }
        }
    }
    mount::validate_mounts(errors, container, known, claims, at);
    mount::validate_devices(errors, container, known, claims, at);
    let policy = format!("{at}.imagePullPolicy");
    one_of(errors, policy, &container.image_pull_policy, &PULL_POLICIES);
    validate_resources(errors, container, at);
}

fn validate_ports(errors: &mut Errors, container: &Container, at: &str) {
    for (index, port) in container.ports.iter().enumerate() {
        let at = format!("{at}.ports[{index}]");
        if !port.name.is_empty() {
            let field = format!("{at}.name");
            let earlier = &container.ports[..index];
            if earlier.iter().any(|earlier| earlier.name == port.name) {
                errors.push(FieldError::duplicate(&field, &port.name));
            }
            if port.name.len() > 15 {
                let detail = "must be no more than 15 bytes";
                errors.push(FieldError::invalid(&field, quoted(&port.name), detail));
            }
        }
        if port.container_port == 0 {
            errors.push(FieldError::required(format!("{at}.containerPort"), ""));
        } else if !(1..=65_535).contains(&port.container_port) {
            let field = format!("{at}.containerPort");
            errors.push(FieldError::invalid(field, port.container_port, PORT));
        }
        if port.host_port != 0 && !(1..=65_535).contains(&port.host_port) {
            errors.push(FieldError::invalid(format!("{at}.hostPort"), port.host_port, PORT));
        }
        one_of(errors, format!("{at}.protocol"), &port.protocol, &PROTOCOLS);
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
        required(errors, format!("{field}.fieldRef.fieldPath"), &reference.field_path);
    }
    for (kind, reference) in
        [("configMapKeyRef", config_map_key_ref), ("secretKeyRef", secret_key_ref)]
    {
        if let Some(reference) = reference {
            required(errors, format!("{field}.{kind}.name"), &reference.name);
            required(errors, format!("{field}.{kind}.key"), &reference.key);
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
        let detail = "may not have more than one field specified at a time";
        errors.push(FieldError::invalid(field, "\"\"", detail));
    }
}

fn validate_resources(errors: &mut Errors, container: &Container, at: &str) {
    let at = format!("{at}.resources");
    let resources = &container.resources;
    for (list, amounts) in [("limits", &resources.limits), ("requests", &resources.requests)] {
        for (name, amount) in amounts.iter().filter(|(_, amount)| amount.sign() < 0) {
            let detail = "must be greater than or equal to 0";
            let field = format!("{at}.{list}[{name}]");
            errors.push(FieldError::invalid(field, quoted(amount.to_string()), detail));
        }
    }
    for (name, request) in &resources.requests {
        if let Some(limit) = resources.limits.get(name).filter(|limit| request > *limit) {
            let detail = format!("must be less than or equal to {name} limit of {limit}");
            let field = format!("{at}.requests");
            errors.push(FieldError::invalid(field, quoted(request.to_string()), &detail));
        }
    }
}

fn validate_probes(errors: &mut Errors, container: &Container, is_init: bool, at: &str) {
    let sidecar = container.restart_policy.as_deref() == Some("Always");
    let probes = [
        ("livenessProbe", &container.liveness_probe),
        ("readinessProbe", &container.readiness_probe),
        ("startupProbe", &container.startup_probe),
    ];
    for (field, probe) in probes {
        let Some(probe) = probe else { continue };
        let at = format!("{at}.{field}");
        if is_init && !sidecar {
            let detail = "may not be set for init containers without restartPolicy=Always";
            errors.push(FieldError::forbidden(at, detail));
            continue;
        }
        validate_probe(errors, probe, &at);
        if field != "readinessProbe" && probe.success_threshold != 1 {
            let at = format!("{at}.successThreshold");
            errors.push(FieldError::invalid(at, probe.success_threshold, "must be 1"));
        }
    }
}

fn validate_probe(errors: &mut Errors, probe: &Probe, at: &str) {
    let handlers = usize::from(probe.exec.is_some())
        + usize::from(probe.http_get.is_some())
        + usize::from(probe.tcp_socket.is_some())
        + usize::from(probe.other.contains_key("grpc"));
    if handlers == 0 {
        errors.push(FieldError::required(at, "must specify a handler type"));
    }
    if probe.exec.as_ref().is_some_and(|exec| exec.command.is_empty()) {
        errors.push(FieldError::required(format!("{at}.exec.command"), ""));
    }
    let numbers = [
        ("initialDelaySeconds", probe.initial_delay_seconds),
        ("timeoutSeconds", probe.timeout_seconds),
        ("periodSeconds", probe.period_seconds),
        ("successThreshold", probe.success_threshold),
        ("failureThreshold", probe.failure_threshold),
    ];
    for (field, number) in numbers {
        non_negative(errors, format!("{at}.{field}"), number);
    }
}
