//! Kubernetes objects, one file per kind or family; fields are named as upstream names them.
//!
//! Not here: what is done with them. A new kind is a file (or a struct in a family's file) and a
//! line in [`kind`]'s list.

pub mod meta;
pub mod order;
pub mod quantity;
pub mod record;
pub mod sorted;
pub mod time;

pub mod config;
pub mod container;
pub mod node;
pub mod persistent_volume;
pub mod persistent_volume_claim;
pub mod pod;
pub mod policy;
pub mod service;
pub mod storage_class;
pub mod volume;
pub mod workload;

pub mod kind;
pub mod object;
