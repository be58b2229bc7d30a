//! `kubectl describe node` (`describeNode`).

use crate::api::order;
use crate::api::sorted::SortedMap;

use crate::api::container::Container;
use crate::api::kind::{Kind, Object};
use crate::api::node::Node;
use crate::api::object::Resource as _;
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;

use crate::sim::controllers::node_agent;

use super::super::age::{age, long_time};
use super::super::tables::{self, Sight};
use super::Describer;
use super::page::Page;

pub(super) const DESCRIBER: Describer = Describer { kind: Kind::Node, write, events: true };

const SYSTEM: [(&str, &str); 10] = [
    ("Machine ID", "machineID"),
    ("System UUID", "systemUUID"),
    ("Boot ID", "bootID"),
    ("Kernel Version", "kernelVersion"),
    ("OS Image", "osImage"),
    ("Operating System", "operatingSystem"),
    ("Architecture", "architecture"),
    ("Container Runtime Version", "containerRuntimeVersion"),
    ("Kubelet Version", "kubeletVersion"),
    ("Kube-Proxy Version", "kubeProxyVersion"),
];

fn write(object: &Object, sight: Sight<'_>, page: &mut Page) {
    let Some(node) = Node::of(object) else { return };
    let meta = &node.metadata;
    page.line(0, "Name", &meta.name);
    let roles = (tables::of(Kind::Node).row)(object, sight);
    page.line(0, "Roles", roles.get(2).map_or("<none>", String::as_str));
    page.labels(0, "Labels", &meta.labels);
    page.annotations(0, &meta.annotations);
    page.line(0, "CreationTimestamp", meta.creation_timestamp.map(long_time).unwrap_or_default());
    let mut taints: Vec<(String, String)> = node
        .spec
        .taints
        .iter()
        .map(|taint| {
            let value = if taint.value.is_empty() { "" } else { "=" };
            let text = format!("{}{value}{}:{}", taint.key, taint.value, taint.effect);
            (format!("{},{}", taint.effect, taint.key), text)
        })
        .collect();
    order::sort(&mut taints);
    let taints: Vec<String> = taints.into_iter().map(|(_, text)| text).collect();
    page.lines(0, "Taints", &taints);
    page.line(0, "Unschedulable", node.spec.unschedulable);
    write_lease(node, sight, page);
    write_conditions(&node_agent::as_posted(sight.cluster, node, sight.now), page);
    page.head(0, "Addresses");
    for address in &node.status.addresses {
        page.line(2, &address.kind, &address.address);
    }
    write_amounts("Capacity", &node.status.capacity, page);
    write_amounts("Allocatable", &node.status.allocatable, page);
    page.head(0, "System Info");
    for (name, key) in SYSTEM {
        if let Some(value) = node.status.node_info.get(key) {
            page.line(2, name, value);
        }
    }
    if !node.spec.pod_cidr.is_empty() {
        page.line(0, "PodCIDR", &node.spec.pod_cidr);
        page.line(0, "PodCIDRs", node.spec.pod_cidrs.join(","));
    }
    write_pods(node, sight, page);
}

/// The lease follows from the kubelet; it is no object here.
fn write_lease(node: &Node, sight: Sight<'_>, page: &mut Page) {
    let name = &node.metadata.name;
    if let Some(renewed) = node_agent::renewed_at(sight.cluster, name, sight.now) {
        page.head(0, "Lease");
        page.line(2, "HolderIdentity", name);
        page.line(2, "AcquireTime", "<unset>");
        page.line(2, "RenewTime", long_time(renewed));
    } else {
        let why = format!("leases.coordination.k8s.io \"{name}\" not found");
        page.line(0, "Lease", format!("Failed to get lease: {why}"));
    }
}

fn write_conditions(node: &Node, page: &mut Page) {
    page.head(0, "Conditions");
    page.text("  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage\n");
    page.text("  ----\t------\t-----------------\t------------------\t------\t-------\n");
    for one in &node.status.conditions {
        page.text(format!(
            "  {} \t{} \t{} \t{} \t{} \t{}\n",
            one.kind,
            one.status,
            one.last_heartbeat_time.map(long_time).unwrap_or_default(),
            one.last_transition_time.map(long_time).unwrap_or_default(),
            one.reason,
            one.message
        ));
    }
}

fn write_amounts(name: &str, amounts: &SortedMap<String, Quantity>, page: &mut Page) {
    page.head(0, name);
    for (resource, amount) in amounts {
        page.line(2, resource, amount);
    }
}

fn write_pods(node: &Node, sight: Sight<'_>, page: &mut Page) {
    let pods = sight.cluster.pods_on_node(&node.metadata.name);
    let pods: Vec<_> = pods.filter(|pod| !pod.is_terminal()).collect();
    page.line(0, "Non-terminated Pods", format!("({} in total)", pods.len()));
    page.text(
        "  Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge\n",
    );
    page.text(
        "  ---------\t----\t\t------------\t----------\t---------------\t-------------\t---\n",
    );
    let share = |amount: Quantity, resource: &str| {
        let whole = node.status.allocatable.get(resource).map_or(0, Quantity::milli_value);
        let percent = if whole == 0 { 0 } else { amount.milli_value() * 100 / whole };
        format!("{amount} ({percent}%)")
    };
    for pod in &pods {
        let cells = [(false, "cpu"), (true, "cpu"), (false, "memory"), (true, "memory")]
            .map(|(limit, resource)| share(sum(pod, resource, limit), resource));
        page.text(format!(
            "  {}\t{}\t\t{}\t{}\n",
            pod.metadata.namespace,
            pod.metadata.name,
            cells.join("\t"),
            age(sight.now, pod.metadata.creation_timestamp)
        ));
    }
    page.text("Allocated resources:\n");
    page.text("  (Total limits may be over 100 percent, i.e., overcommitted.)\n");
    page.text("  Resource\tRequests\tLimits\n  --------\t--------\t------\n");
    let huge = node.status.allocatable.keys().filter(|name| name.starts_with("hugepages-"));
    let counted = ["cpu", "memory", "ephemeral-storage"].into_iter();
    for resource in counted.chain(huge.map(String::as_str)) {
        let total = |limit: bool| {
            let all = pods.iter().map(|pod| sum(pod, resource, limit));
            share(all.fold(Quantity::default(), |a, b| b.plus(&a)), resource)
        };
        page.text(format!("  {resource}\t{}\t{}\n", total(false), total(true)));
    }
}

/// What the Pod asks for: its containers and sidecars together, or the greediest of its other
/// init containers (`PodRequests`, `PodLimits`).
fn sum(pod: &Pod, resource: &str, limit: bool) -> Quantity {
    let amount = |container: &Container| {
        let map = if limit { &container.resources.limits } else { &container.resources.requests };
        map.get(resource).copied()
    };
    let is_sidecar = |c: &&Container| c.restart_policy.as_deref() == Some("Always");
    let init = &pod.spec.init_containers;
    let together = pod.spec.containers.iter().chain(init.iter().filter(is_sidecar));
    let mut total =
        together.filter_map(amount).fold(Quantity::default(), |total, amount| amount.plus(&total));
    let mut sidecars = Quantity::default();
    for container in init {
        let own = amount(container).unwrap_or_default().plus(&sidecars);
        if is_sidecar(&container) {
            sidecars = own;
        } else if own.milli_value() > total.milli_value() {
            total = own;
        }
    }
    total
}
