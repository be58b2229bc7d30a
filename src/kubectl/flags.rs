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

/// Flags of every command. What they do is `--namespace`'s; the rest is accepted.
const GLOBAL: &[Flag] = &[
    value("namespace", 'n'),
    value("context", '\0'),
    value("kubeconfig", '\0'),
    value("request-timeout", '\0'),
    value("v", 'v'),
    truth("warnings-as-errors", '\0'),
    truth("help", 'h'),
];

/// A command's flags and arguments.
#[derive(Clone, Debug, Default)]
pub(super) struct Arguments {
    /// What is no flag, before a `--`.
    pub words: Vec<String>,
    /// What stands after `--`, if there is one.
    pub after: Option<Vec<String>>,
    given: SortedMap<&'static str, Vec<String>>,
}

impl Arguments {
    /// Takes the name of the command out of the words: the first that is neither a flag nor the
    /// value of a global flag.
    pub(super) fn take_command(words: &mut Vec<String>) -> Option<String> {
        let mut index = 0;
        while let Some(word) = words.get(index) {
            if !word.starts_with('-') {
                return Some(words.remove(index));
            }
            let takes_next = GLOBAL.iter().any(|flag| {
                flag.takes == Takes::Value
                    && (*word == format!("--{}", flag.long) || *word == format!("-{}", flag.short))
            });
            index += 1 + usize::from(takes_next);
        }
        None
    }

    /// Reads the words of the command named `command`, such as `rollout`.
    pub(super) fn parse(command: &str, words: &[String], flags: &[Flag]) -> Result<Self, Failure> {
        let dashes = words.iter().position(|word| word == "--");
        let (before, after) = words.split_at(dashes.unwrap_or(words.len()));
        let mut read = Self { after: dashes.map(|_| after[1..].to_vec()), ..Self::default() };
        let mut parser = Parser::from_args(before.iter().map(String::as_str));
        let usage = |text: String| {
            Failure::message(format!("{text}\nSee 'kubectl {command} --help' for usage."))
        };
        while let Some(arg) = parser.next().map_err(|error| usage(error.to_string()))? {
            let (name, known) = match arg {
                Arg::Value(word) => {
                    read.words.push(text(word));
                    continue;
                }
                Arg::Long(long) => (format!("--{long}"), find(flags, |flag| flag.long == long)),
                Arg::Short(short) => {
                    (format!("'{short}' in -{short}"), find(flags, |flag| flag.short == short))
                }
            };
            let Some(flag) = known else {
                let kind = if name.starts_with('-') { "flag" } else { "shorthand flag" };
                return Err(usage(format!("unknown {kind}: {name}")));
            };
            let value = match flag.takes {
                Takes::Value => match parser.value() {
                    Ok(value) => text(value),
                    Err(_) => return Err(usage(format!("flag needs an argument: {name}"))),
                },
                Takes::Truth => parser.optional_value().map_or_else(|| "true".to_owned(), text),
                Takes::Optional(absent) => {
                    parser.optional_value().map_or_else(|| absent.to_owned(), text)
                }
            };
            read.given.entry(flag.long).or_default().push(value);
        }
        Ok(read)
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
        self.get(long).map_or(default, |value| matches!(value, "true" | "t" | "T" | "1" | "True"))
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
