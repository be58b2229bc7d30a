//! What becomes of a volume whose claim is gone.
//!
//! Models `pv_controller.go` `reclaimVolume`, `deleteVolumeOperation`, `recycleVolumeOperation`,
//! `pkg/volume/hostpath/host_path.go` `newDeleter` and `pkg/volume/util/recyclerclient`.
//!
//! Deviations:
//! - The recycler Pod's events are passed on when the Pod changes and once a second, not one by
//!   one as they come.

use std::rc::Rc;

use serde_json::json;

use crate::api::kind::{Kind, Object};
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, Deletion, EventDraft, Urgency};
use crate::sim::controllers::{Memory, View};
use crate::sim::event_log::EventType;
use crate::sim::machines::disk;

use super::bind;
use super::migration::MIGRATED_TO;
use super::volume::{PROVISIONED_BY, unbind_volume};

const RECYCLER: &str = "recycler-for-";

/// The end of the recycler Pod does not begin the next attempt: the write of `Failed` does, which
/// comes only once, and then the next sync.
const WINDING_UP_MS: u64 = 1_000;

/// How often it looks for new events of the recycler Pod.
const LOOK_MS: u64 = 1_000;

/// What the controller remembers about a volume that is being recycled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recycling {
    /// Whether a recycler Pod of this controller is at work.
    at_work: bool,
    /// How many of its events were passed on.
    passed_on: usize,
    /// When the next attempt may begin.
    retry_at: SimTime,
    /// When it looks at the recycler Pod next, whatever happens.
    look_at: SimTime,
}

/// The volume that this Pod scrubs, if it is a recycler Pod.
pub fn recycled_by(pod: &Pod) -> Option<ObjectKey> {
    let volume = pod.metadata.name.strip_prefix(RECYCLER)?;
    (pod.metadata.namespace == "default")
        .then(|| ObjectKey::new(Kind::PersistentVolume, "", volume))
}

/// Decides about a Released or Failed volume.
pub fn reclaim_volume(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    if volume.metadata.annotations.contains_key(MIGRATED_TO) {
        // [pv_binder 8-1] OBSERVATION: the volume's CSI driver reclaims it.
        return Vec::new();
    }
    match volume.spec.persistent_volume_reclaim_policy.as_str() {
        // [pv_binder 8-2] OBSERVATION: the volume is kept as it is.
        "Retain" => Vec::new(),
        "Recycle" => recycle(view, volume),
        "Delete" => delete(view, volume),
        // [pv_binder 8-3] OBSERVATION: nobody knows the policy.
        _ => {
            let message = "Volume has unrecognized PersistentVolumeReclaimPolicy";
            failed(view, volume, "VolumeUnknownReclaimPolicy", message)
        }
    }
}

fn delete(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    let provisioner = volume.metadata.annotations.get(PROVISIONED_BY);
    let external = provisioner.is_some_and(|name| !name.starts_with("kubernetes.io/"));
    if external || volume.spec.csi.is_some() {
        // [pv_binder 8-4] OBSERVATION: whoever made the volume deletes it.
        return Vec::new();
    }
    let name = &volume.metadata.name;
    let Some(host_path) = &volume.spec.host_path else {
        // [pv_binder 8-5] OBSERVATION: nothing can delete what stands behind the volume.
        let known = volume.spec.nfs.is_some() || has_other_plugin(volume);
        let kind = if known { "deletable volume" } else { "volume" };
        let message = format!(
            "error getting deleter volume plugin for volume \"{name}\": no {kind} plugin matched"
        );
        return failed(view, volume, "VolumeFailedDelete", &message);
    };
    if !is_below_tmp(&host_path.path) {
        // [pv_binder 8-6] OBSERVATION: the directory does not lie below /tmp.
        let path = &host_path.path;
        let message = format!("host_path deleter only supports /tmp/.+ but received provided {path}");
        return failed(view, volume, "VolumeFailedDelete", &message);
    }
    if volume.metadata.is_deleting() {
        // [pv_binder 8-7] OBSERVATION: the volume is being deleted already.
        return Vec::new();
    }
    // [pv_binder 8-8] OBSERVATION: the directory is deleted, and the volume with it.
    let removed = disk::remove(view.cluster, volume, view.now).map(Action::SetDisks);
    let deletion = Action::Delete(Deletion::of(&volume.clone().into()));
    removed.into_iter().chain([deletion]).collect()
}

