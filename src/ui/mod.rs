//! The page: Yew components and the browser. The only folder that knows either.
//!
//! [`app::App`] owns the state; everything else is a function of its properties. Not here:
//! decisions about Kubernetes, and rules about what a message does (`store`).

pub mod app;
pub mod boot;
pub mod player;

pub mod hooks;
mod scene;

mod actions;
mod dialogs;
mod editor;
mod events;
mod gallery;
mod header;
mod inspector;
mod lab;
mod layout;
mod notices;
mod offers;
mod problems;
mod stage;
mod tabs;
mod terminal;
mod timeline;
mod words;

mod effects;
mod fetched;
mod frame;
mod handover;
mod kept;
mod keys;
pub mod panic;
mod standby;
mod start;

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
