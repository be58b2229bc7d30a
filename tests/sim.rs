//! Controllers on a simulated cluster: manifests in, timelines out.
//!
//! A case is a folder `tests/sim/<controller>/<marks>_<name>/` with `manifest.yaml`, mostly a
//! `script.txt`, and the expected `timeline.txt`; `UPDATE_EXPECT=1` writes the latter. See
//! `tests/sim/README.md`. Independent checkers look at every step of every case.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/case.rs"]
mod case;
#[path = "support/checkers/mod.rs"]
mod checkers;
#[path = "support/marks.rs"]
mod marks;
#[path = "support/timeline.rs"]
mod timeline;

use std::path::Path;

const ROOT: &str = "tests/sim";

#[test]
fn cases_give_their_timelines() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let folders = case::folders(Path::new(ROOT));
    assert!(folders.len() > 20, "the cases were not found");
    let mut failures = Vec::new();
    for folder in folders {
        let run = case::run(&folder);
        failures.extend(run.complaints.iter().map(|what| format!("{}: {what}", folder.display())));
        let path = folder.join("timeline.txt");
        if update {
            std::fs::write(&path, &run.timeline).expect("the timeline can be written");
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if expected != run.timeline {
            let (path, timeline) = (path.display(), &run.timeline);
            failures.push(format!("{path} differs; UPDATE_EXPECT=1 writes it.\n{timeline}"));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_mark_of_a_controller_is_covered() {
    let complaints = marks::complaints(Path::new("src/sim/controllers"), Path::new(ROOT));
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}
