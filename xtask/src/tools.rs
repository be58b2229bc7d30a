//! Finds the tools and installs what is missing. Each function returns at once when there is
//! nothing to do.

use crate::Outcome;
use crate::pins::{CargoTool, NODE_MAJOR_MIN, WASM_TARGET};
use crate::process::{command, find, output, root, run, search_path, tools_dir};
use std::fs;
use std::path::PathBuf;

/// Something that the commands need.
pub(crate) struct Need {
    /// What it is called in the list of steps.
    pub name: String,
    /// How long the installation takes, when that is worth saying.
    pub duration: Option<&'static str>,
    /// Whether it is there.
    pub present: Box<dyn Fn() -> bool>,
    /// Installs it.
    pub install: Box<dyn Fn() -> Outcome>,
}

/// The standard library for the page's target.
pub(crate) fn wasm_target() -> Need {
    Need {
        name: format!("Rust target {WASM_TARGET}"),
        duration: None,
        present: Box::new(|| {
            let mut rustc = command("rustc");
            rustc.args(["--print", "target-libdir", "--target", WASM_TARGET]);
            output(rustc).is_some_and(|folder| PathBuf::from(folder).is_dir())
        }),
        install: Box::new(|| rustup(&["target", "add", WASM_TARGET])),
    }
}

/// A component of the Rust toolchain, found by the cargo command that it brings.
pub(crate) fn component(name: &'static str, subcommand: &'static str) -> Need {
    Need {
        name: format!("Rust component {name}"),
        duration: None,
        present: Box::new(move || {
            let mut cargo = command("cargo");
            cargo.args([subcommand, "--version"]);
            output(cargo).is_some()
        }),
        install: Box::new(move || rustup(&["component", "add", name])),
    }
}

fn rustup(arguments: &[&str]) -> Outcome {
    let mut rustup = command("rustup");
    rustup.args(arguments);
    run(rustup)
}

/// A tool that `cargo install` builds.
pub(crate) fn cargo_tool(tool: &'static CargoTool) -> Need {
    Need {
        name: format!("{} {}", tool.package, tool.version),
        duration: Some(tool.duration),
        present: Box::new(|| locate(tool).is_some()),
        install: Box::new(|| cargo_install(tool)),
    }
}

/// The tool in exactly the version that is pinned. Every folder is looked at: an older one
/// may stand before the right one.
pub(crate) fn locate(tool: &CargoTool) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(tool.program)).find(|path| {
        path.is_file() && {
            let mut program = command(path);
            program.arg("--version");
            output(program).as_deref().and_then(version_of) == Some(tool.version)
        }
    })
}

/// The version in `trunk 0.21.14` and `wasm-bindgen 0.2.126 (1234567)`.
fn version_of(printed: &str) -> Option<&str> {
    printed.split_whitespace().nth(1)
}

fn cargo_install(tool: &CargoTool) -> Outcome {
    let mut cargo = command("cargo");
    cargo
        .args(["install", "--locked", "--force", tool.package, "--version", tool.version])
        .arg("--root")
        .arg(tools_dir().join("cargo"))
        // A folder of ours, so that an interrupted build is taken up again.
        .arg("--target-dir")
        .arg(tools_dir().join("build"))
        // Their own profiles would take several times as long to build.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", tool.opt_level)
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    run(cargo)?;
    match locate(tool) {
        Some(_) => Ok(()),
        None => Err(format!("{} was installed and is not found", tool.program)),
    }
}

/// Node itself; nothing here can install it.
pub(crate) fn node() -> Need {
    Need {
        name: format!("Node {NODE_MAJOR_MIN} or newer, with npm"),
        duration: None,
        present: Box::new(|| node_major().is_some_and(|major| major >= NODE_MAJOR_MIN)),
        install: Box::new(|| {
            Err(format!(
                "Node {NODE_MAJOR_MIN} or newer is needed (`node` and `npm` on the PATH): \
                 see https://nodejs.org or your system's packages"
            ))
        }),
    }
}

fn node_major() -> Option<u32> {
    find("npm")?;
    let mut node = command("node");
    node.arg("--version");
    output(node)?.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// The packages of `web/package-lock.json`: the editor, esbuild, wasm-opt, the test tools.
pub(crate) fn npm_packages() -> Need {
    // A copy of the lock file, inside the folder that it describes.
    let stamp = root().join("web/node_modules/.installed-lock.json");
    let lock = root().join("web/package-lock.json");
    let (stamp_seen, lock_seen) = (stamp.clone(), lock.clone());
    Need {
        name: "npm packages of web/".to_owned(),
        duration: None,
        present: Box::new(move || {
            fs::read(&lock_seen).is_ok_and(|want| fs::read(&stamp_seen).is_ok_and(|is| is == want))
        }),
        install: Box::new(move || {
            let mut npm = command("npm");
            npm.args(["ci", "--prefix", "web", "--ignore-scripts", "--no-audit", "--no-fund"]);
            run(npm)?;
            fs::copy(&lock, &stamp)
                .map(|_| ())
                .map_err(|error| format!("{} cannot be written: {error}", stamp.display()))
        }),
    }
}

/// The crates of `Cargo.lock`, for all targets: trunk then builds without the network.
pub(crate) fn crates() -> Need {
    let offline = || {
        let mut cargo = command("cargo");
        cargo.args(["metadata", "--locked", "--offline", "--format-version", "1"]);
        output(cargo).is_some()
    };
    Need {
        name: "crates of Cargo.lock".to_owned(),
        duration: None,
        present: Box::new(offline),
        install: Box::new(|| {
            let mut cargo = command("cargo");
            cargo.args(["fetch", "--locked"]);
            run(cargo)
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::version_of;

    #[test]
    fn versions_are_read_from_what_tools_print() {
        assert_eq!(version_of("trunk 0.21.14"), Some("0.21.14"));
        assert_eq!(version_of("wasm-bindgen 0.2.126 (abcdef)"), Some("0.2.126"));
        assert_eq!(version_of(""), None);
    }
}
