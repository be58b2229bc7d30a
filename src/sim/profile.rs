//! The clusters that a lesson can choose from.

pub(super) mod objects;

use crate::machine::images::Registry;

use super::runtime::NfsClient;

/// A kind of cluster.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name in links and lessons.
    pub name: &'static str,
    /// The seed of made-up values.
    pub seed: u64,
    /// The machines.
    pub nodes: Vec<NodeProfile>,
    /// The classes there are from the start.
    pub classes: Vec<ClassProfile>,
    /// Provisioners that answer, by their name.
    pub provisioners: Vec<ProvisionerProfile>,
    /// Images on every node from the start.
    pub images: &'static [&'static str],
    /// CSI drivers that are installed, by name.
    pub csi_drivers: &'static [&'static str],
    /// Directories that somebody made on every node.
    pub directories: &'static [&'static str],
    /// A directory that is one disk on all nodes.
    pub shared: Option<&'static str>,
    /// Which images can be pulled.
    pub registry: Registry,
}

/// A machine of a profile.
#[derive(Clone, Debug)]
pub struct NodeProfile {
    /// Its name.
    pub name: &'static str,
    /// Its address.
    pub ip: &'static str,
    /// The first three numbers of its Pods' addresses.
    pub pod_network: &'static str,
    /// Whether it is a control plane that keeps ordinary Pods away.
    pub is_control_plane: bool,
    /// Its zone, if it has one.
    pub zone: Option<&'static str>,
    /// How it stands with NFS.
    pub nfs: NfsClient,
}

/// A class of a profile.
#[derive(Clone, Copy, Debug)]
pub struct ClassProfile {
    /// Its name.
    pub name: &'static str,
    /// Its provisioner.
    pub provisioner: &'static str,
    /// Its binding mode.
    pub mode: &'static str,
    /// Whether it is the default.
    pub is_default: bool,
}

/// How a provisioner makes volumes.
#[derive(Clone, Copy, Debug)]
pub struct ProvisionerProfile {
    /// Its name.
    pub name: &'static str,
    /// What stands behind its volumes.
    pub backing: Backing,
}

