//! `kubectl get pvc` (`printPersistentVolumeClaim`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;

use super::{Column, Sight, Table, age_of, short_modes, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::PersistentVolumeClaim, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("STATUS"),
    shown("VOLUME"),
    shown("CAPACITY"),
    shown("ACCESS MODES"),
    shown("STORAGECLASS"),
    shown("VOLUMEATTRIBUTESCLASS"),
    shown("AGE"),
    wide("VOLUMEMODE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(claim) = PersistentVolumeClaim::of(object) else { return Vec::new() };
    let (spec, status) = (&claim.spec, &claim.status);
    let phase = if claim.metadata.is_deleting() { "Terminating" } else { &status.phase };
    let (mut capacity, mut modes) = (String::new(), String::new());
    if !spec.volume_name.is_empty() {
        capacity = status.capacity.get("storage").copied().unwrap_or_default().to_string();
        modes = short_modes(&status.access_modes);
    }
    let unset = || "<unset>".to_owned();
    vec![
        claim.metadata.name.clone(),
        phase.to_owned(),
        spec.volume_name.clone(),
        capacity,
        modes,
        claim.class().to_owned(),
        spec.volume_attributes_class_name.clone().unwrap_or_else(unset),
        age_of(object, sight),
        spec.volume_mode.clone().unwrap_or_else(unset),
    ]
}
