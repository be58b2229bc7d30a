//! The external provisioners of the cluster: they make volumes on demand and delete them.
//!
//! Models `sigs.k8s.io/sig-storage-lib-external-provisioner/controller/controller.go`
//! `shouldProvision`, `provisionClaimOperation`, `shouldDelete`, `deleteVolumeOperation`, and
//! `kubernetes-csi/external-provisioner/pkg/controller/controller.go` `Provision`.
//!
//! Deviations:
//! - All provisioners are one controller here; each speaks under its own name.
//! - Making a volume always takes the same time and never fails for lack of space.

mod product;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::storage_class::{StorageClass, VolumeAttachment};
use crate::api::time::SimTime;
use crate::sim::action::{Action, Deletion, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::machines::disk;
use crate::sim::profile::{Backing, ProvisionerProfile};
use crate::sim::random::hex_of;

use super::pv_binder::claim::class_of;
use super::pv_binder::migration::{MIGRATED_TO, effective_name};
use super::pv_binder::provision::{SELECTED_NODE, STORAGE_PROVISIONER, STORAGE_PROVISIONER_BETA};
use super::pv_binder::volume::PROVISIONED_BY;
use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "external-provisioner",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The finalizer of the CSI provisioner's volumes.
pub const FINALIZER: &str = "external-provisioner.volume.kubernetes.io/finalizer";

/// How long it takes to make a volume.
const WORK_MS: u64 = 150;

/// The waits before another attempt: of the library, and of the CSI provisioner.
const LIBRARY_BACKOFF_MS: (u64, u64) = (15_000, 1_000_000);
const CSI_BACKOFF_MS: (u64, u64) = (1_000, 300_000);

/// What a provisioner remembers about a claim or a volume.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// When the volume will have been made.
    ready_at: Option<SimTime>,
    /// Failures in a row.
    failures: u32,
    /// When the next attempt may begin.
    retry_at: SimTime,
}

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if let Some(claim) = change.resource::<PersistentVolumeClaim>()
        && claim.spec.volume_name.is_empty()
        && asked(claim).is_some()
        && !change.is_removal()
    {
        wakes.add(change.key.clone());
    }
    if let Some(volume) = change.resource::<PersistentVolume>()
        && !change.is_removal()
        && volume.status.phase == "Released"
    {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    if view.key.kind == Kind::PersistentVolume {
        match view.cluster.at::<PersistentVolume>(view.key) {
            Some(volume) => sync_volume(view, volume),
            // [provisioner 1-1] OBSERVATION: the volume is gone.
            None => Vec::new(),
        }
    } else {
        match view.cluster.at::<PersistentVolumeClaim>(view.key) {
            Some(claim) => sync_claim(view, claim),
            // [provisioner 1-2] OBSERVATION: the claim is gone.
            None => forget(view),
        }
    }
}

fn forget(view: View<'_>) -> Vec<Action> {
    view.memory().map(|_| Action::Remember(None)).into_iter().collect()
}

fn work(view: View<'_>) -> Work {
    match view.memory() {
        Some(Memory::Provisioner(work)) => *work,
        _ => Work::default(),
    }
}

/// The provisioner that the claim asks.
fn asked(claim: &PersistentVolumeClaim) -> Option<&str> {
    let annotations = &claim.metadata.annotations;
    let name = annotations.get(STORAGE_PROVISIONER);
    name.or_else(|| annotations.get(STORAGE_PROVISIONER_BETA)).map(String::as_str)
}

/// The provisioner of that name, if one runs in this cluster.
fn running(cluster: &Cluster, name: &str) -> Option<ProvisionerProfile> {
    cluster.profile.provisioners.iter().find(|provisioner| provisioner.name == name).copied()
}

/// The name under which a provisioner reports events: its own, its host's and an id.
fn identity(cluster: &Cluster, provisioner: &ProvisionerProfile) -> String {
    let host = cluster.profile.nodes.first().map_or("", |node| node.name);
    let digits = hex_of(&format!("{}/{}", cluster.profile.seed, provisioner.name), 32);
    let id: Vec<&str> = [0..8, 8..12, 12..16, 16..20, 20..32]
        .into_iter()
        .filter_map(|range| digits.get(range))
        .collect();
    format!("{}_{host}_{}", provisioner.name, id.join("-"))
}

