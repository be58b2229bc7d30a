//! Readiness, liveness and startup probes.
//!
//! Models `pkg/kubelet/prober/worker.go` `doProbe` and `pkg/kubelet/prober/prober.go`.
//!
//! Deviations:
//! - An answer that cannot change any more is not asked for again.
//! - `httpGet` and `tcpSocket` succeed when the image's program listens on that port.

use serde_json::Value;

use crate::api::container::{Container, Probe};
use crate::api::time::{SimTime, seconds_ms};
use crate::machine::program;
use crate::sim::event_log::EventType;
use crate::sim::machines::process::refusal_text;
use crate::sim::random::hex_of;
use crate::sim::runtime::{ContainerRuntime, ProbeRuntime, Process, Probes};

use super::work::Work;
use super::{processes, spec, start, times};

/// What of a command's output is reported.
const OUTPUT_MAX: usize = 10 << 10;

/// Which probe.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Startup,
    Readiness,
    Liveness,
}

/// What a probe answered.
enum Answer {
    Success,
    Failure(String),
    /// It could not be asked; that counts as neither.
    Error(String),
}

/// A fresh container: readiness is asked as soon as it is seen running, the others in their turn.
pub(super) fn begin(known: &mut ContainerRuntime, container: &Container, now: SimTime) {
    known.ready = container.readiness_probe.is_none();
    known.started = container.startup_probe.is_none();
    known.probes = Probes::default();
    let first = |probe: &Option<Probe>| probe.as_ref().map(|probe| now + first_ms(probe));
    if container.startup_probe.is_some() {
        known.probes.startup.next_at = first(&container.startup_probe);
        return;
    }
    known.probes.readiness.next_at =
        first(&container.readiness_probe).filter(|_| !is_asked_at_once(container));
    known.probes.liveness.next_at = first(&container.liveness_probe);
}

/// Whether readiness is asked as soon as the status of a running container is computed.
fn is_asked_at_once(container: &Container) -> bool {
    container.readiness_probe.as_ref().is_some_and(|probe| probe.initial_delay_seconds == 0)
}

/// A status was written: containers that are started but not ready are asked at once.
pub(super) fn ask_soon(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    let soon = work.now + times::RELIST_AT_ONCE_MS;
    for container in spec::all_containers(&pod.spec).filter(|c| is_asked_at_once(c)) {
        let Some(known) = work.runtime.containers.get_mut(&container.name) else { continue };
        let state = &mut known.probes.readiness;
        let untouched = state.next_at.is_none() && state.failures == 0 && state.successes == 0;
        if untouched && known.started && matches!(known.process, Process::Running { .. }) {
            state.next_at = Some(soon);
        }
    }
}

/// From the start to the first real probe: the first tick that is not before the initial delay.
fn first_ms(probe: &Probe) -> u64 {
    let delay_ms = u64::try_from(probe.initial_delay_seconds).unwrap_or(0) * 1_000;
    let period_ms = period_ms(probe);
    delay_ms.div_ceil(period_ms).max(1) * period_ms
}

fn period_ms(probe: &Probe) -> u64 {
    let seconds = u64::try_from(probe.period_seconds).unwrap_or(0);
    if seconds == 0 { 10_000 } else { seconds * 1_000 }
}

/// Asks every probe that is due.
pub(super) fn ask(work: &mut Work<'_>) {
    let pod = work.pod.clone();
    for container in spec::all_containers(&pod.spec) {
        for which in [Which::Startup, Which::Readiness, Which::Liveness] {
            let Some(probe) = definition(container, which) else { continue };
            let now = work.now;
            let Some(known) = work.runtime.containers.get_mut(&container.name) else { continue };
            let due = slot(known, which).next_at.is_some_and(|at| at <= now);
            if known.is_running() && due {
                let answer = answer(work, container, probe);
                take(work, container, which, probe, answer);
            }
        }
    }
}

