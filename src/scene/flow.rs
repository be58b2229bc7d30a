//! How much room a block takes and where its children stand in it: rows, columns and rows that
//! wrap, in whole units. It is the small part of CSS's flexible boxes that the picture needs:
//! nothing shrinks, and what grows shares the free room evenly.

use super::layout::{Align, Block, Flow};

/// A block with its size, and its children with their places in it.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) w: i32,
    pub(super) h: i32,
    pub(super) children: Vec<((i32, i32), Room)>,
}

/// Sizes a block as its content needs.
pub(super) fn measure(block: &Block) -> Room {
    fill(block, width(block), None)
}

/// The width of a block that nobody restrains.
fn width(block: &Block) -> i32 {
    let [_, right, _, left] = block.pad;
    if block.w > 0 {
        return block.w.max(left + right);
    }
    let widths = block.children.iter().map(width);
    let inner = match block.flow {
        Flow::Column => widths.max().unwrap_or(0),
        Flow::Row | Flow::Wrap => widths.sum::<i32>() + gaps(block.gap, block.children.len()),
    };
    left + inner + right
}

fn gaps(gap: i32, count: usize) -> i32 {
    gap * i32::try_from(count.saturating_sub(1)).unwrap_or(0)
}

/// Sizes a block of a given width, and of a given height unless its content decides.
fn fill(block: &Block, w: i32, h: Option<i32>) -> Room {
    let [top, right, bottom, left] = block.pad;
    let h = if block.h > 0 { Some(block.h) } else { h };
    let floor = h.unwrap_or(0).max(block.min_h).max(top + bottom);
    let inner = (w - left - right, floor - top - bottom);
    let (mut children, content) = match block.flow {
        Flow::Column => column(block, inner),
        Flow::Row => row(block, &block.children, inner.0, inner.1),
        Flow::Wrap => wrap(block, inner.0),
    };
    for ((x, y), _) in &mut children {
        *x += left;
        *y += top;
    }
    let h = if h.is_some() { floor } else { floor.max(top + content + bottom) };
    Room { w, h, children }
}

type Placed = (Vec<((i32, i32), Room)>, i32);

/// Children below each other; what grows fills the height.
fn column(block: &Block, (w, h): (i32, i32)) -> Placed {
    let children = block.children.iter().map(|child| {
        let own = match block.align {
            Align::Stretch if child.w == 0 => w,
            _ if child.w > 0 => width(child),
            _ => width(child).min(w),
        };
        fill(child, own, None)
    });
    let mut rooms: Vec<Room> = children.collect();
    let content = rooms.iter().map(|room| room.h).sum::<i32>();
    let content = content + gaps(block.row_gap, rooms.len());
    let more = shares(&block.children, h - content);
    let mut y = 0;
    let mut placed = Vec::with_capacity(rooms.len());
    for ((child, mut room), more) in block.children.iter().zip(rooms.drain(..)).zip(more) {
        if more > 0 {
            room = fill(child, room.w, Some(room.h + more));
        }
        let x = if block.align == Align::End { w - room.w } else { 0 };
        let next = y + room.h + block.row_gap;
        placed.push(((x, y), room));
        y = next;
    }
    (placed, content.max(h))
}

/// Children beside each other; what grows fills the width.
fn row(block: &Block, children: &[Block], w: i32, h: i32) -> Placed {
    let widths: Vec<i32> = children.iter().map(width).collect();
    let free = w - widths.iter().sum::<i32>() - gaps(block.gap, widths.len());
    let mut x = 0;
    let mut placed = Vec::with_capacity(widths.len());
    for ((child, own), more) in children.iter().zip(widths).zip(shares(children, free)) {
        let room = fill(child, own + more, None);
        let next = x + room.w + block.gap;
        placed.push(((x, 0), room));
        x = next;
    }
    let height = placed.iter().map(|(_, room)| room.h).max().unwrap_or(0).max(h);
    for (((_, y), room), child) in placed.iter_mut().zip(children) {
        match block.align {
            Align::Stretch if child.h == 0 && room.h != height => {
                *room = fill(child, room.w, Some(height));
            }
            Align::End => *y = height - room.h,
            Align::Stretch | Align::Start => {}
        }
    }
    (placed, height)
}

/// As many children beside each other as there is room for, and so on below.
fn wrap(block: &Block, w: i32) -> Placed {
    let mut rest = block.children.as_slice();
    let (mut placed, mut y) = (Vec::with_capacity(rest.len()), 0);
    while let Some(first) = rest.first() {
        let (mut count, mut used) = (1, width(first));
        while let Some(next) = rest.get(count) {
            used += block.gap + width(next);
            if used > w {
                break;
            }
            count += 1;
        }
        let (line, below) = rest.split_at(count);
        rest = below;
        let (mut rooms, height) = row(block, line, w, 0);
        for (at, _) in &mut rooms {
            at.1 += y;
        }
        placed.append(&mut rooms);
        y += height + block.row_gap;
    }
    (placed, (y - block.row_gap).max(0))
}

/// How much of the free room each child gets.
fn shares(children: &[Block], free: i32) -> Vec<i32> {
    let count = children.iter().filter(|child| child.grow).count();
    let count = i32::try_from(count).unwrap_or(i32::MAX);
    let up_to = |rank: i32| (2 * rank * free.max(0) + count) / (2 * count.max(1));
    let mut rank = 0;
    let share = |child: &Block| {
        if !child.grow {
            return 0;
        }
        rank += 1;
        up_to(rank) - up_to(rank - 1)
    };
    children.iter().map(share).collect()
}
