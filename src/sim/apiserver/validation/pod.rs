//! Pods and Pod templates (`pkg/apis/core/validation/validation.go` `ValidatePodSpec`,
//! `ValidatePodUpdate`).

use std::rc::Rc;

use crate::api::meta::ObjectMeta;
use crate::api::pod::{Pod, PodSecurityContext, PodSpec, PodTemplateSpec, Toleration};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, container, json, meta, named, names, one_of, placement, spec_diff, volume};

const DNS_POLICIES: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/// Checks a Pod.
pub(super) fn validate(errors: &mut Errors, pod: &ObjectMeta, spec: &PodSpec) {
    validate_spec(errors, pod, spec, &[], "spec");
    container::validate_images(errors, spec, "spec");
}

/// Checks a template. `claims` are names that a `StatefulSet` makes volumes for.
pub(super) fn validate_template(
    errors: &mut Errors,
    template: &PodTemplateSpec,
    claims: &[&str],
    path: &str,
) {
    meta::validate_maps(errors, &template.metadata, path);
    let nameless = ObjectMeta::default();
    validate_spec(errors, &nameless, &template.spec, claims, &format!("{path}.spec"));
}

fn validate_spec(
    errors: &mut Errors,
    pod: &ObjectMeta,
    spec: &PodSpec,
    claims: &[&str],
    path: &str,
) {
    let known = volume::validate(errors, pod, &spec.volumes, &format!("{path}.volumes"));
    container::validate_all(errors, spec, &known, claims, path);
    validate_host_network(errors, spec, pod.name.is_empty(), path);
    let policies = ["Always", "OnFailure", "Never"];
    one_of(errors, format!("{path}.restartPolicy"), &spec.restart_policy, &policies);
    one_of(errors, format!("{path}.dnsPolicy"), &spec.dns_policy, &DNS_POLICIES);
    meta::validate_labels(errors, &spec.node_selector, &format!("{path}.nodeSelector"));
    if let Some(context) = &spec.security_context {
        validate_security(errors, context, &format!("{path}.securityContext"));
    }
    if let Some(affinity) = &spec.affinity {
        placement::validate_affinity(errors, affinity, &format!("{path}.affinity"));
    }
    if spec.dns_policy == "None" && !spec.other.contains_key("dnsConfig") {
        let detail = "must provide `dnsConfig` when `dnsPolicy` is None";
        errors.push(FieldError::required(format!("{path}.dnsConfig"), detail));
    }
    placement::validate_gates_and_spread(errors, spec, path);
    let subdomains =
        [("serviceAccountName", &spec.service_account_name), ("nodeName", &spec.node_name)];
    for (field, value) in subdomains.into_iter().filter(|(_, value)| !value.is_empty()) {
        named(errors, &format!("{path}.{field}"), value, names::dns_subdomain(value));
    }
    if let Some(seconds) =
        spec.active_deadline_seconds.filter(|seconds| !(1..=i64::from(i32::MAX)).contains(seconds))
    {
        let detail = "must be between 1 and 2147483647, inclusive";
        errors.push(FieldError::invalid(format!("{path}.activeDeadlineSeconds"), seconds, detail));
    }
    let labels = [("hostname", &spec.hostname), ("subdomain", &spec.subdomain)];
    for (field, value) in labels.into_iter().filter(|(_, value)| !value.is_empty()) {
        named(errors, &format!("{path}.{field}"), value, names::dns_label(value));
    }
    placement::validate_tolerations(errors, &spec.tolerations, &format!("{path}.tolerations"));
    let class = &spec.priority_class_name;
    if !class.is_empty() {
        let field = format!("{path}.priorityClassName");
        named(errors, &field, class, names::dns_subdomain(class));
    }
    if let Some(policy) = &spec.preemption_policy {
        let policies = ["PreemptLowerPriority", "Never"];
        one_of(errors, format!("{path}.preemptionPolicy"), policy, &policies);
    }
}

/// On the node's own network a port is the node's port (`validatePodHostNetworkDeps`).
fn validate_host_network(errors: &mut Errors, spec: &PodSpec, is_template: bool, path: &str) {
    for (index, container) in spec.containers.iter().enumerate().filter(|_| spec.host_network) {
        for (at, port) in container.ports.iter().enumerate() {
            let free = is_template && port.host_port == 0;
            if !free && port.host_port != port.container_port {
                let field = format!("{path}.containers[{index}].ports[{at}].hostPort");
                let detail = "must match `containerPort` when `hostNetwork` is true";
                errors.push(FieldError::invalid(field, port.host_port, detail));
            }
        }
    }
}

