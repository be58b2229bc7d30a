//! `kubectl get replicaset` (`printReplicaSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::ReplicaSet;

use super::{Column, Sight, Table, age_of, count, images_of, names_of, selector_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::ReplicaSet, columns: COLUMNS, row };

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
    let Some(set) = ReplicaSet::of(object) else { return Vec::new() };
    let containers = &set.spec.template.spec.containers;
    vec![
        set.metadata.name.clone(),
        count(set.spec.replicas),
        count(set.status.replicas),
        set.status.ready_replicas.to_string(),
        age_of(object, sight),
        names_of(containers),
        images_of(containers),
        selector_of(set.spec.selector.as_ref()),
    ]
}
