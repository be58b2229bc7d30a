//! What changes from one picture to the next.

use crate::api::order;

use super::shape::{Link, Scene, Shape, ShapeId};

/// One difference between two pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transition {
    /// A shape that was not there before.
    Appear(ShapeId),
    /// A shape that is gone, as it was.
    Disappear(Shape),
    /// The same shape elsewhere or of another size.
    Move(ShapeId),
    /// The same shape with another status or other words.
    Change(ShapeId),
    /// A line that was not there before.
    LinkAppear(ShapeId),
    /// A line that is gone, as it was.
    LinkDisappear(Link),
}

/// The differences, in the order of drawing; what goes comes first.
pub fn diff(before: &Scene, after: &Scene) -> Vec<Transition> {
    let old = order::map(before.shapes.iter().map(|s| (&s.id, s)));
    let new = order::map(after.shapes.iter().map(|s| (&s.id, s)));
    let old_links = order::map(before.links.iter().map(|l| (&l.id, l)));
    let new_links = order::map(after.links.iter().map(|l| (&l.id, l)));
    let gone_links = before.links.iter().filter(|link| !new_links.contains_key(&link.id));
    let gone = before.shapes.iter().filter(|shape| !new.contains_key(&shape.id));
    let mut list: Vec<Transition> = gone_links.cloned().map(Transition::LinkDisappear).collect();
    list.extend(gone.cloned().map(Transition::Disappear));
    for shape in &after.shapes {
        let Some(was) = old.get(&shape.id) else {
            list.push(Transition::Appear(shape.id.clone()));
            continue;
        };
        if (was.x, was.y, was.w, was.h) != (shape.x, shape.y, shape.w, shape.h) {
            list.push(Transition::Move(shape.id.clone()));
        }
        if (was.status, was.role, &was.texts) != (shape.status, shape.role, &shape.texts) {
            list.push(Transition::Change(shape.id.clone()));
        }
    }
    let fresh = after.links.iter().filter(|link| !old_links.contains_key(&link.id));
    list.extend(fresh.map(|link| Transition::LinkAppear(link.id.clone())));
    list
}
