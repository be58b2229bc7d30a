//! The variables of a container.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `makeEnvironmentVariables`,
//! `pkg/kubelet/envvars/envvars.go` and `third_party/forked/golang/expansion`.

use crate::api::config::{ConfigMap, Secret};
use crate::api::container::{Container, EnvVarSource};
use crate::api::pod::Pod;
use crate::api::service::Service;
use crate::api::time::SimTime;
use crate::sim::cluster::Cluster;

use super::{fields, payload};

/// Names and values, each name once, in the order of their appearance.
pub type Variables = Vec<(String, String)>;

/// Values are not longer than this when they are read from a binary Secret.
const VALUE_MAX: usize = 1 << 20;

/// The variables that the kubelet gives a container at that time; the error is its own.
pub fn of_container(
    cluster: &Cluster,
    pod: &Pod,
    container: &Container,
    at: SimTime,
) -> Result<Variables, String> {
    let mut own = Variables::new();
    for source in &container.env_from {
        for (key, value) in all_of(cluster, pod, source)? {
            set(&mut own, format!("{}{key}", source.prefix), value);
        }
    }
    let services = services(cluster, pod, at);
    for variable in &container.env {
        let value = match &variable.value_from {
            Some(source) => match from(cluster, pod, container, source)? {
                Some(value) => value,
                None => continue,
            },
            None if variable.value.contains("$(") || variable.value.contains("$$") => {
                let mut known = services.clone();
                for (name, value) in &own {
                    set(&mut known, name.clone(), value.clone());
                }
                expand(&variable.value, &known).0
            }
            None => variable.value.clone(),
        };
        set(&mut own, variable.name.clone(), value);
    }
    let mut all = services;
    for (name, value) in own {
        set(&mut all, name, value);
    }
    Ok(all)
}

/// Replaces `$(NAME)`, and `$$` before it by `$`; also the first name without a value.
pub fn expand(text: &str, known: &[(String, String)]) -> (String, Option<String>) {
    let (mut out, mut missing) = (String::new(), None);
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
            continue;
        }
        let inner = rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        let Some((name, after)) = inner else {
            out.push('$');
            continue;
        };
        rest = after;
        let value = known.iter().find(|(known, _)| known == name).map(|(_, value)| value);
        if value.is_none_or(String::is_empty) {
            missing.get_or_insert_with(|| name.to_owned());
        }
        match value {
            Some(value) => out.push_str(value),
            None => out.extend(["$(", name, ")"]),
        }
    }
    out.push_str(rest);
    (out, missing)
}

/// Gives a variable a value.
pub fn set(variables: &mut Variables, name: String, value: String) {
    match variables.iter_mut().find(|(known, _)| *known == name) {
        Some((_, old)) => *old = value,
        None => variables.push((name, value)),
    }
}

fn all_of(
    cluster: &Cluster,
    pod: &Pod,
    source: &crate::api::container::EnvFromSource,
) -> Result<Variables, String> {
    let namespace = &pod.metadata.namespace;
    let mut all = Variables::new();
    if let Some(from) = &source.config_map_ref {
        match cluster.get::<ConfigMap>(namespace, &from.name) {
            Some(map) => all.extend(map.data.iter().map(|(k, v)| (k.clone(), v.clone()))),
            None if from.optional == Some(true) => {}
            None => return Err(format!("configmap \"{}\" not found", from.name)),
        }
    }
    if let Some(from) = &source.secret_ref {
        match cluster.get::<Secret>(namespace, &from.name) {
            Some(secret) => all.extend(secret_texts(secret)),
            None if from.optional == Some(true) => {}
            None => return Err(format!("secret \"{}\" not found", from.name)),
        }
    }
    all.retain(|(name, _)| !name.contains('=') && name.chars().all(|c| c.is_ascii_graphic()));
    Ok(all)
}

fn secret_texts(secret: &Secret) -> impl Iterator<Item = (String, String)> {
    payload::secret_values(secret).map(|(key, value)| (key, value.to_text(VALUE_MAX)))
}

