//! The end of a Pod: containers, sandbox, last status, volumes, object.
//!
//! Models `pkg/kubelet/kubelet.go` `SyncTerminatingPod`, `SyncTerminatedPod` and
//! `pkg/kubelet/status/status_manager.go` `TerminatePod`, `syncPod`.

use crate::sim::runtime::{ContainerRuntime, Stage, StartPart, StopPart};

use super::work::Work;
use super::{spec, status, stop, times, volumes};

/// Whether the end can begin: an image pull or a start that is under way is finished first.
pub(super) fn may_begin(work: &Work<'_>) -> bool {
    match &work.runtime.stage {
        Stage::Volumes { .. } | Stage::Sandbox { .. } | Stage::Idle => true,
        Stage::Starting(starting) => {
            starting.until <= work.now && starting.part == StartPart::Turn
                || starting.names.is_empty()
        }
        Stage::Stopping { .. } | Stage::Over => false,
    }
}

/// The Pod is to go: what runs is stopped.
pub(super) fn begin(work: &mut Work<'_>) {
    stop::settle(work);
    work.runtime.sync_at = None;
    work.runtime.seen = work.fingerprint();
    if work.pod.status.start_time.is_some() {
        let status = status::generate(work);
        work.write_status(status);
    }
    let grace_ms = spec::grace_ms(&work.pod);
    let running = work.runtime.containers.values().any(ContainerRuntime::is_running);
    let ms = stop::stop_all(work, grace_ms);
    // [kubelet 9-1] OBSERVATION: the Pod is Terminating and its containers are ending.
    let wait_ms = if running { ms + times::DEATH_SEEN_MS } else { times::SANDBOX_STOP_MS };
    work.runtime.stage =
        Stage::Stopping { next_at: work.now + wait_ms, part: StopPart::Containers };
}

/// Goes on when the next part is due.
pub(super) fn go_on(work: &mut Work<'_>) {
    let Stage::Stopping { next_at, part } = work.runtime.stage else { return };
    if next_at > work.now {
        return;
    }
    match part {
        StopPart::Containers => containers_dead(work),
        StopPart::LastStatus => last_status(work),
        StopPart::CleanUp => clean_up(work),
    }
}

fn containers_dead(work: &mut Work<'_>) {
    stop::settle(work);
    stop_sandbox(work);
    let ran = work.runtime.containers.values().any(|container| container.attempt > 0);
    if ran {
        // [kubelet 9-2] OBSERVATION: all is dead; the phase says how it ended.
        let last = status::generate_last(work);
        work.write_status(last);
        proceed(work, StopPart::CleanUp, times::CLEAN_UP_MS);
    } else {
        // [kubelet 9-3] OBSERVATION: nothing ever ran.
        let status = status::generate(work);
        work.write_status(status);
        proceed(work, StopPart::LastStatus, times::NEVER_RAN_MS);
    }
}

fn last_status(work: &mut Work<'_>) {
    stop::settle(work);
    stop_sandbox(work);
    let last = status::generate_last(work);
    work.write_status(last);
    if work.pod.metadata.is_deleting() {
        proceed(work, StopPart::CleanUp, times::RELIST_AT_ONCE_MS);
    } else {
        // [kubelet 9-4] OBSERVATION: the Pod has ended; the object stays, the volumes go.
        clean_up(work);
    }
}

fn clean_up(work: &mut Work<'_>) {
    volumes::unmount_all(work);
    work.runtime.stage = Stage::Over;
    release(work);
}

/// Lets the object go when it is marked and the kubelet has nothing left to do.
pub(super) fn release(work: &mut Work<'_>) {
    let meta = &work.pod.metadata;
    if meta.is_deleting() && meta.deletion_grace_period_seconds != Some(0) {
        // [kubelet 9-5] OBSERVATION: the object goes, unless a finalizer keeps it.
        work.delete_object();
    }
}

fn stop_sandbox(work: &mut Work<'_>) {
    if let Some(sandbox) = &mut work.runtime.sandbox {
        sandbox.ready = false;
    }
}

fn proceed(work: &mut Work<'_>, part: StopPart, ms: u64) {
    work.runtime.stage = Stage::Stopping { next_at: work.now + ms, part };
}
