//! One line of the diagram.

use std::fmt::Write as _;

use yew::{Html, classes, html};

use crate::scene::shape::{Link, LinkRole};

/// How round corners are.
const ROUND: i32 = 8;

/// A line; `how` says whether it comes, stays or goes.
pub(super) fn link(link: &Link, how: &'static str) -> Html {
    let brightness = if link.active { "active" } else { "dim" };
    let class = classes!("link", format!("link-{}", link.role.word()), how, brightness);
    let end = link.points.last().copied().filter(|_| has_end(link.role));
    html! {
        <g key={link.id.0.to_string()} {class} aria-hidden="true">
            <path d={rounded(&link.points)} pathLength="1" />
            if let Some((x, y)) = end {
                <circle cx={x.to_string()} cy={y.to_string()} r="3.5" />
            }
        </g>
    }
}

fn has_end(role: LinkRole) -> bool {
    !matches!(role, LinkRole::Bound)
}

/// The corners joined, each a little round.
fn rounded(points: &[(i32, i32)]) -> String {
    let Some((first, rest)) = points.split_first() else { return String::new() };
    let mut d = format!("M{} {}", first.0, first.1);
    for window in points.windows(3) {
        let [before, corner, after] = window else { continue };
        let near = towards(*corner, *before);
        let far = towards(*corner, *after);
        let _ = write!(d, "L{} {}Q{} {} {} {}", near.0, near.1, corner.0, corner.1, far.0, far.1);
    }
    if let Some(last) = rest.last() {
        let _ = write!(d, "L{} {}", last.0, last.1);
    }
    d
}

/// The point a little way from the corner to its neighbour, half way at most.
fn towards(corner: (i32, i32), neighbour: (i32, i32)) -> (i32, i32) {
    let part = |from: i32, to: i32| {
        let half = (to - from) / 2;
        from + half.clamp(-ROUND, ROUND)
    };
    (part(corner.0, neighbour.0), part(corner.1, neighbour.1))
}
