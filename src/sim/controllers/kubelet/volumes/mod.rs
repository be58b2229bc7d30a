//! Mounting a Pod's volumes.
//!
//! Models `pkg/kubelet/volumemanager` (`populator/desired_state_of_world_populator.go`
//! `processPodVolumes`, `reconciler/reconciler.go`, `volume_manager.go` `WaitForAttachAndMount`)
//! and `pkg/volume/util/operationexecutor/operation_generator.go` `GenerateMountVolumeFunc`.
//! A file per source says how that source is set up.
//!
//! Deviations:
//! - A wait of more than 2 m 3 s is not begun anew; upstream only logs that.
//! - Sources that are not simulated are taken to be mountable, unless upstream has no plug-in.

mod api_data;
mod attach;
mod claim;
mod empty_dir;
pub(super) mod expansion;
mod host_path;
mod nfs;
mod projected;


use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::api::order;
use crate::api::pod::PodSpec;
use crate::api::time::SimTime;
use crate::api::volume::Volume;
use crate::machine::fs::disks::FsId;
use crate::sim::event_log::EventType;
use crate::sim::machines::node;
use crate::sim::runtime::{Stage, VolumeFiles, VolumeRuntime};

use super::{containers, spec, times};
use super::work::Work;

/// How an attempt to mount came out.
pub(super) enum Outcome {
    /// Mounted.
    Mounted(Place),
    /// Failed, with the event's message.
    Failed(String),
    /// A raw device could not be handed over, with the event's message.
    Unmapped(String),
    /// Not attached to the node yet.
    NotAttached,
    /// The claim cannot be used, and why.
    Unprocessed(String),
}

/// Where a volume's files are.
pub(super) struct Place {
    /// A path of the node, or `server:path`.
    pub path: String,
    /// What of which file system that is.
    pub files: Option<VolumeFiles>,
}

/// Sources for which Kubernetes has no code any more.
const GONE: &[&str] = &[
    "rbd",
    "cephfs",
    "glusterfs",
    "flocker",
    "quobyte",
    "storageos",
    "scaleIO",
    "photonPersistentDisk",
];

/// The volumes that some container mounts, to be tried at that time. Others are never set up.
pub(super) fn used(pod: &PodSpec, at: SimTime) -> SortedMap<String, VolumeRuntime> {
    let mounts = spec::all_containers(pod).flat_map(|container| {
        let devices = container.volume_devices.iter().map(|device| &device.name);
        container.volume_mounts.iter().map(|mount| &mount.name).chain(devices)
    });
    order::map(mounts.map(|name| {
        (name.clone(), VolumeRuntime { retry_at: Some(at), ..VolumeRuntime::default() })
    }))
}

/// Tries what is due, and goes on when all is mounted.
pub(super) fn look(work: &mut Work<'_>) {
    let Stage::Volumes { since } = work.runtime.stage else { return };
    if work.deadline_seen(since).is_some_and(|at| at <= work.now) {
        // [kubelet 3-8] OBSERVATION: the Pod's deadline has passed and its volumes never came.
        return containers::expire(work);
    }
    let mut unprocessed = Vec::new();
    for volume in &work.pod.clone().spec.volumes {
        let Some(known) = work.runtime.volumes.get(&volume.name) else { continue };
        let due = match known.retry_at {
            Some(retry_at) => retry_at <= work.now,
            None => true,
        };
        if known.mounted_at.is_none() && due {
            let outcome = set_up(work, volume);
            settle(work, volume, outcome, &mut unprocessed);
        }
    }
    report_unprocessed(work, &unprocessed);
    if work.runtime.volumes.values().all(|volume| volume.mounted_at.is_some()) {
        // [kubelet 3-1] OBSERVATION: all used volumes are mounted; the sandbox follows.
        let polled = times::next_tick(since, times::VOLUME_POLL_MS, work.now);
        let seen = if work.runtime.volumes.is_empty() { work.now } else { polled };
        work.runtime.stage = Stage::Sandbox { ready_at: seen + times::SANDBOX_MS };
    }
}

