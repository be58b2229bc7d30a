//! Transcripts of a terminal: each file of `tests/kubectl` is replayed and must print the same.
//!
//! `$ kubectl …` runs a command (with `<<EOF` it reads the lines up to `EOF`), `$ sleep 5s` lets
//! time pass, `$ ssh work2 …` types a line on a node, `# …` is a remark (`# profile lecture`
//! takes another cluster than `lab`); what follows is what the
//! command printed. Lines of the standard error begin with `! `, what looks like a remark
//! with `\#`, and an exit status other than 0 is the line `(exit N)` at the end.
//! `UPDATE_EXPECT=1` rewrites what was printed. Made-up names stand as `<id>` and `<uid>`.
#![cfg(not(target_arch = "wasm32"))]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use regex::Regex;
use volume_lab::kubectl::{CommandLine, Output, complete, run};
use volume_lab::sim::engine::Simulation;
use volume_lab::sim::profile::Profile;

#[test]
fn transcripts_read_the_same() {
    let mut names: Vec<_> = fs::read_dir("tests/kubectl")
        .expect("the transcripts are there")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|end| end == "txt"))
        .collect();
    names.sort();
    assert!(!names.is_empty(), "no transcript was found");
    let changed: Vec<String> = names.iter().filter_map(|path| check(path)).collect();
    assert!(changed.is_empty(), "\n{}", changed.join("\n"));
}

/// The first line that differs, if one does.
fn check(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).expect("a transcript is UTF-8");
    let now = replay(&text);
    if now == text {
        return None;
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(path, now).expect("the transcript can be written");
        return None;
    }
    let pairs = text.lines().map(Some).chain([None]).zip(now.lines().map(Some).chain([None]));
    let place = pairs.enumerate().find(|(_, (old, new))| old != new);
    let (line, (old, new)) = place.unwrap_or_default();
    Some(format!("{}:{}:\n  - {old:?}\n  + {new:?}", path.display(), line + 1))
}

/// What a cluster makes up, and what stands for it.
const MADE_UP: [(&str, &str); 4] = [
    ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<uid>"),
    (r"\b[0-9a-f]{63,64}\b", "<id>"),
    ("kube-api-access-[a-z0-9]{5}", "kube-api-access-<id>"),
    (r"in \d+ms \(\d+ms including waiting\). Image size: \d+", "in <t>. Image size: <n>"),
];

/// The transcript with what the commands print now.
fn replay(text: &str) -> String {
    let profile = text.lines().find_map(|line| line.strip_prefix("# profile "));
    let profile = profile.map_or_else(Profile::lab, |name| Profile::named(name).expect(name));
    let mut sim = Simulation::new(profile);
    let made_up = MADE_UP.map(|(pattern, name)| (Regex::new(pattern).expect(pattern), name));
    let mut out = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(command) = line.strip_prefix("$ ") else {
            if line.starts_with('#') || (line.is_empty() && out.is_empty()) {
                out.push_str(line);
                out.push('\n');
            }
            continue;
        };
        out.push_str(line);
        out.push('\n');
        if let Some(time) = command.strip_prefix("sleep ") {
            let seconds: u64 = time.trim_end_matches('s').parse().expect("seconds");
            sim.run_until(sim.now() + seconds * 1000);
            continue;
        }
        if let Some((node, line)) =
            command.strip_prefix("ssh ").and_then(|rest| rest.split_once(' '))
        {
            let read = sim.type_on_node(node, line).expect("a node of that name");
            let (exit, stdout, stderr) = (read.exit, read.stdout, read.stderr);
            out.push_str(&printed(&Output { exit, stdout, stderr, ..Output::default() }));
            continue;
        }
        if let Some(typed) = command.strip_prefix("complete ") {
            let typed = typed.trim_matches('"');
            let found = complete(typed, typed.len(), sim.cluster());
            let _ = writeln!(out, "{}: {}", &typed[found.start..], found.words.join(" "));
            continue;
        }
        let (command, stdin) = match command.strip_suffix(" <<EOF") {
            None => (command, String::new()),
            Some(command) => {
                let mut stdin = String::new();
                for line in lines.by_ref() {
                    out.push_str(line);
                    out.push('\n');
                    if line == "EOF" {
                        break;
                    }
                    stdin.push_str(line);
                    stdin.push('\n');
                }
                (command, stdin)
            }
        };
        let command = CommandLine::parse(command).expect("quotes are closed").with_stdin(stdin);
        let text = printed(&run(&mut sim, &command));
        let fold = |text: String, (pattern, name): &(Regex, &str)| {
            pattern.replace_all(&text, *name).into_owned()
        };
        out.push_str(&made_up.iter().fold(text, fold));
    }
    out
}

fn printed(output: &Output) -> String {
    let lines = output.stdout.split_inclusive('\n');
    let mut text: String = lines
        .map(|line| if line.starts_with('#') { format!("\\{line}") } else { line.to_owned() })
        .collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str("(no line break)\n");
    }
    for line in output.stderr.lines() {
        let _ = writeln!(text, "! {line}");
    }
    if output.exit != 0 {
        let _ = writeln!(text, "(exit {})", output.exit);
    }
    text
}
