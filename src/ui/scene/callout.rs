//! Where the caption stands: beside the thing it is about, over as little as possible.

use crate::scene::measure::{TextRole, text_width};
use crate::scene::shape::{Role, Scene, Shape, ShapeId};

/// A rectangle in CSS pixels, from the upper left corner of the diagram.
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
    /// On which side of the thing; `free` when it points at nothing.
    pub(in crate::ui) side: &'static str,
    /// Where the pointer is, along that side.
    pub(in crate::ui) pointer: i32,
}

const WIDTH: i32 = 264;
const PADDING: i32 = 14;
const LINE: i32 = 22;
const ACTOR: i32 = 26;
const GAP: i32 = 14;
/// Font size of the caption in CSS pixels.
const FONT: i32 = 15;

/// The best place for a caption of that text; beside the diagram there is that much margin.
pub(in crate::ui) fn place(
    scene: &Scene,
    scale: i32,
    margin: i32,
    subject: Option<&ShapeId>,
    (text, extra_lines): (&str, i32),
) -> Place {
    let whole = (scene.width * scale / 1000, scene.height * scale / 1000);
    let (w, h) = extent(text, extra_lines);
    let w = w.min(whole.0 - 8);
    let subject = subject.and_then(|id| scene.shape(id)).map(|shape| area(shape, scale));
    let Some(subject) = subject else {
        let area = Area { x: ((whole.0 - w) / 2).max(0), y: 8, w, h };
        return Place { area, side: "free", pointer: 0 };
    };
    let things: Vec<(Area, i64)> = scene
        .shapes
        .iter()
        .filter_map(|shape| Some((area(shape, scale), weight(shape)?)))
        .collect();
    let middle = (subject.x + subject.w / 2 - w / 2, subject.y + subject.h / 2 - h / 2);
    let candidates = [
        ("right", subject.x + subject.w + GAP, middle.1),
        ("left", subject.x - w - GAP, middle.1),
        ("below", middle.0, subject.y + subject.h + GAP),
        ("above", middle.0, subject.y - h - GAP),
        ("right", subject.x + subject.w + GAP, subject.y),
        ("left", subject.x - w - GAP, subject.y),
        ("free", whole.0 - w - 12, 12),
        ("free", 12, 12),
    ];
    let best = candidates.into_iter().map(|(side, x, y)| {
        let x = x.clamp(4 - margin, (whole.0 + margin - w - 4).max(4 - margin));
        let y = y.clamp(4, (whole.1 - h - 4).max(4));
        let area = Area { x, y, w, h };
        let hidden: i64 = things.iter().map(|(thing, weight)| overlap(area, *thing) * weight).sum();
        // What it is about must be seen; what it does not stand beside it does not explain.
        let on_subject = overlap(area, subject) * 12;
        let far = if side == "free" { 40_000 } else { 0 };
        (hidden + on_subject + far, side, area)
    });
    let (_, side, area) =
        best.min_by_key(|(cost, ..)| *cost).unwrap_or((0, "free", Area { x: 4, y: 4, w, h }));
    let pointer = match side {
        "right" | "left" => (subject.y + subject.h / 2 - area.y).clamp(16, area.h - 16),
        _ => (subject.x + subject.w / 2 - area.x).clamp(16, area.w - 16),
    };
    Place { area, side, pointer }
}

fn extent(text: &str, extra_lines: i32) -> (i32, i32) {
    let wide = text_width(text, TextRole::Name) * FONT / TextRole::Name.size();
    let inner = WIDTH - 2 * PADDING;
    // Lines break between words, so that each leaves a little empty.
    let lines = (wide * 108 / 100 + inner - 1) / inner;
    (WIDTH, ACTOR + (lines.max(1) + extra_lines) * LINE + 2 * PADDING - 4)
}

fn area(shape: &Shape, scale: i32) -> Area {
    let part = |units: i32| units * scale / 1000;
    Area { x: part(shape.x), y: part(shape.y), w: part(shape.w), h: part(shape.h) }
}

/// How much it costs to cover a thing; nothing for what only holds others.
fn weight(shape: &Shape) -> Option<i64> {
    let holds = matches!(
        shape.role,
        Role::UserSide
            | Role::AdminSide
            | Role::Border
            | Role::Node
            | Role::StatefulSet
            | Role::Column
            | Role::WaitingArea
            | Role::Container
            | Role::Socket
            | Role::SocketReadOnly
            | Role::Volume
            | Role::Outline
    );
    (!holds).then_some(if shape.active { 5 } else { 1 })
}

fn overlap(a: Area, b: Area) -> i64 {
    let along = |start: i32, len: i32, other: i32, other_len: i32| {
        i64::from((start + len).min(other + other_len) - start.max(other)).max(0)
    };
    along(a.x, a.w, b.x, b.w) * along(a.y, a.h, b.y, b.h)
}
