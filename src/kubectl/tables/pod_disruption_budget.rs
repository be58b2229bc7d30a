//! `kubectl get pdb` (`printPodDisruptionBudget`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::policy::PodDisruptionBudget;

use super::{Column, Sight, Table, age_of, count, shown};

pub(super) const TABLE: Table = Table { kind: Kind::PodDisruptionBudget, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("MIN AVAILABLE"),
    shown("MAX UNAVAILABLE"),
    shown("ALLOWED DISRUPTIONS"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(budget) = PodDisruptionBudget::of(object) else { return Vec::new() };
    let bound = |value: &Option<Value>| {
        value.as_ref().map_or_else(|| "N/A".to_owned(), super::super::jsonpath::plain)
    };
    vec![
        budget.metadata.name.clone(),
        bound(&budget.spec.min_available),
        bound(&budget.spec.max_unavailable),
        count(budget.status.disruptions_allowed),
        age_of(object, sight),
    ]
}
