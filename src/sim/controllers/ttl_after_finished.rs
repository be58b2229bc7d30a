//! Deletes jobs some time after their end.
//!
//! Models `pkg/controller/ttlafterfinished/ttlafterfinished_controller.go` `processJob`.

use crate::api::kind::{Kind, Object};
use crate::api::time::{SimTime, seconds_ms};
use crate::api::workload::Job;
use crate::sim::action::{Action, Deletion, Propagation, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "ttl-after-finished-controller",
    reaction_ms: 30,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// A run does not wait for longer than this.
const PATIENCE_MS: u64 = 65_000;

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::Job && !change.is_removal() {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(job) = view.cluster.at::<Job>(view.key) else { return Vec::new() };
    let (Some(seconds), Some(end)) = (job.spec.ttl_seconds_after_finished, job.finished()) else {
        // [ttl_after_finished 1-1] OBSERVATION: the job is not over, or stays for ever.
        return Vec::new();
    };
    if job.metadata.is_deleting() {
        return Vec::new();
    }
    let finished = SimTime(end.last_transition_time.unwrap_or_default().0 / 1000 * 1000);
    let after_ms = (finished + seconds_ms(i64::from(seconds))).since(view.now);
    if after_ms > 0 {
        // [ttl_after_finished 1-2] OBSERVATION: its time is not up yet.
        let patient = after_ms <= PATIENCE_MS;
        let urgency = if patient { Urgency::Foreground } else { Urgency::Background };
        return vec![Action::Requeue { after_ms, urgency }];
    }
    // [ttl_after_finished 1-3] OBSERVATION: its time is up.
    let object: Object = Job::clone(job).into();
    let propagation = Propagation::Foreground;
    vec![Action::Delete(Deletion { propagation, ..Deletion::of(&object) })]
}
