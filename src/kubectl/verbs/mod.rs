//! The commands. A new one is a file and a line in [`ALL`].

mod annotate;
mod api_resources;
pub(super) mod apply;
mod config;
mod cordon;
mod cp;
mod create;
pub(super) mod delete;
mod describe;
mod diff;
pub(super) mod drain;
mod edit;
mod events;
pub(super) mod exec;
mod explain;
mod expose;
pub(super) mod get;
mod label;
pub(super) mod logs;
mod options;
mod other;
mod patch;
mod pods;
pub(super) mod port_forward;
pub(super) mod replace;
mod rollout;
mod run;
mod scale;
mod set;
mod taint;
mod uncordon;
mod version;
pub(super) mod wait;

use super::failure::Failure;
use super::flags::{Arguments, Flag, Takes, truth, value};
use super::help;
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
    &expose::VERB,
    &run::VERB,
    &set::VERB,
    &get::VERB,
    &delete::VERB,
    &rollout::VERB,
    &scale::VERB,
    &cordon::VERB,
    &uncordon::VERB,
    &drain::VERB,
    &taint::VERB,
    &describe::VERB,
    &logs::VERB,
    &exec::ATTACH,
    &exec::VERB,
    &cp::VERB,
    &events::VERB,
    &apply::VERB,
    &patch::VERB,
    &replace::VERB,
    &wait::VERB,
    &label::VERB,
    &annotate::VERB,
    &config::VERB,
    &version::VERB,
    &version::API_VERSIONS,
    &version::CLUSTER_INFO,
    &api_resources::VERB,
    &options::VERB,
    &diff::VERB,
    &edit::VERB,
    &explain::VERB,
    &other::AUTH,
    &other::AUTOSCALE,
    &other::CERTIFICATE,
    &other::COMPLETION,
    &other::KUBERC,
    &other::KUSTOMIZE,
    &other::PLUGIN,
    &other::PROXY,
    &other::TOP,
    &port_forward::VERB,
];

/// Commands below others.
const GROUPS: &[(&str, &[&Verb])] = &[
    ("apply", apply::BELOW),
    ("auth", other::BELOW_AUTH),
    ("cluster-info", version::BELOW_CLUSTER_INFO),
    ("config", config::BELOW),
    ("create", create::BELOW),
    ("create secret", create::BELOW_SECRET),
    ("create service", create::BELOW_SERVICE),
    ("set", set::BELOW),
    ("top", other::BELOW_TOP),
];

/// Other names of commands below others.
const ALIASES: &[(&str, &str, &str)] = &[
    ("create", "cm", "configmap"),
    ("create", "cj", "cronjob"),
    ("create", "deploy", "deployment"),
    ("create", "ing", "ingress"),
    ("create", "ns", "namespace"),
    ("create", "pc", "priorityclass"),
    ("create", "pdb", "poddisruptionbudget"),
    ("create", "resourcequota", "quota"),
    ("create", "sa", "serviceaccount"),
    ("create", "svc", "service"),
    ("config", "use", "use-context"),
    ("set", "sa", "serviceaccount"),
    ("top", "no", "node"),
    ("top", "nodes", "node"),
    ("top", "po", "pod"),
    ("top", "pods", "pod"),
];

/// Commands whose words behind `--` are a command for a container.
const WITH_COMMAND: &[&str] =
    &["exec", "run", "debug", "create deployment", "create job", "create cronjob"];

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
pub(super) const KUSTOMIZE: Flag = value("kustomize", 'k');
pub(super) const RECURSIVE: Flag = truth("recursive", 'R');
pub(super) const TEMPLATE: Flag = value("template", '\0');
pub(super) const VALIDATE: Flag =
    Flag { long: "validate", short: '\0', takes: Takes::Optional("strict") };

/// What a command needs at least.
const NOTHING_NAMED: &str = "You must provide one or more resources by argument or filename.\n\
     Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   \
     '<resource> <name>'\n   '<resource>'";

/// The command of that name, with what stands below it if the words go on so.
pub(super) fn find(
    name: &str,
    words: &mut Vec<String>,
) -> Result<(String, &'static Verb), Failure> {
    let Some(mut verb) = ALL.iter().find(|verb| verb.name == name).copied() else {
        return Err(Failure::message(unknown(name)));
    };
    let mut path = name.to_owned();
    while let Some((_, below)) = GROUPS.iter().find(|(group, _)| *group == path) {
        let mut rest = words.clone();
        let Some(word) = Arguments::take_command(&mut rest, verb.flags) else { break };
        let alias = ALIASES.iter().find(|(group, short, _)| *group == path && *short == word);
        let word = alias.map_or(word.as_str(), |(.., name)| name);
        let Some(found) = below.iter().find(|verb| verb.name == word) else { break };
        *words = rest;
        path = format!("{path} {word}");
        verb = found;
    }
    Ok((path, verb))
}

/// A list as Go prints it: `[a b]`.
fn go_list(words: &[String]) -> String {
    format!("[{}]", words.join(" "))
}

/// Whether the words behind `--` are a command for a container.
pub(super) fn takes_a_command(path: &str) -> bool {
    WITH_COMMAND.contains(&path)
}

/// What a group of commands does without one of them: its help, and failure.
fn show_group(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.words.is_empty() {
        let text = format!("unknown command \"{}\"", arguments.words.join(" "));
        return Err(Failure::usage(&session.path, text));
    }
    let text = help::of(&session.path, &[]);
    session.stderr.push_str(&text);
    session.exit = Some(1);
    Ok(())
}

/// The refusal of an unknown command, with what may have been meant (`cobra`).
fn unknown(name: &str) -> String {
    let lower = name.to_ascii_lowercase();
    let meant = |command: &&str| {
        strsim::levenshtein(&lower, command) <= 2
            || command.starts_with(&lower)
            || MEANT.contains(&(lower.as_str(), command))
    };
    if help::names().any(|known| known == name) {
        return format!("not simulated: kubectl {name}");
    }
    let candidates: Vec<&str> = help::names().filter(meant).collect();
    let mut text = format!("unknown command \"{name}\" for \"kubectl\"");
    if !candidates.is_empty() {
        text.push_str("\n\nDid you mean this?");
        for candidate in candidates {
            text.push_str("\n\t");
            text.push_str(candidate);
        }
    }
    text
}
