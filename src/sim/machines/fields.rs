//! The Pod's own fields and its containers' resources as texts.
//!
//! Models `pkg/fieldpath/fieldpath.go` `ExtractFieldPathAsString` and
//! `pkg/api/v1/resource/helpers.go` `ExtractContainerResourceValue`.

use crate::api::container::Container;
use crate::api::meta::StringMap;
use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;
use crate::api::volume::ResourceFieldSelector;
use crate::sim::cluster::Cluster;

/// The text of a field, or why there is none.
pub fn field(cluster: &Cluster, pod: &Pod, path: &str) -> Result<String, String> {
    let meta = &pod.metadata;
    if let Some((map, key)) = subscript(path) {
        let map = match map {
            "metadata.labels" => &meta.labels,
            "metadata.annotations" => &meta.annotations,
            _ => return Err(format!("fieldPath \"{path}\" does not support subscript")),
        };
        return Ok(map.get(key).cloned().unwrap_or_default());
    }
    let runtime = cluster.runtime(&crate::api::object::Resource::key(pod));
    let sandbox = runtime.and_then(|runtime| runtime.sandbox.as_ref());
    let ip = || sandbox.map_or_else(|| pod.status.pod_ip.clone(), |sandbox| sandbox.ip.clone());
    let host = || {
        let node = cluster.get::<Node>("", &pod.spec.node_name);
        node.map_or_else(String::new, |node| node.internal_ip().to_owned())
    };
    Ok(match path {
        "metadata.name" => meta.name.clone(),
        "metadata.namespace" => meta.namespace.clone(),
        "metadata.uid" => meta.uid.clone(),
        "metadata.labels" => lines(&meta.labels),
        "metadata.annotations" => {
            let mut all = meta.annotations.clone();
            let seen = meta.creation_timestamp.map_or_else(String::new, |time| time.to_string());
            all.insert("kubernetes.io/config.seen".to_owned(), seen);
            all.insert("kubernetes.io/config.source".to_owned(), "api".to_owned());
            lines(&all)
        }
        "spec.nodeName" => pod.spec.node_name.clone(),
        "spec.serviceAccountName" => pod.spec.service_account_name.clone(),
        "status.hostIP" | "status.hostIPs" => host(),
        "status.podIP" | "status.podIPs" => ip(),
        _ => return Err(format!("unsupported fieldPath: {path}")),
    })
}

/// The text of a resource of a container: the named one, or the one that asks.
pub fn resource(
    cluster: &Cluster,
    pod: &Pod,
    asking: Option<&Container>,
    selector: &ResourceFieldSelector,
) -> Result<String, String> {
    let mut all = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let name = &selector.container_name;
    let container = match asking.filter(|_| name.is_empty()) {
        Some(own) => own,
        None => all
            .find(|container| container.name == *name)
            .ok_or_else(|| format!("container {name} not found"))?,
    };
    let (list, resource) = selector.resource.split_once('.').unwrap_or(("", ""));
    let resources = &container.resources;
    let own = match list {
        "limits" => resources.limits.get(resource),
        "requests" => resources.requests.get(resource),
        _ => return Err(format!("unsupported container resource : {}", selector.resource)),
    };
    let node = cluster.get::<Node>("", &pod.spec.node_name);
    let of_node = node.and_then(|node| node.status.allocatable.get(resource)).copied();
    let own = own.copied();
    let amount = if list == "limits" { own.or(of_node) } else { own };
    let amount = amount.unwrap_or_default();
    let milli = |quantity: Quantity| quantity.milli_value().max(0);
    let divisor = selector.divisor.map(milli).filter(|divisor| *divisor > 0).unwrap_or(1000);
    let amount = milli(amount);
    Ok(((amount + divisor - 1) / divisor).to_string())
}

/// `metadata.labels['key']` in its parts.
fn subscript(path: &str) -> Option<(&str, &str)> {
    let (map, rest) = path.split_once("['")?;
    Some((map, rest.strip_suffix("']")?))
}

/// Sorted lines `key="value"`, without a line end at the end.
fn lines(map: &StringMap) -> String {
    let lines: Vec<String> = map.iter().map(|(key, value)| format!("{key}={value:?}")).collect();
    lines.join("\n")
}
