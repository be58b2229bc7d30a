//! What the registry sets on objects that are made or written.
//!
//! Models `PrepareForCreate` and `PrepareForUpdate` of the strategies under `pkg/registry`.

use std::rc::Rc;

use crate::api::config::{ResourceQuotaStatus, Secret};
use crate::api::kind::Object;
use crate::api::meta::TypedObjectReference;
use crate::api::persistent_volume::PersistentVolumeStatus;
use crate::api::persistent_volume_claim::{PersistentVolumeClaimSpec, PersistentVolumeClaimStatus};
use crate::api::pod::{Pod, PodSpec, PodStatus};
use crate::api::service::Service;
use crate::api::storage_class::VolumeAttachmentStatus;
use crate::api::time::SimTime;
use crate::api::workload::{
    DaemonSet, DaemonSetStatus, DeploymentStatus, JobStatus, ReplicaSetStatus, StatefulSet,
    StatefulSetStatus,
};
use crate::sim::cluster::Cluster;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Cluster addresses that are taken from the start: the network, the API and the name server.
const RESERVED_ADDRESSES: [u32; 3] = [0, 1, 10];
/// The first port of nodes that Services get, and how many there are.
const NODE_PORTS: (u32, u32) = (30_000, 2768);

/// The annotation that counts the templates of a daemon set.
const TEMPLATE_GENERATION: &str = "deprecated.daemonset.template.generation";

/// The label of a job's Pods with its uid.
const CONTROLLER_UID: &str = "batch.kubernetes.io/controller-uid";

/// An object that is made starts with the status of a new one, whatever was given.
pub(super) fn prepare_for_create(now: SimTime, object: &mut Object) {
    match object {
        Object::Pod(pod) => {
            let pod: &mut Pod = Rc::make_mut(pod);
            pod.status = PodStatus {
                phase: "Pending".to_owned(),
                qos_class: qos_class(&pod.spec).to_owned(),
                ..PodStatus::default()
            };
        }
        Object::PersistentVolume(volume) => {
            Rc::make_mut(volume).status = PersistentVolumeStatus {
                phase: "Pending".to_owned(),
                last_phase_transition_time: Some(now),
                ..PersistentVolumeStatus::default()
            };
        }
        Object::PersistentVolumeClaim(claim) => {
            let claim = Rc::make_mut(claim);
            claim.status = PersistentVolumeClaimStatus {
                phase: "Pending".to_owned(),
                ..PersistentVolumeClaimStatus::default()
            };
            normalize_data_source(&mut claim.spec);
        }
        Object::Namespace(namespace) => {
            let namespace = Rc::make_mut(namespace);
            namespace.status = crate::api::config::NamespaceStatus {
                phase: "Active".to_owned(),
                ..Default::default()
            };
            if namespace.spec.finalizers.is_empty() {
                namespace.spec.finalizers.push("kubernetes".to_owned());
            }
        }
        Object::ResourceQuota(quota) => {
            Rc::make_mut(quota).status = ResourceQuotaStatus::default();
        }
        Object::VolumeAttachment(attachment) => {
            let status = VolumeAttachmentStatus { attached: Some(false), ..Default::default() };
            Rc::make_mut(attachment).status = status;
        }
        Object::Secret(secret) => encode_strings(Rc::make_mut(secret)),
        _ => prepare_workload(object),
    }
}

fn prepare_workload(object: &mut Object) {
    match object {
        Object::StatefulSet(set) => {
            let set = Rc::make_mut(set);
            drop_disabled_fields(set);
            set.status = StatefulSetStatus {
                replicas: Some(0),
                available_replicas: Some(0),
                ..StatefulSetStatus::default()
            };
        }
        Object::Deployment(deployment) => {
            Rc::make_mut(deployment).status = DeploymentStatus::default();
        }
        Object::ReplicaSet(set) => {
            Rc::make_mut(set).status =
                ReplicaSetStatus { replicas: Some(0), ..ReplicaSetStatus::default() };
        }
        Object::DaemonSet(set) => {
            let set = Rc::make_mut(set);
            let generation = template_generation(set).max(1);
            set_template_generation(set, generation);
            set.status = DaemonSetStatus {
                current_number_scheduled: Some(0),
                number_misscheduled: Some(0),
                desired_number_scheduled: Some(0),
                number_ready: Some(0),
                ..DaemonSetStatus::default()
            };
        }
        Object::Job(job) => Rc::make_mut(job).status = JobStatus::default(),
        Object::PodDisruptionBudget(budget) => {
            Rc::make_mut(budget).status = crate::api::policy::PodDisruptionBudgetStatus {
                disruptions_allowed: Some(0),
                current_healthy: Some(0),
                desired_healthy: Some(0),
                expected_pods: Some(0),
                ..Default::default()
            };
        }
        _ => {}
    }
}