fn definition(container: &Container, which: Which) -> Option<&Probe> {
    match which {
        Which::Startup => container.startup_probe.as_ref(),
        Which::Readiness => container.readiness_probe.as_ref(),
        Which::Liveness => container.liveness_probe.as_ref(),
    }
}

fn slot(known: &mut ContainerRuntime, which: Which) -> &mut ProbeRuntime {
    match which {
        Which::Startup => &mut known.probes.startup,
        Which::Readiness => &mut known.probes.readiness,
        Which::Liveness => &mut known.probes.liveness,
    }
}

fn take(work: &mut Work<'_>, container: &Container, which: Which, probe: &Probe, answer: Answer) {
    let now = work.now;
    let name = match which {
        Which::Startup => "Startup",
        Which::Readiness => "Readiness",
        Which::Liveness => "Liveness",
    };
    let known = work.container(&container.name);
    let state = slot(known, which);
    state.next_at = Some(now + period_ms(probe));
    let or = |given: i32, default| if given == 0 { default } else { given };
    let message = match answer {
        Answer::Error(why) => {
            // [kubelet 11-1] OBSERVATION: the probe could not be asked; nothing follows.
            format!("{name} probe errored and resulted in unknown state: {why}")
        }
        Answer::Success => {
            state.failures = 0;
            state.successes = state.successes.saturating_add(1);
            if state.successes >= or(probe.success_threshold, 1) {
                // What a command answers may change with the files that it looks at.
                if probe.exec.is_none() || which == Which::Startup {
                    state.next_at = None;
                } else if state.successes > or(probe.success_threshold, 1) {
                    return;
                }
                succeed(known, container, which, now);
                work.runtime.sync_at = Some(now);
            }
            return;
        }
        Answer::Failure(why) => {
            state.successes = 0;
            state.failures += 1;
            if state.failures >= or(probe.failure_threshold, 3) {
                fail(work, container, which);
            }
            format!("{name} probe failed: {why}")
        }
    };
    work.container_event(container, EventType::Warning, "Unhealthy", message);
}

fn succeed(known: &mut ContainerRuntime, container: &Container, which: Which, now: SimTime) {
    match which {
        // [kubelet 11-2] OBSERVATION: the container is ready.
        Which::Readiness => known.ready = true,
        Which::Liveness => {}
        Which::Startup => {
            // [kubelet 11-3] OBSERVATION: the container has started; its other probes begin.
            known.started = true;
            let Process::Running { started_at, .. } = known.process else { return };
            let next = |probe: &Option<Probe>| {
                let probe = probe.as_ref()?;
                Some(times::next_tick(started_at + first_ms(probe), period_ms(probe), now))
            };
            known.probes.readiness.next_at =
                next(&container.readiness_probe).filter(|_| !is_asked_at_once(container));
            known.probes.liveness.next_at = next(&container.liveness_probe);
        }
    }
}

fn fail(work: &mut Work<'_>, container: &Container, which: Which) {
    let now = work.now;
    let known = work.container(&container.name);
    match which {
        Which::Readiness if !known.ready => {}
        // [kubelet 11-4] OBSERVATION: the container is not ready any more.
        Which::Readiness => {
            known.ready = false;
            work.runtime.sync_at = Some(now);
        }
        // [kubelet 11-5] OBSERVATION: the container is to be restarted.
        Which::Liveness | Which::Startup => {
            slot(known, which).next_at = None;
            work.runtime.sync_at = Some(now);
        }
    }
}

/// Why the container must be restarted, in the words of the event.
pub(super) fn verdict(known: &ContainerRuntime, container: &Container) -> Option<&'static str> {
    let failed = |probe: &Option<Probe>, state: &ProbeRuntime| {
        let threshold = probe.as_ref().map_or(0, |probe| probe.failure_threshold);
        let threshold = if threshold == 0 { 3 } else { threshold };
        probe.is_some() && state.failures >= threshold
    };
    if failed(&container.liveness_probe, &known.probes.liveness) {
        Some("failed liveness probe")
    } else if failed(&container.startup_probe, &known.probes.startup) {
        Some("failed startup probe")
    } else {
        None
    }
}

