//! What commands ask of a machine beyond files: packages, services, mounts, other processes.

use std::fmt::Write as _;

use crate::api::node::Node;
use crate::machine::fs::errno::Errno;
use crate::machine::fs::namespace::{Mount, Namespace};
use crate::machine::fs::view::View;
use crate::machine::shell::host::{ProcessInfo, Reply, Request};
use crate::sim::cluster::Cluster;
use crate::sim::runtime::{NfsClient, Process};

use super::host::{Effect, Machine, Place};
use super::node::root_view;

/// Packages that a node can install, and what each brings.
const PACKAGES: &[(&str, bool)] = &[
    ("nfs-common", true),
    ("nfs-kernel-server", true),
    ("portmap", false),
    ("rpcbind", false),
    ("curl", false),
    ("vim", false),
    ("tree", false),
    ("net-tools", false),
    ("iputils-ping", false),
    ("dnsutils", false),
];

/// The file that says what a node's NFS server exports.
const EXPORTS: &str = "/etc/exports";

/// What says that the NFS server is at work; a fresh one is started when it is installed.
const SERVING: &str = "/run/nfsd.pid";

/// What the commands of others run on the machine.
pub fn processes(cluster: &Cluster, place: &Place) -> Vec<ProcessInfo> {
    match place {
        Place::Container(key, name) => {
            let known = cluster.runtime(key).and_then(|runtime| runtime.containers.get(&**name));
            let Some(known) = known else { return Vec::new() };
            if let Some(process) = &known.hosted {
                return process.processes();
            }
            let Process::Running { started_at, .. } = known.process else { return Vec::new() };
            vec![info(1, 0, started_at, &known.words.join(" "))]
        }
        Place::Node(name) => {
            let mut all = vec![info(1, 0, crate::api::time::SimTime(0), "/sbin/init")];
            let running = cluster.node_runtime(name).is_some_and(|node| node.kubelet_running);
            if running {
                all.push(info(812, 1, crate::api::time::SimTime(0), "/usr/bin/kubelet"));
            }
            all.push(info(640, 1, crate::api::time::SimTime(0), "/usr/bin/containerd"));
            all
        }
    }
}

fn info(pid: u32, parent: u32, started: crate::api::time::SimTime, command: &str) -> ProcessInfo {
    ProcessInfo { pid, parent, uid: 0, started, command: command.to_owned(), state: 'S' }
}

/// Does what a command asks for; `None` when the machine has no such thing.
pub fn request(machine: &mut Machine<'_>, request: Request) -> Option<Reply> {
    let Place::Node(name) = machine.place().clone() else {
        return match request {
            Request::Mount { .. } | Request::Unmount(_) => Some(failed(1, "permission denied")),
            _ => None,
        };
    };
    match request {
        Request::UpdatePackages => Some(Reply { takes_ms: 2_000, ..Reply::default() }),
        Request::Install(packages) => Some(install(machine, &packages)),
        Request::Service { verb, name: unit } => Some(service(machine, &verb, &unit)),
        Request::Export => Some(Reply::default()),
        Request::Exports(server) => Some(exports(machine, &server)),
        Request::Mount { kind, source, point, options } => {
            Some(mount(machine, &name, [&kind, &source, &point, &options]))
        }
        Request::Unmount(point) => Some(unmount(machine, &point)),
        _ => None,
    }
}

fn failed(status: i32, stderr: &str) -> Reply {
    let stderr = if stderr.is_empty() { String::new() } else { format!("{stderr}\n") };
    Reply { status, stderr, ..Reply::default() }
}

fn view<'a>(machine: &'a mut Machine<'_>) -> View<'a> {
    root_view(&mut machine.disks, &mut machine.space, machine.now)
}

fn install(machine: &mut Machine<'_>, packages: &[String]) -> Reply {
    let known = |name: &String| PACKAGES.iter().find(|(known, _)| known == name);
    if let Some(unknown) = packages.iter().find(|name| known(name).is_none()) {
        return failed(100, &format!("E: Unable to locate package {unknown}"));
    }
    if packages.iter().filter_map(known).any(|(_, nfs)| *nfs) {
        machine.effects.push(Effect::InstallNfsClient);
        let _ = view(machine).write("/sbin/mount.nfs", "\x7fELF");
    }
    if packages.iter().any(|name| name == "nfs-kernel-server") {
        let mut view = view(machine);
        if !view.exists(EXPORTS) {
            let _ =
                view.write(EXPORTS, "# /etc/exports: the access control list for filesystems\n");
        }
        let _ = view.write(SERVING, "1\n");
    }
    Reply { takes_ms: 4_000, ..Reply::default() }
}

fn service(machine: &mut Machine<'_>, verb: &str, unit: &str) -> Reply {
    match (unit, verb) {
        ("kubelet", "stop") => machine.effects.push(Effect::TurnKubelet(false)),
        ("kubelet", "start") => machine.effects.push(Effect::TurnKubelet(true)),
        ("kubelet", "restart") => {
            machine.effects.extend([Effect::TurnKubelet(false), Effect::TurnKubelet(true)]);
        }
        ("nfs-kernel-server" | "nfs-server", "stop") => {
            let _ = view(machine).unlink(SERVING);
        }
        ("nfs-kernel-server" | "nfs-server", "start" | "restart" | "reload") => {
            let _ = view(machine).write(SERVING, "1\n");
        }
        (
            "nfs-kernel-server" | "nfs-server" | "kubelet" | "containerd" | "docker" | "rpcbind"
            | "portmap" | "ssh",
            _,
        ) => {}
        _ => return failed(5, &format!("Unit {unit}.service could not be found.")),
    }
    Reply { takes_ms: 300, ..Reply::default() }
}

