//! Which nodes are out of the question.
//!
//! Models the filters of `pkg/scheduler/framework/plugins` in the order of the default profile:
//! `nodeunschedulable`, `tainttoleration`, `nodeaffinity`, `nodeports`, `noderesources/fit.go`;
//! then those about volumes, spreading and other Pods. The first filter that refuses a node
//! gives the reasons.

use std::rc::Rc;

use crate::api::sorted::SortedSet;
use crate::api::node::{Node, Taint};
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;
use crate::sim::cluster::Cluster;
use crate::sim::tally;

use super::failure::{Help, Misfit};
use super::neighbours::{self, Neighbours};
use super::spread::{self, Counted};
use super::volumes::{self, ClaimsOf, PodVolumes};

/// What is to be done about the Pod's volumes on the node, or why the node is refused.
pub(super) fn filter<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    before: &Prepared<'a>,
    node: &Node,
) -> Result<PodVolumes<'a>, Misfit> {
    if !is_named_by(pod, node) {
        // [scheduler 3-1] OBSERVATION: the Pod names other nodes in its affinity.
        let help = Help { labels: true, ..Help::default() };
        return Err(unresolvable("node(s) didn't satisfy plugin(s) [NodeAffinity]", help));
    }
    if node.spec.unschedulable && !tolerates_unschedulable(pod) {
        // [scheduler 3-2] OBSERVATION: the node is cordoned.
        let help = Help { cordon: true, ..Help::default() };
        return Err(unresolvable("node(s) were unschedulable", help));
    }
    if !is_tolerated(pod, node) {
        // [scheduler 3-3] OBSERVATION: the node has a taint that the Pod does not tolerate.
        let help = Help { taints: true, ..Help::default() };
        return Err(unresolvable("node(s) had untolerated taint(s)", help));
    }
    if !is_selected(pod, node) {
        // [scheduler 3-4] OBSERVATION: the node lacks what the Pod's selector or affinity asks.
        let help = Help { labels: true, ..Help::default() };
        return Err(unresolvable("node(s) didn't match Pod's node affinity/selector", help));
    }
    if !has_free_ports(cluster, pod, node) {
        // [scheduler 3-5] OBSERVATION: another Pod holds the Pod's port on the node.
        return Err(resolvable("node(s) didn't have free ports for the requested pod ports"));
    }
    fit(cluster, pod, node)?;
    let volumes = volumes::filter(cluster, pod, &before.claims, node)?;
    spread::filter(&before.spread, node)?;
    neighbours::filter(&before.neighbours, node)?;
    Ok(volumes)
}

/// What was found out before any node was looked at (`PreFilter`).
pub(super) struct Prepared<'a> {
    pub(super) claims: ClaimsOf<'a>,
    pub(super) spread: Vec<Counted>,
    pub(super) neighbours: Neighbours,
}

fn unresolvable(reason: &str, help: Help) -> Misfit {
    Misfit { reasons: vec![reason.to_owned()], is_resolvable: false, help }
}

/// Whether a node that was `before` (`None` for a new one) may now take a Pod that waits for such
/// help (the queueing hints of the plug-ins).
pub(super) fn may_help(pod: &Pod, help: Help, before: Option<&Node>, after: &Node) -> bool {
    let Some(before) = before else { return true };
    let labels_differ = before.metadata.labels != after.metadata.labels;
    help.cordon && before.spec.unschedulable && !after.spec.unschedulable
        || help.taints && !is_tolerated(pod, before) && is_tolerated(pod, after)
        || help.labels && !is_selected(pod, before) && is_selected(pod, after)
        || help.pods && before.status.allocatable != after.status.allocatable
        || (help.volumes || help.peers) && labels_differ
}

pub(super) fn is_tolerated(pod: &Pod, node: &Node) -> bool {
    !node.spec.taints.iter().any(|taint| is_repelled(pod, taint))
}

pub(super) fn resolvable(reason: &str) -> Misfit {
    let help = Help { pods: true, ..Help::default() };
    Misfit { reasons: vec![reason.to_owned()], is_resolvable: true, help }
}

/// Whether the node is among those that every term of the affinity names
/// (`NodeAffinity.PreFilter`).
fn is_named_by(pod: &Pod, node: &Node) -> bool {
    let Some(required) = required_nodes(pod) else { return true };
    let mut names: SortedSet<&String> = SortedSet::new();
    for term in &required.node_selector_terms {
        let mut fields = term.match_fields.iter();
        let list = fields.find(|field| field.key == "metadata.name" && field.operator == "In");
        let Some(list) = list else { return true };
        names.extend(&list.values);
    }
    names.is_empty() || names.contains(&node.metadata.name)
}

