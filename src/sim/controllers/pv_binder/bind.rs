//! The writes of one binding.
//!
//! Models `pv_controller.go` `bind`, `bindVolumeToClaim`, `updateVolumePhase`,
//! `bindClaimToVolume`, `updateClaimStatus`, and `k8s.io/component-helpers/storage/volume/
//! pv_helpers.go` `GetBindVolumeToClaim`.

use crate::api::kind::Object;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::time::SimTime;
use crate::sim::action::Action;

/// The annotation of a side that the controller filled in by itself.
pub const BOUND_BY_CONTROLLER: &str = "pv.kubernetes.io/bound-by-controller";

/// The annotation of a claim whose binding was once finished.
pub const BIND_COMPLETED: &str = "pv.kubernetes.io/bind-completed";

/// Whether the volume's `claimRef` names the claim, with its uid or without one
/// (`IsVolumeBoundToClaim`).
pub fn is_volume_bound_to_claim(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let meta = &claim.metadata;
    volume.spec.claim_ref.as_ref().is_some_and(|claim_ref| {
        claim_ref.name == meta.name
            && claim_ref.namespace == meta.namespace
            && (claim_ref.uid.is_empty() || claim_ref.uid == meta.uid)
    })
}

/// The volume with its `claimRef`, `None` when nothing is missing.
pub fn bind_volume_to_claim(
    volume: &PersistentVolume,
    claim: &PersistentVolumeClaim,
) -> Option<PersistentVolume> {
    let mut bound = volume.clone();
    let named = is_volume_bound_to_claim(volume, claim);
    let has_uid = volume.spec.claim_ref.as_ref().is_some_and(|r| r.uid == claim.metadata.uid);
    if !named || !has_uid {
        bound.spec.claim_ref = Some(Object::from(claim.clone()).reference());
    }
    if !named {
        let annotations = &mut bound.metadata.annotations;
        annotations.entry(BOUND_BY_CONTROLLER.to_owned()).or_insert_with(|| "yes".to_owned());
    }
    (bound != *volume).then_some(bound)
}

/// The volume in another phase, `None` when it is in that phase already.
pub fn with_phase(
    volume: &PersistentVolume,
    phase: &str,
    message: &str,
    now: SimTime,
) -> Option<PersistentVolume> {
    if volume.status.phase == phase {
        return None;
    }
    let mut volume = volume.clone();
    phase.clone_into(&mut volume.status.phase);
    message.clone_into(&mut volume.status.message);
    volume.status.last_phase_transition_time = Some(now);
    Some(volume)
}

/// The up to four writes that bind the two, in upstream's order.
pub fn bind(volume: &PersistentVolume, claim: &PersistentVolumeClaim, now: SimTime) -> Vec<Action> {
    let mut writes = Vec::new();
    let mut volume = volume.clone();
    if let Some(bound) = bind_volume_to_claim(&volume, claim) {
        // [pv_binder 2-1] OBSERVATION: the volume's claimRef does not name the claim with its uid.
        volume = bound;
        writes.push(Action::Update(volume.clone().into()));
    }
    if let Some(bound) = with_phase(&volume, "Bound", "", now) {
        // [pv_binder 2-2] OBSERVATION: the volume names the claim and is not Bound.
        volume = bound;
        writes.push(Action::Update(volume.clone().into()));
    }
    let mut claim = claim.clone();
    if let Some(bound) = bind_claim_to_volume(&claim, &volume) {
        // [pv_binder 2-3] OBSERVATION: the volume is Bound and the claim does not know it yet.
        claim = bound;
        writes.push(Action::Update(claim.clone().into()));
    }
    if let Some(bound) = with_bound_status(&claim, &volume) {
        // [pv_binder 2-4] OBSERVATION: both name each other and the claim's status lags behind.
        writes.push(Action::Update(bound.into()));
    }
    // [pv_binder 2-5] OBSERVATION: what was complete before is not written again.
    writes
}

fn bind_claim_to_volume(
    claim: &PersistentVolumeClaim,
    volume: &PersistentVolume,
) -> Option<PersistentVolumeClaim> {
    let mut bound = claim.clone();
    let annotations = &mut bound.metadata.annotations;
    if claim.spec.volume_name != volume.metadata.name {
        volume.metadata.name.clone_into(&mut bound.spec.volume_name);
        annotations.entry(BOUND_BY_CONTROLLER.to_owned()).or_insert_with(|| "yes".to_owned());
    }
    annotations.entry(BIND_COMPLETED.to_owned()).or_insert_with(|| "yes".to_owned());
    (bound != *claim).then_some(bound)
}

fn with_bound_status(
    claim: &PersistentVolumeClaim,
    volume: &PersistentVolume,
) -> Option<PersistentVolumeClaim> {
    let mut bound = claim.clone();
    "Bound".clone_into(&mut bound.status.phase);
    bound.status.access_modes.clone_from(&volume.spec.access_modes);
    // Later growth of the volume is the expansion's to report.
    if bound.status.capacity.is_empty() {
        bound.status.capacity.clone_from(&volume.spec.capacity);
    }
    let class = volume.spec.volume_attributes_class_name.clone();
    bound.status.current_volume_attributes_class_name = class.filter(|name| !name.is_empty());
    (bound != *claim).then_some(bound)
}
