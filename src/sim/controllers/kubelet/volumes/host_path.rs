//! `hostPath` (`pkg/volume/hostpath/host_path.go` `SetUp`, `checkTypeInternal`).

use crate::api::volume::HostPathVolumeSource;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::inode::FileKind;
use crate::machine::paths;
use crate::sim::runtime::VolumeFiles;

use super::super::work::Work;
use super::Place;

/// Checks the path against the type, makes what may be made, and answers the place.
pub(super) fn set_up(
    work: &mut Work<'_>,
    source: &HostPathVolumeSource,
) -> Result<Place, String> {
    let path = paths::trimmed(&source.path);
    let kind = source.kind.as_deref().unwrap_or("");
    if work.on_node(|view| view.stat(path)).is_err() {
        match kind {
            // The container runtime makes the source of a bind mount.
            "" | "DirectoryOrCreate" => make_directory(work, path)?,
            "FileOrCreate" => {
                let made = work.on_node(|view| view.write(path, ""));
                made.map_err(|errno| failed("open", path, errno))?;
            }
            _ => {}
        }
    }
    let found = work.on_node(|view| view.stat(path)).ok();
    let wanted = match kind {
        "" => None,
        "DirectoryOrCreate" | "Directory" => Some((FileKind::Directory, "a directory")),
        "FileOrCreate" | "File" => Some((FileKind::File, "a file")),
        "Socket" => Some((FileKind::Socket, "a socket file")),
        "CharDevice" => Some((FileKind::CharDevice, "a character device")),
        _ => Some((FileKind::BlockDevice, "a block device")),
    };
    if let Some((wanted, what)) = wanted
        && found.as_ref().is_none_or(|stat| stat.kind != wanted)
    {
        return Err(format!("hostPath type check failed: {} is not {what}", source.path));
    }
    let files = found.map(|stat| {
        let (fs, root) = stat.file;
        VolumeFiles { fs, root, read_only: false, point: None }
    });
    Ok(Place { path: source.path.clone(), files })
}

fn make_directory(work: &mut Work<'_>, path: &str) -> Result<(), String> {
    let made = work.on_node(|view| view.make_directories(path, 0o755));
    made.map_err(|errno| failed("mkdir", path, errno))?;
    let node = work.runtime.node.to_string();
    work.note("host-directory-made", vec![("path", path.to_owned()), ("node", node)]);
    Ok(())
}

/// An error as Go words it (`os.PathError`).
fn failed(what: &str, path: &str, errno: Errno) -> String {
    let mut text = errno.text().to_owned();
    text[..1].make_ascii_lowercase();
    format!("{what} {path}: {text}")
}
