//! Where the caption stands: beside the thing it is about, over as little as possible, or else
//! in a place of its own.

use crate::scene::measure::{TextRole, text_width};
use crate::scene::shape::{Role, Scene, Shape, ShapeId};

use super::fit::Fit;

/// A rectangle in CSS pixels, from the upper left corner of the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Area {
    pub(in crate::ui) x: i32,
    pub(in crate::ui) y: i32,
    pub(in crate::ui) w: i32,
    pub(in crate::ui) h: i32,
}

/// Where the caption stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) struct Place {
    pub(in crate::ui) area: Area,
    /// On which side of the thing; `docked` when it points at nothing.
    pub(in crate::ui) side: &'static str,
    /// Where the pointer is, along that side.
    pub(in crate::ui) pointer: i32,
}

impl Place {
    /// The place that is not beside anything.
    pub(in crate::ui) fn docked(fit: &Fit) -> Self {
        Self { area: fit.dock, side: "docked", pointer: 0 }
    }
}

const WIDTH: i32 = 264;
const PADDING: i32 = 14;
const LINE: i32 = 22;
const ACTOR: i32 = 26;
const GAP: i32 = 14;
/// Font size of the caption in CSS pixels.
const FONT: i32 = 15;
/// Captions of more lines do not stand beside things: they would hide too much.
const LINES_MAX: i32 = 5;
/// That much of a caption may lie over something plain, in hundredths.
const HIDDEN_MAX: i64 = 6;
/// The upper edge of a box that holds others carries its name.
const HEADING: i32 = 30;

/// The best place for a caption of that text in a stage of that extent.
pub(in crate::ui) fn place(
    scene: &Scene,
    fit: &Fit,
    stage: (i32, i32),
    subject: Option<&ShapeId>,
    (text, extra_lines): (&str, i32),
) -> Place {
    let docked = Place::docked(fit);
    let lines = lines(text) + extra_lines;
    let subject = subject.and_then(|id| scene.shape(id)).map(|shape| area(shape, fit));
    let Some(subject) = subject.filter(|_| lines <= LINES_MAX && !fit.scrolls) else {
        return docked;
    };
    let (w, h) = (WIDTH, ACTOR + lines * LINE + 2 * PADDING - 4);
    if w + 8 > stage.0 || h + 8 > stage.1 {
        return docked;
    }
    let things: Vec<(Area, i64)> = scene.shapes.iter().map(|shape| thing(shape, fit)).collect();
    let xs = [subject.x, subject.x + (subject.w - w) / 2, subject.x + subject.w - w];
    let ys = [subject.y + (subject.h - h) / 2, subject.y, subject.y + subject.h - h];
    let across = ys.into_iter().flat_map(|y| {
        [("right", subject.x + subject.w + GAP, y), ("left", subject.x - w - GAP, y)]
    });
    let along = xs.into_iter().flat_map(|x| {
        [("below", x, subject.y + subject.h + GAP), ("above", x, subject.y - h - GAP)]
    });
    let costs = across.chain(along).map(|(side, x, y)| {
        let x = x.clamp(4, stage.0 - w - 4);
        let y = y.clamp(4, stage.1 - h - 4);
        let area = Area { x, y, w, h };
        let hidden: i64 = things.iter().map(|(thing, weight)| overlap(area, *thing) * weight).sum();
        // What it is about must be seen.
        (hidden + overlap(area, subject) * 12, side, area)
    });
    let Some((cost, side, area)) = costs.min_by_key(|(cost, ..)| *cost) else { return docked };
    if cost * 100 > i64::from(w) * i64::from(h) * HIDDEN_MAX {
        return docked;
    }
    let pointer = match side {
        "right" | "left" => (subject.y + subject.h / 2 - area.y).clamp(16, area.h - 16),
        _ => (subject.x + subject.w / 2 - area.x).clamp(16, area.w - 16),
    };
    Place { area, side, pointer }
}

fn lines(text: &str) -> i32 {
    let wide = text_width(text, TextRole::Name) * FONT / TextRole::Name.size();
    let inner = WIDTH - 2 * PADDING;
    // Lines break between words, so that each leaves a little empty.
    ((wide * 108 / 100 + inner - 1) / inner).max(1)
}

/// Where a shape is seen on the stage.
fn area(shape: &Shape, fit: &Fit) -> Area {
    let part = |units: i32| units * fit.scale / 1000;
    Area {
        x: fit.picture.x + part(shape.x),
        y: fit.picture.y + part(shape.y),
        w: part(shape.w),
        h: part(shape.h),
    }
}

/// What of a shape is to be seen, and how much it costs to cover it. Of what only holds others
/// that is the edge with its name.
fn thing(shape: &Shape, fit: &Fit) -> (Area, i64) {
    let whole = area(shape, fit);
    let holds = matches!(
        shape.role,
        Role::UserSide
            | Role::AdminSide
            | Role::Node
            | Role::ControlPlane
            | Role::StatefulSet
            | Role::Column
            | Role::WaitingArea
            | Role::Workload
    );
    let weight = if shape.active { 5 } else { 2 };
    match shape.role {
        Role::Border => (whole, 0),
        _ if holds => (Area { h: whole.h.min(HEADING * fit.scale / 1000), ..whole }, 1),
        // Nothing is written on it that the Pod around does not count already.
        Role::Container | Role::Socket | Role::SocketReadOnly | Role::Volume => (whole, 1),
        _ => (whole, weight),
    }
}

fn overlap(a: Area, b: Area) -> i64 {
    let along = |start: i32, len: i32, other: i32, other_len: i32| {
        i64::from((start + len).min(other + other_len) - start.max(other)).max(0)
    };
    along(a.x, a.w, b.x, b.w) * along(a.y, a.h, b.y, b.h)
}
