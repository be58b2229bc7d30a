//! A Deployment's conditions.
//!
//! Models `pkg/controller/deployment/util/deployment_util.go` `SetDeploymentCondition` and
//! `sync.go` `checkPausedConditions`.

use crate::api::time::SimTime;
use crate::api::workload::{DeploymentCondition, DeploymentStatus};

use super::Sync;

/// A condition that is new now.
pub(super) fn new(
    kind: &str,
    status: &str,
    reason: &str,
    message: String,
    now: SimTime,
) -> DeploymentCondition {
    DeploymentCondition {
        kind: kind.to_owned(),
        status: status.to_owned(),
        last_update_time: Some(now),
        last_transition_time: Some(now),
        reason: reason.to_owned(),
        message,
        ..DeploymentCondition::default()
    }
}

/// The condition of that type.
pub(super) fn find<'a>(
    status: &'a DeploymentStatus,
    kind: &str,
) -> Option<&'a DeploymentCondition> {
    status.conditions.iter().find(|condition| condition.kind == kind)
}

/// Puts the condition last, unless one of its status and reason is there.
pub(super) fn set(status: &mut DeploymentStatus, mut condition: DeploymentCondition) {
    if let Some(known) = find(status, &condition.kind)
        && known.status == condition.status
    {
        if known.reason == condition.reason {
            return;
        }
        condition.last_transition_time = known.last_transition_time;
    }
    remove(status, &condition.kind.clone());
    status.conditions.push(condition);
}

/// Takes the condition of that type away.
pub(super) fn remove(status: &mut DeploymentStatus, kind: &str) {
    status.conditions.retain(|condition| condition.kind != kind);
}

impl Sync<'_> {
    /// Whether a roll-out has a deadline; the highest number means that it has none.
    pub(super) fn has_deadline(&self) -> bool {
        let seconds = self.deployment.spec.progress_deadline_seconds;
        seconds.is_some_and(|seconds| seconds != i32::MAX)
    }

    pub(super) fn condition(&self, kind: &str) -> Option<&DeploymentCondition> {
        find(&self.deployment.status, kind)
    }

    pub(super) fn set_condition(
        &mut self,
        kind: &str,
        status: &str,
        reason: &str,
        message: String,
    ) {
        let condition = new(kind, status, reason, message, self.view.now);
        set(&mut self.deployment.status, condition);
    }

    /// Says that the Deployment was paused or goes on, so that its deadline does not pass
    /// meanwhile.
    pub(super) fn note_pause(&mut self) {
        if !self.has_deadline() {
            return;
        }
        let reason = self.condition("Progressing").map_or("", |known| known.reason.as_str());
        let (paused, known) = (self.deployment.spec.paused, reason == "DeploymentPaused");
        if paused == known || reason == "ProgressDeadlineExceeded" {
            return;
        }
        // [deployment 7-1] OBSERVATION: the Deployment was paused, or goes on.
        let (reason, message) = if paused {
            ("DeploymentPaused", "Deployment is paused")
        } else {
            ("DeploymentResumed", "Deployment is resumed")
        };
        self.set_condition("Progressing", "Unknown", reason, message.to_owned());
        self.write();
    }
}
