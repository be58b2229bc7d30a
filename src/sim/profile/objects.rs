//! The objects that a cluster has before anybody asks for something.

use serde_json::json;

use crate::api::config::{ConfigMap, Generic, Namespace, PriorityClass, ServiceAccount};
use crate::api::kind::Object;
use crate::api::meta::{ObjectMeta, OwnerReference, StringMap};
use crate::api::node::{Node, NodeAddress, NodeCondition, NodeSpec, NodeStatus, Taint};
use crate::api::order;
use crate::api::quantity::Quantity;
use crate::api::storage_class::StorageClass;
use crate::api::time::SimTime;

use crate::sim::apiserver::own_service;
use crate::sim::random::hex_of;
use crate::sim::random::{Sequence, hash32};

use super::{ClassProfile, NodeProfile, Profile};

impl Profile {
    /// The objects that exist before anybody asks for something.
    pub fn objects(&self) -> Vec<Object> {
        let mut objects: Vec<Object> = Vec::new();
        for namespace in ["default", "kube-system", "kube-public", "kube-node-lease"] {
            objects.extend(namespace_objects(namespace));
        }
        let control_plane = self.nodes.iter().find(|node| node.is_control_plane);
        let host = control_plane.or(self.nodes.first()).map_or("", |node| node.ip);
        objects.extend(own_service::objects(host));
        objects.extend(self.nodes.iter().map(|node| node.object().into()));
        objects.extend(self.nodes.iter().map(|node| self.csi_node(node)));
        objects.extend(self.classes.iter().map(|class| class.object().into()));
        objects
    }

    /// What a kubelet makes when it registers its node: not ready yet.
    pub fn node_objects(&self, name: &str) -> Vec<Object> {
        let Some(profile) = self.nodes.iter().find(|node| node.name == name) else {
            return Vec::new();
        };
        let mut node = profile.object();
        for condition in node.status.conditions.iter_mut().filter(|one| one.kind == "Ready") {
            "False".clone_into(&mut condition.status);
            "KubeletNotReady".clone_into(&mut condition.reason);
            "container runtime status check may not have completed yet"
                .clone_into(&mut condition.message);
        }
        vec![node.into()]
    }

    /// The drivers that the kubelet of that node knows, owned by the Node.
    pub fn owned_csi_node(&self, node: &Node) -> Option<Object> {
        let profile = self.nodes.iter().find(|known| known.name == node.metadata.name)?;
        let mut object = self.csi_node(profile);
        object.meta_mut().owner_references.push(OwnerReference {
            api_version: "v1".to_owned(),
            kind: "Node".to_owned(),
            name: node.metadata.name.clone(),
            uid: node.metadata.uid.clone(),
            ..OwnerReference::default()
        });
        Some(object)
    }

    /// The drivers that a node's kubelet knows.
    fn csi_node(&self, node: &NodeProfile) -> Object {
        let driver = |name: &&str| json!({"name": name, "nodeID": node.name});
        let drivers: Vec<_> = self.csi_drivers.iter().map(driver).collect();
        let spec = Some(json!({"drivers": drivers}));
        let csi_node = Generic { metadata: named(node.name), spec, ..Generic::default() };
        Object::CSINode(csi_node.into())
    }
}

/// The classes that every cluster has (`pkg/apis/scheduling/v1/helpers.go`). Their ids are made
/// of their names: no other object's id depends on them.
pub(in crate::sim) fn system_priority_classes() -> Vec<PriorityClass> {
    let classes = [
        (
            "system-cluster-critical",
            2_000_000_000,
            "Used for system critical pods that must run in the cluster, but can be moved to \
             another node if necessary.",
        ),
        (
            "system-node-critical",
            2_000_001_000,
            "Used for system critical pods that must not be moved from their current node.",
        ),
    ];
    let class = |(name, value, description): (&str, i32, &str)| PriorityClass {
        metadata: ObjectMeta {
            uid: Sequence::new(u64::from(hash32(name))).uuid(),
            resource_version: "1".to_owned(),
            creation_timestamp: Some(SimTime(0)),
            generation: 1,
            ..named(name)
        },
        value: Some(value),
        description: description.to_owned(),
        preemption_policy: Some("PreemptLowerPriority".to_owned()),
        ..PriorityClass::default()
    };
    classes.map(class).into()
}

fn named(name: &str) -> ObjectMeta {
    ObjectMeta { name: name.to_owned(), ..ObjectMeta::default() }
}

/// A namespace with what its controllers put into it.
pub(in crate::sim) fn namespace_objects(name: &str) -> Vec<Object> {
    let inside = |own: &str| ObjectMeta { namespace: name.to_owned(), ..named(own) };
    let mut namespace = Namespace { metadata: named(name), ..Namespace::default() };
    let label = ("kubernetes.io/metadata.name".to_owned(), name.to_owned());
    namespace.metadata.labels = order::map([label]);
    namespace.spec.finalizers = vec!["kubernetes".to_owned()];
    namespace.status.phase = "Active".to_owned();
    let certificate = ("ca.crt".to_owned(), "-----BEGIN CERTIFICATE-----\n".to_owned());
    vec![
        namespace.into(),
        ServiceAccount { metadata: inside("default"), ..ServiceAccount::default() }.into(),
        ConfigMap {
            metadata: inside("kube-root-ca.crt"),
            data: order::map([certificate]),
            ..ConfigMap::default()
        }
        .into(),
    ]
}