fn settle(work: &mut Work<'_>, volume: &Volume, outcome: Outcome, unprocessed: &mut Vec<String>) {
    let now = work.now;
    let pod = work.pod.metadata.name.clone();
    let Some(known) = work.runtime.volumes.get_mut(&volume.name) else { return };
    match outcome {
        Outcome::Mounted(Place { path, files }) => {
            // [kubelet 3-2] OBSERVATION: the volume is mounted.
            known.mounted_at = Some(now);
            known.retry_at = None;
            known.error.clear();
            known.path.clone_from(&path);
            known.files = files;
            expansion::expand(work, volume);
            if !is_own(volume) {
                make_point(work, &volume.name);
                let name = volume.name.clone();
                work.note("volume-mounted", vec![("volume", name), ("path", path), ("pod", pod)]);
            }
        }
        Outcome::Failed(message) => {
            // [kubelet 3-3] OBSERVATION: FailedMount is reported; the next attempt is later.
            known.failures += 1;
            known.retry_at = Some(now + times::mount_retry(known.failures));
            known.error.clone_from(&message);
            work.event(EventType::Warning, "FailedMount", message);
        }
        Outcome::Unmapped(message) => {
            // [kubelet 3-7] OBSERVATION: FailedMapVolume is reported; the next attempt is later.
            known.failures += 1;
            known.retry_at = Some(now + times::mount_retry(known.failures));
            known.error.clone_from(&message);
            work.event(EventType::Warning, "FailedMapVolume", message);
        }
        Outcome::NotAttached => {
            // [kubelet 3-4] OBSERVATION: the kubelet waits in silence for the attachment.
            known.retry_at = None;
        }
        Outcome::Unprocessed(why) => {
            known.failures += 1;
            known.retry_at = Some(now + times::ERROR_RETRY_MS);
            known.error = why;
            unprocessed.push(volume.name.clone());
        }
    }
}

/// Writes anew what is made of the API's objects, where they have changed. Answers whether any
/// file did (`pkg/kubelet/volumemanager` `MarkRemountRequired`).
pub(super) fn refresh(work: &mut Work<'_>) -> bool {
    let pod = work.pod.clone();
    let mut changed = false;
    for volume in pod.spec.volumes.iter().filter(|volume| is_made_of_objects(volume)) {
        let mounted = work.runtime.volumes.get(&volume.name);
        if mounted.is_none_or(|known| known.mounted_at.is_none()) {
            continue;
        }
        let before = work.disks.changes();
        if let Outcome::Failed(message) = set_up(work, volume) {
            let known = work.runtime.volumes.get_mut(&volume.name);
            if let Some(known) = known.filter(|known| known.error != message) {
                // [kubelet 3-10] OBSERVATION: an object that is mounted is gone; the files stay.
                known.error.clone_from(&message);
                work.event(EventType::Warning, "FailedMount", message);
            }
        } else if work.disks.changes() != before {
            // [kubelet 3-9] OBSERVATION: the object has changed and its files with it.
            changed = true;
            let args = vec![("volume", volume.name.clone()), ("pod", pod.metadata.name.clone())];
            work.note("volume-updated", args);
        }
    }
    changed
}

/// Whether the volume's files are an object's of the API, the service account's token apart.
fn is_made_of_objects(volume: &Volume) -> bool {
    let is_token = is_own(volume);
    let projected = volume.projected.is_some() && !is_token;
    volume.config_map.is_some()
        || volume.secret.is_some()
        || volume.downward_api.is_some()
        || projected
}

/// Makes the directory at which the node has a file system of the volume's own mounted.
fn make_point(work: &mut Work<'_>, volume: &str) {
    let files = work.runtime.volumes.get(volume).and_then(|known| known.files.as_ref());
    let Some(point) = files.and_then(|files| files.point.clone()) else { return };
    let pods = format!("{}/{}", node::PODS, work.pod.metadata.uid);
    work.on_node(|view| {
        // A full disk shows when something is written.
        let _ = node::make_directory(view, &pods, 0o750);
        let _ = view.make_directories(&point, 0o750);
    });
}

/// Reports volumes that could not even be tried.
fn report_unprocessed(work: &mut Work<'_>, unprocessed: &[String]) {
    if unprocessed.is_empty() {
        return;
    }
    let volumes = &work.runtime.volumes;
    let unmounted = volumes.iter().filter(|(_, volume)| volume.mounted_at.is_none());
    let unmounted: Vec<&str> = unmounted.map(|(name, _)| name.as_str()).collect();
    let errors: Vec<&str> = unprocessed.iter().map(|name| volumes[name].error.as_str()).collect();
    // [kubelet 3-5] OBSERVATION: the claim cannot be used; the Pod waits without an address.
    let message = format!(
        "Unable to attach or mount volumes: unmounted volumes=[{}], unattached volumes=[], \
         failed to process volumes=[{}]: {}",
        unmounted.join(" "),
        unprocessed.join(" "),
        errors.join("; ")
    );
    work.event(EventType::Warning, "FailedMount", message);
}

