//! Pods that shall be spread evenly.
//!
//! Models `pkg/scheduler/framework/plugins/podtopologyspread/{filtering.go,scoring.go}`.

use std::rc::Rc;

use crate::api::meta::{LabelSelector, OwnerReference};
use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::service::Service;
use crate::api::sorted::SortedMap;
use crate::sim::cluster::Cluster;

use super::assumed_on;
use super::failure::{Help, Misfit};
use super::filter::{is_selected, is_tolerated, pods_on};
use super::score::ln_milli;
use super::topology::{Constraint, Strength, constraints, domain};

const HOSTNAME: &str = "kubernetes.io/hostname";
const ZONE: &str = "topology.kubernetes.io/zone";

/// A hard constraint with the Pods of each domain.
pub(super) struct Counted {
    constraint: Constraint,
    domains: SortedMap<String, i128>,
    own: i128,
}

/// The Pod's hard constraints and how things stand with them.
pub(super) fn prepare(cluster: &Cluster, pod: &Pod, nodes: &[&Rc<Node>]) -> Vec<Counted> {
    let all = constraints(pod, Strength::Hard);
    let has_all_keys =
        |node: &Node| all.iter().all(|one| node.metadata.labels.contains_key(&one.key));
    let eligible: Vec<&&Rc<Node>> = nodes.iter().filter(|node| has_all_keys(node)).collect();
    let counted = |constraint: &Constraint| {
        let mut domains: SortedMap<String, i128> = SortedMap::new();
        for node in eligible.iter().filter(|node| counts(constraint, pod, node)) {
            let Some(value) = domain(&node.metadata.labels, &constraint.key) else { continue };
            let here = matching(cluster, pod, node, constraint);
            *domains.entry(value.to_owned()).or_insert(0) += here;
        }
        let own = i128::from(constraint.selector.matches(&pod.metadata.labels));
        Counted { constraint: constraint.clone(), domains, own }
    };
    all.iter().map(counted).collect()
}

/// Whether the node's domain counts at all.
fn counts(constraint: &Constraint, pod: &Pod, node: &Node) -> bool {
    (constraint.ignores_affinity || is_selected(pod, node))
        && (constraint.ignores_taints || is_tolerated(pod, node))
}

/// The Pods of the node that count; those that are going do not.
fn matching(cluster: &Cluster, pod: &Pod, node: &Node, constraint: &Constraint) -> i128 {
    let name = &node.metadata.name;
    if let Some(owner) = &constraint.owner {
        let is_own = |other: &&Rc<Pod>| {
            other.metadata.controller().is_some_and(|controller| controller.uid == *owner)
        };
        let assumed = assumed_on(cluster, name).filter(is_own).count();
        let placed = cluster.tally(name).map_or(0, |tally| tally.of_owner(owner));
        return placed + i128::try_from(assumed).unwrap_or(0);
    }
    let found = pods_on(cluster, node).filter(|other| {
        other.metadata.namespace == pod.metadata.namespace
            && !other.metadata.is_deleting()
            && constraint.selector.matches(&other.metadata.labels)
    });
    i128::try_from(found.count()).unwrap_or(0)
}

/// Whether the Pod may come to the node.
pub(super) fn filter(constraints: &[Counted], node: &Node) -> Result<(), Misfit> {
    let reason = "node(s) didn't match pod topology spread constraints";
    let help = Help { peers: true, ..Help::default() };
    for Counted { constraint, domains, own } in constraints {
        let Some(value) = domain(&node.metadata.labels, &constraint.key) else {
            // [scheduler 9-1] OBSERVATION: the node is in no domain of the constraint.
            let reasons = vec![format!("{reason} (missing required label)")];
            return Err(Misfit { reasons, is_resolvable: false, help });
        };
        let few = i128::try_from(domains.len()).unwrap_or(0) < constraint.min_domains;
        let least = if few { Some(0) } else { domains.values().min().copied() };
        let Some(least) = least else { continue };
        let here = domains.get(value).copied().unwrap_or(0);
        if here + own - least > constraint.max_skew {
            // [scheduler 9-2] OBSERVATION: the node's domain has too many of these Pods.
            let reasons = vec![reason.to_owned()];
            return Err(Misfit { reasons, is_resolvable: true, help });
        }
    }
    Ok(())
}

