//! `ConfigMap` and Secret (`pkg/apis/core/validation/validation.go` `ValidateConfigMap`,
//! `ValidateSecret` and their updates).

use crate::api::config::{ConfigMap, Secret};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, quoted, required};

/// The most bytes of one object's data.
const DATA_MAX: usize = 1024 * 1024;
const IMMUTABLE: &str = "field is immutable when `immutable` is set";

fn validate_keys<'a>(errors: &mut Errors, keys: impl Iterator<Item = &'a String>, field: &str) {
    for key in keys {
        named(errors, &format!("{field}[{key}]"), key, names::config_key(key));
    }
}

fn validate_size(errors: &mut Errors, size: usize, field: &str) {
    if size > DATA_MAX {
        let text = format!("Too long: may not be more than {DATA_MAX} bytes");
        errors.push(FieldError::new(field, text));
    }
}

/// Checks a `ConfigMap`.
pub(super) fn validate_config_map(errors: &mut Errors, map: &ConfigMap) {
    validate_keys(errors, map.data.keys(), "data");
    for key in map.data.keys().filter(|key| map.binary_data.contains_key(*key)) {
        let detail = "duplicate of key present in binaryData";
        errors.push(FieldError::invalid(format!("data[{key}]"), quoted(key), detail));
    }
    validate_keys(errors, map.binary_data.keys(), "binaryData");
    let size: usize = map.data.values().chain(map.binary_data.values()).map(String::len).sum();
    validate_size(errors, size, "");
}

/// Checks a write over a `ConfigMap`.
pub(super) fn validate_config_map_update(errors: &mut Errors, old: &ConfigMap, new: &ConfigMap) {
    if old.immutable == Some(true) {
        if new.immutable != Some(true) {
            errors.push(FieldError::forbidden("immutable", IMMUTABLE));
        }
        if old.data != new.data {
            errors.push(FieldError::forbidden("data", IMMUTABLE));
        }
        if old.binary_data != new.binary_data {
            errors.push(FieldError::forbidden("binaryData", IMMUTABLE));
        }
    }
    validate_config_map(errors, new);
}

/// Checks a Secret.
pub(super) fn validate_secret(errors: &mut Errors, secret: &Secret) {
    validate_keys(errors, secret.data.keys(), "data");
    validate_size(errors, secret.data.values().map(String::len).sum(), "data");
    let needed: &[&str] = match secret.kind.as_str() {
        "kubernetes.io/dockerconfigjson" => &[".dockerconfigjson"],
        "kubernetes.io/dockercfg" => &[".dockercfg"],
        "kubernetes.io/tls" => &["tls.crt", "tls.key"],
        "kubernetes.io/ssh-auth" => &["ssh-privatekey"],
        _ => &[],
    };
    for key in needed {
        let value = secret.data.get(*key).map_or("", String::as_str);
        required(errors, format!("data[{key}]"), value);
    }
}

/// Checks a write over a Secret.
pub(super) fn validate_secret_update(errors: &mut Errors, old: &Secret, new: &Secret) {
    if old.kind != new.kind {
        errors.push(FieldError::invalid("type", quoted(&new.kind), "field is immutable"));
    }
    if old.immutable == Some(true) {
        if new.immutable != Some(true) {
            errors.push(FieldError::forbidden("immutable", IMMUTABLE));
        }
        if old.data != new.data {
            errors.push(FieldError::forbidden("data", IMMUTABLE));
        }
    }
    validate_secret(errors, new);
}