fn validate_security(errors: &mut Errors, context: &PodSecurityContext, path: &str) {
    container::identity(errors, context.fs_group, &format!("{path}.fsGroup"));
    container::identity(errors, context.run_as_user, &format!("{path}.runAsUser"));
    container::identity(errors, context.run_as_group, &format!("{path}.runAsGroup"));
    for (index, group) in context.supplemental_groups.iter().enumerate() {
        container::identity(errors, Some(*group), &format!("{path}.supplementalGroups[{index}]"));
    }
    if let Some(policy) = &context.fs_group_change_policy {
        let field = format!("{path}.fsGroupChangePolicy");
        one_of(errors, field, policy, &["Always", "OnRootMismatch"]);
    }
}

const CHANGEABLE: &str = "pod updates may not change fields other than \
    `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing \
    tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was \
    previously negative)";

/// Checks a write over a Pod.
pub(super) fn validate_update(errors: &mut Errors, old: &Pod, new: &Pod) {
    if Rc::ptr_eq(&old.spec, &new.spec) || old.spec == new.spec {
        return;
    }
    validate(errors, &new.metadata, &new.spec);
    if old.spec.containers.len() != new.spec.containers.len() {
        errors.push(FieldError::forbidden(
            "spec.containers",
            "pod updates may not add or remove containers",
        ));
        return;
    }
    if old.spec.init_containers.len() != new.spec.init_containers.len() {
        errors.push(FieldError::forbidden(
            "spec.initContainers",
            "pod updates may not add or remove containers",
        ));
        return;
    }
    if !validate_deadline(errors, &old.spec, &new.spec) {
        return;
    }
    let kept = |before: &Toleration| {
        let same = |now: &Toleration| {
            let seconds = now.toleration_seconds;
            Toleration { toleration_seconds: seconds, ..before.clone() } == *now
        };
        new.spec.tolerations.iter().any(same)
    };
    if !old.spec.tolerations.iter().all(kept) {
        let detail = "existing toleration can not be modified except its tolerationSeconds";
        errors.push(FieldError::forbidden("spec.tolerations", detail));
    }
    let munged = munge(&old.spec, &new.spec);
    if munged != *old.spec {
        let diff = spec_diff::pod_spec(&old.spec, &munged);
        errors.push(FieldError::forbidden("spec", &format!("{CHANGEABLE}\n{diff}")));
    }
}

/// A deadline can be set and come nearer. Answers whether the rest is to be looked at.
fn validate_deadline(errors: &mut Errors, old: &PodSpec, new: &PodSpec) -> bool {
    let field = "spec.activeDeadlineSeconds";
    match (old.active_deadline_seconds, new.active_deadline_seconds) {
        (Some(_), None) => {
            let detail = "must not update from a positive integer to nil value";
            errors.push(FieldError::invalid(field, json(&new.active_deadline_seconds), detail));
            true
        }
        (Some(before), Some(seconds)) if before < seconds => {
            let detail = "must be less than or equal to previous value";
            errors.push(FieldError::invalid(field, seconds, detail));
            false
        }
        _ => true,
    }
}

/// The new spec with the fields that may change set back.
fn munge(old: &PodSpec, new: &PodSpec) -> PodSpec {
    let mut munged = new.clone();
    for (list, before) in [
        (&mut munged.containers, &old.containers),
        (&mut munged.init_containers, &old.init_containers),
    ] {
        for (container, before) in list.iter_mut().zip(before) {
            container.image.clone_from(&before.image);
        }
    }
    munged.active_deadline_seconds = old.active_deadline_seconds;
    munged.tolerations.clone_from(&old.tolerations);
    // Gates can only be taken away.
    let gates = |spec: &PodSpec| spec.other.get("schedulingGates").cloned();
    match gates(old) {
        Some(before) => munged.other.insert("schedulingGates".to_owned(), before),
        None => munged.other.remove("schedulingGates"),
    };
    let grace = (old.termination_grace_period_seconds, new.termination_grace_period_seconds);
    if matches!(grace, (Some(old), Some(1)) if old < 0) {
        munged.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    munged
}
