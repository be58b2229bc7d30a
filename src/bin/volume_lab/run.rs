//! `volume-lab run`: manifests in, timeline out.

use std::fmt::Write as _;
use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};

use lexopt::{Arg, Parser, ValueExt as _};
use serde_json::Value;
use volume_lab::api::time::SimTime;
use volume_lab::kubectl::{CommandLine, Output};
use volume_lab::replay::state;
use volume_lab::sim::engine::{Progress, Simulation};
use volume_lab::sim::profile::Profile;
use volume_lab::sim::step::Step;

/// How long a run goes on that does not come to rest, in milliseconds.
const HORIZON_MS: u64 = 600_000;

struct Options {
    files: Vec<String>,
    profile: String,
    until: Option<u64>,
    lines: Vec<String>,
}

/// Applies the manifests, lets the cluster run and prints what happened.
pub(crate) fn main(words: Vec<String>) -> Result<(), String> {
    let options = options(words).map_err(|error| error.to_string())?;
    let profile = Profile::named(&options.profile).ok_or_else(|| {
        let known = Profile::NAMES.join(", ");
        format!("unknown profile {}; there are {known}", options.profile)
    })?;
    if options.files.is_empty() {
        return Err("run needs a file".to_owned());
    }
    let mut out = String::new();
    let mut sim = Simulation::new(profile);
    for file in &options.files {
        let text = read(file).map_err(|error| format!("{file}: {error}"))?;
        let arguments = ["apply", "-f", "-"].map(str::to_owned).to_vec();
        let command = CommandLine { arguments, ..CommandLine::default() }.with_stdin(text);
        let _ = writeln!(out, "$ kubectl apply -f {file}");
        add(&mut out, &volume_lab::kubectl::run(&mut sim, &command));
    }
    match options.until {
        Some(until) => drop(sim.run_until(SimTime(until))),
        None => while sim.settle(SimTime(HORIZON_MS), 10_000) == Progress::More {},
    }
    out.push('\n');
    for step in sim.steps() {
        out.push_str(&shown(step));
    }
    if let Some(limit) = sim.stopped() {
        let _ = writeln!(out, "stopped: {limit:?}");
    }
    for line in &options.lines {
        let command = CommandLine::parse(line)
            .map_err(|quote| format!("{line}: {} is not closed", quote.0))?;
        let _ = writeln!(out, "\n$ kubectl {line}");
        add(&mut out, &volume_lab::kubectl::run(&mut sim, &command));
    }
    match std::io::stdout().write_all(out.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn options(words: Vec<String>) -> Result<Options, lexopt::Error> {
    let mut parser = Parser::from_args(words);
    let mut options =
        Options { files: Vec::new(), profile: "lecture".into(), until: None, lines: Vec::new() };
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Long("profile") => options.profile = parser.value()?.string()?,
            Arg::Long("until") => {
                options.until = Some(parser.value()?.parse_with(milliseconds)?);
            }
            Arg::Long("kubectl") => options.lines.push(parser.value()?.string()?),
            Arg::Value(word) => options.files.push(word.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// Reads `30s`, `2m` or `500ms`.
fn milliseconds(text: &str) -> Result<u64, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(format!("{text} is no time such as 30s")),
    };
    number.parse::<u64>().map(|number| number * factor).map_err(|error| error.to_string())
}

fn read(file: &str) -> std::io::Result<String> {
    if file != "-" {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn add(out: &mut String, output: &Output) {
    out.push_str(&output.stdout);
    out.push_str(&output.stderr);
}

/// A line for the step and one for each thing in it: `+` made, `~` changed, `-` gone, `!` an
/// event, `?` a reason.
fn shown(step: &Step) -> String {
    let mut out = String::new();
    let seconds = step.time.0 / 1000;
    let host = if step.actor.host.is_empty() { "" } else { " on " };
    let actor = format!("{}{host}{}", step.actor.component, step.actor.host);
    let _ = writeln!(out, "{seconds:>5}.{:03}  {actor}", step.time.0 % 1000);
    for change in &step.changes {
        let state = |object| state::of(object).unwrap_or_default();
        let before = change.before.as_ref().map(state).unwrap_or_default();
        let after = change.after.as_ref().map(state).unwrap_or_default();
        let verb = match (change.is_creation(), change.is_removal()) {
            (true, _) => "+",
            (false, true) => "-",
            (false, false) => "~",
        };
        let new: Vec<String> = after
            .iter()
            .filter(|(key, value)| before.get(*key) != Some(value))
            .map(|(key, value)| format!("{key}={}", plain(value)))
            .collect();
        let _ = writeln!(out, "           {verb} {}  {}", change.key, new.join(" "));
    }
    for event in &step.events {
        let text = &event.text;
        let (kind, reason) = (text.kind.as_str(), &text.reason);
        let (key, message) = (&text.regarding, &text.message);
        let _ = writeln!(out, "           ! {key}  {kind} {reason}: {message}");
    }
    for note in &step.notes {
        let args: Vec<String> =
            note.args.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let _ = writeln!(out, "           ? {}  {}", note.code, args.join(" "));
    }
    out
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
