//! What a person asks for.

use crate::api::kind::Kind;
use crate::api::workload::{Deployment, ReplicaSet, StatefulSet};
use crate::sim::change::Change;
use crate::sim::step::Step;

use super::{Said, lost, marks_deletion};

pub(super) fn tell(step: &Step) -> Vec<Said> {
    if !step.actor.component.starts_with("kubectl") {
        return Vec::new();
    }
    step.changes.iter().map(request).collect()
}

fn request(change: &Change) -> Said {
    let key = &change.key;
    let object = key.to_string();
    if let Some(said) = lost::asked(change) {
        return said;
    }
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
        let code = match key.kind {
            Kind::PersistentVolumeClaim => "asked-delete-claim-gone",
            Kind::PersistentVolume => "asked-delete-volume-gone",
            Kind::StatefulSet => "asked-delete-set-gone",
            _ => "asked-delete-gone",
        };
        return Said::loud(code, key).with("object", object).with("name", &*key.name);
    }
    if marks_deletion(change) {
        return deletion(change).with("object", object).with("name", &*key.name);
    }
    if let Some((before, after)) = replicas(change).filter(|(before, after)| before != after) {
        let code = match (key.kind, after > before) {
            (Kind::StatefulSet, true) => "asked-scale-up",
            (Kind::StatefulSet, false) => "asked-scale-down",
            _ => "asked-scale",
        };
        return Said::loud(code, key)
            .with("name", &*key.name)
            .with("object", object)
            .with("from", before.to_string())
            .with("to", after.to_string())
            .because(key, "spec.replicas");
    }
    Said::loud("asked-change", key).with("object", object)
}

/// The object stays for a time: until its Pod is stopped, or a finalizer is removed.
fn deletion(change: &Change) -> Said {
    let key = &change.key;
    let waits = change.after.as_ref().map(|after| after.meta().finalizers.join(", "));
    let waits = waits.unwrap_or_default();
    let code = match (key.kind, waits.is_empty()) {
        (Kind::Pod, true) => "asked-delete-pod",
        (Kind::StatefulSet, true) => "asked-delete-set",
        (Kind::PersistentVolumeClaim, _) => "asked-delete-claim-waits",
        (Kind::PersistentVolume, _) => "asked-delete-volume-waits",
        (_, true) => "asked-delete",
        (_, false) => "asked-delete-waits",
    };
    let said = Said::loud(code, key);
    if waits.is_empty() { said } else { said.with("waits", waits) }
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
