//! `kubectl get csidriver` (`printCSIDriver`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};

use super::value::list;
use super::{Column, Sight, Table, age_of, or_none, shown};

pub(super) const TABLE: Table = Table { kind: Kind::CSIDriver, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("ATTACHREQUIRED"),
    shown("PODINFOONMOUNT"),
    shown("STORAGECAPACITY"),
    shown("TOKENREQUESTS"),
    shown("REQUIRESREPUBLISH"),
    shown("MODES"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let truth = |field: &str, default: bool| {
        let held = value.pointer(&format!("/spec/{field}")).and_then(Value::as_bool);
        held.unwrap_or(default).to_string()
    };
    let tokens = value.pointer("/spec/tokenRequests").and_then(Value::as_array);
    let audience = |one: &Value| one["audience"].as_str().unwrap_or_default().to_owned();
    let tokens = tokens.map(|list| list.iter().map(audience).collect::<Vec<_>>().join(","));
    vec![
        object.meta().name.clone(),
        truth("attachRequired", true),
        truth("podInfoOnMount", false),
        truth("storageCapacity", false),
        tokens.unwrap_or_else(|| "<unset>".to_owned()),
        truth("requiresRepublish", false),
        or_none(&list(&value, "/spec/volumeLifecycleModes").join(",")),
        age_of(object, sight),
    ]
}
