//! The lines that were typed before, and looking for one of them.

/// Lines kept at most.
const LINES_MAX: usize = 1000;

/// The lines that were typed, the oldest first.
#[derive(Clone, Debug, Default)]
pub struct History {
    lines: Vec<String>,
    /// The line that is looked at, and what was being typed before.
    at: Option<(usize, String)>,
}

/// A search backwards through the lines (`reverse-i-search`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// What is looked for.
    pub query: String,
    /// How many of the lines that have it are passed over, from the newest.
    skipped: usize,
}

impl Search {
    /// Looks for something else.
    pub fn look_for(&mut self, query: String) {
        *self = Self { query, skipped: 0 };
    }
}

impl History {
    /// Keeps a line, unless it is empty or the one before.
    pub fn push(&mut self, line: &str) {
        self.at = None;
        if line.is_empty() || self.lines.last().is_some_and(|last| last == line) {
            return;
        }
        if self.lines.len() == LINES_MAX {
            self.lines.remove(0);
        }
        self.lines.push(line.to_owned());
    }

    /// The line before the one looked at; `draft` is what is being typed.
    pub fn older(&mut self, draft: &str) -> Option<String> {
        let (index, draft) = match self.at.take() {
            Some((index, draft)) => (index.saturating_sub(1), draft),
            None => (self.lines.len().checked_sub(1)?, draft.to_owned()),
        };
        self.at = Some((index, draft));
        self.lines.get(index).cloned()
    }

    /// The line after the one looked at; behind the newest what was being typed.
    pub fn newer(&mut self) -> Option<String> {
        let (index, draft) = self.at.take()?;
        let Some(line) = self.lines.get(index + 1) else { return Some(draft) };
        self.at = Some((index + 1, draft));
        Some(line.clone())
    }

    /// The line is changed: it is a new one.
    pub fn stay(&mut self) {
        self.at = None;
    }

    /// What a search found.
    pub fn found(&self, search: &Search) -> Option<&str> {
        self.matches(search).nth(search.skipped)
    }

    /// Passes over what was found, if there is more.
    pub fn further(&self, search: &mut Search) {
        if self.matches(search).nth(search.skipped + 1).is_some() {
            search.skipped += 1;
        }
    }

    /// The lines with their numbers, as `history` prints them.
    pub fn listed(&self) -> String {
        let line = |(index, line): (usize, &String)| format!("{:5}  {line}\n", index + 1);
        self.lines.iter().enumerate().map(line).collect()
    }

    fn matches<'a, 'b>(
        &'a self,
        search: &'b Search,
    ) -> impl Iterator<Item = &'a str> + use<'a, 'b> {
        let lines = self.lines.iter().rev().map(String::as_str);
        lines.filter(|line| !search.query.is_empty() && line.contains(&search.query))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> History {
        let mut history = History::default();
        for line in ["kubectl get po", "kubectl get pv", "kubectl get pv", "", "clear"] {
            history.push(line);
        }
        history
    }

    #[test]
    fn lines_come_back_and_what_was_being_typed_too() {
        let mut history = history();
        assert_eq!(history.newer(), None);
        assert_eq!(history.older("dra").as_deref(), Some("clear"));
        assert_eq!(history.older("clear").as_deref(), Some("kubectl get pv"));
        assert_eq!(history.older("").as_deref(), Some("kubectl get po"));
        assert_eq!(history.older("").as_deref(), Some("kubectl get po"));
        assert_eq!(history.newer().as_deref(), Some("kubectl get pv"));
        assert_eq!(history.newer().as_deref(), Some("clear"));
        assert_eq!(history.newer().as_deref(), Some("dra"));
        assert_eq!(history.newer(), None);
    }

    #[test]
    fn a_search_goes_back_from_the_newest() {
        let history = history();
        let mut search = Search::default();
        assert_eq!(history.found(&search), None);
        search.look_for("get".to_owned());
        assert_eq!(history.found(&search), Some("kubectl get pv"));
        history.further(&mut search);
        assert_eq!(history.found(&search), Some("kubectl get po"));
        history.further(&mut search);
        assert_eq!(history.found(&search), Some("kubectl get po"), "there is no more");
        assert!(history.listed().ends_with("    3  clear\n"));
    }
}
