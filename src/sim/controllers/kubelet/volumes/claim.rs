//! `persistentVolumeClaim` and `ephemeral`: from the claim to the volume behind it.
//!
//! Models `desired_state_of_world_populator.go` `getPVCExtractPV`, `getPVSpec` and
//! `operation_generator.go` `checkNodeAffinity`, `pkg/volume/local/local.go`.

use std::rc::Rc;

use crate::api::object::Resource as _;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::volume::Volume;
use crate::machine::fs::disks::FsId;
use crate::machine::paths;
use crate::sim::controllers::attach_detach::disk_of;
use crate::sim::machines::disk::DISK_BYTES;
use crate::sim::machines::ownership;
use crate::sim::runtime::VolumeFiles;
use crate::sim::event_log::EventType;

use super::super::spec;
use super::super::work::Work;
use super::{Outcome, Place, attach, host_path, nfs, set_up_failed};

/// Sets up the volume that the claim is bound to.
pub(super) fn set_up(work: &mut Work<'_>, volume: &Volume) -> Outcome {
    match bound_volume(work, volume) {
        // [kubelet 4-1] OBSERVATION: the claim or its volume cannot be used.
        Err(why) => Outcome::Unprocessed(why),
        Ok(found) => mount(work, volume, &found),
    }
}

fn bound_volume(work: &Work<'_>, volume: &Volume) -> Result<Rc<PersistentVolume>, String> {
    let namespace = &*work.key.namespace;
    let claim = work.pod.claims().find(|(of, _)| of.name == volume.name);
    let name = claim.map(|(_, claim)| claim).unwrap_or_default();
    let failed = |why: &str| format!("error processing PVC {namespace}/{name}: {why}");
    let Some(claim) = work.cluster.get::<PersistentVolumeClaim>(namespace, &name) else {
        return Err(failed(&format!(
            "failed to fetch PVC from API server: persistentvolumeclaims \"{name}\" not found"
        )));
    };
    if claim.metadata.is_deleting() {
        return Err(failed("PVC is being deleted"));
    }
    if claim.status.phase != "Bound" {
        return Err(failed("PVC is not bound"));
    }
    let bound = &claim.spec.volume_name;
    if bound.is_empty() {
        return Err(failed("PVC has empty pvc.Spec.VolumeName"));
    }
    let Some(found) = work.cluster.get::<PersistentVolume>("", bound) else {
        return Err(format!(
            "failed to fetch PV {bound} from API server: persistentvolumes \"{bound}\" not found"
        ));
    };
    match &found.spec.claim_ref {
        None => Err(format!(
            "found PV object {bound} but pv.Spec.ClaimRef is nil which could be unexpected"
        )),
        Some(to) if to.uid != claim.metadata.uid => Err(format!(
            "found PV object {bound} but its pv.Spec.ClaimRef.UID {} does not point to PVC with \
             UID {}",
            to.uid, claim.metadata.uid
        )),
        Some(_) => mode_fits(work, volume, claim).map(|()| Rc::clone(found)),
    }
}

/// A raw device is not mounted, and a file system is no device.
fn mode_fits(
    work: &Work<'_>,
    volume: &Volume,
    claim: &PersistentVolumeClaim,
) -> Result<(), String> {
    let name = &volume.name;
    let mut containers = spec::all_containers(&work.pod.spec);
    let is_block = claim.volume_mode() == "Block";
    let clashes = containers.any(|container| {
        let mounted = container.volume_mounts.iter().any(|mount| mount.name == *name);
        let as_device = container.volume_devices.iter().any(|device| device.name == *name);
        if is_block { mounted } else { as_device }
    });
    match (clashes, is_block) {
        (false, _) => Ok(()),
        (true, true) => {
            Err(format!("volume {name} has volumeMode Block, but is specified in volumeMounts"))
        }
        (true, false) => Err(format!(
            "volume {name} has volumeMode Filesystem, but is specified in volumeDevices"
        )),
    }
}

