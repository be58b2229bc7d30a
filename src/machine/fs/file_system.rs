//! One file system: a tree of inodes with a limit on their bytes and their number.
//!
//! Its functions take inode numbers and check only what the tree itself needs. Paths, users,
//! links and read-only mounts are [`super::view`]'s.

use std::rc::Rc;

use rpds::RedBlackTreeMap;

use crate::api::sorted::SortedMap;
use crate::api::time::SimTime;

use super::bytes::Bytes;
use super::errno::Errno;
use super::inode::{Content, Entries, Ino, Inode};

/// Space is given out in blocks.
pub const BLOCK: u64 = 4096;

/// The longest name.
pub const NAME_MAX: usize = 255;

/// What all files of one file system may take of the real machine's memory.
const HELD_MAX: u64 = 32 << 20;

/// What a file system can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes, counted in blocks.
    pub bytes: u64,
    /// Inodes.
    pub inodes: u32,
}

/// How a file system is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FsType {
    /// On a disk.
    Ext4,
    /// In memory.
    Tmpfs,
    /// A container's: the image's files with a layer on top.
    Overlay,
    /// On a server.
    Nfs4,
}

/// A file system.
#[derive(Clone, Debug)]
pub struct FileSystem {
    /// How it is made.
    pub kind: FsType,
    /// What `df` and `mount` name as its source.
    pub source: Rc<str>,
    /// What it can hold.
    pub limits: Limits,
    inodes: RedBlackTreeMap<Ino, Rc<Inode>>,
    next: u32,
    used: u64,
    held: u64,
    /// What an image brought: bytes and inodes below the layer that is written.
    base: (u64, u64),
}

impl FsType {
    /// As `mount` names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ext4 => "ext4",
            Self::Tmpfs => "tmpfs",
            Self::Overlay => "overlay",
            Self::Nfs4 => "nfs4",
        }
    }
}

impl FileSystem {
    /// The root directory.
    pub const ROOT: Ino = Ino(2);

    /// An empty one, whose root is `drwxr-xr-x root root`.
    pub fn new(kind: FsType, source: &str, limits: Limits) -> Self {
        let mut inodes = RedBlackTreeMap::new();
        let root = Inode { links: 1, ..Inode::directory(Self::ROOT, 0o755, SimTime::default()) };
        inodes.insert_mut(Self::ROOT, Rc::new(root));
        Self {
            kind,
            source: source.into(),
            limits,
            inodes,
            next: 11,
            used: 0,
            held: 0,
            base: (0, 0),
        }
    }

    /// A fresh layer over this one as an image: what is there costs nothing more.
    #[must_use]
    pub fn layer(&self, source: &str, limits: Limits) -> Self {
        Self {
            kind: FsType::Overlay,
            source: source.into(),
            limits,
            base: (self.used, self.inodes.size() as u64),
            held: 0,
            ..self.clone()
        }
    }

    /// The inode of that number.
    pub fn get(&self, ino: Ino) -> Option<&Inode> {
        self.inodes.get(&ino).map(|inode| &**inode)
    }

    /// How many bytes and inodes are in use, without what an image brought.
    pub fn used(&self) -> (u64, u64) {
        let inodes = self.inodes.size() as u64;
        (self.used.saturating_sub(self.base.0), inodes.saturating_sub(self.base.1))
    }

    /// The inode of a name in a directory.
    pub fn lookup(&self, directory: Ino, name: &str) -> Result<Ino, Errno> {
        let inode = self.get(directory).ok_or(Errno::Enoent)?;
        let entries = inode.entries().ok_or(Errno::Enotdir)?;
        entries.names.get(name).copied().ok_or(Errno::Enoent)
    }

    /// The inode at a path below the root, links not followed.
    pub fn find(&self, path: &str) -> Result<Ino, Errno> {
        let names = path.split('/').filter(|name| !name.is_empty());
        names.into_iter().try_fold(Self::ROOT, |at, name| self.lookup(at, name))
    }

