//! Programs as files: what the shell finds in `PATH`.

use crate::machine::fs::file_system::FileSystem;
use crate::machine::fs::inode::Inode;

use super::{directory, put};

/// How a binary begins.
pub(crate) const ELF: &str = "\x7fELF";

/// How busybox begins, under whichever of its names.
const BUSYBOX: &str = "\x7fELF busybox";

/// The lecture's loop, as it works.
pub(crate) const COUNT: &str = "#!/bin/sh\n\
    trap \"exit\" INT\n\
    mkdir -p /var/htdocs\n\
    i=0\n\
    while [ $i -le 99999 ]\n\
    do\n    \
        echo \"Running loop seq \" $i > /var/htdocs/index.html\n    \
        sleep 10\n    \
        i=$((i+1))\n\
    done\n";

/// The lecture's lines as they are written.
pub(crate) const COUNT_AS_WRITTEN: &str = "#!/bin/bash\ntrap \"exit\" SIGINT\n\
    mkdir /var/htdocs\n\nSET=${seq 0 99999}\n\nfor i in $SET\ndo\n    \
    echo \"Running loop seq \" $i > /var/htdocs/index.html\n    sleep 10\ndone\n";

/// The same under the shell that the image has.
pub(crate) const COUNT_IN_SH: &str = "#!/bin/sh\ntrap \"exit\" SIGINT\n\
    mkdir /var/htdocs\n\nSET=${seq 0 99999}\n\nfor i in $SET\ndo\n    \
    echo \"Running loop seq \" $i > /var/htdocs/index.html\n    sleep 10\ndone\n";

/// What busybox can do, as far as the tools go that are here.
const APPLETS: &str = "\
    [ arch ash awk basename busybox cat chgrp chmod chown clear cmp cp cut date dd df diff \
    dirname dmesg dnsdomainname du echo egrep env expr false fgrep find free fsync getopt grep \
    groups gunzip gzip head hexdump hostid hostname httpd id install ip kill killall less link \
    ln logger login ls md5sum mkdir mkfifo mknod mktemp more mount mountpoint mv nc netstat nice \
    nl nohup nproc nslookup od paste pgrep pidof ping pkill printenv printf ps pwd readlink \
    realpath renice reset rev rm rmdir sed seq setsid sh sha1sum sha256sum shuf sleep sort split \
    stat stty su sync tac tail tar tee telnet test time timeout top touch tr true truncate tty \
    umount uname uniq unlink uptime usleep vi watch wc wget which whoami xargs yes zcat base64";

/// What Debian's small images have.
const DEBIAN: &str = "\
    [ arch awk base64 basename bash cat chgrp chmod chown cmp comm cp cut dash date dd df diff \
    dirname du echo egrep env expr factor false fgrep find fmt fold getent grep groups gunzip \
    gzip head hostid hostname id install join kill link ln logname ls md5sum mkdir mkfifo mknod \
    mktemp more mount mountpoint mv nice nl nohup nproc numfmt od paste perl printenv printf pwd \
    readlink realpath rm rmdir sed seq sh sha1sum sha256sum shuf sleep sort split stat stty su \
    sum sync tac tail tar tee test timeout touch tr true truncate tty umount uname uniq unlink \
    uptime wc which whoami xargs yes zcat apt-get apt dpkg curl";

/// What a node has beyond that.
const NODE: &str = "\
    sudo vi vim nano less ps top free kill killall pgrep pkill ip ss netstat ping wget curl \
    nslookup dig host systemctl service journalctl apt-get apt dpkg docker kubectl crictl ctr \
    mount umount showmount exportfs lsblk blkid df watch clear reset time bash dash \
    findmnt mkfs.ext4 dmesg hostnamectl";

/// Busybox under all of its names.
pub(crate) fn busybox(system: &mut FileSystem) {
    let busybox = Inode::file(BUSYBOX, 0o755);
    put(system, "/bin/busybox", busybox);
    let links = system.find("/bin").and_then(|bin| Ok((bin, system.find("/bin/busybox")?)));
    let Ok((bin, busybox)) = links else { return };
    for name in APPLETS.split_whitespace().filter(|name| *name != "busybox") {
        let linked = system.link(busybox, bin, name, crate::api::time::SimTime::default());
        debug_assert!(linked.is_ok(), "{name}");
    }
    directory(system, "/usr/sbin", 0o755);
    put(system, "/usr/bin/env", Inode::symlink("/bin/env"));
}

/// Debian's programs, with `/bin` as it is there: `/usr/bin`.
pub(crate) fn debian(system: &mut FileSystem) {
    merge_usr(system);
    binaries(system, DEBIAN);
}

/// A node's programs.
pub(crate) fn node(system: &mut FileSystem) {
    merge_usr(system);
    binaries(system, DEBIAN);
    binaries(system, NODE);
}

fn merge_usr(system: &mut FileSystem) {
    for name in ["bin", "sbin", "lib"] {
        directory(system, &format!("/usr/{name}"), 0o755);
        put(system, &format!("/{name}"), Inode::symlink(&format!("usr/{name}")));
    }
}

/// One inode under all the names: what a program does depends on its name.
fn binaries(system: &mut FileSystem, names: &str) {
    let Ok(bin) = system.find("/usr/bin") else { return };
    for name in names.split_whitespace() {
        if system.lookup(bin, name).is_err() {
            let path = format!("/usr/bin/{name}");
            put(system, &path, Inode::file(ELF, 0o755));
        }
    }
}
