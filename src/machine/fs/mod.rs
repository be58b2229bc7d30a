//! File systems, how they are mounted, and what a user sees of them.
//!
//! - [`file_system::FileSystem`]: inodes with content, owner, mode and time; limits.
//! - [`disks::Disks`]: all file systems of a cluster by [`disks::FsId`].
//! - [`namespace::Namespace`]: which part of which file system is seen under which path.
//! - [`view::View`]: paths resolved for a user. Programs work with nothing else.
//!
//! Everything is persistent: a clone shares what did not change. Not here: which mounts a
//! container gets, what a server exports, and the programs.

pub mod bytes;
pub mod disks;
pub mod errno;
pub mod file_system;
pub mod handle;
pub mod inode;
pub mod namespace;
pub mod view;

mod change;
mod walk;

#[cfg(test)]
mod tests;
