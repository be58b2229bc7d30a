//! What runs after a container's start and before its stop.
//!
//! Models `pkg/kubelet/lifecycle/handlers.go` `Run` and `pkg/kubelet/kuberuntime/
//! kuberuntime_container.go` `startContainer`, `executePreStopHook`.
//!
//! Deviations:
//! - `httpGet` and `tcpSocket` are taken to be answered at once.

use crate::api::container::{Container, LifecycleHandler};
use crate::api::time::seconds_ms;
use crate::machine::program;
use crate::sim::event_log::EventType;
use crate::sim::machines::process::refusal_text;

use super::work::Work;
use super::{processes, spec, stop};

/// How a hook comes out.
pub(super) struct Run {
    /// How long it takes.
    pub ms: u64,
    /// Why it failed, if it did.
    pub failure: Option<String>,
}

/// The hook after the container's start, if it has one: it is run.
pub(super) fn post_start(work: &mut Work<'_>, container: &Container) -> Option<Run> {
    let hook = container.lifecycle.as_ref()?.post_start.as_ref()?;
    Some(run(work, container, hook, u64::from(u32::MAX)))
}

/// The hook before the container's stop, if it has one: it is run, for no longer than the grace.
pub(super) fn pre_stop(work: &mut Work<'_>, container: &Container, grace_ms: u64) -> Option<Run> {
    let hook = container.lifecycle.as_ref()?.pre_stop.as_ref()?;
    Some(run(work, container, hook, grace_ms))
}

fn run(
    work: &mut Work<'_>,
    container: &Container,
    hook: &LifecycleHandler,
    limit_ms: u64,
) -> Run {
    if let Some(sleep) = &hook.sleep {
        return Run { ms: seconds_ms(sleep.seconds), failure: None };
    }
    let Some(exec) = &hook.exec else { return Run { ms: 0, failure: None } };
    let command = exec.command.join(" ");
    let (name, pod) = (&container.name, work.full_name());
    let failed = |why: String| {
        format!(
            "Exec lifecycle hook ([{command}]) for Container \"{name}\" in Pod \"{pod}\" failed \
             - error: {why}"
        )
    };
    let exited = |code: i32, said: &str| {
        failed(format!("command '{command}' exited with {code}: {said}, message: {said:?}"))
    };
    match processes::run(work, container, &exec.command, limit_ms) {
        Some(Ok(ran)) => {
            let said = [ran.stdout, ran.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            let failure = ran.exit.filter(|code| *code != 0).map(|code| exited(code, &said));
            Run { ms: if ran.exit.is_some() { ran.took_ms } else { limit_ms + 1 }, failure }
        }
        Some(Err(refusal)) => {
            let program = exec.command.first().map_or("", String::as_str);
            Run { ms: 0, failure: Some(failed(refusal_text(&refusal, program))) }
        }
        None => match program::outcome(&exec.command) {
            None => Run { ms: u64::from(u32::MAX), failure: None },
            Some((ms, 0)) => Run { ms, failure: None },
            Some((ms, code)) => Run { ms, failure: Some(exited(code, "")) },
        },
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
