//! The files that a machine or an image begins with.

pub mod desk;
pub mod image;
pub mod node;

mod pages;
mod programs;

use crate::api::time::SimTime;

use super::fs::file_system::FileSystem;
use super::fs::inode::{Content, Device, Inode};

/// Puts an inode where nothing is wrong with the path.
pub(crate) fn put(system: &mut FileSystem, path: &str, inode: Inode) {
    // Debian's `/bin` and `/sbin` are links.
    let linked = ["/bin/", "/sbin/"].into_iter().find(|above| path.starts_with(above));
    let is_link = linked.and_then(|above| system.find(above).ok());
    let is_link = is_link.and_then(|ino| system.get(ino)).is_some_and(|i| i.entries().is_none());
    let merged = format!("/usr{path}");
    let path = if is_link { merged.as_str() } else { path };
    let made = system.put(path, inode, SimTime::default());
    debug_assert!(made.is_ok(), "{path}: {made:?}");
}

/// Makes a directory with that mode.
pub(crate) fn directory(system: &mut FileSystem, path: &str, bits: u16) {
    let found = system.make_directories(path, 0o755, SimTime::default());
    let set = found.and_then(|ino| system.change(ino, |inode| inode.mode = bits));
    debug_assert!(set.is_ok(), "{path}: {set:?}");
}

/// The devices that every `/dev` has.
pub(crate) fn devices(system: &mut FileSystem) {
    let devices = [
        ("/dev/null", Device::Null),
        ("/dev/zero", Device::Zero),
        ("/dev/full", Device::Full),
        ("/dev/random", Device::Random),
        ("/dev/urandom", Device::Random),
        ("/dev/tty", Device::Terminal),
    ];
    for (path, device) in devices {
        put(system, path, Inode::new(Content::CharDevice(device), 0o666));
    }
    let links =
        [("fd", "/proc/self/fd"), ("stdin", "fd/0"), ("stdout", "fd/1"), ("stderr", "fd/2")];
    for (name, target) in links {
        put(system, &format!("/dev/{name}"), Inode::symlink(target));
    }
}
