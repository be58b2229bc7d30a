//! What happens on nodes and is no object of the API: mounted volumes, processes, addresses.

use std::rc::Rc;

use crate::api::sorted::{SortedMap, SortedSet};
use crate::api::time::SimTime;
use crate::machine::fs::disks::FsId;
use crate::machine::fs::inode::Ino;
use crate::machine::fs::namespace::Namespace;
use crate::machine::program::Plan;

use super::machines::environment::Variables;
use super::machines::log::Log;
use super::machines::process::Hosted;

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
    /// When its kubelet was started or stopped last.
    pub kubelet_since: SimTime,
    /// Whether the running kubelet has said that it started.
    pub kubelet_announced: bool,
    /// What the machine is short of, by the type of the node's condition, such as
    /// `DiskPressure`.
    pub pressures: SortedSet<&'static str>,
    /// The last number given to a Pod of the node's address range.
    pub last_pod_number: u32,
    /// How it stands with NFS.
    pub nfs: NfsClient,
    /// Images on the node, with their tag.
    pub images: SortedSet<Rc<str>>,
    /// What is mounted on it, the kubelet's own mounts apart.
    pub space: Namespace,
    /// When the image pulls that were begun are over; pulls wait for each other.
    pub pulling_until: SimTime,
}

/// A Pod as its node knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PodRuntime {
    /// The Pod's uid.
    pub uid: Rc<str>,
    /// The node.
    pub node: Rc<str>,
    /// Volumes by name; only those that a container mounts.
    pub volumes: SortedMap<String, VolumeRuntime>,
    /// The time at which the sandbox was made, with its address.
    pub sandbox: Option<Sandbox>,
    /// Containers by name, init containers included.
    pub containers: SortedMap<String, ContainerRuntime>,
    /// What the kubelet is doing with the Pod.
    pub stage: Stage,
    /// When the kubelet looks at the Pod next, whatever happens.
    pub sync_at: Option<SimTime>,
    /// What of the Pod's definition the last look has seen.
    pub seen: u32,
    /// The start of the kubelet that looked last; another one takes stock first.
    pub kubelet_since: SimTime,
    /// When the Pod's use of its node's disk is measured next, if it has limits.
    pub measure_at: Option<SimTime>,
    /// Why the kubelet ends the Pod as Failed, if it does: reason and message.
    pub failed: Option<(&'static str, String)>,
}

/// What the kubelet is doing with a Pod.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    /// Waiting for volumes.
    Volumes {
        /// Since when; the worker asks again and again from then on.
        since: SimTime,
    },
    /// Making the sandbox.
    Sandbox {
        /// When it is ready.
        ready_at: SimTime,
    },
    /// Starting containers, one after the other.
    Starting(Starting),
    /// Nothing, until something happens.
    #[default]
    Idle,
    /// Stopping all containers and then the sandbox.
    Stopping {
        /// When the containers are all dead and the next thing is done.
        next_at: SimTime,
        /// What that is.
        part: StopPart,
    },
    /// All is stopped and unmounted.
    Over,
}

/// The parts of stopping a Pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopPart {
    /// The containers end.
    Containers,
    /// The sandbox was stopped; the last status is written.
    LastStatus,
    /// Volumes are unmounted and the object goes.
    CleanUp,
}

/// Containers that are being started.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Starting {
    /// Their names; the first one is at work.
    pub names: Vec<String>,
    /// What is being done with it.
    pub part: StartPart,
    /// When that is done.
    pub until: SimTime,
    /// Whether something was started.
    pub acted: bool,
    /// How long to wait until the next attempt, when a container failed.
    pub retry_ms: Option<u64>,
}

/// The parts of starting a container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StartPart {
    /// It waits for its turn, or for the one before it to die.
    #[default]
    Turn,
    /// Its image is pulled since then.
    Pull {
        /// The time at which the kubelet asked for it.
        asked_at: SimTime,
        /// How long the pull itself takes.
        takes_ms: u64,
    },
    /// It is created and started.
    Create,
    /// Its hook after the start runs.
    PostStart,
    /// That hook failed, and the container is being stopped.
    PostStartFailed,
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
    /// Where its files are: a path of the node, or `server:path`.
    pub path: String,
    /// What of which file system it shows.
    pub files: Option<VolumeFiles>,
    /// How often mounting failed so far.
    pub failures: u32,
    /// When it is tried again.
    pub retry_at: Option<SimTime>,
    /// What the last attempt answered.
    pub error: String,
}

