//! Processes of containers: started, run, signalled, and run to their end.

use std::rc::Rc;

use crate::api::time::SimTime;
use crate::machine::fs::disks::Disks;
use crate::machine::shell::kernel::Output;
use crate::machine::shell::launch::Refusal;
use crate::machine::shell::run::{Launch, Process, Turn};
use crate::sim::cluster::Cluster;

use super::container::Inside;
use super::host::{Effect, Machine};

/// Steps that a process may do at one time.
const BUDGET: u32 = 20_000;

/// Steps that are looked ahead to learn when a process will end.
const FORESIGHT: u32 = 200_000;

/// How long a process that is always busy waits for its next turn, at first and at most.
const BUSY_MS: (u64, u64) = (20, 1_000);

/// The number after which a container's process gives out its own.
const FIRST_PID: u32 = 6;

/// The signal that asks a process to end.
pub const TERM: u8 = 15;

/// A process of a container.
#[derive(Clone, Debug)]
pub struct Hosted {
    process: Process,
    inside: Inside,
    /// Grows with every turn: equal means unchanged.
    turns: u64,
    /// The last number that was given to one of its processes.
    pids: u32,
    /// How many turns in a row ended without rest.
    busy: u32,
    /// Signals to come.
    signals: Vec<(SimTime, u8)>,
    /// When it is to go on.
    wake_at: Option<SimTime>,
}

/// What a turn brought.
#[derive(Debug)]
pub struct Brought {
    /// All files afterwards.
    pub disks: Disks,
    /// What was printed.
    pub outputs: Vec<Output>,
    /// What else was done.
    pub effects: Vec<Effect>,
    /// The status with which it ended, if it did.
    pub exit: Option<i32>,
}

/// What a command that was run to its end left behind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Its status; `None` when its time was up before.
    pub exit: Option<i32>,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// What it printed.
    pub stdout: Vec<u8>,
    /// What it printed as errors.
    pub stderr: Vec<u8>,
}

/// How a command is started in a container.
#[derive(Clone, Copy, Debug)]
pub struct Command<'a> {
    /// Its words.
    pub words: &'a [String],
    /// Whether it has a terminal.
    pub tty: bool,
    /// Whether anything can be fed to it.
    pub has_input: bool,
    /// Whether it is the container's first process.
    pub is_init: bool,
}

/// Starts a command in a container.
pub fn spawn(
    machine: &mut Machine<'_>,
    inside: &Inside,
    command: Command<'_>,
) -> Result<Process, Refusal> {
    let launch = Launch {
        argv: command.words.to_vec(),
        env: inside.env.clone(),
        cwd: inside.directory.clone(),
        user: inside.user.clone(),
        tty: command.tty,
        has_input: command.has_input,
        pid: command.is_init.then_some(1),
    };
    Process::spawn(machine, launch)
}

impl Hosted {
    /// Starts a container's process. It does nothing yet.
    pub fn start(
        cluster: &Cluster,
        disks: &mut Disks,
        inside: Inside,
        words: &[String],
        now: SimTime,
    ) -> Result<Self, Refusal> {
        let mut machine = Machine::container(cluster, disks.clone(), &inside, now);
        let command = Command { words, tty: false, has_input: false, is_init: true };
        let process = spawn(&mut machine, &inside, command)?;
        *disks = machine.disks;
        let (signals, wake_at) = (Vec::new(), Some(now));
        Ok(Self { process, inside, turns: 0, pids: FIRST_PID, busy: 0, signals, wake_at })
    }

    /// When it is to go on, if nobody interferes.
    pub fn wake_at(&self) -> Option<SimTime> {
        let signal = self.signals.iter().map(|(at, _)| *at).min();
        self.wake_at.into_iter().chain(signal).min()
    }

    /// Its processes as `ps` lists them.
    pub fn processes(&self) -> Vec<crate::machine::shell::host::ProcessInfo> {
        self.process.processes()
    }

    /// Sends a signal to one of its processes at that time.
    pub fn signal_pid(&mut self, pid: u32, signal: u8, now: SimTime) {
        if self.process.signal_pid(pid, signal) {
            self.turns += 1;
            self.wake_at = Some(now);
        }
    }

    /// Will send a signal to the first process.
    pub fn signal_at(&mut self, at: SimTime, signal: u8) {
        self.turns += 1;
        self.signals.push((at, signal));
    }

    /// Lets it go on at that time.
    pub fn run(&mut self, cluster: &Cluster, disks: Disks, now: SimTime) -> Brought {
        let mut machine = Machine::container(cluster, disks, &self.inside, now);
        machine.pids = self.pids;
        self.turns += 1;
        self.deliver(now);
        let (outputs, turn) = turn(&mut self.process, &mut machine, BUDGET);
        self.pids = machine.pids;
        self.busy = if matches!(turn, Turn::Busy) { self.busy + 1 } else { 0 };
        self.wake_at = match turn {
            Turn::Busy => Some(now + BUSY_MS.1.min(BUSY_MS.0 << self.busy.min(6))),
            Turn::Blocked(at) => Some(at),
            Turn::Waiting | Turn::Exited(_) => None,
        };
        self.inside.space = machine.space;
        let exit = if let Turn::Exited(status) = turn { Some(status) } else { None };
        Brought { disks: machine.disks, outputs, effects: machine.effects, exit }
    }

