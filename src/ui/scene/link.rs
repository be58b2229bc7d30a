//! One line of the diagram.

use std::fmt::Write as _;

use yew::{Html, classes, html};

use crate::scene::shape::{Link, LinkRole, LinkState};

/// How round corners are.
const ROUND: i32 = 8;

/// A line; `how` says whether it comes, stays or goes.
pub(super) fn link(link: &Link, how: &'static str) -> Html {
    let brightness = if link.active { "active" } else { "dim" };
    let class = classes!(
        "link",
        format!("link-{}", link.role.word()),
        format!("link-{}", link.state.word()),
        how,
        brightness
    );
    let end = link.points.last().copied().filter(|_| has_end(link.role));
    // A line that is drawn stroke by stroke has the length 1; dashes are of the same size anywhere.
    let length = (link.state == LinkState::Made).then_some("1");
    html! {
        <g key={link.id.0.to_string()} {class} aria-hidden="true">
            <path d={rounded(&link.points)} pathLength={length} />
            if let Some((x, y)) = end {
                { sign(link.state, x, y) }
            }
        </g>
    }
}

/// What stands at the end of a line: a dot, a ring while it waits, a cross where it failed.
fn sign(state: LinkState, x: i32, y: i32) -> Html {
    match state {
        LinkState::Broken => {
            html! { <path class="cross" d={format!("M{} {}l10 10m0 -10l-10 10", x - 5, y - 11)} /> }
        }
        _ => html! { <circle cx={x.to_string()} cy={y.to_string()} r="3.5" /> },
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
