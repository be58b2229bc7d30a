//! Pods: containers with their sockets above, volumes below.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::volume::Volume;

use super::frame::{Frame, Lines};
use super::id;
use super::layout::{Block, Draft};
use super::measure::{TextRole, text_width};
use super::options::System;
use super::shape::{Detail, LinkRole, LinkState, Role, ShapeId, Status};
use super::storage::Storage;
use super::words;

/// The least width of a Pod that is shown in full.
pub(super) const POD_WIDTH: i32 = 196;
const PAD: i32 = 10;
const HEAD: i32 = 60;
const SOCKET: i32 = 20;
const VOLUME: i32 = 42;
/// How far apart lines beside sockets run.
pub(super) const CHANNEL: i32 = 5;

/// A Pod within `room` units of width, in full.
pub(super) fn full(frame: &Frame<'_>, pod: &Pod, room: i32, lines: &mut Lines) -> Block {
    let own = id::of_key(&pod.key());
    let active = frame.is_active(&pod.key());
    let volumes: Vec<&Volume> = shown_volumes(frame, pod);
    let containers: Vec<&Container> =
        pod.spec.init_containers.iter().chain(&pod.spec.containers).collect();
    let inner = room - 2 * PAD;
    let wants: Vec<i32> = containers.iter().map(|c| container_width(c, &volumes)).collect();
    let widths = share(&wants, inner, 8);
    let boxes = containers
        .iter()
        .zip(&widths)
        .map(|(container, width)| container_block(frame, pod, container, *width, &volumes, lines))
        .collect();
    for (volume, claim) in pod.claims() {
        let claim = ObjectKey::new(Kind::PersistentVolumeClaim, &pod.metadata.namespace, &claim);
        let state = use_of(frame, &claim);
        lines.add_as(volume_id(&own, &volume.name), id::of_key(&claim), LinkRole::Uses, state);
    }
    for volume in &volumes {
        if let Some(storage) = Storage::of_pod_volume(volume) {
            let state = mount_of(frame, pod, &volume.name);
            let from = volume_id(&own, &volume.name);
            lines.add_as(from, storage.end, LinkRole::Network, state);
        }
    }
    let wants: Vec<i32> = volumes.iter().map(|volume| volume_width(volume)).collect();
    let widths = share(&wants, inner, 8);
    let cylinders = volumes.iter().zip(&widths).map(|(volume, width)| {
        let (kind, names) = words::source_of(volume);
        let names = if kind == "persistentVolumeClaim" { String::new() } else { names };
        let draft = Draft::new(volume_id(&own, &volume.name), Role::Volume, &volume.name)
            .line(TextRole::Line, &volume.name, (8, 8), 21)
            .line(TextRole::Kind, second_line(kind, &names, *width), (8, 8), 35);
        Block::of(active_as(draft, active), *width, VOLUME).growing()
    });
    let cylinders = Block::row(8, cylinders.collect());
    let mut parts = vec![Block::row(8, boxes)];
    if !volumes.is_empty() {
        parts.push(cylinders);
    }
    let draft = head(frame, pod, &own);
    let taken: i32 = widths_sum(&wants_of(&parts), 8);
    let block = Block::column(26, parts).drawn(draft, [HEAD, PAD, PAD, PAD]);
    block.wide(POD_WIDTH.min(room).max((taken + 2 * PAD).min(room)))
}

/// How the mount of a volume of the Pod stands on its node.
pub(super) fn mount_of(frame: &Frame<'_>, pod: &Pod, volume: &str) -> LinkState {
    let runtime = frame.cluster.runtime(&pod.key());
    let runtime = runtime.filter(|runtime| *runtime.uid == *pod.metadata.uid);
    match runtime.and_then(|runtime| runtime.volumes.get(volume)) {
        Some(volume) if volume.mounted_at.is_some() => LinkState::Made,
        Some(volume) if !volume.error.is_empty() => LinkState::Broken,
        _ => LinkState::Waiting,
    }
}

/// How the use of a claim stands.
fn use_of(frame: &Frame<'_>, claim: &ObjectKey) -> LinkState {
    let claim = frame.cluster.at::<PersistentVolumeClaim>(claim);
    match claim.map_or("", |claim| claim.status.phase.as_str()) {
        "Bound" => LinkState::Made,
        "Lost" => LinkState::Broken,
        _ => LinkState::Waiting,
    }
}

