//! The machines, their Pods and their file systems.

use crate::api::kind::Kind;
use crate::api::node::{Node, Taint};
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::pod::Pod;
use crate::api::sorted::{SortedMap, SortedSet};
use crate::machine::paths;
use crate::sim::machines::files;

use super::frame::{Frame, Lines};
use super::id;
use super::layout::{Align, Area, Block, Draft};
use super::measure::{TextRole, text_width};
use super::options::Density;
use super::pod;
use super::shape::{Detail, LinkRole, Role, ShapeId, Status, Words};

/// Room for lines between the edge of a node and what it holds.
const PAD: i32 = 22;
const FOOT: i32 = 12;
const GAP: i32 = 20;
const TILE: i32 = 20;
const TILES_MAX: usize = 200;
const PATHS_MAX: usize = 6;

/// The nodes side by side within `room` units.
pub(super) fn band(frame: &Frame<'_>, room: i32, lines: &mut Lines) -> Block {
    let nodes: Vec<&Node> = shown(frame);
    let count = i32::try_from(nodes.len()).unwrap_or(1).max(1);
    let least = if frame.is_narrow() { 300 } else { 240 };
    let per_row = ((room + GAP) / (least + GAP)).clamp(1, count);
    let width = (room - GAP * (per_row - 1)) / per_row;
    let boxes = nodes.iter().map(|node| node_block(frame, node, width, lines)).collect();
    let mut band = Block::wrap(GAP, boxes).wide(room);
    band.align = Align::Stretch;
    band
}

/// Nodes that work, and control planes on which something runs.
fn shown<'a>(frame: &Frame<'a>) -> Vec<&'a Node> {
    let busy: SortedSet<&str> = frame.plan.hosts();
    let all = frame.plan.list::<Node>();
    let nodes =
        all.filter(|(_, node, _)| !is_apart(node) || busy.contains(node.metadata.name.as_str()));
    nodes
        .filter_map(|(key, _, _)| frame.cluster.get::<Node>("", &key.name))
        .map(|node| &**node)
        .collect()
}

/// Whether a machine keeps ordinary Pods away because it runs the control plane.
pub(super) fn is_apart(node: &Node) -> bool {
    node.spec.taints.iter().any(|taint| taint.key == "node-role.kubernetes.io/control-plane")
}

fn node_block(frame: &Frame<'_>, node: &Node, width: i32, lines: &mut Lines) -> Block {
    let name = node.metadata.name.as_str();
    let own = id::of_key(&node.key());
    let inner = width - 2 * PAD;
    let body = pods(frame, name, inner, lines);
    let strip = file_system(frame, name, &own, inner, lines);
    let (status, state) = fares(frame, node);
    let mut draft = Draft::new(own, Role::Node, name)
        .line(TextRole::Name, name, (PAD, 120), 21)
        .at_end(TextRole::Kind, "Node", 20)
        .line(TextRole::Line, node.internal_ip(), (PAD, 100), 36)
        .at_end(TextRole::Line, format!("{} {state}", status.glyph()), 36);
    let taints = taints(node);
    let mut top = 46;
    if !taints.is_empty() {
        draft = draft.line(TextRole::Line, &taints, (PAD, PAD), 52);
        top += 16;
    }
    (draft.status, draft.state) = (status, state);
    draft.active = frame.is_active(&node.key());
    draft.key = Some(node.key());
    let body = Block { min_h: 30, ..body }.growing();
    Block::column(14, vec![body, strip]).drawn(draft, [top, PAD, FOOT, PAD]).wide(width)
}

/// The node's state as `kubectl get nodes` prints it, and whether nobody is there to report it.
pub(super) fn fares(frame: &Frame<'_>, node: &Node) -> (Status, String) {
    let running =
        frame.cluster.node_runtime(&node.metadata.name).is_none_or(|node| node.kubelet_running);
    let (mut status, mut state) = match node.condition("Ready") {
        Some(ready) if ready.status == "True" => (Status::Ready, "Ready".to_owned()),
        Some(_) => (Status::Failed, "NotReady".to_owned()),
        None => (Status::Pending, "Unknown".to_owned()),
    };
    if node.spec.unschedulable {
        state.push_str(",SchedulingDisabled");
    }
    if node.is_ready() && !running {
        // The cluster does not know it yet; the machine does.
        state = format!("kubelet inactive \u{b7} {state}");
    }
    if node.is_ready() && (node.spec.unschedulable || !running) {
        status = Status::Pending;
    }
    (status, state)
}

