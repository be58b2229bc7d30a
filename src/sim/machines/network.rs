//! Who answers at which address: names, Services, Pods and the servers in them.

use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::Pod;
use crate::api::service::{EndpointSlice, Service};
use crate::machine::images::ImageRef;
use crate::machine::shell::host::Answer;
use crate::sim::cluster::Cluster;
use crate::sim::runtime::ContainerRuntime;

use super::container::{self, hostname};
use super::host::{Machine, Place};
use super::servers;

/// Where cluster names end.
const DOMAIN: &str = "svc.cluster.local";

/// The addresses of a name as a machine at that place finds them.
pub fn resolve(cluster: &Cluster, place: &Place, name: &str) -> Vec<String> {
    let name = name.trim_end_matches('.');
    if name == "localhost" {
        return vec!["127.0.0.1".to_owned()];
    }
    let Place::Container(key, _) = place else { return node_named(cluster, name) };
    let own = cluster.at::<Pod>(key);
    let node = cluster.runtime(key).map(|runtime| runtime.node.to_string()).unwrap_or_default();
    if own.is_some_and(|pod| hostname(pod, &node) == name) {
        return vec![own_address(cluster, place)];
    }
    // The recordings' cluster has no server for names.
    if cluster.profile.name == "lab" {
        return Vec::new();
    }
    let namespace = &*key.namespace;
    let short = name.strip_suffix(&format!(".{DOMAIN}")).or_else(|| name.strip_suffix(".svc"));
    let labels: Vec<&str> = short.unwrap_or(name).split('.').collect();
    match labels.as_slice() {
        [service] => of_service(cluster, namespace, service, None),
        [one, two] => {
            let as_service = of_service(cluster, two, one, None);
            if !as_service.is_empty() {
                return as_service;
            }
            of_service(cluster, namespace, two, Some(one))
        }
        [host, service, namespace] => of_service(cluster, namespace, service, Some(host)),
        _ => Vec::new(),
    }
}

fn node_named(cluster: &Cluster, name: &str) -> Vec<String> {
    let node = cluster.get::<crate::api::node::Node>("", name);
    node.map(|node| node.internal_ip().to_owned()).into_iter().collect()
}

/// The address of a Service, or those of its Pods when it has none of its own.
fn of_service(cluster: &Cluster, namespace: &str, name: &str, host: Option<&str>) -> Vec<String> {
    let Some(service) = cluster.get::<Service>(namespace, name) else { return Vec::new() };
    let ip = service.spec.cluster_ip.as_str();
    if host.is_none() && !matches!(ip, "" | "None") {
        return vec![ip.to_owned()];
    }
    endpoints(cluster, namespace, name)
        .filter(|(_, of)| host.is_none_or(|host| of.as_deref() == Some(host)))
        .map(|(address, _)| address)
        .collect()
}

/// The ready addresses behind a Service, with their host names.
fn endpoints<'a>(
    cluster: &'a Cluster,
    namespace: &'a str,
    service: &'a str,
) -> impl Iterator<Item = (String, Option<String>)> + 'a {
    let slices = cluster.list_in::<EndpointSlice>(namespace);
    let own = slices.filter(move |slice| {
        let of = slice.metadata.labels.get("kubernetes.io/service-name");
        of.is_some_and(|of| of == service)
    });
    own.flat_map(|slice| slice.endpoints.iter()).filter_map(|endpoint| {
        let ready = endpoint.conditions.ready != Some(false);
        let address = endpoint.addresses.first().filter(|_| ready)?;
        Some((address.clone(), endpoint.hostname.clone()))
    })
}

/// The machine's own address.
pub fn own_address(cluster: &Cluster, place: &Place) -> String {
    match place {
        Place::Node(name) => node_named(cluster, name).pop().unwrap_or_default(),
        Place::Container(key, _) => {
            let sandbox = cluster.runtime(key).and_then(|runtime| runtime.sandbox.as_ref());
            sandbox.map(|sandbox| sandbox.ip.clone()).unwrap_or_default()
        }
    }
}

