//! Pieces of the browser that components use.

pub mod editor;
pub(super) mod files;
pub(super) mod size;
