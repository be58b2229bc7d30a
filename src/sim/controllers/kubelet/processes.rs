//! Starting the process of a container, and commands of probes and hooks.
//!
//! What containerd and runc do; `pkg/kubelet/kuberuntime/kuberuntime_container.go`
//! `getTerminationMessage`, `readLastStringFromContainerLogs`.
//!
//! Deviations:
//! - The program of an image that only serves is a plan, not a process: it costs nothing.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::time::SimTime;
use crate::machine::images::{Image, ImageRef, Shells};
use crate::machine::program::{self, Entrypoint, Plan};
use crate::machine::shell::host::Foreign;
use crate::machine::shell::launch::Refusal;
use crate::machine::trees::image;
use crate::sim::action::Urgency;
use crate::sim::controllers::ControllerId;
use crate::sim::machines::container;
use crate::sim::machines::process::{self, Hosted, Ran};
use crate::sim::machines::servers;
use crate::sim::runtime::{ContainerRuntime, Process};

use super::work::Work;
use super::{spec, start, times};

/// No process lives shorter than this, so that the kubelet sees it running.
const SHORTEST_MS: u64 = 100;

/// The longest termination message, and what of the log stands in for it.
const MESSAGE_BYTES: usize = 4_096;
const LOG_TAIL: (usize, usize) = (80, 2_048);

/// Starts the container's process; the error is the container runtime's.
pub(super) fn begin(work: &mut Work<'_>, container: &Container) -> Result<(), String> {
    let now = work.now;
    let image = start::image_of(work, container);
    let known = work.container(&container.name);
    known.hosted = None;
    known.serves = false;
    known.words = container.command.clone().into();
    if known.attempt > 1 {
        known.last_log = Some(std::mem::take(&mut known.log));
    }
    known.process = Process::Running { started_at: now, ends: None };
    let own = container.command.is_empty();
    match image {
        None => set_plan(work, container, program::command(&["true"])),
        Some(image) if own && image.entrypoint == Entrypoint::Serves => {
            serve(work, container, &image);
        }
        Some(image) if image.shells == Shells::Unknown || image.shells == Shells::No => {
            let plan = image.run(&container.command, &container.args)?;
            set_plan(work, container, plan);
        }
        Some(image) => host(work, container, &image)?,
    }
    Ok(())
}

fn set_plan(work: &mut Work<'_>, container: &Container, plan: Plan) {
    let now = work.now;
    let known = work.container(&container.name);
    let ends = plan.ends.map(|(ms, code)| (now + ms, code));
    known.process = Process::Running { started_at: now, ends };
    known.plan = Some(Rc::new(plan));
}

/// The image's own server: it makes the files that it keeps.
fn serve(work: &mut Work<'_>, container: &Container, image: &Image) {
    let plan = image.entrypoint.plan(&container.args);
    set_plan(work, container, plan);
    work.container(&container.name).serves = true;
    if !servers::keeps_files(&container.image) {
        return;
    }
    let Some(mut inside) = inside(work, container) else { return };
    let words = process::words_of(&inside, &[], &container.args);
    let words: Vec<Rc<str>> = words.iter().map(|word| Rc::from(word.as_str())).collect();
    let now = work.now;
    let mut view = inside.view(&mut work.disks, now);
    let Some(begun) = servers::begin(&mut view, &words) else { return };
    let Foreign { stdout, stderr, ends, .. } = begun;
    let known = work.container(&container.name);
    known.words = words.iter().map(std::string::ToString::to_string).collect();
    Rc::make_mut(&mut known.log).add_text(&(stdout + &stderr), now);
    if let Some((ms, code)) = ends {
        known.serves = false;
        known.process = Process::Running { started_at: now, ends: Some((now + ms, code)) };
    }
}

fn inside(work: &mut Work<'_>, container: &Container) -> Option<container::Inside> {
    let pod = work.pod.clone();
    let name = &container.name;
    container::open_as(work.cluster, &mut work.disks, &pod, &work.runtime, name)
}