    /// Puts a new inode under a name.
    pub fn create(
        &mut self,
        directory: Ino,
        name: &str,
        inode: Inode,
        now: SimTime,
    ) -> Result<Ino, Errno> {
        if name.len() > NAME_MAX {
            return Err(Errno::Enametoolong);
        }
        self.free_name(directory, name)?;
        if self.used().1 >= u64::from(self.limits.inodes) {
            return Err(Errno::Enospc);
        }
        self.charge(0, space(&inode, self.kind))?;
        self.hold(0, held(&inode))?;
        let ino = Ino(self.next);
        self.next += 1;
        let content = match inode.content {
            Content::Directory(_) => Content::Directory(Rc::new(Entries::new(directory))),
            other => other,
        };
        self.inodes.insert_mut(ino, Rc::new(Inode { content, links: 1, mtime: now, ..inode }));
        self.enter(directory, name, ino, now);
        Ok(ino)
    }

    /// One more name for an inode.
    pub fn link(
        &mut self,
        ino: Ino,
        directory: Ino,
        name: &str,
        now: SimTime,
    ) -> Result<(), Errno> {
        self.free_name(directory, name)?;
        self.change(ino, |inode| inode.links += 1)?;
        self.enter(directory, name, ino, now);
        Ok(())
    }

    /// Takes a name away, and the inode when it was the last; a directory with all in it.
    pub fn remove(&mut self, directory: Ino, name: &str, now: SimTime) -> Result<(), Errno> {
        let ino = self.lookup(directory, name)?;
        self.leave(directory, name, now);
        self.release(ino);
        Ok(())
    }

    /// Takes a directory's name away but keeps what is in it: something is mounted from there.
    pub fn detach(&mut self, directory: Ino, name: &str, now: SimTime) -> Result<(), Errno> {
        self.lookup(directory, name)?;
        self.leave(directory, name, now);
        Ok(())
    }

    /// Moves a name; what has the new name already goes.
    pub fn rename(
        &mut self,
        from: (Ino, &str),
        to: (Ino, &str),
        now: SimTime,
    ) -> Result<(), Errno> {
        let ino = self.lookup(from.0, from.1)?;
        if from == to || self.lookup(to.0, to.1) == Ok(ino) {
            return Ok(());
        }
        if self.lookup(to.0, to.1).is_ok() {
            self.remove(to.0, to.1, now)?;
        }
        self.leave(from.0, from.1, now);
        self.enter(to.0, to.1, ino, now);
        self.change(ino, |inode| {
            if let Content::Directory(entries) = &mut inode.content {
                Rc::make_mut(entries).parent = to.0;
            }
        })
    }

    /// Puts content in the place of a file's.
    pub fn write(&mut self, ino: Ino, content: Bytes, now: SimTime) -> Result<(), Errno> {
        let inode = self.get(ino).ok_or(Errno::Estale)?;
        let Content::File(old) = &inode.content else { return Err(Errno::Einval) };
        let (before, after) = (blocks(old.len()), blocks(content.len()));
        let (old_held, new_held) = (old.held(), content.held());
        self.charge(before, after)?;
        self.hold(old_held, new_held)?;
        self.change(ino, |inode| {
            inode.content = Content::File(content);
            inode.mtime = now;
        })
    }

    /// Changes what `stat` tells about an inode, through a function.
    pub fn change(&mut self, ino: Ino, with: impl FnOnce(&mut Inode)) -> Result<(), Errno> {
        let inode = self.inodes.get_mut(&ino).ok_or(Errno::Enoent)?;
        with(Rc::make_mut(inode));
        Ok(())
    }

    /// The directory above a directory.
    pub fn parent(&self, directory: Ino) -> Option<Ino> {
        self.get(directory)?.entries().map(|entries| entries.parent)
    }

    /// How many directories stand directly in one.
    pub fn directories_in(&self, directory: Ino) -> u32 {
        let names = self.get(directory).and_then(Inode::entries).map(|entries| &entries.names);
        let is_directory = |ino: &&Ino| self.get(**ino).is_some_and(|i| i.entries().is_some());
        let count = names.map_or(0, |names| names.values().filter(is_directory).count());
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Everything below an inode with its path from there, in order; not the inode itself.
    pub fn below(&self, ino: Ino) -> Vec<(String, Ino)> {
        let mut found = Vec::new();
        self.collect(ino, "", &mut found);
        found
    }

    /// The bytes in blocks and the inodes of an inode with all below it, as `du` counts.
    pub fn usage(&self, ino: Ino) -> (u64, u64) {
        let own = std::iter::once(ino);
        let all = own.chain(self.below(ino).into_iter().map(|(_, ino)| ino));
        let sizes = all.filter_map(|ino| self.get(ino)).map(|inode| space(inode, self.kind));
        sizes.fold((0, 0), |(bytes, count), size| (bytes + size, count + 1))
    }

    /// Makes a directory with all that lead to it; what is there stays as it is.
    pub fn make_directories(&mut self, path: &str, mode: u16, now: SimTime) -> Result<Ino, Errno> {
        let mut at = Self::ROOT;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            at = match self.lookup(at, name) {
                Ok(found) => found,
                Err(Errno::Enoent) => {
                    self.create(at, name, Inode::directory(at, mode, now), now)?
                }
                Err(other) => return Err(other),
            };
        }
        if self.get(at).and_then(Inode::entries).is_none() { Err(Errno::Eexist) } else { Ok(at) }
    }

