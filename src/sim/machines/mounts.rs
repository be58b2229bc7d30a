//! What a container sees mounted.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `makeMounts` and
//! `pkg/volume/util/subpath/subpath_linux.go` `doSafeMakeDir`, `doBindSubPath`.
//!
//! Deviations:
//! - What a container mounts itself is not passed on to its node (`Bidirectional`).

use std::rc::Rc;

use crate::api::container::{Container, VolumeMount};
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::machine::fs::disks::{Disks, FsId};
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::{FileKind, Ino};
use crate::machine::fs::namespace::{Mount, Namespace, is_within};
use crate::machine::fs::view::View;
use crate::sim::runtime::{PodRuntime, VolumeFiles};

use super::environment::{Variables, expand};
use super::node::root_view;

/// A container that is about to be started.
#[derive(Clone, Copy, Debug)]
pub struct Starting<'a> {
    /// Its Pod.
    pub pod: &'a Pod,
    /// What the node knows of the Pod.
    pub runtime: &'a PodRuntime,
    /// Its definition.
    pub container: &'a Container,
    /// What is mounted on its node.
    pub node: &'a Namespace,
    /// The time.
    pub now: SimTime,
}

/// The container's mounts, the shortest paths first; the error is the kubelet's. `variables` are
/// asked only when a `subPathExpr` needs them.
pub fn space(
    disks: &mut Disks,
    starting: Starting<'_>,
    variables: impl Fn() -> Variables,
) -> Result<Namespace, String> {
    let container = starting.container;
    let uid: Rc<str> = starting.pod.metadata.uid.as_str().into();
    let layer = FsId::Layer(uid, container.name.as_str().into());
    let context = container.security_context.as_ref();
    let read_only = context.and_then(|context| context.read_only_root_filesystem);
    let root = Mount::new("/", layer).with_read_only(read_only == Some(true));
    let mut space = Namespace::of(vec![root]);
    let mut mounts: Vec<&VolumeMount> = container.volume_mounts.iter().collect();
    mounts.sort_by_key(|mount| mount.mount_path.matches('/').count());
    for mount in mounts {
        let volume = starting.runtime.volumes.get(&mount.name);
        let Some(volume) = volume else { continue };
        let Some(files) = &volume.files else { continue };
        let (fs, root) = part(disks, starting, mount, files, &variables)?;
        let point = absolute(&mount.mount_path);
        let whole = mount.sub_path.is_empty() && mount.sub_path_expr.is_empty();
        let follows = mount.mount_propagation.as_deref().is_some_and(|how| how != "None");
        prepare(disks, &mut space, starting.now, &point, is_file(disks, &fs, root));
        space.add(Mount {
            read_only: mount.read_only || files.read_only,
            follows: (whole && follows).then(|| volume.path.as_str().into()),
            ..Mount::bind(&point, fs, root)
        });
        if whole && !follows {
            add_nested(&mut space, starting.node, &volume.path, &point);
        }
    }
    Ok(space)
}

/// The volume's root, or what its `subPath` names; a missing directory is made.
fn part(
    disks: &mut Disks,
    starting: Starting<'_>,
    mount: &VolumeMount,
    files: &VolumeFiles,
    variables: &impl Fn() -> Variables,
) -> Result<(FsId, Ino), String> {
    let sub_path = if mount.sub_path_expr.is_empty() {
        mount.sub_path.clone()
    } else {
        let (path, missing) = expand(&mount.sub_path_expr, &variables());
        if let Some(name) = missing {
            return Err(format!("missing value for {name}"));
        }
        path
    };
    if sub_path.is_empty() {
        return Ok((files.fs.clone(), files.root));
    }
    let (volume, container) = (&mount.name, &starting.container.name);
    let of = format!("for volumeMount \"{volume}\" of container \"{container}\"");
    let mut space = Namespace::of(vec![Mount::bind("/", files.fs.clone(), files.root)]);
    let mut view = root_view(disks, &mut space, starting.now);
    let path = format!("/{sub_path}");
    if view.stat(&path) == Err(Errno::Enoent) {
        make_like_root(&mut view, &path)
            .map_err(|_| format!("failed to create subPath directory {of}"))?;
    }
    let found = view.stat(&path).map_err(|_| format!("failed to prepare subPath {of}"))?;
    Ok(found.file)
}

/// Makes directories with the mode of the volume's root.
fn make_like_root(view: &mut View<'_>, path: &str) -> Result<(), Errno> {
    let mode = view.stat("/")?.mode;
    let ends = path.char_indices().filter(|(at, c)| *c == '/' && *at > 0).map(|(at, _)| at);
    for end in ends.chain([path.len()]).collect::<Vec<_>>() {
        let path = &path[..end];
        match view.make_directory(path, mode) {
            Ok(()) => view.chmod(path, mode & 0o2777)?,
            Err(Errno::Eexist) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(())
}

/// Whether what is mounted is no directory.
pub(super) fn is_file(disks: &Disks, fs: &FsId, root: Ino) -> bool {
    let inode = disks.get(fs).and_then(|system| system.get(root));
    inode.is_some_and(|inode| inode.kind() != FileKind::Directory)
}

/// Makes the mount point when it lies in another volume; in the container's own layer that is
/// done when the layer is made.
fn prepare(disks: &mut Disks, space: &mut Namespace, now: SimTime, point: &str, is_file: bool) {
    if space.holding(point).is_none_or(|mount| &*mount.point == "/") {
        return;
    }
    make_point(&mut root_view(disks, space, now), point, is_file);
}

/// Makes a mount point, if it can be made.
pub(super) fn make_point(view: &mut View<'_>, point: &str, is_file: bool) {
    if view.exists(point) {
        return;
    }
    let (above, _) = point.rsplit_once('/').unwrap_or_default();
    let made = match is_file {
        true if above.is_empty() => view.write(point, ""),
        true => view.make_directories(above, 0o755).and_then(|()| view.write(point, "")),
        false => view.make_directories(point, 0o755),
    };
    // A point that cannot be made is seen all the same: the mount hides what is there.
    let _ = made;
}

/// A directory of the node comes with what is mounted below it.
fn add_nested(space: &mut Namespace, node: &Namespace, path: &str, point: &str) {
    let path = path.trim_end_matches('/');
    for mount in node.mounts() {
        let is_below = *mount.point != *path && is_within(&mount.point, path);
        if let Some(rest) =
            mount.point.strip_prefix(path).filter(|_| is_below && &*mount.point != "/")
        {
            let point = format!("{}{rest}", point.trim_end_matches('/'));
            space.add(Mount { point: point.into(), ..Mount::clone(mount) });
        }
    }
}

/// A path from the root, without what repeats or ends in slashes.
fn absolute(path: &str) -> String {
    let names: Vec<&str> =
        path.split('/').filter(|name| !name.is_empty() && *name != ".").collect();
    format!("/{}", names.join("/"))
}
