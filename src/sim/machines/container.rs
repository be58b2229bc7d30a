//! A container from inside: its files, user, variables and name.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `GeneratePodHostNameAndDomain`, `managedHostsFileContent`,
//! `pkg/kubelet/network/dns/dns.go` `GetPodDNS`, `pkg/kubelet/kuberuntime/security_context.go`,
//! and what the container runtime does: a layer over the image, mount points, `/etc`.

use std::fmt::Write as _;
use std::rc::Rc;

use crate::api::container::Container;
use crate::api::object::ObjectKey;
use crate::api::pod::Pod;
use crate::api::service::Service;
use crate::api::time::SimTime;
use crate::machine::fs::disks::{Disks, FsId};
use crate::machine::fs::file_system::{FileSystem, Limits};
use crate::machine::fs::inode::Inode;
use crate::machine::fs::namespace::Namespace;
use crate::machine::fs::view::{Credentials, View};
use crate::machine::images::ImageRef;
use crate::machine::trees::image::{self, Config};
use crate::sim::cluster::Cluster;
use crate::sim::runtime::{ContainerRuntime, PodRuntime, Process};

use super::environment::{self, Variables, set};
use super::{api_volume, mounts, node, ownership};

/// The longest host name.
const HOSTNAME_MAX: usize = 63;

/// What a container's own layer can hold, as its node's disk lets it.
const LAYER: Limits = Limits { bytes: 50 << 30, inodes: 3_276_800 };

/// A container from inside.
#[derive(Clone, Debug)]
pub struct Inside {
    /// Its Pod.
    pub pod: Rc<Pod>,
    /// The container's name.
    pub name: Rc<str>,
    /// The node.
    pub node: Rc<str>,
    /// What it sees mounted.
    pub space: Namespace,
    /// What its node sees mounted.
    pub host_space: Namespace,
    /// Who its processes are.
    pub user: Credentials,
    /// The directory in which they begin.
    pub directory: String,
    /// Their variables.
    pub env: Variables,
    /// Its name on the network.
    pub hostname: String,
    /// What its image starts unless the Pod says otherwise.
    pub config: Config,
}

/// Opens a container; `None` when the Pod or the container is not there or was never started.
/// Its layer is made when somebody looks into it for the first time.
pub fn open(cluster: &Cluster, disks: &mut Disks, key: &ObjectKey, name: &str) -> Option<Inside> {
    let pod = cluster.at::<Pod>(key)?;
    let runtime = cluster.runtime(key)?;
    open_as(cluster, disks, pod, runtime, name)
}

/// The same for a Pod as its node knows it.
pub fn open_as(
    cluster: &Cluster,
    disks: &mut Disks,
    pod: &Rc<Pod>,
    runtime: &PodRuntime,
    name: &str,
) -> Option<Inside> {
    let mut containers = pod.spec.init_containers.iter().chain(&pod.spec.containers);
    let container = containers.find(|container| container.name == name)?;
    let known = runtime.containers.get(name)?;
    let machine = cluster.node_runtime(&runtime.node)?;
    let reference = ImageRef::parse(&container.image).ok()?;
    let image = cluster.profile.registry.find(&reference).ok()?;
    let config = image::config(&reference.familiar(), &image);
    let started = started_at(known);
    let hostname = hostname(pod, &runtime.node);
    make_layer(cluster, disks, pod, runtime, known, &reference, &image, started);
    let mut env = Variables::new();
    set(&mut env, "PATH".to_owned(), config.path.to_owned());
    set(&mut env, "HOSTNAME".to_owned(), hostname.clone());
    for (name, value) in config.env {
        set(&mut env, (*name).to_owned(), (*value).to_owned());
    }
    let own = match &known.env {
        Some(own) => Variables::clone(own),
        None => environment::of_container(cluster, pod, container, started).unwrap_or_default(),
    };
    for (name, value) in own {
        set(&mut env, name, value);
    }
    let user = user(pod, container);
    set_home(&mut env, disks, &known.space, &user);
    let directory = match container.working_dir.as_str() {
        "" => config.directory.to_owned(),
        own => own.to_owned(),
    };
    Some(Inside {
        pod: Rc::clone(pod),
        name: name.into(),
        node: Rc::clone(&runtime.node),
        space: known.space.clone(),
        host_space: node::space(cluster, &runtime.node).unwrap_or_else(|| machine.space.clone()),
        user,
        directory,
        env,
        hostname,
        config,
    })
}

impl Inside {
    /// Its files as the processes see them.
    pub fn view<'a>(&'a mut self, disks: &'a mut Disks, now: SimTime) -> View<'a> {
        View {
            disks,
            space: &mut self.space,
            host: Some(&self.host_space),
            user: self.user.clone(),
            umask: 0o022,
            cwd: self.directory.as_str().into(),
            now,
        }
    }
}

fn started_at(known: &ContainerRuntime) -> SimTime {
    match &known.process {
        Process::Running { started_at, .. } => *started_at,
        Process::Exited(exit) => exit.started_at,
        Process::None => SimTime::default(),
    }
}

/// The host name of a Pod's containers.
pub fn hostname(pod: &Pod, node: &str) -> String {
    if pod.spec.host_network {
        return node.to_owned();
    }
    let own = &pod.spec.hostname;
    let name = if own.is_empty() { &pod.metadata.name } else { own };
    let cut: String = name.chars().take(HOSTNAME_MAX).collect();
    cut.trim_end_matches(['-', '.']).to_owned()
}

