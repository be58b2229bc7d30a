//! A command under way. It runs in slices, so that one that waits for long never holds up who
//! started it.

use crate::api::time::SimTime;
use crate::sim::engine::{Progress, Simulation};

use super::failure::{self, Failure};
use super::flags::Arguments;
use super::help;
use super::line::CommandLine;
use super::pending::{Pending, Poll};
use super::session::{Kept, PATIENCE_MS, START_MS, Session, Waited};
use super::verbs;

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
    /// The text that `kubectl edit` opens an editor with. The same command with what was saved
    /// as its standard input goes on from there.
    pub edit: Option<String>,
}

/// A command under way.
#[derive(Clone, Debug)]
pub struct Running {
    command: CommandLine,
    kept: Kept,
    stage: Stage,
    /// Since when the command waits for what it waits for now.
    since: Option<SimTime>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// kubectl reads its arguments.
    Starting,
    /// It acts, or waits for what it left to wait for.
    Acting,
    /// It is over.
    Ended(i32),
}

impl Running {
    /// A command that has not done anything yet.
    pub fn new(command: CommandLine) -> Self {
        Self { command, kept: Kept::default(), stage: Stage::Starting, since: None }
    }

    /// Whether it is over.
    pub fn is_over(&self) -> bool {
        matches!(self.stage, Stage::Ended(_))
    }

    /// What it printed so far.
    pub fn stdout(&self) -> &str {
        &self.kept.stdout
    }

    /// What it printed as errors and warnings so far.
    pub fn stderr(&self) -> &str {
        &self.kept.stderr
    }

    /// Goes on, while the cluster does about `tasks` tasks. Call it again until it
    /// [is over](Self::is_over).
    pub fn advance(&mut self, sim: &mut Simulation, tasks: usize) {
        if self.is_over() {
            return;
        }
        let mut session = Session::resume(sim, &self.command, std::mem::take(&mut self.kept));
        if self.stage == Stage::Starting {
            self.stage = Stage::Acting;
            if let Err(failure) = dispatch(&mut session, &self.command.arguments) {
                session.pending.clear();
                session.fail(failure);
            }
        }
        let mut left = tasks;
        while let Some(mut pending) = session.pending.pop_front() {
            if left == 0 {
                session.pending.push_front(pending);
                break;
            }
            left -= 1;
            let stays = poll(&mut session, &mut pending, &mut self.since);
            if stays {
                // Somebody sits there and will type: nothing is to be waited for.
                let awaits = self.command.interactive && pending.awaits_input();
                session.pending.push_front(pending);
                if awaits {
                    break;
                }
            } else {
                self.since = None;
            }
            if session.waits_for_ever {
                session.pending.clear();
            }
        }
        if session.pending.is_empty() {
            self.stage = Stage::Ended(end(&mut session));
        }
        self.kept = session.suspend();
    }

    /// Gives what was typed to the command that runs in a container, if one does.
    pub fn feed(&mut self, text: &str) {
        if let Some(Pending::Command(entered)) = self.kept.pending.front_mut() {
            entered.feed(text);
        }
    }

    /// Whether it runs a command in a container that waits for somebody to type.
    pub fn awaits_input(&self) -> bool {
        self.kept.pending.front().is_some_and(Pending::awaits_input)
    }

    /// Says that nothing more will be typed (Ctrl-D).
    pub fn end_input(&mut self) {
        if let Some(Pending::Command(entered)) = self.kept.pending.front_mut() {
            entered.close_input();
        }
    }

    /// Ends it as Ctrl-C does. What it asked of the cluster stays asked. A command with a
    /// terminal in a container takes Ctrl-C itself.
    pub fn interrupt(&mut self) {
        if let Some(Pending::Command(entered)) = self.kept.pending.front_mut()
            && entered.has_terminal()
        {
            return entered.interrupt();
        }
        if !self.is_over() {
            self.kept.pending.clear();
            self.kept.stderr.push_str("^C\n");
            self.stage = Stage::Ended(130);
        }
    }

