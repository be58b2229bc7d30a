//! `kubectl get statefulset` (`printStatefulSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::StatefulSet;

use super::{Column, Sight, Table, age_of, images_of, names_of, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::StatefulSet, columns: COLUMNS, row };

const COLUMNS: &[Column] =
    &[shown("NAME"), shown("READY"), shown("AGE"), wide("CONTAINERS"), wide("IMAGES")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(set) = StatefulSet::of(object) else { return Vec::new() };
    let containers = &set.spec.template.spec.containers;
    vec![
        set.metadata.name.clone(),
        format!("{}/{}", set.status.ready_replicas, set.spec.replicas.unwrap_or(1)),
        age_of(object, sight),
        names_of(containers),
        images_of(containers),
    ]
}
