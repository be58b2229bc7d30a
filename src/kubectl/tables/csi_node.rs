//! `kubectl get csinode` (`printCSINode`).

use crate::api::kind::{Kind, Object};

use super::value::count;
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::CSINode, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("DRIVERS"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let drivers = count(&value, "/spec/drivers").to_string();
    vec![object.meta().name.clone(), drivers, age_of(object, sight)]
}
