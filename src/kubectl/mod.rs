//! `kubectl` on the simulated cluster: kubectl 1.36.4, letter for letter.
//!
//! A new verb is a file and a line in `verbs::ALL`; a new table or description is a file and a
//! line in its folder's list. A command that waits lets the simulated time run. Not here: `exec`
//! and `logs`, which need machines with files.

mod age;
mod align;
mod describe;
mod failure;
mod flags;
mod input;
mod jsonpath;
mod line;
mod merge;
mod names;
mod output;
mod patch;
mod selector;
mod session;
mod tables;
mod verbs;

use crate::sim::engine::Simulation;

use failure::Failure;
use flags::Arguments;
use session::Session;

pub use line::{CommandLine, UnclosedQuote, split};

/// What a command left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// The exit status.
    pub exit: i32,
    /// What it printed.
    pub stdout: String,
    /// What it printed as errors and warnings.
    pub stderr: String,
    /// Whether it was interrupted because what it waited for would never come, or not
    /// within half an hour.
    pub waits_for_ever: bool,
}

/// Runs a command. Simulated time passes as long as it takes.
pub fn run(sim: &mut Simulation, command: &CommandLine) -> Output {
    let mut session = Session::new(sim, command);
    let mut exit = 1;
    match dispatch(&mut session, &command.arguments) {
        Ok(()) => exit = i32::from(!session.failures.is_empty()),
        Err(failure) => session.fail(failure),
    }
    let errors = failure::report(&session.failures);
    session.stderr.push_str(&errors);
    if session.waits_for_ever {
        session.stderr.push_str("^C\n");
        exit = 130;
    }
    Output {
        exit,
        stdout: session.stdout,
        stderr: session.stderr,
        waits_for_ever: session.waits_for_ever,
    }
}

fn dispatch(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let mut words = arguments.to_vec();
    let Some(name) = Arguments::take_command(&mut words) else {
        session.print(verbs::help());
        return Ok(());
    };
    let Some(verb) = verbs::named(&name) else {
        return Err(Failure::message(verbs::unknown(&name)));
    };
    let arguments = Arguments::parse(verb.name, &words, verb.flags)?;
    session.use_namespace(&arguments);
    session.pass(session::START_MS);
    (verb.run)(session, &arguments)
}
