//! Containers (`pkg/apis/core/validation/validation.go` `validateContainerCommon`,
//! `validateContainers`, `validateInitContainers`).

use crate::api::container::Container;
use crate::api::pod::PodSpec;
use crate::sim::apiserver::status::FieldError;

use super::volume::Known;
use super::{Errors, json, mount, named, names, one_of, probe, quoted, required, variable};

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
    let grace = spec.termination_grace_period_seconds.unwrap_or(30);
    if spec.containers.is_empty() {
        errors.push(FieldError::required(format!("{path}.containers"), ""));
    }
    let lists = [("containers", &spec.containers), ("initContainers", &spec.init_containers)];
    for (list, containers) in lists {
        let is_init = list == "initContainers";
        let mut taken = Vec::new();
        for (index, container) in containers.iter().enumerate() {
            let at = format!("{path}.{list}[{index}]");
            validate(errors, container, known, claims, &at);
            if is_init {
                validate_restart_policy(errors, container, &at);
            }
            if names.contains(&container.name.as_str()) {
                errors.push(FieldError::duplicate(format!("{at}.name"), &container.name));
            }
            names.push(&container.name);
            if is_init {
                // Init containers run one by one; upstream then leaves their index out.
                taken.clear();
                validate_host_ports(errors, container, &mut taken, &format!("{path}.{list}[0]"));
            }
            probe::validate_all(errors, container, is_init, grace, &at);
            if !is_init {
                validate_restart_policy(errors, container, &at);
            }
        }
        for (index, container) in containers.iter().enumerate().filter(|_| !is_init) {
            let at = format!("{path}.{list}[{index}]");
            validate_host_ports(errors, container, &mut taken, &at);
        }
    }
}

/// What is checked in a Pod and not in templates, for the sake of old ones.
pub(super) fn validate_images(errors: &mut Errors, spec: &PodSpec, path: &str) {
    let lists = [("containers", &spec.containers), ("initContainers", &spec.init_containers)];
    for (list, containers) in lists {
        for (index, container) in containers.iter().enumerate() {
            if container.image.trim().len() != container.image.len() {
                let field = format!("{path}.{list}[{index}].image");
                let detail = "must not have leading or trailing whitespace";
                errors.push(FieldError::invalid(field, quoted(&container.image), detail));
            }
        }
    }
}

/// A container's own policy (`validateContainerRestartPolicy`).
fn validate_restart_policy(errors: &mut Errors, container: &Container, at: &str) {
    let field = format!("{at}.restartPolicy");
    match &container.restart_policy {
        Some(policy) => one_of(errors, field, policy, &["Always", "Never", "OnFailure"]),
        None if container.other.contains_key("restartPolicyRules") => {
            let detail = "must specify restartPolicy when restart rules are used";
            errors.push(FieldError::required(field, detail));
        }
        None => {}
    }
}

/// No two containers may ask for the same port of the node (`checkHostPortConflicts`).
fn validate_host_ports(
    errors: &mut Errors,
    container: &Container,
    taken: &mut Vec<String>,
    at: &str,
) {
    for (index, port) in container.ports.iter().enumerate().filter(|(_, p)| p.host_port != 0) {
        let ip = port.other.get("hostIP").and_then(|ip| ip.as_str()).unwrap_or("");
        let asked = format!("{}/{ip}/{}", port.protocol, port.host_port);
        if taken.contains(&asked) {
            errors.push(FieldError::duplicate(format!("{at}.ports[{index}].hostPort"), &asked));
        } else {
            taken.push(asked);
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
    required(errors, format!("{at}.image"), &container.image);
    one_of(
        errors,
        format!("{at}.terminationMessagePolicy"),
        &container.termination_message_policy,
        &["File", "FallbackToLogsOnError"],
    );
    validate_ports(errors, container, at);
    variable::validate_env(errors, &container.env, &format!("{at}.env"));
    variable::validate_env_from(errors, &container.env_from, &format!("{at}.envFrom"));
    mount::validate_mounts(errors, container, known, claims, at);
    mount::validate_devices(errors, container, known, claims, at);
    let policy = format!("{at}.imagePullPolicy");
    one_of(errors, policy, &container.image_pull_policy, &PULL_POLICIES);
    validate_resources(errors, container, at);
    if let Some(context) = &container.security_context {
        let at = format!("{at}.securityContext");
        identity(errors, context.run_as_user, &format!("{at}.runAsUser"));
        identity(errors, context.run_as_group, &format!("{at}.runAsGroup"));
        let refused = context.allow_privilege_escalation == Some(false);
        if refused && context.privileged == Some(true) {
            let detail = "cannot set `allowPrivilegeEscalation` to false and `privileged` to true";
            errors.push(FieldError::invalid(at, json(context), detail));
        }
    }
}

/// A user or a group (`IsValidUserID`, `IsValidGroupID`).
pub(super) fn identity(errors: &mut Errors, id: Option<i64>, field: &str) {
    if let Some(id) = id.filter(|id| !(0..=i64::from(i32::MAX)).contains(id)) {
        let detail = "must be between 0 and 2147483647, inclusive";
        errors.push(FieldError::invalid(field, id, detail));
    }
}

fn validate_ports(errors: &mut Errors, container: &Container, at: &str) {
    for (index, port) in container.ports.iter().enumerate() {
        let at = format!("{at}.ports[{index}]");
        if !port.name.is_empty() {
            let field = format!("{at}.name");
            let complaints = names::port_name(&port.name);
            let earlier = &container.ports[..index];
            if complaints.is_empty() && earlier.iter().any(|earlier| earlier.name == port.name) {
                errors.push(FieldError::duplicate(&field, &port.name));
            }
            named(errors, &field, &port.name, complaints);
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

/// Resources that a container may ask for without a prefix.
const STANDARD: [&str; 3] = ["cpu", "memory", "ephemeral-storage"];

fn validate_resources(errors: &mut Errors, container: &Container, at: &str) {
    let at = format!("{at}.resources");
    let resources = &container.resources;
    let (limits, requests) = (&resources.limits, &resources.requests);
    for (list, amounts) in [("limits", limits), ("requests", requests)] {
        for (name, amount) in amounts {
            let field = format!("{at}.{list}[{name}]");
            validate_resource_name(errors, name, &field);
            if amount.sign() < 0 {
                let detail = "must be greater than or equal to 0";
                errors.push(FieldError::invalid(&field, quoted(amount.to_string()), detail));
            }
            if list == "limits" {
                continue;
            }
            let field = format!("{at}.requests");
            if let Some(limit) = limits.get(name).filter(|limit| amount > *limit) {
                let detail = format!("must be less than or equal to {name} limit of {limit}");
                errors.push(FieldError::invalid(field, quoted(amount.to_string()), &detail));
            }
        }
    }
}

/// Models `validateContainerResourceName`.
fn validate_resource_name(errors: &mut Errors, name: &str, field: &str) {
    let complaints = names::qualified_name(name);
    if complaints.is_empty() && !name.contains('/') && !STANDARD.contains(&name) {
        if !name.starts_with("hugepages-") {
            let known = ["pods", "services", "secrets", "configmaps", "storage"];
            if !known.contains(&name) {
                let detail = "must be a standard resource type or fully qualified";
                errors.push(FieldError::invalid(field, quoted(name), detail));
            }
            let detail = "must be a standard resource for containers";
            errors.push(FieldError::invalid(field, quoted(name), detail));
        }
        return;
    }
    named(errors, field, name, complaints);
}