/// The taints in short: `unreachable:NoExecute`, each key's last part.
fn taints(node: &Node) -> String {
    let short = |taint: &Taint| {
        let key = taint.key.rsplit('/').next().unwrap_or_default();
        format!("{key}:{}", taint.effect)
    };
    let is_told = |taint: &&Taint| !taint.key.ends_with("/unschedulable");
    let list: Vec<String> = node.spec.taints.iter().filter(is_told).map(short).collect();
    list.join("  ")
}

/// The Pod that is in a place now; else the one that is there at another time.
struct Place<'a> {
    now: Option<&'a Pod>,
    then: &'a Pod,
}

fn pods(frame: &Frame<'_>, node: &str, inner: i32, lines: &mut Lines) -> Block {
    let slots = frame.plan.slots(node);
    let mut places: Vec<Place<'_>> =
        slots.iter().map(|slot| Place { now: None, then: &slot.pod }).collect();
    for pod in frame.cluster.pods_on_node(node) {
        if let Some(place) =
            frame.plan.slot(node, &pod.metadata.uid).and_then(|slot| places.get_mut(slot))
        {
            place.now = Some(pod);
        }
    }
    places.retain(|place| frame.is_shown(&place.then.key()));
    let (marks, mut own): (Vec<_>, Vec<_>) =
        places.into_iter().partition(|place| frame.is_in_column(place.then));
    // A Pod whose set let it go later stands in its column until then.
    for place in &mut own {
        place.now = place.now.filter(|pod| !frame.is_in_column(pod));
    }
    let collapsed = frame.options.collapsed.contains(&id::named("node", node));
    let mut blocks = Vec::new();
    let chip = |place: &Place<'_>| match place.now {
        Some(pod) => pod::chip(frame, pod, 132),
        None => Block::space(132, 40),
    };
    let is_compact = frame.options.density == Density::Compact;
    match detail(own.len(), inner, collapsed) {
        Detail::Full if is_compact => blocks.extend(own.iter().map(chip)),
        Detail::Full => {
            let blocks_of = |place: &Place<'_>, lines: &mut Lines| match place.now {
                Some(pod) => pod::full(frame, pod, inner, lines),
                None => pod::full(frame, place.then, inner, &mut Lines::default()).hidden(),
            };
            blocks.extend(own.iter().map(|place| blocks_of(place, lines)));
        }
        Detail::Chip => blocks.extend(own.iter().map(chip)),
        Detail::Tile => blocks.push(tiles(frame, node, &own, inner)),
    }
    if marks.len() > 24 {
        blocks.push(count(frame, node, &marks));
    } else {
        blocks.extend(marks.iter().map(|place| match place.now {
            Some(pod) => pod::mark(frame, pod, node),
            None => pod::mark(frame, place.then, node).hidden(),
        }));
    }
    Block::wrap(10, blocks)
}

fn detail(count: usize, inner: i32, collapsed: bool) -> Detail {
    let full = if inner > 420 { 4 } else { 2 };
    match count {
        _ if collapsed => Detail::Tile,
        0..=2 => Detail::Full,
        count if count <= full => Detail::Full,
        3..=16 => Detail::Chip,
        _ => Detail::Tile,
    }
}

fn tiles(frame: &Frame<'_>, node: &str, places: &[Place<'_>], inner: i32) -> Block {
    let per_row = usize::try_from(inner / TILE).unwrap_or(1).max(1);
    let shown = places.len().min(TILES_MAX);
    let at = |index: usize| Area {
        x: units(index % per_row) * TILE,
        y: units(index / per_row) * TILE,
        w: TILE - 3,
        h: TILE - 3,
    };
    let mut fixed: Vec<(Draft, Area)> = Vec::new();
    for (index, place) in places.iter().take(shown).enumerate() {
        if let Some(pod) = place.now {
            fixed.push((pod::tile(frame, pod), at(index)));
        }
    }
    let mut height = units(shown.div_ceil(per_row)) * TILE;
    let rest = places.iter().skip(shown).filter(|place| place.now.is_some()).count();
    if places.len() > shown {
        if rest > 0 {
            let area = Area { x: 0, y: height, w: 120, h: 24 };
            fixed.push((more(&id::named("node", node), rest), area));
        }
        height += 28;
    }
    Block { fixed, ..Block::space(inner, height) }
}

/// What is left out of a group.
pub(super) fn more(group: &ShapeId, count: usize) -> Draft {
    let own = id::part(group, "more", "pods");
    let mut draft = Draft::new(own, Role::More, "").words(
        TextRole::Line,
        Words::Count("scene.more", count),
        8,
        16,
    );
    draft.state = count.to_string();
    draft
}

