//! `emptyDir` (`pkg/volume/emptydir/empty_dir.go`).

use crate::api::container::Container;
use crate::api::quantity::Quantity;
use crate::api::volume::Volume;
use crate::machine::fs::disks::FsId;
use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::sim::controllers::kubelet::spec;
use crate::sim::machines::{node, ownership};
use crate::sim::runtime::VolumeFiles;

use super::super::work::Work;
use super::Place;

/// Inodes of a file system in memory, by its size: one for each page.
const PAGE: u64 = 4096;

/// Whether the volume lives and dies with its Pod. A volume without any source is one.
pub(super) fn is_one(volume: &Volume) -> bool {
    volume.empty_dir.is_some()
}

/// Makes the directory on the node's disk, or a file system in its memory.
pub(super) fn set_up(work: &mut Work<'_>, volume: &Volume) -> Result<Place, String> {
    let path = super::work_path(work, "empty-dir", &volume.name);
    let medium = volume.empty_dir.as_ref().map_or("", |source| source.medium.as_str());
    let group = ownership::group(&work.pod);
    if !medium.is_empty() {
        let fs = FsId::Volume(
            work.pod.metadata.uid.as_str().into(),
            volume.name.as_str().into(),
        );
        let bytes = memory(work, volume);
        let inodes = u32::try_from(bytes / PAGE).unwrap_or(u32::MAX).max(16);
        let mut system = FileSystem::new(FsType::Tmpfs, "tmpfs", Limits { bytes, inodes });
        ownership::set_root(&mut system, FileSystem::ROOT, 0o1777, group);
        work.disks.insert(fs.clone(), system);
        let point = Some(path.as_str().into());
        let files = VolumeFiles { fs, root: FileSystem::ROOT, read_only: false, point };
        return Ok(Place { path, files: Some(files) });
    }
    let pods = format!("{}/{}", node::PODS, work.pod.metadata.uid);
    let made = work.on_node(|view| {
        node::make_directory(view, &pods, 0o750)?;
        node::make_directory(view, &path, 0o777)?;
        view.stat(&path)
    });
    let (fs, root) = made.map_err(|errno| errno.text().to_lowercase())?.file;
    if let Some(system) = work.disks.get_mut(&fs) {
        ownership::set_root(system, root, 0o777, group);
    }
    let files = VolumeFiles { fs, root, read_only: false, point: None };
    Ok(Place { path, files: Some(files) })
}

/// The size of a volume in memory: its limit or the containers' limits, whichever is less
/// (`pkg/volume/emptydir` `calculateEmptyDirMemorySize`).
fn memory(work: &Work<'_>, volume: &Volume) -> u64 {
    let allocatable = work.node().and_then(|node| node.status.allocatable.get("memory").copied());
    let limit = |container: &Container| container.resources.limits.get("memory").copied();
    let limits: Option<Vec<Quantity>> =
        spec::all_containers(&work.pod.spec).map(limit).collect();
    let containers = limits.map(|all| all.iter().map(Quantity::value).sum::<i128>());
    let own = volume.empty_dir.as_ref().and_then(|source| source.size_limit);
    let own = own.map(|limit| limit.value()).filter(|limit| *limit > 0);
    let most = allocatable.map_or(i128::from(u32::MAX), |memory| memory.value());
    let least = [own, containers].into_iter().flatten().fold(most, i128::min);
    u64::try_from(least).unwrap_or(0)
}
