//! The grammar of `--field-selector`, and the few fields that it knows
//! (`apimachinery/pkg/fields`, `pkg/apis/*/v1/conversion.go`, `pkg/registry/*/strategy.go`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::sim::event_log::EventRecord;

use super::super::names::Type;

/// A field, whether it shall be equal, and to what.
pub(super) type Term = (String, bool, String);

const EVERY: [&str; 2] = ["metadata.name", "metadata.namespace"];

/// The fields that a kind knows beside its name and namespace; nothing for kinds that have no
/// list of their own.
fn known(one: Type) -> Option<&'static [&'static str]> {
    let Type::Kind(kind) = one else {
        return Some(&[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ]);
    };
    match kind {
        Kind::Pod => Some(&[
            "spec.nodeName",
            "spec.host",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ]),
        Kind::Node => Some(&["spec.unschedulable"]),
        Kind::Namespace => Some(&["status.phase"]),
        Kind::Secret => Some(&["type"]),
        Kind::Service => Some(&["spec.clusterIP", "spec.type"]),
        Kind::Job => Some(&["status.successful"]),
        Kind::ReplicationController => Some(&["status.replicas"]),
        _ => None,
    }
}

/// Reads a selector for a type; the error is the API server's.
pub(super) fn parse(text: &str, one: Option<Type>) -> Result<Vec<Term>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let mut terms = Vec::new();
    for part in text.split(',').filter(|part| !part.is_empty()) {
        let found = ["!=", "==", "="].iter().find_map(|mark| {
            let (path, value) = part.split_once(mark)?;
            Some((path.to_owned(), *mark != "!=", value.to_owned()))
        });
        let Some(term) = found else {
            return Err(format!("invalid selector: '{text}'; can't understand '{part}'"));
        };
        terms.push(term);
    }
    let Some(one) = one else { return Ok(terms) };
    for (path, ..) in &terms {
        if EVERY.contains(&path.as_str()) {
            continue;
        }
        match known(one) {
            Some(list) if list.contains(&path.as_str()) => {}
            Some(_) => return Err(format!("field label not supported: {path}")),
            None => {
                return Err(format!(
                    "\"{path}\" is not a known field selector: only \"metadata.name\", \
                     \"metadata.namespace\""
                ));
            }
        }
    }
    Ok(terms)
}

/// The field of an object, as selectors compare it.
pub(super) fn of_object(object: &Object, path: &str) -> String {
    let path = match (object.kind(), path) {
        (Kind::Pod, "spec.host") => "spec.nodeName",
        (Kind::Job, "status.successful") => "status.succeeded",
        (_, path) => path,
    };
    let meta = object.meta();
    match path {
        "metadata.name" => return meta.name.clone(),
        "metadata.namespace" => return meta.namespace.clone(),
        _ => {}
    }
    let value = object.to_value();
    let found = path.split('.').try_fold(&value, |value, key| value.get(key));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if path == "status.podIPs" => {
            items.iter().filter_map(|one| one["ip"].as_str()).collect::<Vec<_>>().join(",")
        }
        Some(other) => other.to_string(),
        None => match path {
            "spec.unschedulable" | "spec.hostNetwork" => "false".to_owned(),
            "status.succeeded" | "status.replicas" => "0".to_owned(),
            _ => String::new(),
        },
    }
}

/// The field of an event.
pub(super) fn of_event(event: &EventRecord, path: &str) -> String {
    let text = &event.text;
    match path {
        "metadata.name" => format!("{}.{:x}", text.regarding.name, event.id),
        "involvedObject.kind" => text.regarding.kind.info().name.to_owned(),
        "involvedObject.apiVersion" => text.regarding.kind.info().api_version.to_owned(),
        "involvedObject.name" => text.regarding.name.to_string(),
        "metadata.namespace" if text.regarding.namespace.is_empty() => "default".to_owned(),
        "involvedObject.namespace" | "metadata.namespace" => text.regarding.namespace.to_string(),
        "involvedObject.uid" => text.uid.to_string(),
        "involvedObject.fieldPath" => text.field_path.clone(),
        "reason" => text.reason.clone(),
        "type" => text.kind.as_str().to_owned(),
        "source" | "reportingComponent" => text.source.to_string(),
        _ => String::new(),
    }
}
