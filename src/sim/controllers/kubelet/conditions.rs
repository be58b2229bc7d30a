//! The conditions of a Pod.
//!
//! Models `pkg/kubelet/status/generate.go` and `pkg/kubelet/status/status_manager.go`
//! `mergePodStatus`.

use crate::api::container::ContainerStatus;
use crate::api::meta::Condition;
use crate::api::pod::{PodSpec, PodStatus};
use crate::api::time::SimTime;

use super::phase::find;
use super::spec;

/// What a condition says: status, reason, message.
type Words = (&'static str, &'static str, String);

/// The kubelet's own conditions, in their order.
const OWN: [&str; 5] =
    ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"];

/// What the conditions are made of.
pub(super) struct Facts<'a> {
    /// The definition.
    pub spec: &'a PodSpec,
    /// Statuses of init containers.
    pub init: &'a [ContainerStatus],
    /// Statuses of the others.
    pub regular: &'a [ContainerStatus],
    /// The phase that they make, even if another one is shown still.
    pub phase: &'a str,
    /// Whether the sandbox stands.
    pub sandbox_ready: bool,
    /// The time.
    pub now: SimTime,
    /// `metadata.generation`.
    pub generation: i64,
}

/// All conditions: others' first, then the kubelet's own.
pub(super) fn all(before: &PodStatus, facts: &Facts<'_>) -> Vec<Condition> {
    let others = before.conditions.iter().filter(|c| !OWN.contains(&c.kind.as_str()));
    let mut list: Vec<Condition> = others.cloned().collect();
    let plain = |value| (value, "", String::new());
    let ready = containers_ready(facts);
    let words: [Words; 5] = [
        plain(if facts.sandbox_ready { "True" } else { "False" }),
        initialized(facts, before),
        pod_ready(facts, before, &ready),
        ready,
        plain("True"),
    ];
    for (kind, words) in OWN.into_iter().zip(words) {
        list.push(condition(kind, words, before, facts.now, facts.generation));
    }
    list
}

/// Adds `PodScheduled` for a Pod that came to its node without the scheduler.
pub(super) fn keep_scheduled(status: &mut PodStatus, now: SimTime, generation: i64) {
    if status.conditions.iter().all(|condition| condition.kind != "PodScheduled") {
        let words = ("True", "", String::new());
        let added = condition("PodScheduled", words, status, now, generation);
        status.conditions.push(added);
    }
}

fn condition(
    kind: &str,
    (value, reason, message): Words,
    before: &PodStatus,
    now: SimTime,
    generation: i64,
) -> Condition {
    let old = before.conditions.iter().find(|condition| condition.kind == kind);
    let unchanged = old.filter(|old| old.status == value);
    Condition {
        kind: kind.to_owned(),
        status: value.to_owned(),
        reason: reason.to_owned(),
        message,
        observed_generation: generation,
        last_transition_time: unchanged.map_or(Some(now), |old| old.last_transition_time),
        ..Condition::default()
    }
}

fn initialized(facts: &Facts<'_>, before: &PodStatus) -> Words {
    let was = before.conditions.iter().any(|c| c.kind == "Initialized" && c.status == "True");
    let incomplete: Vec<&str> = facts
        .spec
        .init_containers
        .iter()
        .filter(|container| !is_initialized(container, facts.init))
        .map(|container| container.name.as_str())
        .collect();
    let has_init = !facts.spec.init_containers.is_empty();
    let pending = !incomplete.is_empty() && !was;
    if facts.phase == "Succeeded" && !pending {
        return ("True", "PodCompleted", String::new());
    }
    if has_init && pending {
        let names = incomplete.join(" ");
        let message = format!("containers with incomplete status: [{names}]");
        return ("False", "ContainersNotInitialized", message);
    }
    ("True", "", String::new())
}

fn is_initialized(
    container: &crate::api::container::Container,
    statuses: &[ContainerStatus],
) -> bool {
    find(statuses, &container.name).is_some_and(|status| {
        if spec::is_sidecar(container) { status.started == Some(true) } else { status.ready }
    })
}

/// The conditions that others must set before the Pod is ready.
pub(super) fn readiness_gates(spec: &PodSpec) -> impl Iterator<Item = &str> {
    let gates = spec.other.get("readinessGates").and_then(|gates| gates.as_array());
    gates.into_iter().flatten().filter_map(|gate| gate.get("conditionType")?.as_str())
}

/// Models `GeneratePodReadyCondition`.
fn pod_ready(facts: &Facts<'_>, before: &PodStatus, containers: &Words) -> Words {
    if containers.0 != "True" {
        return containers.clone();
    }
    let closed = readiness_gates(facts.spec).filter_map(|gate| {
        match before.conditions.iter().find(|condition| condition.kind == gate) {
            None => Some(format!(
                "corresponding condition of pod readiness gate \"{gate}\" does not exist."
            )),
            Some(condition) if condition.status != "True" => Some(format!(
                "the status of pod readiness gate \"{gate}\" is not \"True\", but {}",
                condition.status
            )),
            Some(_) => None,
        }
    });
    let closed: Vec<String> = closed.collect();
    if closed.is_empty() {
        return containers.clone();
    }
    ("False", "ReadinessGatesNotReady", closed.join(", "))
}

fn containers_ready(facts: &Facts<'_>) -> Words {
    match facts.phase {
        "Succeeded" => return ("False", "PodCompleted", String::new()),
        "Failed" => return ("False", "PodFailed", String::new()),
        _ => {}
    }
    let sidecars = facts.spec.init_containers.iter().filter(|c| spec::is_sidecar(c));
    let sidecars = sidecars.map(|container| (container, facts.init));
    let regular = facts.spec.containers.iter().map(|container| (container, facts.regular));
    let unready: Vec<&str> = sidecars
        .chain(regular)
        .filter(|(c, list)| !find(list, &c.name).is_some_and(|status| status.ready))
        .map(|(container, _)| container.name.as_str())
        .collect();
    if unready.is_empty() {
        return ("True", "", String::new());
    }
    let names = unready.join(" ");
    ("False", "ContainersNotReady", format!("containers with unready status: [{names}]"))
}
