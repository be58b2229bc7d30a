//! The flags of a command, read as `spf13/pflag` reads them.

use std::ffi::OsString;

use lexopt::{Arg, Parser};

use crate::api::sorted::SortedMap;

use super::failure::Failure;

/// A flag that a command knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Flag {
    /// The long name, without its dashes.
    pub long: &'static str,
    /// The letter, `'\0'` without one.
    pub short: char,
    /// What it takes.
    pub takes: Takes,
}

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Takes {
    /// `--x`, `--x=true`, `--x=false`.
    Truth,
    /// `--x v`, `--x=v`.
    Value,
    /// The same for a whole number.
    Number,
    /// The same for a duration such as `1m30s`.
    Duration,
    /// `--x`, `--x=v`; the word behind it is not its value.
    Optional(&'static str),
}

/// A flag for a truth.
pub(super) const fn truth(long: &'static str, short: char) -> Flag {
    Flag { long, short, takes: Takes::Truth }
}

/// A flag for a value.
pub(super) const fn value(long: &'static str, short: char) -> Flag {
    Flag { long, short, takes: Takes::Value }
}

/// A flag for a whole number.
pub(super) const fn number(long: &'static str, short: char) -> Flag {
    Flag { long, short, takes: Takes::Number }
}

/// A flag for a duration.
pub(super) const fn duration(long: &'static str, short: char) -> Flag {
    Flag { long, short, takes: Takes::Duration }
}

/// Flags of every command, by name.
pub(super) const GLOBAL: &[Flag] = &[
    value("as", '\0'),
    value("as-group", '\0'),
    value("as-uid", '\0'),
    value("as-user-extra", '\0'),
    value("cache-dir", '\0'),
    value("certificate-authority", '\0'),
    value("client-certificate", '\0'),
    value("client-key", '\0'),
    value("cluster", '\0'),
    value("context", '\0'),
    truth("disable-compression", '\0'),
    truth("help", 'h'),
    truth("insecure-skip-tls-verify", '\0'),
    value("kubeconfig", '\0'),
    value("kuberc", '\0'),
    duration("log-flush-frequency", '\0'),
    truth("match-server-version", '\0'),
    value("namespace", 'n'),
    value("password", '\0'),
    value("profile", '\0'),
    value("profile-output", '\0'),
    value("request-timeout", '\0'),
    value("server", 's'),
    value("tls-server-name", '\0'),
    value("token", '\0'),
    value("user", '\0'),
    value("username", '\0'),
    number("v", 'v'),
    value("vmodule", '\0'),
    truth("warnings-as-errors", '\0'),
];

/// Flags of every command that ask for another identity or another way to the server; there is
/// only one of each here.
const FOREIGN: &[&str] = &[
    "as",
    "as-group",
    "as-uid",
    "as-user-extra",
    "certificate-authority",
    "client-certificate",
    "client-key",
    "password",
    "server",
    "token",
    "username",
];

/// A command's flags and arguments.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    /// What is no flag, before a `--`.
    pub words: Vec<String>,
    /// What stands after `--`, if there is one.
    pub after: Option<Vec<String>>,
    given: SortedMap<&'static str, Vec<String>>,
    /// Global flags for which the command has a meaning of its own.
    shadowed: Vec<&'static str>,
}

impl Arguments {
    /// Takes the name of the command out of the words: the first that is neither a flag nor the
    /// value of one of these flags or of a global one.
    pub(super) fn take_command(words: &mut Vec<String>, flags: &[Flag]) -> Option<String> {
        let mut index = 0;
        while let Some(word) = words.get(index).filter(|word| *word != "--") {
            if !word.starts_with('-') {
                return Some(words.remove(index));
            }
            let takes_next = flags.iter().chain(GLOBAL).any(|flag| {
                !matches!(flag.takes, Takes::Truth | Takes::Optional(_))
                    && (*word == format!("--{}", flag.long) || *word == format!("-{}", flag.short))
            });
            index += 1 + usize::from(takes_next);
        }
        None
    }

    /// Reads the words of the command named `command`, such as `create configmap`.
    pub(super) fn parse(command: &str, words: &[String], flags: &[Flag]) -> Result<Self, Failure> {
        let dashes = words.iter().position(|word| word == "--");
        let (before, after) = words.split_at(dashes.unwrap_or(words.len()));
        let mut read = Self { after: dashes.map(|_| after[1..].to_vec()), ..Self::default() };
        let own = |flag: &&Flag| GLOBAL.iter().any(|global| global.long == flag.long);
        read.shadowed = flags.iter().filter(own).map(|flag| flag.long).collect();
        let mut parser = Parser::from_args(before.iter().map(String::as_str));
        let mut cluster = Letters::default();
        let usage = |text: String| {
            Failure::message(format!("{text}\nSee 'kubectl {command} --help' for usage."))
        };
        loop {
            if let Some(raw) = parser.try_raw_args() {
                cluster = Letters::of(raw.peek());
            }
            let Some(arg) = parser.next().map_err(|error| usage(error.to_string()))? else { break };
            let (name, known) = match arg {
                Arg::Value(word) => {
                    read.words.push(text(word));
                    continue;
                }
                Arg::Long(long) => (format!("--{long}"), find(flags, |flag| flag.long == long)),
                Arg::Short(short) => {
                    let rest = cluster.rest().to_owned();
                    cluster.taken += short.len_utf8();
                    (format!("'{short}' in -{rest}"), find(flags, |flag| flag.short == short))
                }
            };
            let Some(flag) = known else {
                let kind = if name.starts_with('-') { "flag" } else { "shorthand flag" };
                return Err(usage(format!("unknown {kind}: {name}")));
            };
            let is_long = name.starts_with('-');
            let attached = is_long || cluster.rest().starts_with('=');
            let value = match flag.takes {
                Takes::Value | Takes::Number | Takes::Duration => match parser.value() {
                    Ok(value) => text(value),
                    Err(_) => return Err(usage(format!("flag needs an argument: {name}"))),
                },
                Takes::Truth | Takes::Optional(_) => {
                    let given = if attached { parser.optional_value() } else { None };
                    let absent = match flag.takes {
                        Takes::Optional(absent) => absent,
                        _ => "true",
                    };
                    given.map_or_else(|| absent.to_owned(), text)
                }
            };
            flag.check(&value).map_err(usage)?;
            read.given.entry(flag.long).or_default().push(value);
        }
        Ok(read)
    }

