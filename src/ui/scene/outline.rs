//! The outlines of shapes: what a thing is can be seen without colour and without reading.

use yew::{Html, html};

use crate::scene::shape::{Detail, Role, Shape};

/// Half the width of the tongue with which a claim holds its volume.
const TONGUE: i32 = 9;

/// The outline of a shape in its own coordinates. A claim reaches that far for its volume.
pub(super) fn outline(shape: &Shape, reach: i32) -> Html {
    let (w, h) = (shape.w, shape.h);
    let is_full = shape.detail == Detail::Full;
    match shape.role {
        Role::Claim if is_full => path(&claim(w, h, reach)),
        Role::PersistentVolume if is_full => path(&volume(w, h)),
        Role::Volume => cylinder(w, h, 6),
        Role::Disk => cylinder(w, h, 8),
        Role::StorageClass => path(&tag(w, h)),
        Role::Config => path(&document(w, h)),
        Role::HostPath | Role::Export => path(&folder(w, h)),
        Role::NfsServer => html! { <>{ rect(w, h, 6) }{ lights(w) }</> },
        Role::Service | Role::More => rect(w, h, h / 2),
        Role::SocketReadOnly => html! { <>{ rect(w, h, 4) }{ lock(h) }</> },
        Role::Border => html! { <path d={format!("M0 {y}H{w}", y = h / 2)} /> },
        Role::Node | Role::UserSide | Role::AdminSide | Role::StatefulSet => rect(w, h, 14),
        Role::Pod | Role::Outline | Role::Column if is_full => rect(w, h, 10),
        _ => rect(w, h, 6.min(h / 3)),
    }
}

fn rect(w: i32, h: i32, round: i32) -> Html {
    html! {
        <rect class="outline" width={w.to_string()} height={h.to_string()}
            rx={round.to_string()} />
    }
}

fn path(d: &str) -> Html {
    html! { <path class="outline" d={d.to_owned()} /> }
}

/// A box with a tongue below.
fn claim(w: i32, h: i32, reach: i32) -> String {
    let (left, right) = (w / 2 - TONGUE, w / 2 + TONGUE);
    format!(
        "M8 0H{a}A8 8 0 0 1 {w} 8V{h}H{right}V{tip}A{TONGUE} {TONGUE} 0 0 1 {left} {tip}V{h}H0V8A8 8 0 0 1 8 0Z",
        a = w - 8,
        tip = h + reach
    )
}

/// A box with the place for the tongue above.
fn volume(w: i32, h: i32) -> String {
    let (left, right) = (w / 2 - TONGUE, w / 2 + TONGUE);
    format!(
        "M0 0H{left}A{TONGUE} {TONGUE} 0 0 0 {right} 0H{w}V{b}A12 12 0 0 1 {a} {h}H12A12 12 0 0 1 0 {b}Z",
        a = w - 12,
        b = h - 12
    )
}

fn cylinder(w: i32, h: i32, lid: i32) -> Html {
    let half = w / 2;
    let body = format!(
        "M0 {lid}V{low}A{half} {lid} 0 0 0 {w} {low}V{lid}A{half} {lid} 0 0 0 0 {lid}Z",
        low = h - lid
    );
    html! {
        <>
            { path(&body) }
            <ellipse class="lid" cx={half.to_string()} cy={lid.to_string()}
                rx={half.to_string()} ry={lid.to_string()} />
        </>
    }
}

/// A label with a cut corner and a hole.
fn tag(w: i32, h: i32) -> String {
    format!(
        "M14 0H{a}A6 6 0 0 1 {w} 6V{b}A6 6 0 0 1 {a} {h}H6A6 6 0 0 1 0 {b}V14Z",
        a = w - 6,
        b = h - 6
    )
}

/// A sheet with a folded corner.
fn document(w: i32, h: i32) -> String {
    format!(
        "M4 0H{a}L{w} 12V{b}A4 4 0 0 1 {c} {h}H4A4 4 0 0 1 0 {b}V4A4 4 0 0 1 4 0ZM{a} 0V12H{w}",
        a = w - 12,
        b = h - 4,
        c = w - 4
    )
}

/// A folder with its flap.
fn folder(w: i32, h: i32) -> String {
    let flap = (w / 3).min(36);
    format!(
        "M3 -4H{flap}L{end} 0H{a}A4 4 0 0 1 {w} 4V{b}A4 4 0 0 1 {a} {h}H4A4 4 0 0 1 0 {b}V-1A3 3 0 0 1 3 -4Z",
        end = flap + 6,
        a = w - 4,
        b = h - 4
    )
}

fn lights(w: i32) -> Html {
    html! {
        for place in [w - 66, w - 58, w - 50] {
            <circle class="light" cx={place.to_string()} cy="14" r="2.2" />
        }
    }
}

/// A padlock at the beginning of a socket.
fn lock(h: i32) -> Html {
    let top = h / 2 - 6;
    let d = format!("M6 {a}h9v7h-9zM8 {a}v-2a2.5 2.5 0 0 1 5 0v2", a = top + 5);
    html! { <path class="lock" {d} /> }
}
