//! What a container's definition refers to.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `makeEnvironmentVariables` and
//! `pkg/kubelet/kuberuntime/security_context_others.go` `verifyRunAsNonRoot`.

use crate::api::config::{ConfigMap, Secret};
use crate::api::container::{Container, OptionalReference};
use crate::api::volume::ConfigMapKeySelector;

use super::work::Work;

/// Whether everything that the container names is there.
pub(super) fn check(work: &Work<'_>, container: &Container) -> Result<(), String> {
    non_root(work, container)?;
    for source in &container.env_from {
        if let Some(map) = &source.config_map_ref {
            whole_config_map(work, map)?;
        }
        if let Some(secret) = &source.secret_ref {
            whole_secret(work, secret)?;
        }
    }
    for source in container.env.iter().filter_map(|variable| variable.value_from.as_ref()) {
        if let Some(key) = &source.config_map_key_ref {
            config_map_key(work, key)?;
        }
        if let Some(key) = &source.secret_key_ref {
            secret_key(work, key)?;
        }
    }
    Ok(())
}

fn whole_config_map(work: &Work<'_>, map: &OptionalReference) -> Result<(), String> {
    let found = work.cluster.get::<ConfigMap>(&work.key.namespace, &map.name).is_some();
    let fine = found || map.optional == Some(true);
    if fine { Ok(()) } else { Err(format!("configmap \"{}\" not found", map.name)) }
}

fn whole_secret(work: &Work<'_>, secret: &OptionalReference) -> Result<(), String> {
    let found = work.cluster.get::<Secret>(&work.key.namespace, &secret.name).is_some();
    let fine = found || secret.optional == Some(true);
    if fine { Ok(()) } else { Err(format!("secret \"{}\" not found", secret.name)) }
}

fn config_map_key(work: &Work<'_>, from: &ConfigMapKeySelector) -> Result<(), String> {
    let namespace = &*work.key.namespace;
    let (name, key) = (&from.name, &from.key);
    let map = work.cluster.get::<ConfigMap>(namespace, name);
    match map {
        _ if from.optional == Some(true) => Ok(()),
        None => Err(format!("configmap \"{name}\" not found")),
        Some(map) if map.data.contains_key(key) => Ok(()),
        Some(_) => Err(format!("couldn't find key {key} in ConfigMap {namespace}/{name}")),
    }
}

fn secret_key(work: &Work<'_>, from: &ConfigMapKeySelector) -> Result<(), String> {
    let namespace = &*work.key.namespace;
    let (name, key) = (&from.name, &from.key);
    let secret = work.cluster.get::<Secret>(namespace, name);
    match secret {
        _ if from.optional == Some(true) => Ok(()),
        None => Err(format!("secret \"{name}\" not found")),
        Some(secret) if secret.data.contains_key(key) || secret.string_data.contains_key(key) => {
            Ok(())
        }
        Some(_) => Err(format!("couldn't find key {key} in Secret {namespace}/{name}")),
    }
}

/// Images are taken to run as root unless a user is given.
fn non_root(work: &Work<'_>, container: &Container) -> Result<(), String> {
    let (own, pod) = (&container.security_context, &work.pod.spec.security_context);
    let own_rule = own.as_ref().and_then(|own| own.run_as_non_root);
    let rule = own_rule.or_else(|| pod.as_ref().and_then(|pod| pod.run_as_non_root));
    let own_user = own.as_ref().and_then(|own| own.run_as_user);
    let user = own_user.or_else(|| pod.as_ref().and_then(|pod| pod.run_as_user));
    let at = || format!("(pod: \"{}\", container: {})", work.full_name(), container.name);
    match (rule, user) {
        (Some(true), None) => {
            Err(format!("container has runAsNonRoot and image will run as root {}", at()))
        }
        (Some(true), Some(0)) => {
            Err(format!("container's runAsUser breaks non-root policy {}", at()))
        }
        _ => Ok(()),
    }
}