/// The name with the domain, if the Pod has one: its `subdomain` names a Service or not.
pub fn full_name(pod: &Pod, node: &str) -> Option<String> {
    let (own, subdomain) = (hostname(pod, node), &pod.spec.subdomain);
    let namespace = &pod.metadata.namespace;
    (!subdomain.is_empty()).then(|| format!("{own}.{subdomain}.{namespace}.svc.cluster.local"))
}

fn user(pod: &Pod, container: &Container) -> Credentials {
    let own = container.security_context.as_ref();
    let of_pod = pod.spec.security_context.as_ref();
    let number = |value: i64| u32::try_from(value).ok();
    let uid = own.and_then(|own| own.run_as_user).or(of_pod.and_then(|pod| pod.run_as_user));
    let gid = own.and_then(|own| own.run_as_group).or(of_pod.and_then(|pod| pod.run_as_group));
    let uid = uid.and_then(number).unwrap_or(0);
    let gid = gid.and_then(number).unwrap_or(0);
    let more = of_pod.map_or(&[][..], |pod| &pod.supplemental_groups);
    let mut groups: Vec<u32> = vec![gid];
    groups.extend(ownership::group(pod));
    groups.extend(more.iter().filter_map(|group| number(*group)));
    groups.sort_unstable();
    groups.dedup();
    Credentials::user(uid, gid, &groups)
}

/// `HOME` as the runtime finds it in the image's `/etc/passwd`.
fn set_home(env: &mut Variables, disks: &mut Disks, space: &Namespace, user: &Credentials) {
    let mut space = space.clone();
    let view = node::root_view(disks, &mut space, SimTime::default());
    let passwd = view.read("/etc/passwd").map(|bytes| bytes.to_text(65_536)).unwrap_or_default();
    let uid = user.uid.to_string();
    let home = passwd.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        (fields.get(2) == Some(&uid.as_str()))
            .then(|| fields.get(5).map(|home| (*home).to_owned()))?
    });
    if !env.iter().any(|(name, _)| name == "HOME") {
        set(env, "HOME".to_owned(), home.unwrap_or_else(|| "/".to_owned()));
    }
}

#[allow(clippy::too_many_arguments, reason = "it puts together what many know")]
fn make_layer(
    cluster: &Cluster,
    disks: &mut Disks,
    pod: &Rc<Pod>,
    runtime: &PodRuntime,
    known: &ContainerRuntime,
    reference: &ImageRef,
    image: &crate::machine::images::Image,
    at: SimTime,
) {
    let Some(root) = known.space.at("/").map(|mount| mount.fs.clone()) else { return };
    if disks.contains(&root) {
        return;
    }
    api_volume::make_token(cluster, disks, pod, at);
    let full = FsId::Image(reference.full().as_str().into());
    if !disks.contains(&full) {
        disks.insert(full.clone(), image::tree(&reference.familiar(), image));
    }
    let Some(tree) = disks.get(&full) else { return };
    let layer = tree.layer("overlay", LAYER);
    disks.insert(root.clone(), layer);
    let points: Vec<(Rc<str>, bool)> = known
        .space
        .mounts()
        .iter()
        .skip(1)
        .map(|mount| (Rc::clone(&mount.point), mounts::is_file(disks, &mount.fs, mount.root)))
        .collect();
    // Mount points lie in the layer, below what is mounted there.
    let mut bare = Namespace::new(root.clone());
    let mut view = node::root_view(disks, &mut bare, at);
    for (point, is_file) in points {
        mounts::make_point(&mut view, &point, is_file);
    }
    let Some(system) = disks.get_mut(&root) else { return };
    furnish(cluster, system, pod, runtime, at);
}

/// What the kubelet and the runtime put into every container.
fn furnish(
    cluster: &Cluster,
    system: &mut FileSystem,
    pod: &Pod,
    runtime: &PodRuntime,
    at: SimTime,
) {
    let ip = runtime.sandbox.as_ref().map_or("", |sandbox| sandbox.ip.as_str());
    let name = hostname(pod, &runtime.node);
    let files = [
        ("/etc/hosts", hosts(pod, &runtime.node, ip), 0o644),
        ("/etc/hostname", format!("{name}\n"), 0o644),
        ("/etc/resolv.conf", resolver(cluster, pod), 0o644),
        ("/dev/termination-log", String::new(), 0o666),
    ];
    for (path, text, mode) in files {
        let put = system.put(path, Inode::file(text.as_str(), mode), at);
        debug_assert!(put.is_ok(), "{path}: {put:?}");
    }
}

fn hosts(pod: &Pod, node: &str, ip: &str) -> String {
    let mut text = String::from(
        "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost \
         ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\n\
         fe00::2\tip6-allrouters\n",
    );
    let name = hostname(pod, node);
    let _ = match full_name(pod, node) {
        Some(full) => writeln!(text, "{ip}\t{full}\t{name}"),
        None => writeln!(text, "{ip}\t{name}"),
    };
    text
}

fn resolver(cluster: &Cluster, pod: &Pod) -> String {
    let dns = cluster.get::<Service>("kube-system", "kube-dns");
    let dns = dns.map(|service| service.spec.cluster_ip.as_str()).filter(|ip| !ip.is_empty());
    let namespace = &pod.metadata.namespace;
    match (pod.spec.dns_policy.as_str(), dns) {
        ("Default", _) => "nameserver 10.0.2.3\n".to_owned(),
        (_, dns) => format!(
            "search {namespace}.svc.cluster.local svc.cluster.local cluster.local\nnameserver {}\n\
             options ndots:5\n",
            dns.unwrap_or("10.96.0.10")
        ),
    }
}
