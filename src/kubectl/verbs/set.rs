//! `kubectl set` (`pkg/cmd/set`): what the commands below it have in common.

mod environment;
mod image;
mod other;
mod resources;

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input::{self, decode};
use super::super::names::{Asked, Space, asked, keys};
use super::super::output;
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::{FILENAME, KUSTOMIZE, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, Verb, show_group};

pub(super) const VERB: Verb = Verb { name: "set", flags: &[], run: show_group };

/// The commands below `set`.
pub(super) const BELOW: &[&Verb] = &[
    &environment::VERB,
    &image::VERB,
    &resources::VERB,
    &other::SELECTOR_VERB,
    &other::SERVICE_ACCOUNT,
    &other::SUBJECT,
];

/// Flags that they all have.
macro_rules! flags {
    ($($own:expr),* $(,)?) => {
        &[
            super::FILENAME,
            super::KUSTOMIZE,
            super::RECURSIVE,
            super::OUTPUT,
            super::TEMPLATE,
            super::DRY_RUN,
            super::SELECTOR,
            super::ALL,
            super::LOCAL,
            super::MANAGED_FIELDS,
            super::MISSING_KEYS,
            super::FIELD_MANAGER,
            $($own,)*
        ]
    };
}
use flags;

const ALL: Flag = truth("all", '\0');
const LOCAL: Flag = truth("local", '\0');
const MANAGED_FIELDS: Flag = truth("show-managed-fields", '\0');
const MISSING_KEYS: Flag = truth("allow-missing-template-keys", '\0');
const FIELD_MANAGER: Flag = value("field-manager", '\0');

const NO_RESOURCES: &str =
    "one or more resources must be specified as <resource> <name> or <resource>/<name>";

/// Parts the words into those that name objects and the changes behind them
/// (`cmdutil.GetResourcesAndPairs`). `noun` is what the refusal calls the changes.
fn split<'a>(
    words: &'a [String],
    noun: &str,
    is_change: impl Fn(&str) -> bool,
) -> Result<(&'a [String], Vec<&'a str>), Failure> {
    let first = words.iter().position(|word| is_change(word)).unwrap_or(words.len());
    let (resources, changes) = words.split_at(first);
    let stray: Vec<&str> =
        changes.iter().map(String::as_str).filter(|word| !is_change(word)).collect();
    if let [word, ..] = stray.as_slice() {
        let text = format!("all resources must be specified before {noun} changes: {word}");
        return Err(Failure::message(text));
    }
    Ok((resources, changes.iter().map(String::as_str).collect()))
}

/// The objects that words, files and selectors mean.
fn targets(
    session: &mut Session<'_>,
    arguments: &Arguments,
    resources: &[String],
) -> Result<Vec<ObjectKey>, Failure> {
    if arguments.is_set("local") {
        return Err(Failure::not_simulated("--local"));
    }
    if input::has_files(arguments) {
        let items = input::read(session, arguments)?;
        return Ok(items.into_iter().map(|item| item.key).collect());
    }
    let all = arguments.is_set("all");
    if all && Selector::is_given(arguments) {
        return Err(Failure::message("cannot set --all and --selector at the same time"));
    }
    let Some(wanted) = asked(resources)? else {
        return Err(Failure::message(NO_RESOURCES));
    };
    let selector = Selector::of(arguments, wanted.first_type())?;
    if matches!(wanted, Asked::Types(_)) && selector.is_empty() && !all {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let space = Space::One(&session.namespace);
    Ok(keys(session, &wanted, space, &selector))
}

/// Where a kind keeps the specification of its Pods.
fn template_path(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Pod => Some("/spec"),
        Kind::CronJob => Some("/spec/jobTemplate/spec/template/spec"),
        Kind::StatefulSet
        | Kind::Deployment
        | Kind::ReplicaSet
        | Kind::DaemonSet
        | Kind::Job
        | Kind::ReplicationController => Some("/spec/template/spec"),
        _ => None,
    }
}

/// What a change of an object is called.
struct Change {
    /// What stands behind the object's name when it is done.
    done: &'static str,
    /// What stands in front of the API server's refusal.
    refused: &'static str,
}

/// Changes the specification of an object's Pods and tells so; nothing is told when nothing
/// changes.
fn change_template(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
    words: &Change,
    change: impl FnOnce(&mut Value) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let before = session.get(key)?.to_value();
    let mut value = before.clone();
    let spec = template_path(key.kind).and_then(|path| value.pointer_mut(path));
    let Some(spec) = spec else {
        let info = key.kind.info();
        let version = info.api_version.rsplit('/').next().unwrap_or_default();
        let text = format!(
            "{}/{} the object is not a pod or does not have a pod template: *{version}.{}",
            info.plural, key.name, info.name
        );
        return Err(Failure::message(text));
    };
    change(spec)?;
    send(session, arguments, key, words, &before, value)
}

/// Sends a changed object.
fn send(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
    words: &Change,
    before: &Value,
    value: Value,
) -> Result<(), Failure> {
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    let object = decode(key.kind, value.clone()).map_err(Failure::message)?;
    if object.to_value() == *before {
        return Ok(());
    }
    let failed = |status: crate::sim::apiserver::status::Status| {
        Failure::message(format!("{}{}", words.refused, status.message))
    };
    let would_be = match dry {
        DryRun::No => session.request(Request::Update(object)).map(|_| None).map_err(failed)?,
        DryRun::Client => Some(value),
        DryRun::Server => {
            let done = session.dry_request(Request::Update(object)).map_err(failed)?;
            Some(done.object.to_value())
        }
    };
    let line = format!("{} {}{}", shown(key), words.done, dry.suffix());
    output::announce(session, format.as_ref(), key, would_be.as_ref(), line);
    Ok(())
}

/// The containers of a Pod's specification whose name the pattern means, `*` all of them.
fn containers<'a>(spec: &'a mut Value, lists: &[&str], pattern: &str) -> Vec<&'a mut Value> {
    let Some(spec) = spec.as_object_mut() else { return Vec::new() };
    let found = spec.iter_mut().filter(|(field, _)| lists.contains(&field.as_str()));
    let all = found.filter_map(|(_, list)| list.as_array_mut()).flatten();
    all.filter(|one| is_meant(one["name"].as_str().unwrap_or_default(), pattern)).collect()
}

/// Whether a name fits a pattern in which `*` stands for anything.
fn is_meant(name: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => name == pattern,
        Some((head, tail)) => name.strip_prefix(head).is_some_and(|rest| {
            tail.is_empty()
                || (0..=rest.len())
                    .any(|at| rest.get(at..).is_some_and(|rest| is_meant(rest, tail)))
        }),
    }
}

/// A member of an object, made if it is missing.
fn member<'a>(value: &'a mut Value, key: &str, empty: Value) -> Option<&'a mut Value> {
    if value.is_null() {
        *value = json!({});
    }
    value.as_object_mut().map(|map| map.entry(key.to_owned()).or_insert(empty))
}
