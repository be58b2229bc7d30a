//! Invariants of any run. They know the objects and nothing of the controllers.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::node::Node;
use volume_lab::api::object::ObjectKey;
use volume_lab::api::persistent_volume::PersistentVolume;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::api::pod::Pod;
use volume_lab::api::storage_class::VolumeAttachment;
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
    /// Claims and volumes that a person changed by hand: anything may be wrong with them.
    tampered: &'a BTreeSet<ObjectKey>,
}

type Checker = fn(&Moment<'_>, &mut Vec<String>);

const CHECKERS: [Checker; 9] = [
    versions_grow,
    pairs_point_at_each_other,
    volumes_serve_one_claim,
    phases_move_along_edges,
    finalizers_protect,
    used_claims_and_bound_volumes_stay,
    pods_keep_their_node,
    pods_are_placed_where_they_fit,
    exclusive_disks_have_one_node,
];

/// Everything that is wrong with a run.
pub(crate) fn check(sim: &Simulation) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut tampered = BTreeSet::new();
    let mut last = SimTime(0);
    for (index, step) in sim.steps().iter().enumerate() {
        if step.time < last || step.index != index {
            complaints.push(format!("step {index}: time or index goes back"));
        }
        last = step.time;
        let by_hand = &*step.actor.component == "kubectl";
        for change in step.changes.iter().filter(|change| by_hand && !is_plain(change)) {
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

/// Whether a person's write only made or deleted the object.
fn is_plain(change: &Change) -> bool {
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => before.meta().is_deleting() != after.meta().is_deleting(),
        (Some(before), None) => before.meta().finalizers.is_empty(),
        _ => true,
    }
}

fn versions_grow(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let mut version = moment.before.resource_version;
    for change in &moment.step.changes {
        version += 1;
        if moment.before.object(&change.key) != change.before.as_ref() {
            complaints.push(format!("{}: the change does not start from what was", change.key));
        }
        if moment.after.object(&change.key) != change.after.as_ref() {
            complaints.push(format!("{}: the change does not end in what is", change.key));
        }
        if let Some(after) = &change.after
            && after.meta().resource_version != version.to_string()
        {
            complaints.push(format!("{}: the version did not grow by one", change.key));
        }
    }
    if moment.after.resource_version != version {
        complaints.push("the cluster's version does not count its writes".to_owned());
    }
}

fn claims(cluster: &Cluster) -> impl Iterator<Item = &Rc<PersistentVolumeClaim>> {
    cluster.list::<PersistentVolumeClaim>()
}

fn concerns_storage(moment: &Moment<'_>) -> bool {
    let is_storage =
        |kind: Kind| matches!(kind, Kind::PersistentVolume | Kind::PersistentVolumeClaim);
    moment.step.changes.iter().any(|change| is_storage(change.key.kind))
}

fn pairs_point_at_each_other(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !concerns_storage(moment) {
        return;
    }
    for claim in claims(moment.after).filter(|claim| claim.status.phase == "Bound") {
        let name = &claim.spec.volume_name;
        let volume_key = ObjectKey::new(Kind::PersistentVolume, "", name);
        let claim_key = Object::from(Rc::clone(claim)).key();
        if moment.tampered.contains(&volume_key) || moment.tampered.contains(&claim_key) {
            continue;
        }
        let own = moment.after.get::<PersistentVolume>("", name).is_some_and(|volume| {
            let claim_ref = volume.spec.claim_ref.as_ref();
            claim_ref.is_some_and(|claim_ref| claim_ref.uid == claim.metadata.uid)
                && volume.status.phase == "Bound"
        });
        if !own {
            complaints.push(format!("{claim_key} is Bound to {name}, which does not serve it"));
        }
        if claim.status.capacity.is_empty() || claim.status.access_modes.is_empty() {
            complaints.push(format!("{claim_key} is Bound without capacity or modes"));
        }
    }
}

fn volumes_serve_one_claim(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !concerns_storage(moment) {
        return;
    }
    let mut users: BTreeMap<&str, &str> = BTreeMap::new();
    for claim in claims(moment.after).filter(|claim| claim.status.phase == "Bound") {
        let (volume, claim) = (&claim.spec.volume_name, &claim.metadata.name);
        if let Some(other) = users.insert(volume, claim) {
            complaints.push(format!("{volume} serves {other} and {claim}"));
        }
    }
}

/// From each phase to which others; a new object has the phase before the first arrow.
const EDGES: [(Kind, &[(&str, &str)]); 3] = [
    (
        Kind::PersistentVolume,
        &[
            ("", "Pending"),
            ("Pending", "Available"),
            ("Pending", "Bound"),
            ("Pending", "Released"),
            ("Available", "Bound"),
            ("Available", "Released"),
            ("Bound", "Released"),
            ("Bound", "Available"),
            ("Released", "Available"),
            ("Released", "Bound"),
            ("Released", "Failed"),
            ("Failed", "Available"),
            ("Failed", "Bound"),
        ],
    ),
    (
        Kind::PersistentVolumeClaim,
        &[
            ("", "Pending"),
            ("Pending", "Bound"),
            ("Pending", "Lost"),
            ("Bound", "Lost"),
            ("Lost", "Bound"),
        ],
    ),
    (
        Kind::Pod,
        &[
            ("", "Pending"),
            ("Pending", "Running"),
            ("Pending", "Succeeded"),
            ("Pending", "Failed"),
            ("Running", "Succeeded"),
            ("Running", "Failed"),
        ],
    ),
];

fn phase(object: Option<&Object>) -> &str {
    match object {
        Some(Object::PersistentVolume(volume)) => &volume.status.phase,
        Some(Object::PersistentVolumeClaim(claim)) => &claim.status.phase,
        Some(Object::Pod(pod)) => &pod.status.phase,
        _ => "",
    }
}

fn phases_move_along_edges(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|change| !change.is_removal()) {
        let Some((_, edges)) = EDGES.iter().find(|(kind, _)| *kind == change.key.kind) else {
            continue;
        };
        let (from, to) = (phase(change.before.as_ref()), phase(change.after.as_ref()));
        if from != to && !edges.contains(&(from, to)) {
            complaints.push(format!("{}: from {from:?} to {to:?}", change.key));
        }
    }
}

fn finalizers_protect(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|change| change.is_removal()) {
        let meta = change.object().meta();
        if !meta.finalizers.is_empty() && !meta.is_deleting() {
            complaints.push(format!("{} vanished in spite of its finalizers", change.key));
        }
    }
}

