//! What users of files rely on.

use super::bytes::Bytes;
use super::disks::{Disks, FsId};
use super::errno::Errno;
use super::file_system::{FileSystem, FsType, Limits};
use super::handle::OpenMode;
use super::inode::FileKind;
use super::namespace::{Mount, Namespace};
use super::view::{Credentials, View};
use crate::api::time::SimTime;

fn node() -> FsId {
    FsId::Node("work1".into())
}

fn memory() -> FsId {
    FsId::NodeMemory("work1".into(), "/run".into())
}

/// Runs on a node's disk of 1 MiB with a file system in memory of 8 KiB at `/run`.
fn on_node(with: impl FnOnce(&mut View<'_>)) {
    let mut disks = Disks::default();
    let disk = Limits { bytes: 1 << 20, inodes: 20 };
    disks.insert(node(), FileSystem::new(FsType::Ext4, "/dev/sda1", disk));
    let limits = Limits { bytes: 8192, inodes: 10 };
    disks.insert(memory(), FileSystem::new(FsType::Tmpfs, "tmpfs", limits));
    let mut space = Namespace::new(node());
    let mut view = View {
        disks: &mut disks,
        space: &mut space,
        host: None,
        user: Credentials::root(),
        umask: 0o022,
        cwd: "/".into(),
        now: SimTime(1000),
    };
    view.make_directory("/run", 0o755).expect("made");
    view.mount(Mount::new("", memory()), "/run").expect("mounted");
    with(&mut view);
}

fn text(view: &View<'_>, path: &str) -> Result<String, Errno> {
    view.read(path).map(|bytes| bytes.to_text(1000))
}

#[test]
fn a_path_is_followed_across_links_and_mounts() {
    on_node(|view| {
        view.make_directories("/var/lib/data", 0o777).expect("made");
        view.write("/var/lib/data/a", "one\n").expect("written");
        view.symlink("../var/lib/data", "/var/short").expect("linked");
        view.symlink("/var/short/a", "/run/a").expect("linked");
        assert_eq!(text(view, "/run/a"), Ok("one\n".to_owned()));
        assert_eq!(view.real_path("/run/../run/a"), Ok("/var/lib/data/a".to_owned()));
        assert_eq!(view.stat("/var/lib/data").map(|stat| (stat.mode, stat.links)), Ok((0o755, 2)));
        view.cwd = "/var".into();
        assert_eq!(text(view, "short/./a"), Ok("one\n".to_owned()));
        assert_eq!(text(view, "short/a/"), Err(Errno::Enotdir));
        assert_eq!(view.lstat("short").map(|stat| stat.kind), Ok(FileKind::Symlink));
        view.symlink("loop", "/var/loop").expect("linked");
        assert_eq!(text(view, "loop"), Err(Errno::Eloop));
        view.bind("/var/lib/data/a", "/run/a", true).expect("bound over the link's target");
        assert_eq!(view.write("/var/lib/data/a", "x"), Err(Errno::Erofs));
        assert_eq!(view.unlink("/var/lib/data/a"), Err(Errno::Ebusy));
    });
}

#[test]
fn names_move_and_go() {
    on_node(|view| {
        view.make_directories("/a/b", 0o755).expect("made");
        view.append("/a/b/file", "x").expect("written");
        view.append("/a/b/file", "y").expect("written");
        assert_eq!(view.rename("/a", "/a/b/c"), Err(Errno::Einval));
        assert_eq!(view.rename("/a", "/run/a"), Err(Errno::Exdev));
        assert_eq!(view.remove_directory("/a"), Err(Errno::Enotempty));
        view.link("/a/b/file", "/second").expect("linked");
        view.unlink("/a/b/file").expect("taken away");
        assert_eq!(text(view, "/second"), Ok("xy".to_owned()));
        view.rename("/a/b", "/b").expect("moved");
        assert_eq!(view.real_path("/b/.."), Ok("/".to_owned()));
        view.remove_directory("/a").expect("taken away");
        assert_eq!(view.unlink("/b"), Err(Errno::Eisdir));
        assert_eq!(view.unlink("/missing/file"), Err(Errno::Enoent));
    });
}

#[test]
fn owners_and_modes_hold() {
    on_node(|view| {
        view.make_directory("/data", 0o755).expect("made");
        view.write("/data/root", "x").expect("written");
        view.chmod("/data/root", 0o640).expect("changed");
        view.make_directory("/shared", 0o777).expect("made");
        view.chmod("/shared", 0o2777).expect("changed");
        view.chown("/shared", None, Some(2000), true).expect("changed");
        view.user = Credentials::user(1000, 1000, &[2000]);
        assert_eq!(view.write("/data/mine", "x"), Err(Errno::Eacces));
        assert_eq!(text(view, "/data/root"), Err(Errno::Eacces));
        assert_eq!(view.chmod("/data/root", 0o777), Err(Errno::Eperm));
        view.make_directory("/shared/own", 0o755).expect("made");
        let own = view.stat("/shared/own").expect("there");
        assert_eq!((own.uid, own.gid, own.mode), (1000, 2000, 0o2755));
        view.user = Credentials::root();
        view.chmod("/shared", 0o1777).expect("changed");
        view.write("/shared/root", "x").expect("written");
        view.user = Credentials::user(1000, 1000, &[]);
        assert_eq!(view.unlink("/shared/root"), Err(Errno::Eperm));
        view.remove_directory("/shared/own").expect("taken away");
    });
}

#[test]
fn what_is_full_says_so() {
    on_node(|view| {
        assert_eq!(view.write("/run/big", Bytes::fill(0, 8193)), Err(Errno::Enospc));
        view.write("/run/big", Bytes::fill(0, 8192)).expect("fits");
        assert_eq!(view.append("/run/big", "x"), Err(Errno::Enospc));
        assert_eq!(view.stat_fs("/run/big").map(|info| info.bytes_used), Ok(8192));
        view.truncate("/run/big", 10).expect("cut");
        view.append("/run/big", "x").expect("fits");
        let made = (0..30).map(|n| view.write(&format!("/run/{n}"), "")).collect::<Vec<_>>();
        assert_eq!(made.iter().filter(|made| made.is_ok()).count(), 8);
        assert_eq!(made.last(), Some(&Err(Errno::Enospc)));
    });
}

#[test]
fn an_open_file_keeps_its_place() {
    on_node(|view| {
        let mut handle = view.open("/log", OpenMode::Append).expect("open");
        view.write_to(&mut handle, &"a\n".into()).expect("written");
        view.rename("/log", "/old").expect("moved");
        view.write_to(&mut handle, &"b\n".into()).expect("written");
        assert_eq!(text(view, "/old"), Ok("a\nb\n".to_owned()));
        let mut handle = view.open("/old", OpenMode::ReadWrite).expect("open");
        let read = view.read_from(&mut handle, 2).map(|bytes| bytes.to_text(9));
        assert_eq!(read, Ok("a\n".to_owned()));
        view.write_to(&mut handle, &"c".into()).expect("written");
        assert_eq!(text(view, "/old"), Ok("a\nc\n".to_owned()));
        assert_eq!(view.open("/old", OpenMode::New), Err(Errno::Eexist));
    });
}

#[test]
fn a_layer_costs_only_what_is_written() {
    let limits = Limits { bytes: 1 << 20, inodes: 100 };
    let mut image = FileSystem::new(FsType::Overlay, "overlay", limits);
    image.make_directories("/etc", 0o755, SimTime(0)).expect("made");
    let mut layer = image.layer("overlay", Limits { bytes: 4096, inodes: 1 });
    assert_eq!(layer.used(), (0, 0));
    let etc = layer.find("/etc").expect("there");
    let file = super::inode::Inode::file("x", 0o644);
    layer.create(etc, "motd", file.clone(), SimTime(1)).expect("fits");
    assert_eq!(layer.create(etc, "more", file, SimTime(1)), Err(Errno::Enospc));
    assert_eq!(image.find("/etc/motd"), Err(Errno::Enoent));
}
