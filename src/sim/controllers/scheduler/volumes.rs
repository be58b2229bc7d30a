//! What the scheduler asks about volumes.
//!
//! Models `pkg/scheduler/framework/plugins/volumebinding/{volume_binding.go,binder.go}`,
//! `volumerestrictions`, `nodevolumelimits/csi.go` and `volumezone`.
//!
//! Deviations:
//! - `CSIStorageCapacity` is not looked at.
//! - Conflicts of inline iSCSI and RBD volumes are not looked at.

use crate::api::sorted::SortedSet;
use crate::api::order;
use std::rc::Rc;

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::storage_class::StorageClass;
use crate::api::volume::Volume;
use crate::sim::cluster::Cluster;
use crate::sim::controllers::attach_detach::disk::csi_disk;
use crate::sim::controllers::pv_binder::claim::class_of;
use crate::sim::controllers::pv_binder::matching::{
    Asker, find_best_match_for_claim, is_reachable_from,
};
use crate::sim::controllers::pv_binder::provision::SELECTED_NODE;

use super::failure::{Help, Misfit};
use super::filter::{pods_on, resolvable};

/// The claims of a Pod by how far they are.
#[derive(Debug, Default)]
pub(super) struct ClaimsOf<'a> {
    /// Bound for good.
    bound: Vec<&'a Rc<PersistentVolumeClaim>>,
    /// Waiting for this Pod's node.
    delayed: Vec<&'a Rc<PersistentVolumeClaim>>,
}

/// What is to be done about a Pod's volumes on a certain node.
#[derive(Debug, Default)]
pub(super) struct PodVolumes<'a> {
    /// Volumes that are there and the claims they shall serve.
    pub(super) static_bindings: Vec<(Rc<PersistentVolume>, &'a Rc<PersistentVolumeClaim>)>,
    /// Claims for which a volume shall be made.
    pub(super) to_provision: Vec<&'a Rc<PersistentVolumeClaim>>,
}

impl PodVolumes<'_> {
    /// Whether nothing is to be done.
    pub(super) fn is_all_bound(&self) -> bool {
        self.static_bindings.is_empty() && self.to_provision.is_empty()
    }
}

/// Whether a claim is bound for good (`isVolumeBound`, `isPVCFullyBound`).
pub(super) fn is_fully_bound(claim: &PersistentVolumeClaim) -> bool {
    !claim.spec.volume_name.is_empty() && claim.is_bind_completed()
}

/// The Pod's claims, or why no node can serve them.
pub(super) fn pre_filter<'a>(cluster: &'a Cluster, pod: &Pod) -> Result<ClaimsOf<'a>, String> {
    for (volume, name) in pod.claims() {
        if volume.ephemeral.is_none() && super::claim_of(cluster, pod, &name).is_none() {
            // [scheduler 4-1] OBSERVATION: a claim that the Pod names does not exist.
            return Err(format!("persistentvolumeclaim \"{name}\" not found"));
        }
    }
    let mut claims = ClaimsOf::default();
    let mut immediate = false;
    for (volume, name) in pod.claims() {
        let claim = check_claim(cluster, pod, volume, &name)?;
        if is_fully_bound(claim) {
            claims.bound.push(claim);
        } else if claim.spec.volume_name.is_empty()
            && class_of(cluster, claim).is_some_and(|class| class.is_delayed())
        {
            claims.delayed.push(claim);
        } else {
            immediate = true;
        }
    }
    if immediate {
        // [scheduler 4-2] OBSERVATION: a claim is unbound and does not wait for the Pod.
        return Err("pod has unbound immediate PersistentVolumeClaims".to_owned());
    }
    Ok(claims)
}

fn check_claim<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    volume: &Volume,
    name: &str,
) -> Result<&'a Rc<PersistentVolumeClaim>, String> {
    let Some(claim) = super::claim_of(cluster, pod, name) else {
        // [scheduler 4-3] OBSERVATION: an ephemeral volume's claim was not made yet.
        return Err(format!(
            "waiting for ephemeral volume controller to create the persistentvolumeclaim \"{name}\""
        ));
    };
    if claim.status.phase == "Lost" {
        // [scheduler 4-4] OBSERVATION: a claim lost its volume.
        let volume = &claim.spec.volume_name;
        return Err(format!(
            "persistentvolumeclaim \"{name}\" bound to non-existent persistentvolume \"{volume}\""
        ));
    }
    if claim.metadata.is_deleting() {
        // [scheduler 4-5] OBSERVATION: a claim is Terminating.
        return Err(format!("persistentvolumeclaim \"{name}\" is being deleted"));
    }
    let owned = claim.metadata.controller().is_some_and(|owner| owner.uid == pod.metadata.uid);
    if volume.ephemeral.is_some() && !owned {
        // [scheduler 4-6] OBSERVATION: an ephemeral volume's claim belongs to somebody else.
        let (namespace, user) = (&pod.metadata.namespace, &pod.metadata.name);
        return Err(format!(
            "PVC {namespace}/{name} was not created for pod {namespace}/{user} (pod is not owner)"
        ));
    }
    Ok(claim)
}

