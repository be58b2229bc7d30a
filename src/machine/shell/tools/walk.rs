//! Going through directories, without the program's own stack.

use std::rc::Rc;

use super::super::task::Sys;
use crate::machine::fs::inode::FileKind;
use crate::machine::fs::view::Stat;

/// More files than any disk here has.
const FILES_MAX: usize = 200_000;

/// One thing that is found.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its path, beginning with the root as it was given.
    pub(crate) path: String,
    /// How many directories lie between.
    pub(crate) depth: usize,
    /// What it is; links are not followed.
    pub(crate) stat: Stat,
    /// What was said when a directory was not read.
    pub(crate) error: Option<crate::machine::fs::errno::Errno>,
}

/// A path with a name behind it.
pub(crate) fn join(directory: &str, name: &str) -> String {
    if directory.ends_with('/') {
        format!("{directory}{name}")
    } else {
        format!("{directory}/{name}")
    }
}

/// All below a path with the path itself, directories before what they hold, in order of names.
pub(crate) fn tree(sys: &mut Sys<'_>, root: &str, deepest: usize) -> Vec<Entry> {
    let view = sys.view();
    let mut found = Vec::new();
    let Ok(stat) = view.lstat(root) else { return found };
    let mut waiting = vec![Entry { path: root.to_owned(), depth: 0, stat, error: None }];
    while let Some(mut entry) = waiting.pop() {
        if entry.stat.kind == FileKind::Directory && entry.depth < deepest {
            match view.read_directory(&entry.path) {
                Ok(names) => {
                    for inside in names.iter().rev() {
                        let path = join(&entry.path, &inside.name);
                        if let Ok(stat) = view.lstat(&path) {
                            let depth = entry.depth + 1;
                            waiting.push(Entry { path, depth, stat, error: None });
                        }
                    }
                }
                Err(errno) => entry.error = Some(errno),
            }
        }
        found.push(entry);
        if found.len() >= FILES_MAX {
            break;
        }
    }
    found
}

/// The plain files below a path.
pub(crate) fn files(sys: &mut Sys<'_>, root: &str, into: &mut Vec<Rc<str>>) {
    let entries = tree(sys, root, usize::MAX);
    if entries.is_empty() {
        into.push(Rc::from(root));
    }
    let plain = entries.into_iter().filter(|entry| entry.stat.kind == FileKind::File);
    into.extend(plain.map(|entry| Rc::from(entry.path)));
}
