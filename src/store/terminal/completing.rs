//! The Tab key: words of `kubectl`, and paths.

use crate::kubectl;

use super::super::AppState;

impl AppState {
    /// Completes the last word of the line as far as it is clear, and keeps what it may be.
    pub(super) fn complete(&mut self) {
        let terminal = &self.view.terminal;
        if terminal.search.is_some() || !self.run.run.is_at_prompt(terminal.machine.name()) {
            return;
        }
        let line = terminal.input.clone();
        let (start, mut words) = self.words_for(&line);
        let word = &line[start..];
        if words.is_empty() {
            self.view.terminal.candidates = Vec::new();
            return;
        }
        let shared = common(&words);
        let ends = words.len() == 1 && !shared.ends_with(['/', '=']);
        let tail = if ends { " " } else { "" };
        if shared.len() > word.len() || ends {
            self.view.terminal.input = format!("{}{shared}{tail}", &line[..start]);
        }
        if words.len() == 1 {
            words.clear();
        }
        self.view.terminal.candidates = words;
    }

    fn words_for(&self, line: &str) -> (usize, Vec<String>) {
        let start = line.rfind([' ', '\t', '>', '<', '|', ';']).map_or(0, |at| at + 1);
        let command = line.rfind(['|', ';', '&']).map_or(0, |at| at + 1);
        let typed = line[command..].trim_start();
        let typed = typed
            .strip_prefix("k ")
            .map_or_else(|| typed.to_owned(), |rest| format!("kubectl {rest}"));
        let first = typed.split_whitespace().next().unwrap_or_default();
        if !first.is_empty() && "kubectl".starts_with(first) && first.len() > 1 {
            let cluster = &self.state_shown().cluster;
            let found = kubectl::complete(&typed, typed.len(), cluster).words;
            if !found.is_empty() {
                return (start, found);
            }
        }
        let word = &line[start..];
        let (directory, name) = word.rfind('/').map_or(("", word), |at| word.split_at(at + 1));
        let listed = if directory.is_empty() { "." } else { directory };
        let names = self.run.run.names_in(self.view.terminal.machine.name(), listed);
        let fits =
            |one: &String| one.starts_with(name) && (!one.starts_with('.') || !name.is_empty());
        let paths = names.into_iter().filter(fits).map(|one| format!("{directory}{one}"));
        (start, paths.collect())
    }
}

/// What all words begin with.
fn common(words: &[String]) -> String {
    let mut shared = words.first().cloned().unwrap_or_default();
    for word in words {
        while !word.starts_with(&shared) {
            shared.pop();
        }
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::super::Terminal;
    use super::*;

    fn completed(state: &mut AppState, line: &str) -> (String, Vec<String>) {
        let _ = state.operate(Terminal::Type(line.to_owned()));
        let _ = state.operate(Terminal::Complete);
        (state.view.terminal.input.clone(), state.view.terminal.candidates.clone())
    }

    #[test]
    fn a_word_is_completed_as_far_as_it_is_clear() {
        let mut state = AppState::new();
        let mut line = |line: &str| completed(&mut state, line);
        assert_eq!(line("kubectl get no").0, "kubectl get nodes ");
        assert_eq!(line("k describe node wor").0, "k describe node work");
        assert_eq!(line("k describe node wor").1, ["work1", "work2"]);
        assert_eq!(line("kubectl apply -f nf").0, "kubectl apply -f nfs_http.yaml ");
        assert_eq!(line("ls /etc/host").0, "ls /etc/host");
        assert_eq!(line("cat mongo-d").0, "cat mongo-dynamic.yaml ");
        assert_eq!(line("cat nothing-here"), ("cat nothing-here".to_owned(), Vec::new()));
    }
}
