//! `kubectl get limitrange` (`printLimitRange`): it has no age.

use crate::api::kind::{Kind, Object};

use super::{Sight, Table, shown};

pub(super) const TABLE: Table =
    Table { kind: Kind::LimitRange, columns: &[shown("NAME"), shown("CREATED AT")], row };

fn row(object: &Object, _sight: Sight<'_>) -> Vec<String> {
    let meta = object.meta();
    let created = meta.creation_timestamp.map(|time| time.to_string()).unwrap_or_default();
    vec![meta.name.clone(), created]
}
