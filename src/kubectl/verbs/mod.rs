//! The commands. A new one is a file and a line in [`ALL`].

mod annotate;
mod apply;
mod cordon;
mod create;
pub(super) mod delete;
mod describe;
mod events;
pub(super) mod get;
mod label;
mod patch;
pub(super) mod replace;
mod rollout;
mod scale;
mod set;
mod uncordon;
pub(super) mod wait;

use super::failure::Failure;
use super::flags::{Arguments, Flag, value};
use super::session::Session;

/// A command.
pub(super) struct Verb {
    /// Its name.
    pub name: &'static str,
    /// Its flags.
    pub flags: &'static [Flag],
    /// What it does.
    pub run: fn(&mut Session<'_>, &Arguments) -> Result<(), Failure>,
}

/// The commands there are, in the order of kubectl's help.
const ALL: &[&Verb] = &[
    &create::VERB,
    &set::VERB,
    &get::VERB,
    &delete::VERB,
    &rollout::VERB,
    &scale::VERB,
    &cordon::VERB,
    &uncordon::VERB,
    &describe::VERB,
    &events::VERB,
    &apply::VERB,
    &patch::VERB,
    &replace::VERB,
    &wait::VERB,
    &label::VERB,
    &annotate::VERB,
];

/// All commands of kubectl, in the order of its help; the unknown are compared with these.
const NAMES: &[&str] = &[
    "create",
    "expose",
    "run",
    "set",
    "explain",
    "get",
    "edit",
    "delete",
    "rollout",
    "scale",
    "autoscale",
    "certificate",
    "cluster-info",
    "top",
    "cordon",
    "uncordon",
    "drain",
    "taint",
    "describe",
    "logs",
    "attach",
    "exec",
    "port-forward",
    "proxy",
    "cp",
    "auth",
    "debug",
    "events",
    "diff",
    "apply",
    "patch",
    "replace",
    "wait",
    "kustomize",
    "label",
    "annotate",
    "completion",
    "config",
    "plugin",
    "version",
    "api-versions",
    "api-resources",
    "options",
    "kuberc",
];

/// Words that people type for another command (`SuggestFor` in `pkg/cmd`).
const MEANT: &[(&str, &str)] = &[
    ("list", "get"),
    ("ls", "get"),
    ("rm", "delete"),
    ("remove", "delete"),
    ("inspect", "describe"),
    ("stats", "top"),
];

pub(super) const FILENAME: Flag = value("filename", 'f');
pub(super) const SELECTOR: Flag = value("selector", 'l');
pub(super) const FIELD_SELECTOR: Flag = value("field-selector", '\0');
pub(super) const OUTPUT: Flag = value("output", 'o');

/// What a command needs at least.
const NOTHING_NAMED: &str = "You must provide one or more resources by argument or filename.\n\
     Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   \
     '<resource> <name>'\n   '<resource>'";

/// The command of that name.
pub(super) fn named(name: &str) -> Option<&'static Verb> {
    ALL.iter().find(|verb| verb.name == name).copied()
}

/// The commands, one a line.
pub(super) fn help() -> String {
    let names: Vec<String> = ALL.iter().map(|verb| format!("  {}", verb.name)).collect();
    format!("kubectl controls the Kubernetes cluster manager.\n\n{}", names.join("\n"))
}

/// The refusal of an unknown command, with what may have been meant (`cobra`).
pub(super) fn unknown(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let meant = |command: &str| {
        strsim::levenshtein(&lower, command) <= 2
            || command.starts_with(&lower)
            || MEANT.contains(&(lower.as_str(), command))
    };
    let candidates: Vec<&str> = NAMES.iter().copied().filter(|name| meant(name)).collect();
    let mut text = format!("unknown command \"{name}\" for \"kubectl\"");
    if !candidates.is_empty() && !NAMES.contains(&name) {
        text.push_str("\n\nDid you mean this?");
        for candidate in candidates {
            text.push_str("\n\t");
            text.push_str(candidate);
        }
    }
    text
}
