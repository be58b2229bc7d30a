//! `persistentVolumeClaim` and `ephemeral`: from the claim to the volume behind it.
//!
//! Models `desired_state_of_world_populator.go` `getPVCExtractPV`, `getPVSpec` and
//! `operation_generator.go` `checkNodeAffinity`, `pkg/volume/local/local.go`.

use std::rc::Rc;

use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::volume::Volume;
use crate::machine::paths;
use crate::sim::event_log::EventType;

use super::super::spec;
use super::super::work::Work;
use super::{Outcome, attach, host_path, nfs, set_up_failed};

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
    if !reaches_node(work, volume) {
        // [kubelet 4-2] OBSERVATION: the volume cannot be reached from this node.
        let why = "no matching NodeSelectorTerms";
        let check = "MountVolume.NodeAffinity check failed";
        return Outcome::Failed(format!("{check} for volume \"{name}\" : {why}"));
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
        if work.machine.path_kind(paths::trimmed(&source.path)).is_none() {
            // [kubelet 4-3] OBSERVATION: the disk of a local volume is not there.
            let why = format!("path \"{}\" does not exist", source.path);
            return Outcome::Failed(format!(
                "MountVolume.NewMounter initialization failed for volume \"{name}\" : {why}"
            ));
        }
        Ok(source.path.clone())
    } else if let Some(driver) = attach::driver_of(work, of_pod) {
        attach::staged(work, name, &driver)
    } else {
        Ok(super::work_path(work, "csi", name))
    };
    match set_up {
        // [kubelet 4-4] OBSERVATION: the claim's volume is mounted.
        Ok(path) => {
            if volume.volume_mode() == "Block" {
                report_device(work, volume);
            }
            Outcome::Mounted(path)
        }
        Err(why) => Outcome::Failed(set_up_failed(name, &why)),
    }
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
