//! A session being played: the simulation and what each command answered.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::api::sorted::SortedMap;
use crate::api::time::SimTime;
use crate::kubectl::{CommandLine, Output, Running};
use crate::machine::trees::desk::HOME;
use crate::sim::engine::{Progress, Simulation};
use crate::sim::machines::node::DESK;
use crate::sim::profile::Profile;
use crate::sim::step::Step;

use super::console::{Console, Pause};
use super::{Command, Entry, Session};

/// A run looks at most this far ahead of its last command, in simulated milliseconds.
pub const HORIZON_MS: u64 = 10 * 60 * 1000;

/// A command does at most this many of the cluster's tasks before it lets others have a turn.
const FIRST_SLICE: usize = 400;

/// How much of the cluster's work a line may wait for that was interrupted.
const INTERRUPT_SLICE: usize = 100;

/// Who acts when a person does.
const PERSONS: [&str; 2] = ["kubectl", "shell"];

/// A command that was carried out.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The command and its time.
    pub entry: Entry,
    /// How many steps there were before it.
    pub first_step: usize,
    /// How many there were after the last that it wrote; as many as before when it wrote
    /// nothing.
    pub wrote_until: usize,
    /// What it answered.
    pub output: Output,
    /// What stood before it, if it was typed at a shell.
    pub prompt: String,
    /// The shell after it; `None` when it had ended.
    shell: Option<Console>,
    /// How many steps there were at its end.
    end_step: usize,
    /// The time of its end.
    ended: SimTime,
}

impl Outcome {
    /// Whether it was given before the place at which so many steps are shown. What only looked
    /// there belongs to it.
    pub fn is_before(&self, steps: usize) -> bool {
        self.first_step < steps || self.first_step == steps && self.wrote_until <= steps
    }
}

/// The simulation of a session.
#[derive(Clone, Debug)]
pub struct Run {
    simulation: Simulation,
    outcomes: Vec<Outcome>,
    waiting: VecDeque<Entry>,
    /// The last command, as long as it is under way.
    running: Option<Under>,
    /// The shells at which somebody types, by machine.
    consoles: SortedMap<String, Console>,
}

/// A command under way.
#[derive(Clone, Debug)]
enum Under {
    /// `kubectl`.
    Kubectl(Box<Running>),
    /// A line typed on that machine, and what was printed so far.
    Line(String, Output),
}

impl Run {
    /// A fresh cluster of that profile; the lecture's when the name is unknown.
    pub fn new(profile: &str) -> Self {
        let profile = Profile::named(profile).unwrap_or_else(Profile::lecture);
        let simulation = Simulation::new(profile);
        Self::on(simulation, Vec::new())
    }

    fn on(simulation: Simulation, outcomes: Vec<Outcome>) -> Self {
        let mut consoles = SortedMap::default();
        for outcome in &outcomes {
            let Command::Node { node, .. } = &outcome.entry.command else { continue };
            match &outcome.shell {
                Some(shell) if outcome.entry.cut_after.is_none() => {
                    consoles.insert(node.clone(), shell.clone());
                }
                _ => {
                    consoles.remove(node);
                }
            }
        }
        Self { simulation, outcomes, waiting: VecDeque::new(), running: None, consoles }
    }

    /// What stands before the next line on that machine, if somebody typed there before.
    pub fn prompt(&self, machine: &str) -> Option<&str> {
        self.consoles.get(machine).map(Console::prompt)
    }

    /// The names in a directory as the shell on that machine sees it, those of directories with a
    /// slash at their end.
    pub fn names_in(&self, machine: &str, directory: &str) -> Vec<String> {
        let cwd = self.consoles.get(machine).and_then(Console::cwd);
        let home = if machine == DESK { HOME } else { "/root" };
        self.simulation.names_on(machine, cwd.as_deref().unwrap_or(home), directory)
    }

    /// Whether what is typed there next is a command of its shell.
    pub fn is_at_prompt(&self, machine: &str) -> bool {
        self.consoles.get(machine).is_none_or(Console::is_at_prompt)
    }

    /// A fresh cluster with the session's commands waiting; [`Run::work`] carries them out.
    pub fn of(session: &Session) -> Self {
        let waiting = session.entries.iter().cloned().collect();
        Self { waiting, ..Self::new(&session.profile) }
    }

    /// The simulation.
    pub fn simulation(&self) -> &Simulation {
        &self.simulation
    }

    /// The commands that were carried out.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The commands that were carried out and those that wait, as a session keeps them.
    pub fn entries(&self) -> Vec<Entry> {
        let done = self.outcomes.iter().map(|outcome| &outcome.entry);
        done.chain(&self.waiting).cloned().collect()
    }

