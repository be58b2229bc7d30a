//! What makes and removes Pods: sets, `ReplicaSets`, the garbage collector, the protectors.

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::workload::{Deployment, Job, ReplicaSet, StatefulSet};
use crate::sim::change::Change;
use crate::sim::step::Step;

use super::{Said, marks_deletion};
use crate::scene::plan;

pub(super) fn tell(step: &Step) -> Vec<Said> {
    match &*step.actor.component {
        "statefulset-controller" => statefulset(step),
        "garbage-collector-controller" | "garbage-collector" | "generic-garbage-collector" => {
            each(step, collected)
        }
        "endpointslice-controller" | "endpoint-slice-controller" => {
            vec![Said::quiet("endpoints", &step.subject).with("service", &*step.subject.name)]
        }
        "pvc-protection-controller" | "persistentvolumeclaim-protection-controller" => {
            each(step, |_, change| unprotected(change, "claim-unprotected", "claim-gone"))
        }
        "pv-protection-controller" | "persistentvolume-protection-controller" => {
            each(step, |_, change| unprotected(change, "volume-unprotected", "volume-gone"))
        }
        "replicaset-controller"
        | "deployment-controller"
        | "daemonset-controller"
        | "daemon-set-controller"
        | "job-controller"
        | "cronjob-controller" => each(step, workload),
        _ => Vec::new(),
    }
}

fn each(step: &Step, one: impl Fn(&Step, &Change) -> Said) -> Vec<Said> {
    step.changes.iter().map(|change| one(step, change)).collect()
}

fn statefulset(step: &Step) -> Vec<Said> {
    let failed = step.events.iter().filter(|event| event.text.reason.starts_with("Failed"));
    let failed = failed.map(|event| {
        Said::loud("set-failed", &step.subject)
            .with("set", &*step.subject.name)
            .with("message", event.text.message.clone())
    });
    let mut said: Vec<Said> = failed.collect();
    said.extend(step.changes.iter().map(|change| of_set(step, change)));
    said
}

fn of_set(step: &Step, change: &Change) -> Said {
    let set = &step.subject;
    let name = &*set.name;
    match change.key.kind {
        Kind::PersistentVolumeClaim if change.is_creation() => {
            Said::opens("set-claim", &change.key)
                .with("set", name)
                .with("claim", &*change.key.name)
                .because(set, "spec.volumeClaimTemplates")
        }
        Kind::Pod if change.is_creation() => created(step, change),
        Kind::Pod if marks_deletion(change) || change.is_removal() => removed(step, change),
        _ => Said::quiet("set-status", set).with("set", name),
    }
}

fn created(step: &Step, change: &Change) -> Said {
    let set = &step.subject;
    let pod = change.resource::<Pod>();
    let ordinal = pod.and_then(plan::set_of).map_or(0, |(_, ordinal)| ordinal);
    let kept = pod.is_some_and(|pod| {
        pod.claims().any(|(_, claim)| {
            step.after
                .cluster
                .get::<PersistentVolumeClaim>(&pod.metadata.namespace, &claim)
                .is_some_and(|claim| claim.is_bind_completed())
        })
    });
    let first = step
        .after
        .cluster
        .at::<StatefulSet>(set)
        .map_or(0, |set| set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start));
    let is_parallel = step
        .after
        .cluster
        .at::<StatefulSet>(set)
        .is_some_and(|set| set.spec.pod_management_policy == "Parallel");
    let is_first = usize::try_from(first).is_ok_and(|first| first == ordinal);
    let said = match (kept, is_first || is_parallel) {
        (true, _) => Said::loud("set-pod-back", &change.key),
        (false, true) => Said::loud("set-pod-first", &change.key),
        (false, false) => Said::loud("set-pod-next", &change.key)
            .with("previous", format!("{}-{}", set.name, ordinal.saturating_sub(1))),
    };
    said.with("set", &*set.name).with("pod", &*change.key.name).because(set, "spec.replicas")
}

