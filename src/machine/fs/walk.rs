//! From a path to an inode, across mounts and links (`fs/namei.c`).

use std::rc::Rc;

use super::errno::Errno;
use super::file_system::NAME_MAX;
use super::inode::{Content, Ino, Inode};
use super::namespace::{Mount, Namespace};
use super::view::View;

/// How many links are followed before the kernel gives up.
const LINKS_MAX: u32 = 40;

/// The longest path.
const PATH_MAX: usize = 4096;

/// An inode through a mount.
#[derive(Clone, Debug)]
pub(super) struct Spot {
    /// The mount through which it is seen.
    pub mount: Rc<Mount>,
    /// The inode in the mount's file system.
    pub ino: Ino,
}

/// Where a path leads.
#[derive(Clone, Debug)]
pub(super) struct Walked {
    /// The absolute path without links.
    pub path: String,
    /// The directory that holds the last name; the root holds itself.
    pub above: Spot,
    /// The last name; empty for a root.
    pub name: String,
    /// What has that name, if anything.
    pub at: Option<Spot>,
    /// Whether the path ends with a slash and so asks for a directory.
    pub wants_directory: bool,
}

/// Whether the last name is followed when it is a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// To where it leads.
    Follow,
    /// The link itself is meant.
    Stay,
}

struct Walker<'v, 'a> {
    view: &'v View<'a>,
    /// The directories on the way, the root first, each with its name.
    way: Vec<(String, Spot)>,
    /// The names to go, the next one last.
    open: Vec<String>,
    links: u32,
}

impl Walked {
    /// What is there, or that there is nothing.
    pub(super) fn found(&self) -> Result<&Spot, Errno> {
        self.at.as_ref().ok_or(Errno::Enoent)
    }
}

impl View<'_> {
    /// Where the path leads; the last name need not be there.
    pub(super) fn walk(&self, path: &str, last: Last) -> Result<Walked, Errno> {
        if path.is_empty() {
            return Err(Errno::Enoent);
        }
        // The directory counts too, so that no tree gets deeper than a path is long.
        if path.len() + self.cwd.len() > PATH_MAX {
            return Err(Errno::Enametoolong);
        }
        let root = self.mount_at("/", None).ok_or(Errno::Enoent)?;
        let root = Spot { ino: root.root, mount: root };
        let mut walker =
            Walker { view: self, way: vec![(String::new(), root)], open: Vec::new(), links: 0 };
        walker.add(path);
        if !path.starts_with('/') {
            walker.add(&self.cwd);
        }
        walker.go(last, path.ends_with('/') || path.ends_with("/."))
    }

    /// The inode at a spot.
    pub(super) fn inode(&self, spot: &Spot) -> Result<&Inode, Errno> {
        let system = self.disks.get(&spot.mount.fs).ok_or(Errno::Estale)?;
        system.get(spot.ino).ok_or(Errno::Enoent)
    }

    /// The mount that is seen at a path, reached through that mount.
    fn mount_at(&self, path: &str, through: Option<&Rc<Mount>>) -> Option<Rc<Mount>> {
        if let Some(mount) = self.space.at(path) {
            return Some(Rc::clone(mount));
        }
        let through = through?;
        let host = self.host_path(path, through)?;
        self.host.and_then(|host_space| Namespace::at(host_space, &host)).cloned()
    }

    /// The node's path of a path in a mount that shows the node's mounts.
    fn host_path(&self, path: &str, through: &Rc<Mount>) -> Option<String> {
        let mounts = self.space.mounts().iter().rev();
        // A mount of the node that is seen here was itself reached through such a mount.
        let mut following = mounts.filter(|mount| mount.follows.is_some());
        let own = following.find(|mount| super::namespace::is_within(path, &mount.point))?;
        let is_of_node = Rc::ptr_eq(own, through) || !self.space.mounts().contains(through);
        let rest = path.strip_prefix(&*own.point)?;
        let host = own.follows.as_ref()?;
        is_of_node.then(|| format!("{}{rest}", host.trim_end_matches('/')))
    }
}

impl Walker<'_, '_> {
    fn add(&mut self, path: &str) {
        let names = path.split('/').rev().filter(|name| !name.is_empty() && *name != ".");
        self.open.extend(names.map(ToOwned::to_owned));
    }

    fn here(&self) -> Result<&Spot, Errno> {
        self.way.last().map(|(_, spot)| spot).ok_or(Errno::Enoent)
    }

    fn path_of(&self, name: &str) -> String {
        let names = self.way[1..].iter().map(|(name, _)| name.as_str());
        let last = (!name.is_empty()).then_some(name);
        let path: String = names.chain(last).flat_map(|name| ["/", name]).collect();
        if path.is_empty() { "/".to_owned() } else { path }
    }

    fn go(mut self, last: Last, wants_directory: bool) -> Result<Walked, Errno> {
        while let Some(name) = self.open.pop() {
            let view = self.view;
            let here = self.here()?.clone();
            let inode = view.inode(&here)?;
            if inode.entries().is_none() {
                return Err(Errno::Enotdir);
            }
            view.may(inode, 1)?;
            if name == ".." {
                if self.way.len() > 1 {
                    self.way.pop();
                }
                continue;
            }
            let is_last = self.open.is_empty();
            let found = self.step(&here, &name)?;
            let target = found.as_ref().map(|spot| view.inode(spot)).transpose()?;
            match target.map(|inode| &inode.content) {
                Some(Content::Symlink(to))
                    if !is_last || last == Last::Follow || wants_directory =>
                {
                    self.follow(to)?;
                }
                Some(Content::Directory(_)) => self.way.extend(found.map(|spot| (name, spot))),
                Some(_) | None if !is_last => {
                    return Err(if target.is_some() { Errno::Enotdir } else { Errno::Enoent });
                }
                _ => return self.end(here, name, found, wants_directory),
            }
        }
        let (name, at) = self.way.last().cloned().ok_or(Errno::Enoent)?;
        let path = self.path_of("");
        let above = self.way.len().saturating_sub(2);
        let above = self.way[above].1.clone();
        Ok(Walked { path, above, name, at: Some(at), wants_directory })
    }

    fn end(
        &self,
        above: Spot,
        name: String,
        at: Option<Spot>,
        wants_directory: bool,
    ) -> Result<Walked, Errno> {
        if wants_directory && at.is_some() {
            return Err(Errno::Enotdir);
        }
        Ok(Walked { path: self.path_of(&name), above, name, at, wants_directory })
    }

    /// What has that name, if anything: a mount hides what is under it.
    fn step(&self, here: &Spot, name: &str) -> Result<Option<Spot>, Errno> {
        if name.len() > NAME_MAX {
            return Err(Errno::Enametoolong);
        }
        if let Some(mount) = self.view.mount_at(&self.path_of(name), Some(&here.mount)) {
            return Ok(Some(Spot { ino: mount.root, mount }));
        }
        let system = self.view.disks.get(&here.mount.fs).ok_or(Errno::Estale)?;
        match system.lookup(here.ino, name) {
            Ok(ino) => Ok(Some(Spot { mount: Rc::clone(&here.mount), ino })),
            Err(Errno::Enoent) => Ok(None),
            Err(other) => Err(other),
        }
    }

    fn follow(&mut self, target: &str) -> Result<(), Errno> {
        self.links += 1;
        if self.links > LINKS_MAX {
            return Err(Errno::Eloop);
        }
        self.add(target);
        if target.starts_with('/') {
            self.way.truncate(1);
        }
        if self.open.len() > PATH_MAX { Err(Errno::Enametoolong) } else { Ok(()) }
    }
}