/// How evenly the Pods would be spread, 100 for the best node.
pub(super) fn scores(cluster: &Cluster, pod: &Pod, candidates: &[&Rc<Node>]) -> Vec<i128> {
    let has_own = pod.spec.other.contains_key("topologySpreadConstraints");
    let own = constraints(pod, Strength::Soft);
    let all = if has_own { own } else { by_default(cluster, pod) };
    if all.is_empty() {
        return vec![0; candidates.len()];
    }
    // A node without a label of the Pod's own constraints is left out.
    let has_all_keys =
        |node: &Node| all.iter().all(|one| node.metadata.labels.contains_key(&one.key));
    let is_out = |node: &&Rc<Node>| has_own && !has_all_keys(node);
    let mut raws = vec![0_i128; candidates.len()];
    for constraint in &all {
        let kept = candidates.iter().filter(|node| !is_out(node));
        let by_host = constraint.key == HOSTNAME;
        let mut values: SortedMap<&str, i128> = SortedMap::new();
        for node in kept.clone() {
            if let Some(value) = domain(&node.metadata.labels, &constraint.key) {
                values.entry(value).or_insert(0);
            }
        }
        let size = if by_host { kept.count() } else { values.len() };
        if !by_host {
            for node in cluster.list::<Node>() {
                let usable = (!has_own || has_all_keys(node)) && counts(constraint, pod, node);
                let value = domain(&node.metadata.labels, &constraint.key);
                if let Some(sum) = value.and_then(|value| values.get_mut(value)).filter(|_| usable)
                {
                    *sum += matching(cluster, pod, node, constraint);
                }
            }
        }
        let weight = ln_milli(size + 2);
        for (raw, node) in raws.iter_mut().zip(candidates) {
            let Some(value) = domain(&node.metadata.labels, &constraint.key) else { continue };
            let here = if by_host {
                matching(cluster, pod, node, constraint)
            } else {
                values.get(value).copied().unwrap_or(0)
            };
            *raw += here * weight + (constraint.max_skew - 1) * 1_000;
        }
    }
    let rounded: Vec<Option<i128>> = raws
        .iter()
        .zip(candidates)
        .map(|(raw, node)| (!is_out(node)).then_some((raw + 500) / 1_000))
        .collect();
    let least = rounded.iter().flatten().min().copied().unwrap_or(0);
    let most = rounded.iter().flatten().max().copied().unwrap_or(0);
    let scaled = |raw: &Option<i128>| match raw {
        None => 0,
        Some(_) if most == 0 => 100,
        Some(raw) => 100 * (most + least - raw) / most,
    };
    rounded.iter().map(scaled).collect()
}

/// What holds for a Pod without constraints of its own that belongs to a set or is selected by a
/// Service (`systemDefaultConstraints`, `helper.DefaultSelector`).
fn by_default(cluster: &Cluster, pod: &Pod) -> Vec<Constraint> {
    let is_set = |owner: &&OwnerReference| {
        matches!(&*owner.kind, "ReplicaSet" | "StatefulSet" | "ReplicationController")
    };
    let owner = pod.metadata.controller().filter(is_set).map(|owner| owner.uid.clone());
    let mut selector = LabelSelector::default();
    if owner.is_none() {
        for service in cluster.list_in::<Service>(&pod.metadata.namespace) {
            let chosen = &service.spec.selector;
            let meets = |(key, value)| pod.metadata.labels.get(key) == Some(value);
            if !chosen.is_empty() && chosen.iter().all(meets) {
                let pairs = chosen.iter().map(|(key, value)| (key.clone(), value.clone()));
                selector.match_labels.extend(pairs);
            }
        }
    }
    if owner.is_none() && selector.is_empty() {
        return Vec::new();
    }
    let constraint = |key: &str, max_skew| Constraint {
        key: key.to_owned(),
        max_skew,
        min_domains: 1,
        selector: selector.clone(),
        owner: owner.clone(),
        ignores_affinity: false,
        ignores_taints: true,
    };
    vec![constraint(HOSTNAME, 3), constraint(ZONE, 5)]
}
