//! `kubectl get daemonset` (`printDaemonSet`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::workload::DaemonSet;

use super::{
    Column, Sight, Table, age_of, count, images_of, names_of, pairs, selector_of, shown, wide,
};

pub(super) const TABLE: Table = Table { kind: Kind::DaemonSet, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("DESIRED"),
    shown("CURRENT"),
    shown("READY"),
    shown("UP-TO-DATE"),
    shown("AVAILABLE"),
    shown("NODE SELECTOR"),
    shown("AGE"),
    wide("CONTAINERS"),
    wide("IMAGES"),
    wide("SELECTOR"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(set) = DaemonSet::of(object) else { return Vec::new() };
    let (status, pod) = (&set.status, &set.spec.template.spec);
    vec![
        set.metadata.name.clone(),
        count(status.desired_number_scheduled),
        count(status.current_number_scheduled),
        count(status.number_ready),
        status.updated_number_scheduled.to_string(),
        status.number_available.to_string(),
        pairs(&pod.node_selector),
        age_of(object, sight),
        names_of(&pod.containers),
        images_of(&pod.containers),
        selector_of(set.spec.selector.as_ref()),
    ]
}
