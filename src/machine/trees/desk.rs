//! The disk of the person's own machine: Debian with `kubectl`, and the lecture's manifests.

use crate::machine::fs::file_system::FileSystem;
use crate::machine::fs::inode::Inode;

use super::node::{self, PASSWD};
use super::{directory, put};

/// Who works there.
pub const USER: &str = "student";
/// The number of that user and of their group.
pub const UID: u32 = 1000;
/// Where they begin.
pub const HOME: &str = "/home/student";

/// The lecture's files, under the names that it gives them.
const FILES: &[(&str, &str)] = &[
    ("count-pod.yaml", include_str!("../../../static/lessons/emptydir/start.yaml")),
    ("hostpath-httpd.yaml", include_str!("../../../static/lessons/hostpath/start.yaml")),
    ("nfs_http.yaml", include_str!("../../../static/lessons/nfs/start.yaml")),
    ("mongo-pod-pv-pvc.yaml", include_str!("../../../static/lessons/mongo-static/start.yaml")),
    ("mongo-dynamic.yaml", include_str!("../../../static/lessons/mongo-dynamic/start.yaml")),
    ("statefulset.yaml", include_str!("../../../static/lessons/statefulset/start.yaml")),
];

/// The disk of the machine of that name among the named hosts with their addresses.
pub fn disk(base: &FileSystem, name: &str, hosts: &[(&str, &str)]) -> FileSystem {
    let mut system = node::disk(base, name, hosts);
    let passwd = format!("{PASSWD}{USER}:x:{UID}:{UID}::{HOME}:/bin/bash\n");
    put(&mut system, "/etc/passwd", Inode::file(passwd.as_str(), 0o644));
    directory(&mut system, HOME, 0o755);
    for (name, text) in FILES {
        put(&mut system, &format!("{HOME}/{name}"), Inode::file(*text, 0o644));
    }
    let own: Vec<String> = FILES.iter().map(|(name, _)| format!("{HOME}/{name}")).collect();
    for path in own.iter().map(String::as_str).chain([HOME]) {
        let owned = system
            .find(path)
            .and_then(|ino| system.change(ino, |inode| (inode.uid, inode.gid) = (UID, UID)));
        debug_assert!(owned.is_ok(), "{path}");
    }
    system
}
