//! The promises of a `StatefulSet`: its Pods come and go in order, its claims stay.

use std::rc::Rc;

use volume_lab::api::kind::Kind;
use volume_lab::api::object::ObjectKey;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::api::pod::Pod;
use volume_lab::api::workload::{ControllerRevision, StatefulSet};
use volume_lab::sim::cluster::Cluster;

use super::Moment;

const CONTROLLER: &str = "statefulset-controller";

/// The number at the end of a Pod's name.
fn ordinal(pod: &Pod) -> Option<i32> {
    pod.metadata.name.rsplit_once('-').and_then(|(_, number)| number.parse().ok())
}

/// The set that controls the Pod.
fn set_of<'a>(cluster: &'a Cluster, pod: &Pod) -> Option<&'a Rc<StatefulSet>> {
    let owner = pod.metadata.controller().filter(|owner| owner.kind == "StatefulSet")?;
    let set = cluster.get::<StatefulSet>(&pod.metadata.namespace, &owner.name)?;
    (set.metadata.uid == owner.uid).then_some(set)
}

/// The Pods of the set with their numbers.
fn pods_of<'a>(
    cluster: &'a Cluster,
    set: &'a StatefulSet,
) -> impl Iterator<Item = (i32, &'a Rc<Pod>)> {
    let is_own = |pod: &&Rc<Pod>| {
        pod.metadata.controller().is_some_and(|owner| owner.uid == set.metadata.uid)
    };
    let namespace = &set.metadata.namespace;
    let own = cluster.list_in::<Pod>(namespace).filter(is_own);
    own.filter_map(|pod| ordinal(pod).map(|number| (number, pod)))
}

fn start(set: &StatefulSet) -> i32 {
    set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start)
}

fn is_within(set: &StatefulSet, number: i32) -> bool {
    (start(set)..start(set) + set.spec.replicas.unwrap_or(1)).contains(&number)
}

fn is_ordered(set: &StatefulSet) -> bool {
    set.spec.pod_management_policy != "Parallel"
}

fn is_healthy(pod: &Pod) -> bool {
    pod.is_ready() && pod.status.phase == "Running" && !pod.metadata.is_deleting()
}

fn revision(pod: &Pod) -> &str {
    pod.metadata.labels.get("controller-revision-hash").map_or("", String::as_str)
}

/// The name of the set's newest revision.
fn newest_revision<'a>(cluster: &'a Cluster, set: &StatefulSet) -> &'a str {
    let is_own = |revision: &&Rc<ControllerRevision>| {
        let owner = revision.metadata.controller();
        owner.is_some_and(|owner| owner.uid == set.metadata.uid)
    };
    let all = cluster.list_in::<ControllerRevision>(&set.metadata.namespace).filter(is_own);
    all.max_by_key(|revision| revision.revision).map_or("", |revision| &revision.metadata.name)
}

/// A Pod is made when all with smaller numbers are Ready.
pub(super) fn ordinals_start_in_order(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|_| moment.by(CONTROLLER)) {
        let (None, Some(pod)) = change.sides::<Pod>() else { continue };
        let Some(set) = set_of(moment.before, pod) else { continue };
        let Some(number) = ordinal(pod).filter(|number| is_within(set, *number)) else {
            complaints.push(format!("{} has no place in its set", change.key));
            continue;
        };
        for before in (start(set)..number).filter(|_| is_ordered(set)) {
            let there = pods_of(moment.before, set)
                .any(|(number, pod)| number == before && is_healthy(pod));
            if !there {
                complaints.push(format!("{} is made before {before} is Ready", change.key));
            }
        }
    }
}

/// A Pod too many goes when all with larger numbers are gone; a Pod of an old revision when all
/// with larger numbers have the new one and are Ready.
pub(super) fn ordinals_go_in_order(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|_| moment.by(CONTROLLER)) {
        let (Some(pod), after) = change.sides::<Pod>() else { continue };
        let goes =
            !pod.metadata.is_deleting() && after.is_none_or(|after| after.metadata.is_deleting());
        let (Some(set), Some(number)) = (set_of(moment.before, pod), ordinal(pod)) else {
            continue;
        };
        if !goes || pod.is_terminal() || set.metadata.is_deleting() {
            continue;
        }
        let above = pods_of(moment.before, set).filter(|(other, _)| *other > number);
        if !is_within(set, number) {
            let waits = |other: i32| is_ordered(set) && !is_within(set, other);
            for (other, _) in above.filter(|(other, _)| waits(*other)) {
                complaints.push(format!("{} goes before {other}", change.key));
            }
            continue;
        }
        let update = newest_revision(moment.before, set);
        let partition = set.spec.update_strategy.rolling_update.as_ref();
        let partition = partition.and_then(|update| update.partition).unwrap_or(0);
        if revision(pod) == update || number < partition {
            complaints.push(format!("{} is deleted without a reason", change.key));
        }
        if set.spec.update_strategy.kind == "OnDelete" {
            complaints.push(format!("{} is deleted in spite of OnDelete", change.key));
        }
        for (other, pod) in above.filter(|(other, _)| is_within(set, *other)) {
            if revision(pod) != update || !is_healthy(pod) {
                complaints.push(format!("{} is updated before {other}", change.key));
            }
        }
    }
}

/// Whether the claim comes from a template of the set.
fn is_of_template(claim: &PersistentVolumeClaim, set: &StatefulSet) -> bool {
    let name = &claim.metadata.name;
    claim.metadata.namespace == set.metadata.namespace
        && set.spec.volume_claim_templates.iter().any(|template| {
            let prefix = format!("{}-{}-", template.metadata.name, set.metadata.name);
            name.strip_prefix(&prefix).is_some_and(|rest| rest.parse::<u32>().is_ok())
        })
}

fn retains(set: &StatefulSet) -> bool {
    let policy = set.spec.persistent_volume_claim_retention_policy.as_ref();
    let retain = |word: &str| word.is_empty() || word == "Retain";
    policy.is_none_or(|policy| retain(&policy.when_deleted) && retain(&policy.when_scaled))
}

/// No part of the cluster deletes a claim that nobody owns, unless its namespace goes.
pub(super) fn claims_outlive_their_set(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if moment.by_hand() {
        return;
    }
    for change in &moment.step.changes {
        let (Some(claim), after) = change.sides::<PersistentVolumeClaim>() else { continue };
        let goes =
            !claim.metadata.is_deleting() && after.is_none_or(|after| after.metadata.is_deleting());
        let namespace = ObjectKey::new(Kind::Namespace, "", &claim.metadata.namespace);
        let namespace = moment.before.object(&namespace);
        let emptied = namespace.is_none_or(|namespace| namespace.meta().is_deleting());
        if goes && claim.metadata.owner_references.is_empty() && !emptied {
            complaints.push(format!("{} is deleted and nobody asked for it", change.key));
        }
    }
}

/// A set owns its claims only when its policy says that they go with something.
pub(super) fn claims_have_owners_only_by_policy(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|_| moment.by(CONTROLLER)) {
        let (before, Some(claim)) = change.sides::<PersistentVolumeClaim>() else { continue };
        let owners = |claim: &PersistentVolumeClaim| claim.metadata.owner_references.len();
        let more = owners(claim) > before.map_or(0, owners);
        let sets = moment.before.list_in::<StatefulSet>(&claim.metadata.namespace);
        for set in sets.filter(|set| more && is_of_template(claim, set) && retains(set)) {
            let set = &set.metadata.name;
            complaints.push(format!("{} got an owner in spite of {set}'s policy", change.key));
        }
    }
}
