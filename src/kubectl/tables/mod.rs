//! The tables of `kubectl get` (`pkg/printers/internalversion/printers.go`). A new kind is a file
//! and a line in [`ALL`]; kinds without one show their name and age.

mod config_map;
mod controller_revision;
mod cron_job;
mod csi_driver;
mod csi_node;
mod csi_storage_capacity;
mod daemon_set;
mod deployment;
mod endpoint_slice;
mod endpoints;
mod event;
mod ingress;
mod job;
mod lease;
mod limit_range;
mod namespace;
mod node;
mod persistent_volume;
mod persistent_volume_claim;
mod plain;
mod pod;
mod pod_disruption_budget;
mod priority_class;
mod replica_set;
mod replication_controller;
mod resource_quota;
mod role;
mod role_binding;
mod secret;
mod service;
mod stateful_set;
mod storage_class;
mod value;
mod volume_attachment;
mod volume_attributes_class;

use crate::api::container::Container;
use crate::api::kind::{Kind, Object};
use crate::api::meta::{LabelSelector, StringMap};
use crate::api::time::SimTime;
use crate::sim::cluster::Cluster;

use super::age::age;
use super::selector::format_selector;

pub(super) use event::{EVENT_COLUMNS, event_row, event_time};
pub(super) use pod::selected_pods;

/// How a kind is shown.
pub(super) struct Table {
    /// The kind.
    pub kind: Kind,
    /// The columns.
    pub columns: &'static [Column],
    /// An object's cells, one for each column.
    pub row: fn(&Object, Sight<'_>) -> Vec<String>,
}

/// A column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    /// Its head.
    pub name: &'static str,
    /// Whether only `-o wide` shows it.
    pub wide: bool,
}

/// What a row can look at beside its object.
#[derive(Clone, Copy)]
pub(super) struct Sight<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The time.
    pub now: SimTime,
}

const ALL: &[&Table] = &[
    &config_map::TABLE,
    &controller_revision::TABLE,
    &cron_job::TABLE,
    &csi_driver::TABLE,
    &csi_node::TABLE,
    &csi_storage_capacity::TABLE,
    &daemon_set::TABLE,
    &deployment::TABLE,
    &endpoint_slice::TABLE,
    &endpoints::TABLE,
    &ingress::TABLE,
    &job::TABLE,
    &lease::TABLE,
    &limit_range::TABLE,
    &namespace::TABLE,
    &node::TABLE,
    &persistent_volume::TABLE,
    &persistent_volume_claim::TABLE,
    &pod::TABLE,
    &pod_disruption_budget::TABLE,
    &priority_class::TABLE,
    &replica_set::TABLE,
    &replication_controller::TABLE,
    &resource_quota::TABLE,
    &role::CLUSTER,
    &role::TABLE,
    &role_binding::CLUSTER,
    &role_binding::TABLE,
    &secret::TABLE,
    &service::TABLE,
    &stateful_set::TABLE,
    &storage_class::TABLE,
    &volume_attachment::TABLE,
    &volume_attributes_class::TABLE,
];

/// The table of a kind.
pub(super) fn of(kind: Kind) -> &'static Table {
    ALL.iter().find(|table| table.kind == kind).copied().unwrap_or(&plain::TABLE)
}

/// A column that is always shown.
const fn shown(name: &'static str) -> Column {
    Column { name, wide: false }
}

/// A column of `-o wide`.
const fn wide(name: &'static str) -> Column {
    Column { name, wide: true }
}

fn age_of(object: &Object, sight: Sight<'_>) -> String {
    age(sight.now, object.meta().creation_timestamp)
}

fn count(number: Option<i32>) -> String {
    number.unwrap_or(0).to_string()
}

fn or_none(text: &str) -> String {
    if text.is_empty() { "<none>".to_owned() } else { text.to_owned() }
}

/// `a=1,b=2`, or `<none>`.
pub(super) fn pairs(map: &StringMap) -> String {
    let list: Vec<String> = map.iter().map(|(key, value)| format!("{key}={value}")).collect();
    or_none(&list.join(","))
}

fn names_of(containers: &[Container]) -> String {
    containers.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(",")
}

fn images_of(containers: &[Container]) -> String {
    containers.iter().map(|one| one.image.as_str()).collect::<Vec<_>>().join(",")
}

fn selector_of(selector: Option<&LabelSelector>) -> String {
    selector.map_or_else(|| "<none>".to_owned(), format_selector)
}

/// Access modes in short, in the order of upstream (`GetAccessModesAsString`).
pub(super) fn short_modes(modes: &[String]) -> String {
    const SHORT: [(&str, &str); 4] = [
        ("ReadWriteOnce", "RWO"),
        ("ReadOnlyMany", "ROX"),
        ("ReadWriteMany", "RWX"),
        ("ReadWriteOncePod", "RWOP"),
    ];
    let given = |(long, _): &&(&str, &str)| modes.iter().any(|mode| mode == long);
    SHORT.iter().filter(given).map(|(_, short)| *short).collect::<Vec<_>>().join(",")
}
