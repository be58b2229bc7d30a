//! A session as lines that a person can read: first `profile NAME`, then one line for each
//! command, its time in milliseconds first.
//!
//! ```text
//! profile lab
//! 0 apply {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"}}
//! 500 kubectl delete cm a
//! 900 node work1 mkdir -p /mnt/x
//! ```

use std::fmt::Write as _;

use volume_lab::session::{Command, Entry, Session};

/// The lines of a session.
pub(crate) fn write(session: &Session) -> String {
    let mut text = format!("profile {}\n", session.profile);
    for entry in &session.entries {
        let line = match &entry.command {
            Command::Apply(manifest) => format!("apply {manifest}"),
            Command::Kubectl { args, stdin } if stdin.is_empty() => format!("kubectl {args}"),
            Command::Kubectl { args, stdin } => format!("kubectl {args} <<< {stdin}"),
            Command::Node { node, sh } => format!("node {node} {sh}"),
        };
        let _ = writeln!(text, "{} {}", entry.at_ms, line.replace('\n', " "));
    }
    text
}

/// The session of those lines.
pub(crate) fn read(text: &str) -> Session {
    let mut session = Session::default();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(profile) = line.strip_prefix("profile ") {
            profile.clone_into(&mut session.profile);
            continue;
        }
        let words: Vec<&str> = line.splitn(3, ' ').collect();
        let [time, verb, rest] = words[..] else { panic!("no such line: {line}") };
        let command = match verb {
            "apply" => Command::Apply(rest.to_owned()),
            "kubectl" => {
                let (args, stdin) = rest.split_once(" <<< ").unwrap_or((rest, ""));
                Command::Kubectl { args: args.to_owned(), stdin: stdin.to_owned() }
            }
            "node" => {
                let (node, sh) = rest.split_once(' ').unwrap_or((rest, ""));
                Command::Node { node: node.to_owned(), sh: sh.to_owned() }
            }
            _ => panic!("no such line: {line}"),
        };
        let at_ms = time.parse().unwrap_or_else(|_| panic!("no time: {line}"));
        session.entries.push(Entry { at_ms, command, cut_after: None });
    }
    session
}
