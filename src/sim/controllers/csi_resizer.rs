//! The resizers of the cluster's CSI drivers make disks larger when their claims ask for more.
//!
//! Models `kubernetes-csi/external-resizer/pkg/controller/{controller.go,expand_and_recover.go}`
//! `syncPVC`, `expandAndRecover`. The file system on the disk is the kubelet's to stretch.
//!
//! Deviations:
//! - All drivers are one controller here; each speaks under its own name.
//! - The cloud always has room, and grows disks while they are attached.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::meta::Condition;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::{PersistentVolumeClaim, PersistentVolumeClaimStatus};
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::attach_detach::disk_of;
use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "external-resizer",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// How long the cloud takes.
const WORK_MS: u64 = 2_000;

/// A claim's `allocatedResourceStatuses` while the disk grows.
const IN_PROGRESS: &str = "ControllerResizeInProgress";
/// The same when the disk has grown and its file system has not.
pub const NODE_PENDING: &str = "NodeResizePending";

const STORAGE: &str = "storage";
/// The conditions of a claim that grows (`knownResizeConditions`).
const CONDITIONS: [&str; 4] =
    ["FileSystemResizePending", "Resizing", "ControllerResizeError", "NodeResizeError"];

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if let Some(claim) = change.resource::<PersistentVolumeClaim>()
        && !change.is_removal()
        && claim.status.phase == "Bound"
        && grows(claim)
    {
        wakes.add(change.key.clone());
    }
}

/// Whether the claim asks for more than it has.
fn grows(claim: &PersistentVolumeClaim) -> bool {
    claim.status.capacity.get(STORAGE).is_some_and(|given| claim.request() > *given)
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let forget = || view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    let Some(claim) = view.cluster.at::<PersistentVolumeClaim>(view.key) else {
        // [csi_resizer 1-1] OBSERVATION: the claim is gone.
        return forget();
    };
    let volume = view.cluster.get::<PersistentVolume>("", &claim.spec.volume_name);
    let driver = volume.and_then(|volume| disk_of(volume)).map(|disk| disk.driver);
    let driver = driver.filter(|name| view.cluster.profile.csi_drivers.contains(&name.as_str()));
    let (Some(volume), Some(driver), true) = (volume, driver, grows(claim)) else {
        // [csi_resizer 1-2] OBSERVATION: the claim has what it asks for, or no resizer of ours.
        return forget();
    };
    let allocated = claim.status.allocated_resources.get(STORAGE).copied();
    let state = claim.status.allocated_resource_statuses.get(STORAGE).map_or("", String::as_str);
    if state == NODE_PENDING && allocated == Some(claim.request()) {
        // [csi_resizer 1-3] OBSERVATION: the disk has grown; the node's turn comes.
        return forget();
    }
    let source = format!("external-resizer {driver}");
    match view.memory() {
        Some(Memory::CsiResizer(ready_at)) if view.now < *ready_at => {
            // [csi_resizer 1-4] OBSERVATION: the disk is growing.
            Vec::new()
        }
        Some(_) => grown(view, claim, volume, &source),
        // [csi_resizer 1-5] OBSERVATION: the claim asks for more; the cloud is asked.
        None => begin(view, claim, volume, &source),
    }
}

fn begin(
    view: View<'_>,
    claim: &Rc<PersistentVolumeClaim>,
    volume: &PersistentVolume,
    source: &str,
) -> Vec<Action> {
    let mut next = PersistentVolumeClaim::clone(claim);
    let request = claim.request();
    next.status.allocated_resources.insert(STORAGE.to_owned(), request);
    next.status.allocated_resource_statuses.insert(STORAGE.to_owned(), IN_PROGRESS.to_owned());
    add_condition(&mut next.status, "Resizing", "", view.now);
    let message = format!("External resizer is resizing volume {}", volume.metadata.name);
    let event = EventDraft::normal(&Rc::clone(claim).into(), "Resizing", message);
    vec![
        Action::Update(next.into()),
        Action::Event(event.from(source)),
        Action::Remember(Some(Memory::CsiResizer(view.now + WORK_MS))),
        Action::Requeue { after_ms: WORK_MS, urgency: Urgency::Foreground },
    ]
}

/// The cloud has done its part.
fn grown(
    view: View<'_>,
    claim: &Rc<PersistentVolumeClaim>,
    volume: &Rc<PersistentVolume>,
    source: &str,
) -> Vec<Action> {
    let request = claim.request();
    let mut actions = vec![Action::Remember(None)];
    if volume.capacity() < request {
        let mut volume = PersistentVolume::clone(volume);
        volume.spec.capacity.insert(STORAGE.to_owned(), request);
        actions.push(Action::Update(volume.into()));
    }
    let object = Object::from(Rc::clone(claim));
    let mut next = PersistentVolumeClaim::clone(claim);
    let event = if claim.volume_mode() == "Block" {
        // [csi_resizer 2-1] OBSERVATION: a raw device has grown, and that is all.
        finish(&mut next.status, request);
        EventDraft::normal(&object, "VolumeResizeSuccessful", "Resize volume succeeded")
    } else {
        // [csi_resizer 2-2] OBSERVATION: the disk has grown and its file system has not.
        let statuses = &mut next.status.allocated_resource_statuses;
        statuses.insert(STORAGE.to_owned(), NODE_PENDING.to_owned());
        let wait = "Waiting for user to (re-)start a pod to finish file system resize of volume \
                    on node.";
        add_condition(&mut next.status, "FileSystemResizePending", wait, view.now);
        let message = "Require file system resize of volume on node";
        EventDraft::normal(&object, "FileSystemResizeRequired", message)
    };
    actions.push(Action::Update(next.into()));
    actions.push(Action::Event(event.from(source)));
    actions
}

fn add_condition(
    status: &mut PersistentVolumeClaimStatus,
    kind: &str,
    message: &str,
    now: SimTime,
) {
    if status.conditions.iter().any(|condition| condition.kind == kind) {
        return;
    }
    status.conditions.push(Condition {
        kind: kind.to_owned(),
        status: "True".to_owned(),
        last_transition_time: Some(now),
        message: message.to_owned(),
        ..Condition::default()
    });
}

/// The claim has all it asked for (`MarkFSResizeFinished`).
pub fn finish(
    status: &mut PersistentVolumeClaimStatus,
    size: crate::api::quantity::Quantity,
) {
    status.capacity.insert(STORAGE.to_owned(), size);
    status.allocated_resource_statuses.remove(STORAGE);
    status.conditions.retain(|condition| !CONDITIONS.contains(&condition.kind.as_str()));
}