    /// A global flag that is given and means somebody or somewhere else.
    pub(super) fn foreign(&self) -> Option<&'static str> {
        FOREIGN.iter().copied().find(|long| self.global(long).is_some())
    }

    /// The value of a global flag.
    pub(super) fn global(&self, long: &str) -> Option<&str> {
        self.get(long).filter(|_| !self.shadowed.contains(&long))
    }

    /// The last value of a flag.
    pub(super) fn get(&self, long: &str) -> Option<&str> {
        self.given.get(long)?.last().map(String::as_str)
    }

    /// All values of a flag.
    pub(super) fn all(&self, long: &str) -> &[String] {
        self.given.get(long).map_or(&[], Vec::as_slice)
    }

    /// Whether a truth is set.
    pub(super) fn is_set(&self, long: &str) -> bool {
        self.truth_or(long, false)
    }

    /// A truth with its default.
    pub(super) fn truth_or(&self, long: &str, default: bool) -> bool {
        self.get(long).map_or(default, |value| TRUTHS[..6].contains(&value))
    }

    /// A number, or the words of the refusal.
    pub(super) fn number(&self, command: &str, long: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.get(long) else { return Ok(None) };
        value.parse().map(Some).map_err(|_| {
            let dash = format!("--{long}");
            Failure::message(format!(
                "invalid argument \"{value}\" for \"{dash}\" flag: strconv.ParseInt: parsing \
                 \"{value}\": invalid syntax\nSee 'kubectl {command} --help' for usage."
            ))
        })
    }

    /// A duration such as `1m30s`, in milliseconds; negative ones are below zero.
    pub(super) fn duration(&self, command: &str, long: &str) -> Result<Option<i64>, Failure> {
        let Some(value) = self.get(long) else { return Ok(None) };
        parse_duration(value).map(Some).map_err(|why| {
            let dash = format!("--{long}");
            Failure::message(format!(
                "invalid argument \"{value}\" for \"{dash}\" flag: time: {why} \"{value}\"\n\
                 See 'kubectl {command} --help' for usage."
            ))
        })
    }
}

impl Flag {
    /// Whether the flag may have that value; else the words of the refusal (`pflag`).
    fn check(&self, value: &str) -> Result<(), String> {
        let why = match self.takes {
            Takes::Value | Takes::Optional(_) => return Ok(()),
            Takes::Truth if TRUTHS.contains(&value) => return Ok(()),
            Takes::Truth => format!("strconv.ParseBool: parsing \"{value}\": invalid syntax"),
            Takes::Number => match value.parse::<i64>() {
                Ok(_) => return Ok(()),
                Err(_) => format!("strconv.ParseInt: parsing \"{value}\": invalid syntax"),
            },
            Takes::Duration => match parse_duration(value) {
                Ok(_) => return Ok(()),
                Err(why) => format!("time: {why} \"{value}\""),
            },
        };
        let Self { long, short, .. } = self;
        let name = if *short == '\0' { format!("--{long}") } else { format!("-{short}, --{long}") };
        Err(format!("invalid argument \"{value}\" for \"{name}\" flag: {why}"))
    }
}

/// What `strconv.ParseBool` reads.
const TRUTHS: [&str; 12] =
    ["1", "t", "T", "TRUE", "true", "True", "0", "f", "F", "FALSE", "false", "False"];

/// The word of grouped letters, such as `-it`, that is being read.
#[derive(Default)]
struct Letters {
    word: String,
    taken: usize,
}

impl Letters {
    fn of(word: Option<&std::ffi::OsStr>) -> Self {
        let word = word.map(|word| word.to_string_lossy().into_owned()).unwrap_or_default();
        Self { word, taken: 1 }
    }

    /// What is left of the word.
    fn rest(&self) -> &str {
        self.word.get(self.taken..).unwrap_or_default()
    }
}

fn find(flags: &[Flag], is: impl Fn(&Flag) -> bool) -> Option<Flag> {
    flags.iter().chain(GLOBAL).copied().find(|flag| is(flag))
}

fn text(word: OsString) -> String {
    word.to_string_lossy().into_owned()
}

/// Reads a Go duration (`time.ParseDuration`) in whole milliseconds.
pub(super) fn parse_duration(text: &str) -> Result<i64, &'static str> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0);
    }
    let mut rest = unsigned;
    let mut total = 0_i64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (number, tail) = rest.split_at(digits);
        let number: i64 = number.parse().map_err(|_| "invalid duration")?;
        let unit = tail.find(|c: char| c.is_ascii_digit()).unwrap_or(tail.len());
        let (unit, tail) = tail.split_at(unit);
        let factor = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            "" => return Err("missing unit in duration"),
            _ => return Err("unknown unit in duration"),
        };
        total = total.saturating_add(number.saturating_mul(factor));
        rest = tail;
    }
    if unsigned.is_empty() {
        return Err("invalid duration");
    }
    Ok(if text.starts_with('-') { -total } else { total })
}
