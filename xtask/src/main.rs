//! The project's own commands: `cargo xtask serve`, `cargo xtask test` and a few more.
//!
//! Only the standard library is used: this must compile in seconds on a fresh machine, since
//! it is what installs everything else. What it must NOT do: know the application.
#![allow(clippy::print_stdout, reason = "a command talks to the terminal")]
#![allow(clippy::disallowed_methods, reason = "it measures how long the steps take")]

mod browser;
mod pins;
mod process;
mod serve;
mod setup;
mod test;
mod tools;

use std::env;
use std::process::ExitCode;

const HELP: &str = "\
The commands of this repository.

cargo xtask serve [--port N] [--host ADDRESS] [--public-url /path/]
    Sets up what is missing, builds the page (release) and serves it. The address is
    printed; when the port (8080) is taken the next free one is used.
cargo xtask dev [--port N]
    The same with a debug build that is made again, and reloaded, at every save.
cargo xtask build
    Sets up what is missing and builds the page (release) into dist/.
cargo xtask test [lint] [native] [web] [e2e] [-- FILTER...]
    Sets up what is missing and runs all tests, or those that are named:
    lint    cargo fmt --check, cargo clippy for the native target and for wasm32
    native  cargo test (FILTER goes to it)
    web     wasm-pack test in headless Chromium
    e2e     release build, size budgets, tests/e2e in headless Chromium (FILTER: names)
cargo xtask bench [GROUP...] [--check]
    Measures the budgets of time natively, beside a fixed loop.
cargo xtask size
    Sizes of the release build, raw and compressed, against the budgets.
cargo xtask setup
    Installs everything that serve and test need, and does nothing else.

Everything is installed into .tools/ and web/node_modules/. Tools on the PATH are used
when they have the version that xtask/src/pins.rs names. Chromium and ChromeDriver come
from the system: from CHROME and CHROMEDRIVER, from the PATH, or, as root, from apt.";

/// The result of everything here: an error is a sentence for the person at the terminal.
pub(crate) type Outcome<T = ()> = Result<T, String>;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((command, rest)) = arguments.split_first() else {
        println!("{HELP}");
        return ExitCode::FAILURE;
    };
    if rest.iter().any(|argument| argument == "--help" || argument == "-h") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let outcome = match command.as_str() {
        "serve" => serve::serve(rest),
        "dev" => serve::dev(rest),
        "build" => no_arguments(rest).and_then(|()| serve::build()),
        "test" => test::test(rest),
        "bench" => test::bench(rest),
        "size" => no_arguments(rest).and_then(|()| serve::size()),
        "setup" => no_arguments(rest).and_then(|()| setup::everything()),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        _ => Err(format!("there is no command {command:?}; `cargo xtask help` lists them")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

fn no_arguments(rest: &[String]) -> Outcome {
    match rest.first() {
        None => Ok(()),
        Some(argument) => Err(format!("{argument:?} is not understood; see `cargo xtask help`")),
    }
}
