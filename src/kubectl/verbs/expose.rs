//! `kubectl expose` (`pkg/cmd/expose/expose.go`, `polymorphichelpers`).

use serde_json::{Map, Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input;
use super::super::names::{Asked, Space, asked, keys};
use super::super::selector::Selector;
use super::super::session::Session;
use super::apply::DRY_RUN;
use super::create::generator::{Generated, generate_as};
use super::run::{overridden, pairs};
use super::{FILENAME, KUSTOMIZE, NOTHING_NAMED, OUTPUT, RECURSIVE, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "expose", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    KUSTOMIZE,
    RECURSIVE,
    OUTPUT,
    TEMPLATE,
    DRY_RUN,
    value("protocol", '\0'),
    value("port", '\0'),
    value("type", '\0'),
    value("load-balancer-ip", '\0'),
    value("selector", '\0'),
    value("labels", 'l'),
    value("target-port", '\0'),
    value("external-ip", '\0'),
    value("name", '\0'),
    value("session-affinity", '\0'),
    value("cluster-ip", '\0'),
    value("overrides", '\0'),
    value("override-type", '\0'),
    value("field-manager", '\0'),
    truth("save-config", '\0'),
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let targets = targets(session, arguments)?;
    for key in targets {
        let done = expose(session, arguments, &key);
        session.note(done);
    }
    Ok(())
}

fn targets(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<ObjectKey>, Failure> {
    if input::has_files(arguments) {
        let items = input::read(session, arguments)?;
        return Ok(items.into_iter().map(|item| item.key).collect());
    }
    let Some(wanted) = asked(&arguments.words)? else {
        return Err(Failure::message(NOTHING_NAMED));
    };
    if matches!(wanted, Asked::Types(_)) {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let space = Space::One(&session.namespace);
    Ok(keys(session, &wanted, space, &Selector::default()))
}

fn expose(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
) -> Result<(), Failure> {
    let object = session.get(key)?.to_value();
    let exposable = matches!(
        key.kind,
        Kind::Pod
            | Kind::Service
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::ReplicationController
    );
    if !exposable {
        let group = key.kind.group();
        let dot = if group.is_empty() { "" } else { "." };
        let text = format!("cannot expose a {}{dot}{group}", key.kind.info().name);
        return Err(Failure::message(text));
    }
    let selector = match arguments.get("selector").filter(|text| !text.is_empty()) {
        Some(text) => pairs(text)?,
        None => selector(key.kind, &object).map_err(|why| {
            Failure::message(format!(
                "couldn't retrieve selectors via --selector flag or introspection: {why}"
            ))
        })?,
    };
    let headless = arguments.get("cluster-ip") == Some("None");
    let found = ports(key.kind, &object);
    let wanted: Vec<String> = match arguments.get("port").filter(|port| !port.is_empty()) {
        Some(port) => port.split(',').map(str::to_owned).collect(),
        None => found.iter().map(|(port, _)| port.to_string()).collect(),
    };
    if wanted.is_empty() && !headless {
        return Err(Failure::message("couldn't find port via --port flag or introspection"));
    }
    let mut spec = json!({"selector": selector});
    let list = service_ports(arguments, &wanted, &found)?;
    if !list.is_empty() {
        spec["ports"] = list.into();
    }
    for (flag, field) in [
        ("type", "type"),
        ("load-balancer-ip", "loadBalancerIP"),
        ("session-affinity", "sessionAffinity"),
        ("cluster-ip", "clusterIP"),
    ] {
        if let Some(text) = arguments.get(flag).filter(|text| !text.is_empty()) {
            spec[field] = text.into();
        }
    }
    if let Some(ip) = arguments.get("external-ip").filter(|ip| !ip.is_empty()) {
        spec["externalIPs"] = json!([ip]);
    }
    let labels = match arguments.get("labels").filter(|text| !text.is_empty()) {
        Some(text) => pairs(text)?,
        None => object["metadata"]["labels"].as_object().cloned().unwrap_or_default(),
    };
    let mut meta = json!({});
    if !labels.is_empty() {
        meta["labels"] = labels.into();
    }
    let own: String = key.name.chars().take(63).collect();
    let name = arguments.get("name").filter(|name| !name.is_empty()).unwrap_or(&own);
    let body = overridden(arguments, json!({"metadata": meta, "spec": spec}))?;
    let blank = json!({"status": {"loadBalancer": {}}});
    let made = Generated { kind: Kind::Service, name, body, blank, refusal: "" };
    generate_as(session, arguments, made, "exposed")
}

/// The Service's ports, named if there are several.
fn service_ports(
    arguments: &Arguments,
    wanted: &[String],
    found: &[(i64, String)],
) -> Result<Vec<Value>, Failure> {
    let mut list: Vec<Value> = Vec::new();
    for (index, port) in wanted.iter().enumerate() {
        let number: i64 = port.parse().map_err(|_| {
            let text = format!("strconv.Atoi: parsing \"{port}\": invalid syntax");
            Failure::message(text)
        })?;
        let protocol = arguments.get("protocol").filter(|one| !one.is_empty());
        let own =
            found.iter().find(|(own, _)| *own == number).map(|(_, protocol)| protocol.as_str());
        let mut entry = json!({"port": number, "protocol": protocol.or(own).unwrap_or("TCP")});
        entry["targetPort"] = match arguments.get("target-port").filter(|one| !one.is_empty()) {
            Some(target) => {
                target.parse::<i64>().map_or_else(|_| json!(target), |port| json!(port))
            }
            None => number.into(),
        };
        if wanted.len() > 1 {
            entry["name"] = format!("port-{}", index + 1).into();
        }
        list.push(entry);
    }
    Ok(list)
}

/// The labels by which the Pods behind an object are found.
fn selector(kind: Kind, object: &Value) -> Result<Map<String, Value>, &'static str> {
    let at = |path: &str| object.pointer(path).and_then(Value::as_object).cloned();
    match kind {
        Kind::Pod => at("/metadata/labels")
            .filter(|map| !map.is_empty())
            .ok_or("the pod has no labels and cannot be exposed"),
        Kind::Service => at("/spec/selector")
            .filter(|map| !map.is_empty())
            .ok_or("the service has no pod selector set"),
        Kind::ReplicationController => Ok(at("/spec/selector").unwrap_or_default()),
        _ if object.pointer("/spec/selector/matchExpressions").is_some() => {
            Err("couldn't convert expressions to map-based selector format")
        }
        _ => Ok(at("/spec/selector/matchLabels").unwrap_or_default()),
    }
}

/// The ports of an object with their protocols.
fn ports(kind: Kind, object: &Value) -> Vec<(i64, String)> {
    let list = |path: &str| object.pointer(path).and_then(Value::as_array).cloned();
    let containers = match kind {
        Kind::Service => {
            return read_ports(list("/spec/ports").as_deref().unwrap_or_default(), "port");
        }
        Kind::Pod => list("/spec/containers"),
        _ => list("/spec/template/spec/containers"),
    };
    let containers = containers.unwrap_or_default();
    let own = |one: &Value| one["ports"].as_array().cloned().unwrap_or_default();
    let all: Vec<Value> = containers.iter().flat_map(own).collect();
    read_ports(&all, "containerPort")
}

fn read_ports(list: &[Value], field: &str) -> Vec<(i64, String)> {
    let port = |one: &Value| {
        let protocol = one["protocol"].as_str().unwrap_or("TCP");
        Some((one[field].as_i64()?, protocol.to_owned()))
    };
    list.iter().filter_map(port).collect()
}
