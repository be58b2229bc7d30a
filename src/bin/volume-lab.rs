//! The native command: runs manifests on a simulated cluster and replays recordings.
#![allow(clippy::print_stdout, reason = "a command prints")]

#[path = "volume_lab/replay.rs"]
mod replay;
#[path = "volume_lab/run.rs"]
mod run;
#[path = "volume_lab/storyboards.rs"]
mod storyboards;

use std::process::ExitCode;

const HELP: &str = "\
volume-lab: a Kubernetes storage lab without a cluster

Usage:
  volume-lab run FILE... [--profile NAME] [--until TIME] [--kubectl LINE]...
      Apply the manifests (- is the standard input) to a simulated cluster, print what happens
      step by step, and then what each LINE, such as `get pod -o wide`, prints.
      --profile   lecture, lab, cases or minikube; lecture when not given
      --until     how long the cluster runs, such as 30s or 2m; until it is at rest (or 10m)
                  when not given
  volume-lab replay RECORDING.json... --out DIR
      Run the actions of recordings on the profile lab and write what happened into DIR, one file
      for each recording, in the same shape.
  volume-lab storyboards --out DIR
      Record every scenario of the gallery as the page draws it, at every width, and write that and
      the sentences of each language into DIR. The build of the page does this.
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
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() || words.iter().any(|word| word == "--help" || word == "-h") {
        print!("{HELP}");
        return Ok(());
    }
    let verb = words.remove(0);
    match verb.as_str() {
        "run" => run::main(words),
        "replay" => replay::main(words),
        "storyboards" => storyboards::main(words),
        _ => Err(format!("unknown command {verb}; see volume-lab --help")),
    }
}
