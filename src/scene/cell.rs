//! The boxes of a lane: claim, volume, storage; and the Pod above them in a set.

use std::rc::Rc;

use crate::api::node::Node;
use crate::api::object::{ObjectKey, Resource};
use crate::api::order;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::sorted::SortedSet;
use crate::api::volume::{PersistentVolumeClaimVolumeSource, Volume};
use crate::api::workload::StatefulSet;

use super::frame::{Frame, Lines};
use super::id;
use super::lane::{Column, Lane};
use super::layout::{Block, Draft};
use super::measure::TextRole;
use super::pod;
use super::shape::{Detail, LinkRole, LinkState, Role, Status};
use super::storage;
use super::words;

/// Height of claims and volumes.
const HEIGHT: i32 = 76;
/// In narrower boxes the kind stands on the second line.
const NARROW: i32 = 170;
/// How far apart from the border they stand until they are bound.
const SNAP: i32 = 14;

/// A claim in its place over the border: bound ones touch it.
pub(super) fn claim(
    frame: &Frame<'_>,
    lane: &Lane<'_>,
    width: i32,
    detail: Detail,
    lines: &mut Lines,
) -> Block {
    let height = height(detail);
    let now = lane.claim.as_ref().and_then(|key| frame.cluster.at::<PersistentVolumeClaim>(key));
    let Some(claim) = now else { return Block::space(width, height) };
    let (status, state) = words::of_claim(claim);
    let draft = claim_draft(frame, claim, detail, width);
    if detail != Detail::Full {
        return Block::of(draft, width, height);
    }
    let own = draft.id.clone();
    let is_bound = lane
        .volume
        .is_some_and(|volume| claim.spec.volume_name == volume.metadata.name && state == "Bound");
    if is_bound {
        if let Some(volume) = lane.volume {
            lines.add(own, id::of_key(&volume.key()), LinkRole::Bound);
        }
    } else if status == Status::Pending && !claim.class().is_empty() {
        let class = ObjectKey::new(crate::api::kind::Kind::StorageClass, "", claim.class());
        lines.add_as(own, id::of_key(&class), LinkRole::Wants, LinkState::Waiting);
    }
    let pad = if is_bound { [SNAP, 0, 0, 0] } else { [0, 0, SNAP, 0] };
    Block { pad, h: height, w: width, ..Block::column(0, vec![Block::of(draft, width, HEIGHT)]) }
}

fn height(detail: Detail) -> i32 {
    match detail {
        Detail::Full => HEIGHT + SNAP,
        Detail::Chip => 26,
        Detail::Tile => 15,
    }
}

/// A claim without its place.
pub(super) fn claim_draft(
    frame: &Frame<'_>,
    claim: &PersistentVolumeClaim,
    detail: Detail,
    width: i32,
) -> Draft {
    let (status, state) = words::of_claim(claim);
    let name = &claim.metadata.name;
    let mut draft = Draft::new(id::of_key(&claim.key()), Role::Claim, name);
    draft.detail = detail;
    draft.key = Some(claim.key());
    draft.active = frame.is_active(&claim.key());
    match detail {
        Detail::Full => {
            let granted = claim.status.capacity.get("storage").copied();
            let size = granted.unwrap_or_else(|| claim.request()).to_string();
            let modes = words::modes(&claim.spec.access_modes);
            let (edge, kind) = head(width, 36);
            draft
                .line(TextRole::Name, name, (10, edge), 19)
                .at_end(TextRole::Kind, "PVC", kind)
                .fares(status, &state, 36)
                .line(TextRole::Line, joined(&[&size, &modes, claim.class()]), (10, 8), 51)
                .line(TextRole::Line, words::wait_of_claim(frame.cluster, claim), (10, 8), 66)
        }
        _ => small(draft, status, &state, name),
    }
}

/// How much of the first line the kind takes, and on which line it stands: in a narrow box the
/// name needs the whole line.
fn head(width: i32, kind: i32) -> (i32, i32) {
    if width < NARROW { (8, 35) } else { (kind, 18) }
}

fn small(mut draft: Draft, status: Status, state: &str, name: &str) -> Draft {
    let detail = draft.detail;
    (draft.status, draft.state) = (status, state.to_owned());
    match detail {
        Detail::Tile if status.glyph().is_empty() => draft,
        Detail::Tile => draft.centered(TextRole::Kind, status.glyph(), 12),
        _ => draft.line(TextRole::Glyph, status.glyph(), (8, 4), 17).line(
            TextRole::Line,
            name,
            (24, 6),
            17,
        ),
    }
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" \u{b7} ")
}

/// A volume in its place under the border.
pub(super) fn volume(frame: &Frame<'_>, lane: &Lane<'_>, width: i32, detail: Detail) -> Block {
    let height = height(detail);
    let Some(volume) = lane.volume else { return Block::space(width, height) };
    let draft = volume_draft(frame, volume, detail, width);
    if detail != Detail::Full {
        return Block::of(draft, width, height);
    }
    let is_bound = volume.status.phase == "Bound" && lane.claim.is_some();
    let pad = if is_bound { [0, 0, SNAP, 0] } else { [SNAP, 0, 0, 0] };
    Block { pad, h: height, w: width, ..Block::column(0, vec![Block::of(draft, width, HEIGHT)]) }
}