/// A job selects its Pods by its uid, unless it is told to select otherwise
/// (`pkg/registry/batch/job/strategy.go` `generateSelector`).
pub(super) fn select_by_uid(object: &mut Object) {
    let Object::Job(job) = object else { return };
    let job = Rc::make_mut(job);
    if job.spec.manual_selector == Some(true) {
        return;
    }
    let (name, uid) = (&job.metadata.name, &job.metadata.uid);
    let labels = &mut job.spec.template.metadata.labels;
    for (key, value) in [
        ("job-name", name),
        ("batch.kubernetes.io/job-name", name),
        ("controller-uid", uid),
        (CONTROLLER_UID, uid),
    ] {
        labels.entry(key.to_owned()).or_insert_with(|| value.clone());
    }
    let selector = job.spec.selector.get_or_insert_default();
    selector.match_labels.entry(CONTROLLER_UID.to_owned()).or_insert_with(|| uid.clone());
    if job.metadata.labels.is_empty() {
        // As reading it back from the store would (`SetDefaults_Job`).
        job.metadata.labels = job.spec.template.metadata.labels.clone();
    }
}

/// Gives an object the status of another.
pub(super) fn take_status(from: &Object, to: &mut Object) {
    macro_rules! take_status {
        ($($kind:ident)*) => {
            match (from, to) {
                $((Object::$kind(from), Object::$kind(to)) if from.status != to.status => {
                    Rc::make_mut(to).status = from.status.clone();
                })*
                _ => {}
            }
        };
    }
    take_status! {
        Pod PersistentVolume PersistentVolumeClaim Namespace ResourceQuota VolumeAttachment
        StatefulSet Deployment ReplicaSet DaemonSet Job Service Node PodDisruptionBudget
    }
}

/// A person's write leaves the status alone; a node reports all of itself.
pub(super) fn prepare_for_client_update(before: &Object, object: &mut Object) {
    if !matches!(object, Object::Node(_)) {
        take_status(before, object);
    }
    match (before, object) {
        (_, Object::StatefulSet(set)) => drop_disabled_fields(Rc::make_mut(set)),
        (_, Object::Secret(secret)) => encode_strings(Rc::make_mut(secret)),
        (_, Object::PersistentVolumeClaim(claim)) => {
            normalize_data_source(&mut Rc::make_mut(claim).spec);
        }
        (Object::Service(old), Object::Service(new)) => keep_addresses(old, Rc::make_mut(new)),
        (Object::DaemonSet(old), Object::DaemonSet(new)) => {
            let changed = old.spec.template != new.spec.template;
            let generation = template_generation(old) + i64::from(changed);
            set_template_generation(Rc::make_mut(new), generation);
        }
        _ => {}
    }
}

