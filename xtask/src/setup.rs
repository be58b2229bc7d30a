//! The lists of what each command needs, and the loop that meets them.

use crate::Outcome;
use crate::browser;
use crate::pins::{TRUNK, WASM_BINDGEN, WASM_PACK};
use crate::process::{duration, tools_dir};
use crate::tools::{Need, cargo_tool, component, crates, node, npm_packages, wasm_target};
use std::fs;
use std::time::Instant;

/// What building the page needs.
pub(crate) fn page() -> Vec<Need> {
    vec![
        node(),
        wasm_target(),
        crates(),
        npm_packages(),
        cargo_tool(&WASM_BINDGEN),
        cargo_tool(&TRUNK),
    ]
}

/// What the linters need.
pub(crate) fn lint() -> Vec<Need> {
    vec![component("rustfmt", "fmt"), component("clippy", "clippy"), wasm_target()]
}

/// What the tests in a browser need.
pub(crate) fn web() -> Vec<Need> {
    vec![browser::installed(), wasm_target(), cargo_tool(&WASM_BINDGEN), cargo_tool(&WASM_PACK)]
}

/// What the tests of the built page need.
pub(crate) fn e2e() -> Vec<Need> {
    let mut needs = vec![browser::installed()];
    needs.extend(page());
    needs
}

/// Everything that any command needs.
pub(crate) fn everything() -> Outcome {
    let mut needs = lint();
    needs.extend(web());
    needs.extend(page());
    meet(needs)
}

/// Installs what is missing, one after the other, and says so.
pub(crate) fn meet(needs: Vec<Need>) -> Outcome {
    let started = Instant::now();
    let mut missing: Vec<Need> = Vec::new();
    for need in needs {
        if !missing.iter().any(|other| other.name == need.name) && !(need.present)() {
            missing.push(need);
        }
    }
    let count = missing.len();
    if count > 0 {
        let names: Vec<&str> = missing.iter().map(|need| need.name.as_str()).collect();
        println!("to be installed: {}", names.join(", "));
    }
    for (index, need) in missing.iter().enumerate() {
        let estimate = need.duration.map_or_else(String::new, |time| format!(" (about {time})"));
        println!("\n[{}/{count}] installing {}{estimate}", index + 1, need.name);
        let begun = Instant::now();
        (need.install)().map_err(|error| format!("{} is missing: {error}", need.name))?;
        println!("[{}/{count}] done in {}", index + 1, duration(begun.elapsed()));
    }
    // Left over from installations; it is large and not needed again.
    let _ = fs::remove_dir_all(tools_dir().join("build"));
    println!("tools are ready ({})", duration(started.elapsed()));
    Ok(())
}
