//! What a set's status counts.
//!
//! Models `pkg/controller/replicaset/replica_set_utils.go` `calculateStatus`,
//! `updateReplicaSetStatus`.

use std::rc::Rc;

use crate::api::meta::Condition;
use crate::api::pod::Pod;
use crate::api::workload::{ReplicaSet, ReplicaSetStatus};
use crate::sim::controllers::{View, pod_control};

const REPLICA_FAILURE: &str = "ReplicaFailure";

/// The status as it should be. The Pods are those from before this sync.
pub(super) fn next(
    view: View<'_>,
    set: &ReplicaSet,
    active: &[&Rc<Pod>],
    terminating: usize,
    failure: Option<&String>,
) -> ReplicaSetStatus {
    let count = |counts: &dyn Fn(&Pod) -> bool| {
        i32::try_from(active.iter().filter(|pod| counts(pod)).count()).unwrap_or(i32::MAX)
    };
    let of_template = &set.spec.template.metadata.labels;
    let fully_labeled = |pod: &Pod| {
        let labels = &pod.metadata.labels;
        of_template.iter().all(|(key, value)| labels.get(key) == Some(value))
    };
    let available = |pod: &Pod| {
        pod_control::available_in(pod, set.spec.min_ready_seconds, view.now) == Some(0)
    };
    ReplicaSetStatus {
        replicas: Some(count(&|_| true)),
        fully_labeled_replicas: count(&fully_labeled),
        ready_replicas: count(&Pod::is_ready),
        available_replicas: count(&available),
        terminating_replicas: i32::try_from(terminating).ok(),
        observed_generation: set.metadata.generation,
        conditions: conditions(view, set, active.len(), failure),
        other: set.status.other.clone(),
    }
}

/// A failure is reported when it begins and until it is over.
fn conditions(
    view: View<'_>,
    set: &ReplicaSet,
    active: usize,
    failure: Option<&String>,
) -> Vec<Condition> {
    let mut conditions = set.status.conditions.clone();
    let known = conditions.iter().any(|condition| condition.kind == REPLICA_FAILURE);
    match failure {
        Some(message) if !known => {
            // [replica_set 3-2] OBSERVATION: Pods begin to be refused.
            let wanted = usize::try_from(set.spec.replicas.unwrap_or(1)).unwrap_or(0);
            let reason = if active < wanted { "FailedCreate" } else { "FailedDelete" };
            conditions.push(Condition {
                kind: REPLICA_FAILURE.to_owned(),
                status: "True".to_owned(),
                last_transition_time: Some(view.now),
                reason: reason.to_owned(),
                message: message.clone(),
                ..Condition::default()
            });
        }
        None if known => {
            // [replica_set 3-3] OBSERVATION: Pods are refused no longer.
            conditions.retain(|condition| condition.kind != REPLICA_FAILURE);
        }
        _ => {}
    }
    conditions
}
