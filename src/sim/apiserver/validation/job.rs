//! Jobs (`pkg/apis/batch/validation/validation.go` `ValidateJob`, `ValidateJobUpdate`).

use std::rc::Rc;

use crate::api::meta::LabelSelector;
use crate::api::pod::{PodSpec, PodTemplateSpec};
use crate::api::record::Json;
use crate::api::workload::{Job, JobSpec};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, meta, names, non_negative, one_of, pod, quoted};

/// The most Pods of an Indexed job that may run at once.
const PARALLELISM_MAX: i32 = 100_000;

/// Checks a job that is made. Its selector is made after that, by its uid.
pub(super) fn validate(errors: &mut Errors, job: &Job) {
    validate_spec(errors, &job.spec);
    let given = job.spec.selector.as_ref();
    if job.spec.manual_selector == Some(true) {
        validate_selector(errors, &job.spec);
    } else if let Some(selector) = given.filter(|selector| !selector.is_empty()) {
        let detail = "`selector` not auto-generated";
        errors.push(FieldError::invalid("spec.selector", json(selector), detail));
    }
    if job.is_indexed()
        && let Some(last @ 0..) = job.spec.completions.map(|count| count - 1)
    {
        let hostname = format!("{}-{last}", job.metadata.name);
        if !names::dns_label(&hostname).is_empty() {
            let detail = format!("will not able to create pod with invalid DNS label: {hostname}");
            let name = quoted(&job.metadata.name);
            errors.push(FieldError::invalid("metadata.name", name, &detail));
        }
    }
}

fn validate_selector(errors: &mut Errors, spec: &JobSpec) {
    let labels = &spec.template.metadata.labels;
    match &spec.selector {
        None => errors.push(FieldError::required("spec.selector", "")),
        Some(selector) => {
            meta::validate_selector(errors, selector, "spec.selector");
            if !LabelSelector::matches(selector, labels) {
                let value = if labels.is_empty() { "null".to_owned() } else { json(labels) };
                let detail = "`selector` does not match template `labels`";
                let field = "spec.template.metadata.labels";
                errors.push(FieldError::invalid(field, value, detail));
            }
        }
    }
}

fn validate_spec(errors: &mut Errors, spec: &JobSpec) {
    let numbers = [
        ("parallelism", spec.parallelism.map(i64::from)),
        ("completions", spec.completions.map(i64::from)),
        ("activeDeadlineSeconds", spec.active_deadline_seconds),
        ("backoffLimit", spec.backoff_limit.map(i64::from)),
        ("ttlSecondsAfterFinished", spec.ttl_seconds_after_finished.map(i64::from)),
    ];
    for (name, number) in numbers {
        non_negative(errors, format!("spec.{name}"), number.unwrap_or(0));
    }
    let mode = spec.completion_mode.as_deref().unwrap_or_default();
    one_of(errors, "spec.completionMode", mode, &["NonIndexed", "Indexed"]);
    if mode == "Indexed" {
        if spec.completions.is_none() {
            let detail = "when completion mode is Indexed";
            errors.push(FieldError::required("spec.completions", detail));
        }
        if let Some(parallelism) = spec.parallelism.filter(|count| *count > PARALLELISM_MAX) {
            let detail = format!(
                "must be less than or equal to {PARALLELISM_MAX} when completion mode is Indexed"
            );
            errors.push(FieldError::invalid("spec.parallelism", parallelism, &detail));
        }
    }
    let policy = spec.pod_replacement_policy.as_deref().unwrap_or_default();
    let by_rules = spec.other.contains_key("podFailurePolicy");
    let supported: &[&str] =
        if by_rules { &["Failed"] } else { &["Failed", "TerminatingOrFailed"] };
    one_of(errors, "spec.podReplacementPolicy", policy, supported);
    pod::validate_template(errors, &spec.template, &[], "spec.template");
    let field = "spec.template.spec.restartPolicy";
    let restart = spec.template.spec.restart_policy.as_str();
    match restart {
        "Always" => {
            let detail = "valid values: \"OnFailure\", \"Never\"";
            errors.push(FieldError::required(field, detail));
        }
        "OnFailure" if by_rules => {
            let detail = "only \"Never\" is supported when podFailurePolicy is specified";
            errors.push(FieldError::invalid(field, quoted(restart), detail));
        }
        _ => {}
    }
}

/// Checks a write over a job.
pub(super) fn validate_update(errors: &mut Errors, old: &Job, new: &Job) {
    validate_spec(errors, &new.spec);
    validate_selector(errors, &new.spec);
    let (before, after) = (&old.spec, &new.spec);
    if before.completions != after.completions {
        let value = json(&after.completions);
        if !new.is_indexed() {
            errors.push(FieldError::invalid("spec.completions", value, IMMUTABLE));
        } else if after.completions.is_some() && after.completions != after.parallelism {
            let detail = "can only be modified in tandem with spec.parallelism";
            errors.push(FieldError::invalid("spec.completions", value, detail));
        }
    }
    immutable(errors, "spec.selector", &before.selector, &after.selector);
    let template = changeable(old, &after.template);
    immutable(errors, "spec.template", &template, &after.template);
    immutable(errors, "spec.completionMode", &before.completion_mode, &after.completion_mode);
}

const IMMUTABLE: &str = "field is immutable";

fn immutable<T: Json + PartialEq>(errors: &mut Errors, field: &str, before: &T, after: &T) {
    if before != after {
        errors.push(FieldError::invalid(field, json(after), IMMUTABLE));
    }
}

/// The old template with what may be changed in the new one: of a job that is suspended, where
/// its Pods run and what their containers ask for (`validatePodTemplateUpdate`).
fn changeable(old: &Job, new: &PodTemplateSpec) -> PodTemplateSpec {
    let mut template = old.spec.template.clone();
    let idle = old.status.start_time.is_none() || old.holding("Suspended").is_some();
    if !old.is_suspended() || !idle || old.status.active > 0 {
        return template;
    }
    template.metadata.annotations.clone_from(&new.metadata.annotations);
    template.metadata.labels.clone_from(&new.metadata.labels);
    let spec: &mut PodSpec = Rc::make_mut(&mut template.spec);
    spec.node_selector.clone_from(&new.spec.node_selector);
    spec.tolerations.clone_from(&new.spec.tolerations);
    let of_new = new.spec.affinity.as_ref();
    let nodes = of_new.and_then(|affinity| affinity.node_affinity.clone());
    if nodes.is_some() || spec.affinity.is_some() {
        spec.affinity.get_or_insert_default().node_affinity = nodes;
    }
    if of_new.is_none() && spec.affinity == Some(crate::api::pod::Affinity::default()) {
        spec.affinity = None;
    }
    for (own, other) in spec.containers.iter_mut().zip(&new.spec.containers) {
        if own.name == other.name {
            own.resources.clone_from(&other.resources);
        }
    }
    template
}
