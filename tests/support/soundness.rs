//! What holds for every picture: nothing overlaps, nothing sticks out, lines keep clear.

use std::collections::{BTreeMap, BTreeSet};

use volume_lab::scene::measure::text_width;
use volume_lab::scene::shape::{Anchor, Link, LinkRole, Role, Scene, Shape, ShapeId, Words};

/// What holds for every picture.
pub(crate) fn check(scene: &Scene) {
    let mut shapes: BTreeMap<&ShapeId, &Shape> = BTreeMap::new();
    let mut children: BTreeMap<Option<&ShapeId>, Vec<&Shape>> = BTreeMap::new();
    for shape in &scene.shapes {
        assert!(shapes.insert(&shape.id, shape).is_none(), "two shapes {:?}", shape.id);
        children.entry(shape.parent.as_ref()).or_default().push(shape);
        check_texts(shape);
    }
    for (parent, siblings) in &children {
        let frame = parent.map(|id| *shapes.get(id).expect("the parent is drawn before"));
        for (index, shape) in siblings.iter().enumerate() {
            let inside = frame.is_none_or(|frame| contains(frame, shape));
            assert!(inside, "{:?} sticks out of {parent:?}", shape.id);
            for other in &siblings[index + 1..] {
                assert!(!overlap(shape, other), "{:?} lies on {:?}", shape.id, other.id);
            }
        }
    }
    let ids: BTreeSet<&ShapeId> = scene.links.iter().map(|link| &link.id).collect();
    assert_eq!(ids.len(), scene.links.len(), "two lines of the same identity");
    for link in &scene.links {
        let is_edge = |pair: &[(i32, i32)]| pair[0].0 == pair[1].0 || pair[0].1 == pair[1].1;
        assert!(link.points.windows(2).all(is_edge), "{:?} is not made of edges", link.id);
        let inside =
            |(x, y): &(i32, i32)| (0..=scene.width).contains(x) && (0..=scene.height).contains(y);
        assert!(link.points.iter().all(inside), "{:?} leaves the picture", link.id);
        check_edges(link, scene);
        check_way(link, &shapes);
    }
}

/// A line that leaves a Pod keeps away from the edges of the nodes along which it runs.
fn check_edges(link: &Link, scene: &Scene) {
    const LEAST: i32 = 8;
    if !matches!(link.role, LinkRole::Uses | LinkRole::Network) {
        return;
    }
    for node in scene.shapes.iter().filter(|shape| shape.role == Role::Node) {
        for pair in link.points.windows(2).filter(|pair| pair[0].0 == pair[1].0) {
            let (x, top, low) = (pair[0].0, pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            let beside = top < node.y + node.h && node.y < low;
            let near = (x - node.x).abs().min((x - node.x - node.w).abs()) < LEAST;
            assert!(!(beside && near), "{:?} runs along the edge of {:?}", link.id, node.id);
        }
    }
}

/// A line runs through no box but those that hold its ends.
fn check_way(link: &Link, shapes: &BTreeMap<&ShapeId, &Shape>) {
    let mut holders: BTreeSet<&ShapeId> = BTreeSet::new();
    for end in [&link.from, &link.to] {
        let mut next = Some(end);
        while let Some(id) = next {
            holders.insert(id);
            next = shapes[id].parent.as_ref();
        }
    }
    let solid = shapes.values().filter(|shape| {
        let open = matches!(
            shape.role,
            Role::UserSide | Role::AdminSide | Role::Border | Role::StatefulSet | Role::Node
        );
        !open && !holders.contains(&shape.id)
    });
    for shape in solid {
        let hit = link.points.windows(2).any(|pair| {
            let (x1, x2) = (pair[0].0.min(pair[1].0), pair[0].0.max(pair[1].0));
            let (y1, y2) = (pair[0].1.min(pair[1].1), pair[0].1.max(pair[1].1));
            x1 < shape.x + shape.w && shape.x < x2 && y1 < shape.y + shape.h && shape.y < y2
                || x1 == x2
                    && shape.x < x1
                    && x1 < shape.x + shape.w
                    && y1 < shape.y + shape.h
                    && shape.y < y2
                || y1 == y2
                    && shape.y < y1
                    && y1 < shape.y + shape.h
                    && x1 < shape.x + shape.w
                    && shape.x < x2
        });
        assert!(!hit, "{:?} {:?} runs through {:?}", link.id, link.points, shape);
    }
}

fn check_texts(shape: &Shape) {
    for text in &shape.texts {
        let Words::Name(words) = &text.words else { continue };
        let width = text_width(words, text.role);
        let (left, right) = match text.anchor {
            Anchor::Start => (text.x, text.x + width),
            Anchor::Middle => (text.x - width / 2, text.x + width / 2),
            Anchor::End => (text.x - width, text.x),
        };
        let id = &shape.id;
        assert!(left >= 0 && right <= shape.w, "{words:?} is wider than {id:?}");
        assert!((0..=shape.h).contains(&text.y), "{words:?} is outside of {id:?}");
    }
}

fn contains(frame: &Shape, shape: &Shape) -> bool {
    frame.x <= shape.x
        && frame.y <= shape.y
        && shape.x + shape.w <= frame.x + frame.w
        && shape.y + shape.h <= frame.y + frame.h
}

fn overlap(a: &Shape, b: &Shape) -> bool {
    a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}