fn mount(work: &mut Work<'_>, of_pod: &Volume, volume: &PersistentVolume) -> Outcome {
    let name = &volume.metadata.name;
    if !attach::is_attached(work, of_pod) {
        return Outcome::NotAttached;
    }
    let is_block = volume.volume_mode() == "Block";
    let verb = if is_block { "MapVolume" } else { "MountVolume" };
    if !reaches_node(work, volume) {
        // [kubelet 4-2] OBSERVATION: the volume cannot be reached from this node.
        let why = "no matching NodeSelectorTerms";
        let check = format!("{verb}.NodeAffinity check failed");
        return Outcome::Failed(format!("{check} for volume \"{name}\" : {why}"));
    }
    if is_held_by_another(work, volume) {
        // [kubelet 4-7] OBSERVATION: another Pod of the node holds a volume for one Pod only.
        let why = "volume uses the ReadWriteOncePod access mode and is already in use by another \
                   pod";
        return if is_block {
            let failed = format!("MapVolume.SetUpDevice failed for volume \"{name}\" : {why}");
            Outcome::Unmapped(failed)
        } else {
            Outcome::Failed(set_up_failed(name, why))
        };
    }
    if is_block {
        return map(work, of_pod, volume);
    }
    if volume.spec.host_path.is_some() && !volume.spec.mount_options.is_empty() {
        // [kubelet 4-5] OBSERVATION: mount options are given to a volume that is not mounted.
        let why = "mount options are not supported for this volume type";
        let check = "MountVolume.MountOptionSupport check failed";
        return Outcome::Failed(format!("{check} for volume \"{name}\" : {why}"));
    }
    let set_up = if let Some(source) = &volume.spec.host_path {
        host_path::set_up(work, source)
    } else if let Some(source) = &volume.spec.nfs {
        nfs::set_up(work, name, &volume.spec.mount_options, source)
    } else if let Some(source) = &volume.spec.local {
        let path = paths::trimmed(&source.path);
        let Ok(stat) = work.on_node(|view| view.stat(path)) else {
            // [kubelet 4-3] OBSERVATION: the disk of a local volume is not there.
            let why = format!("path \"{}\" does not exist", source.path);
            return Outcome::Failed(format!(
                "MountVolume.NewMounter initialization failed for volume \"{name}\" : {why}"
            ));
        };
        let (fs, root) = stat.file;
        let files = VolumeFiles { fs, root, read_only: false, point: None };
        Ok(Place { path: source.path.clone(), files: Some(files) })
    } else if let Some(driver) = attach::driver_of(work, of_pod) {
        attach::staged(work, name, &driver).map(|path| disk(work, volume, path))
    } else {
        let path = super::work_path(work, "csi", name);
        Ok(disk(work, volume, path))
    };
    match set_up {
        // [kubelet 4-4] OBSERVATION: the claim's volume is mounted.
        Ok(mut place) => {
            let claim = of_pod.persistent_volume_claim.as_ref();
            if let Some(files) = &mut place.files {
                files.read_only = claim.is_some_and(|claim| claim.read_only);
                give_to_group(work, volume, files);
            }
            Outcome::Mounted(place)
        }
        Err(why) => Outcome::Failed(set_up_failed(name, &why)),
    }
}

/// The file system of a disk; one that nobody used before is empty.
fn disk(work: &mut Work<'_>, volume: &PersistentVolume, path: String) -> Place {
    let handle = disk_of(volume).map_or_else(|| volume.metadata.name.clone(), |disk| disk.handle);
    let bytes = u64::try_from(volume.capacity().value()).unwrap_or(DISK_BYTES);
    attach::formatted(work, FsId::Disk(handle.into()), bytes, path, false)
}

/// Gives the files of a local volume or a disk to the Pod's `fsGroup`
/// (`pkg/volume/csi/csi_mounter.go` `supportsFSGroup`). Directories of nodes and exports are
/// never changed.
fn give_to_group(work: &mut Work<'_>, volume: &PersistentVolume, files: &VolumeFiles) {
    let Some(group) = ownership::group(&work.pod) else { return };
    let spec = &volume.spec;
    let of_driver = spec.csi.as_ref().is_some_and(|csi| {
        !csi.fs_type.is_empty() && spec.access_modes.iter().any(|mode| mode == "ReadWriteOnce")
    });
    let takes_part = spec.local.is_some()
        || of_driver
        || spec.gce_persistent_disk.is_some()
        || spec.aws_elastic_block_store.is_some();
    let context = work.pod.spec.security_context.as_ref();
    let policy = context.and_then(|context| context.fs_group_change_policy.as_deref());
    let lazy = policy == Some("OnRootMismatch");
    let Some(system) = work.disks.get_mut(&files.fs).filter(|_| takes_part) else { return };
    if !(lazy && ownership::is_given(system, files.root, group)) {
        ownership::give(system, files.root, group, files.read_only);
    }
}

