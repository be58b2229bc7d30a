//! A shell at which a person types, and the `kubectl` that runs in it, if one does.

use std::rc::Rc;

use crate::kubectl::{CommandLine, Output, Running};
use crate::machine::shell::kernel::{Call, Output as Printed};
use crate::sim::engine::guests::{Guest, Stage};
use crate::sim::engine::{Progress, Simulation};
use crate::sim::machines::node::DESK;

/// What `kubectl` says on a machine that no cluster was set up for.
const NO_CLUSTER: &str = "The connection to the server localhost:8080 was refused - did you \
    specify the right host or port?\n";

/// Ctrl-C as a line.
pub const INTERRUPT: &str = "\u{3}";

/// Ctrl-D as a line.
pub const END: &str = "\u{4}";

/// A shell on a machine. Cloning shares what did not change.
#[derive(Clone, Debug)]
pub struct Console {
    machine: String,
    guest: Guest,
    call: Option<Asked>,
    /// What stands before the next line.
    prompt: String,
    /// What was typed since it was last at rest.
    line: String,
    /// How often files had been changed when the line was typed.
    changes: u64,
    /// How many steps there were then.
    steps: usize,
}

/// A `kubectl` that one of its processes waits for.
#[derive(Clone, Debug)]
struct Asked {
    pid: u32,
    running: Running,
    /// How much of its output was passed on: of the usual, and of the errors.
    passed: (usize, usize),
}

/// How far a line came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// There is more to do.
    More,
    /// It waits for the next line.
    Rest,
    /// The shell ended with that status.
    Ended(i32),
}

impl Console {
    /// A fresh shell on that machine; `None` when there is none of that name.
    pub fn open(sim: &mut Simulation, machine: &str) -> Option<Self> {
        let guest = sim.open_shell(machine)?;
        let (line, prompt) = (String::new(), String::new());
        let machine = machine.to_owned();
        let mut console = Self { machine, guest, call: None, prompt, line, changes: 0, steps: 0 };
        let mut output = Output::default();
        while console.advance(sim, 100, &mut output) == Pause::More {}
        Some(console)
    }

    /// What stands before the next line.
    pub fn prompt(&self) -> &str {
        &self.prompt
    }

    /// The directory that its shell is in.
    pub fn cwd(&self) -> Option<Rc<str>> {
        self.guest.cwd()
    }

    /// Whether what is typed next is a command of the shell, and not for what runs in it.
    pub fn is_at_prompt(&self) -> bool {
        self.call.is_none() && self.guest.is_alone() && self.prompt != "> "
    }

