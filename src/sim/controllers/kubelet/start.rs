//! The sandbox, and starting containers one after the other.
//!
//! Models `pkg/kubelet/kuberuntime/kuberuntime_manager.go` `SyncPod`, `doBackOff` and
//! `kuberuntime_container.go` `startContainer`. Nothing else happens in a Pod meanwhile.

use std::rc::Rc;

use crate::api::container::Container;
use crate::machine::images::{Image, ImageRef};
use crate::sim::event_log::EventType;
use crate::sim::machines::mounts::{self, Starting};
use crate::sim::machines::environment;
use crate::sim::runtime::{self, Backoff, Exit, Process, Sandbox, Stage, StartPart};

use super::work::Work;
use super::{config, containers, hooks, images, probes, processes, spec, stop, times};

/// Why a container was not started: reason, message, and when it is tried again.
pub(super) type Failure = (&'static str, String, u64);

/// Makes the sandbox when its time has come.
pub(super) fn make_sandbox(work: &mut Work<'_>) {
    let Stage::Sandbox { ready_at } = work.runtime.stage else { return };
    if ready_at > work.now {
        return;
    }
    images::report_missing_secrets(work);
    let ip = address(work);
    // [kubelet 5-1] OBSERVATION: the sandbox is ready; the address shows in a later status.
    let args = vec![("pod", work.pod.metadata.name.clone()), ("ip", ip.clone())];
    work.note("sandbox-ready", args);
    work.runtime.sandbox = Some(Sandbox { created_at: work.now, ip, ready: true });
    work.write_condition("PodReadyToStartContainers", "True");
    begin(work, containers::to_start(work), true);
}

/// The next address of the node's range; with the host's network, the node's own.
fn address(work: &mut Work<'_>) -> String {
    let Some(node) = work.node() else { return String::new() };
    if work.pod.spec.host_network {
        return node.internal_ip().to_owned();
    }
    let machine = Rc::make_mut(&mut work.machine);
    machine.last_pod_number = machine.last_pod_number % 254 + 1;
    let network = node.spec.pod_cidr.rsplit_once('.').map_or("10.244.0", |(network, _)| network);
    format!("{network}.{}", machine.last_pod_number)
}

/// Begins to start these containers. `acted` says that something was done in this round already.
pub(super) fn begin(work: &mut Work<'_>, names: Vec<String>, acted: bool) {
    let until = work.now;
    work.runtime.sync_at = None;
    let starting = runtime::Starting { names, until, acted, ..Default::default() };
    work.runtime.stage = Stage::Starting(starting);
    go_on(work);
}

/// Goes on with what is due.
pub(super) fn go_on(work: &mut Work<'_>) {
    loop {
        let Stage::Starting(starting) = &work.runtime.stage else { return };
        let starting = starting.clone();
        if starting.until > work.now {
            return;
        }
        let Some(name) = starting.names.first() else { return end_round(work, &starting) };
        let pod = work.pod.clone();
        let Some(container) = spec::container(&pod.spec, name) else {
            next_container(work, false, None);
            continue;
        };
        let done = match starting.part {
            StartPart::Turn => turn(work, container),
            StartPart::Pull { asked_at, takes_ms } => {
                images::pulled(work, container, asked_at, takes_ms)
                    .and_then(|()| prepare(work, container))
            }
            StartPart::Create => create(work, container),
            StartPart::PostStart => {
                post_start_done(work, container);
                Ok(())
            }
            StartPart::PostStartFailed => {
                stop::settle_container(work, name);
                let why = work.container(name).hook_failure.take().unwrap_or_default();
                Err(("PostStartHookError", why, times::ERROR_RETRY_MS))
            }
        };
        if let Err((reason, message, retry_ms)) = done {
            work.container(name).waiting = Some((reason, message));
            next_container(work, false, Some(retry_ms));
        }
    }
}

/// The hook after the start is over.
fn post_start_done(work: &mut Work<'_>, container: &Container) {
    if work.container(&container.name).hook_failure.is_some() {
        let ms = hooks::stop_after_failure(work, container);
        set_part(work, StartPart::PostStartFailed, ms);
    } else {
        next_container(work, true, None);
    }
}

/// Sets what is done with the container at work, and how long it takes.
pub(super) fn set_part(work: &mut Work<'_>, part: StartPart, takes_ms: u64) {
    let until = work.now + takes_ms;
    if let Stage::Starting(starting) = &mut work.runtime.stage {
        starting.part = part;
        starting.until = until;
    }
}

fn next_container(work: &mut Work<'_>, acted: bool, retry_ms: Option<u64>) {
    if let Stage::Starting(starting) = &mut work.runtime.stage {
        if !starting.names.is_empty() {
            starting.names.remove(0);
        }
        starting.part = StartPart::Turn;
        starting.acted |= acted;
        starting.retry_ms = starting.retry_ms.into_iter().chain(retry_ms).min();
    }
}

/// The round is over: when the next one comes depends on how it went.
fn end_round(work: &mut Work<'_>, starting: &runtime::Starting) {
    let relist = match (starting.acted, starting.retry_ms) {
        // [kubelet 5-2] OBSERVATION: all was started; the Pod is looked at again at once.
        (true, None) => Some(work.now + times::RELIST_AT_ONCE_MS),
        // [kubelet 5-3] OBSERVATION: something failed; the next regular look sees what started.
        (true, Some(_)) => Some(times::relist_after(work.now + 1)),
        (false, _) => None,
    };
    let retry = starting.retry_ms.map(|ms| work.now + ms);
    work.runtime.sync_at = relist.into_iter().chain(retry).min();
    work.runtime.stage = Stage::Idle;
}

/// It is the container's turn: hold it back after a crash, or see to its image.
fn turn(work: &mut Work<'_>, container: &Container) -> Result<(), Failure> {
    stop::settle_container(work, &container.name);
    hold_back(work, container)?;
    if images::ensure(work, container)? {
        prepare(work, container)?;
    }
    Ok(())
}

/// Holds a crashed container back for a while that doubles.
fn hold_back(work: &mut Work<'_>, container: &Container) -> Result<(), Failure> {
    let now = work.now;
    let known = work.container(&container.name);
    // One that is killed to be started again is judged by the run before the killed one.
    let killed_now = std::mem::take(&mut known.replaced);
    let exit = if killed_now { known.last.as_ref() } else { known.exit() };
    let Some(exit) = exit else { return Ok(()) };
    let finished_at = exit.finished_at;
    let entry = known
        .crash_backoff
        .filter(|entry| finished_at.since(entry.since) <= times::BACKOFF_FORGET_MS);
    let ms = match entry {
        // [kubelet 5-4] OBSERVATION: the first crash, or one after a long good run.
        None => times::BACKOFF_FIRST_MS,
        Some(entry) if now.since(finished_at) < entry.ms => {
            // [kubelet 5-5] OBSERVATION: BackOff is reported; CrashLoopBackOff shows later.
            let remaining = entry.ms - now.since(finished_at);
            let (name, pod) = (&container.name, work.full_name());
            let message = format!("Back-off restarting failed container {name} in pod {pod}");
            work.container_event(container, EventType::Warning, "BackOff", message);
            let delay = times::go_duration(entry.ms);
            let why = format!("back-off {delay} restarting failed container={name} pod={pod}");
            return Err(("CrashLoopBackOff", why, times::backoff_wait(remaining)));
        }
        // [kubelet 5-6] OBSERVATION: the delay is over; the next one is twice as long.
        Some(entry) => (entry.ms * 2).min(times::BACKOFF_MAX_MS),
    };
    known.crash_backoff = Some(Backoff { ms, since: now });
    Ok(())
}

/// The image is there: check what the container refers to, then create it.
fn prepare(work: &mut Work<'_>, container: &Container) -> Result<(), Failure> {
    if let Err(why) = config::check(work, container) {
        // [kubelet 5-7] OBSERVATION: the container waits with CreateContainerConfigError.
        let message = format!("Error: {why}");
        work.container_event(container, EventType::Warning, "Failed", message);
        return Err(("CreateContainerConfigError", why, times::ERROR_RETRY_MS));
    }
    if let Err(why) = mount(work, container) {
        // [kubelet 5-10] OBSERVATION: a part of a volume that the container asks for is missing.
        let message = format!("Error: {why}");
        work.container_event(container, EventType::Warning, "Failed", message);
        return Err(("CreateContainerConfigError", why, times::ERROR_RETRY_MS));
    }
    set_part(work, StartPart::Create, times::CREATE_MS);
    Ok(())
}

/// Puts together what the container will see: a fresh layer over its image and its mounts.
fn mount(work: &mut Work<'_>, container: &Container) -> Result<(), String> {
    let (cluster, now, pod) = (work.cluster, work.now, work.pod.clone());
    let node = work.machine.space.clone();
    let starting =
        Starting { pod: &pod, runtime: &work.runtime, container, node: &node, now };
    let variables = || environment::of_container(cluster, &pod, container, now).unwrap_or_default();
    let space = mounts::space(&mut work.disks, starting, variables)?;
    if let Some(layer) = space.at("/").map(|root| root.fs.clone())
        && work.disks.contains(&layer)
    {
        work.disks.remove(&layer);
    }
    let names_any = !(container.env.is_empty() && container.env_from.is_empty());
    let env = names_any.then(|| Rc::new(variables()));
    let known = work.container(&container.name);
    known.space = space;
    known.env = env;
    Ok(())
}

fn create(work: &mut Work<'_>, container: &Container) -> Result<(), Failure> {
    let now = work.now;
    let known = work.container(&container.name);
    known.attempt += 1;
    known.image = container.image.as_str().into();
    known.waiting = None;
    known.stopping = false;
    if let Process::Exited(exit) = std::mem::take(&mut known.process) {
        known.last = Some(exit);
    }
    work.container_event(container, EventType::Normal, "Created", "Container created");
    if let Err(why) = processes::begin(work, container) {
        // [kubelet 5-8] OBSERVATION: the program cannot be started; that counts as a crash.
        let known = work.container(&container.name);
        known.process = Process::Exited(Exit {
            code: 128,
            reason: "StartError",
            started_at: now,
            finished_at: now,
            message: why.clone(),
        });
        let message = format!("Error: {why}");
        work.container_event(container, EventType::Warning, "Failed", message);
        next_container(work, true, None);
        return Err(("RunContainerError", why, times::ERROR_RETRY_MS));
    }
    // [kubelet 5-9] OBSERVATION: the container runs; the status says so in the next round.
    let known = work.container(&container.name);
    probes::begin(known, container, now);
    work.container_event(container, EventType::Normal, "Started", "Container started");
    match hooks::post_start(work, container) {
        None => next_container(work, true, None),
        Some(run) => {
            work.container(&container.name).hook_failure = run.failure;
            set_part(work, StartPart::PostStart, run.ms);
        }
    }
    Ok(())
}

/// The image of a container as the registry knows it.
pub(super) fn image_of(work: &Work<'_>, container: &Container) -> Option<Image> {
    let image = ImageRef::parse(&container.image).ok()?;
    work.cluster.profile.registry.find(&image).ok()
}
