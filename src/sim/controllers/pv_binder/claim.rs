//! Settles one claim.
//!
//! Models `pv_controller.go` `syncClaim`, `syncUnboundClaim`, `syncBoundClaim`,
//! `checkVolumeSatisfyClaim`, `emitEventForUnboundDelayBindingClaim`, `assignDefaultStorageClass`.

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::storage_class::StorageClass;
use crate::sim::action::{Action, EventDraft};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::View;

use super::bind::{self, BOUND_BY_CONTROLLER};
use super::matching::{Asker, find_best_match_for_claim};
use super::migration;
use super::provision::{self, SELECTED_NODE, STORAGE_PROVISIONER_BETA, STORAGE_PROVISIONER};

/// Decides about a claim.
pub fn sync_claim(view: View<'_>, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let keys = [STORAGE_PROVISIONER, STORAGE_PROVISIONER_BETA];
    let annotations = &claim.metadata.annotations;
    if let Some(annotations) = migration::update_migration_annotations(annotations, &keys) {
        // [pv_binder 3-1] OBSERVATION: the claim asks an in-tree provisioner that was migrated.
        let mut claim = claim.clone();
        claim.metadata.annotations = annotations;
        return vec![Action::Update(claim.into())];
    }
    match (claim.is_bind_completed(), claim.spec.volume_name.is_empty()) {
        (false, true) => sync_unbound_claim(view, claim),
        (false, false) => sync_prebound_claim(view, claim),
        (true, _) => sync_bound_claim(view, claim),
    }
}

/// The class of a claim, if there is such an object.
pub fn class_of<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
) -> Option<&'a Rc<StorageClass>> {
    cluster.get::<StorageClass>("", claim.class())
}

fn sync_unbound_claim(view: View<'_>, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let cluster = view.cluster;
    let delayed = class_of(cluster, claim).is_some_and(|class| class.is_delayed());
    let asker = if delayed { Asker::BinderDelayed } else { Asker::Binder };
    if let Some(volume) = find_best_match_for_claim(cluster, claim, asker) {
        // [pv_binder 3-2] OBSERVATION: the claim names no volume and one fits.
        return bind::bind(&volume, claim, view.now);
    }
    if !claim.has_class()
        && let Some(class) = default_class(cluster)
    {
        // [pv_binder 3-3] OBSERVATION: nothing fits, no class was asked for, and a default exists.
        let mut claim = claim.clone();
        claim.spec.storage_class_name = Some(class.metadata.name.clone());
        return vec![Action::Update(claim.into())];
    }
    if delayed && !claim.metadata.annotations.contains_key(SELECTED_NODE) {
        // [pv_binder 3-4] OBSERVATION: nothing fits and the scheduler has not chosen a node.
        return pending(claim, waiting_for_consumer(cluster, claim));
    }
    if !claim.class().is_empty() {
        // [pv_binder 3-5] OBSERVATION: nothing fits and a class is named.
        return provision::provision_claim(cluster, claim);
    }
    // [pv_binder 3-6] OBSERVATION: nothing fits and no class is named.
    let message = "no persistent volumes available for this claim and no storage class is set";
    pending(claim, EventDraft::normal(&object(claim), "FailedBinding", message))
}

/// The class that claims without one get: the newest default, then the first by name
/// (`GetDefaultClass`).
pub fn default_class(cluster: &Cluster) -> Option<&StorageClass> {
    let defaults = cluster.list::<StorageClass>().filter(|class| class.is_default());
    // Times count in whole seconds.
    let seconds = |class: &StorageClass| class.metadata.creation_timestamp.map(|at| at.0 / 1000);
    let newest_first =
        |class: &&Rc<StorageClass>| (Reverse(seconds(class)), class.metadata.name.clone());
    defaults.min_by_key(newest_first).map(|class| &**class)
}

fn waiting_for_consumer(cluster: &Cluster, claim: &PersistentVolumeClaim) -> EventDraft {
    let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
    let pods: Vec<&str> = cluster
        .pods_using_claim(namespace, name)
        .filter(|pod| pod.spec.node_name.is_empty() && !pod.is_terminal())
        .map(|pod| pod.metadata.name.as_str())
        .collect();
    let claim = object(claim);
    match pods.as_slice() {
        // [pv_binder 3-7] OBSERVATION: no unscheduled Pod uses the waiting claim.
        [] => {
            let message = "waiting for first consumer to be created before binding";
            EventDraft::normal(&claim, "WaitForFirstConsumer", message)
        }
        // [pv_binder 3-8] OBSERVATION: Pods that use the waiting claim are not scheduled yet.
        [pod] => {
            let message = format!("waiting for pod {pod} to be scheduled");
            EventDraft::normal(&claim, "WaitForPodScheduled", message)
        }
        pods => {
            let message = format!("waiting for pods {} to be scheduled", pods.join(","));
            EventDraft::normal(&claim, "WaitForPodScheduled", message)
        }
    }
}

