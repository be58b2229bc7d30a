//! The number of replicas changed, perhaps in the middle of a roll-out.
//!
//! Models `pkg/controller/deployment/sync.go` `isScalingEvent`, `scale` and
//! `util/deployment_util.go` `GetReplicaSetProportion`.

use std::rc::Rc;

use crate::api::order;
use crate::api::workload::ReplicaSet;

use super::replica_sets::{by_age, desired_note, most_note};
use super::{Sync, size, sizes};

impl Sync<'_> {
    /// Whether an active set was scaled for another number of replicas.
    pub(super) fn is_scaling_event(&self) -> bool {
        let active = self.sets().filter(|set| size(set) > 0);
        active.filter_map(|set| desired_note(set)).any(|desired| desired != self.wanted())
    }

    /// Spreads the number of replicas over the sets.
    pub(super) fn scale(&mut self) {
        let wanted = self.wanted();
        let active: Vec<Rc<ReplicaSet>> =
            self.sets().filter(|set| size(set) > 0).cloned().collect();
        if active.len() <= 1 {
            // [deployment 6-1] OBSERVATION: at most one set has Pods, and gets all of them.
            let latest = self.new.as_ref().or(self.old.last());
            let Some(set) = active.first().or(latest).cloned() else { return };
            if size(&set) != wanted {
                self.scale_set(&set, wanted);
            }
        } else if self.new.as_ref().is_some_and(|new| self.is_saturated(new)) {
            // [deployment 6-2] OBSERVATION: the new set has all Pods and the old ones are over.
            for set in self.old.clone().iter().filter(|set| size(set) > 0) {
                self.scale_set(set, 0);
            }
        } else if self.is_rolling() {
            self.scale_in_proportion(active);
        }
    }

    /// Whether the new set has all Pods, they are available and it was scaled for them.
    fn is_saturated(&self, new: &ReplicaSet) -> bool {
        let wanted = self.wanted();
        size(new) == wanted
            && desired_note(new) == Some(wanted)
            && new.status.available_replicas == wanted
    }

    fn scale_in_proportion(&mut self, mut active: Vec<Rc<ReplicaSet>>) {
        // [deployment 6-3] OBSERVATION: a roll-out is under way; each set gets its share.
        let wanted = self.wanted();
        let most = if wanted > 0 { wanted + self.max_surge() } else { 0 };
        let to_add = most - sizes(&active);
        order::sort_by(&mut active, |a, b| {
            let older = by_age(a).cmp(&by_age(b));
            size(b).cmp(&size(a)).then(if to_add > 0 { older.reverse() } else { older })
        });
        let mut added = 0;
        let mut shares: Vec<i32> = Vec::new();
        for set in &active {
            let share = if to_add == added { 0 } else { self.share(set) };
            let left = to_add - added;
            let share = if to_add > 0 { share.min(left) } else { share.max(left) };
            let share = if to_add == 0 { 0 } else { share };
            shares.push(share);
            added += share;
        }
        if let Some(first) = shares.first_mut() {
            *first += to_add - added;
        }
        for (set, share) in active.iter().zip(shares) {
            self.scale_set(set, (size(set) + share).max(0));
        }
    }

    /// By how many Pods the set grows or shrinks as the Deployment did.
    fn share(&self, set: &ReplicaSet) -> i32 {
        let (wanted, own) = (self.wanted(), size(set));
        if wanted == 0 {
            return -own;
        }
        let noted = most_note(set).filter(|most| *most > 0);
        let before = i64::from(noted.unwrap_or(self.deployment.status.replicas));
        if before == 0 {
            return 0;
        }
        let scaled = i64::from(own) * i64::from(wanted + self.max_surge());
        // Half a Pod counts as one.
        let rounded = (2 * scaled + before) / (2 * before);
        i32::try_from(rounded).unwrap_or(i32::MAX) - own
    }
}
