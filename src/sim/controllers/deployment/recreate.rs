//! All old Pods go before the first new one comes.
//!
//! Models `pkg/controller/deployment/recreate.go`.

use crate::sim::controllers::pod_control;

use super::{Stop, Sync, size};

impl Sync<'_> {
    /// One step of a roll-out.
    pub(super) fn recreate(&mut self) -> Result<(), Stop> {
        let active: Vec<_> = self.old.iter().filter(|set| size(set) > 0).cloned().collect();
        if !active.is_empty() {
            // [deployment 5-1] OBSERVATION: old sets still have Pods.
            for set in active {
                self.scale_set(&set, 0);
            }
            return Ok(());
        }
        if self.has_old_pods() {
            // [deployment 5-2] OBSERVATION: an old Pod has not ended yet.
            return Ok(());
        }
        self.create_new_set()?;
        if let Some(new) = self.new.clone()
            && size(&new) != self.wanted()
        {
            // [deployment 5-3] OBSERVATION: nothing old is left and the new set is too small.
            self.scale_set(&new, self.wanted());
        }
        if self.is_complete(&self.deployment.status) {
            self.clean_up();
        }
        Ok(())
    }

    /// Whether an old set counts Pods or has one that has not ended, Terminating ones included.
    fn has_old_pods(&self) -> bool {
        self.old.iter().any(|set| {
            let mut pods = pod_control::owned(self.view.cluster, &set.metadata.uid);
            set.status.replicas.unwrap_or(0) > 0 || pods.any(|pod| !pod.is_terminal())
        })
    }
}
