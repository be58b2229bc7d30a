//! The two sides below the nodes, and the border between them.

use std::ops::Range;
use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::sorted::SortedSet;
use crate::api::workload::StatefulSet;

use super::cell;
use super::frame::{Frame, Lines};
use super::id;
use super::lane::{Column, Group, Lane};
use super::layout::{Align, Area, Block, Draft, Mark};
use super::measure::TextRole;
use super::options::Density;
use super::pod;
use super::shape::{Detail, Role, Status};

const GUTTER: i32 = 18;
const GROUP_GAP: i32 = 24;
const FRAME_PAD: i32 = 10;
const LANE: Range<i32> = 126..300;
const CHIP: i32 = 106;
const TILE: i32 = 18;

/// A group and the columns in each of its rows.
type Part = (usize, Vec<Range<usize>>);

/// How the groups are spread over rows.
#[derive(Debug)]
pub(super) struct Board<'a> {
    pub(super) detail: Detail,
    lane: i32,
    gutter: i32,
    room: i32,
    groups: Vec<Group<'a>>,
    /// Groups side by side; each in one or more rows of columns.
    rows: Vec<Vec<Part>>,
}

impl<'a> Board<'a> {
    /// Chooses the greatest detail that fits into `room` units of width.
    pub(super) fn new(frame: &Frame<'_>, groups: Vec<Group<'a>>, room: i32) -> Self {
        let lanes: usize = groups.iter().flat_map(|g| &g.columns).map(width_of).sum();
        let sets = groups.iter().filter(|group| group.set.is_some()).count();
        let frames = units(sets) * 2 * FRAME_PAD + (units(groups.len()) - 1).max(0) * GROUP_GAP;
        let collapsed = groups.iter().any(|group| {
            let set = group.set.as_ref().map(|(key, _)| id::of_key(key));
            set.is_some_and(|set| frame.options.collapsed.contains(&set))
        });
        let fits = |least: i32, gutter: i32| {
            usize::try_from((room - frames + gutter) / (least + gutter)).unwrap_or(0).max(1)
        };
        let rows = if frame.is_narrow() { 3 } else { 1 };
        // The Pods of sets are what makes the picture high.
        let is_low = frame.options.density == Density::Compact && sets > 0;
        let is_full = !collapsed && !is_low;
        let (detail, lane, gutter) = if is_full && lanes <= fits(LANE.start, GUTTER) * rows {
            let most = i32::try_from(lanes.min(fits(LANE.start, GUTTER)).max(1)).unwrap_or(1);
            let lane = (room - frames + GUTTER) / most - GUTTER;
            (Detail::Full, lane.clamp(LANE.start.min(room - 20), LANE.end), GUTTER)
        } else if !collapsed && lanes <= fits(CHIP, 8) * 4 {
            (Detail::Chip, CHIP, 8)
        } else {
            (Detail::Tile, TILE - 3, 3)
        };
        let mut board = Self { detail, lane, gutter, room, groups, rows: Vec::new() };
        board.rows = board.spread();
        board
    }

    fn column_width(&self, column: &Column<'_>) -> i32 {
        let lanes = i32::try_from(width_of(column)).unwrap_or(1);
        lanes * (self.lane + self.gutter) - self.gutter
    }

