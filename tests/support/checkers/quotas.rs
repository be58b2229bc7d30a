//! A namespace never asks for more storage than its quotas allow.

use volume_lab::api::config::ResourceQuota;
use volume_lab::api::kind::Kind;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::sim::cluster::Cluster;

use super::Moment;

pub(super) fn quotas_hold(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let grew = moment.step.changes.iter().filter(|change| {
        let (before, after) = change.sides::<PersistentVolumeClaim>();
        let request =
            |claim: Option<&PersistentVolumeClaim>| claim.map(PersistentVolumeClaim::request);
        change.key.kind == Kind::PersistentVolumeClaim && request(after) > request(before)
    });
    for change in grew {
        let namespace = &change.key.namespace;
        for quota in moment.before.list_in::<ResourceQuota>(namespace) {
            check(moment, namespace, quota, complaints);
        }
    }
}

fn check(moment: &Moment<'_>, namespace: &str, quota: &ResourceQuota, out: &mut Vec<String>) {
    for (name, hard) in &quota.spec.hard {
        let [had, has] = [moment.before, moment.after].map(|now| used(now, namespace, name));
        if has > had && has > hard.value() {
            let quota = &quota.metadata.name;
            out.push(format!("{namespace} uses {has} of {name}={hard} in {quota}"));
        }
    }
}

/// What the claims of the namespace use of that resource.
fn used(cluster: &Cluster, namespace: &str, resource: &str) -> i128 {
    let (class, what) = match resource.split_once(".storageclass.storage.k8s.io/") {
        Some((class, what)) => (Some(class), what),
        None => (None, resource),
    };
    let amount = |claim: &PersistentVolumeClaim| match what {
        "requests.storage" => claim.request().value(),
        "persistentvolumeclaims" | "count/persistentvolumeclaims" => 1,
        _ => 0,
    };
    cluster
        .list_in::<PersistentVolumeClaim>(namespace)
        .filter(|claim| class.is_none_or(|class| claim.class() == class))
        .map(|claim| amount(claim))
        .sum()
}
