//! Pods that make room for one that is more important.
//!
//! Models `pkg/scheduler/framework/preemption/preemption.go` `findCandidates`, `SelectCandidate`,
//! `prepareCandidate` and `plugins/defaultpreemption/default_preemption.go`
//! `PodEligibleToPreemptOthers`, `SelectVictimsOnNode`.
//!
//! Deviations:
//! - All nodes are tried, and of equal candidates the first one is taken.

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::node::Node;
use crate::api::object::Resource as _;
use crate::api::pod::Pod;
use crate::api::policy::PodDisruptionBudget;
use crate::api::time::SimTime;
use crate::sim::action::{Action, Deletion, EventDraft};
use crate::sim::cluster::Cluster;

use super::failure::{Misfit, counted};
use super::filter::{self, Prepared};
use super::{neighbours, spread, volumes};

/// The Pods that go, and the node from which they go.
#[derive(Clone, Debug)]
pub(super) struct Room {
    pub(super) node: String,
    victims: Vec<Rc<Pod>>,
    /// How many of them a disruption budget would keep.
    protected: usize,
}

/// Room for the Pod, or what is said after `preemption: `.
pub(super) fn attempt(
    cluster: &Cluster,
    pod: &Pod,
    nodes: &[&Rc<Node>],
    misfits: &[Misfit],
) -> Result<Room, String> {
    if pod.spec.preemption_policy.as_deref() == Some("Never") {
        return Err("not eligible due to preemptionPolicy=Never.".to_owned());
    }
    if is_waiting_for_victims(cluster, pod) {
        // [scheduler 11-1] OBSERVATION: those that make room are still ending.
        let text = "not eligible due to a terminating pod on the nominated node.";
        return Err(text.to_owned());
    }
    let mut whys: Vec<String> = Vec::new();
    let mut candidates: Vec<Room> = Vec::new();
    for (node, misfit) in nodes.iter().zip(misfits) {
        if !misfit.is_resolvable {
            whys.push("Preemption is not helpful for scheduling".to_owned());
            continue;
        }
        match victims_on(cluster, pod, nodes, node) {
            Ok(room) => candidates.push(room),
            Err(reasons) => whys.extend(reasons),
        }
    }
    // [scheduler 11-2] OBSERVATION: of the nodes with room the least is lost on the best.
    let best = candidates.into_iter().min_by_key(cost);
    best.ok_or_else(|| {
        let whys = counted(whys.iter().map(String::as_str));
        format!("0/{} nodes are available: {whys}.", nodes.len())
    })
}

fn priority(pod: &Pod) -> i32 {
    pod.spec.priority.unwrap_or(0)
}

fn is_waiting_for_victims(cluster: &Cluster, pod: &Pod) -> bool {
    let nominated = &pod.status.nominated_node_name;
    let makes_room = |other: &&Rc<Pod>| {
        let target = other.condition("DisruptionTarget");
        other.metadata.is_deleting()
            && priority(other) < priority(pod)
            && target.is_some_and(|target| target.reason == "PreemptionByScheduler")
    };
    !nominated.is_empty() && cluster.pods_on_node(nominated).any(|other| makes_room(&other))
}

