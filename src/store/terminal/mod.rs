//! The terminal: at whose prompt one types, the line that is being typed, and those before it.
//!
//! A line becomes a command of the run, at the place shown. Not here: what commands do.

pub mod history;
pub mod pieces;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::session::run::Outcome;
use crate::session::{Command, Entry};

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
    /// What stands before the line.
    pub fn prompt(&self) -> String {
        match self {
            Self::Workstation => "$ ".to_owned(),
            Self::Node(name) => format!("root@{name}:~# "),
        }
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
    /// Drop the line.
    Interrupt,
    /// Hide what was printed so far.
    Clear,
    /// Open the terminal, to type at once.
    Open,
}

/// What a command answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Where it was typed.
    pub machine: Machine,
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
    /// The line being typed.
    pub input: String,
    /// The search that is under way, and what it found.
    pub search: Option<(String, Option<String>)>,
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
            Command::Node { node, sh } => (Machine::Node(node.as_str().into()), sh.clone()),
        };
        Self {
            machine,
            line,
            stdout: outcome.output.stdout.clone(),
            stderr: outcome.output.stderr.clone(),
            first_step: Some(outcome.first_step),
            writes: outcome.wrote_until > outcome.first_step,
        }
    }
}

/// What a line means.
#[derive(Clone, Debug, PartialEq)]
enum Meaning {
    /// Nothing at all.
    Nothing,
    /// A command of the run.
    Command(Command),
    /// Type elsewhere from now on.
    Go(Machine),
    /// Hide what was printed.
    Clear,
    /// An answer at once.
    Answer(String),
    /// A refusal at once.
    Refusal(String),
}

