//! Stop signals and the deaths that follow.
//!
//! Models `pkg/kubelet/kuberuntime/kuberuntime_container.go` `killContainer` and
//! `kuberuntime_termination_order.go`.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::time::SimTime;
use crate::sim::action::Urgency;
use crate::sim::controllers::ControllerId;
use crate::sim::event_log::EventType;
use crate::sim::machines::process::{Hosted, TERM};
use crate::sim::runtime::{ContainerRuntime, Exit, Process};

use super::work::Work;
use super::{hooks, processes, spec, times};

/// The processes that have ended by now are dead.
pub(super) fn settle(work: &mut Work<'_>) {
    let names: Vec<String> = work.runtime.containers.keys().cloned().collect();
    for name in names {
        settle_container(work, &name);
    }
}

/// The same for one container.
pub(super) fn settle_container(work: &mut Work<'_>, name: &str) {
    let now = work.now;
    let known = work.container(name);
    let was_running = known.is_running();
    settle_one(known, now);
    if let Some(code) = known.exit().map(|exit| exit.code).filter(|_| was_running) {
        let message = processes::message(work, name, code);
        if let Process::Exited(exit) = &mut work.container(name).process {
            exit.message = message;
        }
    }
}

/// The process is dead if its time has come.
pub(super) fn settle_one(container: &mut ContainerRuntime, now: SimTime) {
    if let Process::Running { started_at, ends: Some((finished_at, code)) } = container.process
        && finished_at <= now
    {
        let reason = if code == 0 { "Completed" } else { "Error" };
        let message = String::new();
        container.process =
            Process::Exited(Exit { code, reason, started_at, finished_at, message });
        container.stopping = false;
        container.hosted = None;
        container.serves = false;
    }
}

/// Stops every running container, sidecars after the others and the last one first. Answers how
/// many milliseconds it takes.
pub(super) fn stop_all(work: &mut Work<'_>, grace_ms: u64) -> u64 {
    let pod = work.pod.clone();
    let now = work.now;
    let mut last = now;
    for container in spec::all_containers(&pod.spec) {
        if work.container(&container.name).is_running() {
            // [kubelet 8-1] OBSERVATION: the container gets its stop signal.
            let message = format!("Stopping container {}", container.name);
            work.container_event(container, EventType::Normal, "Killing", message);
        }
    }
    let (sidecars, others): (Vec<_>, Vec<_>) =
        spec::all_containers(&pod.spec).partition(|container| spec::is_sidecar(container));
    for container in others {
        last = last.max(signal(work, container, now, grace_ms));
    }
    for container in sidecars.into_iter().rev() {
        // [kubelet 8-2] OBSERVATION: a sidecar is signalled when all that need it are dead.
        let left = grace_ms.saturating_sub(last.since(now));
        last = last.max(signal(work, container, last, left));
    }
    last.since(now)
}

/// Sends the stop signal at that time and answers when the process is dead.
pub(super) fn signal(
    work: &mut Work<'_>,
    container: &Container,
    at: SimTime,
    grace_ms: u64,
) -> SimTime {
    if !work.container(&container.name).is_running() {
        return at;
    }
    let hook = hooks::pre_stop(work, container, grace_ms);
    let hook_ms = hook.as_ref().map_or(0, |run| run.ms).min(grace_ms);
    if hook.is_some_and(|run| run.failure.is_some() && run.ms <= grace_ms) {
        // [kubelet 8-3] OBSERVATION: the hook before the stop failed; the stop goes on.
        let failed = "PreStopHook failed";
        work.container_event(container, EventType::Warning, "FailedPreStopHook", failed);
    }
    let known = work.container(&container.name);
    known.probes.liveness.next_at = None;
    known.probes.startup.next_at = None;
    let heard = hear(work, &container.name, at + hook_ms, grace_ms.saturating_sub(hook_ms));
    let known = work.container(&container.name);
    terminate(known, at, (hook_ms, grace_ms), heard)
}

/// When and how a process ends on a stop signal at that time, and lets it come.
fn hear(
    work: &mut Work<'_>,
    name: &str,
    at: SimTime,
    left_ms: u64,
) -> Option<(SimTime, i32)> {
    let hosted = work.container(name).hosted.clone()?;
    let limit = at + left_ms.max(times::STOP_MIN_MS);
    let heard = hosted.ends_on(work.cluster, &work.disks, (at, TERM), limit);
    let mut hosted = Hosted::clone(&hosted);
    hosted.signal_at(at, TERM);
    work.container(name).hosted = Some(Rc::new(hosted));
    let after_ms = at.since(work.now).max(1);
    work.wake(ControllerId::ContainerRuntime, after_ms, Urgency::Background);
    heard
}

/// The process takes the signal as its program does, and is killed when its time is up.
pub(super) fn terminate(
    known: &mut ContainerRuntime,
    at: SimTime,
    (hook_ms, grace_ms): (u64, u64),
    heard: Option<(SimTime, i32)>,
) -> SimTime {
    let Process::Running { started_at, ends } = known.process else { return at };
    let signalled_at = at + hook_ms;
    let left_ms = grace_ms.saturating_sub(hook_ms).max(times::STOP_MIN_MS);
    let killed = (signalled_at + left_ms, 137);
    let age_ms = signalled_at.since(started_at);
    let plan = known.plan.as_ref().filter(|_| known.hosted.is_none());
    let planned = plan.and_then(|plan| plan.on_term(age_ms));
    let heard = heard.or(planned.map(|(age_ms, code)| (started_at + age_ms, code)));
    let end = [ends, heard].into_iter().flatten().fold(killed, |first, end| {
        if end.0 < first.0 { end } else { first }
    });
    known.process = Process::Running { started_at, ends: Some(end) };
    known.stopping = true;
    end.0
}
