//! `kubectl get role` (`printRole`).

use crate::api::kind::{Kind, Object};

use super::{Column, Sight, Table, shown};

pub(super) const TABLE: Table = Table { kind: Kind::Role, columns: COLUMNS, row };

/// The same for the whole cluster.
pub(super) const CLUSTER: Table = Table { kind: Kind::ClusterRole, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("CREATED AT")];

fn row(object: &Object, _sight: Sight<'_>) -> Vec<String> {
    let created = object.meta().creation_timestamp.map(|time| time.to_string());
    vec![object.meta().name.clone(), created.unwrap_or_default()]
}
