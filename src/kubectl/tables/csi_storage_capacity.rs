//! `kubectl get csistoragecapacity` (`printCSIStorageCapacity`): it has no age.

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, shown};

pub(super) const TABLE: Table = Table { kind: Kind::CSIStorageCapacity, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("STORAGECLASSNAME"), shown("CAPACITY")];

fn row(object: &Object, _sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    vec![
        object.meta().name.clone(),
        text(&value, "/storageClassName").unwrap_or_default(),
        text(&value, "/capacity").unwrap_or_else(|| "<unset>".to_owned()),
    ]
}
