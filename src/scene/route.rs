//! The ways of lines: edges of our own, through the gaps that the arrangement leaves.

use crate::api::order;
use crate::api::sorted::{SortedMap, SortedSet};

use super::frame::Lines;
use super::id;
use super::layout::{Area, Mark, Placed};
use super::pod;
use super::shape::{Link, LinkRole, Role, Shape, ShapeId};

/// Everything that a line has to go round.
struct Map<'a> {
    placed: &'a Placed,
    shapes: SortedMap<&'a ShapeId, &'a Shape>,
    /// How high the sockets of each container are.
    sockets: SortedMap<ShapeId, Vec<i32>>,
    /// In which order the volumes of a Pod were reached.
    ranks: SortedMap<ShapeId, i32>,
    /// How many lines already run through a gap.
    tracks: SortedMap<Gap, i32>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    UnderNodes,
    Border,
    Side(ShapeId),
    Under(ShapeId),
    Beside(i32),
}

/// How far apart two boxes may be to be joined straight.
const NEAR: i32 = 60;

/// All lines whose two ends are in the picture.
pub(super) fn all(placed: &Placed, wires: Lines) -> Vec<Link> {
    let shapes = order::map(placed.shapes.iter().map(|shape| (&shape.id, shape)));
    let (ranks, tracks) = (SortedMap::new(), SortedMap::new());
    let mut sockets: SortedMap<ShapeId, Vec<i32>> = SortedMap::new();
    for shape in &placed.shapes {
        if let (Role::Socket | Role::SocketReadOnly, Some(parent)) = (shape.role, &shape.parent) {
            sockets.entry(parent.clone()).or_default().push(shape.y);
        }
    }
    let mut map = Map { placed, shapes, sockets, ranks, tracks };
    let mut known = SortedSet::new();
    let mut links = Vec::new();
    for (from, to, role, state) in wires.0 {
        let (Some(start), Some(end)) = (map.shapes.get(&from), map.shapes.get(&to)) else {
            continue;
        };
        let (start, end) = (*start, *end);
        let own = id::link(&from, &to);
        if !known.insert(own.clone()) {
            continue;
        }
        // Where there is no free way, words in the boxes must do.
        if let Some(points) = map.way(start, end, role).filter(|way| map.is_free(way, start, end)) {
            let active = start.active && end.active;
            let points = straightened(points);
            links.push(Link { id: own, from, to, role, state, points, active });
        }
    }
    links
}

fn area(shape: &Shape) -> Area {
    Area { x: shape.x, y: shape.y, w: shape.w, h: shape.h }
}

