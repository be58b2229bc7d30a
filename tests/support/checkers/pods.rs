//! Where Pods are placed and how they run.

use std::collections::BTreeMap;
use std::rc::Rc;

use volume_lab::api::container::{Container, ContainerStatus};
use volume_lab::api::node::Node;
use volume_lab::api::object::ObjectKey;
use volume_lab::api::persistent_volume::PersistentVolume;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::api::pod::Pod;
use volume_lab::api::quantity::Quantity;

use super::Moment;

pub(super) fn keep_their_node(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        if let (Some(before), Some(after)) = change.sides::<Pod>()
            && !before.spec.node_name.is_empty()
            && before.spec.node_name != after.spec.node_name
        {
            complaints.push(format!("{} changed its node", change.key));
        }
    }
}

/// The Pods that get a node in this step.
fn placed<'a>(moment: &'a Moment<'_>) -> impl Iterator<Item = (&'a ObjectKey, &'a Pod)> {
    moment.step.changes.iter().filter_map(|change| match change.sides::<Pod>() {
        (Some(before), Some(after))
            if before.spec.node_name.is_empty() && !after.spec.node_name.is_empty() =>
        {
            Some((&change.key, after))
        }
        _ => None,
    })
}

/// What the containers ask for together; init containers run before them.
fn requests(pod: &Pod) -> BTreeMap<&str, i128> {
    let of = |container: &Container, resource: &str| {
        let request = container.resources.requests.get(resource);
        request.map_or(0, Quantity::milli_value)
    };
    ["cpu", "memory", "ephemeral-storage"]
        .into_iter()
        .map(|resource| (resource, pod.spec.containers.iter().map(|one| of(one, resource)).sum()))
        .chain([("pods", 1000)])
        .collect()
}

pub(super) fn are_placed_where_they_fit(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for (key, pod) in placed(moment) {
        let Some(node) = moment.before.get::<Node>("", &pod.spec.node_name) else {
            complaints.push(format!("{key} was placed on a node that is not there"));
            continue;
        };
        let labels = &node.metadata.labels;
        if !pod.spec.node_selector.iter().all(|(k, v)| labels.get(k) == Some(v)) {
            complaints.push(format!("{key} was placed on a node that it did not select"));
        }
        let tolerates =
            |key: &str| pod.spec.tolerations.iter().any(|one| one.key.is_empty() || one.key == key);
        let taints = node.spec.taints.iter();
        if let Some(taint) = taints
            .filter(|taint| matches!(taint.effect.as_str(), "NoSchedule" | "NoExecute"))
            .find(|taint| !tolerates(&taint.key))
        {
            complaints.push(format!("{key} was placed in spite of the taint {}", taint.key));
        }
        if node.spec.unschedulable && !tolerates("node.kubernetes.io/unschedulable") {
            complaints.push(format!("{key} was placed on a cordoned node"));
        }
        let mut sums = BTreeMap::new();
        let there = |pod: &&Rc<Pod>| pod.spec.node_name == node.metadata.name && !pod.is_terminal();
        for other in moment.after.list::<Pod>().filter(there) {
            for (resource, amount) in requests(other) {
                *sums.entry(resource).or_insert(0) += amount;
            }
        }
        for (resource, sum) in sums {
            let limit = node.status.allocatable.get(resource).map(Quantity::milli_value);
            if limit.is_some_and(|limit| sum > limit) {
                complaints.push(format!("{key}: its node has not enough {resource}"));
            }
        }
    }
}

pub(super) fn are_placed_where_their_claims_are(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for (key, pod) in placed(moment) {
        let Some(node) = moment.before.get::<Node>("", &pod.spec.node_name) else { continue };
        for (_, name) in pod.claims() {
            let claim = moment.before.get::<PersistentVolumeClaim>(&key.namespace, &name);
            let volume = claim.and_then(|claim| {
                moment.before.get::<PersistentVolume>("", &claim.spec.volume_name)
            });
            let affinity = volume.and_then(|volume| volume.spec.node_affinity.as_ref());
            let required = affinity.and_then(|affinity| affinity.required.as_ref());
            if claim.is_none_or(|claim| claim.spec.volume_name.is_empty()) {
                complaints.push(format!("{key} was placed before its claim {name} was bound"));
            }
            if required.is_some_and(|required| !required.matches(node)) {
                complaints.push(format!("{key} was placed where its volume cannot be reached"));
            }
        }
    }
}

pub(super) fn share_no_exclusive_claim(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for (key, pod) in placed(moment) {
        for (_, name) in pod.claims() {
            let claim = moment.before.get::<PersistentVolumeClaim>(&key.namespace, &name);
            let exclusive = claim.is_some_and(|claim| {
                claim.spec.access_modes.iter().any(|mode| mode == "ReadWriteOncePod")
            });
            let others = moment.before.list::<Pod>().filter(|other| {
                other.metadata.namespace == *key.namespace
                    && other.metadata.name != *key.name
                    && !other.spec.node_name.is_empty()
                    && !other.is_terminal()
                    && other.claims().any(|(_, other)| other == name)
            });
            if exclusive && others.count() > 0 {
                complaints.push(format!("{key} shares the ReadWriteOncePod claim {name}"));
            }
        }
    }
}

pub(super) fn run_before_they_are_ready(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        let (_, Some(pod)) = change.sides::<Pod>() else { continue };
        if moment.by_hand() || moment.tampered.contains(&change.key) {
            continue;
        }
        // Whoever collects Pods of nodes that are gone leaves their conditions alone.
        let collected = &*moment.step.actor.component == "pod-garbage-collector";
        if pod.is_ready() && pod.status.phase != "Running" && !collected {
            complaints.push(format!("{} is Ready and {}", change.key, pod.status.phase));
        }
        if pod.status.phase == "Running" && pod.spec.node_name.is_empty() {
            complaints.push(format!("{} runs without a node", change.key));
        }
    }
}

pub(super) fn count_their_restarts(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        let (Some(before), Some(after)) = change.sides::<Pod>() else { continue };
        let count = |pod: &Pod, name: &str| {
            let mut all = pod.status.container_statuses.iter();
            let named = all.find(|status: &&ContainerStatus| status.name == name);
            named.map_or(0, |status| status.restart_count)
        };
        for status in &after.status.container_statuses {
            let (was, is) = (count(before, &status.name), status.restart_count);
            if is < was || is > was + 1 {
                complaints.push(format!("{}: {was} restarts, then {is}", change.key));
            }
        }
    }
}
