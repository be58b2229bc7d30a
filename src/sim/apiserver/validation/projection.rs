//! Files that come from objects: `ConfigMap`, Secret, the Pod's own fields, tokens
//! (`pkg/apis/core/validation/validation.go` `validateProjectedVolumeSource` and its parts).

use crate::api::sorted::SortedSet;
use crate::api::volume::{
    ConfigMapVolumeSource, DownwardApiVolumeSource, KeyToPath, ProjectedVolumeSource,
    SecretVolumeSource, VolumeProjection,
};
use crate::sim::apiserver::status::FieldError;

use super::variable::{self, OF_FILES};
use super::volume::descending_path;
use super::{Errors, quoted, required};

const MODE: &str = "must be a number between 0 and 0777 (octal), both inclusive";

/// Models `validateSecretVolumeSource`.
pub(super) fn secret(errors: &mut Errors, source: &SecretVolumeSource, path: &str) {
    let path = format!("{path}.secret");
    required(errors, format!("{path}.secretName"), &source.secret_name);
    mode(errors, source.default_mode, format!("{path}.defaultMode"));
    items(errors, &source.items, &path);
}

/// Models `validateConfigMapVolumeSource`.
pub(super) fn config_map(errors: &mut Errors, source: &ConfigMapVolumeSource, path: &str) {
    required(errors, format!("{path}.name"), &source.name);
    mode(errors, source.default_mode, format!("{path}.defaultMode"));
    items(errors, &source.items, path);
}

/// Models `validateDownwardAPIVolumeSource`.
pub(super) fn downward(errors: &mut Errors, source: &DownwardApiVolumeSource, path: &str) {
    mode(errors, source.default_mode, format!("{path}.defaultMode"));
    downward_files(errors, source, path);
}

fn downward_files(errors: &mut Errors, source: &DownwardApiVolumeSource, path: &str) {
    for file in &source.items {
        if required(errors, format!("{path}.path"), &file.path) {
            non_reserved_path(errors, &file.path, &format!("{path}.path"));
        }
        match (&file.field_ref, &file.resource_field_ref) {
            (Some(_), Some(_)) => {
                let detail = "fieldRef and resourceFieldRef can not be specified simultaneously";
                errors.push(FieldError::invalid(path, quoted("resource"), detail));
            }
            (Some(field), None) => {
                variable::field_of_pod(errors, field, &OF_FILES, &format!("{path}.fieldRef"));
            }
            (None, Some(field)) => {
                let at = format!("{path}.resourceFieldRef");
                variable::resource_of_container(errors, field, true, &at);
            }
            (None, None) => {
                let detail = "one of fieldRef and resourceFieldRef is required";
                errors.push(FieldError::required(path, detail));
            }
        }
        mode(errors, file.mode, format!("{path}.mode"));
    }
}

/// Models `validateProjectedVolumeSource`.
pub(super) fn projected(errors: &mut Errors, source: &ProjectedVolumeSource, path: &str) {
    mode(errors, source.default_mode, format!("{path}.defaultMode"));
    let mut paths = SortedSet::new();
    for (index, projection) in source.sources.iter().enumerate() {
        let at = format!("{path}.sources[{index}]");
        validate_projection(errors, projection, &at);
        for file in files_of(projection) {
            if !paths.insert(file) {
                let detail = "conflicting duplicate paths";
                errors.push(FieldError::invalid(path, quoted(file), detail));
            }
        }
    }
}

fn validate_projection(errors: &mut Errors, projection: &VolumeProjection, at: &str) {
    let mut count = 0;
    let mut is_first = |errors: &mut Errors, field: &str| {
        count += 1;
        if count > 1 {
            let detail = "may not specify more than 1 volume type per source";
            errors.push(FieldError::forbidden(format!("{at}.{field}"), detail));
        }
        count == 1
    };
    if let Some(secret) = &projection.secret
        && is_first(errors, "secret")
    {
        required(errors, format!("{at}.secret.name"), &secret.name);
        items(errors, &secret.items, &format!("{at}.secret"));
    }
    if let Some(map) = &projection.config_map
        && is_first(errors, "configMap")
    {
        required(errors, format!("{at}.configMap.name"), &map.name);
        items(errors, &map.items, &format!("{at}.configMap"));
    }
    if let Some(downward) = &projection.downward_api
        && is_first(errors, "downwardAPI")
    {
        downward_files(errors, downward, &format!("{at}.downwardAPI"));
    }
    if let Some(token) = &projection.service_account_token
        && is_first(errors, "serviceAccountToken")
    {
        let at = format!("{at}.serviceAccountToken");
        let seconds = token.expiration_seconds.unwrap_or(3600);
        let field = format!("{at}.expirationSeconds");
        if seconds < 600 {
            let detail = "may not specify a duration less than 10 minutes";
            errors.push(FieldError::invalid(&field, seconds, detail));
        }
        if seconds > 1 << 32 {
            let detail = "may not specify a duration larger than 2^32 seconds";
            errors.push(FieldError::invalid(&field, seconds, detail));
        }
        required(errors, format!("{at}.path"), &token.path);
    }
}

/// The files whose names are known before the objects are.
fn files_of(projection: &VolumeProjection) -> Vec<&str> {
    let mut files: Vec<&str> = Vec::new();
    let secret = projection.secret.iter().flat_map(|source| &source.items);
    let map = projection.config_map.iter().flat_map(|source| &source.items);
    files.extend(secret.chain(map).map(|item| item.path.as_str()));
    let downward = projection.downward_api.iter().flat_map(|source| &source.items);
    files.extend(downward.map(|file| file.path.as_str()));
    files.extend(projection.service_account_token.iter().map(|token| token.path.as_str()));
    files
}

fn items(errors: &mut Errors, items: &[KeyToPath], path: &str) {
    for (index, item) in items.iter().enumerate() {
        let at = format!("{path}.items[{index}]");
        required(errors, format!("{at}.key"), &item.key);
        let field = format!("{at}.path");
        if required(errors, &field, &item.path) {
            non_reserved_path(errors, &item.path, &field);
        }
        mode(errors, item.mode, format!("{at}.mode"));
    }
}

/// Models `ValidateLocalNonReservedPath`.
fn non_reserved_path(errors: &mut Errors, text: &str, field: &str) {
    descending_path(errors, text, field);
    if text.starts_with("..") && !text.starts_with("../") {
        errors.push(FieldError::invalid(field, quoted(text), "must not start with '..'"));
    }
}

fn mode(errors: &mut Errors, mode: Option<i32>, field: String) {
    if let Some(mode) = mode.filter(|mode| !(0..=0o777).contains(mode)) {
        errors.push(FieldError::invalid(field, mode, MODE));
    }
}
