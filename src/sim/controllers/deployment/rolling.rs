//! The new set grows as the old ones shrink.
//!
//! Models `pkg/controller/deployment/rolling.go`.

use std::rc::Rc;

use crate::api::workload::ReplicaSet;

use super::{Stop, Sync, size, sizes};

impl Sync<'_> {
    /// One step of a roll-out.
    pub(super) fn roll(&mut self) -> Result<(), Stop> {
        self.create_new_set()?;
        if self.scale_new_set() || self.scale_old_sets() {
            return Ok(());
        }
        if self.is_complete(&self.deployment.status) {
            // [deployment 4-1] OBSERVATION: the roll-out is complete.
            self.clean_up();
        }
        Ok(())
    }

    /// Whether the new set was scaled.
    fn scale_new_set(&mut self) -> bool {
        let Some(new) = self.new.clone() else { return false };
        let (present, wanted) = (size(&new), self.wanted());
        if present == wanted {
            return false;
        }
        let to = if present > wanted {
            // [deployment 4-2] OBSERVATION: the new set has more than all Pods.
            wanted
        } else {
            // [deployment 4-3] OBSERVATION: the new set has fewer than all Pods.
            self.size_of_new(present)
        };
        self.scale_set(&new, to);
        to != present
    }

    /// Whether an old set was scaled.
    fn scale_old_sets(&mut self) -> bool {
        let Some(new) = self.new.clone() else { return false };
        let active = self.old.iter().filter(|set| size(set) > 0);
        let mut old: Vec<Rc<ReplicaSet>> = active.cloned().collect();
        if old.is_empty() {
            return false;
        }
        let least = self.wanted() - self.max_unavailable();
        let missing = size(&new) - new.status.available_replicas;
        let allowed = sizes(self.sets()) - least - missing;
        if allowed <= 0 {
            // [deployment 4-4] OBSERVATION: Pods of the new set are not available yet.
            return false;
        }
        let ailing = self.drop_ailing(&mut old, allowed);
        let healthy = self.drop_healthy(&old, &new, least);
        ailing + healthy > 0
    }

    /// Pods of old sets that are not available go first; that costs nothing.
    fn drop_ailing(&mut self, old: &mut [Rc<ReplicaSet>], allowed: i32) -> i32 {
        let mut dropped = 0;
        for set in old {
            let ailing = size(set) - set.status.available_replicas;
            let count = ailing.min(allowed - dropped);
            if count > 0 {
                // [deployment 4-5] OBSERVATION: Pods of an old set are not available.
                *set = self.scale_set(set, size(set) - count);
                dropped += count;
            }
        }
        dropped
    }

    /// Then those that are available, as far as enough are left.
    fn drop_healthy(&mut self, old: &[Rc<ReplicaSet>], new: &ReplicaSet, least: i32) -> i32 {
        let available = |set: &ReplicaSet| set.status.available_replicas;
        let all: i32 = old.iter().map(|set| available(set)).sum::<i32>() + available(new);
        let allowed = all - least;
        let mut dropped = 0;
        for set in old {
            let count = size(set).min(allowed - dropped);
            if count > 0 {
                // [deployment 4-6] OBSERVATION: more Pods are available than there have to be.
                self.scale_set(set, size(set) - count);
                dropped += count;
            }
        }
        dropped
    }
}
