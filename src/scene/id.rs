//! Identities of shapes.

use crate::api::object::ObjectKey;

use super::shape::ShapeId;

/// The shape of an object: `pod/default/web-0`, `persistentvolume/pv-1`.
pub fn of_key(key: &ObjectKey) -> ShapeId {
    let kind = key.kind.info().name.to_ascii_lowercase();
    let slash = if key.namespace.is_empty() { "" } else { "/" };
    ShapeId(format!("{kind}/{}{slash}{}", key.namespace, key.name).into())
}

/// A part of another shape.
pub fn part(of: &ShapeId, kind: &str, name: &str) -> ShapeId {
    ShapeId(format!("{}/{kind}/{name}", of.0).into())
}

/// A shape that stands for no object of the API.
pub fn named(kind: &str, name: &str) -> ShapeId {
    let slash = if name.is_empty() { "" } else { "/" };
    ShapeId(format!("{kind}{slash}{name}").into())
}

/// A line between two shapes.
pub fn link(from: &ShapeId, to: &ShapeId) -> ShapeId {
    ShapeId(format!("{}>{}", from.0, to.0).into())
}