/// The lines of a server's exports: directory and clients.
fn exports(machine: &mut Machine<'_>, server: &str) -> Reply {
    let Some(lines) = exported(machine, server) else {
        return failed(1, "clnt_create: RPC: Program not registered");
    };
    let width = lines.iter().map(|(path, _)| path.len()).max().unwrap_or(0);
    let mut stdout = format!("Export list for {server}:\n");
    for (path, clients) in &lines {
        let _ = writeln!(stdout, "{path:width$} {clients}");
    }
    Reply { stdout, ..Reply::default() }
}

/// What the server exports, if one is at work there.
fn exported(machine: &mut Machine<'_>, server: &str) -> Option<Vec<(String, String)>> {
    let mut space = server_space(machine, server)?;
    let view = root_view(&mut machine.disks, &mut space, machine.now);
    if !view.exists(SERVING) {
        return None;
    }
    let text = view.read(EXPORTS).map(|bytes| bytes.to_text(65_536)).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let entries = lines.filter_map(|line| {
        let mut words = line.split_whitespace();
        let path = words.next()?.to_owned();
        let clients: Vec<&str> = words.map(|word| word.split('(').next().unwrap_or(word)).collect();
        Some((path, clients.join(",")))
    });
    Some(entries.collect())
}

/// What the node of that name or address sees mounted.
fn server_space(machine: &Machine<'_>, server: &str) -> Option<Namespace> {
    let is = |node: &Node| node.metadata.name == server || node.internal_ip() == server;
    let local = matches!(server, "localhost" | "127.0.0.1");
    if let (true, Place::Node(_)) = (local, machine.place()) {
        return Some(machine.space.clone());
    }
    let mut nodes = machine.cluster.list::<Node>();
    let node = nodes.find(|node| is(node))?;
    let runtime = machine.cluster.node_runtime(&node.metadata.name)?;
    Some(runtime.space.clone())
}

/// `mount -t KIND SOURCE POINT -o OPTIONS`.
fn mount(machine: &mut Machine<'_>, node: &str, words: [&String; 4]) -> Reply {
    let [kind, source, point, options] = words.map(String::as_str);
    let read_only = options.split(',').any(|option| option == "ro");
    if !view(machine).is_directory(point) {
        return failed(32, &format!("mount: {point}: mount point does not exist."));
    }
    let bound = options.split(',').any(|option| matches!(option, "bind" | "rbind"));
    let outcome = if bound {
        view(machine).bind(source, point, read_only)
    } else if kind.starts_with("nfs") || source.contains(":/") {
        return mount_nfs(machine, node, source, point, read_only);
    } else {
        return failed(32, &format!("mount: {point}: special device {source} does not exist."));
    };
    settle(machine, outcome, point)
}

fn settle(machine: &mut Machine<'_>, outcome: Result<(), Errno>, point: &str) -> Reply {
    match outcome {
        Ok(()) => {
            machine.effects.push(Effect::Mounted(machine.space.clone()));
            Reply::default()
        }
        Err(errno) => failed(32, &format!("mount: {point}: {}.", errno.text().to_lowercase())),
    }
}

fn mount_nfs(
    machine: &mut Machine<'_>,
    node: &str,
    source: &str,
    point: &str,
    read_only: bool,
) -> Reply {
    let client = machine.cluster.node_runtime(node).map(|node| node.nfs);
    let installed = machine.effects.contains(&Effect::InstallNfsClient);
    if client == Some(NfsClient::NoKernelModule) {
        return failed(32, &format!("mount: {point}: unknown filesystem type 'nfs'."));
    }
    if client == Some(NfsClient::NoHelper) && !installed {
        let text = format!(
            "mount: {point}: bad option; for several filesystems (e.g. nfs, cifs) you might need a \
             /sbin/mount.<type> helper program."
        );
        return failed(32, &text);
    }
    let Some((server, path)) = source.split_once(':') else {
        return failed(32, "mount.nfs: remote share not in 'host:dir' format");
    };
    let Some(lines) = exported(machine, server) else {
        return Reply { takes_ms: 1_000, ..failed(32, "mount.nfs: Connection refused") };
    };
    let within = |export: &str| crate::machine::fs::namespace::is_within(path, export);
    if !lines.iter().any(|(export, _)| within(export)) {
        let text = format!("mount.nfs: access denied by server while mounting {source}");
        return failed(32, &text);
    }
    let Some(mut space) = server_space(machine, server) else {
        return failed(32, "mount.nfs: No route to host");
    };
    let stat = root_view(&mut machine.disks, &mut space, machine.now).stat(path);
    let Ok(stat) = stat else {
        let why = "failed, reason given by server: No such file or directory";
        return failed(32, &format!("mount.nfs: mounting {source} {why}"));
    };
    let (fs, root) = stat.file;
    let mount = Mount::bind(point, fs, root).with_read_only(read_only);
    let outcome = view(machine).mount(mount, point);
    settle(machine, outcome, point)
}

fn unmount(machine: &mut Machine<'_>, point: &str) -> Reply {
    match view(machine).unmount(point) {
        Ok(_) => {
            machine.effects.push(Effect::Mounted(machine.space.clone()));
            Reply::default()
        }
        Err(Errno::Einval) => failed(32, &format!("umount: {point}: not mounted.")),
        Err(Errno::Ebusy) => failed(32, &format!("umount: {point}: target is busy.")),
        Err(errno) => failed(32, &format!("umount: {point}: {}.", errno.text().to_lowercase())),
    }
}
