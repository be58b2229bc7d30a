//! The phase of a Pod.
//!
//! Models `pkg/kubelet/kubelet_pods.go` `getPhase`.

use crate::api::container::{Container, ContainerState, ContainerStatus};
use crate::api::pod::PodSpec;

use super::spec;

#[derive(Default)]
struct Count {
    pending_init: bool,
    failed_init_for_good: bool,
    pending_sidecar: bool,
    running: usize,
    waiting: usize,
    stopped: usize,
    succeeded: usize,
    for_good: usize,
}

/// The phase that these statuses make. `ending` says that the Pod is being stopped.
pub(super) fn phase(
    pod: &PodSpec,
    init: &[ContainerStatus],
    regular: &[ContainerStatus],
    ending: bool,
) -> &'static str {
    let mut count = Count::default();
    for container in &pod.init_containers {
        count_init(&mut count, pod, container, find(init, &container.name));
    }
    let mut created = false;
    for container in &pod.containers {
        let status = find(regular, &container.name);
        created |= status.is_some_and(|status| !status.container_id.is_empty());
        count_regular(&mut count, pod, container, status);
    }
    let initializing = count.pending_init || count.pending_sidecar && !created;
    if count.failed_init_for_good {
        "Failed"
    } else if initializing || count.waiting > 0 {
        "Pending"
    } else if count.running > 0 {
        "Running"
    } else if count.stopped == 0 {
        "Pending"
    } else if !ending && count.for_good < count.stopped {
        "Running"
    } else if count.succeeded == count.stopped {
        "Succeeded"
    } else {
        "Failed"
    }
}

/// The status of that name.
pub(super) fn find<'a>(list: &'a [ContainerStatus], name: &str) -> Option<&'a ContainerStatus> {
    list.iter().find(|status| status.name == name)
}

/// The exit code of a container that ended, be it that it waits for its next start.
fn exit_code(status: &ContainerStatus) -> Option<i32> {
    let code = |state: &ContainerState| {
        state.terminated.as_ref().map(|terminated| terminated.exit_code.unwrap_or(0))
    };
    match &status.state.waiting {
        Some(_) => status.last_state.as_ref().and_then(code),
        None => code(&status.state),
    }
}

fn count_init(
    count: &mut Count,
    pod: &PodSpec,
    container: &Container,
    status: Option<&ContainerStatus>,
) {
    let running = status.is_some_and(|status| status.state.running.is_some());
    let code = status.and_then(exit_code);
    if spec::is_sidecar(container) {
        let started = status.is_some_and(|status| status.started == Some(true));
        count.running += usize::from(running);
        count.pending_sidecar |= running && !started;
        if !running && code.is_none() {
            count.pending_sidecar = true;
            count.waiting += 1;
        }
        return;
    }
    match code {
        None => count.pending_init = true,
        Some(0) => {}
        Some(code) if spec::restarts(pod, container, true, code) => count.pending_init = true,
        Some(_) => count.failed_init_for_good = true,
    }
}

fn count_regular(
    count: &mut Count,
    pod: &PodSpec,
    container: &Container,
    status: Option<&ContainerStatus>,
) {
    let Some(status) = status else { return count.waiting += 1 };
    if status.state.running.is_some() {
        count.running += 1;
        return;
    }
    let Some(code) = exit_code(status) else { return count.waiting += 1 };
    count.stopped += 1;
    count.succeeded += usize::from(code == 0 && status.state.terminated.is_some());
    count.for_good += usize::from(!spec::restarts(pod, container, false, code));
}