/// The grace period of the probe that failed, if it has its own.
pub(super) fn grace_ms(container: &Container, verdict: &str) -> Option<u64> {
    let probe = match verdict {
        "failed liveness probe" => container.liveness_probe.as_ref(),
        "failed startup probe" => container.startup_probe.as_ref(),
        _ => None,
    };
    probe?.termination_grace_period_seconds.filter(|seconds| *seconds >= 0).map(seconds_ms)
}

fn answer(work: &mut Work<'_>, container: &Container, probe: &Probe) -> Answer {
    let timeout = u64::try_from(probe.timeout_seconds).unwrap_or(0).max(1);
    if let Some(exec) = &probe.exec {
        return ask_command(work, container, &exec.command, timeout);
    }
    let ip = work.runtime.sandbox.as_ref().map_or("", |sandbox| sandbox.ip.as_str());
    let (port, http) = match (&probe.http_get, &probe.tcp_socket) {
        (Some(http), _) => (&http.port, Some(http)),
        (None, Some(tcp)) => (&tcp.port, None),
        (None, None) => return Answer::Success,
    };
    let port = match number(container, port) {
        Ok(port) => port,
        Err(why) => return Answer::Error(why),
    };
    let image = start::image_of(work, container);
    let own = container.command.is_empty();
    let ports = image.and_then(|image| image.ports).filter(|_| own);
    if ports.is_none_or(|ports| ports.contains(&port)) {
        return Answer::Success;
    }
    let refused = format!("dial tcp {ip}:{port}: connect: connection refused");
    Answer::Failure(match http {
        Some(http) => {
            let scheme = if http.scheme == "HTTPS" { "https" } else { "http" };
            let path = if http.path.is_empty() { "/" } else { &http.path };
            format!("Get \"{scheme}://{ip}:{port}{path}\": {refused}")
        }
        None => refused,
    })
}

/// Runs a command in the container (`pkg/probe/exec/exec.go` `Probe`).
fn ask_command(
    work: &mut Work<'_>,
    container: &Container,
    words: &[String],
    timeout: u64,
) -> Answer {
    let late = || {
        let words = words.join(" ");
        Answer::Failure(format!("command timed out: \"{words}\" timed out after {timeout}s"))
    };
    match processes::run(work, container, words, timeout * 1_000) {
        Some(Ok(ran)) => match ran.exit {
            Some(0) => Answer::Success,
            Some(_) => {
                let mut said = ran.stdout;
                said.extend(ran.stderr);
                said.truncate(OUTPUT_MAX);
                Answer::Failure(String::from_utf8_lossy(&said).into_owned())
            }
            None => late(),
        },
        Some(Err(refusal)) => {
            let named = words.first().map_or("", String::as_str);
            let id = hex_of(&format!("{}{}", work.full_name(), work.now.0), 64);
            let why = refusal_text(&refusal, named);
            Answer::Error(format!(
                "rpc error: code = Unknown desc = failed to exec in container: failed to start \
                 exec \"{id}\": OCI runtime exec failed: exec failed: unable to start container \
                 process: {why}: unknown"
            ))
        }
        None => match program::outcome(words) {
            Some((ms, 0)) if ms <= timeout * 1_000 => Answer::Success,
            Some((ms, _)) if ms <= timeout * 1_000 => Answer::Failure(String::new()),
            _ => late(),
        },
    }
}

/// A port by its number or by its name in the container.
fn number(container: &Container, port: &Value) -> Result<i64, String> {
    if let Some(number) = port.as_i64() {
        return Ok(number);
    }
    let name = port.as_str().unwrap_or("");
    let named = container.ports.iter().find(|port| port.name == name);
    match (named, name.parse()) {
        (Some(port), _) => Ok(i64::from(port.container_port)),
        (None, Ok(number)) => Ok(number),
        (None, Err(_)) => Err(format!("strconv.Atoi: parsing \"{name}\": invalid syntax")),
    }
}
