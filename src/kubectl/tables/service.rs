//! `kubectl get service` (`printService`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::service::{Service, ServicePort};

use super::{Column, Sight, Table, age_of, or_none, pairs, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::Service, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("TYPE"),
    shown("CLUSTER-IP"),
    shown("EXTERNAL-IP"),
    shown("PORT(S)"),
    shown("AGE"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(service) = Service::of(object) else { return Vec::new() };
    let spec = &service.spec;
    let external = match spec.kind.as_str() {
        "ExternalName" => spec.external_name.as_str(),
        "LoadBalancer" => "<pending>",
        _ => "<none>",
    };
    let ports: Vec<String> = spec.ports.iter().map(port).collect();
    vec![
        service.metadata.name.clone(),
        spec.kind.clone(),
        or_none(&spec.cluster_ip),
        external.to_owned(),
        or_none(&ports.join(",")),
        age_of(object, sight),
        pairs(&spec.selector),
    ]
}

fn port(port: &ServicePort) -> String {
    match port.node_port {
        0 => format!("{}/{}", port.port, port.protocol),
        node => format!("{}:{node}/{}", port.port, port.protocol),
    }
}