fn removed(step: &Step, change: &Change) -> Said {
    let set = &step.subject;
    let ordinal = change.resource::<Pod>().and_then(plan::set_of).map_or(0, |(_, number)| number);
    let outside = step.after.cluster.at::<StatefulSet>(set).is_none_or(|set| {
        let first = set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
        let end = i64::from(first) + i64::from(set.spec.replicas.unwrap_or(1));
        i64::try_from(ordinal).is_ok_and(|ordinal| ordinal >= end)
    });
    let (code, path) = if outside {
        ("set-scales-down", "spec.replicas")
    } else {
        ("set-replaces", "spec.template")
    };
    Said::loud(code, &change.key)
        .with("set", &*set.name)
        .with("pod", &*change.key.name)
        .because(set, path)
}

fn collected(step: &Step, change: &Change) -> Said {
    let owner = change.object().meta().owner_references.first();
    let is_visible = matches!(
        change.key.kind,
        Kind::Pod | Kind::PersistentVolumeClaim | Kind::ReplicaSet | Kind::StatefulSet
    );
    if !(change.is_removal() || marks_deletion(change)) || !is_visible {
        return Said::quiet("object-changed", &change.key)
            .with("actor", step.actor.component.to_string())
            .with("object", change.key.to_string());
    }
    Said::loud("collected", &change.key)
        .with("object", change.key.to_string())
        .with("owner", owner.map(|owner| owner.name.clone()).unwrap_or_default())
}

fn unprotected(change: &Change, released: &'static str, gone: &'static str) -> Said {
    if change.is_removal() {
        Said::loud(gone, &change.key).with("name", &*change.key.name)
    } else {
        Said::quiet(released, &change.key).with("name", &*change.key.name)
    }
}

fn workload(step: &Step, change: &Change) -> Said {
    let owner: &ObjectKey = &step.subject;
    let said = match change.key.kind {
        Kind::Pod if change.is_creation() => Said::loud("pod-created", &change.key),
        Kind::Pod if marks_deletion(change) || change.is_removal() => {
            Said::loud("pod-removed", &change.key)
        }
        Kind::ReplicaSet if change.is_creation() => Said::loud("replica-set-made", &change.key),
        Kind::ReplicaSet => match scaled(change) {
            Some((from, to)) => Said::loud("replica-set-scaled", &change.key)
                .with("from", from.to_string())
                .with("to", to.to_string()),
            None => Said::quiet("workload-status", owner),
        },
        Kind::Deployment if has_become(change, "ProgressDeadlineExceeded") => {
            Said::loud("rollout-late", owner)
        }
        Kind::Job => match ended(change) {
            Some("Complete") => Said::loud("job-complete", owner),
            Some(_) => Said::loud("job-failed", owner),
            None => Said::quiet("workload-status", owner),
        },
        _ => Said::quiet("workload-status", owner),
    };
    let name = change.resource::<Pod>().map_or(&*change.key.name, |pod| pod.meta().name.as_str());
    said.with("owner", owner.to_string()).with("name", name).because(owner, "spec.replicas")
}

/// The number of a replica set before and after, when the Deployment changed it.
fn scaled(change: &Change) -> Option<(i32, i32)> {
    let (before, after) = change.sides::<ReplicaSet>();
    let size = |set: &ReplicaSet| set.spec.replicas.unwrap_or(1);
    let (from, to) = (size(before?), size(after?));
    (from != to).then_some((from, to))
}

/// Whether a Deployment's roll-out came to that point with this write.
fn has_become(change: &Change, reason: &str) -> bool {
    let is_so = |deployment: &Deployment| {
        deployment.status.conditions.iter().any(|condition| condition.reason == reason)
    };
    let (before, after) = change.sides::<Deployment>();
    after.is_some_and(is_so) && !before.is_some_and(is_so)
}

/// How a job ended with this write.
fn ended(change: &Change) -> Option<&str> {
    let (before, after) = change.sides::<Job>();
    let end = after?.finished()?;
    before?.finished().is_none().then_some(end.kind.as_str())
}
