//! What a set's status counts.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` `updateDaemonSetStatus`.

use crate::api::workload::{DaemonSet, DaemonSetStatus};
use crate::sim::action::Action;

use super::Sync;
use super::nodes::Fit;

impl Sync<'_> {
    /// Counts the nodes by their oldest Pod as they stood before this sync, and writes that.
    pub(super) fn write_status(&mut self) {
        let (mut desired, mut current, mut misplaced) = (0, 0, 0);
        let (mut ready, mut updated, mut available) = (0, 0, 0);
        for (node, fit) in self.fits() {
            let pods = self.pods.get(node.metadata.name.as_str());
            let oldest = pods.and_then(|pods| pods.first());
            if fit != Fit::Run {
                misplaced += i32::from(oldest.is_some());
                continue;
            }
            desired += 1;
            let Some(pod) = oldest else { continue };
            current += 1;
            ready += i32::from(pod.is_ready());
            available += i32::from(self.is_available(pod));
            updated += i32::from(self.is_updated(pod));
        }
        if self.set.spec.min_ready_seconds > 0 && ready != available {
            // [daemon_set 5-1] OBSERVATION: a Pod is Ready, but not for minReadySeconds.
            self.look_when_available();
        }
        let status = DaemonSetStatus {
            current_number_scheduled: Some(current),
            number_misscheduled: Some(misplaced),
            desired_number_scheduled: Some(desired),
            number_ready: Some(ready),
            observed_generation: self.set.metadata.generation,
            updated_number_scheduled: updated,
            number_available: available,
            number_unavailable: desired - available,
            other: self.set.status.other.clone(),
        };
        if status != self.set.status {
            // [daemon_set 5-2] OBSERVATION: the status does not say how things are.
            let set = DaemonSet { status, ..self.set.clone() };
            self.control.actions.push(Action::Update(set.into()));
        }
    }
}
