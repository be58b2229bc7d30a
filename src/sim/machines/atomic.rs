//! Files that change all at once: a directory with a time in its name behind the link `..data`
//! (`pkg/volume/util/atomic_writer.go` `Write`).

use crate::api::time::SimTime;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::file_system::FileSystem;
use crate::machine::fs::inode::{Content, Ino, Inode};
use crate::sim::random::hash32;

use super::payload::Item;

const DATA: &str = "..data";

/// Writes the files into a volume's root; whether anything had to be changed.
pub(super) fn write(
    system: &mut FileSystem,
    root: Ino,
    items: &[Item],
    now: SimTime,
) -> Result<bool, Errno> {
    let before = current(system, root);
    if before.as_ref().is_some_and(|(_, ino)| holds(system, *ino, items)) {
        return Ok(false);
    }
    let name = stamp(now, items, system);
    let directory = system.create(root, &name, Inode::directory(root, 0o755, now), now)?;
    for item in items {
        let mut at = directory;
        let mut names = item.path.split('/').filter(|name| !name.is_empty()).peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                let file = Inode { uid: item.uid, ..Inode::file(item.content.clone(), item.mode) };
                if system.lookup(at, name).is_ok() {
                    system.remove(at, name, now)?;
                }
                system.create(at, name, file, now)?;
            } else {
                at = match system.lookup(at, name) {
                    Ok(found) => found,
                    Err(_) => system.create(at, name, Inode::directory(at, 0o755, now), now)?,
                };
            }
        }
    }
    if system.lookup(root, DATA).is_ok() {
        system.remove(root, DATA, now)?;
    }
    system.create(root, DATA, Inode::symlink(&name), now)?;
    link_keys(system, root, directory, now)?;
    if let Some((old, _)) = before {
        // A container may still have a file of it mounted by its `subPath`.
        system.detach(root, &old, now)?;
    }
    Ok(true)
}

/// The directory behind `..data`.
fn current(system: &FileSystem, root: Ino) -> Option<(String, Ino)> {
    let data = system.lookup(root, DATA).ok()?;
    let Content::Symlink(target) = &system.get(data)?.content else { return None };
    Some((target.to_string(), system.lookup(root, target).ok()?))
}

/// Whether the directory holds just these files.
fn holds(system: &FileSystem, directory: Ino, items: &[Item]) -> bool {
    let below = system.below(directory).into_iter();
    let files: Vec<_> = below
        .filter_map(|(path, ino)| Some((path, system.get(ino)?)))
        .filter(|(_, inode)| inode.entries().is_none())
        .collect();
    let same = |(path, inode): &(String, &Inode)| {
        let item = items.iter().find(|item| item.path == *path);
        item.is_some_and(|item| inode.content == Content::File(item.content.clone()))
    };
    files.len() == items.len() && files.iter().all(same)
}

/// A link for every first name, and none for those that went.
fn link_keys(
    system: &mut FileSystem,
    root: Ino,
    directory: Ino,
    now: SimTime,
) -> Result<(), Errno> {
    let names = |system: &FileSystem, ino: Ino| {
        let entries = system.get(ino).and_then(Inode::entries).map(|entries| &entries.names);
        entries.map(|names| names.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let wanted = names(system, directory);
    for name in names(system, root) {
        if !name.starts_with("..") && !wanted.contains(&name) {
            system.remove(root, &name, now)?;
        }
    }
    for name in wanted {
        if system.lookup(root, &name).is_err() {
            system.create(root, &name, Inode::symlink(&format!("{DATA}/{name}")), now)?;
        }
    }
    Ok(())
}

/// `..2026_11_23_18_16_45.1234567890`.
fn stamp(now: SimTime, items: &[Item], system: &FileSystem) -> String {
    let (year, month, day, hour, minute, second) = now.civil();
    let seed: String = items.iter().map(|item| item.path.as_str()).collect();
    let digits = hash32(&format!("{seed}{}{}", now.0, system.used().1));
    format!("..{year}_{month:02}_{day:02}_{hour:02}_{minute:02}_{second:02}.{digits:010}")
}
