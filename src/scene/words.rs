//! How objects fare, in the words that Kubernetes prints.

use crate::api::container::ContainerStatus;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::volume::Volume;
use crate::sim::cluster::Cluster;
use crate::sim::runtime::ContainerRuntime;

use super::shape::Status;

/// The STATUS column of `kubectl get pods`
/// (`pkg/printers/internalversion/printers.go` `printPod`), without signals.
pub(super) fn of_pod(pod: &Pod) -> (Status, String) {
    let status = &pod.status;
    let mut word = if status.reason.is_empty() { &status.phase } else { &status.reason }.clone();
    let held = init_problem(pod);
    if let Some(problem) = &held {
        word = problem.clone();
    } else {
        for container in status.container_statuses.iter().rev() {
            if let Some(reason) = stopped(container) {
                word = reason;
            }
        }
    }
    let running = status.container_statuses.iter().any(|c| c.ready && c.state.running.is_some());
    if held.is_none() && word == "Completed" && running {
        word = if pod.is_ready() { "Running" } else { "NotReady" }.to_owned();
    }
    if pod.metadata.is_deleting() {
        let lost = status.reason == "NodeLost";
        return (Status::Terminating, if lost { "Unknown" } else { "Terminating" }.to_owned());
    }
    (pod_status(pod, &word), word)
}

fn pod_status(pod: &Pod, word: &str) -> Status {
    let trouble =
        ["Err", "CrashLoop", "Invalid", "CreateContainer", "ImageInspect", "RunContainer"];
    match pod.status.phase.as_str() {
        "Succeeded" => Status::Succeeded,
        "Failed" => Status::Failed,
        _ if trouble.iter().any(|start| word.starts_with(start) || word.ends_with("BackOff")) => {
            Status::Failed
        }
        "Running" if pod.is_ready() => Status::Ready,
        "Running" => Status::Running,
        _ => Status::Pending,
    }
}

fn init_problem(pod: &Pod) -> Option<String> {
    let all = pod.status.init_container_statuses.len();
    for (index, container) in pod.status.init_container_statuses.iter().enumerate() {
        let state = &container.state;
        if state.terminated.as_ref().is_some_and(|end| end.exit_code == Some(0))
            || container.started == Some(true)
        {
            continue;
        }
        let waiting = state.waiting.as_ref().map(|waiting| waiting.reason.as_str());
        return Some(match (&state.terminated, waiting) {
            (Some(end), _) if !end.reason.is_empty() => format!("Init:{}", end.reason),
            (_, Some(reason)) if !reason.is_empty() && reason != "PodInitializing" => {
                format!("Init:{reason}")
            }
            _ => format!("Init:{index}/{all}"),
        });
    }
    None
}

fn stopped(container: &ContainerStatus) -> Option<String> {
    let waiting = container.state.waiting.as_ref().map(|waiting| &waiting.reason);
    let ended = container.state.terminated.as_ref();
    match (waiting, ended) {
        (Some(reason), _) if !reason.is_empty() => Some(reason.clone()),
        (_, Some(end)) if !end.reason.is_empty() => Some(end.reason.clone()),
        (_, Some(end)) => Some(format!("ExitCode:{}", end.exit_code.unwrap_or(0))),
        _ => None,
    }
}

/// How a container fares.
pub(super) fn of_container(
    pod: &Pod,
    name: &str,
    process: Option<&ContainerRuntime>,
) -> (Status, String) {
    let all = pod.status.container_statuses.iter().chain(&pod.status.init_container_statuses);
    let Some(status) = all.into_iter().find(|status| status.name == name) else {
        return (Status::Plain, String::new());
    };
    let state = &status.state;
    // The kubelet writes the status down later than the process starts.
    if state.waiting.is_some() && process.is_some_and(ContainerRuntime::is_running) {
        return (Status::Running, "Running".to_owned());
    }
    if let Some(reason) = stopped(status) {
        let good = matches!(reason.as_str(), "ContainerCreating" | "PodInitializing");
        let look = match reason.as_str() {
            "Completed" => Status::Succeeded,
            _ if good => Status::Pending,
            _ => Status::Failed,
        };
        return (look, reason);
    }
    match (&state.running, status.ready) {
        (Some(_), true) => (Status::Ready, "Running".to_owned()),
        (Some(_), false) => (Status::Running, "Running".to_owned()),
        (None, _) => (Status::Pending, "Waiting".to_owned()),
    }
}