/// Asks whoever listens at an address for a path.
pub fn ask(machine: &mut Machine<'_>, address: &str, port: u16, host: &str, path: &str) -> Answer {
    let cluster = machine.cluster;
    let local = matches!(address, "127.0.0.1" | "::1");
    let address = if local { own_address(cluster, machine.place()) } else { address.to_owned() };
    if let Some((address, port)) = behind_service(cluster, &address, port) {
        return match address {
            Some(address) => ask_pod(machine, &address, port, host, path),
            None => Answer::Refused,
        };
    }
    ask_pod(machine, &address, port, host, path)
}

/// The Pod and port to which a Service's address leads; `None` inside when it has no Pod.
fn behind_service(cluster: &Cluster, ip: &str, port: u16) -> Option<(Option<String>, u16)> {
    let service = cluster.list::<Service>().find(|service| service.spec.cluster_ip == ip)?;
    if cluster.profile.name == "lab" {
        return None;
    }
    let ports = &service.spec.ports;
    let own = ports.iter().find(|own| u16::try_from(own.port) == Ok(port))?;
    let meta = &service.metadata;
    let address = endpoints(cluster, &meta.namespace, &meta.name).next().map(|(ip, _)| ip);
    let pod = address.as_deref().and_then(|ip| pod_at(cluster, ip));
    let target = own.target_port.as_ref();
    let by_name = || {
        let name = target.and_then(|target| target.as_str())?;
        let pod = cluster.at::<Pod>(&pod?)?;
        let mut ports = pod.spec.containers.iter().flat_map(|container| &container.ports);
        ports.find(|port| port.name == name).map(|port| i64::from(port.container_port))
    };
    let number = target.and_then(serde_json::Value::as_i64).filter(|port| *port > 0);
    let number = number.or_else(by_name).unwrap_or(i64::from(own.port));
    Some((address, u16::try_from(number).unwrap_or(port)))
}

/// The Pod that has this address now.
fn pod_at(cluster: &Cluster, ip: &str) -> Option<ObjectKey> {
    let has = |sandbox: &crate::sim::runtime::Sandbox| sandbox.ready && sandbox.ip == ip;
    let mut runtimes = cluster.runtimes();
    runtimes
        .find(|(_, runtime)| runtime.sandbox.as_ref().is_some_and(has))
        .map(|(key, _)| key.clone())
}

fn ask_pod(machine: &mut Machine<'_>, ip: &str, port: u16, host: &str, path: &str) -> Answer {
    let cluster = machine.cluster;
    let Some(key) = pod_at(cluster, ip) else {
        let is_node = cluster.list::<crate::api::node::Node>().any(|node| node.internal_ip() == ip);
        return if is_node { Answer::Refused } else { Answer::Silent };
    };
    let (Some(pod), Some(runtime)) = (cluster.at::<Pod>(&key), cluster.runtime(&key)) else {
        return Answer::Silent;
    };
    let listening = pod.spec.containers.iter().find(|container| {
        let known = runtime.containers.get(&container.name);
        known.is_some_and(|known| listens(cluster, known, &container.image, port))
    });
    let Some(container) = listening else { return Answer::Refused };
    let opened = container::open(cluster, &mut machine.disks, &pod.key(), &container.name);
    let Some(mut inside) = opened else { return Answer::Refused };
    let (name, now) = (inside.hostname.clone(), machine.now);
    let mut view = inside.view(&mut machine.disks, now);
    let repository = ImageRef::parse(&container.image).map(|image| image.familiar());
    servers::answer(&mut view, &repository.unwrap_or_default(), &name, host, path)
}

/// Whether the server of the image runs in the container and listens on that port.
fn listens(cluster: &Cluster, known: &ContainerRuntime, image: &str, port: u16) -> bool {
    if !known.is_running() || !known.serves {
        return false;
    }
    let reference = ImageRef::parse(image).ok();
    let found = reference.and_then(|image| cluster.profile.registry.find(&image).ok());
    let ports = found.and_then(|image| image.ports);
    ports.is_none_or(|ports| ports.contains(&i64::from(port)))
}
