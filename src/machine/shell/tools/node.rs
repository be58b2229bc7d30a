//! What asks the machine for more than files: packages, services, NFS, docker, the editor.

use std::rc::Rc;

use super::super::builtins;
use super::super::host::{Reply, Request};
use super::super::task::{Step, Sys, Tool, Wait};
use super::Make;
use super::options::is_busybox;
use crate::api::time::SimTime;

pub(super) const TOOLS: &[(&str, Make)] = &[
    ("apt-get", Make::Long(|| Box::new(Asking::default()))),
    ("apt", Make::Long(|| Box::new(Asking::default()))),
    ("systemctl", Make::Long(|| Box::new(Asking::default()))),
    ("service", Make::Long(|| Box::new(Asking::default()))),
    ("exportfs", Make::Long(|| Box::new(Asking::default()))),
    ("showmount", Make::Long(|| Box::new(Asking::default()))),
    ("docker", Make::Long(|| Box::new(Asking::default()))),
    ("vi", Make::Long(|| Box::new(Asking::default()))),
    ("vim", Make::Long(|| Box::new(Asking::default()))),
    ("nano", Make::Long(|| Box::new(Asking::default()))),
];

/// A path from the root.
pub(super) fn absolute(sys: &Sys<'_>, path: &str) -> String {
    // `server:/path` is no path here.
    if path.starts_with('/') || path.contains(":/") {
        return path.to_owned();
    }
    builtins::normalized(&format!("{}/{path}", sys.me.cwd))
}

/// Prints a reply; its status.
pub(super) fn say(sys: &mut Sys<'_>, reply: &Reply) -> i32 {
    let _ = sys.print(&reply.stdout);
    let _ = sys.write(2, reply.stderr.as_bytes());
    reply.status
}

/// A tool that asks once and waits for the reply.
#[derive(Clone, Debug, Default)]
struct Asking {
    reply: Option<(SimTime, Reply)>,
}

impl Tool for Asking {
    fn step(&mut self, sys: &mut Sys<'_>) -> Step {
        if let Some((ready, reply)) = &self.reply {
            if sys.host.now() < *ready {
                return Step::Wait(Wait::Until(*ready));
            }
            return Step::Done(say(sys, &reply.clone()));
        }
        let argv = Rc::clone(&sys.me.argv);
        let name = argv[0].rsplit('/').next().unwrap_or("").to_owned();
        let words: Vec<String> = argv[1..].iter().map(std::string::ToString::to_string).collect();
        let reply = match name.as_str() {
            "apt-get" | "apt" => apt(sys, &name, &words),
            "systemctl" | "service" => service(sys, &name, &words),
            "exportfs" => sys.host.request(Request::Export).unwrap_or_default(),
            "showmount" => showmount(sys, &words),
            "docker" => {
                let cwd = Rc::clone(&sys.me.cwd);
                sys.host.request(Request::Docker(words, cwd)).unwrap_or_else(|| {
                    failed(
                        1,
                        "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. \
                        Is the docker daemon running?",
                    )
                })
            }
            _ => edit(sys, &name, &words),
        };
        self.reply = Some((sys.host.now() + reply.takes_ms, reply));
        Step::Go
    }

    fn copy(&self) -> Box<dyn Tool> {
        Box::new(self.clone())
    }
}

fn failed(status: i32, text: &str) -> Reply {
    Reply { status, stderr: format!("{text}\n"), ..Reply::default() }
}

fn edit(sys: &mut Sys<'_>, name: &str, words: &[String]) -> Reply {
    let Some(path) = words.iter().rfind(|word| !word.starts_with(['-', '+'])) else {
        return failed(1, &format!("{name}: no file name was given"));
    };
    let path = absolute(sys, path);
    let unknown = || failed(1, &format!("{name}: can't open the terminal"));
    sys.host.request(Request::Edit(path)).unwrap_or_else(unknown)
}

fn showmount(sys: &mut Sys<'_>, words: &[String]) -> Reply {
    let server = words.iter().find(|word| !word.starts_with('-'));
    let server = server.map_or_else(|| "localhost".to_owned(), Clone::clone);
    sys.host
        .request(Request::Exports(server))
        .unwrap_or_else(|| failed(1, "clnt_create: RPC: Unable to receive"))
}

const UPDATE: &str = "Hit:1 http://deb.debian.org/debian bookworm InRelease\n\
    Hit:2 http://deb.debian.org/debian-security bookworm-security InRelease\n\
    Hit:3 http://deb.debian.org/debian bookworm-updates InRelease\n\
    Reading package lists... Done\n";
const READING: &str = "Reading package lists... Done\nBuilding dependency tree... Done\n\
    Reading state information... Done\n";

