//! Keeps claims in use from going.
//!
//! Models `pkg/controller/volume/pvcprotection/pvc_protection_controller.go` `processPVC`,
//! `podUsesPVC`.

use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The finalizer of claims.
pub const FINALIZER: &str = "kubernetes.io/pvc-protection";

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "pvc-protection-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if let Some(claim) = change.resource::<PersistentVolumeClaim>() {
        let unprotected = !claim.metadata.has_finalizer(FINALIZER);
        if claim.metadata.is_deleting() || unprotected {
            wakes.add(change.key.clone());
        }
    }
    if let Some(pod) = change.resource::<Pod>()
        && (change.is_removal() || pod.is_terminal())
    {
        for (_, claim) in pod.claims() {
            let kind = PersistentVolumeClaim::KIND;
            wakes.add(ObjectKey::new(kind, &change.key.namespace, &claim));
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(claim) = view.cluster.at::<PersistentVolumeClaim>(view.key) else {
        // [pvc_protection 1-1] OBSERVATION: the claim is gone.
        return Vec::new();
    };
    let protected = claim.metadata.has_finalizer(FINALIZER);
    if !claim.metadata.is_deleting() {
        if protected {
            // [pvc_protection 1-2] OBSERVATION: the claim lives and is protected.
            return Vec::new();
        }
        // [pvc_protection 1-3] OBSERVATION: somebody took the finalizer of a living claim away.
        let mut claim = PersistentVolumeClaim::clone(claim);
        claim.metadata.finalizers.push(FINALIZER.to_owned());
        return vec![Action::Update(claim.into())];
    }
    if !protected || is_used(view.cluster, claim) {
        // [pvc_protection 1-4] OBSERVATION: the claim is Terminating and waits, for a Pod or for
        // somebody else's finalizer.
        return Vec::new();
    }
    // [pvc_protection 1-5] OBSERVATION: the claim is Terminating and no Pod on a node names it.
    let mut claim = PersistentVolumeClaim::clone(claim);
    claim.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
    vec![Action::Update(claim.into())]
}

/// Whether a Pod that was assigned to a node names the claim. A finished Pod still counts, unless
/// the claim is its own ephemeral volume.
fn is_used(cluster: &Cluster, claim: &PersistentVolumeClaim) -> bool {
    let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
    cluster.pods_using_claim(namespace, name).any(|pod| {
        let assigned = !pod.spec.node_name.is_empty();
        let named = pod.claims().any(|(volume, claim)| {
            claim == *name && (volume.ephemeral.is_none() || !pod.is_terminal())
        });
        assigned && named
    })
}
