//! The kubelet's spans of time.
//!
//! Taken from the recordings where upstream's depend on the machine; a span that upstream draws
//! by chance is fixed within its bounds. Upstream's own constants: `pkg/kubelet/kubelet.go`
//! (`MaxImageBackOff`, `MaxCrashLoopBackOff`, the worker's resync), `pkg/kubelet/volumemanager`
//! (`podAttachAndMountTimeout`, `reconcilerLoopSleepPeriod`), `goroutinemap/exponentialbackoff`.

use std::fmt::Write;

use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::random::hash32;

/// From a write to the kubelet's first action.
pub(super) const REACTION_MS: u64 = 60;
/// From the first status to the first attempt to mount (populator and reconciler, 100 ms each).
pub(super) const MOUNT_MS: u64 = 200;
/// How often the Pod's worker asks whether all volumes are mounted.
pub(super) const VOLUME_POLL_MS: u64 = 300;
/// How long it asks before the round fails (`podAttachAndMountTimeout`).
pub(super) const VOLUMES_WAIT_MS: u64 = 123_000;
/// From the growth of a disk to the next sync of a running Pod that uses it (0 to 90 s).
pub(super) const EXPANSION_SEEN_MS: u64 = 30_000;
/// Making a sandbox with its network.
pub(super) const SANDBOX_MS: u64 = 100;
/// Creating and starting a container.
pub(super) const CREATE_MS: u64 = 100;
/// From the end of a successful round to the look at what came of it.
pub(super) const RELIST_AT_ONCE_MS: u64 = 50;
/// How often the runtime is asked which containers run.
pub(super) const RELIST_MS: u64 = 1_000;
/// When within a second it is asked.
const RELIST_PHASE_MS: u64 = 300;
/// From an error to the next round (10 to 15 s).
pub(super) const ERROR_RETRY_MS: u64 = 12_000;
/// The longest that a remaining back-off is waited for at a time.
const BACKOFF_WAIT_MAX_MS: u64 = 60_000;
/// The first delay between two crashes or two pulls.
pub(super) const BACKOFF_FIRST_MS: u64 = 10_000;
/// The longest such delay.
pub(super) const BACKOFF_MAX_MS: u64 = 300_000;
/// After so long without a raise a crash back-off is forgotten.
pub(super) const BACKOFF_FORGET_MS: u64 = 600_000;
/// The first delay between two attempts to mount.
const MOUNT_RETRY_MS: u64 = 500;
/// The longest such delay.
const MOUNT_RETRY_MAX_MS: u64 = 122_000;
/// The time that always remains for the stop signal.
pub(super) const STOP_MIN_MS: u64 = 2_000;
/// From the death of the last container to the last status.
pub(super) const DEATH_SEEN_MS: u64 = 50;
/// Stopping the sandbox of a Pod that never ran.
pub(super) const SANDBOX_STOP_MS: u64 = 100;
/// From there to the last status of such a Pod.
pub(super) const NEVER_RAN_MS: u64 = 750;
/// From the end of the containers to the last status of a Pod that ended by itself.
pub(super) const ENDED_MS: u64 = 1_100;
/// From the start of a kubelet to its first look at the Pods of its node.
pub(super) const RETURN_MS: u64 = 1_400;
/// From the last status to the removal of the object.
pub(super) const CLEAN_UP_MS: u64 = 600;
/// Ends that lie further ahead than this do not keep a run from being at rest.
pub(super) const PATIENCE_MS: u64 = 65_000;

/// How long it takes until a Pod is looked at again though nothing happened to it (0 to 90 s).
pub(super) fn until_resync(pod: &Pod) -> u64 {
    20_000 + u64::from(hash32(&pod.metadata.uid)) % 50_000
}

/// The next time at which the runtime is asked, from that time on.
pub(super) fn relist_after(time: SimTime) -> SimTime {
    let shifted = (time.0 + RELIST_MS - RELIST_PHASE_MS).div_ceil(RELIST_MS) * RELIST_MS;
    SimTime(shifted + RELIST_PHASE_MS - RELIST_MS)
}

/// The next of the instants `from`, `from + step`, … that is not before `time`.
pub(super) fn next_tick(from: SimTime, step_ms: u64, time: SimTime) -> SimTime {
    from + time.since(from).div_ceil(step_ms.max(1)) * step_ms
}

/// How long the worker waits when a back-off has so much left (1 to 1.5 times of it).
pub(super) fn backoff_wait(remaining_ms: u64) -> u64 {
    remaining_ms.min(BACKOFF_WAIT_MAX_MS)
}

/// The delay after so many failed attempts to mount.
pub(super) fn mount_retry(failures: u32) -> u64 {
    let doubled = MOUNT_RETRY_MS << failures.saturating_sub(1).min(10);
    doubled.min(MOUNT_RETRY_MAX_MS)
}

/// A span as Go prints a duration: `101ms`, `1.204s`, `1m20s`, `5m0s`.
pub(super) fn go_duration(ms: u64) -> String {
    if ms == 0 {
        return "0s".to_owned();
    }
    if ms < 1_000 {
        return format!("{ms}ms");
    }
    let (hours, minutes, rest) = (ms / 3_600_000, ms / 60_000 % 60, ms % 60_000);
    let mut text = String::new();
    if hours > 0 {
        let _ = write!(text, "{hours}h");
    }
    if hours > 0 || minutes > 0 {
        let _ = write!(text, "{minutes}m");
    }
    let _ = match rest % 1_000 {
        0 => write!(text, "{}s", rest / 1_000),
        part => {
            let digits = format!("{part:03}");
            write!(text, "{}.{}s", rest / 1_000, digits.trim_end_matches('0'))
        }
    };
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_written_as_go_writes_them() {
        let written = [101, 1_204, 10_000, 80_000, 300_000, 3_660_000].map(go_duration);
        assert_eq!(written, ["101ms", "1.204s", "10s", "1m20s", "5m0s", "1h1m0s"]);
    }

    #[test]
    fn the_runtime_is_asked_once_a_second() {
        let times = [0, 300, 301, 1_299].map(|ms| relist_after(SimTime(ms)).0);
        assert_eq!(times, [300, 300, 1_300, 1_300]);
        assert_eq!(next_tick(SimTime(50), 300, SimTime(51)).0, 350);
        assert_eq!([1, 2, 3, 9, 40].map(mount_retry), [500, 1_000, 2_000, 122_000, 122_000]);
    }
}
