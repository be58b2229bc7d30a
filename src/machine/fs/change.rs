//! Changing what a view shows: names, owners, modes, mounts.

use std::rc::Rc;

use crate::api::time::SimTime;

use super::bytes::Bytes;
use super::errno::Errno;
use super::handle::OpenMode;
use super::inode::{Content, FileKind, Ino, Inode};
use super::namespace::{Mount, is_within};
use super::view::View;
use super::walk::{Last, Spot, Walked};

/// The set-group-id bit: what is made in such a directory gets its group.
const SET_GID: u16 = 0o2000;

/// The sticky bit: only owners take names away.
const STICKY: u16 = 0o1000;

impl View<'_> {
    /// Puts content into a file in the place of what is there; makes it if it is missing.
    pub fn write(&mut self, path: &str, content: impl Into<Bytes>) -> Result<(), Errno> {
        let mut handle = self.open(path, OpenMode::Truncate)?;
        self.write_to(&mut handle, &content.into())
    }

    /// Puts content at a file's end; makes it if it is missing.
    pub fn append(&mut self, path: &str, content: impl Into<Bytes>) -> Result<(), Errno> {
        let mut handle = self.open(path, OpenMode::Append)?;
        self.write_to(&mut handle, &content.into())
    }

    /// Cuts a file, or fills it with zeros, to that length.
    pub fn truncate(&mut self, path: &str, len: u64) -> Result<(), Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = walked.found()?;
        self.writable(spot)?;
        let inode = self.inode(spot)?;
        self.may(inode, 2)?;
        let mut content = match &inode.content {
            Content::File(bytes) => bytes.clone(),
            Content::Directory(_) => return Err(Errno::Eisdir),
            _ => return Err(Errno::Einval),
        };
        content.resize(len);
        let now = self.now;
        self.system(spot, |system, ino| system.write(ino, content, now))
    }

    /// Makes a directory.
    pub fn make_directory(&mut self, path: &str, mode: u16) -> Result<(), Errno> {
        let mode = mode & !self.umask;
        self.make(path, Inode::directory(Ino(0), mode, self.now)).map(drop)
    }

    /// Makes a directory with all that lead to it, as `mkdir -p`.
    pub fn make_directories(&mut self, path: &str, mode: u16) -> Result<(), Errno> {
        match self.make_directory(path, mode) {
            Err(Errno::Eexist) if self.is_directory(path) => return Ok(()),
            Err(Errno::Enoent) => {}
            other => return other,
        }
        let ends = path.char_indices().filter(|(at, c)| *c == '/' && *at > 0).map(|(at, _)| at);
        for end in ends.chain([path.len()]).collect::<Vec<_>>() {
            match self.make_directory(&path[..end], mode) {
                Err(Errno::Eexist) if self.is_directory(&path[..end]) => {}
                other => other?,
            }
        }
        Ok(())
    }

    /// Makes a link that leads to a path, which need not be there.
    pub fn symlink(&mut self, target: &str, path: &str) -> Result<(), Errno> {
        self.make(path, Inode::symlink(target)).map(drop)
    }

    /// Makes a pipe with a name, a socket or a device.
    pub fn make_node(&mut self, path: &str, content: Content, mode: u16) -> Result<(), Errno> {
        let is_device = matches!(content, Content::BlockDevice | Content::CharDevice(_));
        if is_device && !self.user.overrides {
            return Err(Errno::Eperm);
        }
        let mode = mode & !self.umask;
        self.make(path, Inode::new(content, mode)).map(drop)
    }

    /// One more name for a file.
    pub fn link(&mut self, old: &str, new: &str) -> Result<(), Errno> {
        let from = self.walk(old, Last::Stay)?;
        let from = from.found()?.clone();
        let to = self.free_place(new)?;
        if !Rc::ptr_eq(&from.mount, &to.above.mount) {
            return Err(Errno::Exdev);
        }
        self.changeable(&to.above)?;
        if self.inode(&from)?.kind() == FileKind::Directory {
            return Err(Errno::Eperm);
        }
        let now = self.now;
        self.system(&to.above, |system, above| system.link(from.ino, above, &to.name, now))
    }

    /// Takes a name of a file away.
    pub fn unlink(&mut self, path: &str) -> Result<(), Errno> {
        let walked = self.walk(path, Last::Stay)?;
        self.removable(&walked)?;
        if self.inode(walked.found()?)?.kind() == FileKind::Directory {
            return Err(Errno::Eisdir);
        }
        self.take_away(&walked)
    }

    /// Takes an empty directory away.
    pub fn remove_directory(&mut self, path: &str) -> Result<(), Errno> {
        if path.trim_end_matches('/').ends_with("/.") || path == "." {
            return Err(Errno::Einval);
        }
        let walked = self.walk(path, Last::Stay)?;
        if walked.name.is_empty() {
            return Err(Errno::Ebusy);
        }
        self.removable(&walked)?;
        let inode = self.inode(walked.found()?)?;
        let entries = inode.entries().ok_or(Errno::Enotdir)?;
        if !entries.names.is_empty() || self.space.has_below(&walked.path) {
            return Err(Errno::Enotempty);
        }
        self.take_away(&walked)
    }

    /// Gives a file or directory another name.
    pub fn rename(&mut self, old: &str, new: &str) -> Result<(), Errno> {
        let from = self.walk(old, Last::Stay)?;
        let to = self.walk(new, Last::Stay)?;
        if from.name.is_empty() || to.name.is_empty() {
            return Err(Errno::Ebusy);
        }
        if !Rc::ptr_eq(&from.above.mount, &to.above.mount) {
            return Err(Errno::Exdev);
        }
        self.removable(&from)?;
        let moves_directory = self.inode(from.found()?)?.kind() == FileKind::Directory;
        if moves_directory && to.path != from.path && is_within(&to.path, &from.path) {
            return Err(Errno::Einval);
        }
        if let Some(spot) = &to.at {
            self.removable(&to)?;
            match (moves_directory, self.inode(spot)?.entries()) {
                (true, None) => return Err(Errno::Enotdir),
                (false, Some(_)) => return Err(Errno::Eisdir),
                (true, Some(entries)) if !entries.names.is_empty() => {
                    return Err(Errno::Enotempty);
                }
                _ => {}
            }
        } else {
            if to.wants_directory && !moves_directory {
                return Err(Errno::Enotdir);
            }
            self.changeable(&to.above)?;
        }
        let now = self.now;
        let target = (to.above.ino, to.name.as_str());
        self.system(&from.above, |system, above| system.rename((above, &from.name), target, now))
    }

    /// Sets the permission bits, set-uid, set-gid and sticky bit.
    pub fn chmod(&mut self, path: &str, mode: u16) -> Result<(), Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = self.owned(&walked)?;
        self.system(&spot, |system, ino| system.change(ino, |inode| inode.mode = mode & 0o7777))
    }

    /// Sets the owner, the group or both, of a link's target or of the link itself.
    pub fn chown(
        &mut self,
        path: &str,
        uid: Option<u32>,
        gid: Option<u32>,
        follow: bool,
    ) -> Result<(), Errno> {
        let walked = self.walk(path, if follow { Last::Follow } else { Last::Stay })?;
        let spot = self.owned(&walked)?;
        let owner = self.inode(&spot)?.uid;
        let gives_away = uid.is_some_and(|uid| uid != owner);
        let foreign_group = gid.is_some_and(|gid| !self.user.is_in(gid));
        if !self.user.overrides && (gives_away || foreign_group) {
            return Err(Errno::Eperm);
        }
        self.system(&spot, |system, ino| {
            system.change(ino, |inode| {
                inode.uid = uid.unwrap_or(inode.uid);
                inode.gid = gid.unwrap_or(inode.gid);
            })
        })
    }

    /// Sets when the content was changed last, as `touch` does.
    pub fn set_time(&mut self, path: &str, mtime: SimTime) -> Result<(), Errno> {
        let walked = self.walk(path, Last::Follow)?;
        let spot = walked.found()?.clone();
        if spot.mount.read_only {
            return Err(Errno::Erofs);
        }
        let inode = self.inode(&spot)?;
        if inode.uid != self.user.uid {
            self.may(inode, 2)?;
        }
        self.system(&spot, |system, ino| system.change(ino, |inode| inode.mtime = mtime))
    }

    /// Shows a directory or file under another path too, as `mount --bind`.
    pub fn bind(&mut self, source: &str, point: &str, read_only: bool) -> Result<(), Errno> {
        let walked = self.walk(source, Last::Follow)?;
        let spot = walked.found()?.clone();
        let mount = Mount::bind("", spot.mount.fs.clone(), spot.ino).with_read_only(read_only);
        self.mount(mount, point)
    }

    /// Mounts something at a path, which must be there.
    pub fn mount(&mut self, mount: Mount, point: &str) -> Result<(), Errno> {
        if !self.user.overrides {
            return Err(Errno::Eperm);
        }
        let walked = self.walk(point, Last::Follow)?;
        let under = self.inode(walked.found()?)?.entries().is_some();
        let system = self.disks.get(&mount.fs).ok_or(Errno::Enodev)?;
        let over = system.get(mount.root).ok_or(Errno::Enoent)?.entries().is_some();
        if under != over {
            return Err(Errno::Enotdir);
        }
        self.space.add(Mount { point: walked.path.into(), ..mount });
        Ok(())
    }

    /// Takes the latest mount at a path away; `Einval` when nothing is mounted there.
    pub fn unmount(&mut self, point: &str) -> Result<Rc<Mount>, Errno> {
        if !self.user.overrides {
            return Err(Errno::Eperm);
        }
        let path = self.real_path(point)?;
        if self.space.at(&path).is_none() {
            return Err(Errno::Einval);
        }
        if path == "/" || self.space.has_below(&path) || is_within(&self.cwd, &path) {
            return Err(Errno::Ebusy);
        }
        self.space.remove(&path).ok_or(Errno::Einval)
    }

    /// Makes an inode under a name that is free; it belongs to the user.
    pub(super) fn make(&mut self, path: &str, inode: Inode) -> Result<Spot, Errno> {
        let walked = self.free_place(path)?;
        if walked.wants_directory && inode.entries().is_none() {
            return Err(Errno::Enoent);
        }
        self.make_at(&walked, inode)
    }

    pub(super) fn make_at(&mut self, walked: &Walked, inode: Inode) -> Result<Spot, Errno> {
        self.changeable(&walked.above)?;
        let above = self.inode(&walked.above)?;
        let keeps_group = above.mode & SET_GID != 0;
        let gid = if keeps_group { above.gid } else { self.user.gid };
        let inherits = keeps_group && inode.entries().is_some();
        let mode = if inherits { inode.mode | SET_GID } else { inode.mode };
        let inode = Inode { mode, uid: self.user.uid, gid, ..inode };
        let now = self.now;
        let ino = self.system(&walked.above, |system, above| {
            system.create(above, &walked.name, inode, now)
        })?;
        Ok(Spot { mount: Rc::clone(&walked.above.mount), ino })
    }

    fn free_place(&self, path: &str) -> Result<Walked, Errno> {
        let walked = self.walk(path, Last::Stay)?;
        if walked.at.is_some() { Err(Errno::Eexist) } else { Ok(walked) }
    }

    /// Whether the user may change the names of a directory.
    fn changeable(&self, directory: &Spot) -> Result<(), Errno> {
        if directory.mount.read_only {
            return Err(Errno::Erofs);
        }
        self.may(self.inode(directory)?, 3)
    }

    /// Whether the user may take that name away.
    fn removable(&self, walked: &Walked) -> Result<(), Errno> {
        if walked.name.is_empty() {
            return Err(Errno::Eisdir);
        }
        if walked.above.mount.read_only {
            return Err(Errno::Erofs);
        }
        let spot = walked.found()?;
        self.changeable(&walked.above)?;
        let (above, inode) = (self.inode(&walked.above)?, self.inode(spot)?);
        let owns = [above.uid, inode.uid].contains(&self.user.uid) || self.user.overrides;
        if above.mode & STICKY != 0 && !owns {
            return Err(Errno::Eperm);
        }
        if Rc::ptr_eq(&spot.mount, &walked.above.mount) { Ok(()) } else { Err(Errno::Ebusy) }
    }

    fn take_away(&mut self, walked: &Walked) -> Result<(), Errno> {
        let now = self.now;
        self.system(&walked.above, |system, above| system.remove(above, &walked.name, now))
    }

    /// What the path leads to, if the user may change its owner and mode.
    fn owned(&self, walked: &Walked) -> Result<Spot, Errno> {
        let spot = walked.found()?;
        if spot.mount.read_only {
            return Err(Errno::Erofs);
        }
        let mine = self.inode(spot)?.uid == self.user.uid || self.user.overrides;
        if mine { Ok(spot.clone()) } else { Err(Errno::Eperm) }
    }

    /// The spot's file system and inode, to be changed.
    pub(super) fn system<T>(
        &mut self,
        spot: &Spot,
        with: impl FnOnce(&mut super::file_system::FileSystem, Ino) -> Result<T, Errno>,
    ) -> Result<T, Errno> {
        let system = self.disks.get_mut(&spot.mount.fs).ok_or(Errno::Estale)?;
        with(system, spot.ino)
    }
}
