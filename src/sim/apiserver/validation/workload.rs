//! Deployments, replica sets and daemon sets (`pkg/apis/apps/validation/validation.go`), and what
//! all workloads share.

use serde_json::Value;

use crate::api::kind::Object;
use crate::api::meta::LabelSelector;
use crate::api::pod::PodTemplateSpec;
use crate::api::workload::{DaemonSet, Deployment, ReplicaSet, RollingUpdateDaemonSet};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, job, json, meta, non_negative, pod, quoted};

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
pub(super) fn always_restarts(errors: &mut Errors, template: &PodTemplateSpec, kind: &str) {
    let policy = &template.spec.restart_policy;
    // Anything that is no policy at all was named already.
    if matches!(policy.as_str(), "OnFailure" | "Never") {
        let field = "spec.template.spec.restartPolicy";
        errors.push(FieldError::not_supported(field, policy, &["Always"]));
    }
    if template.spec.active_deadline_seconds.is_some() {
        let detail = format!("activeDeadlineSeconds in {kind} is not Supported");
        let field = "spec.template.spec.activeDeadlineSeconds";
        errors.push(FieldError::forbidden(field, &detail));
    }
}

/// Checks a Deployment.
pub(super) fn validate_deployment(errors: &mut Errors, deployment: &Deployment) {
    let spec = &deployment.spec;
    non_negative(errors, "spec.replicas", spec.replicas.unwrap_or(0));
    validate_template(errors, "deployment", spec.selector.as_ref(), &spec.template, &[]);
    always_restarts(errors, &spec.template, "ReplicaSet");
    match (spec.strategy.kind.as_str(), &spec.strategy.rolling_update) {
        ("Recreate", Some(_)) => {
            let detail = "may not be specified when strategy `type` is 'Recreate'";
            errors.push(FieldError::forbidden("spec.strategy.rollingUpdate", detail));
        }
        ("RollingUpdate", Some(rolling)) => {
            let path = "spec.strategy.rollingUpdate";
            let (unavailable, surge) = (&rolling.max_unavailable, &rolling.max_surge);
            int_or_percent(errors, &format!("{path}.maxUnavailable"), unavailable.as_ref());
            int_or_percent(errors, &format!("{path}.maxSurge"), surge.as_ref());
            if amount(unavailable.as_ref()) == 0 && amount(surge.as_ref()) == 0 {
                let detail = "may not be 0 when `maxSurge` is 0";
                let field = format!("{path}.maxUnavailable");
                errors.push(FieldError::invalid(field, json(unavailable), detail));
            }
            at_most_all(errors, &format!("{path}.maxUnavailable"), unavailable.as_ref());
        }
        ("Recreate" | "RollingUpdate", None) => {}
        (other, rolling) => {
            let rolling = rolling.as_ref().map(|one| (&one.max_unavailable, &one.max_surge));
            let value = internal_strategy(other, rolling);
            let supported = "supported values: \"Recreate\", \"RollingUpdate\"";
            let text = format!("Unsupported value: {value}: {supported}");
            errors.push(FieldError::new("spec.strategy", text));
        }
    }
    non_negative(errors, "spec.minReadySeconds", spec.min_ready_seconds);
    non_negative(errors, "spec.revisionHistoryLimit", spec.revision_history_limit.unwrap_or(0));
    if let Some(seconds) = spec.progress_deadline_seconds {
        non_negative(errors, "spec.progressDeadlineSeconds", seconds);
        if seconds <= spec.min_ready_seconds {
            let detail = "must be greater than minReadySeconds";
            errors.push(FieldError::invalid("spec.progressDeadlineSeconds", seconds, detail));
        }
    }
}

/// A strategy in the API server's internal form.
fn internal_strategy(kind: &str, rolling: Option<(&Option<Value>, &Option<Value>)>) -> String {
    let rolling = rolling.map_or_else(
        || "null".to_owned(),
        |(unavailable, surge)| {
            let number = |value: &Option<Value>| value.as_ref().map_or_else(|| "0".into(), json);
            format!("{{\"MaxUnavailable\":{},\"MaxSurge\":{}}}", number(unavailable), number(surge))
        },
    );
    format!("{{\"Type\":{},\"RollingUpdate\":{rolling}}}", quoted(kind))
}

