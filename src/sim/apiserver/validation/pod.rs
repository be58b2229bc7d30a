//! Pods and Pod templates (`pkg/apis/core/validation/validation.go` `ValidatePodSpec`,
//! `ValidatePodUpdate`).

use std::rc::Rc;

use crate::api::meta::ObjectMeta;
use crate::api::pod::{Pod, PodSpec, PodTemplateSpec, Toleration};
use crate::sim::apiserver::status::FieldError;

use super::{
    Errors, container, meta, named, names, node_selector, one_of, quoted, spec_diff, volume,
};

const DNS_POLICIES: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/// Checks a Pod.
pub(super) fn validate(errors: &mut Errors, pod: &ObjectMeta, spec: &PodSpec) {
    validate_spec(errors, pod, spec, &[], "spec");
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
    let policies = ["Always", "OnFailure", "Never"];
    one_of(errors, format!("{path}.restartPolicy"), &spec.restart_policy, &policies);
    one_of(errors, format!("{path}.dnsPolicy"), &spec.dns_policy, &DNS_POLICIES);
    meta::validate_labels(errors, &spec.node_selector, &format!("{path}.nodeSelector"));
    if let Some(affinity) = &spec.affinity
        && let Some(required) =
            affinity.node_affinity.as_ref().and_then(|affinity| affinity.required.as_ref())
    {
        let field = "affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution";
        node_selector::validate(errors, required, &format!("{path}.{field}"));
    }
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
    for (index, toleration) in spec.tolerations.iter().enumerate() {
        validate_toleration(errors, toleration, &format!("{path}.tolerations[{index}]"));
    }
}

fn validate_toleration(errors: &mut Errors, toleration: &Toleration, at: &str) {
    if !toleration.key.is_empty() {
        let complaints = names::qualified_name(&toleration.key);
        named(errors, &format!("{at}.key"), &toleration.key, complaints);
    } else if toleration.operator != "Exists" {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values \
                      and all keys\"";
        let field = format!("{at}.operator");
        errors.push(FieldError::invalid(field, quoted(&toleration.operator), detail));
    }
    if toleration.toleration_seconds.is_some() && toleration.effect != "NoExecute" {
        let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        let field = format!("{at}.effect");
        errors.push(FieldError::invalid(field, quoted(&toleration.effect), detail));
    }
    match toleration.operator.as_str() {
        "Exists" if !toleration.value.is_empty() => {
            let detail = "value must be empty when `operator` is 'Exists'";
            let field = format!("{at}.operator");
            errors.push(FieldError::invalid(field, quoted(&toleration.value), detail));
        }
        "" | "Equal" | "Exists" => {}
        other => {
            let supported = ["Equal", "Exists"];
            errors.push(FieldError::not_supported(format!("{at}.operator"), other, &supported));
        }
    }
    if !toleration.effect.is_empty() {
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        one_of(errors, format!("{at}.effect"), &toleration.effect, &effects);
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
    validate_spec(errors, &new.metadata, &new.spec, &[], "spec");
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
    let munged = munge(&old.spec, &new.spec);
    if munged != *old.spec {
        let diff = spec_diff::pod_spec(&old.spec, &munged);
        errors.push(FieldError::forbidden("spec", &format!("{CHANGEABLE}\n{diff}")));
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
    if new.tolerations.starts_with(&old.tolerations) {
        munged.tolerations.clone_from(&old.tolerations);
    }
    let grace = (old.termination_grace_period_seconds, new.termination_grace_period_seconds);
    if matches!(grace, (Some(old), Some(1)) if old < 0) {
        munged.termination_grace_period_seconds = old.termination_grace_period_seconds;
    }
    munged
}
