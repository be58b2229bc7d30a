//! Keeps the accounts of disruption budgets.
//!
//! Models `pkg/controller/disruption/disruption.go` `trySync`, `getExpectedPodCount`,
//! `countHealthyPods`, `buildDisruptedPodMap`. One key is one budget.

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::meta::Condition;
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::pod::Pod;
use crate::api::policy::{PodDisruptionBudget, PodDisruptionBudgetStatus};
use crate::api::sorted::{SortedMap, SortedSet};
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::int_or_percent::{Round, scaled};
use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "controllermanager",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// A Pod whose eviction was granted and that lives on counts again after so long
/// (`DeletionTimeout`).
const GRANTED_MS: u64 = 120_000;

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let namespace = &change.key.namespace;
    let budgets = || cluster.list_in::<PodDisruptionBudget>(namespace);
    match change.key.kind {
        Kind::PodDisruptionBudget => wakes.add(change.key.clone()),
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            for budget in budgets() {
                let counts = |pod: &Pod| budget.selects(&pod.metadata.labels);
                if before.is_some_and(counts) || after.is_some_and(counts) {
                    wakes.add(budget.key());
                }
            }
        }
        Kind::Deployment | Kind::ReplicaSet | Kind::StatefulSet => {
            for budget in budgets() {
                wakes.add(budget.key());
            }
        }
        _ => {}
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(budget) = view.cluster.at::<PodDisruptionBudget>(view.key) else {
        // [disruption 1-1] OBSERVATION: the budget is gone.
        return Vec::new();
    };
    let pods: Vec<&Rc<Pod>> = view
        .cluster
        .list_in::<Pod>(&view.key.namespace)
        .filter(|pod| budget.selects(&pod.metadata.labels))
        .collect();
    let mut actions = Vec::new();
    let object: Object = Rc::clone(budget).into();
    if pods.is_empty() {
        // [disruption 1-2] OBSERVATION: the budget is for no Pod.
        let event = EventDraft::normal(&object, "NoPods", "No matching pods found");
        actions.push(Action::Event(event));
    }
    let (expected, desired) = match bounds(view.cluster, budget, &pods) {
        Ok(bounds) => bounds,
        Err(why) => {
            // [disruption 1-3] OBSERVATION: nobody says how many Pods there should be.
            let message = format!("Failed to calculate the number of expected pods: {why}");
            let reason = "CalculateExpectedPodCountFailed";
            actions.push(Action::Event(EventDraft::warning(&object, reason, message)));
            let mut status = budget.status.clone();
            status.disruptions_allowed = Some(0);
            actions.extend(write(view.now, budget, status, Some(why)));
            return actions;
        }
    };
    let (granted, again_ms) = still_granted(budget, &pods, view.now);
    let healthy = pods.iter().filter(|pod| {
        pod.is_ready() && !pod.metadata.is_deleting() && !granted.contains_key(&pod.metadata.name)
    });
    let healthy = i32::try_from(healthy.count()).unwrap_or(i32::MAX);
    // [disruption 1-4] OBSERVATION: the Pods are counted.
    let status = PodDisruptionBudgetStatus {
        disrupted_pods: granted,
        disruptions_allowed: Some((healthy - desired).max(0)),
        current_healthy: Some(healthy),
        desired_healthy: Some(desired),
        expected_pods: Some(expected),
        ..budget.status.clone()
    };
    actions.extend(write(view.now, budget, status, None));
    if let Some(after_ms) = again_ms {
        // [disruption 1-5] OBSERVATION: a Pod whose eviction was granted is still there.
        actions.push(Action::Requeue { after_ms, urgency: Urgency::Background });
    }
    actions
}

/// How many Pods are expected, and how many of them must be healthy.
fn bounds(
    cluster: &Cluster,
    budget: &PodDisruptionBudget,
    pods: &[&Rc<Pod>],
) -> Result<(i32, i32), String> {
    let here = i32::try_from(pods.len()).unwrap_or(i32::MAX);
    if let Some(most) = &budget.spec.max_unavailable {
        let expected = scale(cluster, pods)?;
        return Ok((expected, (expected - scaled(Some(most), expected, Round::Up)).max(0)));
    }
    match &budget.spec.min_available {
        None => Ok((here, 0)),
        Some(least) if least.is_number() => Ok((here, scaled(Some(least), here, Round::Up))),
        Some(least) => {
            let expected = scale(cluster, pods)?;
            Ok((expected, scaled(Some(least), expected, Round::Up)))
        }
    }
}

