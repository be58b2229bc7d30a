//! Machines: what stands on a disk, images, and the programs that containers run.
//!
//! Pure: a program is a plan of when it ends and what it does on a stop signal. Not here:
//! Pods, volumes, and when anything is started.

pub mod console;
pub mod fs;
pub mod images;
pub mod paths;
pub mod program;
pub mod script;
pub mod shell;
pub mod trees;
mod words;
