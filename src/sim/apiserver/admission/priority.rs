//! Every Pod has a priority.
//!
//! Models `plugin/pkg/admission/priority/admission.go` `admitPod`. Deviations: there are no
//! `PriorityClass` objects beside the two that every cluster has.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: Some(check), mutate: Some(mutate), check_last: None };

fn priority_of(class: &str) -> Option<i32> {
    match class {
        "" => Some(0),
        "system-cluster-critical" => Some(2_000_000_000),
        "system-node-critical" => Some(2_000_001_000),
        _ => None,
    }
}

fn class_of(object: &Object) -> Option<&str> {
    let Object::Pod(pod) = object else { return None };
    Some(pod.spec.other.get("priorityClassName").and_then(|name| name.as_str()).unwrap_or(""))
}

fn check(review: &Review<'_>) -> Result<(), Status> {
    match class_of(review.object) {
        Some(class) if priority_of(class).is_none() => {
            Err(review.forbid(&format!("no PriorityClass with name {class} was found")))
        }
        _ => Ok(()),
    }
}

fn mutate(_: &Cluster, _: &mut Sequence, object: &mut Object) {
    let priority = class_of(object).and_then(priority_of).unwrap_or(0);
    let Object::Pod(pod) = object else { return };
    let spec = Rc::make_mut(&mut Rc::make_mut(pod).spec);
    spec.priority = Some(priority);
    spec.preemption_policy.get_or_insert_with(|| "PreemptLowerPriority".to_owned());
}
