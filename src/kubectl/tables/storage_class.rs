//! `kubectl get storageclass` (`printStorageClass`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::storage_class::StorageClass;

use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::StorageClass, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("PROVISIONER"),
    shown("RECLAIMPOLICY"),
    shown("VOLUMEBINDINGMODE"),
    shown("ALLOWVOLUMEEXPANSION"),
    shown("AGE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(class) = StorageClass::of(object) else { return Vec::new() };
    let default = if class.is_default() { " (default)" } else { "" };
    vec![
        format!("{}{default}", class.metadata.name),
        class.provisioner.clone(),
        class.reclaim_policy.clone().unwrap_or_else(|| "Delete".to_owned()),
        class.volume_binding_mode.clone().unwrap_or_else(|| "Immediate".to_owned()),
        class.allow_volume_expansion.unwrap_or(false).to_string(),
        age_of(object, sight),
    ]
}
