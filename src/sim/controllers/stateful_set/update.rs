//! Replacing Pods of an older revision, one at a time.
//!
//! Models the end of `updateStatefulSet` in
//! `pkg/controller/statefulset/stateful_set_control.go`.

use super::Sync;
use super::scale::Slots;

impl<'a> Sync<'a> {
    /// Deletes the highest Pod of an older revision when all above it are available. Answers
    /// whether it did.
    pub(super) fn roll_one(&mut self, slots: &Slots<'a>) -> bool {
        let strategy = &self.set.spec.update_strategy;
        if strategy.kind == "OnDelete" {
            // [stateful_set 7-1] OBSERVATION: Pods are replaced when somebody deletes them.
            return false;
        }
        let partition = strategy.rolling_update.as_ref().and_then(|rolling| rolling.partition);
        let first = usize::try_from(partition.unwrap_or(0)).unwrap_or(0);
        for slot in slots.replicas.iter().skip(first).rev() {
            // A slot that is empty was filled in this sync and waits like any new Pod.
            let Some(member) = slot else { return false };
            if !member.is_updated && !member.is_deleting() {
                // [stateful_set 7-2] OBSERVATION: the Pod has an older revision.
                self.delete_pod(member.pod);
                return true;
            }
            if !member.is_healthy() {
                // [stateful_set 7-3] OBSERVATION: a Pod of the new revision is not available yet.
                return false;
            }
        }
        // [stateful_set 7-4] OBSERVATION: every Pod from the partition on has the new revision.
        false
    }
}