    /// Carries out a command now and returns what it answered so far; one that waits goes on
    /// in [`Run::work`]. What was still under way is interrupted.
    ///
    /// What is due at this very moment is done first, so that a session that is played again
    /// meets the same cluster.
    pub fn execute(&mut self, command: Command) -> &Outcome {
        self.interrupt();
        self.carry_out(command, None)
    }

    /// Lets these commands wait: [`Run::work`] carries them out, in order.
    pub fn queue(&mut self, entries: impl IntoIterator<Item = Entry>) {
        self.waiting.extend(entries);
    }

    /// Whether the last command is still under way.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Ends the last command as Ctrl-C does, if it is still under way.
    pub fn interrupt(&mut self) {
        let Some(running) = self.running.take() else { return };
        let output = match running {
            Under::Kubectl(mut running) => {
                running.interrupt();
                running.output()
            }
            Under::Line(machine, mut output) => {
                self.interrupt_line(&machine, &mut output);
                output
            }
        };
        let steps = self.simulation.steps().len();
        if let Some(last) = self.outcomes.last_mut() {
            last.output = output;
            last.entry.cut_after = Some(steps - last.first_step);
        }
    }

    /// Ctrl-C at a shell; who does not heed it soon is left alone.
    fn interrupt_line(&mut self, machine: &str, output: &mut Output) {
        let Some(console) = self.consoles.get_mut(machine) else { return };
        console.interrupt();
        output.stdout.push_str("^C");
        if console.advance(&mut self.simulation, INTERRUPT_SLICE, output) != Pause::Rest {
            output.stdout.push('\n');
            self.consoles.remove(machine);
        }
    }

    fn carry_out(&mut self, command: Command, cut_after: Option<usize>) -> &Outcome {
        self.simulation.run_until(self.simulation.now());
        let first_step = self.simulation.steps().len();
        let at_ms = self.simulation.now().0;
        let prompt = match &command {
            Command::Node { node, .. } => self.open_console(node),
            _ => None,
        };
        let output = match &command {
            Command::Apply(text) => self.kubectl("apply -f -", text),
            Command::Kubectl { args, stdin } => self.kubectl(args, stdin),
            Command::Node { node, sh } => self.type_line(node, sh),
        };
        let (prompt, shell) = (prompt.unwrap_or_default(), None);
        let entry = Entry { at_ms, command, cut_after };
        let (end_step, ended) = (first_step, self.simulation.now());
        let wrote_until = 0;
        let outcome =
            Outcome { entry, first_step, wrote_until, output, prompt, shell, end_step, ended };
        self.outcomes.push(outcome);
        if matches!(self.running, Some(Under::Line(..))) {
            self.go_on(FIRST_SLICE);
        }
        if cut_after.is_some() {
            while self.is_running() {
                self.go_on(FIRST_SLICE);
            }
        }
        self.settle_outcome();
        self.outcomes.last().expect("an outcome was just pushed")
    }

    /// Lets the command that is under way go on.
    fn go_on(&mut self, tasks: usize) {
        match &mut self.running {
            None => return,
            Some(Under::Kubectl(running)) => running.advance(&mut self.simulation, tasks),
            Some(Under::Line(machine, output)) => {
                let console = self.consoles.get_mut(machine);
                let pause = console.map_or(Pause::Ended(0), |console| {
                    console.advance(&mut self.simulation, tasks, output)
                });
                if pause != Pause::More {
                    let machine = std::mem::take(machine);
                    let output = std::mem::take(output);
                    self.running = None;
                    return self.end_line(&machine, output, pause);
                }
            }
        }
        let Some(last) = self.outcomes.last() else { return };
        let steps = self.simulation.steps().len() - last.first_step;
        let cut_after = last.entry.cut_after;
        if cut_after.is_some_and(|cut| steps > cut) {
            self.interrupt();
            if let Some(last) = self.outcomes.last_mut() {
                last.entry.cut_after = cut_after;
            }
            return;
        }
        if let Some(Under::Kubectl(running)) = &self.running
            && running.is_over()
        {
            let output = running.output();
            self.running = None;
            if let Some(last) = self.outcomes.last_mut() {
                last.output = output;
            }
        }
    }

    /// A line came to its end, or its shell did.
    fn end_line(&mut self, machine: &str, output: Output, pause: Pause) {
        if matches!(pause, Pause::Ended(_)) {
            self.consoles.remove(machine);
        }
        let shell = self.consoles.get(machine).cloned();
        if let Some(last) = self.outcomes.last_mut() {
            (last.output, last.shell) = (output, shell);
        }
    }

    /// A shell on that machine to type at, a fresh one if there is none: what stands before the
    /// line. `None` when there is no such machine.
    fn open_console(&mut self, machine: &str) -> Option<String> {
        if self.consoles.get(machine).is_none() {
            let console = Console::open(&mut self.simulation, machine)?;
            self.consoles.insert(machine.to_owned(), console);
        }
        self.prompt(machine).map(str::to_owned)
    }

