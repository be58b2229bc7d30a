//! `kubectl` on the simulated cluster: kubectl 1.36.4, letter for letter.
//!
//! A new verb is a file and a line in `verbs::ALL`; a new table or description is a file and a
//! line in its folder's list. A command that waits lets the simulated time run.

mod age;
mod align;
mod attachable;
mod completion;
mod describe;
mod failure;
mod flags;
mod help;
mod input;
mod jsonpath;
mod kubeconfig;
mod line;
mod merge;
mod names;
mod output;
mod patch;
mod pending;
mod running;
mod selector;
mod session;
mod tables;
mod verbs;

pub use completion::{Completion, complete};
pub use line::{CommandLine, UnclosedQuote, split};
pub use running::{Output, Running, run};