/// A shell, a script or a tool: a process that goes on in simulated time.
fn host(work: &mut Work<'_>, container: &Container, image: &Image) -> Result<(), String> {
    let now = work.now;
    let hint = image.run(&container.command, &container.args);
    let Some(inside) = inside(work, container) else { return Ok(()) };
    let words = process::words_of(&inside, &container.command, &container.args);
    let known = work.container(&container.name);
    let hint = hint.ok();
    known.plan = hint.clone().map(Rc::new);
    known.words = words.clone().into();
    if words.is_empty() {
        let plan = image.entrypoint.plan(&container.args);
        set_plan(work, container, plan);
        return Ok(());
    }
    let (cluster, mut disks) = (work.cluster, work.disks.clone());
    let started = Hosted::start(cluster, &mut disks, inside, &words, now);
    work.disks = disks;
    match started {
        Ok(hosted) => {
            go_on(work, container, hosted);
            Ok(())
        }
        Err(refusal @ (Refusal::NoInterpreter(_) | Refusal::Format)) => {
            // The file is there, so that the runtime tries; the kernel refuses.
            let text = process::refusal_text(&refusal, &words[0]) + "\n";
            let known = work.container(&container.name);
            Rc::make_mut(&mut known.log).add_text(&text, now);
            let ends = Some((now + SHORTEST_MS, 1));
            known.process = Process::Running { started_at: now, ends };
            Ok(())
        }
        Err(_) if hint.is_some() && !is_known(container) => {
            // The image has programs of its own.
            if let Some(plan) = hint {
                set_plan(work, container, plan);
            }
            Ok(())
        }
        Err(refusal) => {
            let why = process::refusal_text(&refusal, &words[0]);
            Err(format!(
                "failed to create containerd task: failed to create shim task: OCI runtime create \
                 failed: runc create failed: unable to start container process: error during \
                 container init: {why}: unknown"
            ))
        }
    }
}

fn is_known(container: &Container) -> bool {
    let image = ImageRef::parse(&container.image);
    image.is_ok_and(|image| image::is_known(&image.familiar()))
}

/// The first turn of a process.
fn go_on(work: &mut Work<'_>, container: &Container, mut hosted: Hosted) {
    let now = work.now;
    let brought = hosted.run(work.cluster, work.disks.clone(), now);
    work.disks = brought.disks;
    let known = work.container(&container.name);
    Rc::make_mut(&mut known.log).add(&brought.outputs, now);
    let ends = brought.exit.map(|code| (now + SHORTEST_MS, code));
    known.process = Process::Running { started_at: now, ends };
    let wake_at = hosted.wake_at();
    let urgency = urgency(known, now);
    known.hosted = ends.is_none().then(|| Rc::new(hosted));
    if let Some(at) = wake_at.filter(|_| ends.is_none()) {
        work.wake(ControllerId::ContainerRuntime, at.since(now).max(1), urgency);
    }
}

/// Whether a run waits for a process: for one that will end soon, as far as its words tell.
pub(in crate::sim) fn urgency(known: &ContainerRuntime, now: SimTime) -> Urgency {
    let Process::Running { started_at, .. } = known.process else { return Urgency::Background };
    let ends = known.plan.as_ref().and_then(|plan| plan.ends).map(|(ms, _)| ms);
    let soon = ends.is_some_and(|ms| ms <= times::PATIENCE_MS && now <= started_at + ms);
    if soon { Urgency::Foreground } else { Urgency::Background }
}

/// Runs a command in a container, for a probe or a hook; `None` when nothing is known of its
/// image's programs.
pub(super) fn run(
    work: &mut Work<'_>,
    container: &Container,
    words: &[String],
    limit_ms: u64,
) -> Option<Result<Ran, Refusal>> {
    let image = start::image_of(work, container)?;
    if image.shells == Shells::Unknown || words.is_empty() {
        return None;
    }
    let inside = inside(work, container)?;
    let mut disks = work.disks.clone();
    let span = (work.now, limit_ms);
    let ran = process::run_to_end(work.cluster, &mut disks, &inside, words, span);
    work.disks = disks;
    Some(ran)
}

/// What the process left as its last words.
pub(super) fn message(work: &mut Work<'_>, name: &str, code: i32) -> String {
    let pod = work.pod.clone();
    let Some(container) = spec::container(&pod.spec, name) else { return String::new() };
    let known = work.container(name);
    if known.hosted.is_none() && known.log.printed() == 0 && known.plan.is_some() {
        // A plan writes nothing.
        return String::new();
    }
    let (log, mut space) = (Rc::clone(&known.log), known.space.clone());
    let path = match container.termination_message_path.as_str() {
        "" => "/dev/termination-log",
        own => own,
    };
    let now = work.now;
    let view = crate::sim::machines::node::root_view(&mut work.disks, &mut space, now);
    let text = view.read(path).map(|bytes| bytes.to_text(MESSAGE_BYTES)).unwrap_or_default();
    let falls_back = container.termination_message_policy == "FallbackToLogsOnError";
    if text.is_empty() && falls_back && code != 0 {
        return log.tail(LOG_TAIL.0, LOG_TAIL.1);
    }
    text
}
