//! The cluster, simulated time, the engine and the history.
//!
//! A run is a list of [`step::Step`]s. Whoever changes the cluster, a person's request or a
//! controller, goes through [`apiserver`]; each write is one step, and each step keeps the whole
//! cluster as it stood after it (structurally shared, so that keeping it costs little).
//!
//! Not here: text of manifests, pictures, sentences, and anything that differs from run to run.

pub mod change;
pub mod cluster;
pub mod dns;
pub mod endpoints;
pub mod event_log;
pub mod random;
pub mod runtime;
pub mod sha256;

pub mod action;
pub mod kubeconfig;
pub mod limits;
pub mod pod_facts;
pub mod queue;
pub mod quota;
pub mod step;
pub mod tally;

pub mod apiserver;
pub mod controllers;

mod draft;
pub mod engine;
pub mod machines;
pub mod profile;
