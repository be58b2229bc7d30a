//! What a user of a machine or a container sees, and what they may do with it.
//!
//! All paths are absolute or taken from `cwd`. Each function answers as the system call of its
//! name would, with the same error first.

use std::rc::Rc;

use crate::api::time::SimTime;

use super::bytes::Bytes;
use super::disks::{Disks, FsId};
use super::errno::Errno;
use super::file_system::{FsType, blocks};
use super::inode::{Content, Device, FileKind, Ino, Inode};
use super::namespace::Namespace;
use super::walk::{Last, Spot};

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user.
    pub uid: u32,
    /// The group that new files get.
    pub gid: u32,
    /// Further groups.
    pub groups: Rc<[u32]>,
    /// Whether permissions do not hold for this user, as for root with all capabilities.
    pub overrides: bool,
}

/// A machine's or a container's files as a user sees them.
#[derive(Debug)]
pub struct View<'a> {
    /// All file systems.
    pub disks: &'a mut Disks,
    /// What is mounted.
    pub space: &'a mut Namespace,
    /// The mounts of the node, which are seen where a mount follows them.
    pub host: Option<&'a Namespace>,
    /// Who acts.
    pub user: Credentials,
    /// The permission bits that new files do not get.
    pub umask: u16,
    /// The directory from which relative paths lead.
    pub cwd: Rc<str>,
    /// The time that changes get.
    pub now: SimTime,
}

/// What `stat` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stat {
    /// The file system, and the inode's number in it: equal for the same file.
    pub file: (FsId, Ino),
    /// What it is.
    pub kind: FileKind,
    /// Permission bits with set-uid, set-gid and sticky bit.
    pub mode: u16,
    /// How many names lead to it.
    pub links: u32,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// Bytes.
    pub size: u64,
    /// Bytes that it takes, in blocks.
    pub space: u64,
    /// When its content was changed last.
    pub mtime: SimTime,
    /// Which character device it is.
    pub device: Option<Device>,
}

/// A name in a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirEntry {
    /// The name.
    pub name: Rc<str>,
    /// The inode's number.
    pub ino: Ino,
    /// What has that name.
    pub kind: FileKind,
}

/// A file system as `df` and `mount` list it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountInfo {
    /// Its source, such as `/dev/sda1`.
    pub source: Rc<str>,
    /// How it is made.
    pub kind: FsType,
    /// Where it is mounted.
    pub point: Rc<str>,
    /// `rw` or `ro`, and what follows.
    pub options: String,
    /// How many bytes it has.
    pub bytes: u64,
    /// How many of them are used.
    pub bytes_used: u64,
    /// How many inodes it has.
    pub inodes: u64,
    /// How many of them are used.
    pub inodes_used: u64,
}

impl Credentials {
    /// Root with all capabilities.
    pub fn root() -> Self {
        Self { uid: 0, gid: 0, groups: Rc::default(), overrides: true }
    }

    /// A user with groups; only root overrides permissions.
    pub fn user(uid: u32, gid: u32, groups: &[u32]) -> Self {
        Self { uid, gid, groups: groups.into(), overrides: uid == 0 }
    }

    /// Whether the user is in that group.
    pub fn is_in(&self, gid: u32) -> bool {
        self.gid == gid || self.groups.contains(&gid)
    }
}

