//! What happens on nodes and is no object of the API: mounted volumes, processes, addresses.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::api::time::SimTime;

/// How a node stands with NFS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NfsClient {
    /// The kernel knows no such file system.
    NoKernelModule,
    /// The kernel knows it, but the mount helper is not installed.
    NoHelper,
    /// Exports can be mounted.
    Installed,
}

/// A node as a machine.
#[derive(Clone, Debug, PartialEq)]
pub struct NodeRuntime {
    /// Whether its kubelet runs.
    pub kubelet_running: bool,
    /// The last number given to a Pod of the node's address range.
    pub last_pod_number: u32,
    /// How it stands with NFS.
    pub nfs: NfsClient,
    /// Images on the node, with their tag.
    pub images: std::collections::BTreeSet<Rc<str>>,
}

/// A Pod as its node knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodRuntime {
    /// The Pod's uid.
    pub uid: Rc<str>,
    /// The node.
    pub node: Rc<str>,
    /// Volumes by name.
    pub volumes: BTreeMap<String, VolumeRuntime>,
    /// The time at which the sandbox was made, with its address.
    pub sandbox: Option<Sandbox>,
    /// Containers by name, init containers included.
    pub containers: BTreeMap<String, ContainerRuntime>,
}

/// The sandbox that holds a Pod's network.
#[derive(Clone, Debug, PartialEq)]
pub struct Sandbox {
    /// When it was made.
    pub created_at: SimTime,
    /// The Pod's address.
    pub ip: String,
    /// Whether it still stands.
    pub ready: bool,
}

/// A volume on its node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VolumeRuntime {
    /// When it was mounted.
    pub mounted_at: Option<SimTime>,
    /// How often mounting failed so far.
    pub failures: u32,
    /// When it is tried again.
    pub retry_at: Option<SimTime>,
    /// What the last attempt answered.
    pub error: String,
}

/// A container and its process.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ContainerRuntime {
    /// How many times it was created.
    pub attempt: u32,
    /// What the process does.
    pub process: Process,
    /// The process before this one, if any ended.
    pub last: Option<Exit>,
    /// Why it is held back or could not be started: reason and message.
    pub waiting: Option<(String, String)>,
    /// Failures in a row, for the back-off.
    pub failures: u32,
    /// When it may be tried again.
    pub retry_at: Option<SimTime>,
    /// Whether the readiness probe has succeeded; true without a probe.
    pub ready: bool,
}

/// The states of a container's process.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Process {
    /// Never created.
    #[default]
    None,
    /// Running.
    Running {
        /// Since when.
        started_at: SimTime,
        /// When it ends by itself, and with which code.
        ends: Option<(SimTime, i32)>,
    },
    /// Ended.
    Exited(Exit),
}

/// How a process ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Exit {
    /// The exit code.
    pub code: i32,
    /// When it had been started.
    pub started_at: SimTime,
    /// When it ended.
    pub finished_at: SimTime,
    /// The termination message.
    pub message: String,
}
