//! What runs after a container's start and before its stop.
//!
//! Models `pkg/kubelet/lifecycle/handlers.go` `Run` and `pkg/kubelet/kuberuntime/
//! kuberuntime_container.go` `startContainer`, `executePreStopHook`.
//!
//! Deviations:
//! - What a hook's command prints does not stand in the message.
//! - `httpGet` and `tcpSocket` are taken to be answered at once.

use crate::api::container::{Container, LifecycleHandler};
use crate::api::time::seconds_ms;
use crate::machine::program;
use crate::sim::event_log::EventType;

use super::work::Work;
use super::{spec, stop};

/// How a hook comes out.
pub(super) struct Run {
    /// How long it takes.
    pub ms: u64,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// The hook after the container's start, if it has one.
pub(super) fn post_start(work: &Work<'_>, container: &Container) -> Option<Run> {
    let lifecycle = container.lifecycle.as_ref()?;
    lifecycle.post_start.as_ref().map(|hook| run(work, container, hook))
}

/// The hook before the container's stop, if it has one.
pub(super) fn pre_stop(work: &Work<'_>, container: &Container) -> Option<Run> {
    let lifecycle = container.lifecycle.as_ref()?;
    lifecycle.pre_stop.as_ref().map(|hook| run(work, container, hook))
}

fn run(work: &Work<'_>, container: &Container, hook: &LifecycleHandler) -> Run {
    if let Some(sleep) = &hook.sleep {
        return Run { ms: seconds_ms(sleep.seconds), failure: None };
    }
    let Some(exec) = &hook.exec else { return Run { ms: 0, failure: None } };
    match program::outcome(&exec.command) {
        None => Run { ms: u64::from(u32::MAX), failure: None },
        Some((ms, 0)) => Run { ms, failure: None },
        Some((ms, code)) => {
            let command = exec.command.join(" ");
            let (name, pod) = (&container.name, work.full_name());
            let failure = format!(
                "Exec lifecycle hook ([{command}]) for Container \"{name}\" in Pod \"{pod}\" \
                 failed - error: command '{command}' exited with {code}: , message: \"\""
            );
            Run { ms, failure: Some(failure) }
        }
    }
}

/// The hook after the start has failed: the container is stopped. Answers how long that takes.
pub(super) fn stop_after_failure(work: &mut Work<'_>, container: &Container) -> u64 {
    // [kubelet 5-20] OBSERVATION: the hook after the start failed; the container goes again.
    let failed = "PostStartHook failed";
    work.container_event(container, EventType::Warning, "FailedPostStartHook", failed);
    work.container_event(container, EventType::Normal, "Killing", "FailedPostStartHook");
    let grace_ms = spec::grace_ms(&work.pod);
    stop::signal(work, container, work.now, grace_ms).since(work.now)
}
