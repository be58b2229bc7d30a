//! What of the API the simulator acts on: the table `static/kubernetes/modelled.txt`.

use std::sync::OnceLock;

use crate::api::sorted::{SortedMap, SortedSet};

use super::node::Node;
use crate::api::kind::Kind;

type Table = SortedMap<&'static str, SortedSet<&'static str>>;

static TABLE: OnceLock<Table> = OnceLock::new();

fn table() -> &'static Table {
    TABLE.get_or_init(|| {
        let mut table = Table::new();
        let lines = include_str!("../../static/kubernetes/modelled.txt").lines();
        for (name, fields) in lines.filter_map(|line| line.split_once(':')) {
            if !name.starts_with('#') {
                table.entry(name).or_default().extend(fields.split_whitespace());
            }
        }
        table
    })
}

/// Whether objects of this kind do anything.
pub(super) fn is_kind_simulated(kind: &str) -> bool {
    Kind::named(kind).is_some_and(Kind::is_simulated)
}

/// Whether a field of a type does anything, or has the value that changes nothing.
pub(super) fn is_field_simulated(type_name: &str, field: &str, node: &Node) -> bool {
    let Some(fields) = table().get(type_name) else { return true };
    fields.contains(field) || fields.contains(format!("{field}={}", node.to_value()).as_str())
}
