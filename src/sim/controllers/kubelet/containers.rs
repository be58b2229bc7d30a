//! Which containers are to be started or stopped, and the Pod's own end.
//!
//! Models `pkg/kubelet/kuberuntime/kuberuntime_manager.go` `computePodActions`,
//! `kuberuntime_container.go` `computeInitContainerActions` and `pkg/kubelet/kubelet.go`
//! `SyncPod`. A look writes what it finds first and acts then.

use crate::api::container::Container;
use crate::sim::event_log::EventType;
use crate::sim::runtime::{ContainerRuntime, Process, Stage, StopPart};

use super::work::Work;
use super::{eviction, images, phase, probes, spec, start, status, stop, times, volumes};

/// Looks at an idle Pod, if there is a reason to.
pub(super) fn look(work: &mut Work<'_>) {
    probes::ask(work);
    eviction::look(work);
    let stale = volumes::refresh(work);
    let fingerprint = work.fingerprint();
    let due = |at: Option<crate::api::time::SimTime>| at.is_some_and(|at| at <= work.now);
    let expired = due(work.deadline());
    let ended = work.runtime.containers.values().any(|container| due(container.end_seen_at()));
    if stale || due(work.runtime.sync_at) || ended || expired || fingerprint != work.runtime.seen {
        work.runtime.seen = fingerprint;
        if expired {
            exceed(work);
        }
        sync(work);
    }
}

/// The Pod has been active for longer than it may.
fn exceed(work: &mut Work<'_>) {
    // [kubelet 7-1] OBSERVATION: the deadline has passed; the Pod fails.
    let message = "Pod was active on the node longer than the specified deadline";
    work.event(EventType::Normal, "DeadlineExceeded", message);
    work.runtime.failed = Some(("DeadlineExceeded", message.to_owned()));
}

/// The deadline has passed while the Pod waits for its volumes.
pub(super) fn expire(work: &mut Work<'_>) {
    exceed(work);
    let status = status::generate(work);
    work.write_status(status);
    let next_at = work.now + times::ENDED_MS;
    work.runtime.stage = Stage::Stopping { next_at, part: StopPart::LastStatus };
}

fn sync(work: &mut Work<'_>) {
    work.runtime.sync_at = None;
    stop::settle(work);
    let status = status::generate(work);
    let pod = work.pod.clone();
    let seen = phase::phase(
        &pod.spec,
        &status.init_container_statuses,
        &status.container_statuses,
        false,
    );
    work.write_status(status);
    probes::ask_soon(work);
    if work.runtime.failed.is_some() || matches!(seen, "Succeeded" | "Failed") {
        // [kubelet 7-2] OBSERVATION: all ended for good; the last phase shows a moment later.
        let evicted = matches!(work.runtime.failed, Some(("Evicted", _)));
        let grace_ms = if evicted { eviction::GRACE_MS } else { spec::grace_ms(&pod) };
        let ms = stop::stop_all(work, grace_ms);
        work.runtime.stage = Stage::Stopping {
            next_at: work.now + ms.max(times::ENDED_MS),
            part: StopPart::LastStatus,
        };
        return;
    }
    images::report_missing_secrets(work);
    stop_idle_sidecars(work);
    let names = to_start(work);
    let replaced = stop_replaced(work);
    match (names.is_empty(), replaced) {
        (true, None) => {}
        (false, None) => start::begin(work, names, false),
        (_, Some((replaced, ms))) => {
            start::begin(work, Vec::new(), false);
            work.runtime.stage = Stage::Starting(crate::sim::runtime::Starting {
                names: [replaced].into_iter().chain(names).collect(),
                until: work.now + ms,
                acted: true,
                ..Default::default()
            });
        }
    }
}