/// The percentage that a text says, when it is one (`IsValidPercent`).
fn percent(value: Option<&Value>) -> Option<i64> {
    let digits = value?.as_str()?.strip_suffix('%')?;
    let numeric = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if numeric { Some(digits.parse().unwrap_or(i64::MAX)) } else { None }
}

/// The number or the percentage (`getIntOrPercentValue`).
fn amount(value: Option<&Value>) -> i64 {
    percent(value).or_else(|| value?.as_i64()).unwrap_or(0)
}

/// Checks a number or percentage (`ValidatePositiveIntOrPercent`).
fn int_or_percent(errors: &mut Errors, field: &str, value: Option<&Value>) {
    match value {
        Some(Value::String(text)) if percent(value).is_none() => {
            let detail = "a valid percent string must be a numeric string followed by an ending \
                          '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";
            errors.push(FieldError::invalid(field, quoted(text), detail));
        }
        Some(Value::Number(number)) => non_negative(errors, field, number.as_i64().unwrap_or(0)),
        _ => {}
    }
}

/// Checks that a percentage is at most 100 (`IsNotMoreThan100Percent`).
fn at_most_all(errors: &mut Errors, field: &str, value: Option<&Value>) {
    if let Some(Value::String(text)) = value
        && percent(value).is_some_and(|percent| percent > 100)
    {
        errors.push(FieldError::invalid(field, quoted(text), "must not be greater than 100%"));
    }
}

/// Checks a replica set.
pub(super) fn validate_replica_set(errors: &mut Errors, set: &ReplicaSet) {
    non_negative(errors, "spec.replicas", set.spec.replicas.unwrap_or(0));
    non_negative(errors, "spec.minReadySeconds", set.spec.min_ready_seconds);
    let selector = set.spec.selector.as_ref();
    // Upstream calls the set by its Deployment here.
    validate_template(errors, "deployment", selector, &set.spec.template, &[]);
    always_restarts(errors, &set.spec.template, "ReplicaSet");
}

/// Checks a daemon set.
pub(super) fn validate_daemon_set(errors: &mut Errors, set: &DaemonSet) {
    let spec = &set.spec;
    validate_template(errors, "daemonset", spec.selector.as_ref(), &spec.template, &[]);
    always_restarts(errors, &spec.template, "DaemonSet");
    non_negative(errors, "spec.minReadySeconds", spec.min_ready_seconds);
    let strategy = &spec.update_strategy;
    match (strategy.kind.as_str(), &strategy.rolling_update) {
        ("OnDelete", _) => {}
        ("RollingUpdate", None) => {
            errors.push(FieldError::required("spec.updateStrategy.rollingUpdate", ""));
        }
        ("RollingUpdate", Some(rolling)) => validate_rolling_daemon_set(errors, rolling),
        (other, rolling) => {
            let rolling = rolling.as_ref().map(|one| (&one.max_unavailable, &one.max_surge));
            let value = internal_strategy(other, rolling);
            let supported = "supported values: \"RollingUpdate\", \"OnDelete\"";
            let text = format!("Unsupported value: {value}: {supported}");
            errors.push(FieldError::new("spec.updateStrategy", text));
        }
    }
    non_negative(errors, "spec.revisionHistoryLimit", spec.revision_history_limit.unwrap_or(0));
}

/// Exactly one of the two bounds is not 0.
fn validate_rolling_daemon_set(errors: &mut Errors, rolling: &RollingUpdateDaemonSet) {
    let path = "spec.updateStrategy.rollingUpdate";
    let (unavailable, surge) = (rolling.max_unavailable.as_ref(), rolling.max_surge.as_ref());
    let (low, high) = (format!("{path}.maxUnavailable"), format!("{path}.maxSurge"));
    int_or_percent(errors, &low, unavailable);
    int_or_percent(errors, &high, surge);
    at_most_all(errors, &low, unavailable);
    at_most_all(errors, &high, surge);
    match (amount(unavailable) != 0, amount(surge) != 0) {
        (true, true) => {
            let detail = "may not be set when maxUnavailable is non-zero";
            errors.push(FieldError::invalid(high, json(&rolling.max_surge), detail));
        }
        (false, false) => {
            errors.push(FieldError::required(low, "cannot be 0 when maxSurge is 0"));
        }
        _ => {}
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
        (Object::Job(old), Object::Job(new)) => return job::validate_update(errors, old, new),
        _ => return,
    };
    if old != new {
        errors.push(FieldError::invalid("spec.selector", json(new), "field is immutable"));
    }
}
