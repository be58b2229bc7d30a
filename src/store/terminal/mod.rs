//! The terminal: at whose prompt one types, the line that is being typed, and those before it.
//!
//! A line becomes a command of the run, at the place shown. Not here: what commands do.

mod completing;
mod entering;
pub mod history;
pub mod pieces;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::session::console::{END, INTERRUPT};
use crate::session::run::Outcome;
use crate::session::{Command, Entry};
use crate::sim::machines::node::DESK;

use super::AppState;
use super::effect::Effect;
use super::place::{Drawer, Page, Panel};

use history::{History, Search};

/// A machine at whose prompt one can type.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Machine {
    /// The person's own, with `kubectl`.
    #[default]
    Workstation,
    /// A node of the cluster, as its root.
    Node(Rc<str>),
}

impl Machine {
    /// What stands before the first line.
    pub fn prompt(&self) -> String {
        match self {
            Self::Workstation => format!("student@{DESK}:~$ "),
            Self::Node(name) => format!("root@{name}:~# "),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Workstation => DESK,
            Self::Node(name) => name,
        }
    }

    fn named(name: &str) -> Self {
        if name == DESK { Self::Workstation } else { Self::Node(name.into()) }
    }
}

/// What is done at the terminal.
#[derive(Clone, Debug, PartialEq)]
pub enum Terminal {
    /// Type at that machine.
    Choose(Machine),
    /// The line is now this.
    Type(String),
    /// Carry out the line.
    Enter,
    /// Several lines were pasted: carry out all but the last.
    Paste(String),
    /// The line typed before.
    Older,
    /// The line typed after it.
    Newer,
    /// Look for a line that was typed before, or for one before that.
    Search,
    /// Stop looking and keep the line as it was.
    Leave,
    /// Take the line that was found, to change it.
    Take,
    /// Complete the last word.
    Complete,
    /// Ctrl-C: drop the line, or stop what runs.
    Interrupt,
    /// Ctrl-D: end what is typed for the program that runs.
    End,
    /// Hide what was printed so far.
    Clear,
    /// Carry out this line at that machine, wherever one types.
    Run(Machine, String),
    /// Open the terminal, to type at once.
    Open,
}

/// What a command answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it was typed.
    pub machine: Machine,
    /// What stood before it.
    pub prompt: String,
    /// The line as it would be typed.
    pub line: String,
    /// What it printed.
    pub stdout: String,
    /// What it printed as errors and warnings.
    pub stderr: String,
    /// How many steps there were before it; `None` when it is no part of the run.
    pub first_step: Option<usize>,
    /// Whether it changed anything.
    pub writes: bool,
}

/// The terminal's state.
#[derive(Clone, Debug, Default)]
pub struct TerminalPart {
    /// Where one types.
    pub machine: Machine,
    /// The line being typed.
    pub input: String,
    /// The search that is under way.
    pub search: Option<Search>,
    /// What the last word may be.
    pub candidates: Vec<String>,
    /// Grows when the line is to be given the focus.
    pub asked: u32,
    history: History,
    /// Answers that are no part of the run, each with the number of commands before it.
    notes: Vec<(usize, Answer)>,
    /// How many answers are hidden, by machine.
    cleared: Vec<(Machine, usize)>,
}

/// What the terminal shows.
#[derive(Clone, Debug, PartialEq)]
pub struct TerminalView {
    /// Where one types.
    pub machine: Machine,
    /// Where one can type.
    pub machines: Vec<Machine>,
    /// What stands before the line.
    pub prompt: String,
    /// The line being typed.
    pub input: String,
    /// The search that is under way, and what it found.
    pub search: Option<(String, Option<String>)>,
    /// What the last word may be.
    pub candidates: Vec<String>,
    /// Grows when the line is to be given the focus.
    pub asked: u32,
    /// How many steps are shown: what was typed later is not there yet.
    pub steps_shown: usize,
}

