//! What a set's status counts.
//!
//! Models `pkg/controller/statefulset/stateful_set_control.go` `updateStatus`,
//! `completeRollingUpdate`, `inconsistentStatus` and `stateful_set_utils.go`
//! `isRunningAndReady`, `isRunningAndAvailable`.

use std::rc::Rc;

use crate::api::pod::Pod;
use crate::api::workload::{StatefulSet, StatefulSetStatus};
use crate::sim::action::Action;

use super::Sync;
use super::identity::revision_of;

/// The counts of a status.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    replicas: i32,
    ready: i32,
    available: i32,
    pub(super) current: i32,
    updated: i32,
}

/// Whether the Pod runs and is Ready.
pub(super) fn is_running_and_ready(pod: &Pod) -> bool {
    pod.status.phase == "Running" && pod.is_ready()
}

/// In how many milliseconds a Ready Pod counts as available; 0 when it does.
pub(super) fn available_in(sync: &Sync<'_>, pod: &Pod) -> Option<u64> {
    if !is_running_and_ready(pod) {
        return None;
    }
    let seconds = u64::try_from(sync.set.spec.min_ready_seconds).unwrap_or(0);
    if seconds == 0 {
        return Some(0);
    }
    let since = pod.condition("Ready")?.last_transition_time?;
    Some((seconds * 1000).saturating_sub(sync.view.now.since(since)))
}

/// Whether the Pod counts as available and is not going.
pub(super) fn is_healthy_and_available(sync: &Sync<'_>, pod: &Pod) -> bool {
    !pod.metadata.is_deleting() && available_in(sync, pod) == Some(0)
}

impl Sync<'_> {
    /// Counts the Pods as they stood before this sync.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        let one_revision = self.revisions.current == self.revisions.update;
        for pod in &self.pods {
            tally.replicas += 1;
            if let Some(wait) = available_in(self, pod) {
                tally.ready += 1;
                tally.available += i32::from(wait == 0);
            }
            if !pod.metadata.is_deleting() {
                let revision = revision_of(pod);
                let current = revision == self.revisions.current;
                tally.current += i32::from(current);
                let updated =
                    if one_revision { current } else { revision == self.revisions.update };
                tally.updated += i32::from(updated);
            }
        }
        tally
    }

    /// Writes the status when it differs.
    pub(super) fn write_status(&mut self, tally: Tally) {
        let old = &self.set.status;
        let mut status = StatefulSetStatus {
            observed_generation: self.set.metadata.generation,
            replicas: Some(tally.replicas),
            ready_replicas: tally.ready,
            current_replicas: tally.current,
            updated_replicas: tally.updated,
            current_revision: self.revisions.current.clone(),
            update_revision: self.revisions.update.clone(),
            collision_count: Some(0),
            available_replicas: Some(tally.available),
            other: old.other.clone(),
        };
        let wanted = self.set.spec.replicas.unwrap_or(1);
        let rolling = self.set.spec.update_strategy.kind == "RollingUpdate";
        if rolling && [tally.updated, tally.ready, tally.replicas] == [wanted; 3] {
            status.current_replicas = status.updated_replicas;
            status.current_revision = status.update_revision.clone();
        }
        if status == *old {
            // [stateful_set 4-1] OBSERVATION: the status says already how things are.
            return;
        }
        // [stateful_set 4-2] OBSERVATION: the counts or the revisions changed.
        let set = StatefulSet { status, ..self.set.clone() };
        self.actions.push(Action::Update(Rc::new(set).into()));
    }
}