fn wants_of(parts: &[Block]) -> Vec<i32> {
    let widest = |part: &Block| {
        let widths: Vec<i32> = part.children.iter().map(|child| child.w).collect();
        widths_sum(&widths, 8)
    };
    vec![parts.iter().map(widest).max().unwrap_or(0)]
}

fn widths_sum(widths: &[i32], gap: i32) -> i32 {
    let gaps = i32::try_from(widths.len()).unwrap_or(1).saturating_sub(1) * gap;
    widths.iter().sum::<i32>() + gaps
}

/// Everybody gets what he wants, or an equal part of what there is.
fn share(wants: &[i32], room: i32, gap: i32) -> Vec<i32> {
    let count = i32::try_from(wants.len()).unwrap_or(1).max(1);
    let each = ((room - gap * (count - 1)) / count).max(24);
    if widths_sum(wants, gap) <= room {
        return wants.to_vec();
    }
    wants.iter().map(|want| (*want).min(each)).collect()
}

fn second_line(kind: &str, names: &str, width: i32) -> String {
    let is_long = text_width(kind, TextRole::Kind) > width - 16;
    if kind == "persistentVolumeClaim" && is_long {
        return "PVC".to_owned();
    }
    if names.is_empty() { kind.to_owned() } else { format!("{kind} {names}") }
}

fn head(frame: &Frame<'_>, pod: &Pod, own: &ShapeId) -> Draft {
    let (status, state) = words::of_pod(pod);
    let node = if frame.is_in_column(pod) { pod.spec.node_name.as_str() } else { "" };
    let place = [pod.status.pod_ip.as_str(), node];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    let mut draft = Draft::new(own.clone(), Role::Pod, &pod.metadata.name)
        .line(TextRole::Name, &pod.metadata.name, (PAD, 38), 20)
        .at_end(TextRole::Kind, "Pod", 19)
        .fares(status, &state, 36)
        .line(TextRole::Line, place.join(" \u{b7} "), (PAD, PAD), 51);
    draft.key = Some(pod.key());
    active_as(draft, frame.is_active(&pod.key()))
}

fn active_as(mut draft: Draft, active: bool) -> Draft {
    draft.active = active;
    draft
}

fn container_width(container: &Container, volumes: &[&Volume]) -> i32 {
    let sockets = container.volume_mounts.iter().filter(|mount| is_shown(&mount.name, volumes));
    let count = i32::try_from(sockets.clone().count()).unwrap_or(1);
    let beside = 40 + CHANNEL * (count - 1).clamp(0, 6);
    let widest = sockets
        .map(|mount| text_width(&mount.mount_path, TextRole::Path) + beside)
        .chain([
            text_width(&container.name, TextRole::Line) + 32,
            text_width(&container.image, TextRole::Kind) + 20,
        ])
        .max();
    widest.unwrap_or(0).clamp(92, 224)
}

fn volume_width(volume: &Volume) -> i32 {
    let (kind, names) = words::source_of(volume);
    let names = if kind == "persistentVolumeClaim" { String::new() } else { names };
    let second = text_width(&second_line(kind, &names, i32::MAX), TextRole::Kind);
    (text_width(&volume.name, TextRole::Line).max(second) + 22).clamp(84, 216)
}

fn is_shown(name: &str, volumes: &[&Volume]) -> bool {
    volumes.iter().any(|volume| volume.name == name)
}

/// The volumes of a Pod; the token that every Pod gets is left out.
pub(super) fn shown_volumes<'a>(frame: &Frame<'_>, pod: &'a Pod) -> Vec<&'a Volume> {
    let all = frame.options.system == System::Shown;
    let is_own = |volume: &&Volume| all || !volume.name.starts_with("kube-api-access-");
    pod.spec.volumes.iter().filter(is_own).collect()
}

/// The shape of a volume of a Pod.
pub(super) fn volume_id(pod: &ShapeId, volume: &str) -> ShapeId {
    id::part(pod, "volume", volume)
}

