//! Pieces of the browser that components use.

pub mod editor;
pub(super) mod files;
pub(super) mod roving;
pub(super) mod size;
