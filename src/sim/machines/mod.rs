//! Nodes and containers as machines: their disks, what they see of them, and what that needs.
//!
//! A machine's files are in [`crate::machine::fs`]; here they are put together from the cluster's
//! objects and from what the kubelets know. Not here: when a volume is mounted (the kubelet
//! decides), and the programs.

pub mod api_volume;
pub mod container;
pub mod disk;
pub mod environment;
pub mod fields;
pub mod files;
pub mod host;
pub mod log;
pub mod mounts;
pub mod network;
pub mod node;
pub mod ownership;
pub mod payload;
pub mod process;
pub mod servers;
pub mod services;

mod atomic;
