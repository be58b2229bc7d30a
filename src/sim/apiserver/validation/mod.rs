//! What the API server refuses, field by field.
//!
//! Models `pkg/apis/*/validation/validation.go`. Only what clients send passes here. Each
//! function answers the errors in upstream's order; none of them looks at other objects.

mod config;
mod container;
mod job;
mod limits;
mod meta;
mod mount;
mod names;
mod node;
mod node_selector;
mod persistent_volume;
mod persistent_volume_claim;
mod placement;
mod pod;
mod probe;
mod projection;
mod service;
mod spec_diff;
mod stateful_set;
mod storage_class;
mod variable;
mod volume;
pub(super) mod warnings;
mod workload;

use std::fmt::Debug;

use crate::api::kind::Object;
use crate::api::record::Json;

use super::status::FieldError;

/// The errors found so far.
type Errors = Vec<FieldError>;

/// What is wrong with an object that is made.
pub(super) fn create(object: &Object) -> Errors {
    let mut errors = meta::validate(object);
    match object {
        Object::Pod(pod) => pod::validate(&mut errors, &pod.metadata, &pod.spec),
        Object::PersistentVolume(volume) => persistent_volume::validate(&mut errors, volume),
        Object::PersistentVolumeClaim(claim) => {
            persistent_volume_claim::validate_spec(&mut errors, &claim.spec, "spec");
        }
        Object::StorageClass(class) => storage_class::validate(&mut errors, class),
        Object::Node(node) => node::validate(&mut errors, node),
        Object::StatefulSet(set) => {
            stateful_set::validate(&mut errors, set);
            stateful_set::validate_claim_templates(&mut errors, set);
        }
        Object::Deployment(deployment) => workload::validate_deployment(&mut errors, deployment),
        Object::ReplicaSet(set) => workload::validate_replica_set(&mut errors, set),
        Object::DaemonSet(set) => workload::validate_daemon_set(&mut errors, set),
        Object::Job(job) => job::validate(&mut errors, job),
        Object::Service(service) => service::validate(&mut errors, service),
        Object::ConfigMap(map) => config::validate_config_map(&mut errors, map),
        Object::Secret(secret) => config::validate_secret(&mut errors, secret),
        Object::LimitRange(range) => limits::validate_limit_range(&mut errors, range),
        Object::ResourceQuota(quota) => limits::validate_quota(&mut errors, quota),
        Object::PriorityClass(class) => limits::validate_priority_class(&mut errors, class),
        _ => {}
    }
    errors
}

/// What is wrong with a write over an object.
pub(super) fn update(before: &Object, object: &Object) -> Errors {
    let mut errors = meta::validate(object);
    meta::validate_update(&mut errors, before.meta(), object.meta());
    match (before, object) {
        (Object::Pod(old), Object::Pod(new)) => pod::validate_update(&mut errors, old, new),
        (Object::PersistentVolume(old), Object::PersistentVolume(new)) => {
            persistent_volume::validate_update(&mut errors, old, new);
        }
        (Object::PersistentVolumeClaim(old), Object::PersistentVolumeClaim(new)) => {
            persistent_volume_claim::validate_update(&mut errors, old, new);
        }
        (Object::Node(_), Object::Node(new)) => node::validate(&mut errors, new),
        (Object::StorageClass(old), Object::StorageClass(new)) => {
            storage_class::validate_update(&mut errors, old, new);
        }
        (Object::StatefulSet(old), Object::StatefulSet(new)) => {
            stateful_set::validate_update(&mut errors, old, new);
        }
        (Object::Service(old), Object::Service(new)) => {
            service::validate_update(&mut errors, old, new);
        }
        (Object::ConfigMap(old), Object::ConfigMap(new)) => {
            config::validate_config_map_update(&mut errors, old, new);
        }
        (Object::Secret(old), Object::Secret(new)) => {
            config::validate_secret_update(&mut errors, old, new);
        }
        (_, Object::LimitRange(range)) => limits::validate_limit_range(&mut errors, range),
        (Object::ResourceQuota(old), Object::ResourceQuota(new)) => {
            limits::validate_quota_update(&mut errors, old, new);
        }
        (Object::PriorityClass(old), Object::PriorityClass(new)) => {
            limits::validate_priority_class_update(&mut errors, old, new);
        }
        _ => workload::validate_update(&mut errors, before, object),
    }
    errors
}

/// A text as it stands in a message.
fn quoted(text: impl Debug) -> String {
    format!("{text:?}")
}

/// A value as it stands in a message: JSON.
fn json(value: &impl Json) -> String {
    value.to_json().to_string()
}

/// Adds `Unsupported value` unless the value is one of the supported ones.
fn one_of(errors: &mut Errors, field: impl Into<String>, value: &str, supported: &[&str]) {
    if !supported.contains(&value) {
        errors.push(FieldError::not_supported(field, value, supported));
    }
}

/// Adds `Required value` when the text is empty. Answers whether it is there.
fn required(errors: &mut Errors, field: impl Into<String>, value: &str) -> bool {
    if value.is_empty() {
        errors.push(FieldError::required(field, ""));
    }
    !value.is_empty()
}

/// Adds an error when the number is negative.
fn non_negative(errors: &mut Errors, field: impl Into<String>, value: impl Into<i64>) {
    let value = value.into();
    if value < 0 {
        errors.push(FieldError::invalid(field, value, "must be greater than or equal to 0"));
    }
}

/// Adds an error for every complaint about a name.
fn named(errors: &mut Errors, field: &str, value: &str, complaints: Vec<String>) {
    for complaint in complaints {
        errors.push(FieldError::invalid(field, quoted(value), &complaint));
    }
}
