//! Lanes: a claim above, the volume that serves it below, the real storage under that.
//!
//! A set is a group of columns with a Pod above one lane for each claim template.

use std::collections::{BTreeMap, BTreeSet};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
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
    let mut claims: BTreeSet<ObjectKey> = BTreeSet::new();
    let mut groups = Vec::new();
    if frame.options.view == View::Auto {
        for (key, set, _) in frame.plan.list::<StatefulSet>() {
            if frame.is_shown(key) {
                let group = set_group(frame, key, set);
                let lanes = group.columns.iter().flat_map(|column| &column.lanes);
                claims.extend(lanes.filter_map(|lane| lane.claim.clone()));
                groups.push(group);
            }
        }
    }
    let mut lanes: Vec<Lane<'a>> = Vec::new();
    for (key, _) in frame.plan.of_kind(Kind::PersistentVolumeClaim) {
        if frame.is_shown(key) && !claims.contains(key) {
            lanes.push(Lane { claim: Some(key.clone()), ..Lane::default() });
        }
    }
    let mut homes: BTreeMap<ObjectKey, Vec<&'a PersistentVolume>> = BTreeMap::new();
    let mut free = Vec::new();
    for (_, volume, seen) in frame.plan.list::<PersistentVolume>() {
        let home = volume.spec.claim_ref.as_ref().map(|claim| {
            ObjectKey::new(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name)
        });
        if seen.alone || home.is_none() {
            free.push(volume);
        }
        if let Some(home) = home {
            homes.entry(home).or_default().push(volume);
        }
    }
    let known: BTreeSet<ObjectKey> =
        claims.into_iter().chain(lanes.iter().filter_map(|lane| lane.claim.clone())).collect();
    let mut at_home: BTreeSet<&str> = BTreeSet::new();
    let all = groups.iter_mut().flat_map(|group| &mut group.columns);
    for lane in all.flat_map(|column| &mut column.lanes).chain(&mut lanes) {
        let Some(claim) = &lane.claim else { continue };
        let those = homes.get(claim).map_or(&[][..], Vec::as_slice);
        lane.has_volume = !those.is_empty();
        lane.has_storage = those.iter().any(|volume| Storage::of_volume(volume).is_some());
        lane.volume = serving(frame, claim);
        at_home.extend(lane.volume.map(|volume| volume.metadata.name.as_str()));
        lane.storage = lane.volume.and_then(Storage::of_volume);
    }
    let strangers = homes.iter().filter(|(home, _)| !known.contains(*home));
    free.extend(strangers.flat_map(|(_, volumes)| volumes.iter().copied()));
    for volume in free {
        if lanes.iter().any(|lane: &Lane<'_>| {
            lane.claim.is_none()
                && lane.volume.is_some_and(|v| v.metadata.name == volume.metadata.name)
        }) {
            continue;
        }
        let now = frame.cluster.get::<PersistentVolume>("", &volume.metadata.name);
        let now = now.filter(|now| !at_home.contains(now.metadata.name.as_str())).map(|v| &**v);
        lanes.push(Lane {
            claim: None,
            volume: now,
            storage: now.and_then(Storage::of_volume),
            has_volume: true,
            has_storage: Storage::of_volume(volume).is_some(),
        });
    }
    lanes.extend(outside(frame));
    let columns =
        lanes.into_iter().map(|lane| Column { pod: String::new(), index: 0, lanes: vec![lane] });
    let columns: Vec<Column<'a>> = columns.collect();
    if !columns.is_empty() {
        groups.push(Group { set: None, columns, left_out: 0 });
    }
    groups
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
    let mut known: BTreeSet<_> =
        volumes.filter_map(|(_, volume, _)| Some(Storage::of_volume(volume)?.id)).collect();
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