impl TerminalPart {
    /// Keeps an answer that is no part of the run.
    pub(super) fn note(&mut self, commands: usize, answer: Answer) {
        self.notes.push((commands, answer));
    }

    /// Forgets what was printed, not what was typed.
    pub(super) fn forget(&mut self) {
        self.notes.clear();
        self.cleared.clear();
        self.machine = Machine::Workstation;
    }

    /// Takes the lines of a session as if they had been typed here.
    pub(super) fn recall(&mut self, entries: &[Entry]) {
        for entry in entries {
            match &entry.command {
                Command::Apply(_) => {}
                Command::Kubectl { args, .. } => self.history.push(&format!("kubectl {args}")),
                Command::Node { sh, .. } => self.history.push(sh),
            }
        }
    }

    /// The answers of the run with those that are no part of it, in the order of typing.
    pub(super) fn answers(&self, outcomes: &[Outcome]) -> Vec<Rc<Answer>> {
        let mut notes = self.notes.iter().peekable();
        let mut answers = Vec::with_capacity(outcomes.len() + self.notes.len());
        for (before, outcome) in outcomes.iter().enumerate() {
            while let Some((_, note)) = notes.next_if(|(at, _)| *at <= before) {
                answers.push(Rc::new(note.clone()));
            }
            answers.push(Rc::new(Answer::of(outcome)));
        }
        answers.extend(notes.map(|(_, note)| Rc::new(note.clone())));
        answers
    }

    fn hidden(&self) -> usize {
        let here = self.cleared.iter().find(|(machine, _)| *machine == self.machine);
        here.map_or(0, |(_, count)| *count)
    }
}

impl Answer {
    /// The answer of a command of the run.
    pub fn of(outcome: &Outcome) -> Self {
        let (machine, line) = match &outcome.entry.command {
            Command::Apply(_) => (Machine::Workstation, "kubectl apply -f -".to_owned()),
            Command::Kubectl { args, .. } => (Machine::Workstation, format!("kubectl {args}")),
            Command::Node { node, sh } => (Machine::named(node), shown(sh)),
        };
        let prompt = Some(&outcome.prompt).filter(|prompt| !prompt.is_empty()).cloned();
        Self {
            prompt: prompt.unwrap_or_else(|| machine.prompt()),
            machine,
            line,
            stdout: outcome.output.stdout.clone(),
            stderr: outcome.output.stderr.clone(),
            first_step: Some(outcome.first_step),
            writes: outcome.wrote_until > outcome.first_step,
        }
    }
}

/// A line as it is shown: keys by their signs.
fn shown(line: &str) -> String {
    match line {
        INTERRUPT => "^C".to_owned(),
        END => "^D".to_owned(),
        line => line.to_owned(),
    }
}

impl AppState {
    /// What the terminal shows.
    pub(super) fn terminal(&self) -> TerminalView {
        let terminal = &self.view.terminal;
        TerminalView {
            machine: terminal.machine.clone(),
            machines: self.machines(),
            prompt: self.prompt(),
            input: terminal.input.clone(),
            search: terminal.search.as_ref().map(|search| {
                let found = terminal.history.found(search).map(str::to_owned);
                (search.query.clone(), found)
            }),
            candidates: terminal.candidates.clone(),
            asked: terminal.asked,
            steps_shown: self.steps_shown(),
        }
    }

    fn prompt(&self) -> String {
        let machine = &self.view.terminal.machine;
        let prompt = self.run.run.prompt(machine.name()).map(str::to_owned);
        prompt.unwrap_or_else(|| machine.prompt())
    }

    fn machines(&self) -> Vec<Machine> {
        let nodes = self.state_shown().cluster.of_kind(Kind::Node);
        let nodes = nodes.map(|(key, _)| Machine::Node(Rc::clone(&key.name)));
        std::iter::once(Machine::Workstation).chain(nodes).collect()
    }

    /// The answers at the prompt where one types, without those that were cleared.
    pub(super) fn answers_here(&self) -> Vec<Rc<Answer>> {
        let terminal = &self.view.terminal;
        let here = self.run.answers.iter().filter(|answer| answer.machine == terminal.machine);
        here.skip(terminal.hidden()).cloned().collect()
    }

