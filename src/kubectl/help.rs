//! What `--help` prints. The words are kubectl's and stand in `static/kubernetes/kubectl.txt`;
//! the flags are those of the command's own table.

use std::fmt::Write as _;

use super::flags::{Flag, Takes};

const TEXT: &str = include_str!("../../static/kubernetes/kubectl.txt");

/// How wide the column of commands is in the main help.
const COMMAND_WIDTH: usize = 16;

fn lines() -> impl Iterator<Item = &'static str> {
    TEXT.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Path, description and usage of the commands.
fn commands() -> impl Iterator<Item = [&'static str; 3]> {
    lines().filter_map(|line| {
        let (path, rest) = line.split_once('|')?;
        let (short, usage) = rest.split_once('|')?;
        Some([path, short, usage])
    })
}

/// The names of all commands of kubectl, in the order of its help.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    commands().map(|[path, ..]| path).filter(|path| !path.contains(' '))
}

/// The names of the commands below another.
pub(super) fn names_below(path: &str) -> impl Iterator<Item = &'static str> + use<'_> {
    commands().filter_map(move |[name, ..]| {
        let below = name.strip_prefix(path)?.strip_prefix(' ')?;
        (!below.contains(' ')).then_some(below)
    })
}

/// The help of kubectl itself.
pub(super) fn main() -> String {
    let mut text = "kubectl controls the Kubernetes cluster manager.\n\n Find more information \
                    at: https://kubernetes.io/docs/reference/kubectl/\n"
        .to_owned();
    let mut group: Vec<&str> = Vec::new();
    for line in lines() {
        let Some(title) = line.strip_prefix("= ") else {
            group.push(line);
            continue;
        };
        write_group(&mut text, &mut group);
        if title == "-" {
            break;
        }
        let _ = write!(text, "\n{title}\n");
    }
    text + "\nUsage:\n  kubectl [flags] [options]\n\nUse \"kubectl <command> --help\" for more \
            information about a given command.\nUse \"kubectl options\" for a list of global \
            command-line options (applies to all commands).\n"
}

fn write_group(text: &mut String, group: &mut Vec<&str>) {
    // Only the last group of the help is in the order of the alphabet.
    if group.iter().any(|line| line.starts_with("api-resources|")) {
        crate::api::order::sort(group);
    }
    for line in group.drain(..) {
        let mut parts = line.split('|');
        let (path, short) = (parts.next().unwrap_or(line), parts.next().unwrap_or_default());
        let _ = writeln!(text, "  {path:COMMAND_WIDTH$}{short}");
    }
}

/// The help of a command, `rollout` or `create service`.
pub(super) fn of(path: &str, flags: &[Flag]) -> String {
    let found = commands().find(|[name, ..]| *name == path);
    let [_, short, usage] = found.unwrap_or([path, "", path]);
    let mut text = format!("{short}.\n");
    let below: Vec<[&str; 3]> = commands()
        .filter(|[name, ..]| {
            name.strip_prefix(path)
                .is_some_and(|rest| rest.starts_with(' ') && !rest.trim_start().contains(' '))
        })
        .collect();
    if !below.is_empty() {
        text.push_str("\nAvailable Commands:\n");
        let last = |name: &'static str| name.rsplit(' ').next().unwrap_or(name);
        let width = below.iter().map(|[name, ..]| last(name).len() + 3).max().unwrap_or_default();
        for [name, short, _] in &below {
            let _ = writeln!(text, "  {:width$}{short}", last(name));
        }
    }
    if !flags.is_empty() {
        text.push_str("\nOptions:\n");
        let mut flags: Vec<&Flag> = flags.iter().collect();
        crate::api::order::sort_by_key(&mut flags, |flag| flag.long);
        for flag in flags {
            let _ = writeln!(text, "    {}", shown(flag));
        }
    }
    let group = if below.is_empty() { " [options]" } else { " [flags] [options]" };
    let _ = write!(text, "\nUsage:\n  kubectl {usage}{group}\n\n");
    if !below.is_empty() {
        let _ = writeln!(
            text,
            "Use \"kubectl {path} <command> --help\" for more information about a given command."
        );
    }
    text + "Use \"kubectl options\" for a list of global command-line options (applies to all \
            commands).\n"
}

/// The list of the flags that all commands have.
pub(super) fn options(flags: &[Flag]) -> String {
    let mut text = "The following options can be passed to any command:\n\n".to_owned();
    for flag in flags.iter().filter(|flag| flag.long != "help") {
        let _ = writeln!(text, "    {}", shown(flag));
    }
    text
}

/// `-n, --namespace=''`: a flag with its value when it is not given.
fn shown(flag: &Flag) -> String {
    let short = if flag.short == '\0' { String::new() } else { format!("-{}, ", flag.short) };
    let value = match flag.takes {
        Takes::Truth => "false",
        Takes::Number => "0",
        Takes::Duration => "0s",
        Takes::Value => "''",
        Takes::Optional(_) if flag.long == "validate" => "'strict'",
        Takes::Optional(_) => "'none'",
    };
    format!("{short}--{}={value}", flag.long)
}