/// The filters about volumes, in their order.
pub(super) fn filter<'a>(
    cluster: &'a Cluster,
    pod: &Pod,
    claims: &ClaimsOf<'a>,
    node: &Node,
) -> Result<PodVolumes<'a>, Misfit> {
    if has_disk_conflict(cluster, pod, node) {
        // [scheduler 5-1] OBSERVATION: a Pod on the node holds the disk that the Pod names.
        return Err(resolvable("node(s) had no available disk"));
    }
    let mut all = claims.bound.iter().chain(&claims.delayed);
    if all.any(|claim| is_held_by_another(cluster, pod, claim)) {
        // [scheduler 5-2] OBSERVATION: a ReadWriteOncePod claim has its Pod.
        return Err(resolvable(
            "node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode \
             already in-use by another pod",
        ));
    }
    if exceeds_limits(cluster, pod, node) {
        // [scheduler 5-3] OBSERVATION: the node cannot hold more disks of a driver.
        let mut misfit = resolvable("node(s) exceed max volume count");
        misfit.help.limits = true;
        return Err(misfit);
    }
    let volumes = find_pod_volumes(cluster, claims, node)?;
    if claims.bound.iter().any(|claim| is_in_another_zone(cluster, claim, node)) {
        // [scheduler 5-4] OBSERVATION: a volume's zone is not the node's.
        return Err(about_volumes("node(s) had no available volume zone"));
    }
    Ok(volumes)
}

fn about_volumes(reason: &str) -> Misfit {
    let help = Help { volumes: true, ..Help::default() };
    Misfit { reasons: vec![reason.to_owned()], is_resolvable: false, help }
}

/// Whether the volumes can be had on the node (`FindPodVolumes`).
fn find_pod_volumes<'a>(
    cluster: &'a Cluster,
    claims: &ClaimsOf<'a>,
    node: &Node,
) -> Result<PodVolumes<'a>, Misfit> {
    let (mut reachable, mut present) = (true, true);
    for claim in &claims.bound {
        match cluster.get::<PersistentVolume>("", &claim.spec.volume_name) {
            Some(volume) => reachable &= is_reachable_from(volume, node),
            None => present = false,
        }
    }
    let volumes = place_delayed(cluster, claims, node);
    let mut misfit = about_volumes("");
    misfit.reasons.clear();
    if !reachable {
        // [scheduler 6-1] OBSERVATION: a bound volume cannot be reached from the node.
        let reason = "node(s) didn't match PersistentVolume's node affinity";
        misfit.reasons.push(reason.to_owned());
    }
    if volumes.is_none() {
        // [scheduler 6-2] OBSERVATION: no volume can be had on the node for a waiting claim.
        let reason = "node(s) didn't find available persistent volumes to bind";
        misfit.reasons.push(reason.to_owned());
    }
    if !present {
        // [scheduler 6-3] OBSERVATION: a bound claim's volume is gone.
        let reason = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)";
        misfit.reasons.push(reason.to_owned());
    }
    volumes.filter(|_| misfit.reasons.is_empty()).ok_or(misfit)
}

/// Finds a volume for each claim, the smallest claim first, or somebody who can make one.
fn place_delayed<'a>(
    cluster: &'a Cluster,
    claims: &ClaimsOf<'a>,
    node: &Node,
) -> Option<PodVolumes<'a>> {
    let mut volumes = PodVolumes::default();
    let mut given = SortedSet::new();
    let mut smallest_first = claims.delayed.clone();
    order::sort_by_key(&mut smallest_first, |claim| claim.request());
    for claim in smallest_first {
        if let Some(selected) = claim.metadata.annotations.get(SELECTED_NODE) {
            if *selected != node.metadata.name {
                return None;
            }
            volumes.to_provision.push(claim);
            continue;
        }
        match find_best_match_for_claim(cluster, claim, Asker::Scheduler(node, &given)) {
            Some(volume) => {
                given.insert(volume.metadata.name.clone());
                volumes.static_bindings.push((volume, claim));
            }
            None => volumes.to_provision.push(claim),
        }
    }
    let can_be_made =
        |claim: &&Rc<PersistentVolumeClaim>| class_of(cluster, claim).is_some_and(|class| {
            !matches!(class.provisioner.as_str(), "" | "kubernetes.io/no-provisioner")
                && is_allowed(class, node)
        });
    volumes.to_provision.iter().all(can_be_made).then_some(volumes)
}

