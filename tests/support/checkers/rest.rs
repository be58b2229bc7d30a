//! What holds when a run has come to rest.

use std::collections::BTreeSet;
use std::rc::Rc;

use volume_lab::api::config::ResourceQuota;
use volume_lab::api::pod::Pod;
use volume_lab::api::workload::StatefulSet;
use volume_lab::sim::cluster::Cluster;
use volume_lab::sim::engine::Simulation;

/// What is wrong with the cluster once nothing moves any more.
pub(super) fn complaints(sim: &Simulation) -> Vec<String> {
    let mut complaints = Vec::new();
    if sim.is_at_rest() {
        owners_live(sim.cluster(), &mut complaints);
        sets_are_whole(sim.cluster(), &mut complaints);
    }
    complaints
}

/// Whether nothing is tried again and again for the Pod.
fn is_settled(pod: &Pod) -> bool {
    pod.is_terminal() || pod.is_ready() && !pod.metadata.is_deleting()
}

/// What all its owners left is collected.
fn owners_live(cluster: &Cluster, complaints: &mut Vec<String>) {
    let uids: BTreeSet<&str> =
        cluster.objects().map(|(_, object)| object.meta().uid.as_str()).collect();
    for (key, object) in cluster.objects() {
        let owners = &object.meta().owner_references;
        let alone = !owners.is_empty() && owners.iter().all(|owner| !uids.contains(&*owner.uid));
        if alone && !object.meta().is_deleting() {
            complaints.push(format!("{key} outlives all its owners"));
        }
    }
}

/// A set whose Pods are all Ready has as many as it asks for, unless something is in its way,
/// and counts them.
fn sets_are_whole(cluster: &Cluster, complaints: &mut Vec<String>) {
    for set in cluster.list::<StatefulSet>().filter(|set| !set.metadata.is_deleting()) {
        let is_own = |pod: &&Rc<Pod>| {
            pod.metadata.controller().is_some_and(|owner| owner.uid == set.metadata.uid)
        };
        let pods: Vec<&Rc<Pod>> = cluster.list::<Pod>().filter(is_own).collect();
        let (name, asked) = (&set.metadata.name, set.spec.replicas.unwrap_or(1));
        let counted = set.status.replicas.unwrap_or(0);
        let there = i32::try_from(pods.len()).unwrap_or(i32::MAX);
        let ready = pods.iter().filter(|pod| pod.is_ready()).count();
        if counted != there || usize::try_from(set.status.ready_replicas) != Ok(ready) {
            complaints.push(format!("{name} has {there} Pods, {ready} Ready, and counts others"));
        }
        // A quota, or a Pod that took the name and is not its own.
        let strange = cluster.list_in::<Pod>(&set.metadata.namespace).any(|pod| {
            !is_own(&pod) && pod.metadata.name.rsplit_once('-').is_some_and(|(set, _)| set == name)
        });
        let limited =
            strange || cluster.list_in::<ResourceQuota>(&set.metadata.namespace).next().is_some();
        if ready == pods.len()
            && there != asked
            && !limited
            && pods.iter().all(|pod| is_settled(pod))
        {
            complaints.push(format!("{name} has {there} of {asked} Pods and does nothing"));
        }
    }
}
