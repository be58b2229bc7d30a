//! The disks of one Pod.
//!
//! Models `pkg/controller/volume/attachdetach/reconciler/reconciler.go` `attachDesiredVolumes`,
//! `reportMultiAttachError`, and `pkg/volume/csi/csi_attacher.go` `Attach`,
//! `waitForVolumeAttachmentWithLister`.

use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::api::kind::Object;
use crate::api::meta::ObjectMeta;
use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::storage_class::{
    VolumeAttachment, VolumeAttachmentSource, VolumeAttachmentSpec, VolumeAttachmentStatus,
};
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::{Memory, View};

use super::disk::{Disk, attachable, inline_fields};

/// How long the controller waits for a driver before it complains, and waits again.
const TIMEOUT_MS: u64 = 120_000;

/// What the controller remembers about a Pod whose disks it waits for, by the volume's name.
pub type Attaching = SortedMap<String, Wait>;

/// One awaited disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Another node holds the disk, and that was said.
    Refused,
    /// The driver was asked; it is late after this time.
    Asked(SimTime),
    /// Of an attachment: its lost node has been keeping the disk since then.
    Leaving(SimTime),
}

/// Asks for the disks that the Pod lacks and reports those that came.
pub(super) fn sync_pod(view: View<'_>, pod: &Rc<Pod>) -> Vec<Action> {
    let (cluster, now) = (view.cluster, view.now);
    let before = super::memory(view);
    let mut waits = Attaching::new();
    let mut actions = Vec::new();
    for volume in &pod.spec.volumes {
        let Some(disk) = attachable(cluster, pod, volume) else { continue };
        let known = before.get(&disk.name).copied();
        let name = disk.attachment_on(&pod.spec.node_name);
        let attachment = cluster.at::<VolumeAttachment>(&super::attachment_key(&name));
        let wait = match attachment {
            Some(attachment) if attachment.status.attached == Some(true) => {
                actions.extend(known.map(|_| succeeded(pod, &disk)));
                None
            }
            Some(_) => await_driver(pod, &disk, known, now, &mut actions),
            None => Some(ask(view, pod, &disk, known, &mut actions)),
        };
        waits.extend(wait.map(|wait| (disk.name, wait)));
    }
    if waits != before {
        let memory = (!waits.is_empty()).then_some(Memory::AttachDetach(waits));
        actions.push(Action::Remember(memory));
    }
    actions
}

fn succeeded(pod: &Rc<Pod>, disk: &Disk) -> Action {
    // [attach_detach 3-1] OBSERVATION: a disk that the Pod waited for is attached.
    let message = format!("AttachVolume.Attach succeeded for volume \"{}\" ", disk.name);
    let object = Rc::clone(pod).into();
    Action::Event(EventDraft::normal(&object, "SuccessfulAttachVolume", message))
}

/// The attachment exists and the driver has not answered.
fn await_driver(
    pod: &Rc<Pod>,
    disk: &Disk,
    known: Option<Wait>,
    now: SimTime,
    actions: &mut Vec<Action>,
) -> Option<Wait> {
    match known {
        Some(Wait::Asked(late_at)) if now < late_at => {
            // [attach_detach 3-2] OBSERVATION: the driver still has time.
            return known;
        }
        Some(Wait::Asked(_)) => {
            // [attach_detach 3-3] OBSERVATION: the driver does not answer.
            let message = format!(
                "AttachVolume.Attach failed for volume \"{}\" : timed out waiting for \
                 external-attacher of {} CSI driver to attach volume {}",
                disk.name, disk.driver, disk.handle
            );
            let object = Rc::clone(pod).into();
            let event = EventDraft::warning(&object, "FailedAttachVolume", message);
            actions.push(Action::Event(event));
        }
        // [attach_detach 3-4] OBSERVATION: another Pod of the node asked for the same disk.
        _ => {}
    }
    actions.push(Action::Requeue { after_ms: TIMEOUT_MS, urgency: Urgency::Background });
    Some(Wait::Asked(now + TIMEOUT_MS))
}

