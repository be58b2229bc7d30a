//! `kubectl options`: the flags that every command has.

use super::super::failure::Failure;
use super::super::flags::{Arguments, GLOBAL};
use super::super::help;
use super::super::session::Session;
use super::Verb;

pub(super) const VERB: Verb = Verb { name: "options", flags: &[], run };

#[allow(clippy::unnecessary_wraps, reason = "commands may fail")]
fn run(session: &mut Session<'_>, _: &Arguments) -> Result<(), Failure> {
    session.stdout.push_str(&help::options(GLOBAL));
    Ok(())
}