/// The number of a daemon set's template, which v1 keeps in an annotation; 0 without one.
fn template_generation(set: &DaemonSet) -> i64 {
    let noted = set.metadata.annotations.get(TEMPLATE_GENERATION);
    noted.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn set_template_generation(set: &mut DaemonSet, generation: i64) {
    set.metadata.annotations.insert(TEMPLATE_GENERATION.to_owned(), generation.to_string());
}

/// A volume's phase carries the time at which it changed.
pub(super) fn prepare_for_component_update(now: SimTime, before: &Object, object: &mut Object) {
    if let (Object::PersistentVolume(old), Object::PersistentVolume(new)) = (before, object)
        && old.status.phase != new.status.phase
    {
        Rc::make_mut(new).status.last_phase_transition_time = Some(now);
    }
}

/// A namespace says at once that it is going (`pkg/registry/core/namespace/storage/storage.go`).
pub(super) fn prepare_for_delete(object: &mut Object) {
    if let Object::Namespace(namespace) = object {
        "Terminating".clone_into(&mut Rc::make_mut(namespace).status.phase);
    }
}

/// `maxUnavailable` of a `StatefulSet` is behind a gate that is off.
fn drop_disabled_fields(set: &mut StatefulSet) {
    if let Some(rolling) = &mut set.spec.update_strategy.rolling_update {
        rolling.other.remove("maxUnavailable");
    }
}

/// Models `NormalizeDataSources`: the two fields mean the same when only one is set.
fn normalize_data_source(spec: &mut PersistentVolumeClaimSpec) {
    let in_namespace = |source: &TypedObjectReference| source.namespace.is_some();
    match (&spec.data_source, &spec.data_source_ref) {
        (Some(source), None) => spec.data_source_ref = Some(source.clone()),
        (None, Some(source)) if !in_namespace(source) => spec.data_source = Some(source.clone()),
        _ => {}
    }
}

/// `stringData` is only a way to write `data`.
fn encode_strings(secret: &mut Secret) {
    for (key, text) in std::mem::take(&mut secret.string_data) {
        secret.data.insert(key, STANDARD.encode(text));
    }
}

/// Gives a new Service its addresses (`pkg/registry/core/service/storage/alloc.go`).
pub(super) fn allocate_addresses(cluster: &mut Cluster, object: &mut Object) {
    let Object::Service(service) = object else { return };
    let service = Rc::make_mut(service);
    let spec = &mut service.spec;
    if service.status.is_none() {
        service.status = Some(serde_json::json!({"loadBalancer": {}}));
    }
    if spec.kind == "ExternalName" {
        return;
    }
    if spec.cluster_ip.is_empty() {
        spec.cluster_ip =
            spec.cluster_ips.first().cloned().unwrap_or_else(|| next_address(cluster));
    }
    if spec.cluster_ips.is_empty() {
        spec.cluster_ips.push(spec.cluster_ip.clone());
    }
    if spec.ip_families.is_empty() {
        spec.ip_families.push("IPv4".to_owned());
    }
    spec.ip_family_policy.get_or_insert_with(|| "SingleStack".to_owned());
    if matches!(spec.kind.as_str(), "NodePort" | "LoadBalancer") {
        for port in spec.ports.iter_mut().filter(|port| port.node_port == 0) {
            port.node_port = next_node_port(cluster);
        }
    }
}

fn next_address(cluster: &mut Cluster) -> String {
    loop {
        // Addresses look random, as real ones do, and never meet: the factor is odd.
        cluster.service_addresses += 1;
        let place = cluster.service_addresses.wrapping_mul(40_503) % 0x1_0000;
        if !RESERVED_ADDRESSES.contains(&place) {
            return format!("10.96.{}.{}", place >> 8, place & 0xff);
        }
    }
}

fn next_node_port(cluster: &mut Cluster) -> i32 {
    let (first, count) = NODE_PORTS;
    let place = cluster.sequence.next_u64() % u64::from(count);
    i32::try_from(u64::from(first) + place).unwrap_or(30_000)
}

/// A write that does not name the addresses keeps them.
fn keep_addresses(old: &Service, new: &mut Service) {
    let (old, new) = (&old.spec, &mut new.spec);
    if new.kind == "ExternalName" {
        return;
    }
    if new.cluster_ip.is_empty() && new.cluster_ips.is_empty() {
        new.cluster_ip = old.cluster_ip.clone();
        new.cluster_ips = old.cluster_ips.clone();
    }
    // Whoever writes only the single address means the list as well (`NormalizeClusterIPs`).
    if new.cluster_ip != old.cluster_ip
        && (new.cluster_ips.is_empty() || new.cluster_ips == old.cluster_ips)
    {
        new.cluster_ips = vec![new.cluster_ip.clone()];
    }
    if new.ip_families.is_empty() {
        new.ip_families = old.ip_families.clone();
    }
    if new.ip_family_policy.is_none() {
        new.ip_family_policy = old.ip_family_policy.clone();
    }
    for port in new.ports.iter_mut().filter(|port| port.node_port == 0) {
        let same = old.ports.iter().find(|known| known.port == port.port);
        port.node_port = same.map_or(0, |known| known.node_port);
    }
}

/// Models `pkg/apis/core/v1/helper/qos/qos.go` `ComputePodQOS`.
fn qos_class(spec: &PodSpec) -> &'static str {
    const COUNTED: [&str; 2] = ["cpu", "memory"];
    let mut guaranteed = true;
    let mut best_effort = true;
    for container in spec.init_containers.iter().chain(&spec.containers) {
        for name in COUNTED {
            let positive = |amount: &&crate::api::quantity::Quantity| amount.sign() > 0;
            let limit = container.resources.limits.get(name).filter(positive);
            let request = container.resources.requests.get(name).filter(positive);
            best_effort &= limit.is_none() && request.is_none();
            guaranteed &= limit.is_some() && (request.is_none() || request == limit);
        }
    }
    match (best_effort, guaranteed) {
        (true, _) => "BestEffort",
        (false, true) => "Guaranteed",
        (false, false) => "Burstable",
    }
}
