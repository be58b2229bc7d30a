//! What a one-line shell script does in time: pauses, loops, traps and its exit code.
//!
//! Only time is followed. Commands that this file does not know, conditions among them, are
//! taken to succeed at once; a loop whose condition is not plainly false goes on for ever.

use super::program::{self, LONGEST_MS, Plan, Term};
use super::words::{Reader, Token, tokens};

/// The plan of `sh -c TEXT` as process 1.
pub fn plan(text: &str) -> Plan {
    let tokens = tokens(text);
    let simple = tokens.iter().all(|token| matches!(token, Token::Word(_)));
    let first = tokens.first().and_then(Token::word).unwrap_or("");
    if simple && !matches!(first, "" | "exit" | "trap" | "true" | "false" | ":" | "sh" | "bash") {
        // A shell replaces itself by its only command.
        let words: Vec<&str> = tokens.iter().filter_map(Token::word).collect();
        return program::command(&words);
    }
    let mut run = Run::default();
    run.list(&mut Reader { tokens: &tokens, at: 0 }, &[]);
    run.plan()
}

/// How far a script has come.
#[derive(Clone, Debug, Default)]
struct Run {
    now_ms: u64,
    code: i32,
    pauses: Vec<u64>,
    trap: Option<Term>,
    ended: bool,
    broken: bool,
    forever: Option<(u64, u64)>,
    /// Set while the branch that is being read is not taken.
    skipping: bool,
    /// The program that replaced the shell.
    replaced: Option<Plan>,
    /// How many loops and conditions it is in.
    depth: usize,
    /// How many pieces were gone through.
    spent: usize,
}

/// A loop that is counted out goes on for at most so many rounds.
const ROUNDS_MAX: usize = 10_000;
/// A script in which more pieces are gone through counts as one that goes on for ever.
const SPENT_MAX: usize = 100_000;
/// Loops and conditions that lie deeper are not looked at.
const DEPTH_MAX: usize = 50;

impl Run {
    fn plan(self) -> Plan {
        let term = self.trap.unwrap_or(Term::Ignored);
        if let Some(plan) = self.replaced {
            return plan;
        }
        match self.forever {
            Some(round) => Plan { ends: None, term, pauses: self.pauses, round: Some(round) },
            None => Plan { term, pauses: self.pauses, ..Plan::ending(self.now_ms, self.code) },
        }
    }

    fn is_active(&self) -> bool {
        !(self.skipping || self.ended || self.broken || self.forever.is_some())
    }

    /// Runs commands up to one of these words.
    fn list(&mut self, reader: &mut Reader<'_>, until: &[&str]) {
        let skipping = self.skipping;
        while reader.peek().is_some() && !reader.at_word(until) {
            if let Some(Token::Sign(sign)) = reader.peek() {
                reader.at += 1;
                self.spend(1);
                self.skipping = skipping
                    || match *sign {
                        "&&" => self.skipping || self.code != 0,
                        "||" => self.code == 0,
                        _ => false,
                    };
                continue;
            }
            let before = reader.at;
            self.command(reader);
            self.spend(reader.at - before);
        }
        self.skipping = skipping;
    }

    fn spend(&mut self, pieces: usize) {
        self.spent += pieces;
        if self.spent > SPENT_MAX {
            self.forever.get_or_insert((self.now_ms, 0));
        }
    }

    fn command(&mut self, reader: &mut Reader<'_>) {
        self.depth += 1;
        match reader.peek().and_then(Token::word) {
            Some(_) if self.depth > DEPTH_MAX => reader.at += 1,
            Some("while") => self.while_loop(reader, false),
            Some("until") => self.while_loop(reader, true),
            Some("for") => self.for_loop(reader),
            Some("if") => self.condition(reader),
            Some("{" | "}" | "!" | "then" | "do" | "done" | "fi" | "else" | "time") => {
                reader.at += 1;
            }
            _ => {
                let words = reader.words();
                let background = reader.peek() == Some(&Token::Sign("&"));
                if self.is_active() && !background {
                    self.simple(&words);
                }
            }
        }
        self.depth -= 1;
    }

