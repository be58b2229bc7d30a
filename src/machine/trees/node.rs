//! The disk of a node: Debian with a kubelet and containerd.

use std::fmt::Write as _;

use crate::machine::fs::file_system::{FileSystem, FsType, Limits};
use crate::machine::fs::inode::{Content, Inode};
use crate::machine::paths::{BASE, PathKind};

use super::{devices, directory, programs, put};

/// Modes of directories that are not 0755.
const MODES: &[(&str, u16)] = &[
    ("/root", 0o700),
    ("/tmp", 0o1777),
    ("/var/tmp", 0o1777),
    ("/proc", 0o555),
    ("/sys", 0o555),
    ("/var/lib/kubelet", 0o700),
];

pub(super) const PASSWD: &str = "root:x:0:0:root:/root:/bin/bash\n\
    daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n\
    bin:x:2:2:bin:/bin:/usr/sbin/nologin\n\
    nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n";

const GROUP: &str = "root:x:0:\ndaemon:x:1:\nbin:x:2:\nsudo:x:27:\nnogroup:x:65534:\n";

pub(super) const OS_RELEASE: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n\
    NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nVERSION=\"12 (bookworm)\"\n\
    VERSION_CODENAME=bookworm\nID=debian\n";

/// The disk of a node of that name among the named hosts with their addresses.
pub fn disk(base: &FileSystem, name: &str, hosts: &[(&str, &str)]) -> FileSystem {
    let mut system = base.clone();
    let mut text =
        String::from("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
    for (host, address) in hosts {
        let _ = writeln!(text, "{address}\t{host}");
    }
    put(&mut system, "/etc/hosts", Inode::file(text.as_str(), 0o644));
    put(&mut system, "/etc/hostname", Inode::file(format!("{name}\n").as_str(), 0o644));
    system
}

/// What all nodes have.
pub fn base() -> FileSystem {
    let limits = Limits { bytes: 50 << 30, inodes: 3_276_800 };
    let mut system = FileSystem::new(FsType::Ext4, "/dev/sda1", limits);
    for (path, kind) in BASE {
        match kind {
            PathKind::Directory => directory(&mut system, path, 0o755),
            PathKind::File => put(&mut system, path, Inode::file("", 0o644)),
            PathKind::Socket => put(&mut system, path, Inode::new(Content::Socket, 0o660)),
            PathKind::CharDevice => {}
            PathKind::BlockDevice => {
                put(&mut system, path, Inode::new(Content::BlockDevice, 0o660));
            }
        }
    }
    for (path, mode) in MODES {
        directory(&mut system, path, *mode);
    }
    programs::node(&mut system);
    devices(&mut system);
    let files = [
        ("/etc/passwd", PASSWD),
        ("/etc/group", GROUP),
        ("/etc/os-release", OS_RELEASE),
        ("/etc/resolv.conf", "nameserver 10.0.2.3\n"),
    ];
    for (path, text) in files {
        put(&mut system, path, Inode::file(text, 0o644));
    }
    system
}