/// Hands the Pod a raw device (`GenerateMapVolumeFunc`).
fn map(work: &mut Work<'_>, of_pod: &Volume, volume: &PersistentVolume) -> Outcome {
    let name = &volume.metadata.name;
    let path = if let Some(source) = &volume.spec.local {
        let path = paths::trimmed(&source.path).to_owned();
        if work.on_node(|view| view.stat(&path)).is_err() {
            // [kubelet 4-8] OBSERVATION: the device of a local volume is not there.
            let why = format!("lstat {path}: no such file or directory");
            let failed = "MapVolume.EvalHostSymlinks failed";
            return Outcome::Unmapped(format!("{failed} for volume \"{name}\" : {why}"));
        }
        path
    } else if let Some(driver) = attach::driver_of(work, of_pod) {
        match attach::staged(work, name, &driver) {
            Ok(path) => path,
            Err(why) => {
                let failed = "MapVolume.SetUpDevice failed";
                return Outcome::Unmapped(format!("{failed} for volume \"{name}\" : {why}"));
            }
        }
    } else {
        // [kubelet 4-9] OBSERVATION: the source has no raw devices; upstream only logs that.
        return Outcome::NotAttached;
    };
    report_device(work, volume);
    Outcome::Mounted(Place { path, files: None })
}

/// Whether a volume for one Pod only is mounted in another one of the node.
fn is_held_by_another(work: &Work<'_>, volume: &PersistentVolume) -> bool {
    let Some(claim) = &volume.spec.claim_ref else { return false };
    volume.spec.access_modes == ["ReadWriteOncePod"]
        && work.cluster.pods_using_claim(&claim.namespace, &claim.name).any(|other| {
            let runtime = work.cluster.runtime(&other.key());
            let mounted = runtime.is_some_and(|runtime| {
                let names = other.claims().filter(|(_, name)| *name == claim.name);
                names.into_iter().any(|(of, _)| {
                    let known = runtime.volumes.get(&of.name);
                    known.is_some_and(|known| known.mounted_at.is_some())
                })
            });
            // A Pod that has ended is being unmounted.
            other.metadata.uid != work.pod.metadata.uid
                && !other.is_terminal()
                && other.spec.node_name == work.pod.spec.node_name
                && mounted
        })
}

/// Reports a raw device that was handed to the Pod (`GenerateMapVolumeFunc`).
fn report_device(work: &mut Work<'_>, volume: &PersistentVolume) {
    let name = &volume.metadata.name;
    let plugin = if volume.spec.local.is_some() { "local-volume" } else { "csi" };
    let global = match plugin {
        "csi" => format!("kubernetes.io/csi/volumeDevices/{name}/dev"),
        _ => format!("kubernetes.io~local-volume/volumeDevices/{name}"),
    };
    let uid = work.pod.metadata.uid.clone();
    let of_pod = format!("volumeDevices/kubernetes.io~{plugin}");
    // [kubelet 4-6] OBSERVATION: the Pod has a raw device.
    let paths = [
        format!("globalMapPath \"/var/lib/kubelet/plugins/{global}\""),
        format!("volumeMapPath \"/var/lib/kubelet/pods/{uid}/{of_pod}\""),
    ];
    for path in paths {
        let message = format!("MapVolume.MapPodDevice succeeded for volume \"{name}\" {path}");
        work.event(EventType::Normal, "SuccessfulMountVolume", message);
    }
}

fn reaches_node(work: &Work<'_>, volume: &PersistentVolume) -> bool {
    let affinity = volume.spec.node_affinity.as_ref();
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    match (required, work.node()) {
        (Some(selector), Some(node)) => selector.matches(node),
        _ => true,
    }
}
