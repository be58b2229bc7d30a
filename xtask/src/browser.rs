//! Chromium and its driver: both come from the system, never from a download of ours.

use crate::Outcome;
use crate::pins::DEBIAN_PACKAGES;
use crate::process::{command, find, output, run, tools_dir};
use crate::tools::Need;
use std::env;
use std::fs;
use std::path::PathBuf;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/// How Chromium is started for tests: it asks nobody anything.
const ARGUMENTS: [&str; 8] = [
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// As root Chromium refuses to start with its sandbox.
const NO_SANDBOX: &str = "--no-sandbox";

/// The browser and the driver.
pub(crate) fn installed() -> Need {
    Need {
        name: "Chromium and ChromeDriver".to_owned(),
        duration: None,
        present: Box::new(|| chrome().is_some() && driver().is_some()),
        install: Box::new(install),
    }
}

/// The browser: `CHROME` or one on the PATH.
pub(crate) fn chrome() -> Option<PathBuf> {
    from_environment("CHROME").or_else(|| BROWSERS.iter().find_map(|name| find(name)))
}

/// The driver: `CHROMEDRIVER` or one on the PATH.
pub(crate) fn driver() -> Option<PathBuf> {
    from_environment("CHROMEDRIVER").or_else(|| find("chromedriver"))
}

fn from_environment(name: &str) -> Option<PathBuf> {
    env::var_os(name).map(PathBuf::from).filter(|path| path.is_file())
}

/// Whether the sandbox has to be off.
pub(crate) fn is_root() -> bool {
    let mut id = command("id");
    id.arg("-u");
    output(id).as_deref() == Some("0")
}

fn install() -> Outcome {
    let advice = format!(
        "install the Debian packages {} (`sudo apt-get install {}`), or name the programs in \
         the environment variables CHROME and CHROMEDRIVER",
        DEBIAN_PACKAGES.join(", "),
        DEBIAN_PACKAGES.join(" "),
    );
    if !is_root() || find("apt-get").is_none() {
        return Err(advice);
    }
    for arguments in [&["update"][..], &["install", "--yes", "--no-install-recommends"][..]] {
        let mut apt = command("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        if arguments.len() > 1 {
            apt.args(DEBIAN_PACKAGES);
        }
        run(apt).map_err(|error| format!("{error}; {advice}"))?;
    }
    Ok(())
}

/// Writes the capabilities for the browser that was found; returns the file's path.
/// (`webdriver.json` at the root serves a bare `wasm-pack test`.)
pub(crate) fn write_webdriver_json() -> Outcome<PathBuf> {
    let chrome = chrome().ok_or("Chromium is missing")?;
    let mut arguments = ARGUMENTS.to_vec();
    if is_root() {
        arguments.push(NO_SANDBOX);
    }
    let file = tools_dir().join("webdriver.json");
    fs::create_dir_all(tools_dir())
        .and_then(|()| fs::write(&file, capabilities(Some(&chrome.to_string_lossy()), &arguments)))
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    Ok(file)
}

fn capabilities(binary: Option<&str>, arguments: &[&str]) -> String {
    let binary = binary.map_or_else(String::new, |path| format!("    \"binary\": {path:?},\n"));
    let arguments: Vec<String> = arguments.iter().map(|word| format!("      {word:?}")).collect();
    let arguments = arguments.join(",\n");
    format!(
        "{{\n  \"goog:chromeOptions\": {{\n{binary}    \"args\": [\n{arguments}\n    ]\n  }}\n}}\n"
    )
}

#[cfg(test)]
mod tests {
    use super::{ARGUMENTS, NO_SANDBOX, capabilities};

    #[test]
    fn the_committed_capabilities_are_the_same() {
        let arguments: Vec<&str> = ARGUMENTS.into_iter().chain([NO_SANDBOX]).collect();
        assert_eq!(include_str!("../../webdriver.json"), capabilities(None, &arguments));
    }
}
