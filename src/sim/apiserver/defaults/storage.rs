//! Defaults of volumes, claims, classes and Secrets (`pkg/apis/core/v1/defaults.go`,
//! `pkg/apis/storage/v1/defaults.go`).

use crate::api::config::Secret;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::{PersistentVolumeClaim, PersistentVolumeClaimSpec};
use crate::api::storage_class::StorageClass;

use super::{set_some, set_text};

/// Models `SetDefaults_PersistentVolume` and `SetDefaults_HostPathVolumeSource`.
pub(super) fn set_volume_defaults(volume: &mut PersistentVolume) {
    set_text(&mut volume.status.phase, "Pending");
    set_text(&mut volume.spec.persistent_volume_reclaim_policy, "Retain");
    set_some(&mut volume.spec.volume_mode, "Filesystem");
    if let Some(source) = &mut volume.spec.host_path {
        set_some(&mut source.kind, "");
    }
}

/// Models `SetDefaults_PersistentVolumeClaimSpec`.
pub(super) fn set_claim_spec_defaults(spec: &mut PersistentVolumeClaimSpec) {
    set_some(&mut spec.volume_mode, "Filesystem");
}

/// Models `SetDefaults_PersistentVolumeClaim`.
pub(super) fn set_claim_phase(claim: &mut PersistentVolumeClaim) {
    set_text(&mut claim.status.phase, "Pending");
}

/// Models `SetDefaults_StorageClass`.
pub(super) fn set_class_defaults(class: &mut StorageClass) {
    set_some(&mut class.reclaim_policy, "Delete");
    set_some(&mut class.volume_binding_mode, "Immediate");
}

/// Models `SetDefaults_Secret`.
pub(super) fn set_secret_defaults(secret: &mut Secret) {
    set_text(&mut secret.kind, "Opaque");
}