/// What stands behind provisioned volumes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backing {
    /// hostPath `<root>/<namespace>/<claim>`, seen from every node.
    SharedHostPath(&'static str),
    /// hostPath `<root>/<volume>_<namespace>_<claim>` of the chosen node.
    NodeHostPath(&'static str),
    /// hostPath `<root>/<volume>`, bound to the chosen node if there is one.
    PlainHostPath(&'static str),
    /// A disk of the cloud, through a CSI driver of the same name.
    CloudDisk,
}

const STANDARD: ClassProfile = ClassProfile {
    name: "standard",
    provisioner: "k8s.io/minikube-hostpath",
    mode: "Immediate",
    is_default: true,
};
const LOCAL_PATH: ClassProfile = ClassProfile {
    name: "local-path",
    provisioner: "rancher.io/local-path",
    mode: "WaitForFirstConsumer",
    is_default: false,
};
const MINIKUBE_HOSTPATH: ProvisionerProfile = ProvisionerProfile {
    name: "k8s.io/minikube-hostpath",
    backing: Backing::SharedHostPath("/tmp/hostpath-provisioner"),
};
const RANCHER: ProvisionerProfile = ProvisionerProfile {
    name: "rancher.io/local-path",
    backing: Backing::NodeHostPath("/opt/local-path-provisioner"),
};
const GCE_PD: ProvisionerProfile =
    ProvisionerProfile { name: "pd.csi.storage.gke.io", backing: Backing::CloudDisk };
const SIM: ProvisionerProfile =
    ProvisionerProfile { name: "example.com/sim", backing: Backing::PlainHostPath("/sim") };

fn worker(name: &'static str, ip: &'static str, pod_network: &'static str) -> NodeProfile {
    NodeProfile {
        name,
        ip,
        pod_network,
        is_control_plane: false,
        zone: None,
        nfs: NfsClient::NoKernelModule,
    }
}

impl Profile {
    /// The names of all profiles.
    pub const NAMES: &[&str] = &["lecture", "lab", "cases", "minikube"];

    /// The profile of that name.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "lecture" => Some(Self::lecture()),
            "lab" => Some(Self::lab()),
            "cases" => Some(Self::cases()),
            "minikube" => Some(Self::minikube()),
            _ => None,
        }
    }

    /// The lecture's cluster: what the page starts with.
    pub fn lecture() -> Self {
        let mut master = worker("master", "10.0.2.15", "10.244.0");
        master.is_control_plane = true;
        let nodes = vec![
            master,
            worker("work1", "10.0.2.4", "10.244.1"),
            worker("work2", "10.0.2.5", "10.244.2"),
        ];
        Self {
            name: "lecture",
            seed: 1,
            nodes: nodes
                .into_iter()
                .map(|node| NodeProfile { nfs: NfsClient::NoHelper, ..node })
                .collect(),
            classes: vec![STANDARD],
            provisioners: vec![MINIKUBE_HOSTPATH, GCE_PD],
            images: &[],
            csi_drivers: &["pd.csi.storage.gke.io"],
            directories: &[],
            shared: Some("/tmp/hostpath-provisioner"),
            registry: Registry::Public,
        }
    }

    /// The cluster on which the recordings were made.
    pub fn lab() -> Self {
        Self {
            name: "lab",
            seed: 2,
            nodes: vec![
                worker("work1", "10.88.0.11", "10.244.1"),
                worker("work2", "10.88.0.12", "10.244.2"),
            ],
            classes: vec![STANDARD, LOCAL_PATH],
            provisioners: vec![MINIKUBE_HOSTPATH, RANCHER],
            images: LAB_IMAGES,
            csi_drivers: &[],
            directories: &[],
            shared: Some("/tmp"),
            registry: Registry::Lab,
        }
    }

    /// The cluster of the traced cases.
    pub fn cases() -> Self {
        let node = |name, ip, network, zone| NodeProfile {
            zone: Some(zone),
            nfs: NfsClient::Installed,
            ..worker(name, ip, network)
        };
        Self {
            name: "cases",
            seed: 3,
            nodes: vec![
                node("node-1", "192.168.0.1", "10.244.0", "zone-a"),
                node("node-2", "192.168.0.2", "10.244.1", "zone-b"),
                node("node-3", "192.168.0.3", "10.244.2", "zone-b"),
            ],
            classes: Vec::new(),
            provisioners: vec![SIM],
            images: &[],
            csi_drivers: &["csi.example.com"],
            directories: &["/mnt/disk1", "/mnt/d", "/a1", "/b1"],
            shared: None,
            registry: Registry::Anything,
        }
    }

    /// One machine, as on a laptop.
    pub fn minikube() -> Self {
        Self {
            name: "minikube",
            seed: 4,
            nodes: vec![worker("minikube", "192.168.49.2", "10.244.0")],
            classes: vec![STANDARD],
            provisioners: vec![MINIKUBE_HOSTPATH],
            images: &[],
            csi_drivers: &[],
            directories: &[],
            shared: Some("/tmp/hostpath-provisioner"),
            registry: Registry::Public,
        }
    }
}

const LAB_IMAGES: &[&str] = &[
    "httpd:latest",
    "nginx:latest",
    "k8s.gcr.io/nginx-slim:0.8",
    "registry.k8s.io/nginx-slim:0.21",
    "registry.k8s.io/nginx-slim:0.24",
    "mongo:latest",
    "busybox:latest",
    "busybox:1.36",
    "gasbugs/count:latest",
    "gasbugs/count-as-written:latest",
    "gasbugs/count-in-sh:latest",
    "registry.k8s.io/build-image/debian-base:bookworm-v1.0.6",
];
