//! `kubectl get priorityclass` (`printPriorityClass`).

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::PriorityClass, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("VALUE"),
    shown("GLOBAL-DEFAULT"),
    shown("AGE"),
    shown("PREEMPTIONPOLICY"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let or = |path: &str, default: &str| text(&value, path).unwrap_or_else(|| default.to_owned());
    vec![
        object.meta().name.clone(),
        or("/value", "0"),
        or("/globalDefault", "false"),
        age_of(object, sight),
        or("/preemptionPolicy", ""),
    ]
}
