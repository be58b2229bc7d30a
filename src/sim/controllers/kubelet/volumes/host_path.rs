//! `hostPath` (`pkg/volume/hostpath/host_path.go` `SetUp`, `checkTypeInternal`).

use std::rc::Rc;

use crate::api::volume::HostPathVolumeSource;
use crate::machine::paths::{self, PathKind};

use super::super::work::Work;

/// Checks the path against the type, makes what may be made, and answers the path.
pub(super) fn set_up(
    work: &mut Work<'_>,
    source: &HostPathVolumeSource,
) -> Result<String, String> {
    let path = paths::trimmed(&source.path);
    let found = work.machine.path_kind(path);
    let kind = source.kind.as_deref().unwrap_or("");
    let wanted = match kind {
        "" => {
            if found.is_none() {
                // The container runtime makes the source of a bind mount.
                make_directory(work, path);
            }
            return Ok(source.path.clone());
        }
        "DirectoryOrCreate" => {
            if found.is_none() {
                make_directory(work, path);
            }
            PathKind::Directory
        }
        "FileOrCreate" => {
            if found.is_none() {
                make_file(work, path)?;
            }
            PathKind::File
        }
        "Directory" => PathKind::Directory,
        "File" => PathKind::File,
        "Socket" => PathKind::Socket,
        "CharDevice" => PathKind::CharDevice,
        _ => PathKind::BlockDevice,
    };
    if work.machine.path_kind(path) == Some(wanted) {
        return Ok(source.path.clone());
    }
    let what = match wanted {
        PathKind::Directory => "a directory",
        PathKind::File => "a file",
        PathKind::Socket => "a socket file",
        PathKind::CharDevice => "a character device",
        PathKind::BlockDevice => "a block device",
    };
    Err(format!("hostPath type check failed: {} is not {what}", source.path))
}

fn make_directory(work: &mut Work<'_>, path: &str) {
    Rc::make_mut(&mut work.machine).make_directory(path);
    let node = work.runtime.node.to_string();
    work.note("host-directory-made", vec![("path", path.to_owned()), ("node", node)]);
}

/// Makes an empty file; the directory that holds it is not made.
fn make_file(work: &mut Work<'_>, path: &str) -> Result<(), String> {
    if work.machine.path_kind(paths::parent(path)) != Some(PathKind::Directory) {
        return Err(format!("open {path}: no such file or directory"));
    }
    let machine = Rc::make_mut(&mut work.machine);
    machine.paths.insert(path.into(), PathKind::File);
    Ok(())
}