fn count(frame: &Frame<'_>, node: &str, marks: &[Place<'_>]) -> Block {
    let there = marks.iter().filter(|place| place.now.is_some()).count();
    let own = id::part(&id::named("node", node), "pods", "all");
    let mut draft = Draft::new(own, Role::PodMark, "");
    draft.active = frame.is_all_active();
    draft.state = there.to_string();
    let words = Words::Count("scene.pods", there);
    Block::of(draft.words(TextRole::Line, words, 8, 18), 110, 26)
}

fn units(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 64)
}

fn file_system(
    frame: &Frame<'_>,
    node: &str,
    own: &ShapeId,
    inner: i32,
    lines: &mut Lines,
) -> Block {
    let strip = id::part(own, "fs", "/");
    let mut paths: Vec<String> = Vec::new();
    let mut known: SortedSet<String> = SortedSet::new();
    let mounted = frame.plan.slots(node).iter().flat_map(|slot| directories(frame, &slot.pod));
    for path in frame.plan.made(node).iter().cloned().chain(mounted) {
        if known.insert(path.clone()) {
            paths.push(path);
        }
    }
    let mut now: SortedMap<String, bool> = SortedMap::new();
    let made = files::made_on(frame.cluster, node).into_iter();
    now.extend(made.map(|path| {
        let active = frame.is_made(&path);
        (path, active)
    }));
    for pod in frame.cluster.pods_on_node(node) {
        let active = frame.is_active(&pod.key());
        for path in directories(frame, pod) {
            *now.entry(path).or_default() |= active;
        }
        let own = pod::shown_volumes(frame, pod).into_iter();
        for (volume, source) in own.filter_map(|v| Some((v, v.host_path.as_ref()?))) {
            let from = pod::volume_id(&id::of_key(&pod.key()), &volume.name);
            let path = paths::trimmed(&source.path);
            let state = pod::mount_of(frame, pod, &volume.name);
            lines.add_as(from, id::part(&strip, "path", path), LinkRole::HostPath, state);
        }
    }
    let shown = if paths.len() > PATHS_MAX { PATHS_MAX - 1 } else { paths.len() };
    let room = (inner - 42) / units(shown.clamp(1, 3)) - 8;
    let boxes = paths.iter().take(shown).map(|path| {
        let width = (text_width(path, TextRole::Path) + 18).min(room);
        let mut draft = Draft::new(id::part(&strip, "path", path), Role::HostPath, path).line(
            TextRole::Path,
            path,
            (8, 6),
            15,
        );
        draft.active = now.get(path).is_some_and(|active| *active);
        let block = Block::of(draft, width, 22);
        if now.contains_key(path) { block } else { block.hidden() }
    });
    let mut boxes: Vec<Block> = boxes.collect();
    let rest = paths.iter().skip(shown).filter(|path| now.contains_key(*path)).count();
    if rest > 0 {
        boxes.push(Block::of(more(&strip, rest), room.min(110), 22));
    }
    let boxes = Block::wrap(8, boxes).wide(inner - 36);
    let mut draft =
        Draft::new(strip.clone(), Role::FileSystem, "/").line(TextRole::Path, "/", (10, 8), 19);
    draft.active = frame.is_all_active();
    let mut block = Block::row(0, vec![boxes]).drawn(draft, [4, 6, 4, 30]);
    block.min_h = 30;
    block
}

/// The directories of its node that a Pod mounts, itself or through a claim.
fn directories(frame: &Frame<'_>, pod: &Pod) -> Vec<String> {
    let own = pod::shown_volumes(frame, pod).into_iter();
    let own = own.filter_map(|volume| volume.host_path.as_ref());
    let trimmed = |path: &String| paths::trimmed(path).to_owned();
    let mut paths: Vec<String> = own.map(|source| trimmed(&source.path)).collect();
    for (_, claim) in pod.claims() {
        let claim = ObjectKey::new(Kind::PersistentVolumeClaim, &pod.metadata.namespace, &claim);
        let volume = frame.plan.volumes_of(&claim).last();
        let volume = volume.and_then(|key| PersistentVolume::of(&frame.plan.seen(key)?.object));
        let Some(spec) = volume.map(|volume| &volume.spec) else { continue };
        paths.extend(spec.host_path.as_ref().map(|source| trimmed(&source.path)));
        paths.extend(spec.local.as_ref().map(|source| trimmed(&source.path)));
    }
    paths
}