fn used_claims_and_bound_volumes_stay(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in moment.step.changes.iter().filter(|change| change.is_removal()) {
        if moment.tampered.contains(&change.key) || &*moment.step.actor.component == "kubectl" {
            continue;
        }
        if phase(change.before.as_ref()) == "Bound" && change.key.kind == Kind::PersistentVolume {
            complaints.push(format!("{} vanished while Bound", change.key));
        }
        if change.key.kind == Kind::PersistentVolumeClaim {
            let uses = |pod: &&Rc<Pod>| {
                pod.metadata.namespace == *change.key.namespace
                    && !pod.spec.node_name.is_empty()
                    && pod.claims().any(|(volume, claim)| {
                        let released = volume.ephemeral.is_some() && pod.is_terminal();
                        claim == *change.key.name && !released
                    })
            };
            if moment.before.list::<Pod>().any(|pod| uses(&pod)) {
                complaints.push(format!("{} vanished while a Pod had it", change.key));
            }
        }
    }
}

fn pods_keep_their_node(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        if let (Some(before), Some(after)) = change.sides::<Pod>()
            && !before.spec.node_name.is_empty()
            && before.spec.node_name != after.spec.node_name
        {
            complaints.push(format!("{} changed its node", change.key));
        }
    }
}

fn pods_are_placed_where_they_fit(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        let (Some(before), Some(after)) = change.sides::<Pod>() else { continue };
        if !before.spec.node_name.is_empty() || after.spec.node_name.is_empty() {
            continue;
        }
        let key = &change.key;
        let Some(node) = moment.before.get::<Node>("", &after.spec.node_name) else {
            complaints.push(format!("{key} was placed on a node that is not there"));
            continue;
        };
        let labels = &node.metadata.labels;
        if !after.spec.node_selector.iter().all(|(k, v)| labels.get(k) == Some(v)) {
            complaints.push(format!("{key} was placed on a node that it did not select"));
        }
        for (_, name) in after.claims() {
            let claim = moment.before.get::<PersistentVolumeClaim>(&key.namespace, &name);
            let volume = claim.and_then(|claim| {
                moment.before.get::<PersistentVolume>("", &claim.spec.volume_name)
            });
            let affinity = volume.and_then(|volume| volume.spec.node_affinity.as_ref());
            let required = affinity.and_then(|affinity| affinity.required.as_ref());
            if claim.is_none_or(|claim| claim.spec.volume_name.is_empty()) {
                complaints.push(format!("{key} was placed before its claim {name} was bound"));
            }
            if required.is_some_and(|required| !required.matches(node)) {
                complaints.push(format!("{key} was placed where its volume cannot be reached"));
            }
            let others = moment.before.list::<Pod>().filter(|other| {
                other.metadata.namespace == *key.namespace
                    && other.metadata.name != *key.name
                    && !other.spec.node_name.is_empty()
                    && !other.is_terminal()
                    && other.claims().any(|(_, other)| other == name)
            });
            let exclusive = claim.is_some_and(|claim| {
                claim.spec.access_modes.iter().any(|mode| mode == "ReadWriteOncePod")
            });
            if exclusive && others.count() > 0 {
                complaints.push(format!("{key} shares the ReadWriteOncePod claim {name}"));
            }
        }
    }
}

fn exclusive_disks_have_one_node(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !moment.step.changes.iter().any(|change| change.key.kind == Kind::VolumeAttachment) {
        return;
    }
    let mut nodes: BTreeMap<&str, &str> = BTreeMap::new();
    for attachment in moment.after.list::<VolumeAttachment>() {
        let Some(name) = &attachment.spec.source.persistent_volume_name else { continue };
        let Some(volume) = moment.after.get::<PersistentVolume>("", name) else { continue };
        let exclusive =
            |mode: &String| matches!(mode.as_str(), "ReadWriteOnce" | "ReadWriteOncePod");
        if volume.spec.access_modes.iter().all(exclusive)
            && let Some(other) = nodes.insert(name, &attachment.spec.node_name)
        {
            let node = &attachment.spec.node_name;
            complaints.push(format!("{name} is attached to {other} and {node}"));
        }
    }
}
