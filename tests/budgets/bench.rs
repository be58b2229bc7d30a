//! The budgets of the product, measured natively: `cargo xtask bench`.
//!
//! Each figure stands beside its ratio to a fixed loop in the same run, so that figures of
//! different machines can be compared. `--check` fails when a budget is missed; the names of
//! groups (`sets`, `seeking`, `pictures`, `recordings`) choose some of them.
#![allow(clippy::print_stdout, reason = "a measurement prints")]
#![allow(clippy::disallowed_methods, reason = "it measures time")]

mod workloads;

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use volume_lab::replay::replay;
use volume_lab::scene::transition::diff;
use volume_lab::sim::profile::Profile;

/// A figure and what it may be.
struct Row {
    what: String,
    value: f64,
    unit: &'static str,
    budget: Option<f64>,
}

struct Bench {
    loop_ms: f64,
    rows: Vec<Row>,
}

/// One group of measurements.
type Measure = fn(&mut Bench);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let is_strict = words.iter().any(|word| word == "--check");
    let chosen = |name: &str| {
        let mut names = words.iter().filter(|word| !word.starts_with("--")).peekable();
        names.peek().is_none() || names.any(|word| word == name)
    };
    let loop_ms = median(9, workloads::baseline);
    let mut bench = Bench { loop_ms, rows: Vec::new() };
    bench.time("the fixed loop", loop_ms, None);
    let groups: [(&str, Measure); 4] = [
        ("sets", Bench::sets),
        ("seeking", Bench::seeking),
        ("pictures", Bench::pictures),
        ("recordings", Bench::recordings),
    ];
    for (_, measure) in groups.iter().filter(|(name, _)| chosen(name)) {
        measure(&mut bench);
    }
    bench.print();
    let missed = bench.rows.iter().any(Row::is_missed);
    if missed && is_strict { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

impl Bench {
    fn time(&mut self, what: &str, value: f64, budget: Option<f64>) {
        self.rows.push(Row { what: what.to_owned(), value, unit: "ms", budget });
    }

    fn growth(&mut self, what: &str, value: f64) {
        self.rows.push(Row { what: what.to_owned(), value, unit: "times", budget: Some(12.0) });
    }

    fn sets(&mut self) {
        let roll = |replicas| median(5, || workloads::roll_out(replicas));
        let [a, b, c, d] = [20, 50, 200, 500].map(roll);
        self.time("StatefulSet of 20, its whole history", a, None);
        self.time("StatefulSet of 50", b, None);
        self.time("StatefulSet of 200", c, None);
        let steps = workloads::roll_out(500).steps().len();
        self.time(&format!("StatefulSet of 500, {steps} steps"), d, Some(130.0));
        self.growth("from 20 to 200", c / a);
        self.growth("from 50 to 500", d / b);
    }

    fn seeking(&mut self) {
        let run = workloads::long_run(10_000);
        let sim = run.simulation();
        let steps = sim.steps().len();
        let plan = workloads::plan_of(sim);
        let (mut worst, mut before) = (0.0, workloads::picture(sim, &plan, 0));
        for number in 0..60 {
            let at = number * 7919 % (steps + 1);
            let (spent, after) = timed(|| {
                let after = workloads::picture(sim, &plan, at);
                black_box(diff(&before, &after));
                after
            });
            before = after;
            worst = f64::max(worst, spent);
        }
        self.time(&format!("the worst seek in a run of {steps} steps"), worst, Some(16.0));
        self.time("the places of that run", median(3, || workloads::plan_of(sim)), None);
        let fork = median(3, || sim.fork(steps - 1));
        self.time("a fork at its end", fork, Some(16.0));
    }

    fn pictures(&mut self) {
        let sim = workloads::hundred_pods();
        let (plan, end) = (workloads::plan_of(&sim), sim.steps().len());
        let time = median(9, || workloads::picture(&sim, &plan, end));
        self.time("a picture of 100 Pods", time, Some(16.0));
        for replicas in [10, 100, 500] {
            let sim = workloads::roll_out(replicas);
            let (plan, end) = (workloads::plan_of(&sim), sim.steps().len());
            let time = median(9, || workloads::picture(&sim, &plan, end));
            self.time(&format!("a picture of a set of {replicas}"), time, Some(16.0));
        }
    }

    fn recordings(&mut self) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
        let entries = fs::read_dir(folder).expect("the recordings can be read");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        let texts = paths.filter(|path| path.extension().is_some_and(|ext| ext == "json"));
        let all: Vec<serde_json::Value> = texts
            .map(|path| fs::read_to_string(path).expect("a recording"))
            .map(|text| serde_json::from_str(&text).expect("JSON"))
            .collect();
        let every = || {
            for recording in &all {
                black_box(replay(recording, Profile::lab()));
            }
        };
        let time = median(3, every);
        self.time(&format!("a replay of all {} recordings", all.len()), time, Some(5000.0));
    }

    fn print(&self) {
        println!("{:<44} {:>10} {:>9} {:>9}", "", "", "loops", "budget");
        for row in &self.rows {
            let loops = match row.unit {
                "ms" => format!("{:.2}", row.value / self.loop_ms),
                _ => String::new(),
            };
            let budget = row.budget.map_or(String::new(), |budget| budget.to_string());
            let verdict = if row.is_missed() { "  missed" } else { "" };
            let value = format!("{:.2} {:<5}", row.value, row.unit);
            println!("{:<44} {value:>10} {loops:>7} {budget:>9}{verdict}", row.what);
        }
    }
}

impl Row {
    fn is_missed(&self) -> bool {
        self.budget.is_some_and(|budget| self.value > budget)
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let made = black_box(work());
    (milliseconds(start.elapsed()), made)
}

/// The median of so many runs, in milliseconds.
fn median<T>(runs: usize, mut work: impl FnMut() -> T) -> f64 {
    // What was made stays until the end: to free it in between would tear holes into the memory
    // of the next run, which is no part of what is measured.
    let (mut times, made): (Vec<f64>, Vec<T>) = (0..runs).map(|_| timed(&mut work)).unzip();
    drop(made);
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
