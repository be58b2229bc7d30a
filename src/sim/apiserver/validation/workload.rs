//! Deployments, replica sets, daemon sets and jobs (`pkg/apis/apps/validation/validation.go`,
//! `pkg/apis/batch/validation/validation.go`), and what all workloads share.

use serde_json::Value;

use crate::api::kind::Object;
use crate::api::meta::LabelSelector;
use crate::api::pod::PodTemplateSpec;
use crate::api::workload::{DaemonSet, Deployment, Job, ReplicaSet};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, meta, non_negative, pod};

/// Checks a selector and the template that it must select.
pub(super) fn validate_template(
    errors: &mut Errors,
    kind: &str,
    selector: Option<&LabelSelector>,
    template: &PodTemplateSpec,
    claims: &[&str],
) {
    match selector {
        None => errors.push(FieldError::required("spec.selector", "")),
        Some(selector) => {
            meta::validate_selector(errors, selector, "spec.selector");
            if selector.is_empty() {
                let detail = format!("empty selector is invalid for {kind}");
                errors.push(FieldError::invalid("spec.selector", json(selector), &detail));
            } else if !selector.matches(&template.metadata.labels) {
                let labels = &template.metadata.labels;
                let value = if labels.is_empty() { "null".to_owned() } else { json(labels) };
                let detail = "`selector` does not match template `labels`";
                let field = "spec.template.metadata.labels";
                errors.push(FieldError::invalid(field, value, detail));
            }
        }
    }
    pod::validate_template(errors, template, claims, "spec.template");
}

/// Pods of these kinds are always restarted.
pub(super) fn always_restarts(errors: &mut Errors, template: &PodTemplateSpec) {
    let policy = &template.spec.restart_policy;
    // Anything that is no policy at all was named already.
    if matches!(policy.as_str(), "OnFailure" | "Never") {
        let field = "spec.template.spec.restartPolicy";
        errors.push(FieldError::not_supported(field, policy, &["Always"]));
    }
}

/// Checks a Deployment.
pub(super) fn validate_deployment(errors: &mut Errors, deployment: &Deployment) {
    let spec = &deployment.spec;
    non_negative(errors, "spec.replicas", spec.replicas.unwrap_or(0));
    validate_template(errors, "deployment", spec.selector.as_ref(), &spec.template, &[]);
    always_restarts(errors, &spec.template);
    match (spec.strategy.kind.as_str(), &spec.strategy.rolling_update) {
        ("Recreate", Some(_)) => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            errors.push(FieldError::forbidden("spec.strategy.rollingUpdate", detail));
        }
        ("RollingUpdate", Some(rolling)) => {
            let zero = |value: &Option<Value>| match value {
                Some(Value::Number(number)) => number.as_i64() == Some(0),
                Some(Value::String(text)) => text == "0%",
                _ => false,
            };
            if zero(&rolling.max_unavailable) && zero(&rolling.max_surge) {
                let value = json(&rolling.max_unavailable);
                let detail = "may not be 0 when `maxSurge` is 0";
                let field = "spec.strategy.rollingUpdate.maxUnavailable";
                errors.push(FieldError::invalid(field, value, detail));
            }
        }
        ("Recreate" | "RollingUpdate", None) => {}
        (other, _) => {
            let supported = ["Recreate", "RollingUpdate"];
            errors.push(FieldError::not_supported("spec.strategy.type", other, &supported));
        }
    }
    non_negative(errors, "spec.minReadySeconds", spec.min_ready_seconds);
    non_negative(errors, "spec.revisionHistoryLimit", spec.revision_history_limit.unwrap_or(0));
    if let Some(seconds) = spec.progress_deadline_seconds
        && seconds <= spec.min_ready_seconds
    {
        let detail = "must be greater than minReadySeconds";
        errors.push(FieldError::invalid("spec.progressDeadlineSeconds", seconds, detail));
    }
}

/// Checks a replica set.
pub(super) fn validate_replica_set(errors: &mut Errors, set: &ReplicaSet) {
    non_negative(errors, "spec.replicas", set.spec.replicas.unwrap_or(0));
    non_negative(errors, "spec.minReadySeconds", set.spec.min_ready_seconds);
    let selector = set.spec.selector.as_ref();
    validate_template(errors, "replicaset", selector, &set.spec.template, &[]);
    always_restarts(errors, &set.spec.template);
}

/// Checks a daemon set.
pub(super) fn validate_daemon_set(errors: &mut Errors, set: &DaemonSet) {
    let selector = set.spec.selector.as_ref();
    validate_template(errors, "daemonset", selector, &set.spec.template, &[]);
    always_restarts(errors, &set.spec.template);
    non_negative(errors, "spec.minReadySeconds", set.spec.min_ready_seconds);
}

/// Checks a job; its selector is made by the API server.
pub(super) fn validate_job(errors: &mut Errors, job: &Job) {
    let spec = &job.spec;
    non_negative(errors, "spec.parallelism", spec.parallelism.unwrap_or(0));
    non_negative(errors, "spec.completions", spec.completions.unwrap_or(0));
    non_negative(errors, "spec.backoffLimit", spec.backoff_limit.unwrap_or(0));
    pod::validate_template(errors, &spec.template, &[], "spec.template");
    if spec.template.spec.restart_policy == "Always" {
        let detail = "valid values: \"OnFailure\", \"Never\"";
        let field = "spec.template.spec.restartPolicy";
        errors.push(FieldError::required(field, detail));
    }
}

/// Checks a write over a workload: most selectors never change.
pub(super) fn validate_update(errors: &mut Errors, before: &Object, object: &Object) {
    let (old, new) = match (before, object) {
        (Object::Deployment(old), Object::Deployment(new)) => {
            validate_deployment(errors, new);
            (&old.spec.selector, &new.spec.selector)
        }
        (Object::ReplicaSet(old), Object::ReplicaSet(new)) => {
            validate_replica_set(errors, new);
            (&old.spec.selector, &new.spec.selector)
        }
        (Object::DaemonSet(old), Object::DaemonSet(new)) => {
            validate_daemon_set(errors, new);
            (&old.spec.selector, &new.spec.selector)
        }
        (Object::Job(old), Object::Job(new)) => {
            validate_job(errors, new);
            if old.spec.template != new.spec.template {
                let value = json(&new.spec.template);
                let detail = "field is immutable";
                errors.push(FieldError::invalid("spec.template", value, detail));
            }
            return;
        }
        _ => return,
    };
    if old != new {
        errors.push(FieldError::invalid("spec.selector", json(new), "field is immutable"));
    }
}
