//! The controllers, one file (or folder) each, and their list.
//!
//! A controller is two pure functions. `watch` says which objects a write makes it look at;
//! `reconcile` looks at one object and decides. The engine does the rest. A new controller is a
//! file, a line in [`controllers!`](self)'s list and case folders under `tests/sim`.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;

use super::action::Action;
use super::change::Change;
use super::cluster::Cluster;

mod int_or_percent;
mod pod_control;
mod revision;

/// What a controller sees: the whole cluster, the time, and the object to settle.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The time.
    pub now: SimTime,
    /// The object; it may be gone.
    pub key: &'a ObjectKey,
    /// Who is looking.
    pub controller: ControllerId,
}

impl View<'_> {
    /// What this controller remembers about the object.
    pub fn memory(&self) -> Option<&Memory> {
        self.cluster.memory(self.controller, self.key)
    }
}

/// The objects a controller shall look at.
#[derive(Debug, Default)]
pub struct Wakes {
    pub(super) list: Vec<(ObjectKey, u64)>,
}

impl Wakes {
    /// Look at this object as soon as the controller reacts.
    pub fn add(&mut self, key: ObjectKey) {
        self.list.push((key, 0));
    }

    /// Look at this object so many milliseconds after that.
    pub fn after(&mut self, key: ObjectKey, ms: u64) {
        self.list.push((key, ms));
    }
}

/// A controller as the engine knows it.
#[derive(Debug)]
pub struct Controller {
    /// Its name in events, such as `persistentvolume-controller`.
    pub component: &'static str,
    /// How long it takes from a write to its look, in milliseconds.
    pub reaction_ms: u64,
    /// Which objects a write makes it look at.
    pub watch: fn(&Change, &Cluster, &mut Wakes),
    /// Decides about one object.
    pub reconcile: fn(View<'_>) -> Vec<Action>,
    /// The node on which it acts for an object, when it acts on nodes.
    pub host: Option<fn(&Cluster, &ObjectKey) -> Rc<str>>,
    /// Everything it looks at again and again, with the period in milliseconds.
    pub resync: Option<Resync>,
}

/// A periodic look at many objects.
#[derive(Clone, Copy, Debug)]
pub struct Resync {
    /// The period in milliseconds.
    pub period_ms: u64,
    /// The first time, in milliseconds after the start of the cluster.
    pub first_ms: u64,
    /// The objects.
    pub keys: fn(&Cluster, &mut Wakes),
}

macro_rules! controllers {
    ($($(#[$meta:meta])* $id:ident $module:ident $memory:ty;)*) => {
        $(pub mod $module;)*

        /// Which controller, in the order in which they react to the same write.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum ControllerId { $($(#[$meta])* $id,)* }

        /// What a controller remembers about an object.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "kept behind an Rc")]
        pub enum Memory { $($(#[$meta])* $id($memory),)* }

        impl ControllerId {
            /// Every controller.
            pub const ALL: &[ControllerId] = &[$(ControllerId::$id,)*];

            /// The controller as the engine knows it.
            pub fn get(self) -> &'static Controller {
                match self { $(ControllerId::$id => &$module::CONTROLLER,)* }
            }
        }
    };
}

controllers! {
    /// Binds claims and volumes.
    PvBinder pv_binder pv_binder::reclaim::Recycling;
    /// Makes and deletes volumes.
    Provisioner provisioner provisioner::Work;
    /// Keeps claims in use from going.
    PvcProtection pvc_protection ();
    /// Keeps bound volumes from going.
    PvProtection pv_protection ();
    /// Chooses nodes for Pods.
    Scheduler scheduler scheduler::Waiting;
    /// Asks for disks to be plugged in and out.
    AttachDetach attach_detach attach_detach::Attaching;
    /// Plugs disks in and out.
    CsiAttacher csi_attacher ();
    /// Makes disks larger; remembers when one will have grown.
    CsiResizer csi_resizer SimTime;
    /// Runs Pods on their nodes.
    Kubelet kubelet ();
    /// Lets the processes of containers go on.
    ContainerRuntime container_runtime ();
    /// Speaks for the nodes; remembers whether it said that a node is cordoned.
    NodeAgent node_agent bool;
    /// Notices lost nodes.
    NodeLifecycle node_lifecycle node_lifecycle::Known;
    /// Evicts Pods from tainted nodes.
    TaintEviction taint_eviction taint_eviction::Leaving;
    /// Keeps the accounts of disruption budgets.
    Disruption disruption ();
    /// Removes Pods without a node; remembers when.
    PodGc pod_gc crate::api::time::SimTime;
    /// Pods with names, order and storage of their own.
    StatefulSet stateful_set stateful_set::SetMemory;
    /// Replaces Pods step by step; remembers how often it failed.
    Deployment deployment u32;
    /// Keeps a number of equal Pods; remembers how often it failed.
    ReplicaSet replica_set u32;
    /// Keeps a Pod on every eligible node.
    DaemonSet daemon_set daemon_set::DaemonMemory;
    /// Runs Pods to their end.
    Job job job::JobMemory;
    /// Deletes jobs that are over.
    TtlAfterFinished ttl_after_finished ();
    /// The addresses behind Services.
    EndpointSlice endpoint_slice ();
    /// Makes the claims of ephemeral volumes; remembers how often it failed.
    EphemeralVolume ephemeral_volume u32;
    /// Says who must make a claim's volume larger.
    VolumeExpand volume_expand ();
    /// Writes down how much of a quota is used.
    ResourceQuota resource_quota ();
    /// Furnishes new namespaces and empties those that go.
    Namespace namespace namespace::Emptying;
    /// Deletes what lost its owner.
    GarbageCollector garbage_collector ();
}
