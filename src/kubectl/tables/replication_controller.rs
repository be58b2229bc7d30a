//! `kubectl get rc` (`printReplicationController`).

use crate::api::kind::{Kind, Object};

use super::value::{labels, of_containers, text};
use super::{Column, Sight, Table, age_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::ReplicationController, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("DESIRED"),
    shown("CURRENT"),
    shown("READY"),
    shown("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let number = |path: &str| text(&value, path).unwrap_or_else(|| "0".to_owned());
    let template = "/spec/template/spec/containers";
    vec![
        object.meta().name.clone(),
        number("/spec/replicas"),
        number("/status/replicas"),
        number("/status/readyReplicas"),
        age_of(object, sight),
        of_containers(&value, template, "name"),
        of_containers(&value, template, "image"),
        labels(&value, "/spec/selector"),
    ]
}
