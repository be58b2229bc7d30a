//! Every Pod has a priority.
//!
//! Models `plugin/pkg/admission/priority/admission.go` `admitPod`, `validatePriorityClass`.

use std::rc::Rc;

use crate::api::config::PriorityClass;
use crate::api::kind::Object;
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: Some(check), mutate: Some(mutate), check_last: Some(one_default) };

/// The policy of Pods without a class.
const PREEMPT: &str = "PreemptLowerPriority";

/// The class that Pods without one get: of several, which upstream prevents, the lowest.
fn default_class(cluster: &Cluster) -> Option<&Rc<PriorityClass>> {
    let classes = cluster.list::<PriorityClass>().filter(|class| class.global_default);
    classes.min_by_key(|class| class.value)
}

/// Name, priority and policy for a Pod that names this class or none.
fn established(cluster: &Cluster, name: &str) -> Option<(String, i32, Option<String>)> {
    let class = match name {
        "" => match default_class(cluster) {
            Some(class) => class,
            None => return Some((String::new(), 0, Some(PREEMPT.to_owned()))),
        },
        name => cluster.get::<PriorityClass>("", name)?,
    };
    let name = class.metadata.name.clone();
    Some((name, class.value.unwrap_or(0), class.preemption_policy.clone()))
}

fn check(review: &Review<'_>) -> Result<(), Status> {
    let Object::Pod(pod) = review.object else { return Ok(()) };
    let class = &pod.spec.priority_class_name;
    let Some((_, priority, policy)) = established(review.cluster, class) else {
        return Err(review.forbid(&format!("no PriorityClass with name {class} was found")));
    };
    if let Some(given) = pod.spec.priority.filter(|given| *given != priority) {
        return Err(review.forbid(&format!(
            "the integer value of priority ({given}) must not be provided in pod spec; priority \
             admission controller computed {priority} from the given PriorityClass name"
        )));
    }
    match (&pod.spec.preemption_policy, policy) {
        (Some(given), Some(policy)) if *given != policy => Err(review.forbid(&format!(
            "the string value of PreemptionPolicy ({given}) must not be provided in pod spec; \
             priority admission controller computed {policy} from the given PriorityClass name"
        ))),
        _ => Ok(()),
    }
}

fn mutate(cluster: &Cluster, _: &mut Sequence, object: &mut Object) {
    let Object::Pod(pod) = object else { return };
    let class = &pod.spec.priority_class_name;
    let Some((name, priority, policy)) = established(cluster, class) else { return };
    let spec = Rc::make_mut(&mut Rc::make_mut(pod).spec);
    spec.priority_class_name = name;
    spec.priority = Some(priority);
    if policy.is_some() {
        spec.preemption_policy = policy;
    }
}

fn one_default(review: &Review<'_>) -> Result<(), Status> {
    let Object::PriorityClass(class) = review.object else { return Ok(()) };
    let other = default_class(review.cluster)
        .filter(|other| review.before.is_none() || other.metadata.name != class.metadata.name);
    match other {
        Some(other) if class.global_default => Err(review.forbid(&format!(
            "PriorityClass {} is already marked as default. Only one default can exist",
            other.metadata.name
        ))),
        _ => Ok(()),
    }
}
