//! Which of the nodes that fit is the best.
//!
//! Models `pkg/scheduler/schedule_one.go` `prioritizeNodes`, `backend/cache/node_tree.go` and the
//! scores of `pkg/scheduler/framework/plugins`: `tainttoleration`, `nodeaffinity`,
//! `noderesources`, `podtopologyspread`. Integers only, so that every machine chooses alike.
//!
//! Deviations:
//! - Sizes of images do not score; they are alike on all nodes.

use crate::api::sorted::SortedMap;
use crate::api::order;
use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::quantity::Quantity;
use crate::sim::cluster::Cluster;
use crate::sim::tally::{self, NodeTally};

use super::{neighbours, spread};

const ZONE: &str = "topology.kubernetes.io/zone";

/// All nodes as the scheduler walks them: one of each zone in turn, inside a zone by arrival.
pub(super) fn in_list_order(cluster: &Cluster) -> Vec<&Rc<Node>> {
    let mut nodes: Vec<&Rc<Node>> = cluster.list::<Node>().collect();
    order::sort_by_key(&mut nodes, |node| node.metadata.creation_timestamp);
    let mut zones: Vec<&str> = Vec::new();
    let mut seen: SortedMap<&str, usize> = SortedMap::new();
    let mut keyed = Vec::new();
    for node in nodes {
        let zone = zone_of(node).unwrap_or("");
        let place = zones.iter().position(|known| *known == zone).unwrap_or_else(|| {
            zones.push(zone);
            zones.len() - 1
        });
        let round = seen.entry(zone).or_insert(0);
        keyed.push((*round, place, node));
        *round += 1;
    }
    order::sort_by_key(&mut keyed, |(round, place, _)| (*round, *place));
    keyed.into_iter().map(|(_, _, node)| node).collect()
}

fn zone_of(node: &Node) -> Option<&str> {
    node.metadata.labels.get(ZONE).map(String::as_str)
}

/// The index of the best candidate; the first one among equals.
pub(super) fn best(cluster: &Cluster, pod: &Pod, candidates: &[&Rc<Node>]) -> usize {
    if candidates.len() < 2 {
        // [scheduler 7-1] OBSERVATION: one node fits; it is not scored.
        return 0;
    }
    // [scheduler 7-2] OBSERVATION: several nodes fit; the highest sum of scores wins.
    let taints = taint_scores(pod, candidates);
    let wishes = affinity_scores(pod, candidates);
    let spread = spread::scores(cluster, pod, candidates);
    let near = neighbours::scores(cluster, pod, candidates);
    let total = |index: usize| {
        let node = candidates[index];
        let tally = cluster.tally(&node.metadata.name).cloned().unwrap_or_default();
        3 * taints[index]
            + 2 * wishes[index]
            + 2 * spread[index]
            + 2 * near[index]
            + least_allocated(pod, node, &tally)
            + balanced_allocation(pod, node, &tally)
    };
    (0..candidates.len()).max_by_key(|index| (total(*index), Reverse(*index))).unwrap_or(0)
}

/// 100 for no taint `PreferNoSchedule` that the Pod does not tolerate, less for more.
fn taint_scores(pod: &Pod, candidates: &[&Rc<Node>]) -> Vec<i128> {
    let count = |node: &&Rc<Node>| -> i128 {
        let disliked = node.spec.taints.iter().filter(|taint| {
            taint.effect == "PreferNoSchedule"
                && !pod.spec.tolerations.iter().any(|toleration| toleration.tolerates(taint))
        });
        i128::try_from(disliked.count()).unwrap_or(0)
    };
    let counts: Vec<i128> = candidates.iter().map(count).collect();
    let most = counts.iter().copied().max().unwrap_or(0);
    counts.iter().map(|count| if most == 0 { 100 } else { 100 - 100 * count / most }).collect()
}

/// The weights of the wishes that the node meets, scaled to 100.
fn affinity_scores(pod: &Pod, candidates: &[&Rc<Node>]) -> Vec<i128> {
    let affinity = pod.spec.affinity.as_ref().and_then(|affinity| affinity.node_affinity.as_ref());
    let sum = |node: &&Rc<Node>| -> i128 {
        let wishes = affinity.iter().flat_map(|affinity| &affinity.preferred);
        wishes.filter(|wish| wish.preference.matches(node)).map(|w| i128::from(w.weight)).sum()
    };
    let sums: Vec<i128> = candidates.iter().map(sum).collect();
    let most = sums.iter().copied().max().unwrap_or(0);
    sums.iter().map(|sum| if most == 0 { 0 } else { 100 * sum / most }).collect()
}

/// A thousand times the natural logarithm, from its binary digits.
pub(super) fn ln_milli(number: usize) -> i128 {
    let ln_2_nano = 693_147_181_i128;
    let number = i128::try_from(number.max(1)).unwrap_or(1);
    let whole = number.ilog2();
    let one = 1_i128 << 30;
    let mut mantissa = (number << 30) >> whole;
    let mut nano = i128::from(whole) * ln_2_nano;
    for digit in 1..=30 {
        mantissa = (mantissa * mantissa) >> 30;
        if mantissa >= 2 * one {
            mantissa >>= 1;
            nano += ln_2_nano >> digit;
        }
    }
    (nano + 500_000) / 1_000_000
}

fn allocatable(node: &Node, resource: &str) -> i128 {
    node.status.allocatable.get(resource).map_or(0, Quantity::milli_value)
}

/// The share of CPU and memory that would be left.
fn least_allocated(pod: &Pod, node: &Node, tally: &NodeTally) -> i128 {
    let wanted = tally::scored_requests(&pod.spec);
    let left = |index: usize, resource: &str| {
        let total = allocatable(node, resource);
        let used = tally.scored[index] + wanted[index];
        if total == 0 || used > total { 0 } else { (total - used) * 100 / total }
    };
    i128::midpoint(left(0, "cpu"), left(1, "memory"))
}

/// How little CPU and memory would drift apart; only for a Pod that requests one of them.
fn balanced_allocation(pod: &Pod, node: &Node, tally: &NodeTally) -> i128 {
    let wanted = tally::requests(&pod.spec);
    let amount = |resource: &str| wanted.get(resource).copied().unwrap_or(0);
    let (cpu, memory) = (allocatable(node, "cpu"), allocatable(node, "memory"));
    if amount("cpu") + amount("memory") == 0 || cpu == 0 || memory == 0 {
        return 0;
    }
    let used = |resource: &str| tally.requests.get(resource).copied().unwrap_or(0);
    let balance = |more_cpu: i128, more_memory: i128| {
        let used_cpu = (used("cpu") + more_cpu).min(cpu);
        let used_memory = (used("memory") + more_memory).min(memory);
        let apart = (used_cpu * memory - used_memory * cpu).abs();
        (200 * cpu * memory - 100 * apart) / (2 * cpu * memory)
    };
    50 + (50 + balance(amount("cpu"), amount("memory")) - balance(0, 0)) / 2
}

#[cfg(test)]
mod tests {
    use super::ln_milli;

    #[test]
    fn logarithms_are_exact_to_a_thousandth() {
        let known = [(1, 0), (2, 693), (3, 1_099), (5, 1_609), (10, 2_303), (1_000, 6_908)];
        for (number, expected) in known {
            assert_eq!(ln_milli(number), expected, "ln {number}");
        }
    }
}