/// The value from a source; `None` when an optional one is not there.
fn from(
    cluster: &Cluster,
    pod: &Pod,
    container: &Container,
    source: &EnvVarSource,
) -> Result<Option<String>, String> {
    let namespace = &pod.metadata.namespace;
    if let Some(field) = &source.field_ref {
        return fields::field(cluster, pod, &field.field_path).map(Some);
    }
    if let Some(resource) = &source.resource_field_ref {
        return fields::resource(cluster, pod, Some(container), resource).map(Some);
    }
    if let Some(from) = &source.config_map_key_ref {
        let (name, key) = (&from.name, &from.key);
        let map = cluster.get::<ConfigMap>(namespace, name);
        let value = map.and_then(|map| map.data.get(key)).cloned();
        return match (value, map) {
            (None, _) if from.optional == Some(true) => Ok(None),
            (None, None) => Err(format!("configmap \"{name}\" not found")),
            (None, Some(_)) => {
                Err(format!("couldn't find key {key} in ConfigMap {namespace}/{name}"))
            }
            (value, _) => Ok(value),
        };
    }
    if let Some(from) = &source.secret_key_ref {
        let (name, key) = (&from.name, &from.key);
        let secret = cluster.get::<Secret>(namespace, name);
        let value = secret
            .and_then(|secret| secret_texts(secret).find(|(known, _)| known == key))
            .map(|(_, value)| value);
        return match (value, secret) {
            (None, _) if from.optional == Some(true) => Ok(None),
            (None, None) => Err(format!("secret \"{name}\" not found")),
            (None, Some(_)) => Err(format!("couldn't find key {key} in Secret {namespace}/{name}")),
            (value, _) => Ok(value),
        };
    }
    Ok(Some(String::new()))
}

/// The Services of the Pod's namespace that were there at that time, and `kubernetes`.
fn services(cluster: &Cluster, pod: &Pod, at: SimTime) -> Variables {
    let namespace = pod.metadata.namespace.as_str();
    let own = cluster
        .list_in::<Service>(namespace)
        .filter(|_| pod.spec.enable_service_links != Some(false));
    let master = cluster.get::<Service>("default", "kubernetes");
    let mut all = Variables::new();
    for service in master.into_iter().chain(own) {
        let born = service.metadata.creation_timestamp.unwrap_or_default();
        let ip = service.spec.cluster_ip.as_str();
        if born > at || matches!(ip, "" | "None") {
            continue;
        }
        describe(&mut all, service, ip);
    }
    all
}

fn describe(all: &mut Variables, service: &Service, ip: &str) {
    let name = |text: &str| text.to_ascii_uppercase().replace('-', "_");
    let prefix = name(&service.metadata.name);
    let Some(first) = service.spec.ports.first() else { return };
    set(all, format!("{prefix}_SERVICE_HOST"), ip.to_owned());
    set(all, format!("{prefix}_SERVICE_PORT"), first.port.to_string());
    for port in service.spec.ports.iter().filter(|port| !port.name.is_empty()) {
        let key = format!("{prefix}_SERVICE_PORT_{}", name(&port.name));
        set(all, key, port.port.to_string());
    }
    for (index, port) in service.spec.ports.iter().enumerate() {
        let protocol = if port.protocol.is_empty() { "TCP" } else { &port.protocol };
        let lower = protocol.to_ascii_lowercase();
        let url = format!("{lower}://{ip}:{}", port.port);
        if index == 0 {
            set(all, format!("{prefix}_PORT"), url.clone());
        }
        let key = format!("{prefix}_PORT_{}_{protocol}", port.port);
        set(all, key.clone(), url);
        set(all, format!("{key}_PROTO"), lower);
        set(all, format!("{key}_PORT"), port.port.to_string());
        set(all, format!("{key}_ADDR"), ip.to_owned());
    }
}