    /// Puts an inode at a path; missing directories are made (0755), what is there is replaced.
    pub fn put(&mut self, path: &str, inode: Inode, now: SimTime) -> Result<Ino, Errno> {
        let (above, name) = path.rsplit_once('/').unwrap_or(("", path));
        let directory = self.make_directories(above, 0o755, now)?;
        if self.lookup(directory, name).is_ok() {
            self.remove(directory, name, now)?;
        }
        self.create(directory, name, inode, now)
    }

    fn collect(&self, ino: Ino, prefix: &str, found: &mut Vec<(String, Ino)>) {
        let Some(entries) = self.get(ino).and_then(Inode::entries) else { return };
        for (name, child) in &entries.names {
            let path =
                if prefix.is_empty() { name.to_string() } else { format!("{prefix}/{name}") };
            found.push((path.clone(), *child));
            self.collect(*child, &path, found);
        }
    }

    fn free_name(&self, directory: Ino, name: &str) -> Result<(), Errno> {
        match self.lookup(directory, name) {
            Ok(_) => Err(Errno::Eexist),
            Err(Errno::Enoent) if self.get(directory).is_some() => Ok(()),
            Err(other) => Err(other),
        }
    }

    fn enter(&mut self, directory: Ino, name: &str, ino: Ino, now: SimTime) {
        self.names(directory, now, |names| {
            names.insert(name.into(), ino);
        });
    }

    fn leave(&mut self, directory: Ino, name: &str, now: SimTime) {
        self.names(directory, now, |names| {
            names.remove(name);
        });
    }

    fn names(
        &mut self,
        directory: Ino,
        now: SimTime,
        with: impl FnOnce(&mut SortedMap<Rc<str>, Ino>),
    ) {
        let changed = self.change(directory, |inode| {
            inode.mtime = now;
            if let Content::Directory(entries) = &mut inode.content {
                with(&mut Rc::make_mut(entries).names);
            }
        });
        debug_assert!(changed.is_ok(), "the directory was looked up before");
    }

    fn release(&mut self, ino: Ino) {
        let Some(inode) = self.inodes.get(&ino).cloned() else { return };
        if inode.links > 1 {
            let dropped = self.change(ino, |inode| inode.links -= 1);
            debug_assert!(dropped.is_ok(), "the inode was found");
            return;
        }
        self.inodes.remove_mut(&ino);
        self.used = self.used.saturating_sub(space(&inode, self.kind));
        self.held = self.held.saturating_sub(held(&inode));
        if let Content::Directory(entries) = &inode.content {
            for child in entries.names.values() {
                self.release(*child);
            }
        }
    }

    fn charge(&mut self, before: u64, after: u64) -> Result<(), Errno> {
        let used = (self.used + after).saturating_sub(before);
        if after > before && used.saturating_sub(self.base.0) > self.limits.bytes {
            return Err(Errno::Enospc);
        }
        self.used = used;
        Ok(())
    }

    fn hold(&mut self, before: u64, after: u64) -> Result<(), Errno> {
        let held = (self.held + after).saturating_sub(before);
        if after > before && held > HELD_MAX {
            return Err(Errno::Enospc);
        }
        self.held = held;
        Ok(())
    }
}

/// What that many bytes take in blocks.
pub fn blocks(len: u64) -> u64 {
    len.div_ceil(BLOCK) * BLOCK
}

fn space(inode: &Inode, kind: FsType) -> u64 {
    match &inode.content {
        Content::File(bytes) => blocks(bytes.len()),
        Content::Directory(_) if kind != FsType::Tmpfs => BLOCK,
        _ => 0,
    }
}

fn held(inode: &Inode) -> u64 {
    match &inode.content {
        Content::File(bytes) => bytes.held(),
        Content::Symlink(target) => target.len() as u64,
        _ => 0,
    }
}
