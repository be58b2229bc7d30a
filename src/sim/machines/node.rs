//! Nodes: disks, mounts and a view as root.

use std::rc::Rc;

use crate::api::sorted::SortedSet;
use crate::api::time::SimTime;
use crate::machine::fs::disks::{Disks, FsId};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::machine::fs::namespace::{Mount, Namespace};
use crate::machine::fs::view::{Credentials, View};
use crate::machine::trees;
use crate::sim::cluster::Cluster;
use crate::sim::profile::Profile;
use crate::sim::runtime::{NfsClient, NodeRuntime};

/// Where the kubelet keeps what belongs to Pods.
pub const PODS: &str = "/var/lib/kubelet/pods";

/// The person's own machine, which is no node of the cluster.
pub const DESK: &str = "desk";

/// Gives a fresh cluster its machines.
pub(in crate::sim) fn furnish(cluster: &mut Cluster) {
    let profile = Rc::clone(&cluster.profile);
    let base = trees::node::base();
    let hosts: Vec<_> = profile.nodes.iter().map(|node| (node.name, node.ip)).collect();
    let mut disks = Disks::default();
    if let Some(point) = profile.shared {
        let mut shared = FileSystem::new(FsType::Ext4, "/dev/sdb1", SHARED);
        trees::directory(&mut shared, "/", if point == "/tmp" { 0o1777 } else { 0o777 });
        disks.insert(FsId::Shared(point.into()), shared);
    }
    for node in &profile.nodes {
        let mut disk = trees::node::disk(&base, node.name, &hosts);
        for directory in profile.directories.iter().chain(&profile.shared) {
            trees::directory(&mut disk, directory, 0o755);
        }
        disks.insert(FsId::Node(node.name.into()), disk);
        cluster.set_node_runtime(node.name, Rc::new(runtime(&profile, node.name, node.nfs)));
    }
    disks.insert(FsId::Node(DESK.into()), trees::desk::disk(&base, DESK, &hosts));
    cluster.set_node_runtime(DESK, Rc::new(runtime(&profile, DESK, NfsClient::NoHelper)));
    cluster.set_disks(disks);
}

const SHARED: Limits = Limits { bytes: 50 << 30, inodes: 3_276_800 };

fn runtime(profile: &Profile, name: &str, nfs: NfsClient) -> NodeRuntime {
    let mut space = Namespace::new(FsId::Node(name.into()));
    if let Some(point) = profile.shared {
        space.add(Mount::new(point, FsId::Shared(point.into())));
    }
    NodeRuntime {
        kubelet_running: true,
        kubelet_since: SimTime(0),
        kubelet_announced: true,
        pressures: SortedSet::new(),
        last_pod_number: 1,
        nfs,
        images: profile.images.iter().map(|image| Rc::from(*image)).collect(),
        space,
        pulling_until: SimTime(0),
    }
}

/// What is mounted on a node, the kubelet's mounts for its Pods included.
pub fn space(cluster: &Cluster, node: &str) -> Option<Namespace> {
    let mut space = cluster.node_runtime(node)?.space.clone();
    for (_, runtime) in cluster.runtimes().filter(|(_, runtime)| *runtime.node == *node) {
        for files in runtime.volumes.values().filter_map(|volume| volume.files.as_ref()) {
            if let Some(point) = &files.point {
                let mount = Mount::bind(point, files.fs.clone(), files.root);
                space.add(mount.with_read_only(files.read_only));
            }
        }
    }
    Some(space)
}

/// The node's files as its root user sees them, the kubelet's own mounts apart.
pub fn root_view<'a>(disks: &'a mut Disks, space: &'a mut Namespace, now: SimTime) -> View<'a> {
    View { disks, space, host: None, user: Credentials::root(), umask: 0o022, cwd: "/".into(), now }
}

/// Makes directories on a node and sets the mode of the innermost.
pub fn make_directory(view: &mut View<'_>, path: &str, mode: u16) -> Result<(), Errno> {
    view.make_directories(path, 0o755)?;
    view.chmod(path, mode)
}