impl AppState {
    /// What the terminal shows.
    pub(super) fn terminal(&self) -> TerminalView {
        let terminal = &self.view.terminal;
        TerminalView {
            machine: terminal.machine.clone(),
            machines: self.machines(),
            input: terminal.input.clone(),
            search: terminal.search.as_ref().map(|search| {
                let found = terminal.history.found(search).map(str::to_owned);
                (search.query.clone(), found)
            }),
            asked: terminal.asked,
            steps_shown: self.steps_shown(),
        }
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
        match msg {
            Terminal::Choose(machine) => self.go_to(machine),
            Terminal::Type(text) => match &mut terminal.search {
                Some(search) => search.look_for(text),
                None => {
                    terminal.history.stay();
                    terminal.input = text;
                }
            },
            Terminal::Enter => {
                self.take_found();
                let line = std::mem::take(&mut self.view.terminal.input);
                return self.enter(&line);
            }
            Terminal::Paste(text) => return self.paste(&text),
            Terminal::Older => {
                let older = terminal.history.older(&terminal.input);
                terminal.input = older.unwrap_or_else(|| std::mem::take(&mut terminal.input));
            }
            Terminal::Newer => {
                let newer = terminal.history.newer();
                terminal.input = newer.unwrap_or_else(|| std::mem::take(&mut terminal.input));
            }
            Terminal::Search => match &mut terminal.search {
                Some(search) => terminal.history.further(search),
                None => terminal.search = Some(Search::default()),
            },
            Terminal::Leave => terminal.search = None,
            Terminal::Take => self.take_found(),
            Terminal::Interrupt => self.interrupt(),
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

    fn interrupt(&mut self) {
        if self.run.run.is_running() {
            self.run.run.interrupt();
            self.refresh_answers();
            return;
        }
        let terminal = &mut self.view.terminal;
        terminal.search = None;
        terminal.history.stay();
        let line = std::mem::take(&mut terminal.input) + "^C";
        self.note(line, String::new(), String::new());
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
        let machine = self.view.terminal.machine.clone();
        let answer = Answer { machine, line, stdout, stderr, first_step: None, writes: false };
        self.view.terminal.note(self.run.run.outcomes().len(), answer);
        self.refresh_answers();
    }

    /// Every whole line of a pasted text is carried out, as a terminal does; what stands behind
    /// the last line break is left to be finished.
    fn paste(&mut self, text: &str) -> Vec<Effect> {
        let text = text.replace("\r\n", "\n").replace('\r', "\n");
        let (lines, rest) = text.rsplit_once('\n').unwrap_or(("", &text));
        let mut effects = Vec::new();
        for (index, line) in lines.lines().enumerate() {
            let typed = if index == 0 { self.view.terminal.input.as_str() } else { "" };
            let line = format!("{typed}{line}");
            effects.extend(self.enter(&line));
        }
        self.view.terminal.input = rest.to_owned();
        effects
    }

    fn enter(&mut self, line: &str) -> Vec<Effect> {
        self.view.terminal.history.push(line.trim());
        match self.meaning(line.trim()) {
            Meaning::Nothing => Vec::new(),
            Meaning::Command(command) => self.give_here(command),
            Meaning::Go(machine) => {
                self.note(line.to_owned(), String::new(), String::new());
                self.go_to(machine);
                Vec::new()
            }
            Meaning::Clear => {
                self.clear();
                Vec::new()
            }
            Meaning::Answer(stdout) => {
                self.note(line.to_owned(), stdout, String::new());
                Vec::new()
            }
            Meaning::Refusal(stderr) => {
                self.note(line.to_owned(), String::new(), stderr);
                Vec::new()
            }
        }
    }

    fn meaning(&self, line: &str) -> Meaning {
        // Slides print the prompt before the command.
        let line = line.strip_prefix("$ ").unwrap_or(line).trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let machine = &self.view.terminal.machine;
        match (machine, first) {
            (_, "") => Meaning::Nothing,
            (_, comment) if comment.starts_with('#') => Meaning::Nothing,
            (_, "clear" | "reset") => Meaning::Clear,
            (_, "history") => Meaning::Answer(self.view.terminal.history.listed()),
            (_, "kubectl" | "k") => {
                let args = rest.trim().to_owned();
                Meaning::Command(Command::Kubectl { args, stdin: String::new() })
            }
            (_, "ssh") => self.reach(rest.trim()),
            (Machine::Node(_), "exit" | "logout") => Meaning::Go(Machine::Workstation),
            (Machine::Workstation, "exit" | "logout") => Meaning::Nothing,
            (Machine::Node(node), _) => {
                Meaning::Command(Command::Node { node: node.to_string(), sh: line.to_owned() })
            }
            (Machine::Workstation, other) => {
                Meaning::Refusal(format!("bash: {other}: command not found\n"))
            }
        }
    }

    fn reach(&self, target: &str) -> Meaning {
        let host = target.rsplit('@').next().unwrap_or(target);
        match self.machines().into_iter().find(|one| *one == Machine::Node(host.into())) {
            Some(machine) => Meaning::Go(machine),
            None => Meaning::Refusal(format!(
                "ssh: Could not resolve hostname {host}: Name or service not known\n"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> AppState {
        AppState::new()
    }

    #[test]
    fn a_line_means_a_command_a_machine_or_nothing() {
        let mut state = state();
        let kubectl = |args: &str| {
            let (args, stdin) = (args.to_owned(), String::new());
            Meaning::Command(Command::Kubectl { args, stdin })
        };
        assert_eq!(state.meaning("$ kubectl get  pods"), kubectl("get  pods"));
        assert_eq!(state.meaning("k get po"), kubectl("get po"));
        assert_eq!(state.meaning("# a comment"), Meaning::Nothing);
        assert_eq!(state.meaning(""), Meaning::Nothing);
        assert_eq!(
            state.meaning("api-get install x"),
            Meaning::Refusal("bash: api-get: command not found\n".to_owned())
        );
        let work1 = Machine::Node("work1".into());
        assert_eq!(state.meaning("ssh root@work1"), Meaning::Go(work1.clone()));
        assert!(matches!(state.meaning("ssh nowhere"), Meaning::Refusal(_)));
        state.view.terminal.machine = work1;
        let mkdir = Command::Node { node: "work1".to_owned(), sh: "mkdir /x".to_owned() };
        assert_eq!(state.meaning("mkdir /x"), Meaning::Command(mkdir));
        assert_eq!(state.meaning("exit"), Meaning::Go(Machine::Workstation));
    }

    #[test]
    fn pasted_lines_are_carried_out_and_the_rest_is_left_to_be_finished() {
        let mut state = state();
        let _ = state.operate(Terminal::Type("kubectl ".to_owned()));
        let _ = state.operate(Terminal::Paste("get pods\r\n# then\nkubectl get pv\nk".to_owned()));
        let lines: Vec<&str> = state.run.answers.iter().map(|one| one.line.as_str()).collect();
        assert_eq!(lines, ["kubectl get pods", "kubectl get pv"]);
        assert_eq!(state.view.terminal.input, "k");
    }

    #[test]
    fn clearing_hides_what_was_printed_here_only() {
        let mut state = state();
        let _ = state.operate(Terminal::Paste("kubectl get pv\nssh work1\nmkdir /x\n".to_owned()));
        assert_eq!(state.answers_here().len(), 1);
        let _ = state.operate(Terminal::Clear);
        assert_eq!(state.answers_here().len(), 0);
        let _ = state.operate(Terminal::Choose(Machine::Workstation));
        assert_eq!(state.answers_here().len(), 2);
    }
}
