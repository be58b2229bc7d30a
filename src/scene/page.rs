//! The whole page: what stands beside, the nodes, the two sides.

use crate::api::object::Resource;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::sorted::SortedSet;
use crate::api::storage_class::{StorageClass, VolumeAttachment};

use super::board::{self, Board};
use super::frame::{Frame, Lines};
use super::id;
use super::lane;
use super::layout::{Area, Block, Draft, Mark};
use super::measure::TextRole;
use super::node;
use super::rail;
use super::shape::{LinkRole, LinkState, Role, Shape, ShapeId, Words};
use super::storage::Storage;

const PAD: i32 = 12;
const REGION_PAD: i32 = 14;
const RAIL_GAP: i32 = 26;
const BORDER_ZONE: i32 = 24;

/// Puts the parts of the picture together.
pub(super) fn compose(frame: &Frame<'_>, lines: &mut Lines) -> Block {
    let width = frame.options.width.max(320);
    let groups = lane::groups(frame);
    let sides = board::has_sides(frame, &groups);
    let inner = width - 2 * PAD;
    let region = if sides { inner - 2 * REGION_PAD } else { inner };
    let (user, admin) = (rail::user(frame), rail::admin(frame));
    let has_rail = !user.is_empty() || !admin.is_empty();
    let beside = has_rail && !frame.is_narrow();
    let main = if beside { region - rail::WIDTH - RAIL_GAP } else { region };
    let board = Board::new(frame, groups, main);

    // Beside an empty rail the nodes need not keep their distance from it; claims do, because
    // they stand over their volumes.
    let is_free = beside && user.is_empty();
    let band = if is_free { region } else { main };
    let mut upper = vec![node::band(frame, band, lines)];
    if sides {
        upper.push(Block::space(band, 26).marked(Mark::UnderNodes));
        let claims = board.upper(frame, lines);
        upper.push(if is_free { with_rail(Vec::new(), claims, beside) } else { claims });
        upper.extend(board.left_out());
    }
    let upper = Block::column(0, upper).wide(band);
    let upper = with_rail(user, upper, beside && !is_free);
    if !sides {
        return Block::column(0, vec![upper]).wide(width).padded([PAD; 4]);
    }
    let mut user_side = Draft::new(id::named("user-side", ""), Role::UserSide, "").words(
        TextRole::Heading,
        Words::Key("scene.user-side"),
        REGION_PAD,
        22,
    );
    user_side.active = frame.is_all_active();
    let upper =
        Block::column(0, vec![upper]).drawn(user_side, [34, REGION_PAD, 0, REGION_PAD]).wide(inner);

    let lower = board.lower(frame, lines);
    let lower = with_rail(admin, Block::column(0, vec![lower]).wide(main), beside);
    let mut admin_side = Draft::new(id::named("admin-side", ""), Role::AdminSide, "").words(
        TextRole::Heading,
        Words::Key("scene.admin-side"),
        REGION_PAD,
        -12,
    );
    admin_side.active = frame.is_all_active();
    let lower = Block::column(0, vec![lower])
        .drawn(admin_side, [0, REGION_PAD, 34, REGION_PAD])
        .wide(inner);

    cables(frame, lines);
    let page = Block::column(0, vec![upper, border(frame, inner), lower]);
    page.wide(width).padded([PAD; 4])
}

fn border(frame: &Frame<'_>, width: i32) -> Block {
    let mut draft = Draft::new(id::named("border", ""), Role::Border, "");
    draft.active = frame.is_all_active();
    let area = Area { x: 0, y: BORDER_ZONE / 2 - 1, w: width, h: 2 };
    let block = Block::space(width, BORDER_ZONE).marked(Mark::OverBorder);
    Block { fixed: vec![(draft, area)], ..block }
}

fn with_rail(rail: Vec<Block>, main: Block, beside: bool) -> Block {
    if beside {
        let rail = Block::column(10, rail).wide(rail::WIDTH);
        return Block::row(RAIL_GAP, vec![rail, main]);
    }
    if rail.is_empty() {
        return main;
    }
    let cards = rail.into_iter().map(|card| card.wide(rail::WIDTH)).collect();
    let width = main.w;
    Block::column(14, vec![Block::wrap(10, cards).wide(width), main])
}

/// Cables from disks to nodes, and what provisioners make.
fn cables(frame: &Frame<'_>, lines: &mut Lines) {
    for attachment in frame.cluster.list::<VolumeAttachment>() {
        let volume = attachment.spec.source.persistent_volume_name.as_deref();
        let volume = volume.and_then(|name| frame.cluster.get::<PersistentVolume>("", name));
        let Some(storage) = volume.and_then(|volume| Storage::of_volume(volume)) else { continue };
        let node = id::named("node", &attachment.spec.node_name);
        let status = &attachment.status;
        let state = match (status.attached, &status.attach_error) {
            (Some(true), _) => LinkState::Made,
            (_, Some(_)) => LinkState::Broken,
            _ => LinkState::Waiting,
        };
        lines.add_as(storage.id, node, LinkRole::Attached, state);
    }
    if frame.is_all_active() {
        return;
    }
    for volume in frame.cluster.list::<PersistentVolume>() {
        let class = &volume.spec.storage_class_name;
        let made = volume.metadata.annotations.contains_key("pv.kubernetes.io/provisioned-by");
        let is_new = matches!(volume.status.phase.as_str(), "" | "Pending" | "Available");
        if !made || !is_new || !frame.is_active(&volume.key()) {
            continue;
        }
        if let Some(class) = frame.cluster.get::<StorageClass>("", class) {
            let from = id::part(&id::of_key(&class.key()), "provisioner", &class.provisioner);
            lines.add(from, id::of_key(&volume.key()), LinkRole::Provisions);
        }
    }
}

/// Makes bright what contains something bright.
pub(super) fn brighten(frame: &Frame<'_>, shapes: &mut [Shape]) {
    if frame.is_all_active() {
        return;
    }
    let mut bright: SortedSet<ShapeId> = SortedSet::new();
    for shape in shapes.iter_mut().rev() {
        shape.active |= bright.contains(&shape.id);
        if let Some(parent) = shape.parent.clone().filter(|_| shape.active) {
            bright.insert(parent);
        }
    }
}
