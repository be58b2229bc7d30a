//! The drivers of the cloud plug disks in and out as they are asked.
//!
//! Models `kubernetes-csi/external-attacher/pkg/controller/csi_handler.go` `syncAttach`,
//! `syncDetach`.
//!
//! Deviations:
//! - All drivers are one controller here, and the cloud does at once what it is asked.
//! - The volume itself gets no finalizer of the attacher.

use std::rc::Rc;

use crate::api::storage_class::VolumeAttachment;
use crate::sim::action::Action;
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "external-attacher",
    reaction_ms: 300,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if let Some(attachment) = change.resource::<VolumeAttachment>()
        && !change.is_removal()
        && cluster.profile.csi_drivers.contains(&attachment.spec.attacher.as_str())
    {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(attachment) = view.cluster.at::<VolumeAttachment>(view.key) else {
        // [csi_attacher 1-1] OBSERVATION: the attachment is gone.
        return Vec::new();
    };
    let finalizer = format!("external-attacher/{}", attachment.spec.attacher.replace('.', "-"));
    let has_finalizer = attachment.metadata.has_finalizer(&finalizer);
    if attachment.metadata.is_deleting() {
        if !has_finalizer {
            // [csi_attacher 1-2] OBSERVATION: the disk is out.
            return Vec::new();
        }
        // [csi_attacher 1-3] OBSERVATION: the disk is to be unplugged.
        let mut attachment = VolumeAttachment::clone(attachment);
        attachment.metadata.finalizers.retain(|set| *set != finalizer);
        return vec![Action::Update(attachment.into())];
    }
    let mut plugged: VolumeAttachment = (**attachment).clone();
    let mut actions = Vec::new();
    if !has_finalizer {
        // [csi_attacher 1-4] OBSERVATION: the attacher has not taken the attachment in hand.
        plugged.metadata.finalizers.push(finalizer);
        actions.push(Action::Update(Rc::new(plugged.clone()).into()));
    }
    if plugged.status.attached != Some(true) {
        // [csi_attacher 1-5] OBSERVATION: the disk is to be plugged in.
        plugged.status.attached = Some(true);
        actions.push(Action::Update(plugged.into()));
    }
    // [csi_attacher 1-6] OBSERVATION: a disk that is in stays in.
    actions
}
