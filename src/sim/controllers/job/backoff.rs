//! How long a job waits after failures of its Pods.
//!
//! Models `pkg/controller/job/backoff_utils.go`.

use std::rc::Rc;

use crate::api::pod::Pod;
use crate::api::time::{SimTime, seconds_ms};

/// The first pause and the longest one.
const PAUSE_MS: (u64, u64) = (10_000, 600_000);

/// Failures since the last success, and when the last one was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Backoff {
    failures: u32,
    last: SimTime,
}

impl Backoff {
    /// The same with what ended since.
    pub(super) fn with(self, succeeded: &[&Rc<Pod>], failed: &[&Rc<Pod>]) -> Self {
        let success = succeeded.iter().map(|pod| finished_at(pod)).max();
        let start = if success.is_some() { Self::default() } else { self };
        let times = failed.iter().map(|pod| finished_at(pod));
        let later = times.filter(|time| success.is_none_or(|success| *time > success));
        later.fold(start, |backoff, time| {
            let first = backoff.failures == 0;
            let last = if first { time } else { backoff.last.max(time) };
            Self { failures: backoff.failures + 1, last }
        })
    }

    /// How long no Pod is made, in milliseconds.
    pub(super) fn remaining(self, now: SimTime) -> u64 {
        let (first, longest) = PAUSE_MS;
        match self.failures {
            0 => 0,
            failures => {
                let pause = (first << (failures - 1).min(10)).min(longest);
                (self.last + pause).since(now)
            }
        }
    }
}

/// When the Pod ended, in whole seconds as the API keeps it: by its containers, else by when it
/// was no longer Ready, else by when it was deleted.
fn finished_at(pod: &Pod) -> SimTime {
    let ended = |status: &crate::api::container::ContainerStatus| {
        status.state.terminated.as_ref().and_then(|ended| ended.finished_at)
    };
    let times: Option<Vec<SimTime>> = pod.status.container_statuses.iter().map(ended).collect();
    let of_containers = times.and_then(|times| times.into_iter().max());
    let not_ready = pod.condition("Ready").filter(|ready| ready.status == "False");
    let not_ready = not_ready.and_then(|ready| ready.last_transition_time);
    let grace = seconds_ms(pod.metadata.deletion_grace_period_seconds.unwrap_or(0));
    let deleted = pod.metadata.deletion_timestamp;
    let deleted = deleted.map(|time| SimTime(time.0.saturating_sub(grace)));
    let found = of_containers.or(not_ready).or(deleted).or(pod.metadata.creation_timestamp);
    SimTime(found.unwrap_or_default().0 / 1000 * 1000)
}

/// How often containers of the Pod were started again.
pub(super) fn restarts(pod: &Pod) -> i32 {
    let status = &pod.status;
    let all = status.init_container_statuses.iter().chain(&status.container_statuses);
    all.map(|status| status.restart_count).sum()
}
