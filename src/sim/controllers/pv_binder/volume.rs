//! Settles one volume.
//!
//! Models `pv_controller.go` `syncVolume`, `unbindVolume`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::View;

use super::bind::{self, BOUND_BY_CONTROLLER};
use super::{claim, migration, reclaim};

/// The annotation that names who made a volume and will delete it.
pub const PROVISIONED_BY: &str = "pv.kubernetes.io/provisioned-by";

/// The claim that the volume's `claimRef` names with its uid.
pub fn claim_of<'a>(
    cluster: &'a Cluster,
    volume: &PersistentVolume,
) -> Option<&'a Rc<PersistentVolumeClaim>> {
    let claim_ref = volume.spec.claim_ref.as_ref()?;
    let claim =
        cluster.get::<PersistentVolumeClaim>(&claim_ref.namespace, &claim_ref.name)?;
    (claim.metadata.uid == claim_ref.uid).then_some(claim)
}

/// Decides about a volume.
pub fn sync_volume(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    let annotations = &volume.metadata.annotations;
    let migrated = migration::update_migration_annotations(annotations, &[PROVISIONED_BY]);
    if let Some(annotations) = migrated {
        // [pv_binder 7-1] OBSERVATION: an in-tree provisioner's volume is its CSI driver's now.
        let mut volume = volume.clone();
        volume.metadata.annotations = annotations;
        return vec![Action::Update(volume.into())];
    }
    let uid = volume.spec.claim_ref.as_ref().map_or("", |claim_ref| claim_ref.uid.as_str());
    if uid.is_empty() {
        // [pv_binder 7-2] OBSERVATION: the volume is free, or reserved for a claim by name.
        return to_phase(volume, "Available", view.now);
    }
    let Some(claim) = claim_of(view.cluster, volume) else {
        // [pv_binder 7-3] OBSERVATION: the claim that the volume served is gone.
        return released(view, volume);
    };
    if claim.spec.volume_name.is_empty() {
        if volume.volume_mode() == claim.volume_mode() {
            // [pv_binder 7-4] OBSERVATION: the claim does not know the volume yet; its turn comes.
            return Vec::new();
        }
        // [pv_binder 7-5] OBSERVATION: the volume is reserved for a claim of another volumeMode.
        return mismatched(volume, claim);
    }
    if claim.spec.volume_name == volume.metadata.name {
        // [pv_binder 7-6] OBSERVATION: claim and volume name each other.
        return to_phase(volume, "Bound", view.now);
    }
    let is_dynamic = volume.metadata.annotations.contains_key(PROVISIONED_BY);
    if is_dynamic && volume.spec.persistent_volume_reclaim_policy == "Delete" {
        // [pv_binder 7-7] OBSERVATION: a volume was made for a claim that took another one.
        return released(view, volume);
    }
    // [pv_binder 7-8] OBSERVATION: the claim took another volume, so this one is free again.
    unbind_volume(volume, view.now)
}

fn to_phase(volume: &PersistentVolume, phase: &str, now: SimTime) -> Vec<Action> {
    bind::with_phase(volume, phase, "", now)
        .map(|volume| Action::Update(volume.into()))
        .into_iter()
        .collect()
}

/// Marks the volume as Released once, then lets its policy decide.
fn released(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    if matches!(volume.status.phase.as_str(), "Released" | "Failed") {
        return reclaim::reclaim_volume(view, volume);
    }
    let mut actions = to_phase(volume, "Released", view.now);
    if let Some(Action::Update(Object::PersistentVolume(released))) = actions.first() {
        let reclaim = reclaim::reclaim_volume(view, &Rc::clone(released));
        actions.extend(reclaim);
    }
    actions
}

fn mismatched(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let of_volume = format!(
        "Cannot bind PersistentVolume to requested PersistentVolumeClaim \"{}\" due to \
         incompatible volumeMode.",
        claim.metadata.name
    );
    let of_claim = format!(
        "Cannot bind PersistentVolume \"{}\" to requested PersistentVolumeClaim due to \
         incompatible volumeMode.",
        volume.metadata.name
    );
    let (volume, claim) = (Object::from(volume.clone()), claim::object(claim));
    vec![
        Action::Event(EventDraft::warning(&volume, "VolumeMismatch", of_volume)),
        Action::Event(EventDraft::warning(&claim, "VolumeMismatch", of_claim)),
    ]
}

/// Frees a volume. What the controller wrote goes; what a person wrote stays, without the uid.
pub fn unbind_volume(volume: &PersistentVolume, now: SimTime) -> Vec<Action> {
    let mut free = volume.clone();
    if free.metadata.annotations.remove(BOUND_BY_CONTROLLER).is_some() {
        free.spec.claim_ref = None;
    } else if let Some(claim_ref) = &mut free.spec.claim_ref {
        claim_ref.uid.clear();
    }
    let mut actions = vec![Action::Update(free.clone().into())];
    actions.extend(to_phase(&free, "Available", now));
    actions
}
