//! Which Pods of a set go first.
//!
//! Models `pkg/controller/controller_utils.go` `ActivePodsWithRanks` and
//! `pkg/controller/replicaset/replica_set.go` `getPodsToDelete`, `getIndirectlyRelatedPods`.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::api::object::Resource;
use crate::api::order;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::api::workload::ReplicaSet;
use crate::sim::controllers::{View, pod_control};

const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// A Pod with what the order asks about it.
struct Ranked<'a> {
    pod: &'a Rc<Pod>,
    phase: u8,
    is_ready: bool,
    cost: i32,
    /// How many Pods of the same Deployment are on its node.
    neighbours: usize,
    ready_since: Option<SimTime>,
    restarts: i32,
}

/// The `count` Pods that go first.
pub(super) fn to_delete<'a>(
    view: View<'a>,
    set: &ReplicaSet,
    active: &[&'a Rc<Pod>],
    count: usize,
) -> Vec<&'a Rc<Pod>> {
    if count >= active.len() {
        return active.to_vec();
    }
    let related = related_pods(view, set);
    let mut ranked: Vec<Ranked<'a>> = active.iter().map(|pod| Ranked::of(pod, &related)).collect();
    order::sort_by(&mut ranked, |a, b| a.compare(b, view.now));
    ranked.truncate(count);
    ranked.into_iter().map(|ranked| ranked.pod).collect()
}

/// The active Pods of all sets with the same controller; a set without one has none.
fn related_pods<'a>(view: View<'a>, set: &ReplicaSet) -> Vec<&'a Rc<Pod>> {
    let Some(controller) = set.metadata.controller() else { return Vec::new() };
    let sets = view.cluster.owned_by(&controller.uid).filter_map(ReplicaSet::of);
    sets.flat_map(|set| pod_control::owned(view.cluster, &set.metadata.uid))
        .filter(|pod| pod_control::is_active(pod))
        .collect()
}

impl<'a> Ranked<'a> {
    fn of(pod: &'a Rc<Pod>, related: &[&Rc<Pod>]) -> Self {
        let node = &pod.spec.node_name;
        let cost = pod.metadata.annotations.get(DELETION_COST);
        let statuses = &pod.status.container_statuses;
        Self {
            pod,
            phase: match pod.status.phase.as_str() {
                "Pending" => 0,
                "Unknown" => 1,
                _ => 2,
            },
            is_ready: pod.is_ready(),
            cost: cost.and_then(|cost| cost.parse().ok()).unwrap_or(0),
            neighbours: related.iter().filter(|other| other.spec.node_name == *node).count(),
            ready_since: pod.condition("Ready").and_then(|ready| ready.last_transition_time),
            restarts: statuses.iter().map(|status| status.restart_count).max().unwrap_or(0),
        }
    }

    /// Less goes first.
    fn compare(&self, other: &Self, now: SimTime) -> Ordering {
        let unassigned = |ranked: &Self| ranked.pod.spec.node_name.is_empty();
        let plain = unassigned(other)
            .cmp(&unassigned(self))
            .then(self.phase.cmp(&other.phase))
            .then(self.is_ready.cmp(&other.is_ready))
            .then(self.cost.cmp(&other.cost))
            .then(other.neighbours.cmp(&self.neighbours));
        if plain != Ordering::Equal {
            return plain;
        }
        if self.is_ready {
            let by_time = self.by_age(other, self.ready_since, other.ready_since, now);
            if let Some(order) = by_time {
                return order;
            }
        }
        let by_restarts = other.restarts.cmp(&self.restarts);
        if by_restarts != Ordering::Equal {
            return by_restarts;
        }
        let created = |ranked: &Self| ranked.pod.metadata.creation_timestamp;
        self.by_age(other, created(self), created(other), now).unwrap_or(Ordering::Equal)
    }

    /// The younger goes first, by powers of two of the age; within one the lower uid. `None` for
    /// the same second.
    fn by_age(
        &self,
        other: &Self,
        own: Option<SimTime>,
        others: Option<SimTime>,
        now: SimTime,
    ) -> Option<Ordering> {
        let second = |time: Option<SimTime>| time.unwrap_or_default().0 / 1000;
        if second(own) == second(others) {
            return None;
        }
        // Nanoseconds since the second that the API writes.
        let age = |time| now.0.saturating_sub(second(time) * 1000).saturating_mul(1_000_000);
        let power = |time| age(time).checked_ilog2();
        let uid = |ranked: &Self| ranked.pod.metadata.uid.clone();
        Some(power(own).cmp(&power(others)).then_with(|| uid(self).cmp(&uid(other))))
    }
}
