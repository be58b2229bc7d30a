//! What a set's status counts.
//!
//! Models `pkg/controller/statefulset/stateful_set_control.go` `updateStatus`,
//! `completeRollingUpdate`, `inconsistentStatus` and `stateful_set_utils.go`
//! `isRunningAndReady`, `isRunningAndAvailable`.

use std::rc::Rc;

use crate::api::pod::Pod;
use crate::api::workload::{StatefulSet, StatefulSetStatus};
use crate::sim::action::Action;
use crate::sim::controllers::View;
use crate::sim::pod_facts::PodFacts;

use super::Sync;
use super::identity::ordinal_of;

/// The counts of a status.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    replicas: i32,
    ready: i32,
    available: i32,
    pub(super) current: i32,
    updated: i32,
}

/// A Pod of the set with what a sync asks about it again and again.
#[derive(Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) pod: &'a Rc<Pod>,
    pub(super) facts: PodFacts,
    pub(super) ordinal: Option<i32>,
    /// In how many milliseconds it counts as available; `None` when it is not Ready.
    pub(super) wait: Option<u64>,
    pub(super) is_current: bool,
    pub(super) is_updated: bool,
}

impl<'a> Member<'a> {
    /// Looks at a Pod once; `current` and `update` are the digests of the set's revisions.
    pub(super) fn of(
        view: View<'_>,
        set: &StatefulSet,
        (current, update): (u64, u64),
        (pod, facts): (&'a Rc<Pod>, PodFacts),
    ) -> Self {
        let is_updated = facts.revision == update;
        Self {
            pod,
            facts,
            ordinal: ordinal_of(&set.metadata.name, pod, &facts),
            wait: available_in(view, set, &facts),
            is_current: facts.revision == current,
            is_updated,
        }
    }

    /// Whether it is being deleted.
    pub(super) fn is_deleting(&self) -> bool {
        self.facts.is_deleting
    }

    /// Whether it counts as available and is not going.
    pub(super) fn is_healthy(&self) -> bool {
        !self.is_deleting() && self.wait == Some(0)
    }
}

/// In how many milliseconds a Ready Pod counts as available; 0 when it does.
fn available_in(view: View<'_>, set: &StatefulSet, facts: &PodFacts) -> Option<u64> {
    let ready_since = facts.ready_since?;
    let seconds = u64::try_from(set.spec.min_ready_seconds).unwrap_or(0);
    if seconds == 0 {
        return Some(0);
    }
    Some((seconds * 1000).saturating_sub(view.now.since(ready_since?)))
}

impl Sync<'_> {
    /// Counts the Pods as they stood before this sync.
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for member in &self.pods {
            tally.replicas += 1;
            if let Some(wait) = member.wait {
                tally.ready += 1;
                tally.available += i32::from(wait == 0);
            }
            if !member.is_deleting() {
                tally.current += i32::from(member.is_current);
                tally.updated += i32::from(member.is_updated);
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
