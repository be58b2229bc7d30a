//! What is mounted where.

use std::rc::Rc;

use super::disks::FsId;
use super::file_system::FileSystem;
use super::inode::Ino;

/// One mount: a directory or a file of a file system, seen under a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// The absolute path, without links.
    pub point: Rc<str>,
    /// The file system.
    pub fs: FsId,
    /// What of it is seen.
    pub root: Ino,
    /// Whether writes are refused.
    pub read_only: bool,
    /// Options as `mount` prints them, behind `rw` or `ro`, such as `relatime`.
    pub options: Rc<str>,
    /// The path of the node whose mounts are seen below, if they are.
    pub follows: Option<Rc<str>>,
}

/// The mounts that a machine or a container sees, in their order. Later ones hide earlier ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Namespace {
    mounts: Rc<Vec<Rc<Mount>>>,
}

impl Mount {
    /// A whole file system under a path.
    pub fn new(point: &str, fs: FsId) -> Self {
        Self {
            point: point.into(),
            fs,
            root: FileSystem::ROOT,
            read_only: false,
            options: "relatime".into(),
            follows: None,
        }
    }

    /// A part of a file system under a path.
    pub fn bind(point: &str, fs: FsId, root: Ino) -> Self {
        Self { root, ..Self::new(point, fs) }
    }

    /// The same, read-only or not.
    #[must_use]
    pub fn with_read_only(self, read_only: bool) -> Self {
        Self { read_only, ..self }
    }
}

impl Namespace {
    /// One with that file system as its root.
    pub fn new(root: FsId) -> Self {
        Self { mounts: Rc::new(vec![Rc::new(Mount::new("/", root))]) }
    }

    /// One with these mounts, in their order.
    pub fn of(mounts: Vec<Mount>) -> Self {
        Self { mounts: Rc::new(mounts.into_iter().map(Rc::new).collect()) }
    }

    /// The mounts, in the order in which they were made.
    pub fn mounts(&self) -> &[Rc<Mount>] {
        &self.mounts
    }

    /// The mount that is seen at exactly that path.
    pub fn at(&self, path: &str) -> Option<&Rc<Mount>> {
        self.mounts.iter().rev().find(|mount| *mount.point == *path)
    }

    /// The mount in which the path lies.
    pub fn holding(&self, path: &str) -> Option<&Rc<Mount>> {
        let holding = self.mounts.iter().filter(|mount| is_within(path, &mount.point));
        // Of equally long points the latest counts: `max_by_key` takes the last of equals.
        holding.max_by_key(|mount| mount.point.len())
    }

    /// Mounts one more.
    pub fn add(&mut self, mount: Mount) {
        Rc::make_mut(&mut self.mounts).push(Rc::new(mount));
    }

    /// Takes the latest mount at that path away.
    pub fn remove(&mut self, path: &str) -> Option<Rc<Mount>> {
        let at = self.mounts.iter().rposition(|mount| *mount.point == *path)?;
        Some(Rc::make_mut(&mut self.mounts).remove(at))
    }

    /// The mounts that do not lie below that path.
    #[must_use]
    pub fn without(&self, path: &str) -> Self {
        let kept = self.mounts.iter().filter(|mount| !is_within(&mount.point, path));
        Self { mounts: Rc::new(kept.cloned().collect()) }
    }

    /// Whether something is mounted below that path.
    pub fn has_below(&self, path: &str) -> bool {
        let below = |mount: &Rc<Mount>| *mount.point != *path && is_within(&mount.point, path);
        self.mounts.iter().any(below)
    }
}

/// Whether a path is that directory or lies in it.
pub fn is_within(path: &str, directory: &str) -> bool {
    let directory = directory.trim_end_matches('/');
    path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