/// What a volume shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeFiles {
    /// The file system.
    pub fs: FsId,
    /// The directory or file in it.
    pub root: Ino,
    /// Whether no container can write to it, whatever its mount says.
    pub read_only: bool,
    /// Where the node has a file system of the volume's own mounted, if it has one.
    pub point: Option<Rc<str>>,
}

/// A container and its process.
#[derive(Clone, Debug, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub struct ContainerRuntime {
    /// How many times it was created.
    pub attempt: u32,
    /// The image of the present process, as the Pod names it.
    pub image: Rc<str>,
    /// What the present process sees as its files.
    pub space: Namespace,
    /// The variables that the kubelet gave it; `None` when its Pod names none of its own.
    pub env: Option<Rc<Variables>>,
    /// What the process does.
    pub process: Process,
    /// What it would do if nobody interfered; for a process that is hosted, what its words say.
    pub plan: Option<Rc<Plan>>,
    /// The words with which the process was started.
    pub words: Rc<[String]>,
    /// The process itself, when it is a shell or a tool.
    pub hosted: Option<Rc<Hosted>>,
    /// Whether the process is the server of its image.
    pub serves: bool,
    /// Why the hook after its start failed, until that is reported.
    pub hook_failure: Option<String>,
    /// What the present process printed.
    pub log: Rc<Log>,
    /// What the process before it printed.
    pub last_log: Option<Rc<Log>>,
    /// The process before this one, if any ended.
    pub last: Option<Exit>,
    /// Why it is held back or could not be started: reason and message.
    pub waiting: Option<(&'static str, String)>,
    /// The delay between crashes, and when it was last raised.
    pub crash_backoff: Option<Backoff>,
    /// The delay between image pulls, and when it was last raised.
    pub pull_backoff: Option<Backoff>,
    /// Whether the readiness probe has succeeded; true without a probe.
    pub ready: bool,
    /// Whether the startup probe has succeeded; true without a probe.
    pub started: bool,
    /// Its probes.
    pub probes: Probes,
    /// Whether a stop signal was sent to the present process.
    pub stopping: bool,
    /// Whether it was killed in the round that starts it again.
    pub replaced: bool,
}

/// A delay that doubles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// The delay in milliseconds.
    pub ms: u64,
    /// When it was last raised.
    pub since: SimTime,
}

/// The probes of a container: when each is asked next and its answers in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Probes {
    /// Readiness.
    pub readiness: ProbeRuntime,
    /// Liveness.
    pub liveness: ProbeRuntime,
    /// Startup.
    pub startup: ProbeRuntime,
}

/// One probe.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ProbeRuntime {
    /// When it is asked next; `None` when its answer cannot change any more.
    pub next_at: Option<SimTime>,
    /// Successes in a row.
    pub successes: i32,
    /// Failures in a row.
    pub failures: i32,
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
        /// When it ends, by itself or because it was told to, and with which code.
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
    /// One word, such as `Completed`.
    pub reason: &'static str,
    /// When it had been started.
    pub started_at: SimTime,
    /// When it ended.
    pub finished_at: SimTime,
    /// The termination message.
    pub message: String,
}

impl NodeRuntime {
    /// Stops or starts the kubelet; nothing happens when that is done already.
    pub fn turn_kubelet(&mut self, running: bool, now: SimTime) {
        if self.kubelet_running != running {
            self.kubelet_running = running;
            self.kubelet_since = now;
            self.kubelet_announced = false;
        }
    }
}

impl ContainerRuntime {
    /// Whether its process runs.
    pub fn is_running(&self) -> bool {
        matches!(self.process, Process::Running { .. })
    }

    /// How its process ended, if it did.
    pub fn exit(&self) -> Option<&Exit> {
        match &self.process {
            Process::Exited(exit) => Some(exit),
            _ => None,
        }
    }
}
