//! `kubectl uncordon`: see `cordon`.

use super::super::failure::Failure;
use super::super::flags::Arguments;
use super::super::session::Session;
use super::Verb;
use super::cordon::{FLAGS, mark_all};

pub(super) const VERB: Verb = Verb { name: "uncordon", flags: FLAGS, run };

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    mark_all(session, arguments, "uncordon", false)
}
