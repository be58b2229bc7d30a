//! The older form of the addresses behind Services.
//!
//! Models `pkg/controller/endpoint/endpoints_controller.go` `syncService`. Upstream keeps such an
//! object beside the slices of every Service with a selector; nothing here reads it but people,
//! so it is made from the slices when it is asked for.

use serde_json::{Value, json};

use crate::api::kind::{Kind, Object};
use crate::api::object::{ObjectKey, Resource};
use crate::api::order;
use crate::api::service::{Endpoint, EndpointSlice, Service};

use super::cluster::Cluster;
use super::random;

/// What the API server says to whoever asks for them.
pub const DEPRECATED: &str =
    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice";

const MANAGED_BY: &str = "endpoints.kubernetes.io/managed-by";
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// The object of that key, stored or made.
pub fn get(cluster: &Cluster, key: &ObjectKey) -> Option<Object> {
    let made = || of_service(cluster, cluster.get::<Service>(&key.namespace, &key.name)?);
    cluster.object(key).cloned().or_else(made)
}

/// All of them, stored and made, by namespace and name.
pub fn list(cluster: &Cluster) -> Vec<Object> {
    let stored = cluster.of_kind(Kind::Endpoints).map(|(_, object)| object.clone());
    let mut all: Vec<Object> = stored.collect();
    for service in cluster.list::<Service>() {
        let meta = &service.metadata;
        let key = ObjectKey::new(Kind::Endpoints, &meta.namespace, &meta.name);
        if cluster.object(&key).is_none() {
            all.extend(of_service(cluster, service));
        }
    }
    order::sort_by_key(&mut all, Object::key);
    all
}

/// What the controller keeps for a Service with a selector.
fn of_service(cluster: &Cluster, service: &Service) -> Option<Object> {
    let (meta, spec) = (&service.metadata, &service.spec);
    if spec.selector.is_empty() || spec.kind == "ExternalName" {
        return None;
    }
    let slices: Vec<&EndpointSlice> =
        cluster.owned_by(&meta.uid).filter_map(EndpointSlice::of).map(|slice| &**slice).collect();
    let subsets: Vec<Value> = slices.iter().filter_map(|slice| subset(service, slice)).collect();
    let mut labels = meta.labels.clone();
    labels.insert(MANAGED_BY.to_owned(), "endpoint-controller".to_owned());
    if service.is_headless() {
        labels.insert("service.kubernetes.io/headless".to_owned(), String::new());
    }
    let labels = labels.iter().map(|(key, value)| (key.clone(), json!(value)));
    let mut value = json!({
        "metadata": {
            "name": meta.name,
            "namespace": meta.namespace,
            "uid": uid_of(&meta.uid),
            "labels": order::object(labels),
        },
    });
    if let Some(created) = meta.creation_timestamp {
        value["metadata"]["creationTimestamp"] = json!(created.to_string());
    }
    let versions = slices.iter().filter_map(|slice| slice.metadata.resource_version.parse().ok());
    let version: u64 = versions.max().or_else(|| meta.resource_version.parse().ok())?;
    value["metadata"]["resourceVersion"] = json!(version.to_string());
    let times = slices.iter().filter_map(|slice| slice.metadata.annotations.get(TRIGGER_TIME));
    if let Some(time) = times.max() {
        value["metadata"]["annotations"] = json!({TRIGGER_TIME: time});
    }
    if !subsets.is_empty() {
        value["subsets"] = Value::Array(subsets);
    }
    Object::decode(Kind::Endpoints, value).ok()
}

/// An identity that depends on the Service's.
fn uid_of(service: &str) -> String {
    let digits = random::hex_of(service, 32);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}

/// The endpoints of a slice: those that are going are left out unless the Service publishes what
/// is not ready.
fn subset(service: &Service, slice: &EndpointSlice) -> Option<Value> {
    let published = service.spec.publish_not_ready_addresses;
    let kept = |endpoint: &&Endpoint| published || endpoint.conditions.terminating != Some(true);
    let is_ready = |endpoint: &Endpoint| endpoint.conditions.ready != Some(false);
    let endpoints = || slice.endpoints.iter().map(|endpoint| &**endpoint).filter(kept);
    let listed = |ready: bool| -> Vec<Value> {
        let mut chosen: Vec<&Endpoint> =
            endpoints().filter(|endpoint| is_ready(endpoint) == ready).collect();
        order::sort_by_key(&mut chosen, |endpoint| endpoint.addresses.clone());
        chosen.into_iter().map(address).collect()
    };
    let (ready, not_ready) = (listed(true), listed(false));
    if ready.is_empty() && not_ready.is_empty() {
        return None;
    }
    let mut value = json!({});
    let ports = slice.ports.iter().map(|port| {
        let mut value = json!({"port": port.port, "protocol": port.protocol});
        if let Some(name) = port.name.as_ref().filter(|name| !name.is_empty()) {
            value["name"] = json!(name);
        }
        value
    });
    let lists = [
        ("addresses", ready),
        ("notReadyAddresses", not_ready),
        ("ports", ports.collect::<Vec<Value>>()),
    ];
    for (name, list) in lists {
        if !list.is_empty() {
            value[name] = Value::Array(list);
        }
    }
    Some(value)
}

fn address(endpoint: &Endpoint) -> Value {
    let mut value = json!({"ip": endpoint.addresses.first()});
    if let Some(hostname) = &endpoint.hostname {
        value["hostname"] = json!(hostname);
    }
    if let Some(node) = &endpoint.node_name {
        value["nodeName"] = json!(node);
    }
    if let Some(target) = &endpoint.target_ref {
        value["targetRef"] = json!({
            "kind": target.kind,
            "name": target.name,
            "namespace": target.namespace,
            "uid": target.uid,
        });
    }
    value
}
