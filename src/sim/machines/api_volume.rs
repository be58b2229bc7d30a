//! The volumes that are made of objects of the API.

use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::machine::fs::disks::{Disks, FsId};
use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::sim::cluster::Cluster;

use super::atomic;
use super::ownership;
use super::payload::{self, Item};

/// No such volume is larger.
const LIMITS: Limits = Limits { bytes: 8 << 30, inodes: 100_000 };

/// Whether the volume is the service account's, which every Pod has.
pub fn is_token(volume: &str) -> bool {
    volume.starts_with("kube-api-access-")
}

/// Writes the files of a Pod's volume, if they differ from those that are there; whether they do.
pub fn fill(disks: &mut Disks, pod: &Pod, volume: &str, items: &[Item], now: SimTime) -> bool {
    let fs = FsId::Volume(pod.metadata.uid.as_str().into(), volume.into());
    let group = ownership::group(pod);
    if !disks.contains(&fs) {
        let own = pod.spec.volumes.iter().find(|own| own.name == volume);
        let on_disk = own.is_some_and(|volume| volume.config_map.is_some());
        let (kind, source, mode) = if on_disk {
            (FsType::Ext4, "/dev/sda1", 0o777)
        } else {
            (FsType::Tmpfs, "tmpfs", 0o1777)
        };
        let mut system = FileSystem::new(kind, source, LIMITS);
        ownership::set_root(&mut system, FileSystem::ROOT, mode, group);
        disks.insert(fs.clone(), system);
    }
    let Some(mut system) = disks.get(&fs).cloned() else { return false };
    let written = atomic::write(&mut system, FileSystem::ROOT, items, now);
    debug_assert!(written.is_ok(), "the volume is large enough");
    if written != Ok(true) {
        return false;
    }
    if let Some(group) = group {
        ownership::give(&mut system, FileSystem::ROOT, group, true);
    }
    disks.insert(fs, system);
    true
}

/// Makes the service account's volume of a Pod, when somebody looks into it.
pub fn make_token(cluster: &Cluster, disks: &mut Disks, pod: &Pod, at: SimTime) {
    for volume in pod.spec.volumes.iter().filter(|volume| is_token(&volume.name)) {
        let fs = FsId::Volume(pod.metadata.uid.as_str().into(), volume.name.as_str().into());
        if let Some(source) = volume.projected.as_ref().filter(|_| !disks.contains(&fs))
            && let Ok(items) = payload::projected(cluster, pod, source)
        {
            fill(disks, pod, &volume.name, &items, at);
        }
    }
}