/// Sources with a plugin in the controller that can attach or mount but not delete.
fn has_other_plugin(volume: &PersistentVolume) -> bool {
    ["iscsi", "fc"].iter().any(|source| volume.spec.other.contains_key(*source))
}

/// Whether the pattern `/tmp/.+` matches somewhere in the path.
fn is_below_tmp(path: &str) -> bool {
    path.split_once("/tmp/").is_some_and(|(_, rest)| !rest.is_empty())
}

/// Writes phase Failed once, with its event.
fn failed(
    view: View<'_>,
    volume: &PersistentVolume,
    reason: &'static str,
    message: &str,
) -> Vec<Action> {
    let Some(failed) = bind::with_phase(volume, "Failed", message, view.now) else {
        // [pv_binder 8-9] OBSERVATION: the volume is Failed and that was said.
        return Vec::new();
    };
    let event = EventDraft::warning(&volume.clone().into(), reason, message);
    vec![Action::Update(failed.into()), Action::Event(event)]
}

fn recycle(view: View<'_>, volume: &PersistentVolume) -> Vec<Action> {
    let object = Object::from(volume.clone());
    let users = users(view, volume);
    if !users.is_empty() && !has_successor(view, volume) {
        // [pv_binder 9-2] OBSERVATION: Pods still use the volume.
        let message = format!("Volume is used by pods: {}", users.join(","));
        return vec![Action::Event(EventDraft::normal(&object, "VolumeFailedRecycle", message))];
    }
    if volume.spec.host_path.is_none() && volume.spec.nfs.is_none() {
        // [pv_binder 9-1] OBSERVATION: nothing can recycle what stands behind the volume.
        let message = "No recycler plugin found for the volume!";
        return failed(view, volume, "VolumeFailedRecycle", message);
    }
    let name = format!("{RECYCLER}{}", volume.metadata.name);
    let memory = match view.memory() {
        Some(Memory::PvBinder(recycling)) => *recycling,
        _ => Recycling::default(),
    };
    if view.now < memory.retry_at {
        // [pv_binder 9-7] OBSERVATION: an attempt failed a moment ago.
        return Vec::new();
    }
    let pod = view.cluster.get::<Pod>("default", &name);
    let (mut actions, passed_on) = match pod {
        Some(pod) if memory.at_work => pass_on_events(view, &object, pod, memory.passed_on),
        _ => (Vec::new(), 0),
    };
    let phase = pod.map(|pod| (pod.status.phase.as_str(), pod.status.message.as_str()));
    let why = match (memory.at_work, phase) {
        (false, None) => {
            // [pv_binder 9-3] OBSERVATION: the volume is to be scrubbed.
            let begun = Recycling { at_work: true, ..Recycling::default() };
            let memory = Action::Remember(Some(Memory::PvBinder(begun)));
            return vec![Action::Create(recycler_pod(volume, &name)), memory];
        }
        // [pv_binder 9-4] OBSERVATION: the volume is clean and free again.
        (true, Some(("Succeeded", _))) => {
            actions.push(Action::Remember(None));
            actions.extend(removal(pod));
            let event = EventDraft::normal(&object, "VolumeRecycled", "Volume recycled");
            actions.push(Action::Event(event));
            actions.extend(unbind_volume(volume, view.now));
            return actions;
        }
        // [pv_binder 9-5] OBSERVATION: the scrubbing failed.
        (true, Some(("Failed", ""))) => {
            "failed to recycle volume: pod failed, pod.Status.Message unknown".to_owned()
        }
        (true, Some(("Failed", message))) => format!("failed to recycle volume: {message}"),
        // [pv_binder 9-8] OBSERVATION: somebody took the recycler Pod away.
        (true, None) => "failed to recycle volume: recycler pod was deleted".to_owned(),
        // [pv_binder 9-9] OBSERVATION: a Pod of that name is there from before.
        (false, Some(_)) => "old recycler pod found, will retry later".to_owned(),
        // [pv_binder 9-6] OBSERVATION: the scrubbing goes on.
        (true, Some(_)) => {
            let mut memory = Recycling { passed_on, ..memory };
            if memory.look_at <= view.now {
                memory.look_at = view.now + LOOK_MS;
                let urgency = Urgency::Background;
                actions.push(Action::Requeue { after_ms: LOOK_MS, urgency });
            }
            actions.push(Action::Remember(Some(Memory::PvBinder(memory))));
            return actions;
        }
    };
    let winding_up = if volume.status.phase == "Failed" { WINDING_UP_MS } else { 0 };
    let retry_at = view.now + winding_up;
    let memory = Recycling { retry_at, ..Recycling::default() };
    actions.push(Action::Remember(Some(Memory::PvBinder(memory))));
    actions.extend(removal(pod));
    let message = format!("Recycle failed: {why}");
    actions.extend(failed(view, volume, "VolumeFailedRecycle", &message));
    actions
}