/// The sum of what the Pods' controllers are asked for (`getExpectedScale`).
fn scale(cluster: &Cluster, pods: &[&Rc<Pod>]) -> Result<i32, String> {
    let mut seen: SortedSet<ObjectKey> = SortedSet::new();
    let mut sum = 0;
    for pod in pods {
        let (key, replicas) = controller(cluster, pod).ok_or_else(|| {
            format!("found no controllers for pod \"{}\"", pod.metadata.name)
        })?;
        if seen.insert(key) {
            sum += replicas;
        }
    }
    Ok(sum)
}

/// What controls the Pod in the end, and how many Pods it shall have.
fn controller(cluster: &Cluster, pod: &Pod) -> Option<(ObjectKey, i32)> {
    let owner = pod.metadata.controller()?;
    let kind = Kind::named(&owner.kind)?;
    let key = ObjectKey::new(kind, &pod.metadata.namespace, &owner.name);
    match cluster.object(&key)? {
        Object::StatefulSet(set) => Some((key, set.spec.replicas.unwrap_or(1))),
        Object::ReplicaSet(set) => {
            let above = set.metadata.controller().filter(|owner| owner.kind == "Deployment");
            let above = above.map(|owner| {
                ObjectKey::new(Kind::Deployment, &pod.metadata.namespace, &owner.name)
            });
            match above.and_then(|key| Some((key.clone(), cluster.object(&key)?.clone()))) {
                Some((key, Object::Deployment(deployment))) => {
                    Some((key, deployment.spec.replicas.unwrap_or(1)))
                }
                _ => Some((key, set.spec.replicas.unwrap_or(1))),
            }
        }
        _ => None,
    }
}

/// The evictions that were granted and not carried out yet, and when the first of them lapses.
fn still_granted(
    budget: &PodDisruptionBudget,
    pods: &[&Rc<Pod>],
    now: SimTime,
) -> (SortedMap<String, SimTime>, Option<u64>) {
    let mut granted = budget.status.disrupted_pods.clone();
    granted.retain(|name, since| {
        let pod = pods.iter().find(|pod| pod.metadata.name == *name);
        pod.is_some_and(|pod| !pod.metadata.is_deleting()) && now.since(*since) < GRANTED_MS
    });
    let first = granted.values().min().copied();
    let again_ms = first.map(|since| (since + GRANTED_MS).since(now).max(1));
    (granted, again_ms)
}

/// Writes the status with its condition, unless nothing differs.
fn write(
    now: SimTime,
    budget: &Rc<PodDisruptionBudget>,
    status: PodDisruptionBudgetStatus,
    failure: Option<String>,
) -> Option<Action> {
    let allowed = status.disruptions_allowed.unwrap_or(0) > 0;
    let (value, reason) = match (&failure, allowed) {
        (Some(_), _) => ("False", "SyncFailed"),
        (None, true) => ("True", "SufficientPods"),
        (None, false) => ("False", "InsufficientPods"),
    };
    let kind = "DisruptionAllowed";
    let old = budget.status.conditions.iter().find(|one| one.kind == kind);
    let since = old.filter(|old| old.status == value).and_then(|old| old.last_transition_time);
    let condition = Condition {
        kind: kind.to_owned(),
        status: value.to_owned(),
        observed_generation: budget.metadata.generation,
        last_transition_time: since.or(Some(now)),
        reason: reason.to_owned(),
        message: failure.unwrap_or_default(),
        ..Condition::default()
    };
    let mut next = PodDisruptionBudget::clone(budget);
    next.status = PodDisruptionBudgetStatus {
        observed_generation: budget.metadata.generation,
        conditions: vec![condition],
        ..status
    };
    (next.status != budget.status).then(|| Action::Update(next.into()))
}