impl View<'_> {
    /// What the path leads to, links followed.
    pub fn stat(&self, path: &str) -> Result<Stat, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        self.stat_of(walked.found()?)
    }

    /// What the path names, which may be a link.
    pub fn lstat(&self, path: &str) -> Result<Stat, Errno> {
        let walked = self.walk(path, Last::Stay)?;
        self.stat_of(walked.found()?)
    }

    /// Whether there is something, links followed.
    pub fn exists(&self, path: &str) -> bool {
        self.stat(path).is_ok()
    }

    /// Whether there is a directory.
    pub fn is_directory(&self, path: &str) -> bool {
        self.stat(path).is_ok_and(|stat| stat.kind == FileKind::Directory)
    }

    /// Whether the user may read (4), write (2), search or run (1) it; bits may be joined.
    pub fn access(&self, path: &str, wanted: u16) -> Result<(), Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = walked.found()?;
        if wanted & 2 != 0 {
            self.writable(spot)?;
        }
        self.may(self.inode(spot)?, wanted)
    }

    /// The absolute path without links.
    pub fn real_path(&self, path: &str) -> Result<String, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        walked.found()?;
        Ok(walked.path)
    }

    /// Where a link leads.
    pub fn read_link(&self, path: &str) -> Result<Rc<str>, Errno> {
        let walked = self.walk(path, Last::Stay)?;
        match &self.inode(walked.found()?)?.content {
            Content::Symlink(target) => Ok(Rc::clone(target)),
            _ => Err(Errno::Einval),
        }
    }

    /// The whole content of a file. Devices without an end are an error: see [`Self::open`].
    pub fn read(&self, path: &str) -> Result<Bytes, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let inode = self.inode(walked.found()?)?;
        self.may(inode, 4)?;
        match &inode.content {
            Content::File(bytes) => Ok(bytes.clone()),
            Content::Directory(_) => Err(Errno::Eisdir),
            Content::CharDevice(Device::Zero | Device::Full | Device::Random) => Err(Errno::Efbig),
            Content::CharDevice(_) | Content::Fifo => Ok(Bytes::new()),
            Content::BlockDevice => Err(Errno::Eio),
            Content::Socket => Err(Errno::Enxio),
            Content::Symlink(_) => Err(Errno::Eloop),
        }
    }

    /// The names in a directory in their order, without `.` and `..`.
    pub fn read_directory(&self, path: &str) -> Result<Vec<DirEntry>, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = walked.found()?;
        let inode = self.inode(spot)?;
        let entries = inode.entries().ok_or(Errno::Enotdir)?;
        self.may(inode, 4)?;
        let system = self.disks.get(&spot.mount.fs).ok_or(Errno::Estale)?;
        let listed = entries.names.iter().filter_map(|(name, ino)| {
            let kind = system.get(*ino)?.kind();
            Some(DirEntry { name: Rc::clone(name), ino: *ino, kind })
        });
        Ok(listed.collect())
    }

    /// The file system that holds the path.
    pub fn stat_fs(&self, path: &str) -> Result<MountInfo, Errno> {
        let walked = self.walk(path, Last::Follow)?;
        self.info(walked.found()?).ok_or(Errno::Estale)
    }

    /// All mounts, in their order.
    pub fn mounts(&self) -> Vec<MountInfo> {
        let mounts = self.space.mounts().iter();
        let spots = mounts.map(|mount| Spot { mount: Rc::clone(mount), ino: mount.root });
        spots.filter_map(|spot| self.info(&spot)).collect()
    }

    /// Whether the user may do that with the inode: read (4), write (2), search or run (1).
    pub(super) fn may(&self, inode: &Inode, wanted: u16) -> Result<(), Errno> {
        let user = &self.user;
        let runs = inode.mode & 0o111 != 0 || inode.entries().is_some();
        if user.overrides && (wanted & 1 == 0 || runs) {
            return Ok(());
        }
        let granted = if inode.uid == user.uid {
            inode.mode >> 6
        } else if user.is_in(inode.gid) {
            inode.mode >> 3
        } else {
            inode.mode
        };
        if granted & wanted == wanted { Ok(()) } else { Err(Errno::Eacces) }
    }

    /// Whether the mount lets itself be written to; devices and sockets are not on it.
    pub(super) fn writable(&self, spot: &Spot) -> Result<(), Errno> {
        let kind = self.inode(spot)?.kind();
        let held = matches!(kind, FileKind::Directory | FileKind::File | FileKind::Symlink);
        if spot.mount.read_only && held { Err(Errno::Erofs) } else { Ok(()) }
    }

    pub(super) fn stat_of(&self, spot: &Spot) -> Result<Stat, Errno> {
        let inode = self.inode(spot)?;
        let system = self.disks.get(&spot.mount.fs).ok_or(Errno::Estale)?;
        let (links, size) = match &inode.content {
            Content::Directory(entries) => {
                let names = entries.names.len() as u64;
                let in_memory = system.kind == FsType::Tmpfs;
                let size = if in_memory { (names + 2) * 20 } else { 4096 };
                (2 + system.directories_in(spot.ino), size)
            }
            Content::File(bytes) => (inode.links, bytes.len()),
            Content::Symlink(target) => (inode.links, target.len() as u64),
            _ => (inode.links, 0),
        };
        let device = match inode.content {
            Content::CharDevice(device) => Some(device),
            _ => None,
        };
        let kind = inode.kind();
        let takes = match kind {
            FileKind::File => blocks(size),
            FileKind::Directory if system.kind != FsType::Tmpfs => 4096,
            _ => 0,
        };
        Ok(Stat {
            file: (spot.mount.fs.clone(), spot.ino),
            kind,
            mode: inode.mode,
            links,
            uid: inode.uid,
            gid: inode.gid,
            size,
            space: takes,
            mtime: inode.mtime,
            device,
        })
    }

    fn info(&self, spot: &Spot) -> Option<MountInfo> {
        let mount = &spot.mount;
        let system = self.disks.get(&mount.fs)?;
        let (bytes_used, inodes_used) = system.used();
        let access = if mount.read_only { "ro" } else { "rw" };
        let more = if mount.options.is_empty() { "" } else { "," };
        Some(MountInfo {
            source: Rc::clone(&system.source),
            kind: system.kind,
            point: Rc::clone(&mount.point),
            options: format!("{access}{more}{}", mount.options),
            bytes: system.limits.bytes,
            bytes_used,
            inodes: u64::from(system.limits.inodes),
            inodes_used,
        })
    }
}
