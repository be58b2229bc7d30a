//! Which files are where: for pictures, captions and lessons.

use crate::machine::fs::disks::FsId;
use crate::machine::fs::file_system::FileSystem;
use crate::machine::fs::inode::{FileKind, Ino, Inode};
use crate::machine::paths;
use crate::sim::cluster::Cluster;
use crate::sim::runtime::VolumeFiles;

/// Directories of a node that hold nothing of interest to a learner.
const OWN: &[&str] =
    &["/var/lib/kubelet", "/proc", "/sys", "/dev", "/usr", "/bin", "/lib", "/sbin"];

/// How deep a node's disk is searched.
const DEPTH_MAX: usize = 12;

/// A file, directory or link on a volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its path from the volume's root.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes.
    pub size: u64,
}

/// What is on a volume now, in order; what the kubelet keeps for itself (`..data`) is left out.
pub fn on_volume(cluster: &Cluster, files: &VolumeFiles) -> Vec<Sheet> {
    below(cluster, &files.fs, files.root)
}

/// What is below an inode of a file system now, in order.
pub fn below(cluster: &Cluster, fs: &FsId, root: Ino) -> Vec<Sheet> {
    let found = cluster.disks().below(fs, root).into_iter();
    let found = found.filter(|(path, _)| !path.starts_with(".."));
    found.map(|(path, inode)| Sheet { path, kind: inode.kind(), size: size(inode) }).collect()
}

fn size(inode: &Inode) -> u64 {
    match &inode.content {
        crate::machine::fs::inode::Content::File(bytes) => bytes.len(),
        _ => 0,
    }
}

/// How many inodes a node's disk has: what [`made_on`] answers can only change with it.
pub fn count_on(cluster: &Cluster, node: &str) -> u64 {
    disk(cluster, node).map_or(0, |disk| disk.used().1)
}

/// What stands on a node's disk beyond a fresh machine's; of directories the innermost, and
/// files only where a fresh machine has a directory.
pub fn made_on(cluster: &Cluster, node: &str) -> Vec<String> {
    let mut made = Vec::new();
    if let Some(disk) = disk(cluster, node) {
        collect(disk, FileSystem::ROOT, "", 0, &mut made);
    }
    // The point at which a disk of all nodes is mounted is nobody's making.
    made.retain(|path| cluster.profile.shared != Some(path));
    made
}

fn disk<'a>(cluster: &'a Cluster, node: &str) -> Option<&'a FileSystem> {
    cluster.disks().get(&FsId::Node(node.into()))
}

fn collect(disk: &FileSystem, at: Ino, path: &str, depth: usize, made: &mut Vec<String>) {
    let Some(entries) = disk.get(at).and_then(Inode::entries) else { return };
    let is_directory = |ino: &Ino| disk.get(*ino).is_some_and(|inode| inode.entries().is_some());
    let only_leads_on = !entries.names.is_empty() && entries.names.values().all(is_directory);
    if !is_base(path) && !only_leads_on {
        made.push(path.to_owned());
        return;
    }
    for (name, ino) in &entries.names {
        let child = format!("{path}/{name}");
        if OWN.contains(&child.as_str()) || depth > DEPTH_MAX {
            continue;
        }
        if is_directory(ino) {
            collect(disk, *ino, &child, depth + 1, made);
        } else if !is_base(&child) && path != "/etc" {
            made.push(child);
        }
    }
}

fn is_base(path: &str) -> bool {
    let path = paths::trimmed(path);
    paths::BASE.iter().any(|(base, _)| *base == path)
}