/// Whether the class's `allowedTopologies` contain the node (`MatchTopologySelectorTerms`).
fn is_allowed(class: &StorageClass, node: &Node) -> bool {
    let labels = &node.metadata.labels;
    class.allowed_topologies.is_empty()
        || class.allowed_topologies.iter().any(|term| {
            term.match_label_expressions.iter().all(|condition| {
                labels.get(&condition.key).is_some_and(|value| condition.values.contains(value))
            })
        })
}

fn is_held_by_another(cluster: &Cluster, pod: &Pod, claim: &PersistentVolumeClaim) -> bool {
    let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
    claim.spec.access_modes.iter().any(|mode| mode == "ReadWriteOncePod")
        && cluster.pods_using_claim(namespace, name).any(|other| {
            let placed = || {
                !other.spec.node_name.is_empty()
                    || super::waiting(cluster, other).is_some_and(|w| w.binding.is_some())
            };
            other.metadata.uid != pod.metadata.uid && !other.is_terminal() && placed()
        })
}

/// Whether a Pod on the node has one of the Pod's inline disks in a way that excludes it.
fn has_disk_conflict(cluster: &Cluster, pod: &Pod, node: &Node) -> bool {
    let has_disk = |volume: &Volume| {
        volume.gce_persistent_disk.is_some() || volume.aws_elastic_block_store.is_some()
    };
    pod.spec.volumes.iter().filter(|volume| has_disk(volume)).any(|volume| {
        pods_on(cluster, node)
            .flat_map(|other| &other.spec.volumes)
            .any(|other| is_same_disk(volume, other))
    })
}

fn is_same_disk(volume: &Volume, other: &Volume) -> bool {
    let gce = match (&volume.gce_persistent_disk, &other.gce_persistent_disk) {
        (Some(one), Some(two)) => {
            one.pd_name == two.pd_name && !(one.read_only && two.read_only)
        }
        _ => false,
    };
    let aws = match (&volume.aws_elastic_block_store, &other.aws_elastic_block_store) {
        (Some(one), Some(two)) => one.volume_id == two.volume_id,
        _ => false,
    };
    gce || aws
}

/// Whether the node would hold more disks of a driver than its `CSINode` allows.
fn exceeds_limits(cluster: &Cluster, pod: &Pod, node: &Node) -> bool {
    let limits = csi_limits(cluster, node);
    !limits.is_empty()
        && limits.iter().any(|(driver, most)| {
            let handles = |pod: &Pod| -> SortedSet<String> {
                let volumes = pod.spec.volumes.iter();
                let found = volumes.filter_map(|volume| csi_disk(cluster, pod, volume));
                order::set(found.filter(|disk| disk.driver == *driver).map(|disk| disk.handle))
            };
            let mut all: SortedSet<String> = SortedSet::new();
            for other in pods_on(cluster, node) {
                all.extend(handles(other));
            }
            let held = all.len();
            all.extend(handles(pod));
            all.len() > held && all.len() > *most
        })
}

fn csi_limits(cluster: &Cluster, node: &Node) -> Vec<(String, usize)> {
    let key = ObjectKey::new(Kind::CSINode, "", &node.metadata.name);
    let Some(Object::CSINode(csi_node)) = cluster.object(&key) else { return Vec::new() };
    let drivers = csi_node.spec.as_ref().and_then(|spec| spec.get("drivers")?.as_array());
    let limit = |driver: &Value| {
        let name = driver.get("name")?.as_str()?.to_owned();
        let count = driver.get("allocatable")?.get("count")?.as_u64()?;
        Some((name, usize::try_from(count).ok()?))
    };
    drivers.into_iter().flatten().filter_map(limit).collect()
}

const PLACES: [&str; 4] = [
    "topology.kubernetes.io/zone",
    "topology.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "failure-domain.beta.kubernetes.io/region",
];

/// Whether a bound volume's labels name a zone or region that is not the node's.
fn is_in_another_zone(cluster: &Cluster, claim: &PersistentVolumeClaim, node: &Node) -> bool {
    let node_labels = &node.metadata.labels;
    if !PLACES.iter().any(|key| node_labels.contains_key(*key)) {
        return false;
    }
    let Some(volume) = cluster.get::<PersistentVolume>("", &claim.spec.volume_name) else {
        return false;
    };
    let by_either_name = |key: &str| {
        let part = key.rsplit('/').next().unwrap_or(key);
        let mut keys = PLACES.iter().filter(|place| place.ends_with(part));
        node_labels.get(key).or_else(|| keys.find_map(|key| node_labels.get(*key)))
    };
    let labels = &volume.metadata.labels;
    PLACES.iter().any(|key| {
        labels.get(*key).is_some_and(|allowed| {
            !by_either_name(key).is_some_and(|own| allowed.split("__").any(|zone| zone == own))
        })
    })
}
