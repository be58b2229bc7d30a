//! Lanes: a claim above, the volume that serves it below, the real storage under that.
//!
//! A set is a group of columns with a Pod above one lane for each claim template.

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::order;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::sorted::SortedSet;
use crate::api::workload::StatefulSet;

use super::frame::Frame;
use super::options::View;
use super::pod;
use super::storage::Storage;

/// Columns of a set that are laid out at most.
pub(super) const COLUMNS_MAX: usize = 400;

/// A group of columns: those of a set, or those of no set.
#[derive(Debug)]
pub(super) struct Group<'a> {
    pub(super) set: Option<(ObjectKey, &'a StatefulSet)>,
    pub(super) columns: Vec<Column<'a>>,
    /// Columns that were left out.
    pub(super) left_out: usize,
}

/// One Pod of a set with its claims, or one lane alone.
#[derive(Debug)]
pub(super) struct Column<'a> {
    /// The Pod's name, empty outside sets.
    pub(super) pod: String,
    /// Its place counted from the first.
    pub(super) index: usize,
    pub(super) lanes: Vec<Lane<'a>>,
}

/// Claim, volume and storage that belong together, each of them now or at another time.
#[derive(Debug, Default)]
pub(super) struct Lane<'a> {
    pub(super) claim: Option<ObjectKey>,
    pub(super) volume: Option<&'a PersistentVolume>,
    pub(super) storage: Option<Storage>,
    /// Whether the place of a volume is reserved.
    pub(super) has_volume: bool,
    /// Whether the place of a storage is reserved.
    pub(super) has_storage: bool,
}

/// Everything of the lower part, in groups.
pub(super) fn groups<'a>(frame: &Frame<'a>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    if frame.options.view == View::Auto {
        let sets = frame.plan.list::<StatefulSet>().filter(|(key, ..)| frame.is_shown(key));
        groups.extend(sets.map(|(key, set, _)| set_group(frame, key, set)));
    }
    let columns = groups.iter().flat_map(|group| &group.columns);
    let in_sets = columns.flat_map(|column| &column.lanes).filter_map(|lane| lane.claim.clone());
    let in_sets: SortedSet<ObjectKey> = order::set(in_sets);
    let claims = frame.plan.of_kind(Kind::PersistentVolumeClaim);
    let own = claims.filter(|(key, _)| frame.is_shown(key) && !in_sets.contains(*key));
    let mut lanes: Vec<Lane<'a>> =
        own.map(|(key, _)| Lane { claim: Some(key.clone()), ..Lane::default() }).collect();

    let mut at_home: SortedSet<&str> = SortedSet::new();
    let mut known: SortedSet<ObjectKey> = SortedSet::new();
    let columns = groups.iter_mut().flat_map(|group| &mut group.columns);
    for lane in columns.flat_map(|column| &mut column.lanes).chain(&mut lanes) {
        at_home.extend(furnish(frame, lane));
        known.extend(lane.claim.clone());
    }
    for (_, volume, seen) in frame.plan.list::<PersistentVolume>() {
        let home = volume.spec.claim_ref.as_ref().map(|claim| {
            ObjectKey::new(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name)
        });
        if seen.alone || home.is_none_or(|home| !known.contains(&home)) {
            lanes.push(lonely(frame, volume, &at_home));
        }
    }
    lanes.extend(outside(frame));
    let alone = |lane| Column { pod: String::new(), index: 0, lanes: vec![lane] };
    let columns: Vec<Column<'a>> = lanes.into_iter().map(alone).collect();
    if !columns.is_empty() {
        groups.push(Group { set: None, columns, left_out: 0 });
    }
    groups
}

