//! `create service` (`create_service.go`).

use serde_json::{Value, json};

use crate::api::kind::Kind;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, number, value};
use super::super::super::session::Session;
use super::super::{Verb, show_group};
use super::generator::{Generated, flags, generate, list, name};

pub(super) const SERVICE: Verb = Verb { name: "service", flags: &[], run: show_group };

pub(super) const BELOW: &[&Verb] = &[&CLUSTER_IP, &NODE_PORT, &LOAD_BALANCER, &EXTERNAL_NAME];

const CLUSTER_IP: Verb = Verb {
    name: "clusterip",
    flags: flags![value("tcp", '\0'), value("clusterip", '\0')],
    run: |session, arguments| service(session, arguments, "ClusterIP"),
};

const NODE_PORT: Verb = Verb {
    name: "nodeport",
    flags: flags![value("tcp", '\0'), number("node-port", '\0')],
    run: |session, arguments| service(session, arguments, "NodePort"),
};

const LOAD_BALANCER: Verb = Verb {
    name: "loadbalancer",
    flags: flags![value("tcp", '\0')],
    run: |session, arguments| service(session, arguments, "LoadBalancer"),
};

const EXTERNAL_NAME: Verb = Verb {
    name: "externalname",
    flags: flags![value("tcp", '\0'), value("external-name", '\0')],
    run: |session, arguments| service(session, arguments, "ExternalName"),
};

fn service(session: &mut Session<'_>, arguments: &Arguments, kind: &str) -> Result<(), Failure> {
    let external = kind == "ExternalName";
    if external && arguments.get("external-name").is_none() {
        return Err(super::generator::required_flags(&["external-name"]));
    }
    let name = name(session, arguments)?;
    let headless = arguments.get("clusterip") == Some("None");
    let pairs = list(arguments, "tcp");
    if pairs.is_empty() && !headless && !external {
        return Err(Failure::message("at least one tcp port specifier must be provided"));
    }
    let node_port = arguments.number(&session.path, "node-port")?.filter(|port| *port != 0);
    let mut ports = Vec::new();
    for pair in &pairs {
        let mut port = port(pair)?;
        if let Some(node_port) = node_port {
            port["nodePort"] = node_port.into();
        }
        ports.push(port);
    }
    let labels = json!({"app": name});
    let mut spec = json!({"selector": labels, "type": kind});
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    if let Some(ip) = arguments.get("clusterip").filter(|ip| !ip.is_empty()) {
        spec["clusterIP"] = ip.into();
    }
    if let Some(host) = arguments.get("external-name") {
        spec["externalName"] = host.into();
    }
    let body = json!({"metadata": {"labels": labels}, "spec": spec});
    let blank = json!({"status": {"loadBalancer": {}}});
    let refusal = match kind {
        "ClusterIP" => "failed to create ClusterIP service: ",
        "NodePort" => "failed to create NodePort service: ",
        "LoadBalancer" => "failed to create LoadBalancer service: ",
        _ => "failed to create ExternalName service: ",
    };
    generate(session, arguments, Generated { kind: Kind::Service, name, body, blank, refusal })
}

/// A port of `80` or `80:8080` (`parsePorts`).
fn port(pair: &str) -> Result<Value, Failure> {
    let (port, target) = pair.split_once(':').unwrap_or((pair, ""));
    let read = |text: &str| {
        text.parse::<u16>().map_err(|_| {
            let is_number = text.parse::<i64>().is_ok();
            let why = if is_number { "value out of range" } else { "invalid syntax" };
            Failure::message(format!("strconv.ParseInt: parsing \"{text}\": {why}"))
        })
    };
    let number = read(port)?;
    let target = match target {
        "" => json!(number),
        text => text.parse::<u16>().map_or_else(|_| json!(text), |number| json!(number)),
    };
    Ok(json!({
        "name": pair.replace(':', "-"), "port": number, "protocol": "TCP", "targetPort": target,
    }))
}
