//! Says that a claim's volume must be made larger by somebody else.
//!
//! Models `pkg/controller/volume/expand/expand_controller.go` `syncHandler`. No volume that is
//! simulated can be expanded by the controller itself.

use crate::api::kind::Object;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::sim::action::{Action, EventDraft};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::pv_binder::migration::effective_name;
use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "volume_expand",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The annotation that says whose resizer is meant.
const RESIZER: &str = "volume.kubernetes.io/storage-resizer";

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    let (Some(before), Some(after)) = change.sides::<PersistentVolumeClaim>() else { return };
    if after.request() > before.request() {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(claim) = view.cluster.at::<PersistentVolumeClaim>(view.key) else {
        // [volume_expand 1-1] OBSERVATION: the claim is gone.
        return Vec::new();
    };
    let given = claim.status.capacity.get("storage").copied().unwrap_or_default();
    if claim.status.phase != "Bound" || claim.request() <= given {
        // [volume_expand 1-2] OBSERVATION: the claim is not bound, or has what it asks for.
        return Vec::new();
    }
    let object = Object::PersistentVolumeClaim(claim.clone());
    let volume = view.cluster.get::<PersistentVolume>("", &claim.spec.volume_name);
    let migrated = volume.and_then(|volume| {
        let gce = volume.spec.gce_persistent_disk.as_ref().map(|_| "kubernetes.io/gce-pd");
        let aws = volume.spec.aws_elastic_block_store.as_ref().map(|_| "kubernetes.io/aws-ebs");
        gce.or(aws)
    });
    let Some(plugin) = migrated else {
        // [volume_expand 1-3] OBSERVATION: the claim asks for more than it has.
        let message = "waiting for an external controller to expand this PVC";
        return vec![Action::Event(EventDraft::normal(&object, "ExternalExpanding", message))];
    };
    // [volume_expand 1-4] OBSERVATION: the disk's in-tree name means its CSI driver's resizer.
    let message =
        format!("CSI migration enabled for {plugin}; waiting for external resizer to expand the pvc");
    let mut actions =
        vec![Action::Event(EventDraft::normal(&object, "ExternalExpanding", message))];
    let driver = effective_name(plugin).to_owned();
    let mut marked = PersistentVolumeClaim::clone(claim);
    if marked.metadata.annotations.insert(RESIZER.to_owned(), driver.clone()) != Some(driver) {
        actions.push(Action::Update(marked.into()));
    }
    actions
}
