//! What a name of the zone stands for.

use crate::api::config::Namespace;
use crate::api::service::{EndpointSlice, Service, ServicePort};
use crate::sim::cluster::Cluster;

use super::ZONE;

/// What a name in the zone asks for, before the type is looked at.
pub(super) enum Found {
    /// There is no such name.
    Nothing,
    /// Names and what they stand for; none when the name is only a part of others.
    Targets(Vec<Target>),
}

/// One thing that a name stands for.
pub(super) struct Target {
    /// The name under which it is one of several.
    pub(super) name: String,
    pub(super) host: Host,
    pub(super) port: Option<i32>,
}

pub(super) enum Host {
    Address(String),
    Name(String),
}

/// The part of the name before the zone; `None` outside of it.
pub(super) fn inside_zone(name: &str) -> Option<&str> {
    let inside = name.strip_suffix(ZONE)?;
    if inside.is_empty() { Some(inside) } else { inside.strip_suffix('.') }
}

/// What the name within the zone stands for.
pub(super) fn find(cluster: &Cluster, inside: &str) -> Found {
    let labels: Vec<&str> = inside.split('.').filter(|label| !label.is_empty()).rev().collect();
    let nothing_more = Found::Targets(Vec::new());
    let exists = |namespace: &str| cluster.get::<Namespace>("", namespace).is_some();
    match labels.as_slice() {
        ["svc" | "pod", namespace, ..] if !exists(namespace) => Found::Nothing,
        [] | ["svc" | "pod"] | ["svc" | "pod", _] => nothing_more,
        ["pod", namespace, pod] => find_pod(namespace, pod),
        ["svc", namespace, service, rest @ ..] => {
            let Some(service) = cluster.get::<Service>(namespace, service) else {
                return Found::Nothing;
            };
            let wanted = match rest {
                [] => Wanted::default(),
                [endpoint] => Wanted { endpoint: Some(endpoint), ..Wanted::default() },
                [protocol, port] => Wanted {
                    port: Some(port.trim_start_matches('_')),
                    protocol: Some(protocol.trim_start_matches('_')),
                    ..Wanted::default()
                },
                _ => return Found::Nothing,
            };
            find_service(cluster, service, &wanted)
        }
        _ => Found::Nothing,
    }
}

/// What the name says besides the Service.
#[derive(Default)]
struct Wanted<'a> {
    endpoint: Option<&'a str>,
    port: Option<&'a str>,
    protocol: Option<&'a str>,
}

impl Wanted<'_> {
    fn is_port(&self, name: &str, protocol: &str) -> bool {
        self.port.is_none_or(|wanted| wanted.eq_ignore_ascii_case(name))
            && self.protocol.is_none_or(|wanted| wanted.eq_ignore_ascii_case(protocol))
    }
}

/// `10-244-1-7.default.pod.cluster.local`: whatever address the name says.
fn find_pod(namespace: &str, pod: &str) -> Found {
    let dots = pod.matches('-').count() == 3 && !pod.contains("--");
    let text = pod.replace('-', if dots { "." } else { ":" });
    if !is_address(&text) {
        return Found::Nothing;
    }
    let name = format!("{pod}.{namespace}.pod.{ZONE}");
    Found::Targets(vec![Target { name, host: Host::Address(text), port: None }])
}

fn find_service(cluster: &Cluster, service: &Service, wanted: &Wanted<'_>) -> Found {
    let domain = domain_of(service);
    let targets = if service.spec.kind == "ExternalName" {
        let plain = wanted.endpoint.is_none() && wanted.port.is_none();
        let host = Host::Name(service.spec.external_name.trim_end_matches('.').to_owned());
        let target = Target { name: domain, host, port: None };
        plain.then_some(target).into_iter().collect()
    } else if service.is_headless() || wanted.endpoint.is_some() {
        endpoints(cluster, service, wanted)
    } else {
        cluster_addresses(service, wanted)
    };
    if targets.is_empty() { Found::Nothing } else { Found::Targets(targets) }
}

pub(super) fn domain_of(service: &Service) -> String {
    let meta = &service.metadata;
    format!("{}.{}.svc.{ZONE}", meta.name, meta.namespace)
}

/// The addresses of a Service with addresses of its own, ready endpoints or not.
fn cluster_addresses(service: &Service, wanted: &Wanted<'_>) -> Vec<Target> {
    let ports = service.spec.ports.iter();
    let ports = ports.filter(|port: &&ServicePort| wanted.is_port(&port.name, &port.protocol));
    let addresses = || service.spec.cluster_ips.iter().filter(|ip| is_address(ip)).cloned();
    let target = |port: &ServicePort, address: String| Target {
        name: domain_of(service),
        host: Host::Address(address),
        port: Some(port.port),
    };
    ports.flat_map(|port| addresses().map(move |address| target(port, address))).collect()
}

/// The ready endpoints of a Service, each for every port that is wanted.
fn endpoints(cluster: &Cluster, service: &Service, wanted: &Wanted<'_>) -> Vec<Target> {
    let mut targets = Vec::new();
    for slice in slices_of(cluster, service) {
        // Without ports there are addresses all the same, but no services.
        let mut ports: Vec<Option<i32>> = slice
            .ports
            .iter()
            .filter(|port| {
                let name = port.name.as_deref().unwrap_or_default();
                wanted.is_port(name, port.protocol.as_deref().unwrap_or_default())
            })
            .map(|port| port.port)
            .collect();
        if slice.ports.is_empty() && wanted.port.is_none() {
            ports.push(None);
        }
        for endpoint in slice.endpoints.iter().filter(|one| one.conditions.ready != Some(false)) {
            for address in endpoint.addresses.iter().filter(|ip| is_address(ip)) {
                let label = label_of(endpoint.hostname.as_deref(), address);
                if wanted.endpoint.is_some_and(|one| !one.eq_ignore_ascii_case(&label)) {
                    continue;
                }
                targets.extend(ports.iter().map(|port| Target {
                    name: format!("{label}.{}", domain_of(service)),
                    host: Host::Address(address.clone()),
                    port: *port,
                }));
            }
        }
    }
    targets
}

pub(super) fn slices_of<'a>(
    cluster: &'a Cluster,
    service: &'a Service,
) -> impl Iterator<Item = &'a EndpointSlice> {
    let meta = &service.metadata;
    cluster.list_in::<EndpointSlice>(&meta.namespace).map(|slice| &**slice).filter(move |slice| {
        slice.metadata.labels.get("kubernetes.io/service-name") == Some(&meta.name)
    })
}

/// The name of an endpoint: its host name, or its address with dashes.
fn label_of(hostname: Option<&str>, address: &str) -> String {
    match hostname.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => address.replace(['.', ':'], "-"),
    }
}

/// Whether a text is an address.
pub(super) fn is_address(text: &str) -> bool {
    if text.contains(':') {
        let is_part = |part: &str| part.len() <= 4 && part.bytes().all(|b| b.is_ascii_hexdigit());
        return text.split(':').count() <= 8 && text.split(':').all(is_part);
    }
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.parse::<u8>().is_ok())
}
