//! `kubectl get lease` (`printLease`).

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::Lease, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("HOLDER"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let holder = text(&value, "/spec/holderIdentity").unwrap_or_default();
    vec![object.meta().name.clone(), holder, age_of(object, sight)]
}
