//! Whom to ask for a volume that does not exist yet.
//!
//! Models `pv_controller.go` `provisionClaim`, `findProvisionablePlugin`,
//! `provisionClaimOperationExternal`.
//!
//! Deviations:
//! - No in-tree provisioner is left in v1.36 that works by default, so there is none here.

use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::sim::action::{Action, EventDraft};
use crate::sim::cluster::Cluster;

use super::claim::{class_of, object};
use super::migration::{csi_driver_of, effective_name};

/// The annotation that asks an external provisioner.
pub const STORAGE_PROVISIONER: &str = "volume.kubernetes.io/storage-provisioner";

/// The same under its older name.
pub const STORAGE_PROVISIONER_BETA: &str = "volume.beta.kubernetes.io/storage-provisioner";

/// The annotation with the scheduler's choice for a claim that waits for its first consumer.
pub const SELECTED_NODE: &str = "volume.kubernetes.io/selected-node";

/// Asks for a volume, or says why nobody can be asked.
pub fn provision_claim(cluster: &Cluster, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let Some(class) = class_of(cluster, claim) else {
        // [pv_binder 6-1] OBSERVATION: the class that the claim names does not exist.
        let name = claim.class();
        return failed(claim, format!("storageclass.storage.k8s.io \"{name}\" not found"));
    };
    let provisioner = class.provisioner.as_str();
    if provisioner == "kubernetes.io/host-path" {
        // [pv_binder 6-2] OBSERVATION: the class names the in-tree plugin for tests.
        let why = "provisioning in volume plugin \"kubernetes.io/host-path\" is disabled";
        return failed(claim, format!("Failed to create provisioner: {why}"));
    }
    if provisioner.starts_with("kubernetes.io/") && csi_driver_of(provisioner).is_none() {
        // [pv_binder 6-3] OBSERVATION: the class names an in-tree plugin that cannot provision.
        return failed(claim, format!("no volume plugin matched name: {provisioner}"));
    }
    let provisioner = effective_name(provisioner);
    let mut asked = claim.clone();
    for key in [STORAGE_PROVISIONER_BETA, STORAGE_PROVISIONER] {
        asked.metadata.annotations.insert(key.to_owned(), provisioner.to_owned());
    }
    // [pv_binder 6-4] OBSERVATION: somebody outside is to make the volume, and the claim says so.
    let message = format!(
        "Waiting for a volume to be created either by the external provisioner '{provisioner}' or \
         manually by the system administrator. If volume creation is delayed, please verify that \
         the provisioner is running and correctly registered."
    );
    let event = EventDraft::normal(&object(claim), "ExternalProvisioning", message);
    let write = (asked != *claim).then(|| Action::Update(asked.into()));
    write.into_iter().chain([Action::Event(event)]).collect()
}

fn failed(claim: &PersistentVolumeClaim, message: String) -> Vec<Action> {
    vec![Action::Event(EventDraft::warning(&object(claim), "ProvisioningFailed", message))]
}
