//! `kubectl describe service` (`describeService`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::service::{EndpointSlice, Service, ServicePort};

use super::super::jsonpath::plain;
use super::super::tables::{Sight, pairs};
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Service, write, events: true };

const SERVICE_NAME: &str = "kubernetes.io/service-name";

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(service) = Service::of(object) else { return };
    let (meta, spec) = (&service.metadata, &service.spec);
    page.line(0, "Name", &meta.name);
    page.line(0, "Namespace", &meta.namespace);
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "Selector", pairs(&spec.selector));
    page.line(0, "Type", &spec.kind);
    if let Some(policy) = &spec.ip_family_policy {
        page.line(0, "IP Family Policy", policy);
    }
    if !spec.ip_families.is_empty() {
        page.line(0, "IP Families", spec.ip_families.join(","));
    }
    page.line(0, "IP", &spec.cluster_ip);
    match spec.cluster_ips.as_slice() {
        [] => page.line(0, "IPs", "<none>"),
        list => page.line(0, "IPs", list.join(",")),
    }
    if !spec.external_name.is_empty() {
        page.line(0, "External Name", &spec.external_name);
    }
    for port in &spec.ports {
        write_port(service, port, sight, page);
    }
    page.line(0, "Session Affinity", &spec.session_affinity);
    if let Some(policy) = spec.other.get("externalTrafficPolicy") {
        page.line(0, "External Traffic Policy", plain(policy));
    }
    if let Some(policy) = &spec.internal_traffic_policy {
        page.line(0, "Internal Traffic Policy", policy);
    }
}

fn write_port(service: &Service, port: &ServicePort, sight: Sight<'_>, page: &mut Page) {
    let name = if port.name.is_empty() { "<unset>" } else { &port.name };
    // The name stands in a column of its own.
    page.line(0, "Port", format!("{name}\t{}/{}", port.port, port.protocol));
    let target = port.target_port.as_ref().map_or_else(|| port.port.to_string(), plain);
    page.line(0, "TargetPort", format!("{target}/{}", port.protocol));
    if port.node_port != 0 {
        page.line(0, "NodePort", format!("{name}\t{}/{}", port.node_port, port.protocol));
    }
    page.line(0, "Endpoints", endpoints(service, port, sight));
}

fn endpoints(service: &Service, port: &ServicePort, sight: Sight<'_>) -> String {
    let meta = &service.metadata;
    let of_service = |slice: &&std::rc::Rc<EndpointSlice>| {
        slice.metadata.labels.get(SERVICE_NAME) == Some(&meta.name)
    };
    let mut slices =
        sight.cluster.list_in::<EndpointSlice>(&meta.namespace).filter(of_service).peekable();
    if slices.peek().is_none() {
        return "<none>".to_owned();
    }
    let mut list = Vec::new();
    for slice in slices {
        let named = |one: &&crate::api::service::EndpointPort| {
            one.name.as_deref().unwrap_or_default() == port.name
        };
        let Some(number) = slice.ports.iter().find(named).and_then(|one| one.port) else {
            continue;
        };
        let ready = slice.endpoints.iter().filter(|one| one.conditions.ready != Some(false));
        let addresses = ready.flat_map(|one| one.addresses.iter());
        list.extend(addresses.map(|address| format!("{address}:{number}")));
    }
    match list.len() {
        0..=3 => list.join(","),
        more => format!("{} + {} more...", list[..3].join(","), more - 3),
    }
}
