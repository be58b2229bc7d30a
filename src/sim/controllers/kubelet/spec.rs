//! Small questions about a Pod's definition.
//!
//! Models `pkg/api/v1/pod/util.go` and `pkg/kubelet/container/helpers.go`
//! `ShouldContainerBeRestarted`.

use crate::api::container::Container;
use crate::api::pod::{Pod, PodSpec};
use crate::api::time::seconds_ms;
use crate::sim::action::{Action, Deletion};
use crate::sim::cluster::Cluster;

/// Whether an init container keeps running beside the others
/// (`podutil.IsRestartableInitContainer`).
pub(super) fn is_sidecar(container: &Container) -> bool {
    container.restart_policy.as_deref() == Some("Always")
}

/// Whether a container that ended with that code is started again
/// (`container.ShouldContainerBeRestarted`). `is_init` is meant for ordinary init containers.
pub(super) fn restarts(spec: &PodSpec, container: &Container, is_init: bool, code: i32) -> bool {
    let policy = container.restart_policy.as_ref().unwrap_or(&spec.restart_policy);
    match policy.as_str() {
        "Never" => false,
        "OnFailure" => code != 0,
        _ => !is_init || code != 0,
    }
}

/// All containers in the order in which they are started.
pub(super) fn all_containers(spec: &PodSpec) -> impl Iterator<Item = &Container> {
    spec.init_containers.iter().chain(&spec.containers)
}

/// The container of that name.
pub(super) fn container<'a>(spec: &'a PodSpec, name: &str) -> Option<&'a Container> {
    all_containers(spec).find(|container| container.name == name)
}

/// How long the Pod gets to end.
pub(super) fn grace_ms(pod: &Pod) -> u64 {
    let own = pod.spec.termination_grace_period_seconds;
    let seconds = pod.metadata.deletion_grace_period_seconds.or(own).unwrap_or(30);
    seconds_ms(seconds)
}

/// `Guaranteed`, `Burstable` or `BestEffort` (`qos.ComputePodQOS`).
pub(super) fn qos_class(spec: &PodSpec) -> &'static str {
    let counted = ["cpu", "memory"];
    let mut any = false;
    let mut all = true;
    for container in all_containers(spec) {
        let resources = &container.resources;
        for name in counted {
            let limit = resources.limits.get(name).filter(|q| q.sign() > 0);
            let request = resources.requests.get(name).filter(|q| q.sign() > 0).or(limit);
            any |= limit.is_some() || request.is_some();
            all &= limit.is_some() && request == limit;
        }
    }
    match (any, all) {
        (false, _) => "BestEffort",
        (true, true) => "Guaranteed",
        (true, false) => "Burstable",
    }
}

/// Whether somebody else writes this Pod's status. The traced cases mark such Pods.
pub(super) fn is_left_alone(cluster: &Cluster, pod: &Pod) -> bool {
    let marked = |key: &str| pod.metadata.annotations.get(key).is_some_and(|v| v == "true");
    cluster.profile.name == "cases"
        && (marked("lab/manual") || marked("lab/slow") && pod.metadata.is_deleting())
}

/// What is done with such a Pod: it goes when it is asked to.
pub(super) fn left_alone(pod: &Pod) -> Vec<Action> {
    let slow = pod.metadata.annotations.get("lab/slow").is_some_and(|value| value == "true");
    let waits = pod.metadata.deletion_grace_period_seconds != Some(0);
    if pod.metadata.is_deleting() && waits && !slow {
        // [kubelet 1-4] OBSERVATION: nothing of the Pod runs here, and it is to go.
        let deletion = Deletion::of(&pod.clone().into());
        return vec![Action::Delete(Deletion { grace_seconds: Some(0), ..deletion })];
    }
    Vec::new()
}
