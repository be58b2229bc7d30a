//! Which Pod a command means that names a workload or a Service
//! (`polymorphichelpers/attachablepodforobject.go`).

use std::cmp::Reverse;
use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::meta::{LabelSelector, ObjectMeta};
use crate::api::order;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::cluster::Cluster;

/// The Pods behind an object, the one that kubectl takes first (`podutils.ActivePods`, reversed).
pub(super) fn pods_of(cluster: &Cluster, object: &Object) -> Vec<Rc<Pod>> {
    let Some(selects) = selector(object) else { return Vec::new() };
    let namespace = &object.meta().namespace;
    let all = cluster.list::<Pod>().filter(|pod| pod.metadata.namespace == *namespace);
    let mut pods: Vec<Rc<Pod>> = all.filter(|pod| selects(&pod.metadata)).cloned().collect();
    order::sort_by_key(&mut pods, |pod| rank(pod));
    pods
}

type Selects<'a> = Box<dyn Fn(&ObjectMeta) -> bool + 'a>;

fn selector(object: &Object) -> Option<Selects<'_>> {
    let by = |selector: &'_ LabelSelector| -> Selects<'_> {
        let selector = selector.clone();
        Box::new(move |meta: &ObjectMeta| selector.matches(&meta.labels))
    };
    match object {
        Object::Pod(pod) => Some(Box::new(|meta: &ObjectMeta| meta.uid == pod.metadata.uid)),
        Object::Service(service) if !service.spec.selector.is_empty() => {
            let wanted = &service.spec.selector;
            Some(Box::new(|meta: &ObjectMeta| {
                wanted.iter().all(|(key, value)| meta.labels.get(key) == Some(value))
            }))
        }
        Object::Deployment(one) => one.spec.selector.as_ref().map(by),
        Object::ReplicaSet(set) => set.spec.selector.as_ref().map(by),
        Object::StatefulSet(set) => set.spec.selector.as_ref().map(by),
        Object::DaemonSet(set) => set.spec.selector.as_ref().map(by),
        Object::Job(job) => job.spec.selector.as_ref().map(by),
        _ => None,
    }
}

type Rank = (bool, u8, bool, SimTime, Reverse<i32>, SimTime);

/// Scheduled before unscheduled, running before others, ready before unready, ready for longer,
/// more restarts, older.
fn rank(pod: &Pod) -> Rank {
    let phase = match pod.status.phase.as_str() {
        "Running" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let ready = pod.status.conditions.iter().find(|one| one.kind == "Ready");
    let since = ready.and_then(|one| one.last_transition_time).unwrap_or(SimTime(u64::MAX));
    let restarts = pod.status.container_statuses.iter().map(|one| one.restart_count).max();
    let created = pod.metadata.creation_timestamp.unwrap_or(SimTime(u64::MAX));
    let is_ready = pod.is_ready();
    let since = if is_ready { since } else { SimTime(0) };
    (
        pod.spec.node_name.is_empty(),
        phase,
        !is_ready,
        since,
        Reverse(restarts.unwrap_or(0)),
        created,
    )
}