    /// What it left behind, or so far.
    pub fn output(&self) -> Output {
        Output {
            exit: if let Stage::Ended(exit) = self.stage { exit } else { 0 },
            stdout: self.kept.stdout.clone(),
            stderr: self.kept.stderr.clone(),
            waits_for_ever: self.kept.waits_for_ever,
            edit: self.kept.asks.clone(),
        }
    }
}

/// Runs a command to its end. Simulated time passes as long as it takes.
pub fn run(sim: &mut Simulation, command: &CommandLine) -> Output {
    let mut running = Running::new(command.clone());
    while !running.is_over() {
        running.advance(sim, usize::MAX);
    }
    running.output()
}

/// Looks once at what is waited for, and lets the cluster do its next task; whether it is still
/// waited for.
fn poll(session: &mut Session<'_>, pending: &mut Pending, since: &mut Option<SimTime>) -> bool {
    let deadline = match pending.poll(session) {
        Ok(Poll::Done) => return false,
        Ok(Poll::Wait(deadline)) => deadline,
        Ok(Poll::Until(time)) => {
            let stopped = matches!(session.sim.advance(time), Progress::Stopped(_));
            session.waits_for_ever |= stopped;
            return !stopped;
        }
        Err(failure) => {
            session.fail(failure);
            return false;
        }
    };
    if session.command.interactive && pending.awaits_input() {
        return true;
    }
    let since = *since.get_or_insert(session.now());
    let waited = match deadline {
        Some(deadline) => match session.sim.advance(deadline) {
            Progress::More => return true,
            Progress::Done => Waited::TimedOut,
            Progress::Stopped(_) => Waited::ForEver,
        },
        // Nobody sets a bound: it lasts until nothing moves any more, or until a person would
        // have lost patience.
        None => match session.sim.settle(since + PATIENCE_MS, 1) {
            Progress::More => return true,
            Progress::Done | Progress::Stopped(_) => Waited::ForEver,
        },
    };
    match waited {
        Waited::TimedOut => pending.time_is_up(session),
        Waited::Done | Waited::ForEver => session.waits_for_ever = true,
    }
    false
}

/// Prints the errors; the exit status.
fn end(session: &mut Session<'_>) -> i32 {
    let mut exit = session.exit.unwrap_or(i32::from(!session.failures.is_empty()));
    let warnings = session.warnings();
    if session.warnings_are_errors && warnings > 0 && session.failures.is_empty() {
        let plural = if warnings == 1 { "" } else { "s" };
        session.fail(Failure::message(format!("{warnings} warning{plural} received")));
        exit = 1;
    }
    let errors = failure::report(&session.failures);
    session.stderr.push_str(&errors);
    if session.waits_for_ever {
        session.stderr.push_str("^C\n");
        exit = 130;
    }
    exit
}

fn dispatch(session: &mut Session<'_>, arguments: &[String]) -> Result<(), Failure> {
    let mut words = arguments.to_vec();
    let Some(name) = Arguments::take_command(&mut words, &[]) else {
        Arguments::parse("", &words, &[])?;
        session.stdout.push_str(&help::main());
        return Ok(());
    };
    if name == "help" {
        show_help(session, &words);
        return Ok(());
    }
    let (path, verb) = verbs::find(&name, &mut words)?;
    let mut arguments = Arguments::parse(&path, &words, verb.flags)?;
    if arguments.is_set("help") {
        session.stdout.push_str(&help::of(&path, verb.flags));
        return Ok(());
    }
    if let (false, Some(after)) = (verbs::takes_a_command(&path), &arguments.after) {
        arguments.words.extend(after.clone());
    }
    session.path = path;
    session.use_globals(&arguments)?;
    session.pass(START_MS);
    (verb.run)(session, &arguments)
}

/// `kubectl help create service`.
fn show_help(session: &mut Session<'_>, words: &[String]) {
    let mut words = words.to_vec();
    let Some(name) = Arguments::take_command(&mut words, &[]) else {
        return session.stdout.push_str(&help::main());
    };
    match verbs::find(&name, &mut words) {
        Ok((path, verb)) => session.stdout.push_str(&help::of(&path, verb.flags)),
        Err(_) => session.print(format!("Unknown help topic [`{name}`]")),
    }
}
