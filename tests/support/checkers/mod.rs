//! Invariants of any run. They know the objects and nothing of the controllers.

mod binding;
mod events;
mod pods;
mod quotas;
mod rest;
mod sets;
mod storage;
mod versions;

use std::collections::BTreeSet;

use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::object::ObjectKey;
use volume_lab::api::time::SimTime;
use volume_lab::sim::change::Change;
use volume_lab::sim::cluster::Cluster;
use volume_lab::sim::engine::Simulation;
use volume_lab::sim::step::Step;

/// What a step is checked against: the cluster before it and after it.
struct Moment<'a> {
    step: &'a Step,
    before: &'a Cluster,
    after: &'a Cluster,
    /// Objects that a person changed by hand: anything may be wrong with them.
    tampered: &'a BTreeSet<ObjectKey>,
}

impl Moment<'_> {
    /// Whether a person acted.
    fn by_hand(&self) -> bool {
        is_person(self.step)
    }

    /// Whether that component acted.
    fn by(&self, component: &str) -> bool {
        &*self.step.actor.component == component
    }

    /// The objects that went with this step.
    fn removals(&self) -> impl Iterator<Item = &Change> {
        self.step.changes.iter().filter(|change| change.is_removal())
    }

    /// Whether a person changed the object by hand.
    fn is_tampered(&self, kind: Kind, namespace: &str, name: &str) -> bool {
        self.tampered.contains(&ObjectKey::new(kind, namespace, name))
    }
}

type Checker = fn(&Moment<'_>, &mut Vec<String>);

const CHECKERS: [Checker; 26] = [
    versions::versions_grow,
    versions::identities_stay,
    versions::finalizers_protect,
    events::counts_grow,
    binding::pairs_point_at_each_other,
    binding::volumes_serve_one_claim,
    binding::claims_have_one_volume,
    binding::volumes_are_what_was_asked_for,
    binding::the_smallest_volume_is_taken,
    binding::claim_references_do_not_wander,
    storage::phases_move_along_edges,
    storage::used_claims_and_bound_volumes_stay,
    storage::reclaim_policies_are_honoured,
    storage::exclusive_disks_have_one_node,
    storage::mounts_come_after_bonds,
    quotas::quotas_hold,
    pods::keep_their_node,
    pods::are_placed_where_they_fit,
    pods::are_placed_where_their_claims_are,
    pods::share_no_exclusive_claim,
    pods::run_before_they_are_ready,
    pods::count_their_restarts,
    sets::ordinals_start_in_order,
    sets::ordinals_go_in_order,
    sets::claims_outlive_their_set,
    sets::claims_have_owners_only_by_policy,
];

/// Everything that is wrong with a run.
pub(crate) fn check(sim: &Simulation) -> Vec<String> {
    let mut complaints = rest::complaints(sim);
    let mut tampered = BTreeSet::new();
    let mut last = SimTime(0);
    for (index, step) in sim.steps().iter().enumerate() {
        if step.time < last || step.index != index {
            complaints.push(format!("step {index}: time or index goes back"));
        }
        last = step.time;
        for change in step.changes.iter().filter(|change| is_person(step) && !is_plain(change)) {
            tampered.insert(change.key.clone());
        }
        let (before, after) = (&sim.state_at(index).cluster, &step.after.cluster);
        let moment = Moment { step, before, after, tampered: &tampered };
        let mut found = Vec::new();
        for checker in CHECKERS {
            checker(&moment, &mut found);
        }
        complaints.extend(found.into_iter().map(|what| format!("step {index}: {what}")));
    }
    if let Some(limit) = sim.stopped() {
        complaints.push(format!("the run reached a limit: {limit:?}"));
    }
    complaints
}

fn is_person(step: &Step) -> bool {
    matches!(&*step.actor.component, "kubectl" | "shell")
}

/// Whether a person's write only made or deleted the object.
fn is_plain(change: &Change) -> bool {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => before.meta().is_deleting() != after.meta().is_deleting(),
        (Some(before), None) => before.meta().finalizers.is_empty(),
        _ => true,
    }
}

fn phase(object: Option<&Object>) -> &str {
    match object {
        Some(Object::PersistentVolume(volume)) => &volume.status.phase,
        Some(Object::PersistentVolumeClaim(claim)) => &claim.status.phase,
        Some(Object::Pod(pod)) => &pod.status.phase,
        Some(Object::Namespace(namespace)) => &namespace.status.phase,
        _ => "",
    }
}
