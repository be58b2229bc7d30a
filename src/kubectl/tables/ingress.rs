//! `kubectl get ingress` (`printIngress`).

use crate::api::kind::{Kind, Object};

use super::value::{count, none, text};
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::Ingress, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("CLASS"),
    shown("HOSTS"),
    shown("ADDRESS"),
    shown("PORTS"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let rules = value.pointer("/spec/rules").and_then(serde_json::Value::as_array);
    let hosts: Vec<&str> =
        rules.into_iter().flatten().filter_map(|one| one["host"].as_str()).collect();
    let hosts = if hosts.is_empty() { "*".to_owned() } else { hosts.join(",") };
    let ports = if count(&value, "/spec/tls") > 0 { "80, 443" } else { "80" };
    vec![
        object.meta().name.clone(),
        text(&value, "/spec/ingressClassName").unwrap_or_else(none),
        hosts,
        String::new(),
        ports.to_owned(),
        age_of(object, sight),
    ]
}
