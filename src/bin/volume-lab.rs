//! The native command: replays recordings and runs manifests on a simulated cluster.
#![allow(clippy::print_stdout, reason = "a command prints")]

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use lexopt::Arg;
use volume_lab::replay::replay;
use volume_lab::sim::profile::Profile;

const HELP: &str = "\
volume-lab: a Kubernetes storage lab without a cluster

Usage:
  volume-lab replay RECORDING.json... --out DIR
      Run the actions of recordings on the simulated cluster `lab` and write what happened into
      DIR, one file for each recording, in the same shape.
  volume-lab --help
      Print this text.
";

fn main() -> ExitCode {
    match command() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("volume-lab: {message}");
            ExitCode::FAILURE
        }
    }
}

fn command() -> Result<(), String> {
    let mut parser = lexopt::Parser::from_env();
    let (mut words, mut out) = (Vec::new(), None);
    while let Some(arg) = parser.next().map_err(|error| error.to_string())? {
        match arg {
            Arg::Long("out") => {
                out = Some(parser.value().map_err(|error| error.to_string())?);
            }
            Arg::Long("help") | Arg::Short('h') => {
                print!("{HELP}");
                return Ok(());
            }
            Arg::Value(word) => words.push(word),
            other => return Err(other.unexpected().to_string()),
        }
    }
    let Some((verb, files)) = words.split_first() else {
        print!("{HELP}");
        return Ok(());
    };
    match verb.to_str() {
        Some("replay") => {
            let out = out.ok_or("replay needs --out DIR")?;
            fs::create_dir_all(&out).map_err(|error| format!("{}: {error}", out.display()))?;
            files.iter().try_for_each(|file| replay_file(Path::new(file), Path::new(&out)))
        }
        _ => Err(format!("unknown command {}; see volume-lab --help", verb.display())),
    }
}

fn replay_file(file: &Path, out: &Path) -> Result<(), String> {
    let named = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
    let text = fs::read_to_string(file).map_err(|error| named(&error))?;
    let recording = serde_json::from_str(&text).map_err(|error| named(&error))?;
    let replayed = replay(&recording, Profile::lab());
    let name = file.file_name().ok_or_else(|| named(&"not a file"))?;
    let path = out.join(name);
    let text = serde_json::to_string(&replayed.value).map_err(|error| named(&error))?;
    fs::write(&path, text + "\n").map_err(|error| format!("{}: {error}", path.display()))
}
