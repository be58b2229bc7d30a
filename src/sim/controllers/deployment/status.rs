//! What a Deployment's status counts, and how its roll-out gets on.
//!
//! Models `pkg/controller/deployment/sync.go` `calculateStatus` and `progress.go`
//! `syncRolloutStatus`, `requeueStuckDeployment`.

use std::rc::Rc;

use crate::api::time::{SimTime, seconds_ms};
use crate::api::workload::{DeploymentCondition, DeploymentStatus, ReplicaSet};
use crate::sim::action::{Action, Urgency};

use super::{Sync, conditions, sizes};

const AVAILABLE: &str = "Available";
const PROGRESSING: &str = "Progressing";
const REPLICA_FAILURE: &str = "ReplicaFailure";
const DONE: &str = "NewReplicaSetAvailable";
const TIMED_OUT: &str = "ProgressDeadlineExceeded";

impl Sync<'_> {
    /// Counts the Pods as the sets stood before this sync.
    fn count(&self) -> DeploymentStatus {
        let sum = |count: &dyn Fn(&ReplicaSet) -> i32| -> i32 {
            self.sets().map(|set| count(set)).sum()
        };
        let replicas = |set: &ReplicaSet| set.status.replicas.unwrap_or(0);
        let available = sum(&|set| set.status.available_replicas);
        let old = &self.deployment.status;
        let mut status = DeploymentStatus {
            observed_generation: self.deployment.metadata.generation,
            replicas: sum(&replicas),
            updated_replicas: self.new.as_ref().map_or(0, |set| replicas(set)),
            ready_replicas: sum(&|set| set.status.ready_replicas),
            available_replicas: available,
            unavailable_replicas: (sizes(self.sets()) - available).max(0),
            terminating_replicas: self.terminating(),
            conditions: old.conditions.clone(),
            collision_count: old.collision_count,
            other: old.other.clone(),
        };
        let enough = available >= self.wanted() - self.max_unavailable();
        let (word, reason, message) = if enough {
            ("True", "MinimumReplicasAvailable", "Deployment has minimum availability.")
        } else {
            let message = "Deployment does not have minimum availability.";
            ("False", "MinimumReplicasUnavailable", message)
        };
        let message = message.to_owned();
        let condition = conditions::new(AVAILABLE, word, reason, message, self.view.now);
        conditions::set(&mut status, condition);
        status
    }

    /// `None` while a set that its controller saw does not say it.
    fn terminating(&self) -> Option<i32> {
        let seen = self.sets().filter(|set| {
            set.status.observed_generation != 0 || set.status.terminating_replicas.is_some()
        });
        seen.map(|set| set.status.terminating_replicas).sum()
    }

    /// Whether all Pods are of the present template and available, and nothing else is left.
    pub(super) fn is_complete(&self, status: &DeploymentStatus) -> bool {
        let counts = [status.updated_replicas, status.replicas, status.available_replicas];
        counts == [self.wanted(); 3]
            && status.observed_generation >= self.deployment.metadata.generation
    }

    /// Writes the status without judging how the roll-out gets on.
    pub(super) fn write_plain_status(&mut self) {
        let status = self.count();
        if !self.is_written && status != self.deployment.status {
            self.deployment.status = status;
            self.write();
        }
    }

    /// Writes the status with how the roll-out gets on.
    pub(super) fn write_rollout_status(&mut self) {
        if self.is_written {
            return;
        }
        let mut status = self.count();
        self.judge(&mut status);
        match self.failure() {
            Some(failure) => conditions::set(&mut status, failure),
            None => conditions::remove(&mut status, REPLICA_FAILURE),
        }
        if status == self.deployment.status {
            self.look_at_deadline(&status);
            return;
        }
        // [deployment 8-1] OBSERVATION: the status does not say how things are.
        self.deployment.status = status;
        self.write();
    }

    fn judge(&self, status: &mut DeploymentStatus) {
        let Some(deadline) = self.deadline_ms() else {
            conditions::remove(status, PROGRESSING);
            return;
        };
        let old = &self.deployment.status;
        let known = self.condition(PROGRESSING);
        let was_done = known.is_some_and(|known| known.reason == DONE);
        if was_done && status.replicas == status.updated_replicas {
            return;
        }
        let said = |word: &str, reason: &str, rest: &str| {
            let what = match &self.new {
                Some(set) => format!("ReplicaSet \"{}\"", set.metadata.name),
                None => format!("Deployment \"{}\"", self.deployment.metadata.name),
            };
            let message = format!("{what} {rest}");
            conditions::new(PROGRESSING, word, reason, message, self.view.now)
        };
        if self.is_complete(status) {
            // [deployment 8-2] OBSERVATION: the roll-out is complete.
            conditions::set(status, said("True", DONE, "has successfully progressed."));
        } else if has_moved(old, status) {
            // [deployment 8-3] OBSERVATION: Pods came, became ready or went.
            let mut condition = said("True", "ReplicaSetUpdated", "is progressing.");
            if let Some(known) = known.filter(|known| known.status == "True") {
                condition.last_transition_time = known.last_transition_time;
            }
            conditions::remove(status, PROGRESSING);
            status.conditions.push(condition);
        } else if known.is_some_and(|known| is_late(known, deadline, self.view.now)) {
            // [deployment 8-4] OBSERVATION: nothing moved for the whole deadline.
            conditions::set(status, said("False", TIMED_OUT, "has timed out progressing."));
        }
    }

    /// What keeps a set from making Pods: the new one's trouble before that of others.
    fn failure(&self) -> Option<DeploymentCondition> {
        let of = |set: &Rc<ReplicaSet>| {
            set.status.conditions.iter().find(|one| one.kind == REPLICA_FAILURE).cloned()
        };
        let found = self.new.iter().chain(&self.old).find_map(of)?;
        Some(DeploymentCondition {
            kind: found.kind,
            status: found.status,
            last_update_time: found.last_transition_time,
            last_transition_time: found.last_transition_time,
            reason: found.reason,
            message: found.message,
            ..DeploymentCondition::default()
        })
    }

    fn deadline_ms(&self) -> Option<u64> {
        let seconds = self.deployment.spec.progress_deadline_seconds?;
        self.has_deadline().then(|| seconds_ms(i64::from(seconds)))
    }

    /// Looks again when the deadline of a roll-out that does not move has passed.
    fn look_at_deadline(&mut self, status: &DeploymentStatus) {
        let (Some(deadline), Some(known)) = (self.deadline_ms(), self.condition(PROGRESSING))
        else {
            return;
        };
        // What was complete once is never late again.
        if self.is_complete(status) || matches!(known.reason.as_str(), TIMED_OUT | DONE) {
            return;
        }
        let left = (updated(known) + deadline).since(self.view.now);
        // One second more, as times are written in seconds.
        let after_ms = if left < 1000 { left + 1 } else { left + 1000 };
        self.actions.push(Action::Requeue { after_ms, urgency: Urgency::Background });
    }
}

/// When the condition was written last, in whole seconds as the API keeps it.
fn updated(condition: &DeploymentCondition) -> SimTime {
    SimTime(condition.last_update_time.unwrap_or_default().0 / 1000 * 1000)
}

/// Whether a roll-out got on (`DeploymentProgressing`).
fn has_moved(old: &DeploymentStatus, new: &DeploymentStatus) -> bool {
    let outdated = |status: &DeploymentStatus| status.replicas - status.updated_replicas;
    new.updated_replicas > old.updated_replicas
        || outdated(new) < outdated(old)
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// Whether a roll-out that does not get on is late (`DeploymentTimedOut`).
fn is_late(known: &DeploymentCondition, deadline: u64, now: SimTime) -> bool {
    match known.reason.as_str() {
        DONE => false,
        TIMED_OUT => true,
        _ => updated(known) + deadline < now,
    }
}