/// The containers to be started now, in their order.
pub(super) fn to_start(work: &Work<'_>) -> Vec<String> {
    let pod = &work.pod.spec;
    let known = |container: &Container| work.runtime.containers.get(&container.name);
    let state = |container: &Container| known(container).map(|known| &known.process);
    let began = pod.containers.iter().any(|c| known(c).is_some_and(|known| known.attempt > 0));
    let mut names = Vec::new();
    for container in &pod.init_containers {
        let sidecar = spec::is_sidecar(container);
        if began && !sidecar {
            continue;
        }
        match state(container) {
            None | Some(Process::None) => {
                // [kubelet 7-3] OBSERVATION: the next init container is started.
                names.push(container.name.clone());
            }
            Some(Process::Running { .. }) => {
                let started = known(container).is_some_and(|known| known.started);
                if sidecar && started {
                    continue;
                }
            }
            Some(Process::Exited(exit)) if !sidecar && exit.code == 0 => continue,
            Some(Process::Exited(exit)) => {
                if sidecar || spec::restarts(pod, container, true, exit.code) {
                    // [kubelet 7-4] OBSERVATION: an init container failed and is tried again.
                    names.push(container.name.clone());
                }
            }
        }
        if !began {
            return names;
        }
    }
    for container in &pod.containers {
        let starts = match state(container) {
            None | Some(Process::None) => true,
            Some(Process::Running { .. }) => false,
            // [kubelet 7-5] OBSERVATION: a container ended and its policy says what follows.
            Some(Process::Exited(exit)) => spec::restarts(pod, container, false, exit.code),
        };
        if starts {
            names.push(container.name.clone());
        }
    }
    names
}

/// Stops sidecars when nothing is left for them to serve.
fn stop_idle_sidecars(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    let over = |container: &Container| {
        let exit = work.runtime.containers.get(&container.name).and_then(ContainerRuntime::exit);
        exit.is_some_and(|exit| !spec::restarts(&pod.spec, container, false, exit.code))
    };
    if !pod.spec.containers.iter().all(over) {
        return;
    }
    // [kubelet 7-6] OBSERVATION: only sidecars run; they are stopped and the Pod ends.
    let grace_ms = spec::grace_ms(&pod);
    for sidecar in pod.spec.init_containers.iter().filter(|c| spec::is_sidecar(c)) {
        let known = work.container(&sidecar.name);
        if known.is_running() && !known.stopping {
            let message = format!("Stopping container {}", sidecar.name);
            work.container_event(sidecar, EventType::Normal, "Killing", message);
            stop::signal(work, sidecar, work.now, grace_ms);
        }
    }
}

/// Stops a container that failed its liveness probe or whose image was changed; it is started
/// again when it is dead. Answers its name and how long that takes.
fn stop_replaced(work: &mut Work<'_>) -> Option<(String, u64)> {
    let pod = work.pod.clone();
    for container in spec::all_containers(&pod.spec) {
        let known = work.container(&container.name);
        if !known.is_running() || known.stopping {
            continue;
        }
        let again = spec::restarts(&pod.spec, container, false, 137);
        let sidecar = spec::is_sidecar(container);
        let ending = if again && !sidecar { ", will be restarted" } else { "" };
        let what = if sidecar { "Init container" } else { "Container" };
        let why = if *known.image != *container.image {
            // [kubelet 7-7] OBSERVATION: the image was changed in the running Pod.
            "definition changed"
        } else if let Some(probe) = probes::verdict(known, container) {
            // [kubelet 7-8] OBSERVATION: a probe says that the container must be restarted.
            probe
        } else {
            continue;
        };
        let message = format!("{what} {} {why}{ending}", container.name);
        work.container_event(container, EventType::Normal, "Killing", message);
        let own = probes::grace_ms(container, why);
        let grace_ms = own.unwrap_or_else(|| spec::grace_ms(&pod));
        let dead_at = stop::signal(work, container, work.now, grace_ms);
        let known = work.container(&container.name);
        known.replaced = again;
        if *known.image != *container.image {
            // The back-off is that of the container as it was defined.
            known.crash_backoff = None;
        }
        return again.then(|| (container.name.clone(), dead_at.since(work.now)));
    }
    None
}
