//! Replays what a real cluster did and counts where the simulation agrees. Each recording may
//! only get better: `tests/recordings/expected.txt` says how many of its checks match.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::print_stdout, reason = "the counts are the point")]

#[path = "support/compare.rs"]
mod compare;
#[path = "support/folding.rs"]
mod folding;

use std::collections::BTreeMap;
use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use volume_lab::replay::replay;
use volume_lab::sim::profile::Profile;

use compare::{Outcome, compare};

const FOLDER: &str = "tests/recordings";
const EXPECTED: &str = "tests/recordings/expected.txt";

#[test]
fn recordings_match_as_well_as_written() {
    let other = env::var_os("RECORDINGS").map(PathBuf::from);
    let outcomes = replay_all(other.as_deref().unwrap_or(Path::new(FOLDER)));
    let mut list = String::new();
    let (mut good, mut matched, mut total) = (0, 0, 0);
    for (id, outcome) in &outcomes {
        let word = if outcome.differences.is_empty() { "ok  " } else { "DIFF" };
        println!("{word} {id}  {}/{}", outcome.matched, outcome.total);
        let _ = writeln!(list, "{id} {}/{}", outcome.matched, outcome.total);
        good += usize::from(outcome.differences.is_empty());
        matched += outcome.matched;
        total += outcome.total;
    }
    let count = outcomes.len();
    println!("recordings: {good} of {count} match, {matched} of {total} checks");
    print_differences(&outcomes);
    if other.is_some() {
        return;
    }
    if env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(EXPECTED, list).expect("the list can be written");
        return;
    }
    let expected = fs::read_to_string(EXPECTED).unwrap_or_default();
    let changed: Vec<String> = list
        .lines()
        .filter(|line| !expected.lines().any(|old| old == *line))
        .map(|line| format!("now {line}"))
        .chain(
            expected
                .lines()
                .filter(|old| !list.lines().any(|line| line == *old))
                .map(|old| format!("was {old}")),
        )
        .collect();
    assert!(
        changed.is_empty(),
        "{EXPECTED} is no longer true (UPDATE_EXPECT=1 rewrites it):\n{}",
        changed.join("\n")
    );
}

fn replay_all(folder: &Path) -> BTreeMap<String, Outcome> {
    let mut outcomes = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the recordings are there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("a recording is UTF-8");
        let recording: Value = serde_json::from_str(&text).expect("a recording is JSON");
        let id = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
        let replayed = replay(&recording, Profile::lab());
        outcomes.insert(id, compare(&recording, &replayed.value));
    }
    assert!(!outcomes.is_empty(), "no recording was found");
    outcomes
}

fn print_differences(outcomes: &BTreeMap<String, Outcome>) {
    let Ok(id) = env::var("DIFFERENCES") else { return };
    for difference in outcomes.get(&id).into_iter().flat_map(|outcome| &outcome.differences) {
        println!("{}", difference.name);
        println!("    want {:?}", difference.want);
        println!("    got  {:?}", difference.got);
    }
}

#[test]
fn the_comparison_folds_what_differs_from_run_to_run() {
    let recording = serde_json::json!({"steps": [{
        "apply": "x", "exit": 0, "stdout": "pod/a created\n", "stderr": "", "seconds": 1.0,
        "log": [
            {"t": 0.1, "object": "Pod/a", "new": true, "state": {"phase": "Pending"}},
            {"t": 0.4, "object": "Pod/a", "state": {"phase": "Running", "node": "work1"}},
            {"t": 0.4, "event": "Pod/a", "type": "Normal", "reason": "Scheduled",
                "message": "Successfully assigned default/a to work1", "from": "s", "count": 1},
        ],
    }]});
    let text = recording.to_string().replace("work1", "work2").replace("\"t\":0.4", "\"t\":1.2");
    let replayed: Value = serde_json::from_str(&text).expect("JSON");
    let outcome = compare(&recording, &replayed);
    assert_eq!((outcome.matched, outcome.total), (7, 7), "{:?}", outcome.differences);
    let text = text.replace("Running", "Failed");
    let other: Value = serde_json::from_str(&text).expect("JSON");
    let names: Vec<String> =
        compare(&recording, &other).differences.into_iter().map(|one| one.name).collect();
    let expected =
        ["history Pod/a", "state 0 Pod/a", "timing Pod/a 2 Failed", "timing Pod/a 2 Running"];
    assert_eq!(names, expected);
}
