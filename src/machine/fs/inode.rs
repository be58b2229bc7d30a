//! What stands in a file system under a number: a directory, a file, a link, a device.

use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::api::time::SimTime;

use super::bytes::Bytes;

/// The number of an inode within its file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ino(pub u32);

/// A directory, a file, a link or a device, with what `stat` tells about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inode {
    /// What it is and holds.
    pub content: Content,
    /// Permission bits with set-uid, set-gid and sticky bit.
    pub mode: u16,
    /// The owner.
    pub uid: u32,
    /// The group.
    pub gid: u32,
    /// How many names lead to it.
    pub links: u32,
    /// When its content was changed last.
    pub mtime: SimTime,
}

/// What an inode is and holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// Names and their inodes, and the directory above.
    Directory(Rc<Entries>),
    /// Bytes.
    File(Bytes),
    /// A path.
    Symlink(Rc<str>),
    /// A socket.
    Socket,
    /// A pipe with a name.
    Fifo,
    /// A character device.
    CharDevice(Device),
    /// A block device.
    BlockDevice,
}

/// The names of a directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The directory that holds this one; the root holds itself.
    pub parent: Ino,
    /// The names, without `.` and `..`.
    pub names: SortedMap<Rc<str>, Ino>,
}

/// Character devices that programs use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// `/dev/null`.
    Null,
    /// `/dev/zero`.
    Zero,
    /// `/dev/full`: always out of space.
    Full,
    /// `/dev/random`, `/dev/urandom`.
    Random,
    /// `/dev/tty`, `/dev/console`.
    Terminal,
    /// One that nothing here reads or writes.
    Other,
}

/// The kinds of things in a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// A directory.
    Directory,
    /// A plain file.
    File,
    /// A symbolic link.
    Symlink,
    /// A socket.
    Socket,
    /// A pipe with a name.
    Fifo,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
}

impl Inode {
    /// Of which kind it is.
    pub fn kind(&self) -> FileKind {
        match self.content {
            Content::Directory(_) => FileKind::Directory,
            Content::File(_) => FileKind::File,
            Content::Symlink(_) => FileKind::Symlink,
            Content::Socket => FileKind::Socket,
            Content::Fifo => FileKind::Fifo,
            Content::CharDevice(_) => FileKind::CharDevice,
            Content::BlockDevice => FileKind::BlockDevice,
        }
    }

    /// The names in it, if it is a directory.
    pub fn entries(&self) -> Option<&Entries> {
        match &self.content {
            Content::Directory(entries) => Some(entries),
            _ => None,
        }
    }
}

impl Inode {
    /// A directory of root's.
    pub fn directory(parent: Ino, mode: u16, mtime: SimTime) -> Self {
        let content = Content::Directory(Rc::new(Entries::new(parent)));
        Self { content, mode, uid: 0, gid: 0, links: 1, mtime }
    }

    /// A file of root's.
    pub fn file(content: impl Into<Bytes>, mode: u16) -> Self {
        Self::new(Content::File(content.into()), mode)
    }

    /// A symbolic link.
    pub fn symlink(target: &str) -> Self {
        Self::new(Content::Symlink(target.into()), 0o777)
    }

    /// An inode of root's.
    pub fn new(content: Content, mode: u16) -> Self {
        Self { content, mode, uid: 0, gid: 0, links: 1, mtime: SimTime::default() }
    }
}

impl Entries {
    /// No names.
    pub(super) fn new(parent: Ino) -> Self {
        Self { parent, names: SortedMap::new() }
    }
}

impl FileKind {
    /// The letter with which `ls -l` begins.
    pub fn letter(self) -> char {
        match self {
            Self::Directory => 'd',
            Self::File => '-',
            Self::Symlink => 'l',
            Self::Socket => 's',
            Self::Fifo => 'p',
            Self::CharDevice => 'c',
            Self::BlockDevice => 'b',
        }
    }
}
