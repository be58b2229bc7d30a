//! The diagram: draws a [`crate::scene::shape::Scene`] as SVG. Where things are is the scene's
//! affair, how they look is the style sheet's.

pub(super) mod callout;
pub(super) mod fit;
pub(super) mod picture;

mod link;
mod outline;
mod shape;
