//! The status of a Pod, made from what its node knows.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `generateAPIPodStatus`,
//! `convertToAPIContainerStatuses` and `pkg/kubelet/status/status_manager.go` `TerminatePod`.

use crate::api::order;
use crate::api::container::{
    Container, ContainerState, ContainerStateRunning, ContainerStateTerminated,
    ContainerStateWaiting, ContainerStatus, VolumeMountStatus,
};
use crate::api::pod::{PodIp, PodStatus};
use crate::machine::images::ImageRef;
use crate::sim::random::hex_of;
use crate::sim::runtime::{ContainerRuntime, Exit, Process};

use super::conditions::{self, Facts};
use super::phase;
use super::spec;
use super::work::Work;

/// What is known of a container that cannot be found when its Pod has ended.
const LOST: &str = "The container could not be located when the pod was terminated";

/// The status as the kubelet sees it now. A phase that is not left any more is shown only when
/// nothing runs; until then the one before stays.
pub(super) fn generate(work: &Work<'_>) -> PodStatus {
    make(work, false)
}

/// The last status: nothing runs any more, and what never ran is lost.
pub(super) fn generate_last(work: &Work<'_>) -> PodStatus {
    make(work, true)
}

/// Whether the kubelet ends the Pod as Failed. One that is evicted may still succeed: when its
/// containers end well in the time that they get.
fn is_failed(work: &Work<'_>, last: bool, ended: &str) -> bool {
    let evicted = matches!(work.runtime.failed, Some(("Evicted", _)));
    work.runtime.failed.is_some() && !(evicted && (!last || ended == "Succeeded"))
}

fn make(work: &Work<'_>, last: bool) -> PodStatus {
    let (pod, before) = (&work.pod, &work.pod.status);
    let pod_spec = &pod.spec;
    let mut init: Vec<ContainerStatus> =
        pod_spec.init_containers.iter().map(|c| container_status(work, c, true)).collect();
    let mut regular: Vec<ContainerStatus> =
        pod_spec.containers.iter().map(|c| container_status(work, c, false)).collect();
    let never_ran = work.runtime.containers.values().all(|container| container.attempt == 0);
    let seen = phase::phase(pod_spec, &init, &regular, pod.metadata.is_deleting());
    if last {
        mark_lost(pod_spec, &mut init, &mut regular);
    }
    let evicted = matches!(work.runtime.failed, Some(("Evicted", _)));
    let is_ending = pod.metadata.is_deleting() || evicted;
    let ended = phase::phase(pod_spec, &init, &regular, is_ending);
    let failed = is_failed(work, last, ended)
        // A Pod that is stopped before its time has failed.
        || last && !matches!(ended, "Succeeded" | "Failed");
    let ended = if failed { "Failed" } else { ended };
    order::sort_by(&mut regular, |a, b| a.name.cmp(&b.name));
    let is_final = matches!(ended, "Succeeded" | "Failed");
    let shown = match before.phase.as_str() {
        phase @ ("Succeeded" | "Failed") => phase,
        "" if is_final && !last => "Pending",
        phase if is_final && !last => phase,
        _ => ended,
    };
    let sandbox = work.runtime.sandbox.as_ref();
    let facts = Facts {
        spec: pod_spec,
        init: &init,
        regular: &regular,
        // A Pod of which nothing ever ran keeps the words of before, unless it was to fail.
        phase: if last && never_ran && work.runtime.failed.is_none() { seen } else { ended },
        sandbox_ready: sandbox.is_some_and(|sandbox| sandbox.ready),
        now: work.now,
        generation: pod.metadata.generation,
    };
    let conditions = conditions::all(before, &facts);
    let host_ip = work.node().map_or(before.host_ip.as_str(), |node| node.internal_ip());
    let ip = sandbox.map_or(before.pod_ip.as_str(), |sandbox| sandbox.ip.as_str());
    let reason = last.then_some(work.runtime.failed.as_ref()).flatten().filter(|_| failed);
    PodStatus {
        observed_generation: pod.metadata.generation,
        phase: shown.to_owned(),
        conditions,
        reason: reason.map_or_else(String::new, |(reason, _)| (*reason).to_owned()),
        message: reason.map_or_else(String::new, |(_, message)| message.clone()),
        nominated_node_name: before.nominated_node_name.clone(),
        host_ip: host_ip.to_owned(),
        host_ips: ips(host_ip),
        pod_ip: ip.to_owned(),
        pod_ips: ips(ip),
        start_time: before.start_time.or(Some(work.now)),
        init_container_statuses: init,
        container_statuses: regular,
        qos_class: spec::qos_class(pod_spec).to_owned(),
        other: before.other.clone(),
    }
}

fn ips(ip: &str) -> Vec<PodIp> {
    if ip.is_empty() {
        return Vec::new();
    }
    vec![PodIp { ip: ip.to_owned(), ..PodIp::default() }]
}

