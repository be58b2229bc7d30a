//! The shell against real ones: each script of `shell/*.sh` must answer as bash, dash and busybox
//! answered when `shell/record.py` asked them. What differs is listed in `shell/differs.txt`.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test whose machine cannot be made must stop")]

#[path = "support/shell_host.rs"]
mod shell_host;

use shell_host::{Machine, Outcome};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

const SHELLS: [&str; 3] = ["bash", "dash", "ash"];

/// Blocks that begin with `### NAME`.
fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("### "), blocks.last_mut()) {
            (Some(head), _) => blocks.push((head.to_owned(), String::new())),
            (None, Some((_, body))) => *body = format!("{body}{line}\n"),
            (None, None) => {}
        }
    }
    blocks
}

fn shown(outcome: &Outcome) -> String {
    let status = outcome.status.map_or("none".to_owned(), |status| status.to_string());
    let mut text = format!("exit {status}\n");
    for (stream, bytes) in [("1", &outcome.stdout), ("2", &outcome.stderr)] {
        for line in String::from_utf8_lossy(bytes).split_inclusive('\n') {
            let sign = if line.ends_with('\n') { "|" } else { "\\" };
            text = format!("{text}{stream}{sign}{}\n", line.trim_end_matches('\n'));
        }
    }
    text
}

fn run(shell: &str, script: &str) -> Outcome {
    let mut machine = Machine::new(shell == "ash");
    let name = if shell == "bash" { "bash" } else { "sh" };
    machine.run(&[name, "-c", script], 20_000)
}

/// The scripts whose answers differ, with both answers.
fn differences() -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut files: Vec<_> = fs::read_dir("tests/shell")
        .expect("the folder is there")
        .map(|entry| entry.expect("the entry can be read").path())
        .filter(|path| path.extension().is_some_and(|end| end == "sh"))
        .collect();
    files.sort();
    let mut count = 0;
    for path in files {
        let text = fs::read_to_string(&path).expect("a script");
        let group = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let scripts: BTreeMap<String, String> = blocks(&text)
            .into_iter()
            .map(|(head, body)| (head.split(' ').next().unwrap_or("").to_owned(), body))
            .collect();
        for shell in SHELLS {
            let Ok(recorded) = fs::read_to_string(path.with_extension(format!("{shell}.txt")))
            else {
                continue;
            };
            for (name, expected) in blocks(&recorded) {
                let script = scripts.get(&name).expect("a recorded script is still there");
                let got = shown(&run(shell, script));
                count += 1;
                if got != expected {
                    let both = format!("{script}--- real\n{expected}--- ours\n{got}");
                    found.insert(format!("{group}/{name} {shell}"), both);
                }
            }
        }
    }
    assert!(count > 250, "only {count} scripts were found");
    found
}

#[test]
fn scripts_answer_as_in_real_shells() {
    let found = differences();
    let list = fs::read_to_string("tests/shell/differs.txt").expect("the list is there");
    let listed: BTreeSet<&str> = list
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split("  ").next().unwrap_or(line))
        .collect();
    let unlisted: Vec<String> = found
        .iter()
        .filter(|(name, _)| !listed.contains(name.as_str()))
        .map(|(name, both)| format!("##### {name}\n{both}"))
        .collect();
    let gone: Vec<&&str> = listed.iter().filter(|name| !found.contains_key(**name)).collect();
    assert!(unlisted.is_empty(), "{} differ:\n{}", unlisted.len(), unlisted.join("\n"));
    assert!(gone.is_empty(), "these differ no more, take them from differs.txt: {gone:?}");
}
