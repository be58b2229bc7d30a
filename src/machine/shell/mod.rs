//! A POSIX shell and its tools, for nodes, containers and the commands of containers.
//!
//! Pure and on simulated time: a script is turned into small operations (`code`), and a process
//! is a place in them with a stack of its own, so that it can stop anywhere and be cloned.
//! [`run::Process`] is a process with all that it started; what it needs of its machine is
//! [`host::Host`]. Not here: the machines, their files and what containers run.

pub mod host;
pub mod kernel;
pub mod launch;
pub mod run;
pub mod tools;

mod arith;
mod builtins;
mod calls;
mod code;
mod command;
mod escapes;
mod exec;
mod expand;
mod fork;
mod glob;
mod limits;
mod params;
mod parse;
mod redirect;
mod regex;
#[expect(clippy::module_inception, reason = "the shell itself, beside its tools")]
mod shell;
mod signal;
mod source;
mod task;
mod users;
mod waiting;