impl Map<'_> {
    fn way(&mut self, start: &Shape, end: &Shape, role: LinkRole) -> Option<Vec<(i32, i32)>> {
        let (a, b) = (area(start), area(end));
        Some(match role {
            LinkRole::Mount => self.mount(start, a, end),
            // In a picture of several rows claim and volume stand in the same place of their grids.
            LinkRole::Bound if b.y - a.bottom() > NEAR => return None,
            LinkRole::Bound | LinkRole::Endpoint => {
                vec![(b.middle(), a.bottom()), (b.middle(), b.y)]
            }
            LinkRole::Storage if b.y < a.bottom() || b.y - a.bottom() > 2 * NEAR => return None,
            LinkRole::Storage => {
                if b.x < a.right() && b.right() > a.x && b.y - a.bottom() < 60 {
                    let x = b.middle().clamp(a.x + 8, a.right() - 8);
                    vec![(x, a.bottom()), (x, b.y)]
                } else {
                    bent(a, b, a.bottom() + 13)
                }
            }
            LinkRole::Wants if self.is_far_from_border(a) => return None,
            LinkRole::Wants => self.wants(a, b),
            LinkRole::Provisions => Self::provisions(a, b),
            LinkRole::Attached => self.attached(a, b),
            LinkRole::HostPath => self.host_path(start, b),
            LinkRole::Uses | LinkRole::Network => return self.leave_pod(start, end),
        })
    }

    /// Whether a way runs through no box but those that hold its ends.
    fn is_free(&self, way: &[(i32, i32)], start: &Shape, end: &Shape) -> bool {
        let mut holders: Vec<&ShapeId> = Vec::new();
        for shape in [start, end] {
            let mut next = Some(shape);
            while let Some(shape) = next {
                holders.push(&shape.id);
                next = self.parent(shape);
            }
        }
        let hit = |shape: &Shape| {
            let (right, bottom) = (shape.x + shape.w, shape.y + shape.h);
            way.windows(2).any(|pair| {
                let (a, b) = (pair[0], pair[1]);
                // An edge has no thickness: what it touches only at the rim is free.
                let (x1, x2) = (a.0.min(b.0), a.0.max(b.0));
                let (y1, y2) = (a.1.min(b.1), a.1.max(b.1));
                x1 < right
                    && shape.x < x2.max(x1 + 1)
                    && y1 < bottom
                    && shape.y < y2.max(y1 + 1)
                    && (x1 != x2 || shape.x < x1)
                    && (y1 != y2 || shape.y < y1)
            })
        };
        let open = [Role::UserSide, Role::AdminSide, Role::Border, Role::StatefulSet, Role::Node];
        let solid = self.placed.shapes.iter().filter(|shape| !open.contains(&shape.role));
        !solid.filter(|shape| !holders.contains(&&shape.id)).any(hit)
    }

    fn track(&mut self, gap: Gap) -> i32 {
        let used = self.tracks.entry(gap).or_default();
        *used += 1;
        *used - 1
    }

    fn is_far_from_border(&self, claim: Area) -> bool {
        self.mark(Mark::OverBorder).is_none_or(|border| border.y - claim.bottom() > NEAR)
    }

    fn mark(&self, mark: Mark) -> Option<Area> {
        self.placed.marks.get(&mark).copied()
    }

    fn parent(&self, shape: &Shape) -> Option<&Shape> {
        shape.parent.as_ref().and_then(|id| self.shapes.get(id)).copied()
    }

    /// From a socket down to its volume; upper sockets of a container go round the lower ones.
    fn mount(&mut self, start: &Shape, a: Area, end: &Shape) -> Vec<(i32, i32)> {
        let b = area(end);
        let holder = start.parent.clone().unwrap_or_else(|| start.id.clone());
        let container = self.shapes.get(&holder).map_or(a, |shape| area(shape));
        let gap = (b.y - container.bottom()).max(12);
        let pod = end.parent.clone().unwrap_or_else(|| end.id.clone());
        let rank = *self.ranks.entry(end.id.clone()).or_insert_with(|| {
            let used = self.tracks.entry(Gap::Under(pod)).or_default();
            *used += 1;
            *used - 1
        });
        let y = container.bottom() + 5 + (rank * 5) % (gap - 10).max(1);
        let all = self.sockets.get(&holder).map_or(&[][..], Vec::as_slice);
        let lower = all.iter().filter(|other| **other > a.y).count();
        if lower == 0 {
            return bent(a, b, y);
        }
        let lower = i32::try_from(lower).unwrap_or(1);
        let x = a.right() + pod::CHANNEL * lower.min(6);
        vec![(a.right(), a.center()), (x, a.center()), (x, y), (b.middle(), y), (b.middle(), b.y)]
    }

    /// From a volume of a Pod to what is outside: straight down from a column, else out of the
    /// node beside its file system.
    fn leave_pod(&mut self, start: &Shape, end: &Shape) -> Option<Vec<(i32, i32)>> {
        let pod = self.parent(start)?;
        let holder = self.parent(pod)?;
        let (a, b, pod) = (area(start), area(end), area(pod));
        if holder.role != Role::Node {
            return Some(if b.x < pod.right() && pod.x < b.right() {
                let x = a.middle().clamp(b.x + 8, b.right() - 8);
                vec![
                    (a.middle(), a.bottom()),
                    (a.middle(), pod.bottom() + 8),
                    (x, pod.bottom() + 8),
                    (x, b.y),
                ]
            } else {
                bent(a, b, pod.bottom() + 12)
            });
        }
        let node = area(holder);
        let under = self.mark(Mark::UnderNodes)?;
        let own = holder.id.clone();
        let is_right = b.middle() > node.middle();
        let side = self.track(Gap::Side(own.clone())) % 3;
        // Within the node beside what it holds; in a grid of nodes in the gap between two.
        let x = match (self.is_over_another(node), is_right) {
            (true, true) => node.right() + 12 - 2 * side,
            (true, false) => node.x - 12 + 2 * side,
            (false, true) => node.right() - 9 - 4 * side,
            (false, false) => node.x + 9 + 4 * side,
        };
        let low = pod.bottom() + 4 + 2 * (self.track(Gap::Under(own)) % 3);
        let y = under.y + 7 + 4 * (self.track(Gap::UnderNodes) % 4);
        let mut way = vec![(a.middle(), a.bottom()), (a.middle(), low), (x, low), (x, y)];
        let border = self.mark(Mark::OverBorder).map_or(0, |mark| mark.y);
        let is_beyond = b.y > border + 60;
        let blocked = self.is_blocked(b.middle(), y, b.y);
        if blocked && !is_beyond {
            return None;
        }
        if blocked {
            let beside = b.x - 9;
            let over = b.y - 8;
            way.extend([(beside, y), (beside, over), (b.middle(), over), (b.middle(), b.y)]);
        } else {
            let spread = if is_beyond { 0 } else { self.track(Gap::Beside(b.x)) % 4 * 8 };
            let x = (b.middle() + spread).min(b.right() - 6);
            way.extend([(x, y), (x, b.y)]);
        }
        Some(way)
    }

    /// Whether another node stands below this one.
    fn is_over_another(&self, node: Area) -> bool {
        let below = |shape: &&Shape| {
            shape.role == Role::Node
                && shape.y >= node.bottom()
                && shape.x < node.right()
                && node.x < shape.x + shape.w
        };
        self.shapes.values().any(below)
    }

    fn is_blocked(&self, x: i32, top: i32, bottom: i32) -> bool {
        self.placed.shapes.iter().any(|shape| {
            let within = matches!(shape.role, Role::Claim | Role::PersistentVolume);
            within && shape.x < x && x < shape.x + shape.w && shape.y > top && shape.y < bottom
        })
    }

    /// From a claim over the border to its class at the left.
    fn wants(&mut self, a: Area, b: Area) -> Vec<(i32, i32)> {
        let Some(border) = self.mark(Mark::OverBorder) else { return Vec::new() };
        let y = border.y + 3 + 3 * (self.track(Gap::Border) % 3);
        if b.right() < a.x {
            let x = b.right() + 9;
            let end = b.y + 30;
            vec![(a.middle(), a.bottom()), (a.middle(), y), (x, y), (x, end), (b.right(), end)]
        } else {
            bent(a, b, y)
        }
    }

    /// From a provisioner under the volumes to the one that it makes.
    fn provisions(a: Area, b: Area) -> Vec<(i32, i32)> {
        let y = b.bottom() + 7;
        if a.right() < b.x {
            let x = a.right() + 17;
            let end = b.x + 16;
            vec![(a.right(), a.center()), (x, a.center()), (x, y), (end, y), (end, b.bottom())]
        } else {
            // The class stands above: down beside all volumes, at the left.
            let (x, end) = (a.x - 14, b.x + 16);
            vec![(a.x, a.center()), (x, a.center()), (x, y), (end, y), (end, b.bottom())]
        }
    }

    /// From a disk up beside its volume and claim to the node that holds it.
    fn attached(&mut self, a: Area, b: Area) -> Vec<(i32, i32)> {
        let Some(under) = self.mark(Mark::UnderNodes) else { return Vec::new() };
        let beside = a.right() + 9;
        let y = under.bottom() - 4 - 4 * (self.track(Gap::UnderNodes) % 3);
        let x = (b.middle() + 24).min(b.right() - 20);
        if self.is_over_another(b) {
            let x = b.right() + 6;
            let end = (b.right(), b.bottom() - 26);
            return vec![
                (a.right(), a.center()),
                (beside, a.center()),
                (beside, y),
                (x, y),
                (x, end.1),
                end,
            ];
        }
        vec![(a.right(), a.center()), (beside, a.center()), (beside, y), (x, y), (x, b.bottom())]
    }

    fn host_path(&mut self, start: &Shape, b: Area) -> Vec<(i32, i32)> {
        let a = area(start);
        let Some(pod) = self.parent(start).map(area) else { return bent(a, b, a.bottom() + 6) };
        let below = self.placed.shapes.iter().any(|shape| {
            shape.role == Role::Pod
                && shape.y > pod.bottom()
                && shape.y < b.y
                && shape.x < a.middle()
                && a.middle() < shape.x + shape.w
        });
        if below {
            let x = pod.x - 5;
            let (low, high) = (pod.bottom() + 5, b.y - 10);
            return vec![
                (a.middle(), a.bottom()),
                (a.middle(), low),
                (x, low),
                (x, high),
                (b.middle(), high),
                (b.middle(), b.y),
            ];
        }
        if b.x + 8 <= a.middle() && a.middle() <= b.right() - 8 {
            return vec![(a.middle(), a.bottom()), (a.middle(), b.y)];
        }
        bent(a, b, b.y - 10)
    }
}

/// Down, sideways at `y`, down.
fn bent(a: Area, b: Area, y: i32) -> Vec<(i32, i32)> {
    vec![(a.middle(), a.bottom()), (a.middle(), y), (b.middle(), y), (b.middle(), b.y)]
}

/// Leaves out corners that are none.
fn straightened(points: Vec<(i32, i32)>) -> Vec<(i32, i32)> {
    let mut way: Vec<(i32, i32)> = Vec::with_capacity(points.len());
    for point in points {
        if way.last() == Some(&point) {
            continue;
        }
        if let [.., a, b] = way[..]
            && (a.0 == b.0 && b.0 == point.0 || a.1 == b.1 && b.1 == point.1)
        {
            way.pop();
        }
        way.push(point);
    }
    way
}
