//! What the process of a container does: when it ends, and how it takes the stop signal.

use super::script;

/// No process lives shorter than this, so that the kubelet sees it running.
const SHORTEST_MS: u64 = 100;

/// Nothing takes longer; 136 years.
pub(super) const LONGEST_MS: u64 = u32::MAX as u64 * 1000;

/// How long a process that honours the stop signal needs to end.
const CLOSING_MS: u64 = 60;

/// What a process will do, if nobody interferes. Times count from its start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// When it ends by itself, in milliseconds, and with which code.
    pub ends: Option<(u64, i32)>,
    /// How it takes the stop signal.
    pub term: Term,
    /// When each command in the foreground ends, before the endless part.
    pub pauses: Vec<u64>,
    /// The endless part: when it begins, and how long one round takes.
    pub round: Option<(u64, u64)>,
}

/// How a process takes the stop signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// It closes down and ends with that code.
    Ends(i32),
    /// It ends with that code as soon as the command in the foreground is done.
    EndsAfterCommand(i32),
    /// The kernel discards the signal: process 1 has no handler for it.
    Ignored,
}

/// What an image's own program does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrypoint {
    /// Runs for ever and ends with 0 on the image's stop signal.
    Serves,
    /// Runs for ever and does not hear the stop signal.
    Deaf,
    /// Ends at once with that code.
    Ends(i32),
}

impl Entrypoint {
    /// The plan of the image's program. Arguments replace the program of an image whose own one
    /// ends at once: those images start a shell, and `args` name what to run instead.
    pub fn plan(self, args: &[String]) -> Plan {
        match self {
            Self::Serves => Plan::endless(Term::Ends(0)),
            Self::Deaf => Plan::endless(Term::Ignored),
            Self::Ends(_) if !args.is_empty() => {
                command(&args.iter().map(String::as_str).collect::<Vec<_>>())
            }
            Self::Ends(code) => Plan::ending(0, code),
        }
    }
}

impl Plan {
    /// Runs for ever.
    pub fn endless(term: Term) -> Self {
        Self { ends: None, term, pauses: Vec::new(), round: None }
    }

    /// Ends by itself and has no handler for the stop signal.
    pub fn ending(after_ms: u64, code: i32) -> Self {
        let ends = Some((after_ms.max(SHORTEST_MS), code));
        Self { ends, term: Term::Ignored, pauses: vec![after_ms], round: None }
    }

    /// When and how it ends after a stop signal at that age; `None` when it does not.
    pub fn on_term(&self, age_ms: u64) -> Option<(u64, i32)> {
        match self.term {
            Term::Ignored => None,
            Term::Ends(code) => Some((age_ms + CLOSING_MS, code)),
            Term::EndsAfterCommand(code) => Some((self.end_of_command(age_ms) + 10, code)),
        }
    }

    /// When the command that is in the foreground at that age ends.
    fn end_of_command(&self, age_ms: u64) -> u64 {
        if let Some(end) = self.pauses.iter().find(|end| **end >= age_ms) {
            return *end;
        }
        match self.round {
            Some((begin, length)) if length > 0 => {
                begin + age_ms.saturating_sub(begin).div_ceil(length).max(1) * length
            }
            _ => age_ms,
        }
    }
}

/// The plan of a command as process 1.
pub fn command(words: &[&str]) -> Plan {
    let Some((program, args)) = started(words).split_first() else { return Plan::ending(0, 0) };
    match base_name(program) {
        "sh" | "bash" | "ash" | "dash" => match args {
            [] => Plan::ending(0, 0),
            [flag, text, ..] if flag.starts_with('-') && flag.ends_with('c') => script::plan(text),
            _ => Plan::endless(Term::Ignored),
        },
        "sleep" => match sleep_ms(args) {
            Some(ms) => Plan::ending(ms, 0),
            None => Plan::endless(Term::Ignored),
        },
        "false" => Plan::ending(0, 1),
        "tail" if args.iter().any(|arg| *arg == "-f" || *arg == "-F") => {
            Plan::endless(Term::Ignored)
        }
        "top" | "yes" | "nc" => Plan::endless(Term::Ignored),
        name if is_short(name) => Plan::ending(0, 0),
        _ => Plan::endless(Term::Ends(0)),
    }
}

/// The command behind words that only start another one.
fn started<'a>(words: &'a [&'a str]) -> &'a [&'a str] {
    let mut words = words;
    while let [starter, args @ ..] = words {
        let starts = matches!(base_name(starter), "exec" | "env" | "nohup" | "tini" | "dumb-init");
        if !starts || args.is_empty() {
            break;
        }
        let first = args.iter().position(|arg| !arg.contains('=')).unwrap_or(args.len());
        words = args[first..].strip_prefix(&["--"]).unwrap_or(&args[first..]);
    }
    words
}

fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// How long a command takes and its exit code; `None` when it does not end.
pub fn outcome(words: &[String]) -> Option<(u64, i32)> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let plan = command(&words);
    plan.ends.map(|(ms, code)| (if ms <= SHORTEST_MS { 0 } else { ms }, code))
}

/// Milliseconds of `sleep`'s arguments; `None` for ever.
pub(super) fn sleep_ms(args: &[&str]) -> Option<u64> {
    let mut sum = 0_u64;
    for arg in args {
        let end = arg.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(arg.len());
        let (number, unit) = arg.split_at(end);
        let factor = match unit {
            "" | "s" => 1_000,
            "m" => 60_000,
            "h" => 3_600_000,
            "d" => 86_400_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let whole = whole.parse::<u64>().unwrap_or(0);
        let thousandths = format!("{fraction:0<3}")[..3].parse::<u64>().unwrap_or(0);
        sum = sum.saturating_add(whole.saturating_mul(factor));
        sum = sum.saturating_add(thousandths * factor / 1000).min(LONGEST_MS);
    }
    Some(sum)
}

/// Programs that do their work and end.
const SHORT: &str = "\
    true : echo printf ls cat touch mkdir rm rmdir cp mv ln chmod chown chgrp date id \
    whoami hostname uname env printenv pwd cd test [ [[ dd df du find grep sed awk sort \
    uniq head tail wc cut tr tee seq expr stat sync mount umount wget curl nslookup ping \
    tar gzip base64 md5sum sha256sum export set unset umask local shift read kill \
    basename dirname realpath readlink install git kubectl ps perl";

/// Whether a program does its work and ends.
pub(super) fn is_short(name: &str) -> bool {
    SHORT.split_whitespace().any(|short| short == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sleeping_process_1_does_not_hear_the_stop_signal() {
        let plan = command(&["sleep", "1m"]);
        assert_eq!((plan.ends, plan.on_term(5)), (Some((60_000, 0)), None));
        assert_eq!(command(&["sleep", "0.25"]).ends, Some((250, 0)));
        assert_eq!(command(&["sleep", "infinity"]).ends, None);
        let most = u64::MAX.to_string();
        assert_eq!(command(&["sleep", &most, "0.5", &most]).ends, Some((LONGEST_MS, 0)));
    }

    #[test]
    fn the_command_behind_others_counts() {
        let words = ["env", "A=1", "nohup", "/usr/bin/tini", "--", "sleep", "3"];
        assert_eq!(command(&words).ends, Some((3000, 0)));
        assert_eq!(command(&vec!["env"; 200_000]).ends, Some((SHORTEST_MS, 0)));
    }

    #[test]
    fn a_server_ends_cleanly() {
        assert_eq!(command(&["httpd-foreground"]).on_term(1000), Some((1060, 0)));
        assert_eq!(command(&["/bin/false"]).ends, Some((SHORTEST_MS, 1)));
    }
}