    fn simple(&mut self, words: &[&str]) {
        let words: Vec<&str> = words
            .iter()
            .copied()
            .skip_while(|word| word.split_once('=').is_some_and(|(name, _)| is_name(name)))
            .collect();
        let Some((name, args)) = words.split_first() else { return };
        self.code = 0;
        match *name {
            "exit" | "return" => {
                self.code = args.first().and_then(|code| code.parse().ok()).unwrap_or(0);
                self.ended = true;
            }
            "break" => self.broken = true,
            "false" => self.code = 1,
            "trap" => self.set_trap(args),
            "exec" if !args.is_empty() => {
                let mut plan = program::command(args);
                if let Some((ms, code)) = plan.ends {
                    plan.ends = Some((ms.saturating_add(self.now_ms), code));
                }
                self.replaced = Some(plan);
                self.ended = true;
            }
            "wait" => self.forever = Some((self.now_ms, 0)),
            name if program::is_short(name) => {}
            _ => {
                let plan = program::command(&words);
                match plan.ends {
                    Some((ms, code)) => {
                        self.code = code;
                        self.pause(if *name == "sleep" { ms_of_sleep(args) } else { ms });
                    }
                    None if is_endless(name, args) => self.forever = Some((self.now_ms, 0)),
                    None => {}
                }
            }
        }
    }

    fn pause(&mut self, ms: u64) {
        self.now_ms = self.now_ms.saturating_add(ms).min(LONGEST_MS);
        self.pauses.push(self.now_ms);
    }

    fn set_trap(&mut self, args: &[&str]) {
        let names_term =
            |args: &[&str]| args.iter().any(|name| matches!(*name, "TERM" | "SIGTERM" | "15"));
        let [handler, signals @ ..] = args else { return };
        if !names_term(signals) {
            return;
        }
        let tokens = tokens(handler);
        let mut run = Run::default();
        run.list(&mut Reader { tokens: &tokens, at: 0 }, &[]);
        // A handler that does not leave the shell lets it go on.
        self.trap = Some(match (*handler, run.ended) {
            ("-", _) | (_, false) => Term::Ignored,
            (_, true) => Term::EndsAfterCommand(run.code),
        });
    }

    fn while_loop(&mut self, reader: &mut Reader<'_>, negated: bool) {
        reader.at += 1;
        let (skipping, depth, spent) = (!self.is_active(), self.depth, self.spent);
        let mut condition = Run { skipping, depth, spent, ..Run::default() };
        condition.list(reader, &["do"]);
        self.spend(condition.spent - spent);
        reader.at += 1;
        let begin = self.now_ms;
        let pauses = self.pauses.len();
        let entered = self.is_active() && (condition.code == 0) != negated;
        let outer = std::mem::replace(&mut self.skipping, !entered);
        self.list(reader, &["done"]);
        self.skipping = outer;
        reader.at += 1;
        if entered && !self.ended && self.forever.is_none() && !std::mem::take(&mut self.broken) {
            self.pauses.truncate(pauses);
            self.forever = Some((begin, self.now_ms - begin));
            self.now_ms = begin;
        }
    }

    fn for_loop(&mut self, reader: &mut Reader<'_>) {
        reader.at += 1;
        let words = reader.words();
        let counts = words.iter().skip(2).map(|word| count_of(word).min(ROUNDS_MAX));
        let rounds: usize = counts.sum();
        while reader.peek().is_some() && !reader.at_word(&["do"]) {
            reader.at += 1;
        }
        reader.at += 1;
        let body = reader.at;
        let outer = self.skipping;
        for round in 0..rounds.clamp(1, ROUNDS_MAX) {
            self.skipping = outer || round >= rounds;
            reader.at = body;
            self.list(reader, &["done"]);
            if !self.is_active() {
                break;
            }
        }
        self.broken = false;
        self.skipping = outer;
        reader.at += 1;
    }

    fn condition(&mut self, reader: &mut Reader<'_>) {
        reader.at += 1;
        let outer = self.skipping;
        self.list(reader, &["then"]);
        let holds = self.code == 0;
        while let Some(word) = reader.next().and_then(Token::word) {
            self.skipping = match word {
                "then" => outer || !holds,
                "else" => outer || holds,
                "elif" => true,
                _ => break,
            };
            self.list(reader, &["then", "else", "elif", "fi"]);
        }
        self.skipping = outer;
    }
}