/// A claim that asks for one volume by name.
fn sync_prebound_claim(view: View<'_>, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let Some(volume) = view.cluster.get::<PersistentVolume>("", &claim.spec.volume_name) else {
        // [pv_binder 4-1] OBSERVATION: the volume that the claim names does not exist.
        return as_pending(claim).into_iter().collect();
    };
    if volume.spec.claim_ref.is_none() {
        let Err(why) = check_volume_satisfy_claim(volume, claim) else {
            // [pv_binder 4-2] OBSERVATION: the named volume is free and suits.
            return bind::bind(volume, claim, view.now);
        };
        // [pv_binder 4-3] OBSERVATION: the named volume is free and does not suit.
        let message =
            format!("Cannot bind to requested volume \"{}\": {why}", volume.metadata.name);
        return pending(claim, EventDraft::warning(&object(claim), "VolumeMismatch", message));
    }
    if bind::is_volume_bound_to_claim(volume, claim) {
        // [pv_binder 4-4] OBSERVATION: claim and volume name each other; nothing is checked.
        return bind::bind(volume, claim, view.now);
    }
    let message =
        format!("volume \"{}\" already bound to a different claim.", volume.metadata.name);
    let event = EventDraft::warning(&object(claim), "FailedBinding", message);
    if claim.metadata.annotations.contains_key(BOUND_BY_CONTROLLER) {
        // [pv_binder 4-5] OBSERVATION: the controller named a volume that another claim got.
        return vec![Action::Event(event)];
    }
    // [pv_binder 4-6] OBSERVATION: the volume that the claim names serves another claim.
    pending(claim, event)
}

fn check_volume_satisfy_claim(
    volume: &PersistentVolume,
    claim: &PersistentVolumeClaim,
) -> Result<(), String> {
    let attributes = |name: &Option<String>| name.clone().unwrap_or_default();
    let why = if volume.metadata.is_deleting() {
        return Err(format!("the volume is marked for deletion \"{}\"", volume.metadata.name));
    } else if volume.capacity() < claim.request() {
        "requested PV is too small"
    } else if volume.class() != claim.class() {
        "storageClassName does not match"
    } else if attributes(&volume.spec.volume_attributes_class_name)
        != attributes(&claim.spec.volume_attributes_class_name)
    {
        "volumeAttributesClassName does not match"
    } else if volume.volume_mode() != claim.volume_mode() {
        "incompatible volumeMode"
    } else if claim.spec.access_modes.iter().any(|mode| !volume.spec.access_modes.contains(mode)) {
        "incompatible accessMode"
    } else {
        return Ok(());
    };
    Err(why.to_owned())
}

/// A claim that was bound once: from now on it is Bound or Lost.
fn sync_bound_claim(view: View<'_>, claim: &PersistentVolumeClaim) -> Vec<Action> {
    if claim.spec.volume_name.is_empty() {
        // [pv_binder 5-1] OBSERVATION: somebody took the volume's name out of a bound claim.
        let message =
            "Bound claim has lost reference to PersistentVolume. Data on the volume is lost!";
        return lost(claim, "ClaimLost", message);
    }
    let Some(volume) = view.cluster.get::<PersistentVolume>("", &claim.spec.volume_name) else {
        // [pv_binder 5-2] OBSERVATION: the volume of a bound claim is gone.
        let message = "Bound claim has lost its PersistentVolume. Data on the volume is lost!";
        return lost(claim, "ClaimLost", message);
    };
    match &volume.spec.claim_ref {
        Some(claim_ref) if claim_ref.uid != claim.metadata.uid => {
            // [pv_binder 5-3] OBSERVATION: the claim's volume belongs to another claim.
            let message = "Two claims are bound to the same volume, this one is bound incorrectly";
            lost(claim, "ClaimMisbound", message)
        }
        // [pv_binder 5-4] OBSERVATION: the claim's volume is its own, or free (again).
        _ => bind::bind(volume, claim, view.now),
    }
}

fn lost(claim: &PersistentVolumeClaim, reason: &'static str, message: &str) -> Vec<Action> {
    if claim.status.phase == "Lost" {
        // [pv_binder 5-5] OBSERVATION: the claim is Lost and that was said.
        return Vec::new();
    }
    let event = EventDraft::warning(&object(claim), reason, message);
    let mut claim = claim.clone();
    "Lost".clone_into(&mut claim.status.phase);
    claim.status.access_modes.clear();
    claim.status.capacity.clear();
    vec![Action::Update(claim.into()), Action::Event(event)]
}

fn pending(claim: &PersistentVolumeClaim, event: EventDraft) -> Vec<Action> {
    std::iter::once(Action::Event(event)).chain(as_pending(claim)).collect()
}

/// Writes the phase if it differs.
fn as_pending(claim: &PersistentVolumeClaim) -> Option<Action> {
    if claim.status.phase == "Pending" {
        return None;
    }
    let mut claim = claim.clone();
    "Pending".clone_into(&mut claim.status.phase);
    Some(Action::Update(claim.into()))
}

pub(super) fn object(claim: &PersistentVolumeClaim) -> Object {
    claim.clone().into()
}