/// There is no attachment: asks for one unless another node holds the disk for itself.
fn ask(
    view: View<'_>,
    pod: &Rc<Pod>,
    disk: &Disk,
    known: Option<Wait>,
    actions: &mut Vec<Action>,
) -> Wait {
    let node = pod.spec.node_name.as_str();
    let holders = other_holders(view.cluster, disk, node);
    if !disk.is_shared && !holders.is_empty() {
        // [attach_detach 3-5] OBSERVATION: another node holds the disk, and one only may.
        if known != Some(Wait::Refused) {
            let why = multi_attach(view.cluster, pod, disk, &holders);
            let message = format!("Multi-Attach error for volume \"{}\" {why}", disk.name);
            let object = Rc::clone(pod).into();
            let event = EventDraft::warning(&object, "FailedAttachVolume", message);
            actions.push(Action::Event(event));
        }
        return Wait::Refused;
    }
    // [attach_detach 3-6] OBSERVATION: the Pod lacks a disk that can be had.
    actions.push(Action::Create(attachment(disk, node)));
    actions.push(Action::Requeue { after_ms: TIMEOUT_MS, urgency: Urgency::Background });
    Wait::Asked(view.now + TIMEOUT_MS)
}

/// The other nodes to which the disk is attached, or is being attached.
fn other_holders(cluster: &Cluster, disk: &Disk, node: &str) -> Vec<String> {
    cluster
        .list::<Node>()
        .map(|other| &other.metadata.name)
        .filter(|other| *other != node)
        .filter(|other| {
            let key = super::attachment_key(&disk.attachment_on(other));
            cluster.object(&key).is_some()
        })
        .cloned()
        .collect()
}

fn multi_attach(cluster: &Cluster, pod: &Pod, disk: &Disk, holders: &[String]) -> String {
    let uses = |other: &&Rc<Pod>| {
        let mut volumes = other.spec.volumes.iter();
        super::is_placed(other)
            && volumes.any(|volume| {
                let own = attachable(cluster, other, volume);
                own.is_some_and(|own| {
                    own.handle == disk.handle && own.driver == disk.driver
                })
            })
    };
    let found: Vec<&Rc<Pod>> =
        holders.iter().flat_map(|node| cluster.pods_on_node(node)).filter(uses).collect();
    let (local, foreign): (Vec<&Rc<Pod>>, Vec<&Rc<Pod>>) =
        found.into_iter().partition(|user| user.metadata.namespace == pod.metadata.namespace);
    let names: Vec<&str> = local.iter().map(|user| user.metadata.name.as_str()).collect();
    let names = names.join(", ");
    match (local.len(), foreign.len()) {
        (0, 0) => {
            "Volume is already exclusively attached to one node and can't be attached to another"
                .to_owned()
        }
        (_, 0) => format!("Volume is already used by pod(s) {names}"),
        (0, count) => format!("Volume is already used by {count} pod(s) in different namespaces"),
        (_, count) => format!(
            "Volume is already used by pod(s) {names} and {count} pod(s) in different namespaces"
        ),
    }
}

fn attachment(disk: &Disk, node: &str) -> Object {
    let of_object = disk.inline.is_none().then(|| disk.name.clone());
    let attachment = VolumeAttachment {
        metadata: ObjectMeta { name: disk.attachment_on(node), ..ObjectMeta::default() },
        spec: VolumeAttachmentSpec {
            attacher: disk.driver.clone(),
            source: VolumeAttachmentSource {
                persistent_volume_name: of_object,
                other: inline_fields(disk),
            },
            node_name: node.to_owned(),
            ..VolumeAttachmentSpec::default()
        },
        status: VolumeAttachmentStatus {
            attached: Some(false),
            ..VolumeAttachmentStatus::default()
        },
        ..VolumeAttachment::default()
    };
    attachment.into()
}