fn required_nodes(pod: &Pod) -> Option<&crate::api::node::NodeSelector> {
    pod.spec.affinity.as_ref()?.node_affinity.as_ref()?.required.as_ref()
}

pub(super) fn is_selected(pod: &Pod, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    pod.spec.node_selector.iter().all(|(key, value)| labels.get(key) == Some(value))
        && required_nodes(pod).is_none_or(|required| required.matches(node))
}

fn tolerates_unschedulable(pod: &Pod) -> bool {
    let taint = Taint {
        key: "node.kubernetes.io/unschedulable".to_owned(),
        effect: "NoSchedule".to_owned(),
        ..Taint::default()
    };
    !is_repelled(pod, &taint)
}

fn is_repelled(pod: &Pod, taint: &Taint) -> bool {
    matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute")
        && !pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint))
}

/// The Pods on the node that count, and those whose binding to it is under way.
pub(super) fn pods_on<'a>(
    cluster: &'a Cluster,
    node: &Node,
) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
    let placed = cluster.pods_on_node(&node.metadata.name).filter(|pod| !pod.is_terminal());
    placed.chain(super::assumed_on(cluster, &node.metadata.name))
}

/// Address, protocol and number of a port of the node.
type HostPort<'a> = (&'a str, &'a str, i32);

fn host_ports(pod: &Pod) -> Vec<HostPort<'_>> {
    let containers = pod.spec.containers.iter().chain(
        pod.spec.init_containers.iter().filter(|c| c.restart_policy.as_deref() == Some("Always")),
    );
    let ports = containers.flat_map(|container| &container.ports);
    let ports = ports.filter(|port| port.host_port > 0);
ports
        .map(|port| {
            let ip = port.other.get("hostIP").and_then(serde_json::Value::as_str);
            (ip.unwrap_or_default(), &*port.protocol, port.host_port)
        })
        .collect()
}

/// An empty address stands for all of them (`HostPortInfo.CheckConflict`).
fn overlap(one: &HostPort<'_>, other: &HostPort<'_>) -> bool {
    let every = |ip: &str| matches!(ip, "" | "0.0.0.0");
    (one.1, one.2) == (other.1, other.2)
        && (one.0 == other.0 || every(one.0) || every(other.0))
}

/// Whether two Pods ask for the same port of their node.
pub fn ports_meet(pod: &Pod, other: &Pod) -> bool {
    let wanted = host_ports(pod);
    if wanted.is_empty() {
        return false;
    }
    let taken = host_ports(other);
    wanted.iter().any(|port| taken.iter().any(|held| overlap(port, held)))
}

fn has_free_ports(cluster: &Cluster, pod: &Pod, node: &Node) -> bool {
    host_ports(pod).is_empty()
        || !pods_on(cluster, node).any(|other| ports_meet(pod, other))
}

/// Whether the node has room; every resource that is short is a reason.
fn fit(cluster: &Cluster, pod: &Pod, node: &Node) -> Result<(), Misfit> {
    let mut tally = cluster.tally(&node.metadata.name).cloned().unwrap_or_default();
    let name = &node.metadata.name;
    let nominated = super::nominated_on(cluster, pod, name);
    for assumed in super::assumed_on(cluster, name).chain(nominated) {
        tally.pods += 1;
        for (resource, amount) in tally::requests(&assumed.spec) {
            *tally.requests.entry(resource).or_insert(0) += amount;
        }
    }
    let allocatable = |resource: &str| {
        node.status.allocatable.get(resource).map_or(0, Quantity::milli_value)
    };
    let mut misfit = Misfit { is_resolvable: true, ..Misfit::default() };
    misfit.help.pods = true;
    if (tally.pods + 1) * 1000 > allocatable("pods") {
        // [scheduler 3-6] OBSERVATION: the node runs as many Pods as it may.
        misfit.reasons.push("Too many pods".to_owned());
    }
    for (resource, amount) in tally::requests(&pod.spec) {
        let used = tally.requests.get(&resource).copied().unwrap_or(0);
        let total = allocatable(&resource);
        if amount > 0 && amount > total - used {
            // [scheduler 3-7] OBSERVATION: the node has too little of a resource left.
            misfit.reasons.push(format!("Insufficient {resource}"));
            misfit.is_resolvable &= amount <= total;
        }
    }
    if misfit.reasons.is_empty() { Ok(()) } else { Err(misfit) }
}