    /// Types a line: what it printed so far.
    fn type_line(&mut self, machine: &str, line: &str) -> Output {
        let Some(console) = self.consoles.get_mut(machine) else {
            return failure(format!("ssh: Could not resolve hostname {machine}"));
        };
        console.type_line(&self.simulation, line);
        self.running = Some(Under::Line(machine.to_owned(), Output::default()));
        Output::default()
    }

    /// Notes how far the last command got.
    fn settle_outcome(&mut self) {
        let Some(last) = self.outcomes.last() else { return };
        let first_step = last.first_step;
        if let (Some(steps), false) = (last.entry.cut_after, self.is_running()) {
            self.simulation = self.simulation.fork(first_step.saturating_add(steps));
        }
        let wrote_until = self.end_of_writes(first_step);
        let (end_step, ended) = (self.simulation.steps().len(), self.simulation.now());
        let output = self.running.as_ref().map(|running| match running {
            Under::Kubectl(running) => running.output(),
            Under::Line(_, output) => output.clone(),
        });
        if let Some(last) = self.outcomes.last_mut() {
            (last.wrote_until, last.end_step, last.ended) = (wrote_until, end_step, ended);
            last.output = output.unwrap_or_else(|| std::mem::take(&mut last.output));
        }
    }

    /// Does up to `tasks` tasks: carries out waiting commands at their time, then lets the
    /// cluster come to rest. Call it again while it answers `More`.
    pub fn work(&mut self, tasks: usize) -> Progress {
        if self.is_running() {
            self.go_on(tasks);
            self.settle_outcome();
            return Progress::More;
        }
        for _ in 0..tasks {
            let Some(entry) = self.waiting.front() else {
                let horizon = self.last_command() + HORIZON_MS;
                return self.simulation.settle(horizon, tasks);
            };
            let at = SimTime(entry.at_ms);
            match self.simulation.advance(at) {
                Progress::More => {}
                Progress::Stopped(limit) => return Progress::Stopped(limit),
                Progress::Done => {
                    if let Some(entry) = self.waiting.pop_front() {
                        self.carry_out(entry.command, entry.cut_after);
                    }
                }
            }
        }
        Progress::More
    }

    /// A run that shares the first `steps` steps and the commands before them. A command that is
    /// still under way there is interrupted, but not before the last that it wrote: the rest of
    /// that is shared too.
    #[must_use]
    pub fn fork(&self, steps: usize) -> Self {
        let is_within =
            |outcome: &&Outcome| outcome.first_step < steps && steps < outcome.wrote_until;
        let steps = self.outcomes.iter().find(is_within).map_or(steps, |one| one.wrote_until);
        let mut simulation = self.simulation.fork(steps);
        let before = self.outcomes.iter().filter(|outcome| outcome.is_before(steps));
        let mut outcomes: Vec<Outcome> = before.cloned().collect();
        // Nothing happened until the last command had ended: so much time has passed.
        if let Some(last) = outcomes.last()
            && last.end_step <= steps
            && !self.is_running()
        {
            simulation.run_until(last.ended);
        }
        if let Some(last) = outcomes.last_mut()
            && (steps < last.end_step || simulation.now() < last.ended || self.is_running())
        {
            last.entry.cut_after = Some(steps - last.first_step);
            (last.end_step, last.ended) = (steps, simulation.now());
        }
        Self::on(simulation, outcomes)
    }

    fn kubectl(&mut self, line: &str, stdin: &str) -> Output {
        match CommandLine::parse(line) {
            Ok(line) => {
                let mut running = Running::new(line.with_stdin(stdin));
                running.advance(&mut self.simulation, FIRST_SLICE);
                let output = running.output();
                self.running = (!running.is_over()).then(|| Under::Kubectl(Box::new(running)));
                output
            }
            Err(quote) => {
                failure(format!("unexpected EOF while looking for matching `{}'", quote.0))
            }
        }
    }

    /// Behind the last step that a person took; meanwhile the cluster has taken its own.
    fn end_of_writes(&self, first_step: usize) -> usize {
        let steps = &self.simulation.steps()[first_step..];
        let is_own = |step: &Rc<Step>| PERSONS.contains(&&*step.actor.component);
        steps.iter().rposition(is_own).map_or(first_step, |last| first_step + last + 1)
    }

    fn last_command(&self) -> SimTime {
        self.outcomes.last().map_or(SimTime(0), |outcome| SimTime(outcome.entry.at_ms))
    }
}

fn failure(message: String) -> Output {
    Output { exit: 2, stderr: message + "\n", ..Output::default() }
}
