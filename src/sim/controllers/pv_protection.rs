//! Keeps bound volumes from going.
//!
//! Models `pkg/controller/volume/pvprotection/pv_protection_controller.go` `processPV`.

use crate::api::persistent_volume::PersistentVolume;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The finalizer of volumes.
pub const FINALIZER: &str = "kubernetes.io/pv-protection";

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "pv-protection-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if let Some(volume) = change.resource::<PersistentVolume>()
        && (volume.metadata.is_deleting() || !volume.metadata.has_finalizer(FINALIZER))
    {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(volume) = view.cluster.at::<PersistentVolume>(view.key) else {
        // [pv_protection 1-1] OBSERVATION: the volume is gone.
        return Vec::new();
    };
    let protected = volume.metadata.has_finalizer(FINALIZER);
    match (volume.metadata.is_deleting(), protected) {
        // [pv_protection 1-2] OBSERVATION: somebody took the finalizer of a living volume away.
        (false, false) => {
            let mut volume = PersistentVolume::clone(volume);
            volume.metadata.finalizers.push(FINALIZER.to_owned());
            vec![Action::Update(volume.into())]
        }
        // [pv_protection 1-3] OBSERVATION: the volume is Terminating and not Bound.
        (true, true) if volume.status.phase != "Bound" => {
            let mut volume = PersistentVolume::clone(volume);
            volume.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
            vec![Action::Update(volume.into())]
        }
        // [pv_protection 1-4] OBSERVATION: the volume lives, is Bound, or waits for somebody else.
        _ => Vec::new(),
    }
}