/// Whether it is the service account's volume, which every Pod has.
fn is_own(volume: &Volume) -> bool {
    volume.name.starts_with("kube-api-access-") && volume.projected.is_some()
}

fn set_up(work: &mut Work<'_>, volume: &Volume) -> Outcome {
    let name = &volume.name;
    let tried = if let Some(source) = &volume.host_path {
        host_path::set_up(work, source)
    } else if let Some(source) = &volume.nfs {
        nfs::set_up(work, name, &[], source)
    } else if let Some(source) = &volume.config_map {
        api_data::config_map_volume(work, name, source)
    } else if let Some(source) = &volume.secret {
        api_data::secret_volume(work, name, source)
    } else if let Some(source) = &volume.projected {
        projected::set_up(work, name, source)
    } else if let Some(source) = &volume.downward_api {
        api_data::downward_volume(work, name, source)
    } else if volume.persistent_volume_claim.is_some() || volume.ephemeral.is_some() {
        return claim::set_up(work, volume);
    } else if let Some(driver) = attach::driver_of(work, volume) {
        return attach::inline_set_up(work, volume, &driver);
    } else if GONE.iter().any(|gone| volume.other.contains_key(*gone)) {
        let why = "no volume plugin matched";
        let failed = "failed to get Plugin from volumeSpec for volume";
        return Outcome::Unprocessed(format!("{failed} \"{name}\" err={why}"));
    } else {
        empty_dir::set_up(work, volume)
    };
    match tried {
        Ok(place) => Outcome::Mounted(place),
        Err(why) => Outcome::Failed(set_up_failed(name, &why)),
    }
}

/// The message of a failed `SetUp`.
pub(super) fn set_up_failed(volume: &str, why: &str) -> String {
    format!("MountVolume.SetUp failed for volume \"{volume}\" : {why}")
}

/// The directory of a volume on its node.
pub(super) fn work_path(work: &Work<'_>, plugin: &str, volume: &str) -> String {
    let uid = &work.pod.metadata.uid;
    format!("/var/lib/kubelet/pods/{uid}/volumes/kubernetes.io~{plugin}/{volume}")
}

/// Unmounts all volumes; what lived with the Pod goes.
pub(super) fn unmount_all(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    let mounted = std::mem::take(&mut work.runtime.volumes);
    for volume in &pod.spec.volumes {
        let was = mounted.get(&volume.name).is_some_and(|volume| volume.mounted_at.is_some());
        let uid = pod.metadata.uid.as_str();
        let own = FsId::Volume(uid.into(), volume.name.as_str().into());
        if work.disks.contains(&own) {
            work.disks.remove(&own);
        }
        if !was || is_own(volume) {
            continue;
        }
        // [kubelet 3-6] OBSERVATION: the volume is unmounted; an emptyDir is gone with its files.
        let code =
            if empty_dir::is_one(volume) { "empty-dir-removed" } else { "volume-unmounted" };
        let args = vec![("volume", volume.name.clone()), ("pod", pod.metadata.name.clone())];
        work.note(code, args);
    }
    remove_directories(work);
}

/// Removes the Pod's directory on its node, and its containers' own layers.
fn remove_directories(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    let uid: Rc<str> = pod.metadata.uid.as_str().into();
    for container in spec::all_containers(&pod.spec) {
        let layer = FsId::Layer(Rc::clone(&uid), container.name.as_str().into());
        if work.disks.contains(&layer) {
            work.disks.remove(&layer);
        }
    }
    let now = work.now;
    let disk = FsId::Node(Rc::clone(&work.runtime.node));
    let known = work.disks.get(&disk).and_then(|disk| {
        let pods = disk.find(node::PODS).ok()?;
        disk.lookup(pods, &uid).ok().map(|_| pods)
    });
    if let (Some(pods), Some(disk)) = (known, work.disks.get_mut(&disk)) {
        let removed = disk.remove(pods, &uid, now);
        debug_assert!(removed.is_ok(), "the directory was found");
    }
}
