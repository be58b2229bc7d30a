//! What a line that was typed means.

use crate::session::Command;

use super::super::AppState;
use super::super::effect::Effect;
use super::Machine;

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
    /// Every whole line of a pasted text is carried out, as a terminal does; what stands behind
    /// the last line break is left to be finished.
    pub(super) fn paste(&mut self, text: &str) -> Vec<Effect> {
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

    /// Carries out a line elsewhere, and shows what comes of it.
    pub(super) fn run_line(&mut self, machine: Machine, line: &str) -> Vec<Effect> {
        let here = std::mem::replace(&mut self.view.terminal.machine, machine);
        let effects = match self.meaning(line) {
            Meaning::Command(command) => {
                self.view.terminal.history.push(line);
                self.give_here(command)
            }
            _ => Vec::new(),
        };
        self.view.terminal.machine = here;
        self.refresh_shown_answers();
        effects
    }

    pub(super) fn enter(&mut self, line: &str) -> Vec<Effect> {
        let is_command = self.run.run.is_at_prompt(self.view.terminal.machine.name());
        let line = if is_command { line.trim() } else { line };
        if is_command {
            self.view.terminal.history.push(line);
        }
        match self.meaning(line) {
            Meaning::Nothing => Vec::new(),
            Meaning::Command(command) => {
                let (panel, drawer) = (self.view.panel, self.view.drawer);
                let effects = self.give_here(command);
                // One goes on typing.
                (self.view.panel, self.view.drawer) = (panel, drawer);
                effects
            }
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
        let machine = &self.view.terminal.machine;
        let typed = |line: &str| {
            Meaning::Command(Command::Node { node: machine.name().to_owned(), sh: line.to_owned() })
        };
        if !self.run.run.is_at_prompt(machine.name()) {
            return typed(line);
        }
        // Slides print the prompt before the command.
        let line = line.strip_prefix("$ ").unwrap_or(line).trim();
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (machine, first) {
            (_, "") => Meaning::Nothing,
            (_, comment) if comment.starts_with('#') => Meaning::Nothing,
            (_, "clear" | "reset") => Meaning::Clear,
            (_, "history") => Meaning::Answer(self.view.terminal.history.listed()),
            (_, "ssh") => self.reach(rest.trim()),
            (Machine::Node(_), "exit" | "logout") => Meaning::Go(Machine::Workstation),
            (Machine::Workstation, "exit" | "logout") => Meaning::Nothing,
            (_, "k") => typed(&format!("kubectl {rest}")),
            _ => typed(line),
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
    use super::super::Terminal;
    use super::*;

    fn state() -> AppState {
        AppState::new()
    }

    #[test]
    fn a_line_means_a_command_a_machine_or_nothing() {
        let mut state = state();
        let at_desk = |sh: &str| {
            Meaning::Command(Command::Node { node: "desk".to_owned(), sh: sh.to_owned() })
        };
        assert_eq!(state.meaning("$ kubectl get  pods"), at_desk("kubectl get  pods"));
        assert_eq!(state.meaning("k get po"), at_desk("kubectl get po"));
        assert_eq!(state.meaning("api-get install x"), at_desk("api-get install x"));
        assert_eq!(state.meaning("# a comment"), Meaning::Nothing);
        assert_eq!(state.meaning(""), Meaning::Nothing);
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
