//! All file systems of a cluster.

use std::rc::Rc;

use rpds::RedBlackTreeMap;

use super::file_system::FileSystem;
use super::inode::{Ino, Inode};

/// Which file system.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FsId {
    /// The disk of a node, from its root directory.
    Node(Rc<str>),
    /// A file system in a node's memory, by node and mount point.
    NodeMemory(Rc<str>, Rc<str>),
    /// A disk that several nodes have under the same path.
    Shared(Rc<str>),
    /// The image and the own layer of a container, by the Pod's uid and the container's name.
    Layer(Rc<str>, Rc<str>),
    /// A Pod's volume with a file system of its own, by the Pod's uid and the volume's name.
    Volume(Rc<str>, Rc<str>),
    /// A Pod's files of the container runtime: `/dev`, `/dev/shm`, by uid and path.
    Sandbox(Rc<str>, Rc<str>),
    /// A directory that a server outside the nodes exports, by server and path.
    Export(Rc<str>, Rc<str>),
    /// A disk of a cloud or a storage driver, by its handle.
    Disk(Rc<str>),
    /// An image's files, by its full name.
    Image(Rc<str>),
}

/// All file systems by identity.
#[derive(Clone, Debug, Default)]
pub struct Disks {
    systems: RedBlackTreeMap<FsId, Rc<FileSystem>>,
    changes: u64,
}

impl Disks {
    /// The file system of that identity.
    pub fn get(&self, id: &FsId) -> Option<&FileSystem> {
        self.systems.get(id).map(|system| &**system)
    }

    /// The file system of that identity, to be changed.
    pub fn get_mut(&mut self, id: &FsId) -> Option<&mut FileSystem> {
        self.changes += 1;
        self.systems.get_mut(id).map(Rc::make_mut)
    }

    /// Puts a file system in.
    pub fn insert(&mut self, id: FsId, system: FileSystem) {
        self.changes += 1;
        self.systems.insert_mut(id, Rc::new(system));
    }

    /// Takes a file system away, with all that is on it.
    pub fn remove(&mut self, id: &FsId) {
        self.changes += 1;
        self.systems.remove_mut(id);
    }

    /// Whether there is one.
    pub fn contains(&self, id: &FsId) -> bool {
        self.systems.contains_key(id)
    }

    /// All of them, by identity.
    pub fn iter(&self) -> impl Iterator<Item = (&FsId, &FileSystem)> {
        self.systems.iter().map(|(id, system)| (id, &**system))
    }

    /// Grows with every access that may have changed something: equal means unchanged.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// What is below an inode, with paths from there, in order.
    pub fn below(&self, id: &FsId, ino: Ino) -> Vec<(String, &Inode)> {
        let Some(system) = self.get(id) else { return Vec::new() };
        let found = system.below(ino).into_iter();
        found.filter_map(|(path, ino)| system.get(ino).map(|inode| (path, inode))).collect()
    }
}

impl PartialEq for Disks {
    fn eq(&self, other: &Self) -> bool {
        self.changes == other.changes
    }
}