impl ClassProfile {
    fn object(&self) -> StorageClass {
        let mut class = StorageClass { metadata: named(self.name), ..StorageClass::default() };
        if self.is_default {
            class.metadata.annotations.insert(
                "storageclass.kubernetes.io/is-default-class".to_owned(),
                "true".to_owned(),
            );
        }
        self.provisioner.clone_into(&mut class.provisioner);
        class.reclaim_policy = Some("Delete".to_owned());
        class.volume_binding_mode = Some(self.mode.to_owned());
        class
    }
}

impl NodeProfile {
    fn object(&self) -> Node {
        let mut node = Node { metadata: named(self.name), ..Node::default() };
        node.metadata.labels = self.labels();
        node.metadata.annotations = order::map([
            ("node.alpha.kubernetes.io/ttl".to_owned(), "0".to_owned()),
            (
                "volumes.kubernetes.io/controller-managed-attach-detach".to_owned(),
                "true".to_owned(),
            ),
        ]);
        node.spec = NodeSpec {
            pod_cidr: format!("{}.0/24", self.pod_network),
            pod_cidrs: vec![format!("{}.0/24", self.pod_network)],
            ..NodeSpec::default()
        };
        if self.is_control_plane {
            node.spec.taints.push(Taint {
                key: "node-role.kubernetes.io/control-plane".to_owned(),
                effect: "NoSchedule".to_owned(),
                ..Taint::default()
            });
        }
        node.status = self.status();
        node
    }

    fn labels(&self) -> StringMap {
        let labels = [
            ("beta.kubernetes.io/arch", "amd64"),
            ("beta.kubernetes.io/os", "linux"),
            ("kubernetes.io/arch", "amd64"),
            ("kubernetes.io/hostname", self.name),
            ("kubernetes.io/os", "linux"),
        ];
        let mut labels = order::map(labels.map(|(key, value)| (key.to_owned(), value.to_owned())));
        if self.is_control_plane {
            let role = "node-role.kubernetes.io/control-plane".to_owned();
            labels.insert(role, String::new());
        }
        if let Some(zone) = self.zone {
            labels.insert("topology.kubernetes.io/zone".to_owned(), zone.to_owned());
        }
        labels
    }

    fn status(&self) -> NodeStatus {
        let amounts = |list: [(&str, &str); 6]| {
            let amount =
                |(name, amount): (&str, &str)| Some((name.to_owned(), Quantity::parse(amount)?));
            order::map(list.into_iter().filter_map(amount))
        };
        let address = |kind: &str, address: &str| NodeAddress {
            kind: kind.to_owned(),
            address: address.to_owned(),
            ..NodeAddress::default()
        };
        let info = [
            ("architecture", "amd64"),
            ("containerRuntimeVersion", "containerd://2.1.4"),
            ("kernelVersion", "6.1.0"),
            ("kubeletVersion", "v1.36.2"),
            ("operatingSystem", "linux"),
            ("osImage", "Debian GNU/Linux 12 (bookworm)"),
        ];
        let id = |what: &str| hex_of(&format!("{what} of {}", self.name), 32);
        let uuid = |what: &str| {
            let hex = id(what);
            let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
            parts.map(|(from, to)| hex[from..to].to_owned()).join("-")
        };
        let mut node_info: StringMap =
            info.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        node_info.insert("machineID".to_owned(), id("machine"));
        node_info.insert("systemUUID".to_owned(), uuid("system"));
        node_info.insert("bootID".to_owned(), uuid("boot"));
        let endpoints = json!({"kubeletEndpoint": {"Port": 10250}});
        NodeStatus {
            capacity: amounts(CAPACITY),
            allocatable: amounts(ALLOCATABLE),
            conditions: NODE_CONDITIONS.iter().map(condition).collect(),
            addresses: vec![address("InternalIP", self.ip), address("Hostname", self.name)],
            node_info,
            other: order::object([("daemonEndpoints".to_owned(), endpoints)]),
            ..NodeStatus::default()
        }
    }
}

/// What a machine has.
const CAPACITY: [(&str, &str); 6] = [
    ("cpu", "4"),
    ("ephemeral-storage", "61255492Ki"),
    ("hugepages-1Gi", "0"),
    ("hugepages-2Mi", "0"),
    ("memory", "8148324Ki"),
    ("pods", "110"),
];
/// What of it Pods may have: less the thresholds at which the kubelet begins to evict.
const ALLOCATABLE: [(&str, &str); 6] = [
    ("cpu", "4"),
    ("ephemeral-storage", "56453061334"),
    ("hugepages-1Gi", "0"),
    ("hugepages-2Mi", "0"),
    ("memory", "8045924Ki"),
    ("pods", "110"),
];

const NODE_CONDITIONS: &[[&str; 4]] = &[
    [
        "MemoryPressure",
        "False",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
    ],
    ["DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"],
    ["PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"],
    ["Ready", "True", "KubeletReady", "kubelet is posting ready status"],
];

fn condition(words: &[&str; 4]) -> NodeCondition {
    let [kind, status, reason, message] = words.map(str::to_owned);
    NodeCondition {
        kind,
        status,
        last_heartbeat_time: Some(SimTime(0)),
        last_transition_time: Some(SimTime(0)),
        reason,
        message,
        ..NodeCondition::default()
    }
}
