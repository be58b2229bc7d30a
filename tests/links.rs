//! Links of every version that was ever published stay readable: each folder under
//! `tests/links` holds links (`<case>.txt`) and what they must read as (`<case>.json`).
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, reason = "a test that cannot read its files must stop")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use volume_lab::session::{Command, Entry, Session};

fn plain(session: &Session) -> Value {
    let command = |entry: &Entry| match &entry.command {
        Command::Apply(text) => json!({"at_ms": entry.at_ms, "apply": text}),
        Command::Kubectl { args, stdin } => {
            json!({"at_ms": entry.at_ms, "kubectl": args, "stdin": stdin})
        }
        Command::Node { node, sh } => json!({"at_ms": entry.at_ms, "node": node, "sh": sh}),
    };
    json!({
        "profile": session.profile,
        "manifest": session.manifest,
        "entries": session.entries.iter().map(command).collect::<Vec<_>>(),
        "lesson": session.lesson,
        "position": session.position,
    })
}

#[test]
fn old_links_stay_readable() {
    let mut count = 0;
    for file in fs::read_dir(Path::new("tests/links")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let link = fs::read_to_string(&path).unwrap();
            let expected = fs::read_to_string(path.with_extension("json")).unwrap();
            let expected: Value = serde_json::from_str(&expected).unwrap();
            assert_eq!(plain(&Session::decode(link.trim()).unwrap()), expected, "{path:?}");
            count += 1;
        }
    }
    assert!(count >= 2, "the fixtures of version 1 are missing");
}
