//! Volume Lab: a Kubernetes storage lab that runs in the browser.
//!
//! Models Kubernetes v1.36. See ARCHITECTURE.md for the map.

pub mod api;
pub mod i18n;

pub mod machine;
pub mod manifest;
pub mod sim;

pub mod kubectl;
pub mod replay;

pub mod lesson;
pub mod scene;
pub mod session;

pub mod store;

pub mod ui;