    /// Types a line; [`INTERRUPT`] and [`END`] are the keys of those names.
    pub fn type_line(&mut self, sim: &Simulation, line: &str) {
        self.line = line.to_owned();
        self.changes = sim.cluster().disks().changes();
        self.steps = sim.steps().len();
        self.prompt.clear();
        let end = if line == END { "" } else { "\n" };
        match (line, &mut self.call) {
            (INTERRUPT, _) => self.interrupt(),
            (END, Some(asked)) => asked.running.end_input(),
            (line, Some(asked)) => asked.running.feed(&format!("{line}{end}")),
            (line, None) => self.guest.feed(format!("{line}{end}").as_bytes()),
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self) {
        match &mut self.call {
            Some(asked) => asked.running.interrupt(),
            None => self.guest.interrupt(),
        }
    }

    /// Goes on for about `tasks` tasks of the cluster, and adds what was printed.
    pub fn advance(&mut self, sim: &mut Simulation, tasks: usize, output: &mut Output) -> Pause {
        for _ in 0..tasks {
            if let Some(pause) = self.go_on(sim, output) {
                self.settle(sim, pause, output);
                return pause;
            }
        }
        Pause::More
    }

    fn go_on(&mut self, sim: &mut Simulation, output: &mut Output) -> Option<Pause> {
        let is_calling = |asked: &Asked| self.guest.is_calling(asked.pid);
        if self.call.as_ref().is_some_and(|asked| !is_calling(asked)) {
            self.call = None;
        }
        if let Some(asked) = &mut self.call {
            if asked.running.awaits_input() {
                return Some(Pause::Rest);
            }
            asked.running.advance(sim, 1);
            asked.pass_on(&mut self.guest);
            if asked.running.is_over() {
                let exit = asked.running.output().exit;
                self.guest.answer(asked.pid, None, Some(exit));
                self.call = None;
            }
        }
        let (outputs, stage) = sim.go_on(&mut self.guest);
        for printed in outputs {
            output.stdout.push_str(&String::from_utf8_lossy(&printed.bytes));
        }
        if let Some(call) = self.guest.take_call() {
            self.take_on(sim, &call);
            return None;
        }
        match stage {
            _ if self.call.is_some() => None,
            Stage::Exited(status) => Some(Pause::Ended(status)),
            Stage::Waiting => Some(Pause::Rest),
            Stage::Until(_) if self.guest.awaits_input() => Some(Pause::Rest),
            Stage::Until(time) => match sim.advance(time) {
                Progress::More | Progress::Done => None,
                Progress::Stopped(_) => Some(Pause::Rest),
            },
        }
    }

    /// The line is done: what follows its last line break is the next prompt.
    fn settle(&mut self, sim: &mut Simulation, pause: Pause, output: &mut Output) {
        output.stdout = output.stdout.replace("\r\n", "\n");
        let end = output.stdout.rfind('\n').map_or(0, |at| at + 1);
        self.prompt = output.stdout.split_off(end);
        if let Pause::Ended(status) = pause {
            output.exit = status;
        }
        let is_changed = sim.cluster().disks().changes() != self.changes;
        let is_noted = self.machine != DESK || is_changed;
        if !self.line.is_empty() && sim.steps().len() == self.steps && is_noted {
            sim.note_line(&self.machine, &self.line);
        }
        self.line.clear();
    }

    /// Lets `kubectl` run for a process that asks for it.
    fn take_on(&mut self, sim: &Simulation, call: &Call) {
        let Call { pid, words, cwd, .. } = call;
        if !reaches_cluster(sim, &self.machine) {
            let refusal = Printed { is_error: true, bytes: NO_CLUSTER.into() };
            self.guest.answer(*pid, Some(refusal), Some(1));
            return;
        }
        let arguments: Vec<String> =
            words.iter().skip(1).map(std::string::ToString::to_string).collect();
        let mut line = CommandLine {
            stdin: String::from_utf8_lossy(&call.stdin).into_owned(),
            interactive: true,
            ..CommandLine::default()
        };
        for argument in &arguments {
            let value = argument.split_once('=').map_or(argument.as_str(), |(_, value)| value);
            for path in [argument.as_str(), value] {
                for (path, text) in sim.files_on(&self.machine, cwd, path) {
                    line.files.insert(path, text);
                }
            }
        }
        line.arguments = arguments;
        self.call = Some(Asked { pid: *pid, running: Running::new(line), passed: (0, 0) });
    }
}

impl Asked {
    /// Passes on what was printed since the last time.
    fn pass_on(&mut self, guest: &mut Guest) {
        for (text, passed, is_error) in [
            (self.running.stderr(), &mut self.passed.1, true),
            (self.running.stdout(), &mut self.passed.0, false),
        ] {
            if text.len() > *passed {
                let bytes = text.as_bytes()[*passed..].to_vec();
                guest.answer(self.pid, Some(Printed { is_error, bytes }), None);
                *passed = text.len();
            }
        }
    }
}

/// Whether `kubectl` is set up there: on the person's own machine and on control planes.
fn reaches_cluster(sim: &Simulation, machine: &str) -> bool {
    let nodes = &sim.cluster().profile.nodes;
    machine == DESK || nodes.iter().any(|node| node.name == machine && node.is_control_plane)
}
