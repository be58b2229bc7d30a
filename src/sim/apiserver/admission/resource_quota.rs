//! How much storage and how many claims a namespace may ask for.
//!
//! Models `k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go` `CheckRequest` and
//! `pkg/quota/v1/evaluator/core/persistent_volume_claims.go`. Deviations: the use is counted at
//! the moment of the request; quotas of anything but claims are kept and not enforced.

use crate::api::config::ResourceQuota;
use crate::api::kind::Object;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::quantity::Quantity;
use crate::sim::apiserver::status::Status;
use crate::sim::cluster::Cluster;

use super::{Plugin, Review};

pub(super) const PLUGIN: Plugin =
    Plugin { check_first: None, mutate: None, check_last: Some(check) };

const OF_CLASS: &str = ".storageclass.storage.k8s.io/";

fn check(review: &Review<'_>) -> Result<(), Status> {
    let Object::PersistentVolumeClaim(claim) = review.object else { return Ok(()) };
    let before = match review.before {
        Some(Object::PersistentVolumeClaim(before)) => Some(&**before),
        _ => None,
    };
    for quota in review.cluster.list_in::<ResourceQuota>(&claim.metadata.namespace) {
        check_quota(review, quota, claim, before)?;
    }
    Ok(())
}

fn check_quota(
    review: &Review<'_>,
    quota: &ResourceQuota,
    claim: &PersistentVolumeClaim,
    before: Option<&PersistentVolumeClaim>,
) -> Result<(), Status> {
    let [mut requested, mut used, mut limited] = [const { Vec::new() }; 3];
    for (name, hard) in &quota.spec.hard {
        let Some(amount) = usage(name, claim) else { continue };
        let had = before.and_then(|before| usage(name, before)).unwrap_or_default();
        let delta = amount.minus(&had);
        let use_now = usage_of_namespace(review.cluster, &claim.metadata.namespace, name, delta);
        if delta.sign() > 0 && use_now.plus(&delta) > *hard {
            requested.push(format!("{name}={delta}"));
            used.push(format!("{name}={use_now}"));
            limited.push(format!("{name}={hard}"));
        }
    }
    if requested.is_empty() {
        return Ok(());
    }
    let [requested, used, limited] = [requested, used, limited].map(|list| list.join(","));
    Err(review.forbid(&format!(
        "exceeded quota: {}, requested: {requested}, used: {used}, limited: {limited}",
        quota.metadata.name
    )))
}

/// What the claim counts for under that name of a quota.
fn usage(name: &str, claim: &PersistentVolumeClaim) -> Option<Quantity> {
    let counted = match name.split_once(OF_CLASS) {
        Some((class, counted)) if class == claim.class() => counted,
        Some(_) => return None,
        None => name,
    };
    match counted {
        "requests.storage" => Some(claim.request()),
        "persistentvolumeclaims" | "count/persistentvolumeclaims" => Some(Quantity::count(1)),
        _ => None,
    }
}

fn usage_of_namespace(cluster: &Cluster, namespace: &str, name: &str, like: Quantity) -> Quantity {
    let zero = like.minus(&like);
    let claims = cluster.list_in::<PersistentVolumeClaim>(namespace);
    claims.filter_map(|claim| usage(name, claim)).fold(zero, |sum, amount| sum.plus(&amount))
}