/// How a claim fares.
pub(super) fn of_claim(claim: &PersistentVolumeClaim) -> (Status, String) {
    if claim.metadata.is_deleting() {
        return (Status::Terminating, "Terminating".to_owned());
    }
    let phase = claim.status.phase.as_str();
    let status = match phase {
        "Bound" => Status::Bound,
        "Lost" => Status::Lost,
        _ => Status::Pending,
    };
    (status, if phase.is_empty() { "Pending" } else { phase }.to_owned())
}

/// Reasons of events that say for what a claim waits.
const WAITS: &[&str] = &[
    "FailedBinding",
    "WaitForFirstConsumer",
    "WaitForPodScheduled",
    "ExternalProvisioning",
    "Provisioning",
    "ProvisioningFailed",
    "VolumeMismatch",
    "ClaimLost",
    "ClaimMisbound",
];

/// What a claim waits for: the reason of the last event about it.
pub(super) fn wait_of_claim(cluster: &Cluster, claim: &PersistentVolumeClaim) -> String {
    if claim.status.phase == "Bound" {
        return String::new();
    }
    let key = crate::api::object::Resource::key(claim);
    let events = cluster.events.about(&key, &claim.metadata.uid);
    let waits = events.filter(|event| WAITS.contains(&event.text.reason.as_str()));
    let last = waits.max_by_key(|event| (event.last, event.id));
    last.map(|event| event.text.reason.clone()).unwrap_or_default()
}

/// How a volume fares.
pub(super) fn of_volume(volume: &PersistentVolume) -> (Status, String) {
    if volume.metadata.is_deleting() {
        return (Status::Terminating, "Terminating".to_owned());
    }
    let phase = volume.status.phase.as_str();
    let status = match phase {
        "Available" => Status::Available,
        "Bound" => Status::Bound,
        "Released" => Status::Released,
        "Failed" => Status::Failed,
        _ => Status::Pending,
    };
    (status, phase.to_owned())
}

/// `RWO,ROX` (`pkg/apis/core/v1/helper` `GetAccessModesAsString`).
pub(super) fn modes(modes: &[String]) -> String {
    let short = |mode: &String| match mode.as_str() {
        "ReadWriteOnce" => "RWO".to_owned(),
        "ReadOnlyMany" => "ROX".to_owned(),
        "ReadWriteMany" => "RWX".to_owned(),
        "ReadWriteOncePod" => "RWOP".to_owned(),
        other => other.to_owned(),
    };
    modes.iter().map(short).collect::<Vec<_>>().join(",")
}

/// The type of a volume of a Pod, and what it names.
pub(super) fn source_of(volume: &Volume) -> (&'static str, String) {
    if let Some(source) = &volume.host_path {
        ("hostPath", source.path.clone())
    } else if let Some(source) = &volume.nfs {
        ("nfs", format!("{}:{}", source.server, source.path))
    } else if let Some(source) = &volume.persistent_volume_claim {
        ("persistentVolumeClaim", source.claim_name.clone())
    } else if let Some(source) = &volume.config_map {
        ("configMap", source.name.clone())
    } else if let Some(source) = &volume.secret {
        ("secret", source.secret_name.clone())
    } else if let Some(source) = &volume.gce_persistent_disk {
        ("gcePersistentDisk", source.pd_name.clone())
    } else if let Some(source) = &volume.aws_elastic_block_store {
        ("awsElasticBlockStore", source.volume_id.clone())
    } else if let Some(source) = &volume.csi {
        ("csi", source.driver.clone())
    } else if volume.downward_api.is_some() {
        ("downwardAPI", String::new())
    } else if volume.projected.is_some() {
        ("projected", String::new())
    } else if volume.ephemeral.is_some() {
        ("ephemeral", String::new())
    } else {
        let medium = volume.empty_dir.as_ref().map(|source| source.medium.clone());
        ("emptyDir", medium.unwrap_or_default())
    }
}
