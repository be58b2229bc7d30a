//! How claims and volumes find each other.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use volume_lab::api::kind::{Kind, Object};
use volume_lab::api::object::ObjectKey;
use volume_lab::api::persistent_volume::PersistentVolume;
use volume_lab::api::persistent_volume_claim::PersistentVolumeClaim;
use volume_lab::sim::cluster::Cluster;

use super::Moment;

const BINDERS: [&str; 2] = ["persistentvolume-controller", "default-scheduler"];

fn claims(cluster: &Cluster) -> impl Iterator<Item = &Rc<PersistentVolumeClaim>> {
    cluster.list::<PersistentVolumeClaim>()
}

fn concerns_storage(moment: &Moment<'_>) -> bool {
    let is_storage =
        |kind: Kind| matches!(kind, Kind::PersistentVolume | Kind::PersistentVolumeClaim);
    moment.step.changes.iter().any(|change| is_storage(change.key.kind))
}

pub(super) fn pairs_point_at_each_other(moment: &Moment<'_>, complaints: &mut Vec<String>) {
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

pub(super) fn volumes_serve_one_claim(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !concerns_storage(moment) {
        return;
    }
    let mut users: BTreeMap<&str, &str> = BTreeMap::new();
    for claim in claims(moment.after).filter(|claim| claim.status.phase == "Bound") {
        let (volume, claim) = (&claim.spec.volume_name, &claim.metadata.name);
        if moment.is_tampered(Kind::PersistentVolume, "", volume) {
            continue;
        }
        if let Some(other) = users.insert(volume, claim) {
            complaints.push(format!("{volume} serves {other} and {claim}"));
        }
    }
}

pub(super) fn claims_have_one_volume(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    if !concerns_storage(moment) {
        return;
    }
    let mut volumes: BTreeMap<&str, &str> = BTreeMap::new();
    for volume in moment.after.list::<PersistentVolume>() {
        let name = &volume.metadata.name;
        let Some(claim) = &volume.spec.claim_ref else { continue };
        let by_hand = moment.is_tampered(Kind::PersistentVolume, "", name);
        if volume.status.phase != "Bound" || claim.uid.is_empty() || by_hand {
            continue;
        }
        if let Some(other) = volumes.insert(&claim.uid, name) {
            complaints.push(format!("{other} and {name} are Bound to the claim {}", claim.name));
        }
    }
}

/// The volume's access modes, each once.
fn modes(volume: &PersistentVolume) -> BTreeSet<&str> {
    volume.spec.access_modes.iter().map(String::as_str).collect()
}

/// Why the volume is none for the claim, its size apart.
fn misfit(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> Option<&'static str> {
    let modes = modes(volume);
    let selector = claim.spec.selector.as_ref();
    if !claim.spec.access_modes.iter().all(|mode| modes.contains(mode.as_str())) {
        Some("has not all its access modes")
    } else if volume.class() != claim.class() {
        Some("is of another class")
    } else if volume.volume_mode() != claim.volume_mode() {
        Some("has another volume mode")
    } else if selector.is_some_and(|selector| !selector.matches(&volume.metadata.labels)) {
        Some("is not selected by it")
    } else {
        None
    }
}

/// The volume that a binder reserves in this step, as it was, and the claim.
fn reserved<'a>(
    moment: &'a Moment<'_>,
) -> Option<(&'a PersistentVolume, &'a Rc<PersistentVolumeClaim>)> {
    let change = BINDERS.iter().any(|binder| moment.by(binder)).then(|| {
        moment.step.changes.iter().find_map(|change| match change.sides::<PersistentVolume>() {
            (Some(before), Some(after)) => Some((before, after)),
            _ => None,
        })
    });
    let (before, after) = change.flatten()?;
    let (None, Some(claim)) = (&before.spec.claim_ref, &after.spec.claim_ref) else { return None };
    let claim = moment.before.get::<PersistentVolumeClaim>(&claim.namespace, &claim.name)?;
    Some((before, claim))
}

pub(super) fn volumes_are_what_was_asked_for(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let Some((volume, claim)) = reserved(moment) else { return };
    let (volume_name, claim_name) = (&volume.metadata.name, &claim.metadata.name);
    let by_hand = moment.is_tampered(Kind::PersistentVolume, "", volume_name);
    if volume.capacity() < claim.request() && !by_hand {
        complaints.push(format!("{volume_name} is too small for {claim_name}"));
    }
    // A volume that the claim itself names need not be selected by it.
    if claim.spec.volume_name.is_empty()
        && let Some(why) = misfit(volume, claim)
    {
        complaints.push(format!("{volume_name} is taken for {claim_name} and {why}"));
    }
    if volume.status.phase != "Available" || volume.metadata.is_deleting() {
        let phase = &volume.status.phase;
        complaints.push(format!("{volume_name} is taken for {claim_name} while {phase}"));
    }
}

/// Of all volumes that would do, one with the fewest access modes, and of those with the same
/// modes the smallest. The scheduler looks at one node only, so volumes that are not everywhere
/// do not count.
pub(super) fn the_smallest_volume_is_taken(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    let Some((taken, claim)) = reserved(moment) else { return };
    if !claim.spec.volume_name.is_empty() {
        return;
    }
    for other in moment.before.list::<PersistentVolume>() {
        let free = other.spec.claim_ref.is_none()
            && other.status.phase == "Available"
            && !other.metadata.is_deleting()
            && other.spec.node_affinity.is_none()
            && other.capacity() >= claim.request()
            && misfit(other, claim).is_none();
        let (mine, theirs) = (modes(taken), modes(other));
        let better =
            theirs.len() < mine.len() || theirs == mine && other.capacity() < taken.capacity();
        if free && better {
            let [claim, taken, other] =
                [&claim.metadata, &taken.metadata, &other.metadata].map(|meta| &meta.name);
            complaints.push(format!("{claim} gets {taken} though {other} is smaller"));
        }
    }
}

/// A volume that has served a claim serves no other until somebody clears it.
pub(super) fn claim_references_do_not_wander(moment: &Moment<'_>, complaints: &mut Vec<String>) {
    for change in &moment.step.changes {
        let (Some(before), Some(after)) = change.sides::<PersistentVolume>() else { continue };
        let (Some(old), Some(new)) = (&before.spec.claim_ref, &after.spec.claim_ref) else {
            continue;
        };
        let wanders = !old.uid.is_empty() && !new.uid.is_empty() && old.uid != new.uid;
        let renamed = (&old.namespace, &old.name) != (&new.namespace, &new.name);
        if (wanders || renamed) && !moment.tampered.contains(&change.key) {
            complaints.push(format!("{} went from one claim to another", change.key));
        }
    }
}
