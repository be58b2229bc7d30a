//! Pods that want to be near others, or far from them.
//!
//! Models `pkg/scheduler/framework/plugins/interpodaffinity/{filtering.go,scoring.go}`.

use std::rc::Rc;

use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::api::sorted::SortedMap;
use crate::sim::cluster::Cluster;

use super::failure::{Help, Misfit};
use super::filter::pods_on;
use super::topology::{Side, Strength, Term, domain, has_pod_affinity, terms};

/// Pods by label and value.
type Domains = SortedMap<(String, String), i128>;

/// What the Pod wants, what others want of it, and where they are.
#[derive(Default)]
pub(super) struct Neighbours {
    near: Vec<Term>,
    far: Vec<Term>,
    /// Pods that meet all of `near`, by domain.
    friends: Domains,
    /// Pods that meet one of `far`, by domain.
    foes: Domains,
    /// Pods that want this one far away, by domain.
    shy: Domains,
    /// Whether the Pod meets its own wish to be near.
    is_first_of_its_kind: bool,
}

/// Looks at the Pods of all nodes, if anybody wants anything.
pub(super) fn prepare(cluster: &Cluster, pod: &Pod, nodes: &[&Rc<Node>]) -> Neighbours {
    let near = terms(pod, Side::Near, Strength::Hard);
    let far = terms(pod, Side::Far, Strength::Hard);
    let shy_ones = nodes.iter().any(|node| has_affine_pods(cluster, node));
    let mut known = Neighbours { near, far, ..Neighbours::default() };
    if known.near.is_empty() && known.far.is_empty() && !shy_ones {
        return known;
    }
    for node in nodes {
        let labels = &node.metadata.labels;
        let at = |key: &str| Some((key.to_owned(), domain(labels, key)?.to_owned()));
        for other in pods_on(cluster, node) {
            if !known.near.is_empty() && known.near.iter().all(|term| term.matches(cluster, other))
            {
                for place in known.near.iter().filter_map(|term| at(&term.key)) {
                    *known.friends.entry(place).or_insert(0) += 1;
                }
            }
            for term in known.far.iter().filter(|term| term.matches(cluster, other)) {
                if let Some(place) = at(&term.key) {
                    *known.foes.entry(place).or_insert(0) += 1;
                }
            }
            if has_pod_affinity(other) {
                for term in terms(other, Side::Far, Strength::Hard) {
                    if let Some(place) = at(&term.key).filter(|_| term.matches(cluster, pod)) {
                        *known.shy.entry(place).or_insert(0) += 1;
                    }
                }
            }
        }
    }
    known.is_first_of_its_kind = known.friends.is_empty()
        && known.near.iter().all(|term| term.matches(cluster, pod));
    known
}

fn has_affine_pods(cluster: &Cluster, node: &Node) -> bool {
    let name = &node.metadata.name;
    cluster.tally(name).is_some_and(|tally| tally.affine > 0)
        || super::assumed_on(cluster, name).any(|pod| has_pod_affinity(pod))
}

/// Whether the Pod may come to the node.
pub(super) fn filter(known: &Neighbours, node: &Node) -> Result<(), Misfit> {
    let help = Help { peers: true, ..Help::default() };
    let refuse = |reason: &str, is_resolvable| {
        Err(Misfit { reasons: vec![reason.to_owned()], is_resolvable, help })
    };
    let labels = &node.metadata.labels;
    let has = |domains: &Domains, key: &str| {
        let value = domain(labels, key);
        value.is_some_and(|value| domains.contains_key(&(key.to_owned(), value.to_owned())))
    };
    let labelled = known.near.iter().all(|term| labels.contains_key(&term.key));
    let among_friends = known.near.iter().all(|term| has(&known.friends, &term.key));
    if !labelled || !among_friends && !known.is_first_of_its_kind {
        // [scheduler 10-1] OBSERVATION: no Pod that the Pod wants near is in the node's domain.
        return refuse("node(s) didn't match pod affinity rules", false);
    }
    if known.far.iter().any(|term| has(&known.foes, &term.key)) {
        // [scheduler 10-2] OBSERVATION: a Pod that the Pod wants far is in the node's domain.
        return refuse("node(s) didn't match pod anti-affinity rules", true);
    }
    let is_shunned = |((key, value), _): (&(String, String), &i128)| {
        domain(labels, key) == Some(value.as_str())
    };
    if known.shy.iter().any(is_shunned) {
        // [scheduler 10-3] OBSERVATION: a Pod in the node's domain wants this one far away.
        return refuse("node(s) didn't satisfy existing pods anti-affinity rules", true);
    }
    Ok(())
}

/// How well the wishes are met, 100 for the best node.
pub(super) fn scores(cluster: &Cluster, pod: &Pod, candidates: &[&Rc<Node>]) -> Vec<i128> {
    let wishes: Vec<(Term, i128)> = wishes_of(pod);
    let all: Vec<&Rc<Node>> = cluster.list::<Node>().collect();
    let affine = all.iter().any(|node| has_affine_pods(cluster, node));
    if wishes.is_empty() && !affine {
        return vec![0; candidates.len()];
    }
    let mut sums: Domains = SortedMap::new();
    for node in all {
        let mut add = |key: &str, weight: i128| {
            if let Some(value) = domain(&node.metadata.labels, key) {
                *sums.entry((key.to_owned(), value.to_owned())).or_insert(0) += weight;
            }
        };
        for other in pods_on(cluster, node) {
            for (term, sign) in wishes.iter().filter(|(term, _)| term.matches(cluster, other)) {
                add(&term.key, sign * term.weight);
            }
            if has_pod_affinity(other) {
                let theirs = wishes_of(other);
                let needs = terms(other, Side::Near, Strength::Hard);
                let needs = needs.into_iter().map(|term| (term, 1));
                for (term, sign) in theirs.into_iter().chain(needs) {
                    if term.matches(cluster, pod) {
                        add(&term.key, sign * term.weight);
                    }
                }
            }
        }
    }
    let raw = |node: &&Rc<Node>| -> i128 {
        let here = |((key, value), _): &(&(String, String), &i128)| {
            domain(&node.metadata.labels, key) == Some(value.as_str())
        };
        sums.iter().filter(here).map(|(_, sum)| *sum).sum()
    };
    let raws: Vec<i128> = candidates.iter().map(raw).collect();
    let least = raws.iter().min().copied().unwrap_or(0);
    let apart = raws.iter().max().copied().unwrap_or(0) - least;
    raws.iter().map(|raw| if apart == 0 { 0 } else { 100 * (raw - least) / apart }).collect()
}

/// The Pod's wishes, those for distance with a minus.
fn wishes_of(pod: &Pod) -> Vec<(Term, i128)> {
    let near = terms(pod, Side::Near, Strength::Soft).into_iter().map(|term| (term, 1));
    let far = terms(pod, Side::Far, Strength::Soft).into_iter().map(|term| (term, -1));
    near.chain(far).collect()
}