/// Puts into the lane of a claim what serves it; returns the name of the volume.
fn furnish<'a>(frame: &Frame<'a>, lane: &mut Lane<'a>) -> Option<&'a str> {
    let claim = lane.claim.as_ref()?;
    let ever = frame.plan.volumes_of(claim);
    let ever = ever.filter_map(|key| PersistentVolume::of(&frame.plan.seen(key)?.object));
    let ever: Vec<_> = ever.collect();
    lane.has_volume = !ever.is_empty();
    lane.has_storage = ever.iter().any(|volume| Storage::of_volume(volume).is_some());
    lane.volume = serving(frame, claim);
    lane.storage = lane.volume.and_then(Storage::of_volume);
    lane.volume.map(|volume| volume.metadata.name.as_str())
}

/// The lane of a volume that stands alone, at least for a time.
fn lonely<'a>(frame: &Frame<'a>, volume: &PersistentVolume, at_home: &SortedSet<&str>) -> Lane<'a> {
    let name = volume.metadata.name.as_str();
    let now = frame.cluster.get::<PersistentVolume>("", name);
    let now = now.filter(|_| !at_home.contains(name)).map(|now| &**now);
    Lane {
        claim: None,
        volume: now,
        storage: now.and_then(Storage::of_volume),
        has_volume: true,
        has_storage: Storage::of_volume(volume).is_some(),
    }
}

/// The volume that stands under a claim now: its own, else the latest that names it.
fn serving<'a>(frame: &Frame<'a>, claim: &ObjectKey) -> Option<&'a PersistentVolume> {
    let now = frame.cluster.at::<PersistentVolumeClaim>(claim);
    let own = now.map_or("", |claim| claim.spec.volume_name.as_str());
    let named = frame.plan.volumes_of(claim).filter_map(|key| {
        let volume = frame.cluster.at::<PersistentVolume>(key)?;
        volume.is_reserved_for(&claim.namespace, &claim.name).then_some(&**volume)
    });
    let mut named: Vec<&'a PersistentVolume> = named.collect();
    match named.iter().position(|volume| volume.metadata.name == own) {
        Some(index) => Some(named.swap_remove(index)),
        None => named.pop(),
    }
}

fn set_group<'a>(frame: &Frame<'a>, key: &ObjectKey, set: &'a StatefulSet) -> Group<'a> {
    let first = set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
    let first = usize::try_from(first).unwrap_or(0);
    let count = frame.plan.replicas(key);
    let name = &key.name;
    let column = |index: usize| {
        let ordinal = first + index;
        let lane = |template: &PersistentVolumeClaim| {
            let claim = format!("{}-{name}-{ordinal}", template.metadata.name);
            let claim = ObjectKey::new(Kind::PersistentVolumeClaim, &key.namespace, &claim);
            Lane { claim: Some(claim), ..Lane::default() }
        };
        Column {
            pod: format!("{name}-{ordinal}"),
            index,
            lanes: set.spec.volume_claim_templates.iter().map(lane).collect(),
        }
    };
    Group {
        set: Some((key.clone(), set)),
        columns: (0..count.min(COLUMNS_MAX)).map(column).collect(),
        left_out: count.saturating_sub(COLUMNS_MAX),
    }
}

/// Storage that Pods name themselves and no volume stands for.
fn outside<'a>(frame: &Frame<'a>) -> Vec<Lane<'a>> {
    let volumes = frame.plan.list::<PersistentVolume>();
    let known = volumes.filter_map(|(_, volume, _)| Some(Storage::of_volume(volume)?.id));
    let mut known = order::set(known);
    let mut lanes: Vec<Lane<'a>> = Vec::new();
    for (key, planned, _) in frame.plan.list::<Pod>() {
        if !frame.is_shown(key) {
            continue;
        }
        let now = frame.cluster.get::<Pod>(&key.namespace, &key.name).is_some();
        for volume in pod::shown_volumes(frame, planned) {
            let Some(storage) = Storage::of_pod_volume(volume) else { continue };
            let id = storage.id.clone();
            if known.insert(id.clone()) {
                let storage = now.then_some(storage);
                lanes.push(Lane { storage, has_storage: true, ..Lane::default() });
            }
        }
    }
    lanes
}
