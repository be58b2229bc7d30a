//! What stands on a machine's disk: kinds of files under absolute paths.

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathKind {
    /// A directory.
    Directory,
    /// A plain file.
    File,
    /// A socket.
    Socket,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
}

/// What a fresh Linux machine with a kubelet and containerd has.
pub const BASE: &[(&str, PathKind)] = &[
    ("/", PathKind::Directory),
    ("/bin", PathKind::Directory),
    ("/boot", PathKind::Directory),
    ("/dev", PathKind::Directory),
    ("/dev/null", PathKind::CharDevice),
    ("/dev/sda", PathKind::BlockDevice),
    ("/dev/zero", PathKind::CharDevice),
    ("/etc", PathKind::Directory),
    ("/etc/hostname", PathKind::File),
    ("/etc/hosts", PathKind::File),
    ("/etc/kubernetes", PathKind::Directory),
    ("/etc/passwd", PathKind::File),
    ("/etc/resolv.conf", PathKind::File),
    ("/home", PathKind::Directory),
    ("/lib", PathKind::Directory),
    ("/media", PathKind::Directory),
    ("/mnt", PathKind::Directory),
    ("/opt", PathKind::Directory),
    ("/proc", PathKind::Directory),
    ("/root", PathKind::Directory),
    ("/run", PathKind::Directory),
    ("/run/containerd", PathKind::Directory),
    ("/run/containerd/containerd.sock", PathKind::Socket),
    ("/srv", PathKind::Directory),
    ("/sys", PathKind::Directory),
    ("/tmp", PathKind::Directory),
    ("/usr", PathKind::Directory),
    ("/usr/bin", PathKind::Directory),
    ("/usr/lib", PathKind::Directory),
    ("/usr/local", PathKind::Directory),
    ("/usr/share", PathKind::Directory),
    ("/var", PathKind::Directory),
    ("/var/cache", PathKind::Directory),
    ("/var/lib", PathKind::Directory),
    ("/var/lib/containerd", PathKind::Directory),
    ("/var/lib/kubelet", PathKind::Directory),
    ("/var/log", PathKind::Directory),
    ("/var/log/containers", PathKind::Directory),
    ("/var/log/pods", PathKind::Directory),
    ("/var/run", PathKind::Directory),
    ("/var/tmp", PathKind::Directory),
];

/// The path without a slash at its end.
pub fn trimmed(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() { "/" } else { trimmed }
}

/// The directory that holds the path.
pub fn parent(path: &str) -> &str {
    match trimmed(path).rfind('/') {
        None | Some(0) => "/",
        Some(slash) => &trimmed(path)[..slash],
    }
}

/// The path's parents from the outermost, and the path itself.
pub fn with_parents(path: &str) -> impl Iterator<Item = &str> {
    let path = trimmed(path);
    let inner = path.char_indices().filter(|(at, c)| *c == '/' && *at > 0).map(|(at, _)| at);
    inner.chain([path.len()]).map(move |end| &path[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_parents() {
        assert_eq!(with_parents("/a/b/c/").collect::<Vec<_>>(), ["/a", "/a/b", "/a/b/c"]);
        assert_eq!(parent("/a/b"), "/a");
        assert_eq!(parent("/a"), "/");
        assert_eq!(trimmed("/"), "/");
    }
}