    fn deliver(&mut self, now: SimTime) {
        let due: Vec<u8> =
            self.signals.iter().filter(|(at, _)| *at <= now).map(|(_, signal)| *signal).collect();
        self.signals.retain(|(at, _)| *at > now);
        for signal in due {
            self.process.signal(signal);
        }
    }

    /// When and how it will end if it gets that signal then and nobody else interferes;
    /// `None` when it goes on until `limit`.
    pub fn ends_on(
        &self,
        cluster: &Cluster,
        disks: &Disks,
        signal: (SimTime, u8),
        limit: SimTime,
    ) -> Option<(SimTime, i32)> {
        let mut ahead = self.clone();
        ahead.signals.push(signal);
        let mut machine = Machine::container(cluster, disks.clone(), &self.inside, signal.0);
        machine.pids = self.pids;
        let mut left = FORESIGHT;
        let mut now = ahead.wake_at().unwrap_or(signal.0).min(signal.0);
        while now <= limit && left > BUDGET {
            machine.now = now;
            ahead.deliver(now);
            left -= BUDGET / 20;
            let (_, turn) = turn(&mut ahead.process, &mut machine, BUDGET);
            let next = match turn {
                Turn::Exited(status) => return Some((now, status)),
                Turn::Busy => now + BUSY_MS.0,
                Turn::Blocked(at) => at,
                Turn::Waiting => limit + 1,
            };
            let signal = ahead.signals.iter().map(|(at, _)| *at).min();
            now = signal.map_or(next, |at| next.min(at)).max(now + 1);
        }
        None
    }
}

impl PartialEq for Hosted {
    fn eq(&self, other: &Self) -> bool {
        self.turns == other.turns && self.process.pid() == other.process.pid()
    }
}

/// One turn of a process: what it printed, and how far it came.
pub fn turn(process: &mut Process, machine: &mut Machine<'_>, budget: u32) -> (Vec<Output>, Turn) {
    let mut outputs: Vec<Output> = Vec::new();
    let mut rounds = 0;
    loop {
        let turn = process.run(machine, budget);
        let printed = process.take_output();
        rounds += 1;
        let full = !printed.is_empty() && turn == Turn::Busy && rounds < 16;
        outputs.extend(printed);
        if !full {
            return (outputs, turn);
        }
    }
}

/// Runs a command in a container to its end, at most for `limit_ms`, as the kubelet does for
/// probes and hooks. Its time passes only for itself.
pub fn run_to_end(
    cluster: &Cluster,
    disks: &mut Disks,
    inside: &Inside,
    words: &[String],
    span: (SimTime, u64),
) -> Result<Ran, Refusal> {
    let (start, limit_ms) = span;
    let mut machine = Machine::container(cluster, disks.clone(), inside, start);
    let command = Command { words, tty: false, has_input: false, is_init: false };
    let mut process = spawn(&mut machine, inside, command)?;
    let mut ran = Ran::default();
    let mut left = FORESIGHT;
    loop {
        let (outputs, turn) = turn(&mut process, &mut machine, BUDGET);
        for output in outputs {
            let kept = if output.is_error { &mut ran.stderr } else { &mut ran.stdout };
            kept.extend(output.bytes);
        }
        let next = match turn {
            Turn::Exited(status) => {
                ran.exit = Some(status);
                break;
            }
            Turn::Busy => machine.now + BUSY_MS.0,
            Turn::Blocked(at) => at,
            Turn::Waiting => start + limit_ms + 1,
        };
        left = left.saturating_sub(BUDGET / 20);
        if next.since(start) > limit_ms || left == 0 {
            machine.now = start + limit_ms;
            break;
        }
        machine.now = next;
    }
    ran.took_ms = machine.now.since(start);
    *disks = machine.disks;
    Ok(ran)
}

/// How the container runtime words that a program cannot be started.
pub fn refusal_text(refusal: &Refusal, word: &str) -> String {
    let why = match refusal {
        Refusal::NotFound if word.contains('/') => {
            format!("stat {word}: no such file or directory")
        }
        Refusal::NotFound => "executable file not found in $PATH".to_owned(),
        Refusal::NoInterpreter(_) => return format!("exec {word}: no such file or directory"),
        Refusal::Directory => "is a directory".to_owned(),
        Refusal::Denied => "permission denied".to_owned(),
        Refusal::Format => return format!("exec {word}: exec format error"),
        Refusal::TooLong => "argument list too long".to_owned(),
    };
    format!("exec: \"{word}\": {why}")
}

/// A container's first words: of the Pod, or of the image where the Pod says nothing.
pub fn words_of(inside: &Inside, command: &[String], args: &[String]) -> Vec<String> {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    let mut words = match command {
        [] => owned(inside.config.entrypoint),
        own => own.to_vec(),
    };
    match (command, args) {
        ([], []) => words.extend(owned(inside.config.command)),
        (_, own) => words.extend_from_slice(own),
    }
    let known = &inside.env;
    let own = |name: &str| !matches!(name, "PATH" | "HOSTNAME" | "HOME");
    let known: Vec<(String, String)> =
        known.iter().filter(|(name, _)| own(name)).cloned().collect();
    let given = !command.is_empty() || !args.is_empty();
    words
        .into_iter()
        .map(|word| {
            if given && word.contains('$') {
                super::environment::expand(&word, &known).0
            } else {
                word
            }
        })
        .collect()
}

/// The words as they are kept with a container.
pub fn kept(words: Vec<String>) -> Rc<[String]> {
    words.into()
}
