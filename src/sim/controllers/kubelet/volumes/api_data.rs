//! Keys of `ConfigMap`s and Secrets as files (`pkg/volume/configmap/configmap.go`,
//! `pkg/volume/secret/secret.go` `SetUpAt`, `MakePayload`).

use crate::api::config::{ConfigMap, Secret};
use crate::api::volume::{ConfigMapVolumeSource, KeyToPath, SecretVolumeSource};

use super::super::work::Work;

/// Whether the `ConfigMap` and the listed keys are there.
pub(super) fn config_map(work: &Work<'_>, source: &ConfigMapVolumeSource) -> Result<(), String> {
    let optional = source.optional == Some(true);
    match work.cluster.get::<ConfigMap>(&work.key.namespace, &source.name) {
        None if optional => Ok(()),
        None => Err(format!("configmap \"{}\" not found", source.name)),
        Some(map) => missing(&source.items, optional, |key| {
            map.data.contains_key(key) || map.binary_data.contains_key(key)
        })
        .map_err(|key| format!("configmap references non-existent config key: {key}")),
    }
}

/// Whether the Secret and the listed keys are there.
pub(super) fn secret(work: &Work<'_>, source: &SecretVolumeSource) -> Result<(), String> {
    named_secret(work, &source.secret_name, &source.items, source.optional == Some(true))
}

/// The same by its parts, for a projected volume.
pub(super) fn named_secret(
    work: &Work<'_>,
    name: &str,
    items: &[KeyToPath],
    optional: bool,
) -> Result<(), String> {
    match work.cluster.get::<Secret>(&work.key.namespace, name) {
        None if optional => Ok(()),
        None => Err(format!("secret \"{name}\" not found")),
        Some(secret) => missing(items, optional, |key| {
            secret.data.contains_key(key) || secret.string_data.contains_key(key)
        })
        .map_err(|key| format!("references non-existent secret key: {key}")),
    }
}

/// The first listed key that is not there.
fn missing(
    items: &[KeyToPath],
    optional: bool,
    has: impl Fn(&str) -> bool,
) -> Result<(), String> {
    let absent = items.iter().find(|item| !optional && !has(&item.key));
    absent.map_or(Ok(()), |item| Err(item.key.clone()))
}
