//! `nfs` (`pkg/volume/nfs/nfs.go` `SetUpAt`, `k8s.io/mount-utils/mount_linux.go` `doMount`).
//!
//! Deviations:
//! - A server that is no node is taken to be there and to export the path.

use crate::api::node::Node;
use crate::api::volume::NfsVolumeSource;
use crate::machine::fs::disks::FsId;
use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::machine::fs::inode::{FileKind, Ino};
use crate::sim::machines::node;
use crate::sim::runtime::{NfsClient, VolumeFiles};

use super::super::work::Work;
use super::Place;

/// What a server outside the cluster offers.
const EXPORT: Limits = Limits { bytes: 100 << 30, inodes: 6_553_600 };

/// Mounts the export as the node's `mount` would.
pub(super) fn set_up(
    work: &mut Work<'_>,
    volume: &str,
    options: &[String],
    source: &NfsVolumeSource,
) -> Result<Place, String> {
    let remote = format!("{}:{}", source.server, source.path);
    let directory = super::work_path(work, "nfs", volume);
    let help = "\n       dmesg(1) may have more information after failed mount system call.";
    let problem = match work.machine.nfs {
        NfsClient::Installed => match export(work, source) {
            Some((fs, root)) => {
                let point = Some(directory.as_str().into());
                let files = VolumeFiles { fs, root, read_only: source.read_only, point };
                return Ok(Place { path: remote, files: Some(files) });
            }
            None => format!(
                "mount.nfs: mounting {remote} failed, reason given by server: No such file or \
                 directory"
            ),
        },
        NfsClient::NoKernelModule => {
            format!("mount: {directory}: unknown filesystem type 'nfs'.{help}")
        }
        NfsClient::NoHelper => format!(
            "mount: {directory}: bad option; for several filesystems (e.g. nfs, cifs) you might \
             need a /sbin/mount.nfs helper program.{help}"
        ),
    };
    let mut options = options.to_vec();
    if source.read_only {
        options.push("ro".to_owned());
    }
    let options = options.join(",");
    let options = if options.is_empty() { options } else { format!("-o {options} ") };
    Err(format!(
        "mount failed: exit status 32\nMounting command: mount\nMounting arguments: -t nfs \
         {options}{remote} {directory}\nOutput: {problem}\n"
    ))
}

/// The directory that the server exports: a node's own, or one of a server outside.
fn export(work: &mut Work<'_>, source: &NfsVolumeSource) -> Option<(FsId, Ino)> {
    let mut nodes = work.cluster.list::<Node>();
    let is_server =
        |node: &Node| node.metadata.name == source.server || node.internal_ip() == source.server;
    if let Some(server) = nodes.find(|node| is_server(node)) {
        let mut space = work.cluster.node_runtime(&server.metadata.name)?.space.clone();
        let view = node::root_view(&mut work.disks, &mut space, work.now);
        let stat = view.stat(&source.path).ok()?;
        return (stat.kind == FileKind::Directory).then_some(stat.file);
    }
    let fs = FsId::Export(source.server.as_str().into(), source.path.as_str().into());
    if !work.disks.contains(&fs) {
        let remote = format!("{}:{}", source.server, source.path);
        work.disks.insert(fs.clone(), FileSystem::new(FsType::Nfs4, &remote, EXPORT));
    }
    Some((fs, FileSystem::ROOT))
}
