//! Binds claims and volumes to each other, and reclaims volumes whose claim is gone.
//!
//! Models `pkg/controller/volume/persistentvolume/pv_controller_base.go` and `pv_controller.go`.
//! A new volume does not make the controller look at waiting claims; its resync does.
//!
//! Deviations:
//! - A failed deletion is tried again at each sync without a back-off; it never shows.

pub mod bind;
pub mod claim;
pub mod matching;
pub mod migration;
pub mod provision;
pub mod reclaim;
pub mod volume;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, Resync, View, Wakes};

/// The controller. Its resync comes every 15 s (`--pvclaimbinder-sync-period`); the first one
/// half a period after the start.
pub const CONTROLLER: Controller = Controller {
    component: "persistentvolume-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: Some(Resync { period_ms: 15_000, first_ms: 7_500, keys }),
};

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if let Some(volume) = change.resource::<PersistentVolume>() {
        if change.is_removal() {
            wakes.list.extend(claim_key(volume).map(|key| (key, 0)));
            return;
        }
        wakes.add(change.key.clone());
        // `syncVolume` queues the claim that the volume is reserved for.
        if let Some(claim) = volume::claim_of(cluster, volume)
            && claim.spec.volume_name.is_empty()
        {
            wakes.add(claim.key());
        }
    }
    if let Some(claim) = change.resource::<PersistentVolumeClaim>() {
        if !change.is_removal() {
            wakes.add(change.key.clone());
        } else if !claim.spec.volume_name.is_empty() {
            wakes.add(ObjectKey::new(Kind::PersistentVolume, "", &claim.spec.volume_name));
        }
    }
    if let Some(pod) = change.resource::<Pod>() {
        wakes.list.extend(reclaim::recycled_by(pod).map(|key| (key, 0)));
    }
}

/// Everything that is not settled; a settled pair would be looked at without effect.
fn keys(cluster: &Cluster, wakes: &mut Wakes) {
    let mut settled: Vec<*const PersistentVolumeClaim> = Vec::new();
    for volume in cluster.list::<PersistentVolume>() {
        let claim = volume::claim_of(cluster, volume).filter(|claim| {
            volume.status.phase == "Bound"
                && claim.spec.volume_name == volume.metadata.name
                && claim.status.phase == "Bound"
                && claim.is_bind_completed()
        });
        match claim {
            Some(claim) => settled.push(std::ptr::from_ref(claim)),
            None => wakes.add(volume.key()),
        }
    }
    // Whether a claim is among them does not depend on where it lies.
    settled.sort_unstable();
    for claim in cluster.list::<PersistentVolumeClaim>() {
        if settled.binary_search(&Rc::as_ptr(claim)).is_err() {
            wakes.add(claim.key());
        }
    }
}

fn claim_key(volume: &PersistentVolume) -> Option<ObjectKey> {
    let claim = volume.spec.claim_ref.as_ref()?;
    Some(ObjectKey::new(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name))
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    if view.key.kind == Kind::PersistentVolume {
        match view.cluster.at::<PersistentVolume>(view.key) {
            Some(volume) => volume::sync_volume(view, volume),
            // [pv_binder 1-1] OBSERVATION: the volume is gone.
            None => Vec::new(),
        }
    } else {
        match view.cluster.at::<PersistentVolumeClaim>(view.key) {
            Some(claim) => claim::sync_claim(view, claim),
            // [pv_binder 1-2] OBSERVATION: the claim is gone.
            None => Vec::new(),
        }
    }
}
