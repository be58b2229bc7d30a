//! The subresource `eviction` of Pods: a deletion that asks the disruption budgets first.
//!
//! Models `pkg/registry/core/pod/storage/eviction.go` `Create`, `checkAndDecrement`.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::Resource as _;
use crate::api::pod::Pod;
use crate::api::policy::PodDisruptionBudget;
use crate::api::time::SimTime;
use crate::sim::action::Deletion;
use crate::sim::cluster::Cluster;
use crate::sim::engine::Request;

use super::status::{Reason, Status};

/// What an eviction writes, in order, or why it is refused.
pub(in crate::sim) fn writes(
    cluster: &Cluster,
    now: SimTime,
    deletion: &Deletion,
) -> Result<Vec<Request>, Status> {
    let Some(pod) = cluster.at::<Pod>(&deletion.key) else {
        return Err(Status::not_found(&deletion.key));
    };
    let mut writes = Vec::new();
    if !goes_anyway(pod) {
        let budgets = cluster.list_in::<PodDisruptionBudget>(&pod.metadata.namespace);
        let budgets: Vec<_> =
            budgets.filter(|budget| budget.selects(&pod.metadata.labels)).collect();
        match budgets.as_slice() {
            [] => {}
            [budget] if is_spared(pod, budget) => {}
            [budget] => writes.push(take_one(budget, pod, now)?),
            _ => {
                let text = "This pod has more than one PodDisruptionBudget, which the eviction \
                            subresource does not support.";
                return Err(Status::new(Reason::InternalError, text));
            }
        }
        let mut marked = Pod::clone(pod);
        let (kind, reason) = ("DisruptionTarget", "EvictionByEvictionAPI");
        marked.set_condition(kind, "True", reason, "Eviction API: evicting", now);
        marked.metadata.resource_version = String::new();
        writes.push(Request::UpdateStatus(marked.into()));
    }
    writes.push(Request::Delete(deletion.clone()));
    Ok(writes)
}

/// A Pod that runs nothing, or is going already, takes nothing from a budget.
fn goes_anyway(pod: &Pod) -> bool {
    let phase = pod.status.phase.as_str();
    matches!(phase, "Pending" | "Succeeded" | "Failed") || pod.metadata.is_deleting()
}

/// A Pod that is not ready may go when the budget says so or is met without it.
fn is_spared(pod: &Pod, budget: &PodDisruptionBudget) -> bool {
    let status = &budget.status;
    let (healthy, wanted) =
        (status.current_healthy.unwrap_or(0), status.desired_healthy.unwrap_or(0));
    let always = budget.spec.unhealthy_pod_eviction_policy.as_deref() == Some("AlwaysAllow");
    !pod.is_ready() && (always || healthy >= wanted && wanted > 0)
}

/// The budget with one eviction less.
fn take_one(budget: &Rc<PodDisruptionBudget>, pod: &Pod, now: SimTime) -> Result<Request, Status> {
    let text = "Cannot evict pod as it would violate the pod's disruption budget.";
    let refused = Err(Status::new(Reason::TooManyRequests, text));
    let current = budget.status.observed_generation >= budget.metadata.generation;
    let allowed = budget.status.disruptions_allowed.unwrap_or(0);
    if !current || allowed <= 0 {
        return refused;
    }
    let mut next = PodDisruptionBudget::clone(budget);
    next.status.disruptions_allowed = Some(allowed - 1);
    next.status.disrupted_pods.insert(pod.metadata.name.clone(), now);
    if allowed == 1 {
        for condition in &mut next.status.conditions {
            if condition.kind == "DisruptionAllowed" {
                "InsufficientPods".clone_into(&mut condition.reason);
                "False".clone_into(&mut condition.status);
                condition.last_transition_time = Some(now);
            }
        }
    }
    debug_assert_eq!(next.key().kind, Kind::PodDisruptionBudget);
    next.metadata.resource_version = String::new();
    Ok(Request::UpdateStatus(next.into()))
}