/// Gives what never ran the state of something lost.
fn mark_lost(
    pod_spec: &crate::api::pod::PodSpec,
    init: &mut [ContainerStatus],
    regular: &mut [ContainerStatus],
) {
    let undone = |(container, status): (&Container, &ContainerStatus)| {
        !spec::is_sidecar(container)
            && status.state.terminated.as_ref().is_none_or(|t| t.exit_code != Some(0))
    };
    let initializing = pod_spec.init_containers.iter().zip(init.iter()).any(undone);
    let mut first = true;
    for status in init {
        let untouched = status.state.waiting.is_some() && status.container_id.is_empty();
        if untouched && first {
            lose(status);
        }
        first &= status.state.terminated.as_ref().is_some_and(|t| t.exit_code == Some(0));
    }
    if initializing {
        return;
    }
    for status in regular {
        if status.state.waiting.is_some() && status.last_state.is_none() {
            lose(status);
        }
    }
}

fn lose(status: &mut ContainerStatus) {
    status.state = ContainerState {
        terminated: Some(ContainerStateTerminated {
            exit_code: Some(137),
            reason: "ContainerStatusUnknown".to_owned(),
            message: LOST.to_owned(),
            ..ContainerStateTerminated::default()
        }),
        ..ContainerState::default()
    };
}

fn container_status(work: &Work<'_>, container: &Container, is_init: bool) -> ContainerStatus {
    let has_init = !work.pod.spec.init_containers.is_empty();
    let not_created = if has_init { "PodInitializing" } else { "ContainerCreating" };
    let mut status = ContainerStatus {
        name: container.name.clone(),
        image: container.image.clone(),
        started: Some(false),
        volume_mounts: mounts(container),
        ..ContainerStatus::default()
    };
    let known = work.runtime.containers.get(&container.name);
    let created = known.filter(|known| known.attempt > 0);
    let deleting = work.pod.metadata.is_deleting();
    let cached = known.and_then(|known| known.waiting.as_ref()).filter(|_| !deleting);
    let Some(created) = created else {
        let (reason, message) =
            cached.map_or((not_created, ""), |(reason, message)| (*reason, message.as_str()));
        status.state = waiting(reason, message);
        return status;
    };
    identify(work, container, created, &mut status);
    status.restart_count = i32::try_from(created.attempt.saturating_sub(1)).unwrap_or(i32::MAX);
    let last = created.last.as_ref().map(|exit| terminated(exit, ""));
    match &created.process {
        Process::None => status.state = waiting(not_created, ""),
        Process::Running { started_at, .. } => {
            status.state.running = Some(ContainerStateRunning {
                started_at: Some(*started_at),
                ..ContainerStateRunning::default()
            });
            let counts = !is_init || spec::is_sidecar(container);
            status.ready = counts && created.ready && created.started;
            status.started = Some(created.started);
            status.last_state = last;
        }
        Process::Exited(exit) => {
            let sidecar = is_init && spec::is_sidecar(container);
            let init_once = is_init && !sidecar;
            let again = spec::restarts(&work.pod.spec, container, init_once, exit.code);
            let ended = terminated(exit, &status.container_id);
            if let Some((reason, message)) = cached.filter(|_| again) {
                status.state = waiting(reason, message);
                status.last_state = Some(ended);
            } else {
                status.state = ended;
                status.last_state = last;
                status.ready = init_once && exit.code == 0;
            }
        }
    }
    status
}

fn identify(
    work: &Work<'_>,
    container: &Container,
    known: &ContainerRuntime,
    status: &mut ContainerStatus,
) {
    if let Ok(image) = ImageRef::parse(&known.image) {
        let listed = image.listed();
        status.image = image.full();
        let repository = format!("{}/{}", image.host, image.repository);
        status.image_id = match &image.digest {
            Some(digest) => format!("{repository}@{digest}"),
            None => format!("{repository}@sha256:{}", hex_of(&listed, 64)),
        };
    }
    let made = format!("{}/{}/{}", work.pod.metadata.uid, container.name, known.attempt);
    status.container_id = format!("containerd://{}", hex_of(&made, 64));
}

fn waiting(reason: &str, message: &str) -> ContainerState {
    ContainerState {
        waiting: Some(ContainerStateWaiting {
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..ContainerStateWaiting::default()
        }),
        ..ContainerState::default()
    }
}

fn terminated(exit: &Exit, container_id: &str) -> ContainerState {
    ContainerState {
        terminated: Some(ContainerStateTerminated {
            exit_code: Some(exit.code),
            reason: exit.reason.to_owned(),
            message: exit.message.clone(),
            started_at: Some(exit.started_at),
            finished_at: Some(exit.finished_at),
            container_id: container_id.to_owned(),
            ..ContainerStateTerminated::default()
        }),
        ..ContainerState::default()
    }
}

fn mounts(container: &Container) -> Vec<VolumeMountStatus> {
    let mount = |mount: &crate::api::container::VolumeMount| VolumeMountStatus {
        name: mount.name.clone(),
        mount_path: mount.mount_path.clone(),
        read_only: mount.read_only,
        recursive_read_only: mount.read_only.then(|| "Disabled".to_owned()),
        ..VolumeMountStatus::default()
    };
    container.volume_mounts.iter().map(mount).collect()
}
