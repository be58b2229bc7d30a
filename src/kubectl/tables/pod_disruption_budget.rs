//! `kubectl get pdb` (`printPodDisruptionBudget`).

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::PodDisruptionBudget, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("MIN AVAILABLE"),
    shown("MAX UNAVAILABLE"),
    shown("ALLOWED DISRUPTIONS"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let bound =
        |field: &str| text(&value, &format!("/spec/{field}")).unwrap_or_else(|| "N/A".to_owned());
    vec![
        object.meta().name.clone(),
        bound("minAvailable"),
        bound("maxUnavailable"),
        text(&value, "/status/disruptionsAllowed").unwrap_or_else(|| "0".to_owned()),
        age_of(object, sight),
    ]
}