fn container_block(
    frame: &Frame<'_>,
    pod: &Pod,
    container: &Container,
    width: i32,
    volumes: &[&Volume],
    lines: &mut Lines,
) -> Block {
    let own = &id::of_key(&pod.key());
    let active = frame.is_active(&pod.key());
    let runtime = frame.cluster.runtime(&pod.key());
    let runtime = runtime.filter(|runtime| *runtime.uid == *pod.metadata.uid);
    let process = runtime.and_then(|runtime| runtime.containers.get(&container.name));
    let (status, state) = words::of_container(pod, &container.name, process);
    let this = id::part(own, "container", &container.name);
    let mut sockets = Vec::new();
    for mount in &container.volume_mounts {
        if !is_shown(&mount.name, volumes) {
            continue;
        }
        let read_only = mount.read_only;
        let role = if read_only { Role::SocketReadOnly } else { Role::Socket };
        let socket = id::part(&this, "mount", &mount.mount_path);
        let left = if read_only { 20 } else { 8 };
        let draft = Draft::new(socket.clone(), role, &mount.mount_path).line(
            TextRole::Path,
            &mount.mount_path,
            (left, 6),
            14,
        );
        sockets.push(Block::of(active_as(draft, active), 0, SOCKET));
        let state = mount_of(frame, pod, &mount.name);
        lines.add_as(socket, volume_id(own, &mount.name), LinkRole::Mount, state);
    }
    let mut draft = Draft::new(this, Role::Container, &container.name)
        .line(TextRole::Line, &container.name, (8, 22), 17)
        .line(TextRole::Kind, &container.image, (8, 8), 31);
    if !status.glyph().is_empty() {
        draft = draft.at_end(TextRole::Glyph, status.glyph(), 17);
    }
    (draft.status, draft.state) = (status, state);
    // Lines of upper sockets run down beside the lower ones.
    let beside = 6 + CHANNEL * (i32::try_from(sockets.len()).unwrap_or(1) - 1).clamp(0, 6);
    let mut block = Block::column(4, sockets).drawn(active_as(draft, active), [38, beside, 6, 6]);
    block.min_h = 44;
    block.wide(width).growing()
}

/// A Pod as its name and how it fares.
pub(super) fn chip(frame: &Frame<'_>, pod: &Pod, width: i32) -> Block {
    let (status, state) = words::of_pod(pod);
    let name = &pod.metadata.name;
    let mut draft = Draft::new(id::of_key(&pod.key()), Role::Pod, name)
        .line(TextRole::Line, name, (10, 8), 16)
        .fares(status, &state, 32);
    draft.detail = Detail::Chip;
    draft.key = Some(pod.key());
    Block::of(active_as(draft, frame.is_active(&pod.key())), width, 40)
}

/// A Pod of a set on its node: the Pod itself stands in its column.
pub(super) fn mark(frame: &Frame<'_>, pod: &Pod, node: &str) -> Block {
    let name = &pod.metadata.name;
    let own = id::part(&id::named("node", node), "pod", &id::of_key(&pod.key()).0);
    let (status, state) = words::of_pod(pod);
    let mut draft = Draft::new(own, Role::PodMark, name)
        .line(TextRole::Glyph, status.glyph(), (8, 6), 18)
        .line(TextRole::Line, name, (24, 6), 18);
    (draft.status, draft.state, draft.detail) = (status, state, Detail::Chip);
    draft.key = Some(pod.key());
    let width = (text_width(name, TextRole::Line) + 36).clamp(64, 160);
    Block::of(active_as(draft, frame.is_active(&pod.key())), width, 26)
}

/// A Pod as a small square.
pub(super) fn tile(frame: &Frame<'_>, pod: &Pod) -> Draft {
    let (status, state) = words::of_pod(pod);
    let mut draft = Draft::new(id::of_key(&pod.key()), Role::Pod, &pod.metadata.name);
    if !status.glyph().is_empty() {
        draft = draft.centered(TextRole::Kind, status.glyph(), 12);
    }
    (draft.status, draft.state, draft.detail) = (status, state, Detail::Tile);
    draft.key = Some(pod.key());
    active_as(draft, frame.is_active(&pod.key()))
}

/// A Pod that is not there yet, of the size of one that is.
pub(super) fn outline(set: &ObjectKey, name: &str, like: Block) -> Block {
    let own = ShapeId(Rc::from(format!("outline/{}/{name}", set.namespace)));
    let mut draft = Draft::new(own, Role::Outline, name);
    draft.status = Status::Absent;
    let draft = draft.line(TextRole::Name, name, (PAD, PAD), 20);
    let pad = like.pad;
    like.hidden().drawn(draft, pad)
}