/// The end of the recycler Pod.
fn removal(pod: Option<&Rc<Pod>>) -> Option<Action> {
    pod.map(|pod| Action::Delete(Deletion::of(&Object::from(Rc::clone(pod)))))
}

/// Whether a new claim has the name of the one that the volume served. It uses another volume, so
/// the Pods that use it do not use this one.
fn has_successor(view: View<'_>, volume: &PersistentVolume) -> bool {
    volume.spec.claim_ref.as_ref().is_some_and(|claim| {
        view.cluster.get::<PersistentVolumeClaim>(&claim.namespace, &claim.name).is_some()
    })
}

/// The Pods that use the volume through its claim's name, recyclers apart.
fn users(view: View<'_>, volume: &PersistentVolume) -> Vec<String> {
    let Some(claim) = &volume.spec.claim_ref else { return Vec::new() };
    view.cluster
        .pods_using_claim(&claim.namespace, &claim.name)
        .filter(|pod| !pod.is_terminal())
        .map(|pod| format!("{}/{}", pod.metadata.namespace, pod.metadata.name))
        .collect()
}

/// Repeats the recycler Pod's new events about the volume; also counts all of them.
fn pass_on_events(
    view: View<'_>,
    volume: &Object,
    pod: &Rc<Pod>,
    passed_on: usize,
) -> (Vec<Action>, usize) {
    let key = pod.key();
    let events: Vec<_> = view.cluster.events.about(&key, &pod.metadata.uid).collect();
    let actions = events.iter().skip(passed_on).map(|event| {
        let message = format!("Recycler pod: {}", event.text.message);
        Action::Event(match event.text.kind {
            EventType::Normal => EventDraft::normal(volume, "RecyclerPod", message),
            EventType::Warning => EventDraft::warning(volume, "RecyclerPod", message),
        })
    });
    (actions.collect(), events.len())
}

/// The Pod that empties the volume (`NewPersistentVolumeRecyclerPodTemplate`).
fn recycler_pod(volume: &PersistentVolume, name: &str) -> Object {
    let source = match (&volume.spec.host_path, &volume.spec.nfs) {
        (Some(source), _) => json!({"name": "vol", "hostPath": {"path": source.path}}),
        (_, Some(source)) => {
            json!({"name": "vol", "nfs": {"server": source.server, "path": source.path}})
        }
        _ => json!({"name": "vol"}),
    };
    let gib = volume.capacity().value() >> 30;
    let (least, step) = if volume.spec.nfs.is_some() { (300, 30) } else { (60, 30) };
    let deadline = least.max(i64::try_from(gib * step).unwrap_or(i64::MAX));
    let script = "test -e /scrub && find /scrub -mindepth 1 -delete && test -z \"$(ls -A /scrub)\" \
                  || exit 1";
    let pod = json!({
        "metadata": {"name": name, "namespace": "default"},
        "spec": {
            "activeDeadlineSeconds": deadline,
            "restartPolicy": "Never",
            "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst",
            "schedulerName": "default-scheduler",
            "enableServiceLinks": true,
            "securityContext": {},
            "volumes": [source],
            "containers": [{
                "name": "pv-recycler",
                "image": "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6",
                "imagePullPolicy": "IfNotPresent",
                "terminationMessagePath": "/dev/termination-log",
                "terminationMessagePolicy": "File",
                "command": ["/bin/sh"],
                "args": ["-c", script],
                "volumeMounts": [{"name": "vol", "mountPath": "/scrub"}],
            }],
        },
        "status": {"phase": "Pending", "qosClass": "BestEffort"},
    });
    Object::decode(Kind::Pod, pod).expect("the recycler Pod is a Pod")
}