fn ms_of_sleep(args: &[&str]) -> u64 {
    program::sleep_ms(args).unwrap_or(0)
}

/// Whether a command in a script never comes back.
fn is_endless(name: &str, args: &[&str]) -> bool {
    const SERVERS: &[&str] = &[
        "httpd-foreground",
        "mongod",
        "redis-server",
        "mysqld",
        "postgres",
        "node",
        "java",
        "top",
        "yes",
        "crond",
        "sshd",
        "php-fpm",
        "apache2-foreground",
        "sleep",
    ];
    let name = name.rsplit('/').next().unwrap_or(name);
    let follows = args.iter().any(|arg| *arg == "-f" || *arg == "-F");
    let foreground = args.iter().any(|arg| arg.contains("daemon off") || *arg == "FOREGROUND");
    SERVERS.contains(&name)
        || name == "tail" && follows
        || matches!(name, "nginx" | "httpd") && foreground
        || name.starts_with("python") && !args.is_empty()
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// How many words a word of a `for` stands for: `$(seq 1 5)`, `` `seq 5` ``, `{1..5}` are 5.
fn count_of(word: &str) -> usize {
    let inner = word.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')'));
    if let Some(words) = inner.and_then(|inner| inner.trim().strip_prefix("seq ")) {
        let numbers: Vec<usize> =
            words.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        return match numbers.as_slice() {
            [last] => *last,
            [first, last] => last.saturating_add(1).saturating_sub(*first),
            [first, step, last] => {
                last.saturating_add(1).saturating_sub(*first).div_ceil((*step).max(1))
            }
            _ => 1,
        };
    }
    let range = word.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    match range.and_then(|range| range.split_once("..")) {
        Some((first, last)) => match (first.parse::<usize>(), last.parse::<usize>()) {
            (Ok(first), Ok(last)) => first.abs_diff(last).saturating_add(1),
            _ => 1,
        },
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trap_runs_after_the_command_in_the_foreground() {
        let plan = plan("trap 'exit 0' TERM; while true; do sleep 1; done");
        assert_eq!(plan.ends, None);
        assert_eq!(plan.on_term(2_300), Some((3_010, 0)));
    }

    #[test]
    fn a_loop_without_a_trap_does_not_hear_the_stop_signal() {
        for text in ["while true; do sleep 1; done", "trap '' TERM; while true; do sleep 1; done"] {
            assert_eq!((plan(text).ends, plan(text).on_term(10)), (None, None), "{text}");
        }
    }

    #[test]
    fn sequences_end_with_their_last_code() {
        let ends = |text: &str| plan(text).ends;
        assert_eq!(ends("exit 3"), Some((100, 3)));
        assert_eq!(ends("echo one > /work/log; sleep 3"), Some((3_000, 0)));
        assert_eq!(ends("echo finished; exit 2"), Some((100, 2)));
        assert_eq!(ends("sleep 2 && false || exit 4"), Some((2_000, 4)));
        assert_eq!(
            ends("for i in $(seq 1 3); do echo $i; sleep 1; done; exit 1"),
            Some((3_000, 1))
        );
        assert_eq!(ends("if [ -f /x ]; then sleep 2; else exit 9; fi"), Some((2_000, 0)));
        assert_eq!(ends("while true; do sleep 5; exit 1; done"), Some((5_000, 1)));
        assert_eq!(ends("echo start; while [ ! -f /data/die ]; do sleep 1; done; exit 1"), None);
        assert_eq!(ends("nginx -g 'daemon off;'"), None);
    }

    #[test]
    fn no_script_takes_long_to_read() {
        let most = usize::MAX;
        let endless = [
            "if true; then ".repeat(50_000),
            "while ".repeat(200_000),
            "for a in {1..9999}; do ".repeat(5) + "sleep 1; " + &"done; ".repeat(5),
            format!("for a in $(seq 1 {most}) {{0..{most}}}; do for b in a; do ;;;; done; done"),
            format!("for a in $(seq 9999); do if false; then {} fi; done", "; ".repeat(300_000)),
            format!("sleep {most}; sleep {most}; exec sleep {most}"),
        ];
        for text in endless {
            let _ = plan(&text);
        }
    }
}
