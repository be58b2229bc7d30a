//! Building the page, serving it, measuring it.

use crate::process::{command, root, run, run_until_stopped};
use crate::{Outcome, setup};
use std::fs;
use std::net::TcpListener;

/// How many ports are tried after the one that was asked for.
const PORTS_MAX: u16 = 20;

/// The release build, then a static server.
pub(crate) fn serve(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments, &["--port", "--host", "--public-url"])?;
    build()?;
    let mut node = command("node");
    node.args(["web/serve.mjs", "--dir", "dist", "--base", &options.public_url]);
    node.args(["--host", &options.host, "--port", &options.port.to_string()]);
    run_until_stopped(node)
}

/// The debug build, made again at every save.
pub(crate) fn dev(arguments: &[String]) -> Outcome {
    let options = Options::parse(arguments, &["--port", "--host"])?;
    setup::meet(setup::page())?;
    let page = write_page_without_player()?;
    let mut trunk = command("trunk");
    let port = free_port(&options.host, options.port)?.to_string();
    trunk.args([
        "serve",
        &page,
        "--html-output",
        "index.html",
        "--offline",
        "--dist",
        "target/dev",
        "--address",
        &options.host,
        "--port",
        &port,
    ]);
    println!("\n  Volume Lab (debug) will be served at http://{}:{port}/\n", options.host);
    run_until_stopped(trunk)
}

/// The release build in `dist`.
pub(crate) fn build() -> Outcome {
    setup::meet(setup::page())?;
    build_only()
}

/// The quick loop builds the lab alone: its page lacks the link of the player, and then starts
/// with the lab (web/build.mjs, web/start.js). It stands beside the real one, as its links do.
fn write_page_without_player() -> Outcome<String> {
    let failed = |error: std::io::Error| format!("index.html: {error}");
    let html = fs::read_to_string(root().join("index.html")).map_err(failed)?;
    let name = ".dev.html".to_owned();
    fs::write(root().join(&name), without_player(&html)?).map_err(failed)?;
    Ok(name)
}

/// The page without the link that names the player.
fn without_player(html: &str) -> Outcome<String> {
    let missing = || "index.html has no link of the player".to_owned();
    let named = html.find("data-bin=\"volume-lab-player\"").ok_or_else(missing)?;
    let begin = html[..named].rfind("<link").ok_or_else(missing)?;
    let end = named + html[named..].find("/>").ok_or_else(missing)? + "/>".len();
    Ok(format!("{}{}", &html[..begin], &html[end..]))
}

/// The release build, when everything is known to be installed.
pub(crate) fn build_only() -> Outcome {
    // It records what the player plays; built here so that one sees it at work.
    let mut cargo = command("cargo");
    cargo.args(["build", "--locked", "--bin", "volume-lab"]);
    run(cargo)?;
    let mut trunk = command("trunk");
    trunk.args(["build", "--release", "--offline", "--locked"]);
    run(trunk)
}

/// Builds the page and prints the table of sizes.
pub(crate) fn size() -> Outcome {
    build()?;
    size_only()
}

/// The table of sizes of what is in `dist`.
pub(crate) fn size_only() -> Outcome {
    let mut node = command("node");
    node.arg("web/size.mjs").arg("--dir").arg(root().join("dist"));
    run(node)
}

fn free_port(host: &str, wanted: u16) -> Outcome<u16> {
    (wanted..=wanted.saturating_add(PORTS_MAX))
        .find(|port| TcpListener::bind((host, *port)).is_ok())
        .ok_or_else(|| format!("no free port from {wanted} on at {host}"))
}

struct Options {
    port: u16,
    host: String,
    public_url: String,
}

impl Options {
    fn parse(arguments: &[String], known: &[&str]) -> Outcome<Self> {
        let mut options =
            Self { port: 8080, host: "127.0.0.1".to_owned(), public_url: "/".to_owned() };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let (name, inline) = match argument.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (argument.as_str(), None),
            };
            if !known.contains(&name) {
                return Err(format!("{argument:?} is not understood; see `cargo xtask help`"));
            }
            let value = inline
                .or_else(|| rest.next().cloned())
                .ok_or_else(|| format!("{name} needs a value"))?;
            match name {
                "--port" => {
                    options.port =
                        value.parse().map_err(|_| format!("{value:?} is not a port number"))?;
                }
                "--host" => options.host = value,
                _ => options.public_url = value,
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::{Options, without_player};

    fn parse(words: &[&str]) -> Result<(u16, String), String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let options = Options::parse(&words, &["--port", "--public-url"])?;
        Ok((options.port, options.public_url))
    }

    #[test]
    fn options_are_read_in_both_forms() {
        assert_eq!(parse(&[]), Ok((8080, "/".to_owned())));
        let expected = Ok((9000, "/volume-lab/".to_owned()));
        assert_eq!(parse(&["--port=9000", "--public-url", "/volume-lab/"]), expected);
    }

    #[test]
    fn the_developers_page_has_the_lab_alone() {
        let page = without_player(include_str!("../../index.html")).unwrap_or_default();
        assert_eq!(page.matches("rel=\"rust\"").count(), 1);
        assert!(page.contains("data-bin=\"volume-lab-web\"") && page.contains("</html>"));
        assert!(without_player("<html></html>").is_err());
    }

    #[test]
    fn mistakes_are_named() {
        assert!(parse(&["--prot=1"]).is_err_and(|error| error.contains("--prot=1")));
        assert!(parse(&["--port"]).is_err_and(|error| error.contains("needs a value")));
        assert!(parse(&["--port", "x"]).is_err_and(|error| error.contains("not a port")));
    }
}
