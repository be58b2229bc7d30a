//! How much a namespace may ask for.
//!
//! Models `k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go` `CheckRequest`.
//! Deviations: the use is counted at the moment of the request, and a quota counts from the
//! moment it is made.

use crate::api::config::ResourceQuota;
use crate::api::kind::Object;
use crate::sim::apiserver::status::Status;
use crate::sim::quota::{self, Amounts};

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: None, check_last: Some(check) };

fn check(review: &Review<'_>) -> Result<(), Status> {
    if !is_handled(review) {
        return Ok(());
    }
    let quotas = review.cluster.list_in::<ResourceQuota>(&review.object.meta().namespace);
    quotas.into_iter().try_for_each(|quota| check_quota(review, quota))
}

/// Everything counts when it is made; only claims and Services change what they count for.
fn is_handled(review: &Review<'_>) -> bool {
    let changes = matches!(review.object, Object::PersistentVolumeClaim(_) | Object::Service(_));
    review.object.kind().is_namespaced() && (review.before.is_none() || changes)
}

fn check_quota(review: &Review<'_>, quota: &ResourceQuota) -> Result<(), Status> {
    if !quota::matches(quota, review.object) {
        return Ok(());
    }
    let name = &quota.metadata.name;
    if let Object::Pod(pod) = review.object
        && let Some(missing) = quota::missing(quota, pod)
    {
        return Err(review.forbid(&format!("failed quota: {name}: must specify {missing}")));
    }
    let mut more = quota::usage(review.object);
    if let Some(before) = review.before.filter(|before| quota::matches(quota, before)) {
        let had = quota::usage(before);
        for (name, amount) in more.iter_mut() {
            *amount = had.get(name).map_or(*amount, |had| amount.minus(had));
        }
    }
    more.retain(|name, amount| quota.spec.hard.contains_key(name) && amount.sign() > 0);
    if more.is_empty() {
        return Ok(());
    }
    let used = quota::used(review.cluster, quota);
    let mut then = used.clone();
    quota::add(&mut then, &more);
    let exceeded = |name: &String| then[name] > quota.spec.hard[name];
    let list = |amounts: &Amounts| {
        let names = more.keys().filter(|name| exceeded(name));
        let each: Vec<String> = names.map(|name| format!("{name}={}", amounts[name])).collect();
        each.join(",")
    };
    let requested = list(&more);
    if requested.is_empty() {
        return Ok(());
    }
    let (used, limited) = (list(&used), list(&quota.spec.hard));
    Err(review.forbid(&format!(
        "exceeded quota: {name}, requested: {requested}, used: {used}, limited: {limited}"
    )))
}
