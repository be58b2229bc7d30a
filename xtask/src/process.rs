//! Running other programs: where they are, what they see, and how long they take.

use crate::Outcome;
use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A silent step says at this interval that it is still at work.
const HEARTBEAT: Duration = Duration::from_secs(30);

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The ignored folder that holds what this program installs.
pub(crate) fn tools_dir() -> PathBuf {
    root().join(".tools")
}

/// Where `cargo install` puts programs for this project.
pub(crate) fn cargo_bin_dir() -> PathBuf {
    tools_dir().join("cargo/bin")
}

/// The folders in which programs are looked for, in this order.
pub(crate) fn search_path() -> Vec<PathBuf> {
    let mut folders = vec![cargo_bin_dir(), root().join("web/node_modules/.bin")];
    folders.extend(env::split_paths(&env::var_os("PATH").unwrap_or_default()));
    if let Some(home) = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(home_cargo) {
        folders.push(home.join("bin"));
    }
    folders
}

fn home_cargo() -> Option<PathBuf> {
    env::var_os("HOME").map(|home| Path::new(&home).join(".cargo"))
}

/// Finds a program by its name.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(program)).find(|path| path.is_file())
}

/// A command that runs at the root of the repository and finds the project's tools first.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let program = program.as_ref();
    let mut command = match program.to_str().and_then(find) {
        Some(path) => Command::new(path),
        None => Command::new(program),
    };
    let path = env::join_paths(search_path()).unwrap_or_default();
    command.current_dir(root()).env("PATH", path);
    if env::var_os("NO_COLOR").is_some() {
        // Trunk wants a boolean here, everybody else any value.
        command.env("NO_COLOR", "true");
    }
    command
}

/// What a program prints, when it succeeds.
pub(crate) fn output(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program to its end, its output shown, with a sign of life when it takes long.
pub(crate) fn run(mut command: Command) -> Outcome {
    let shown = describe(&command);
    println!("$ {shown}");
    let started = Instant::now();
    let (done, waiting) = mpsc::channel::<()>();
    let heart = thread::spawn(move || {
        while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(HEARTBEAT) {
            println!("  ... at work for {}", duration(started.elapsed()));
        }
    });
    let status = command.stdin(Stdio::null()).status();
    drop(done);
    heart.join().map_err(|_| "the clock stopped".to_owned())?;
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` failed ({status})")),
        Err(error) => Err(format!("`{shown}` could not be started: {error}")),
    }
}

/// Runs a program that ends when the person at the terminal ends it.
pub(crate) fn run_until_stopped(mut command: Command) -> Outcome {
    let shown = describe(&command);
    println!("$ {shown}");
    let status = command.status().map_err(|error| format!("`{shown}`: {error}"))?;
    if status.success() || status.code().is_none() {
        Ok(())
    } else {
        Err(format!("`{shown}` failed ({status})"))
    }
}

/// Minutes and seconds as a person writes them.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds / 60 {
        0 => format!("{}.{} s", seconds, time.subsec_millis() / 100),
        minutes => format!("{minutes} min {:02} s", seconds % 60),
    }
}

fn describe(command: &Command) -> String {
    let name = Path::new(command.get_program()).file_name().unwrap_or_default().to_owned();
    let words: Vec<OsString> =
        std::iter::once(name).chain(command.get_args().map(OsString::from)).collect();
    words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::duration;
    use std::time::Duration;

    #[test]
    fn durations_read_well() {
        assert_eq!(duration(Duration::from_millis(2_340)), "2.3 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 05 s");
    }
}
