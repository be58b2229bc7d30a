//! Who owns what is in a volume (`pkg/volume/volume_linux.go` `SetVolumeOwnership`).

use crate::api::pod::Pod;
use crate::machine::fs::file_system::FileSystem;
use crate::machine::fs::inode::{Ino, Inode};

/// The set-group-id bit.
const SET_GID: u16 = 0o2000;

/// The Pod's `fsGroup`.
pub fn group(pod: &Pod) -> Option<u32> {
    let context = pod.spec.security_context.as_ref();
    context.and_then(|context| context.fs_group).and_then(|group| u32::try_from(group).ok())
}

/// Sets the mode and group of a volume's root.
pub fn set_root(system: &mut FileSystem, root: Ino, mode: u16, group: Option<u32>) {
    let set = system.change(root, |inode| {
        inode.mode = if group.is_some() { mode | SET_GID } else { mode };
        inode.gid = group.unwrap_or(0);
    });
    debug_assert!(set.is_ok(), "a volume has a root");
}

/// Gives all of a volume to the group: readable, and writable unless the volume is read-only.
pub fn give(system: &mut FileSystem, root: Ino, group: u32, read_only: bool) {
    let bits = if read_only { 0o440 } else { 0o660 };
    let below = system.below(root).into_iter().map(|(_, ino)| ino);
    for ino in below.chain([root]) {
        let given = system.change(ino, |inode: &mut Inode| {
            inode.gid = group;
            match inode.kind().letter() {
                'l' => {}
                'd' => inode.mode |= bits | 0o110 | SET_GID,
                _ => inode.mode |= bits,
            }
        });
        debug_assert!(given.is_ok(), "the inode was listed");
    }
}

/// Whether the walk can be skipped: the root is as it should be (`fsGroupChangePolicy`).
pub fn is_given(system: &FileSystem, root: Ino, group: u32) -> bool {
    system.get(root).is_some_and(|inode| {
        inode.gid == group && inode.mode & (SET_GID | 0o770) == SET_GID | 0o770
    })
}
