//! Whether the node takes the Pod at all.
//!
//! Models `pkg/kubelet/lifecycle/predicate.go` `Admit` and `pkg/kubelet/kubelet.go`
//! `HandlePodAdditions`, `rejectPod`. What the scheduler has just checked is not checked again.

use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::api::node::Node;
use crate::api::object::Resource as _;
use crate::api::pod::{Pod, PodSpec};
use crate::api::quantity::Quantity;
use crate::sim::action::Action;
use crate::sim::cluster::Cluster;
use crate::sim::controllers::View;
use crate::sim::controllers::scheduler::filter::ports_meet;
use crate::sim::event_log::EventType;
use crate::sim::runtime::{NodeRuntime, PodRuntime, Stage};

use super::work::Work;
use super::{conditions, spec, status, times, volumes};

/// The look at an admitted Pod, or what is done with a refused one.
pub(super) fn admit<'a>(
    view: View<'a>,
    pod: &Rc<Pod>,
    machine: &Rc<NodeRuntime>,
) -> Result<Work<'a>, Vec<Action>> {
    let runtime = PodRuntime {
        uid: pod.metadata.uid.as_str().into(),
        kubelet_since: machine.kubelet_since,
        node: pod.spec.node_name.as_str().into(),
        stage: Stage::Volumes { since: view.now },
        volumes: volumes::used(&pod.spec, view.now + times::MOUNT_MS),
        ..PodRuntime::default()
    };
    let mut work = Work::first(view, pod, machine, runtime);
    work.runtime.seen = work.fingerprint();
    let by_scheduler = pod.is_condition_true("PodScheduled");
    let refusal = work.node().filter(|_| !by_scheduler);
    if let Some((reason, message)) = refusal.and_then(|node| refusal_of(view.cluster, node, pod)) {
        // [kubelet 2-1] OBSERVATION: the node refuses the Pod; it is Failed for good.
        work.event(EventType::Warning, reason, message.clone());
        let mut refused = pod.status.clone();
        "Failed".clone_into(&mut refused.phase);
        reason.clone_into(&mut refused.reason);
        refused.message = format!("Pod was rejected: {message}");
        refused.start_time = Some(view.now);
        refused.qos_class = spec::qos_class(&pod.spec).to_owned();
        refused.observed_generation = pod.metadata.generation;
        conditions::keep_scheduled(&mut refused, view.now, pod.metadata.generation);
        work.write_status(refused);
        work.runtime.stage = Stage::Over;
        work.runtime.volumes.clear();
        return Err(work.finish());
    }
    // [kubelet 2-2] OBSERVATION: the Pod is admitted; its containers are waiting.
    if !work.pod.metadata.is_deleting() {
        let first = status::generate(&work);
        work.write_status(first);
    }
    Ok(work)
}

fn refusal_of(cluster: &Cluster, node: &Node, pod: &Pod) -> Option<(&'static str, String)> {
    let failed = |reason: &'static str, why: &str| {
        Some((reason, format!("Predicate {reason} failed: {why}")))
    };
    if let Some(refusal) = insufficient(cluster, node, pod) {
        return Some(refusal);
    }
    if !selects(&pod.spec, node) {
        return failed("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
    }
    if admitted(cluster, node, pod).any(|other| ports_meet(pod, other)) {
        return failed("NodePorts", "node(s) didn't have free ports for the requested pod ports");
    }
    let tolerated = |taint: &crate::api::node::Taint| {
        taint.effect != "NoExecute"
            || pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint))
    };
    if !node.spec.taints.iter().all(tolerated) {
        let why = "node(s) had taints that the pod didn't tolerate";
        return failed("TaintToleration", why);
    }
    None
}

fn selects(spec: &PodSpec, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    let affinity = spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let required = affinity.and_then(|affinity| affinity.required.as_ref());
    spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        && required.is_none_or(|selector| selector.matches(node))
}

/// The other Pods that the kubelet has taken.
fn admitted<'a>(
    cluster: &'a Cluster,
    node: &Node,
    pod: &'a Pod,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    cluster.pods_on_node(&node.metadata.name).filter(|other| {
        let uid = &other.metadata.uid;
        let known = cluster.runtime(&other.key()).is_some_and(|runtime| *runtime.uid == **uid);
        known && *uid != pod.metadata.uid && !other.is_terminal()
    })
}

/// The first resource of which the node has too little left.
fn insufficient(cluster: &Cluster, node: &Node, pod: &Pod) -> Option<(&'static str, String)> {
    let asked = requests(&pod.spec);
    let mut used: SortedMap<&str, i128> = SortedMap::new();
    for other in admitted(cluster, node, pod) {
        *used.entry("pods").or_default() += 1;
        for (name, amount) in requests(&other.spec) {
            *used.entry(name).or_default() += amount;
        }
    }
    let names = [
        ("pods", "OutOfpods"),
        ("cpu", "OutOfcpu"),
        ("memory", "OutOfmemory"),
        ("ephemeral-storage", "OutOfephemeral-storage"),
    ];
    names.into_iter().find_map(|(name, reason)| {
        let requested = if name == "pods" { 1 } else { *asked.get(name)? };
        let used = used.get(name).copied().unwrap_or(0);
        let capacity = measure(name, *node.status.allocatable.get(name)?);
        let too_much = requested > 0 && used + requested > capacity;
        too_much.then(|| {
            let why = format!("requested: {requested}, used: {used}, capacity: {capacity}");
            (reason, format!("Node didn't have enough resource: {name}, {why}"))
        })
    })
}

/// What the Pod asks for, CPU in thousandths.
fn requests(spec: &PodSpec) -> SortedMap<&'static str, i128> {
    let of = |name: &'static str| {
        let amount = |container: &crate::api::container::Container| {
            let asked = container.resources.requests.get(name);
            asked.or(container.resources.limits.get(name)).map_or(0, |q| measure(name, *q))
        };
        let together: i128 = spec.containers.iter().map(amount).sum();
        let alone = spec.init_containers.iter().map(amount).max().unwrap_or(0);
        (name, together.max(alone))
    };
    ["cpu", "memory", "ephemeral-storage"].map(of).into()
}

fn measure(name: &str, quantity: Quantity) -> i128 {
    if name == "cpu" { quantity.milli_value() } else { quantity.value() }
}