fn sync_claim(view: View<'_>, claim: &PersistentVolumeClaim) -> Vec<Action> {
    let (cluster, now) = (view.cluster, view.now);
    let provisioner = asked(claim).and_then(|name| running(cluster, name));
    let (Some(provisioner), Some(class)) = (provisioner, class_of(cluster, claim)) else {
        // [provisioner 2-1] OBSERVATION: the claim asks nobody who runs here.
        return forget(view);
    };
    if !should_provision(claim, &provisioner, class) {
        // [provisioner 2-2] OBSERVATION: the claim has a volume, goes, or waits for a node.
        return forget(view);
    }
    let work = work(view);
    let source = identity(cluster, &provisioner);
    let object = Object::from(claim.clone());
    match work.ready_at {
        // [provisioner 2-3] OBSERVATION: an attempt failed a short while ago.
        None if now < work.retry_at => Vec::new(),
        // [provisioner 2-4] OBSERVATION: the claim needs a volume and nobody makes it yet.
        None => {
            let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
            let message =
                format!("External provisioner is provisioning volume for claim \"{namespace}/{name}\"");
            let started = Work { ready_at: Some(now + WORK_MS), ..work };
            vec![
                Action::Event(EventDraft::normal(&object, "Provisioning", message).from(&source)),
                Action::Remember(Some(Memory::Provisioner(started))),
                Action::Requeue { after_ms: WORK_MS, urgency: Urgency::Foreground },
            ]
        }
        // [provisioner 2-5] OBSERVATION: the volume is in the making.
        Some(ready_at) if now < ready_at => Vec::new(),
        Some(_) => match product::volume(cluster, &provisioner, class, claim) {
            // [provisioner 2-6] OBSERVATION: the volume is made.
            Ok(volume) => {
                let message = format!("Successfully provisioned volume {}", volume.metadata.name);
                let event = EventDraft::normal(&object, "ProvisioningSucceeded", message);
                let made = disk::make(cluster, &volume, now).map(Action::SetDisks);
                let actions = [
                    Action::Remember(None),
                    Action::Create(with_times(volume, now).into()),
                    Action::Event(event.from(&source)),
                ];
                made.into_iter().chain(actions).collect()
            }
            // [provisioner 2-7] OBSERVATION: the provisioner cannot make such a volume.
            Err(why) => {
                let event = EventDraft::warning(&object, "ProvisioningFailed", why).from(&source);
                let mut actions = vec![Action::Event(event)];
                actions.extend(back_off(work, &provisioner, now));
                actions
            }
        },
    }
}

fn should_provision(
    claim: &PersistentVolumeClaim,
    provisioner: &ProvisionerProfile,
    class: &StorageClass,
) -> bool {
    let node = claim.metadata.annotations.get(SELECTED_NODE).map_or("", String::as_str);
    claim.spec.volume_name.is_empty()
        && !claim.metadata.is_deleting()
        && effective_name(&class.provisioner) == provisioner.name
        && (!class.is_delayed() || !node.is_empty())
}

fn with_times(mut volume: PersistentVolume, now: SimTime) -> PersistentVolume {
    volume.status.last_phase_transition_time = Some(now);
    volume
}

/// Remembers a failure and comes back later, twice as late each time.
fn back_off(work: Work, provisioner: &ProvisionerProfile, now: SimTime) -> [Action; 2] {
    let (first, most) = match provisioner.backing {
        Backing::CloudDisk => CSI_BACKOFF_MS,
        _ => LIBRARY_BACKOFF_MS,
    };
    let after_ms = (first << work.failures.min(16)).min(most);
    let failures = work.failures + 1;
    let memory = Work { ready_at: None, failures, retry_at: now + after_ms };
    [
        Action::Remember(Some(Memory::Provisioner(memory))),
        Action::Requeue { after_ms, urgency: Urgency::Background },
    ]
}

fn sync_volume(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    let Some(provisioner) = deleter(view.cluster, volume) else {
        // [provisioner 3-1] OBSERVATION: the volume is kept, in use, or somebody else's.
        return Vec::new();
    };
    let work = work(view);
    if view.now < work.retry_at {
        // [provisioner 3-2] OBSERVATION: deleting failed a short while ago.
        return Vec::new();
    }
    let object = Object::from(volume.clone());
    if let Some(node) = attached_to(view.cluster, volume) {
        // [provisioner 3-3] OBSERVATION: the disk is still in a machine.
        let name = &volume.metadata.name;
        let why = format!("persistentvolume {name} is still attached to node {node}");
        let event = EventDraft::warning(&object, "VolumeFailedDelete", why);
        let mut actions = vec![Action::Event(event.from(&identity(view.cluster, &provisioner)))];
        actions.extend(back_off(work, &provisioner, view.now));
        return actions;
    }
    // [provisioner 3-4] OBSERVATION: the storage is deleted, and the volume with it.
    let mut actions = forget(view);
    actions.extend(disk::remove(view.cluster, volume, view.now).map(Action::SetDisks));
    if !volume.metadata.is_deleting() {
        actions.push(Action::Delete(Deletion::of(&object)));
    }
    if volume.metadata.has_finalizer(FINALIZER) {
        let mut volume = volume.clone();
        volume.metadata.finalizers.retain(|finalizer| finalizer != FINALIZER);
        actions.push(Action::Update(volume.into()));
    }
    actions
}

/// The provisioner that is to delete the volume now.
fn deleter(cluster: &Cluster, volume: &PersistentVolume) -> Option<ProvisionerProfile> {
    let annotations = &volume.metadata.annotations;
    let name = annotations.get(MIGRATED_TO).or_else(|| annotations.get(PROVISIONED_BY))?;
    let provisioner = running(cluster, name)?;
    let is_due = volume.status.phase == "Released"
        && volume.spec.persistent_volume_reclaim_policy == "Delete"
        && (!volume.metadata.is_deleting() || volume.metadata.has_finalizer(FINALIZER));
    is_due.then_some(provisioner)
}

fn attached_to(cluster: &Cluster, volume: &PersistentVolume) -> Option<String> {
    let is_of_volume = |attachment: &&Rc<VolumeAttachment>| {
        let name = attachment.spec.source.persistent_volume_name.as_ref();
        name == Some(&volume.metadata.name)
    };
    let found = cluster.list::<VolumeAttachment>().find(is_of_volume)?;
    Some(found.spec.node_name.clone())
}