/// The least important Pods of the node without which the Pod fits, or why it never does.
fn victims_on(
    cluster: &Cluster,
    pod: &Pod,
    nodes: &[&Rc<Node>],
    node: &Node,
) -> Result<Room, Vec<String>> {
    let lower = |other: &&Rc<Pod>| priority(other) < priority(pod) && !other.is_terminal();
    let mut all: Vec<Rc<Pod>> =
        cluster.pods_on_node(&node.metadata.name).filter(lower).cloned().collect();
    if all.is_empty() {
        // [scheduler 11-3] OBSERVATION: no Pod of the node is less important.
        return Err(vec!["No preemption victims found for incoming pod".to_owned()]);
    }
    let mut without = cluster.clone();
    for victim in &all {
        without.put(&victim.key(), None);
    }
    if let Err(misfit) = fits(&without, pod, nodes, node) {
        // [scheduler 11-4] OBSERVATION: the Pod would not fit even on the emptied node.
        return Err(misfit.reasons);
    }
    let protected = protected(cluster, &all);
    let weight = |victim: &Rc<Pod>| {
        let kept = protected.contains(&victim.metadata.uid);
        (Reverse(kept), Reverse(priority(victim)), started(victim))
    };
    crate::api::order::sort_by_key(&mut all, weight);
    let mut victims = Vec::new();
    for candidate in all {
        // [scheduler 11-5] OBSERVATION: whoever may stay beside the Pod stays.
        without.put(&candidate.key(), Some(Rc::clone(&candidate).into()));
        if fits(&without, pod, nodes, node).is_err() {
            without.put(&candidate.key(), None);
            victims.push(candidate);
        }
    }
    let is_protected = |victim: &&Rc<Pod>| protected.contains(&victim.metadata.uid);
    let protected = victims.iter().filter(is_protected).count();
    Ok(Room { node: node.metadata.name.clone(), victims, protected })
}

fn fits(cluster: &Cluster, pod: &Pod, nodes: &[&Rc<Node>], node: &Node) -> Result<(), Misfit> {
    let claims = volumes::pre_filter(cluster, pod).unwrap_or_default();
    let prepared = Prepared {
        claims,
        spread: spread::prepare(cluster, pod, nodes),
        neighbours: neighbours::prepare(cluster, pod, nodes),
    };
    filter::filter(cluster, pod, &prepared, node).map(drop)
}

fn started(pod: &Pod) -> SimTime {
    pod.status.start_time.unwrap_or(SimTime(u64::MAX))
}

/// The uids of the Pods that their budgets would keep, if all were taken one after the other.
fn protected(cluster: &Cluster, pods: &[Rc<Pod>]) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut left: Vec<(&Rc<PodDisruptionBudget>, i32)> = cluster
        .list::<PodDisruptionBudget>()
        .map(|budget| (budget, budget.status.disruptions_allowed.unwrap_or(0)))
        .collect();
    for pod in pods {
        for (budget, allowed) in &mut left {
            let is_its = budget.metadata.namespace == pod.metadata.namespace
                && budget.selects(&pod.metadata.labels)
                && !budget.status.disrupted_pods.contains_key(&pod.metadata.name);
            if is_its {
                *allowed -= 1;
                if *allowed < 0 {
                    kept.push(pod.metadata.uid.clone());
                }
            }
        }
    }
    kept
}

/// What a choice costs, the most important part first (`pickOneNodeForPreemption`).
fn cost(room: &Room) -> (usize, i64, i64, usize, Reverse<SimTime>) {
    let highest = room.victims.iter().map(|victim| i64::from(priority(victim))).max();
    let highest = highest.unwrap_or(i64::MIN);
    let sum = room.victims.iter().map(|victim| i64::from(priority(victim)) + (1_i64 << 31)).sum();
    let top = room.victims.iter().filter(|victim| i64::from(priority(victim)) == highest);
    let earliest = top.map(|victim| started(victim)).min().unwrap_or_default();
    (room.protected, highest, sum, room.victims.len(), Reverse(earliest))
}

impl Room {
    /// Tells the victims to go.
    pub(super) fn make(&self, pod: &Pod, now: SimTime) -> Vec<Action> {
        let mut actions = Vec::new();
        for victim in self.victims.iter().filter(|victim| !victim.metadata.is_deleting()) {
            // [scheduler 11-6] OBSERVATION: the Pod makes room for a more important one.
            let mut marked = Pod::clone(victim);
            marked.set_condition(
                "DisruptionTarget",
                "True",
                "PreemptionByScheduler",
                "default-scheduler: preempting to accommodate a higher priority pod",
                now,
            );
            let message = format!("Preempted by pod {} on node {}", pod.metadata.uid, self.node);
            let object = Rc::clone(victim).into();
            actions.push(Action::Update(marked.into()));
            actions.push(Action::Delete(Deletion::of(&object)));
            actions.push(Action::Event(EventDraft::normal(&object, "Preempted", message)));
        }
        actions
    }
}
