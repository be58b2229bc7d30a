//! The storage behind volumes: disks, and directories that provisioners make and delete.

use crate::api::persistent_volume::PersistentVolume;
use crate::api::time::SimTime;
use crate::machine::fs::disks::{Disks, FsId};
use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::machine::fs::namespace::Namespace;
use crate::machine::trees;
use crate::sim::cluster::Cluster;
use crate::sim::controllers::attach_detach::disk_of;

use super::node::{make_directory, root_view};

/// The size of a disk of which nothing is known.
pub const DISK_BYTES: u64 = 10 << 30;

/// Bytes of a disk for each inode (`mke2fs`).
const BYTES_PER_INODE: u64 = 16_384;

/// A disk of that size with an empty file system.
pub fn formatted_disk(bytes: u64) -> FileSystem {
    let inodes = u32::try_from(bytes / BYTES_PER_INODE).unwrap_or(u32::MAX).max(64);
    let mut system = FileSystem::new(FsType::Ext4, "/dev/sdb", Limits { bytes, inodes });
    trees::directory(&mut system, "/lost+found", 0o700);
    system
}

/// Makes the directory or disk of a provisioned volume.
pub fn make(cluster: &Cluster, volume: &PersistentVolume, now: SimTime) -> Option<Disks> {
    let mut disks = cluster.disks().clone();
    if let Some(disk) = disk_of(volume) {
        let bytes = u64::try_from(volume.capacity().value()).unwrap_or(DISK_BYTES);
        disks.insert(FsId::Disk(disk.handle.into()), formatted_disk(bytes));
        return Some(disks);
    }
    let path = volume.spec.host_path.as_ref()?.path.as_str();
    let mut space = space_of(cluster, volume, path)?;
    // The provisioners open the directory to every user.
    make_directory(&mut root_view(&mut disks, &mut space, now), path, 0o777).ok()?;
    Some(disks)
}

/// Removes the directory or disk of a volume with all that is on it.
pub fn remove(cluster: &Cluster, volume: &PersistentVolume, now: SimTime) -> Option<Disks> {
    let mut disks = cluster.disks().clone();
    if let Some(disk) = disk_of(volume) {
        disks.remove(&FsId::Disk(disk.handle.into()));
        return Some(disks);
    }
    let path = volume.spec.host_path.as_ref()?.path.as_str();
    let mut space = space_of(cluster, volume, path)?;
    let view = root_view(&mut disks, &mut space, now);
    let (above, name) = path.trim_end_matches('/').rsplit_once('/')?;
    let above = view.stat(if above.is_empty() { "/" } else { above }).ok()?;
    let (fs, directory) = above.file;
    disks.get_mut(&fs)?.remove(directory, name, now).ok()?;
    Some(disks)
}

/// The node on which a path is meant: one that the volume is bound to, or any that shares the
/// path with the others, or the first.
fn space_of(cluster: &Cluster, volume: &PersistentVolume, path: &str) -> Option<Namespace> {
    let affinity = volume.spec.node_affinity.as_ref();
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    let nodes = cluster.list::<crate::api::node::Node>();
    let mut fitting = nodes.filter(|node| required.is_none_or(|required| required.matches(node)));
    let shared = cluster.profile.shared;
    let is_shared = shared.is_some_and(|shared| path.starts_with(shared));
    let node = fitting.next()?;
    let alone = required.is_some() || is_shared || cluster.profile.nodes.len() == 1;
    // A path of no certain node is the control plane's own, where nothing of it is.
    let name = alone.then_some(&node.metadata.name)?;
    cluster.node_runtime(name).map(|node| node.space.clone())
}