/// A volume without its place.
pub(super) fn volume_draft(
    frame: &Frame<'_>,
    volume: &PersistentVolume,
    detail: Detail,
    width: i32,
) -> Draft {
    let (status, state) = words::of_volume(volume);
    let name = &volume.metadata.name;
    let mut draft = Draft::new(id::of_key(&volume.key()), Role::PersistentVolume, name);
    draft.detail = detail;
    draft.key = Some(volume.key());
    draft.active = frame.is_active(&volume.key());
    match detail {
        Detail::Full => {
            let spec = &volume.spec;
            let size = volume.capacity().to_string();
            let modes = words::modes(&spec.access_modes);
            let policy = &spec.persistent_volume_reclaim_policy;
            let (edge, kind) = head(width, 30);
            draft
                .line(TextRole::Name, name, (10, edge), 19)
                .at_end(TextRole::Kind, "PV", kind)
                .fares(status, &state, 36)
                .line(TextRole::Line, joined(&[&size, &modes, policy]), (10, 8), 51)
                .line(TextRole::Line, &spec.storage_class_name, (10, 8), 66)
        }
        _ => small(draft, status, &state, name),
    }
}

/// The real storage of a lane.
pub(super) fn storage(
    frame: &Frame<'_>,
    lane: &Lane<'_>,
    width: i32,
    drawn: &mut SortedSet<Rc<str>>,
    lines: &mut Lines,
) -> Block {
    let Some(storage) = &lane.storage else { return Block::space(width, storage::HEIGHT) };
    let mut active = frame.is_all_active();
    if let Some(volume) = lane.volume {
        active |= frame.is_active(&volume.key());
        lines.add(id::of_key(&volume.key()), storage.end.clone(), LinkRole::Storage);
    } else {
        active |= frame.cluster.list::<Pod>().any(|pod| {
            frame.is_active(&pod.key())
                && pod.spec.volumes.iter().any(|volume| {
                    storage::Storage::of_pod_volume(volume).is_some_and(|own| own == *storage)
                })
        });
    }
    if !drawn.insert(Rc::clone(&storage.id.0)) {
        return Block::space(width, storage::HEIGHT);
    }
    let place = lane.volume.map_or(String::new(), |volume| place_of(frame, lane, volume));
    let host = frame.cluster.list::<Node>().find(|node| node.internal_ip() == storage.called_at());
    let place = host.map_or(place, |node| node.metadata.name.clone());
    storage.block(width, &place, active)
}

/// The node of a directory: the one to which the volume is tied, else those that mount it.
fn place_of(frame: &Frame<'_>, lane: &Lane<'_>, volume: &PersistentVolume) -> String {
    let affinity = volume.spec.node_affinity.as_ref().and_then(|a| a.required.as_ref());
    if let Some(affinity) = affinity {
        let terms = affinity.node_selector_terms.iter().flat_map(|term| &term.match_expressions);
        return terms.flat_map(|term| term.values.iter().cloned()).collect::<Vec<_>>().join(" ");
    }
    let Some(claim) = &lane.claim else { return String::new() };
    let pods = frame.cluster.pods_using_claim(&claim.namespace, &claim.name);
    let nodes = pods.map(|pod| pod.spec.node_name.as_str());
    let nodes = order::set(nodes.filter(|node| !node.is_empty()));
    nodes.into_iter().collect::<Vec<_>>().join(" ")
}

/// The Pod of a column, its outline, or the room for it.
pub(super) fn pod(
    frame: &Frame<'_>,
    set: &(ObjectKey, &StatefulSet),
    column: &Column<'_>,
    width: i32,
    detail: Detail,
    lines: &mut Lines,
) -> Block {
    let (key, planned) = set;
    let now = pod_of(frame, key, column);
    match (now, detail) {
        (Some(pod), Detail::Full) => {
            return Block { w: width, ..pod::full(frame, pod, width, lines) };
        }
        (Some(pod), _) => return pod::chip(frame, pod, width),
        (None, _) => {}
    }
    let room = match detail {
        Detail::Full => {
            let pod = imagined(key, planned, column);
            Block { w: width, ..pod::full(frame, &pod, width, &mut Lines::default()) }
        }
        _ => Block::space(width, 40),
    };
    if is_wanted(frame, key, column.index) {
        pod::outline(key, &column.pod, room)
    } else {
        room.hidden()
    }
}

/// The Pod of a column; one of its name that nobody controls stands in its node.
pub(super) fn pod_of<'a>(
    frame: &Frame<'a>,
    set: &ObjectKey,
    column: &Column<'_>,
) -> Option<&'a Rc<Pod>> {
    let pod = frame.cluster.get::<Pod>(&set.namespace, &column.pod);
    pod.filter(|pod| frame.is_in_column(pod))
}

/// Whether the set wants a Pod in that place.
pub(super) fn is_wanted(frame: &Frame<'_>, set: &ObjectKey, index: usize) -> bool {
    frame.cluster.at::<StatefulSet>(set).is_some_and(|set| {
        let wanted = usize::try_from(set.spec.replicas.unwrap_or(1)).unwrap_or(0);
        index < wanted && !set.metadata.is_deleting()
    })
}

/// The Pod as the set will make it.
fn imagined(set: &ObjectKey, planned: &StatefulSet, column: &Column<'_>) -> Pod {
    let mut pod = Pod::default();
    pod.metadata.name.clone_from(&column.pod);
    set.namespace.as_ref().clone_into(&mut pod.metadata.namespace);
    pod.spec = Rc::clone(&planned.spec.template.spec);
    let spec = Rc::make_mut(&mut pod.spec);
    for template in &planned.spec.volume_claim_templates {
        let name = &template.metadata.name;
        if !spec.volumes.iter().any(|volume| volume.name == *name) {
            let claim = PersistentVolumeClaimVolumeSource {
                claim_name: name.clone(),
                ..PersistentVolumeClaimVolumeSource::default()
            };
            spec.volumes.push(Volume {
                name: name.clone(),
                persistent_volume_claim: Some(claim),
                ..Volume::default()
            });
        }
    }
    pod
}
