//! Runs the actions of a recording on the simulated cluster and writes what happened in the same
//! shape, so that the two can be compared.
//!
//! A recording is one scenario on a real cluster: a list of steps, each with its action, what the
//! command printed, every visible change and every event. [`state`] says what of an object is
//! visible. Not here: files, and the comparison.

mod log;
pub mod state;

use serde_json::{Map, Value, json};

use crate::api::time::SimTime;
use crate::kubectl::{CommandLine, Output, run, split};
use crate::sim::engine::Simulation;
use crate::sim::profile::Profile;

/// The kinds whose tables stand at the end of a step.
const TABLES: [&str; 4] = ["pod", "pvc", "pv", "sts"];

/// The steps of a replay, with the cluster at its end.
#[derive(Debug)]
pub struct Replay {
    /// The recording's shape with what the simulation did.
    pub value: Value,
    /// The run.
    pub sim: Simulation,
}

/// Replays a recording on that kind of cluster.
pub fn replay(recording: &Value, profile: Profile) -> Replay {
    let mut sim = Simulation::new(profile);
    let steps = recording.get("steps").and_then(Value::as_array);
    let steps: Vec<Value> =
        steps.into_iter().flatten().map(|step| replay_step(&mut sim, step)).collect();
    let mut value = Map::new();
    for key in ["id", "title"] {
        value.extend(recording.get(key).map(|text| (key.to_owned(), text.clone())));
    }
    value.insert("steps".to_owned(), Value::Array(steps));
    Replay { value: Value::Object(value), sim }
}

fn replay_step(sim: &mut Simulation, step: &Value) -> Value {
    let (start, first) = (sim.now(), sim.steps().len());
    let output = act(sim, step);
    let seconds = step.get("seconds").and_then(Value::as_f64).unwrap_or(0.0);
    sim.run_until(start + milliseconds(seconds));
    let mut done = Map::new();
    for key in ["apply", "kubectl", "stdin", "node", "sh", "seconds"] {
        done.extend(step.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    done.insert("exit".to_owned(), output.exit.into());
    done.insert("stdout".to_owned(), output.stdout.into());
    done.insert("stderr".to_owned(), output.stderr.into());
    done.insert("log".to_owned(), log::entries(&sim.steps()[first..], start));
    if step.get("tables").is_some() {
        done.insert("tables".to_owned(), tables(sim));
    }
    Value::Object(done)
}

fn act(sim: &mut Simulation, step: &Value) -> Output {
    let text = |key: &str| step.get(key).and_then(Value::as_str);
    let command = match (text("apply"), text("kubectl")) {
        (Some(manifest), _) => CommandLine {
            arguments: ["apply", "-f", "-"].map(str::to_owned).to_vec(),
            ..CommandLine::default().with_stdin(manifest)
        },
        (None, Some(line)) => match split(line) {
            Ok(arguments) => CommandLine {
                arguments,
                ..CommandLine::default().with_stdin(text("stdin").unwrap_or_default())
            },
            Err(quote) => return failed(format!("unclosed {}", quote.0)),
        },
        (None, None) => {
            let (node, line) = (text("node").unwrap_or_default(), text("sh").unwrap_or_default());
            return match sim.type_on_node(node, line) {
                Some(read) => Output {
                    exit: read.exit,
                    stdout: read.stdout,
                    stderr: read.stderr,
                    ..Output::default()
                },
                None => failed(format!("no node {node}")),
            };
        }
    };
    run(sim, &command)
}

fn failed(stderr: String) -> Output {
    Output { exit: 1, stderr: stderr + "\n", ..Output::default() }
}

/// The tables of a copy of the cluster: looking takes no time here.
fn tables(sim: &Simulation) -> Value {
    let mut copy = sim.clone();
    let now = copy.now();
    let table = |kind: &str| {
        let arguments = ["get", kind, "-o", "wide"].map(str::to_owned).to_vec();
        let output = run(&mut copy, &CommandLine { arguments, ..CommandLine::default() });
        (kind.to_owned(), Value::String(output.stdout))
    };
    let tables: Map<String, Value> = TABLES.into_iter().map(table).collect();
    debug_assert_eq!(now, sim.now());
    json!(tables)
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "recorded times are small and positive"
)]
fn milliseconds(seconds: f64) -> u64 {
    (seconds * 1000.0).round() as u64
}

/// Seconds with one decimal, as recordings write times.
fn tenths(time: u64) -> Value {
    let tenths = u32::try_from((time + 50) / 100).unwrap_or(u32::MAX);
    json!(f64::from(tenths) / 10.0)
}

/// Seconds from the start of a step.
fn since(start: SimTime, time: SimTime) -> Value {
    tenths(time.since(start))
}