    pub(super) fn operate(&mut self, msg: Terminal) -> Vec<Effect> {
        let terminal = &mut self.view.terminal;
        terminal.candidates.clear();
        match msg {
            Terminal::Complete => self.complete(),
            Terminal::Choose(machine) => self.go_to(machine),
            Terminal::Type(text) => {
                if let Some(search) = &mut terminal.search {
                    search.look_for(text);
                } else {
                    terminal.history.stay();
                    terminal.input = text;
                }
            }
            Terminal::Enter => {
                self.take_found();
                let line = std::mem::take(&mut self.view.terminal.input);
                return self.enter(&line);
            }
            Terminal::Paste(text) => return self.paste(&text),
            Terminal::Run(machine, line) => return self.run_line(machine, &line),
            Terminal::Older => {
                let older = terminal.history.older(&terminal.input);
                terminal.input = older.unwrap_or_else(|| std::mem::take(&mut terminal.input));
            }
            Terminal::Newer => {
                let newer = terminal.history.newer();
                terminal.input = newer.unwrap_or_else(|| std::mem::take(&mut terminal.input));
            }
            Terminal::Search => {
                if let Some(search) = &mut terminal.search {
                    terminal.history.further(search);
                } else {
                    terminal.search = Some(Search::default());
                }
            }
            Terminal::Leave => terminal.search = None,
            Terminal::Take => self.take_found(),
            Terminal::Interrupt => return self.interrupt(),
            Terminal::End if !self.run.run.is_at_prompt(terminal.machine.name()) => {
                let rest = std::mem::take(&mut terminal.input);
                let mut effects = if rest.is_empty() { Vec::new() } else { self.enter(&rest) };
                effects.extend(self.enter(END));
                return effects;
            }
            Terminal::End => {}
            Terminal::Clear => self.clear(),
            Terminal::Open => {
                terminal.asked += 1;
                self.view.page = Page::Lab;
                self.view.drawer = Some(Drawer::Terminal);
                self.view.panel = Panel::Events;
            }
        }
        Vec::new()
    }

    fn go_to(&mut self, machine: Machine) {
        let terminal = &mut self.view.terminal;
        terminal.machine = machine;
        terminal.asked += 1;
        self.refresh_shown_answers();
    }

    fn take_found(&mut self) {
        let terminal = &mut self.view.terminal;
        let Some(search) = terminal.search.take() else { return };
        if let Some(found) = terminal.history.found(&search) {
            terminal.input = found.to_owned();
        }
    }

    fn interrupt(&mut self) -> Vec<Effect> {
        if self.run.run.is_running() {
            self.run.run.interrupt();
            self.refresh_answers();
            return Vec::new();
        }
        if !self.run.run.is_at_prompt(self.view.terminal.machine.name()) {
            self.view.terminal.input.clear();
            return self.enter(INTERRUPT);
        }
        let terminal = &mut self.view.terminal;
        terminal.search = None;
        terminal.history.stay();
        let line = std::mem::take(&mut terminal.input) + "^C";
        self.note(line, String::new(), String::new());
        Vec::new()
    }

    fn clear(&mut self) {
        let terminal = &mut self.view.terminal;
        let here = terminal.machine.clone();
        let count = self.run.answers.iter().filter(|answer| answer.machine == here).count();
        terminal.cleared.retain(|(machine, _)| *machine != here);
        terminal.cleared.push((here, count));
        self.refresh_shown_answers();
    }

    fn note(&mut self, line: String, stdout: String, stderr: String) {
        let (machine, prompt) = (self.view.terminal.machine.clone(), self.prompt());
        let answer =
            Answer { machine, prompt, line, stdout, stderr, first_step: None, writes: false };
        self.view.terminal.note(self.run.run.outcomes().len(), answer);
        self.refresh_answers();
    }
}
