//! All tests: sets up what they need, runs every step even when one fails, prints a table.

use crate::pins::WASM_TARGET;
use crate::process::{command, duration, root, run};
use crate::{Outcome, browser, serve, setup};
use std::fs;
use std::time::{Duration, Instant};

const GROUPS: [&str; 4] = ["lint", "native", "web", "e2e"];

enum Verdict {
    Passed,
    Failed,
    Skipped(&'static str),
}

struct Row {
    name: &'static str,
    verdict: Verdict,
    time: Duration,
}

/// Runs the groups that are named, or all.
pub(crate) fn test(arguments: &[String]) -> Outcome {
    let (groups, filter) = parse(arguments)?;
    let wanted = |group: &str| groups.iter().any(|name| name == group);
    let mut rows = Vec::new();

    step(&mut rows, "set up", || set_up(&wanted));
    if failed(&rows) {
        print_table(&rows);
        return Err("the set-up failed, so nothing was tested".to_owned());
    }
    if wanted("lint") {
        step(&mut rows, "cargo fmt", || cargo(&["fmt", "--all", "--check"], &[]));
        step(&mut rows, "clippy, native", || clippy(&["--workspace"]));
        step(&mut rows, "clippy, wasm32", || {
            clippy(&["--package", "volume-lab", "--target", WASM_TARGET])
        });
    }
    if wanted("native") {
        step(&mut rows, "cargo test", || {
            cargo(&["test", "--workspace", "--locked", "--no-fail-fast"], &filter)
        });
    }
    if wanted("web") {
        let tests = web_tests();
        if tests.is_empty() {
            skip(&mut rows, "wasm-pack test", "there is no tests/web*.rs");
        } else {
            step(&mut rows, "wasm-pack test", || wasm_pack(&tests));
        }
    }
    if wanted("e2e") {
        step(&mut rows, "release build", serve::build_only);
        if matches!(rows.last(), Some(Row { verdict: Verdict::Passed, .. })) {
            step(&mut rows, "size budgets", serve::size_only);
            step(&mut rows, "end to end", || end_to_end(&filter));
        } else {
            skip(&mut rows, "size budgets", "there is no build");
            skip(&mut rows, "end to end", "there is no build");
        }
    }
    print_table(&rows);
    if failed(&rows) { Err("a step failed".to_owned()) } else { Ok(()) }
}

/// Measures the budgets of time; the arguments go to the measurement.
pub(crate) fn bench(arguments: &[String]) -> Outcome {
    cargo(&["bench", "--profile", "native", "--bench", "budgets", "--"], arguments)
}

fn parse(arguments: &[String]) -> Outcome<(Vec<String>, Vec<String>)> {
    let mut parts = arguments.splitn(2, |argument| argument == "--");
    let mut groups = parts.next().unwrap_or_default().to_vec();
    let filter = parts.next().unwrap_or_default().to_vec();
    if let Some(unknown) = groups.iter().find(|name| !GROUPS.contains(&name.as_str())) {
        return Err(format!("there is no group {unknown:?}: {}", GROUPS.join(", ")));
    }
    if !filter.is_empty() && groups.len() != 1 {
        return Err("a filter needs the one group that it is for".to_owned());
    }
    if groups.is_empty() {
        groups = GROUPS.map(str::to_owned).to_vec();
    }
    Ok((groups, filter))
}

fn set_up(wanted: &dyn Fn(&str) -> bool) -> Outcome {
    let mut needs = Vec::new();
    if wanted("lint") {
        needs.extend(setup::lint());
    }
    if wanted("web") {
        needs.extend(setup::web());
    }
    if wanted("e2e") {
        needs.extend(setup::e2e());
    }
    setup::meet(needs)
}

fn cargo(arguments: &[&str], more: &[String]) -> Outcome {
    let mut cargo = command("cargo");
    cargo.args(arguments).args(more);
    run(cargo)
}

fn clippy(which: &[&str]) -> Outcome {
    let mut cargo = command("cargo");
    cargo.args(["clippy", "--locked", "--all-targets"]).args(which).args(["--", "-D", "warnings"]);
    run(cargo)
}

/// The test files that run in a browser: `tests/web.rs` and `tests/web_*.rs`.
fn web_tests() -> Vec<String> {
    let names = fs::read_dir(root().join("tests")).into_iter().flatten().flatten();
    let mut tests: Vec<String> = names
        .filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned))
        .filter(|name| name == "web" || name.starts_with("web_"))
        .collect();
    tests.sort();
    tests
}

fn wasm_pack(tests: &[String]) -> Outcome {
    let driver = browser::driver().ok_or("ChromeDriver is missing")?;
    let mut wasm_pack = command("wasm-pack");
    wasm_pack.args(["test", "--mode", "no-install", "--headless", "--chrome", "--chromedriver"]);
    wasm_pack.arg(driver).arg(".");
    wasm_pack.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", browser::write_webdriver_json()?);
    for name in tests {
        wasm_pack.args(["--test", name]);
    }
    run(wasm_pack)
}

fn end_to_end(filter: &[String]) -> Outcome {
    let mut node = command("node");
    node.arg("tests/e2e/run.mjs").args(filter);
    node.env("CHROME", browser::chrome().ok_or("Chromium is missing")?);
    run(node)
}

fn step(rows: &mut Vec<Row>, name: &'static str, work: impl FnOnce() -> Outcome) {
    println!("\n=== {name} ===");
    let started = Instant::now();
    let verdict = match work() {
        Ok(()) => Verdict::Passed,
        Err(message) => {
            eprintln!("{message}");
            Verdict::Failed
        }
    };
    rows.push(Row { name, verdict, time: started.elapsed() });
}

fn skip(rows: &mut Vec<Row>, name: &'static str, reason: &'static str) {
    rows.push(Row { name, verdict: Verdict::Skipped(reason), time: Duration::ZERO });
}

fn failed(rows: &[Row]) -> bool {
    rows.iter().any(|row| matches!(row.verdict, Verdict::Failed))
}

fn print_table(rows: &[Row]) {
    println!("\n{:<16} {:<8} {:>14}", "step", "result", "time");
    for Row { name, verdict, time } in rows {
        let (word, note) = match verdict {
            Verdict::Passed => ("ok", String::new()),
            Verdict::Failed => ("FAILED", String::new()),
            Verdict::Skipped(reason) => ("skipped", format!("  {reason}")),
        };
        println!("{name:<16} {word:<8} {:>14}{note}", duration(*time));
    }
    let total = rows.iter().map(|row| row.time).sum();
    println!("{:<16} {:<8} {:>14}", "all", "", duration(total));
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn no_group_means_all() {
        assert_eq!(parse(&[]), Ok((words("lint native web e2e"), Vec::new())));
    }

    #[test]
    fn a_filter_goes_to_one_group() {
        assert_eq!(parse(&words("e2e -- smoke")), Ok((words("e2e"), words("smoke"))));
        assert!(parse(&words("e2e web -- smoke")).is_err());
        assert!(parse(&words("unit")).is_err_and(|error| error.contains("unit")));
    }
}
