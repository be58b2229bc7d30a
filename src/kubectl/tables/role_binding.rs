//! `kubectl get rolebinding` (`printRoleBinding`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, age_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::RoleBinding, columns: COLUMNS, row };

/// The same for the whole cluster.
pub(super) const CLUSTER: Table = Table { kind: Kind::ClusterRoleBinding, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("ROLE"),
    shown("AGE"),
    wide("USERS"),
    wide("GROUPS"),
    wide("SERVICEACCOUNTS"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let name = object.meta().name.clone();
    vec![
        name,
        role(&value),
        age_of(object, sight),
        subjects(&value, "User"),
        subjects(&value, "Group"),
        subjects(&value, "ServiceAccount"),
    ]
}

fn role(value: &Value) -> String {
    let part = |path: &str| text(value, path).unwrap_or_default();
    format!("{}/{}", part("/roleRef/kind"), part("/roleRef/name"))
}

fn subjects(value: &Value, kind: &str) -> String {
    let all = value["subjects"].as_array().into_iter().flatten();
    let names = all.filter(|one| one["kind"] == kind).map(|one| {
        let name = one["name"].as_str().unwrap_or_default();
        match one["namespace"].as_str() {
            Some(namespace) if kind == "ServiceAccount" => format!("{namespace}/{name}"),
            _ => name.to_owned(),
        }
    });
    names.collect::<Vec<_>>().join(", ")
}
