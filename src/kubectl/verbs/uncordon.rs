//! `kubectl uncordon`.

use super::super::failure::Failure;
use super::super::flags::Arguments;
use super::super::session::Session;
use super::Verb;
use super::cordon::{FLAGS, mark};

pub(super) const VERB: Verb = Verb { name: "uncordon", flags: FLAGS, run };

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    mark(session, arguments, false)
}