fn apt(sys: &mut Sys<'_>, name: &str, words: &[String]) -> Reply {
    let mut rest = words.iter().filter(|word| !word.starts_with('-'));
    let Some(verb) = rest.next() else {
        let text = "apt 2.6.1 (amd64)\nUsage: apt-get [options] command\n";
        return Reply { stdout: text.to_owned(), ..Reply::default() };
    };
    let mut packages: Vec<String> = rest.cloned().collect();
    if sys.me.user.uid != 0 {
        return failed(
            100,
            "E: Could not open lock file /var/lib/dpkg/lock-frontend - open \
            (13: Permission denied)\nE: Unable to acquire the dpkg frontend lock \
            (/var/lib/dpkg/lock-frontend), are you root?",
        );
    }
    match verb.as_str() {
        "update" => match sys.host.request(Request::UpdatePackages) {
            Some(reply) => Reply { stdout: format!("{UPDATE}{}", reply.stdout), ..reply },
            None => Reply {
                stderr:
                    "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  \
                    Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to \
                    download. They have been ignored, or old ones used instead.\n"
                        .to_owned(),
                stdout: "Err:1 http://deb.debian.org/debian bookworm InRelease\n  Temporary \
                    failure resolving 'deb.debian.org'\nReading package lists... Done\n"
                    .to_owned(),
                ..Reply::default()
            },
        },
        "install" => {
            let mut note = String::new();
            for package in packages.iter_mut().filter(|package| *package == "portmap") {
                "Note, selecting 'rpcbind' instead of 'portmap'\n".clone_into(&mut note);
                "rpcbind".clone_into(package);
            }
            install(sys, &packages, &note)
        }
        "remove" | "purge" | "autoremove" => {
            let reply = sys.host.request(Request::Remove(packages)).unwrap_or_default();
            let end = "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n";
            Reply { stdout: format!("{READING}{end}"), ..reply }
        }
        "upgrade" | "dist-upgrade" | "clean" | "autoclean" | "check" => {
            let end = "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n";
            let text =
                if verb.contains("upgrade") { format!("{READING}{end}") } else { String::new() };
            Reply { stdout: text, ..Reply::default() }
        }
        _ => {
            let _ = name;
            failed(100, &format!("E: Invalid operation {verb}"))
        }
    }
}

fn install(sys: &mut Sys<'_>, packages: &[String], note: &str) -> Reply {
    if packages.is_empty() {
        let end = "0 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n";
        return Reply { stdout: format!("{READING}{end}"), ..Reply::default() };
    }
    let Some(reply) = sys.host.request(Request::Install(packages.to_vec())) else {
        let unknown = format!("E: Unable to locate package {}", packages[0]);
        return Reply { stdout: READING.to_owned(), ..failed(100, &unknown) };
    };
    if reply.status != 0 {
        return Reply { stdout: format!("{READING}{}", reply.stdout), ..reply };
    }
    let count = packages.len();
    let names = packages.join(" ");
    let mut text = format!(
        "{READING}{note}The following NEW packages will be installed:\n  {names}\n\
         0 upgraded, {count} newly installed, 0 to remove and 0 not upgraded.\n"
    );
    for package in packages {
        text = format!("{text}Setting up {package} ...\n");
    }
    Reply { stdout: format!("{text}{}", reply.stdout), ..reply }
}

fn service(sys: &mut Sys<'_>, tool: &str, words: &[String]) -> Reply {
    let plain: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let (verb, name) = match (tool, plain.as_slice()) {
        ("systemctl", [verb, name, ..]) | ("service", [name, verb, ..]) => (*verb, *name),
        ("systemctl", [verb]) if matches!(verb.as_str(), "daemon-reload" | "daemon-reexec") => {
            return Reply::default();
        }
        ("systemctl", _) => return failed(1, "Too few arguments."),
        _ => {
            return failed(
                1,
                "Usage: service < option > | --status-all | [ service_name [ command | --full-restart ] ]",
            );
        }
    };
    if sys.me.user.uid != 0 && !matches!(verb.as_str(), "status" | "is-active") {
        return failed(1, &format!("Failed to {verb} {name}.service: Access denied"));
    }
    let short = name.trim_end_matches(".service").to_owned();
    let request = Request::Service { verb: verb.clone(), name: short.clone() };
    let Some(reply) = sys.host.request(request) else {
        let text = if is_busybox(sys) || tool == "service" {
            format!("{name}: unrecognized service")
        } else {
            "System has not been booted with systemd as init system (PID 1). Can't operate.\n\
             Failed to connect to bus: Host is down"
                .to_owned()
        };
        return failed(1, &text);
    };
    if reply.status == 5 && verb != "status" {
        return failed(
            5,
            &format!("Failed to {verb} {short}.service: Unit {short}.service not found."),
        );
    }
    reply
}