    /// All groups side by side when they fit; else one under the other.
    fn spread(&self) -> Vec<Vec<Part>> {
        let whole = |group: &Group<'_>| {
            let columns: i32 =
                group.columns.iter().map(|column| self.column_width(column) + self.gutter).sum();
            (columns - self.gutter).max(0) + if group.set.is_some() { 2 * FRAME_PAD } else { 0 }
        };
        let gaps = (units(self.groups.len()) - 1).max(0) * GROUP_GAP;
        if self.groups.iter().map(whole).sum::<i32>() + gaps <= self.room {
            let all = self.groups.iter().enumerate();
            let whole = |group: &Group<'_>| std::iter::once(0..group.columns.len()).collect();
            return vec![all.map(|(at, group)| (at, whole(group))).collect()];
        }
        let groups = self.groups.iter().enumerate();
        groups.map(|(at, group)| vec![(at, self.chunks(group))]).collect()
    }

    fn chunks(&self, group: &Group<'_>) -> Vec<Range<usize>> {
        let room = self.room - if group.set.is_some() { 2 * FRAME_PAD } else { 0 };
        let mut chunks = Vec::new();
        let (mut begin, mut used) = (0, 0);
        for (at, column) in group.columns.iter().enumerate() {
            let width = self.column_width(column);
            if used + width > room && at > begin {
                chunks.push(begin..at);
                (begin, used) = (at, 0);
            }
            used += width + self.gutter;
        }
        chunks.push(begin..group.columns.len());
        chunks
    }

    /// The user's part: sets with their Pods, and claims.
    pub(super) fn upper(&self, frame: &Frame<'_>, lines: &mut Lines) -> Block {
        let every_lane = || self.groups.iter().flat_map(|g| &g.columns).flat_map(|c| &c.lanes);
        let has_frames = self.groups.iter().any(|group| group.set.is_some());
        if !has_frames && every_lane().all(|lane| lane.claim.is_none()) {
            return Block::space(self.room, 8);
        }
        let rows = self.rows.iter().map(|row| {
            let groups = row.iter().map(|(index, chunks)| {
                let group = &self.groups[*index];
                let cells = chunks.iter().map(|columns| {
                    self.upper_cells(frame, group, &group.columns[columns.clone()], lines)
                });
                let cells = Block::column(10, cells.collect());
                self.framed(frame, group, cells)
            });
            let mut row = Block::row(GROUP_GAP, groups.collect());
            row.align = Align::End;
            row
        });
        Block::column(12, rows.collect())
    }

    fn upper_cells(
        &self,
        frame: &Frame<'_>,
        group: &Group<'_>,
        columns: &[Column<'_>],
        lines: &mut Lines,
    ) -> Block {
        if self.detail == Detail::Tile {
            return self.tiles(frame, group, columns);
        }
        let gap = if self.detail == Detail::Full { 26 } else { 4 };
        let cells = columns.iter().map(|column| {
            let mut parts = Vec::new();
            if let Some(set) = &group.set {
                let width = self.column_width(column);
                parts.push(cell::pod(frame, set, column, width, self.detail, lines));
            }
            let claims: Vec<Block> = column
                .lanes
                .iter()
                .map(|lane| cell::claim(frame, lane, self.lane, self.detail, lines))
                .collect();
            if !claims.is_empty() {
                parts.push(Block::row(self.gutter, claims));
            }
            Block::column(gap, parts)
        });
        let mut row = Block::row(self.gutter, cells.collect());
        row.align = Align::End;
        row
    }

    fn framed(&self, frame: &Frame<'_>, group: &Group<'_>, cells: Block) -> Block {
        let Some((key, _)) = &group.set else {
            return Block { pad: [0, 0, self.foot(), 0], ..Block::column(0, vec![cells]) };
        };
        let pad = [32, FRAME_PAD, self.foot(), FRAME_PAD];
        let block = Block::column(6, vec![cells]);
        let Some(set) = frame.cluster.at::<StatefulSet>(key) else {
            return Block { pad, ..block };
        };
        let own = id::of_key(key);
        let wanted = set.spec.replicas.unwrap_or(1);
        let ratio = format!("{}/{wanted}", set.status.ready_replicas);
        let mut draft = Draft::new(own, Role::StatefulSet, &set.metadata.name)
            .line(TextRole::Name, format!("{} {ratio}", set.metadata.name), (FRAME_PAD, 90), 21)
            .at_end(TextRole::Kind, "StatefulSet", 20);
        draft.state = ratio;
        if set.metadata.is_deleting() {
            draft.status = Status::Terminating;
        }
        draft.key = Some(key.clone());
        draft.active = frame.is_active(key);
        block.drawn(draft, pad)
    }

    /// What a frame has below its claims; claims outside frames keep level with them.
    fn foot(&self) -> i32 {
        let framed = self.groups.iter().any(|group| group.set.is_some());
        match (framed, self.detail) {
            (true, Detail::Full) => 6,
            (true, _) => 10,
            (false, _) => 0,
        }
    }

    fn tiles(&self, frame: &Frame<'_>, group: &Group<'_>, columns: &[Column<'_>]) -> Block {
        let mut fixed = Vec::new();
        let claims_y = if group.set.is_some() { TILE } else { 0 };
        let mut x = 0;
        for column in columns {
            if let Some((set, _)) = &group.set {
                let now = cell::pod_of(frame, set, column);
                let area = Area { x, y: 0, w: TILE - 3, h: TILE - 3 };
                match now {
                    Some(pod) => fixed.push((pod::tile(frame, pod), area)),
                    None if cell::is_wanted(frame, set, column.index) => {
                        let name = format!("{}/{}", set.namespace, column.pod);
                        let own = id::named("outline", &name);
                        let mut draft = Draft::new(own, Role::Outline, &column.pod);
                        (draft.status, draft.detail) = (Status::Absent, Detail::Tile);
                        fixed.push((draft, area));
                    }
                    None => {}
                }
            }
            for (index, lane) in column.lanes.iter().enumerate() {
                let claim = lane.claim.as_ref();
                let now = claim.and_then(|key| frame.cluster.at::<PersistentVolumeClaim>(key));
                if let Some(claim) = now {
                    let at = x + i32::try_from(index).unwrap_or(0) * TILE;
                    let area = Area { x: at, y: claims_y, w: TILE - 3, h: TILE - 3 };
                    fixed.push((cell::claim_draft(frame, claim, Detail::Tile, TILE), area));
                }
            }
            x += self.column_width(column) + self.gutter;
        }
        Block { fixed, ..Block::space((x - self.gutter).max(1), claims_y + TILE - 3) }
    }

    /// The administrator's part: volumes and what stands behind them.
    pub(super) fn lower(&self, frame: &Frame<'_>, lines: &mut Lines) -> Block {
        let mut drawn: SortedSet<Rc<str>> = SortedSet::new();
        let every_lane = || self.groups.iter().flat_map(|g| &g.columns).flat_map(|c| &c.lanes);
        let has_volumes = every_lane().any(|lane| lane.has_volume);
        let has_storage = self.detail == Detail::Full && every_lane().any(|lane| lane.has_storage);
        let mut parts = Vec::new();
        let lane = self.lane;
        for row in &self.rows {
            let most = row.iter().map(|(_, chunks)| chunks.len()).max().unwrap_or(0);
            for at in 0..most {
                if has_volumes {
                    let volume = |of: &Lane<'_>| cell::volume(frame, of, lane, self.detail);
                    parts.push(self.lower_row(frame, row, at, volume));
                }
                if has_storage {
                    parts.push(Block::space(0, 26).marked(Mark::OverStorage));
                    let storage = |of: &Lane<'_>| cell::storage(frame, of, lane, &mut drawn, lines);
                    parts.push(self.lower_row(frame, row, at, storage));
                }
                parts.push(Block::space(0, 6));
            }
        }
        parts.pop();
        Block::column(0, parts)
    }

    fn volume_tiles(&self, frame: &Frame<'_>, group: &Group<'_>, columns: &[Column<'_>]) -> Block {
        let mut fixed = Vec::new();
        let mut x = if group.set.is_some() { FRAME_PAD } else { 0 };
        for column in columns {
            for (index, lane) in column.lanes.iter().enumerate() {
                let Some(volume) = lane.volume else { continue };
                let area = Area { x: x + units(index) * TILE, y: 0, w: TILE - 3, h: TILE - 3 };
                fixed.push((cell::volume_draft(frame, volume, Detail::Tile, TILE), area));
            }
            x += self.column_width(column) + self.gutter;
        }
        Block { fixed, ..Block::space(x.max(1), TILE - 3) }
    }

    fn lower_row(
        &self,
        frame: &Frame<'_>,
        row: &[Part],
        at: usize,
        mut each: impl FnMut(&Lane<'_>) -> Block,
    ) -> Block {
        let groups = row.iter().filter_map(|(index, chunks)| {
            let group = &self.groups[*index];
            let columns = &group.columns[chunks.get(at)?.clone()];
            if self.detail == Detail::Tile {
                return Some(self.volume_tiles(frame, group, columns));
            }
            let cells = columns.iter().map(|column| {
                let lanes: Vec<Block> = column.lanes.iter().map(&mut each).collect();
                Block::row(self.gutter, lanes).wide(self.column_width(column))
            });
            let pad = if group.set.is_some() { FRAME_PAD } else { 0 };
            Some(Block { pad: [0, pad, 0, pad], ..Block::row(self.gutter, cells.collect()) })
        });
        Block::row(GROUP_GAP, groups.collect())
    }

    /// Pods that were left out, by set.
    pub(super) fn left_out(&self) -> Vec<Block> {
        let mut blocks = Vec::new();
        for group in &self.groups {
            if let Some((set, _)) = group.set.as_ref().filter(|_| group.left_out > 0) {
                let draft = super::node::more(&id::of_key(set), group.left_out);
                blocks.push(Block::of(draft, 120, 24));
            }
        }
        blocks
    }
}

fn units(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX / 512)
}

fn width_of(column: &Column<'_>) -> usize {
    column.lanes.len().max(1)
}

/// Whether the run has anything for the sides below the nodes.
pub(super) fn has_sides(frame: &Frame<'_>, groups: &[Group<'_>]) -> bool {
    let classes = frame.plan.of_kind(Kind::StorageClass);
    !groups.is_empty() || classes.into_iter().any(|(key, _)| frame.is_shown(key))
}
