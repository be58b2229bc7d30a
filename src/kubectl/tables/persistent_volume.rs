//! `kubectl get pv` (`printPersistentVolume`).

use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::BETA_STORAGE_CLASS;

use super::{Column, Sight, Table, age_of, short_modes, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::PersistentVolume, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("CAPACITY"),
    shown("ACCESS MODES"),
    shown("RECLAIM POLICY"),
    shown("STATUS"),
    shown("CLAIM"),
    shown("STORAGECLASS"),
    shown("VOLUMEATTRIBUTESCLASS"),
    shown("REASON"),
    shown("AGE"),
    wide("VOLUMEMODE"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(volume) = PersistentVolume::of(object) else { return Vec::new() };
    let spec = &volume.spec;
    let phase = if volume.metadata.is_deleting() { "Terminating" } else { &volume.status.phase };
    let claim = spec
        .claim_ref
        .as_ref()
        .map_or_else(String::new, |claim| format!("{}/{}", claim.namespace, claim.name));
    let class = volume.metadata.annotations.get(BETA_STORAGE_CLASS);
    let unset = || "<unset>".to_owned();
    vec![
        volume.metadata.name.clone(),
        volume.capacity().to_string(),
        short_modes(&spec.access_modes),
        spec.persistent_volume_reclaim_policy.clone(),
        phase.to_owned(),
        claim,
        class.unwrap_or(&spec.storage_class_name).clone(),
        spec.volume_attributes_class_name.clone().unwrap_or_else(unset),
        volume.status.reason.clone(),
        age_of(object, sight),
        spec.volume_mode.clone().unwrap_or_else(unset),
    ]
}
