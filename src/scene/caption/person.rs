//! What a person asks for.

use crate::api::kind::Kind;
use crate::api::workload::{Deployment, ReplicaSet, StatefulSet};
use crate::sim::change::Change;
use crate::sim::step::Step;

use super::{Said, marks_deletion};

pub(super) fn tell(step: &Step) -> Vec<Said> {
    if !step.actor.component.starts_with("kubectl") {
        return Vec::new();
    }
    step.changes.iter().map(request).collect()
}

fn request(change: &Change) -> Said {
    let key = &change.key;
    let object = key.to_string();
    if change.is_creation() {
        let code = match key.kind {
            Kind::Pod => "asked-pod",
            Kind::PersistentVolumeClaim => "asked-claim",
            Kind::PersistentVolume => "asked-volume",
            Kind::StorageClass => "asked-class",
            Kind::StatefulSet => "asked-set",
            Kind::Service => "asked-service",
            _ => return Said::loud("asked-create", key).with("object", object),
        };
        return Said::loud(code, key).with("name", &*key.name);
    }
    if change.is_removal() {
        return Said::loud("asked-delete-gone", key).with("object", object);
    }
    if marks_deletion(change) {
        let waits = change.after.as_ref().map(|after| after.meta().finalizers.join(", "));
        return match waits.filter(|waits| !waits.is_empty()) {
            Some(waits) => {
                Said::loud("asked-delete-waits", key).with("object", object).with("waits", waits)
            }
            None => Said::loud("asked-delete", key).with("object", object),
        };
    }
    if let Some((before, after)) = replicas(change).filter(|(before, after)| before != after) {
        let code = if after > before { "asked-scale-up" } else { "asked-scale-down" };
        return Said::loud(code, key)
            .with("name", &*key.name)
            .with("from", before.to_string())
            .with("to", after.to_string())
            .because(key, "spec.replicas");
    }
    Said::loud("asked-change", key).with("object", object)
}

fn replicas(change: &Change) -> Option<(i32, i32)> {
    let of_set = change.sides::<StatefulSet>();
    let of_deployment = change.sides::<Deployment>();
    let of_replica_set = change.sides::<ReplicaSet>();
    match (of_set, of_deployment, of_replica_set) {
        ((Some(a), Some(b)), _, _) => Some((a.spec.replicas?, b.spec.replicas?)),
        (_, (Some(a), Some(b)), _) => Some((a.spec.replicas?, b.spec.replicas?)),
        (_, _, (Some(a), Some(b))) => Some((a.spec.replicas?, b.spec.replicas?)),
        _ => None,
    }
}
