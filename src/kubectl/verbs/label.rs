//! `kubectl label` (`pkg/cmd/label/label.go`).

use crate::api::object::ObjectKey;
use crate::api::order;
use crate::api::sorted::SortedSet;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::names::{Space, asked, keys};
use super::super::selector::{Selector, is_label_value};
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::patch::{with_metadata, write};
use super::{FIELD_SELECTOR, FILENAME, KUSTOMIZE, OUTPUT, RECURSIVE, SELECTOR, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "label", flags: FLAGS, run };

/// The flags, which `annotate` shares.
pub(super) const FLAGS: &[Flag] = &[
    FILENAME,
    SELECTOR,
    FIELD_SELECTOR,
    OUTPUT,
    DRY_RUN,
    truth("overwrite", '\0'),
    truth("list", '\0'),
    truth("all", '\0'),
    truth("all-namespaces", 'A'),
    truth("local", '\0'),
    value("resource-version", '\0'),
    KUSTOMIZE,
    RECURSIVE,
    TEMPLATE,
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
    value("field-manager", '\0'),
];

const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric \
     characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
     'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What words ask to be set (`k=v`) and removed (`k-`).
pub(super) type Changes = Vec<(String, Option<String>)>;

/// Parts the words into those that name objects and the changes. `noun` is `label` or
/// `annotation`.
pub(super) fn parse(words: &[String], noun: &str) -> Result<(Vec<String>, Changes), Failure> {
    let is_pair = |word: &String| word.contains('=') || word.ends_with('-');
    let first = words.iter().skip(1).position(is_pair).map_or(words.len(), |index| index + 1);
    let (resources, pairs) = words.split_at(first);
    let mut changes: Changes = Vec::new();
    for pair in pairs {
        match (pair.split_once('='), pair.strip_suffix('-')) {
            (Some((key, value)), _) => changes.push((key.to_owned(), Some(value.to_owned()))),
            (None, Some(key)) => changes.push((key.to_owned(), None)),
            (None, None) => {
                return Err(Failure::message(format!(
                    "all resources must be specified before {noun} changes: {pair}"
                )));
            }
        }
    }
    Ok((resources.to_vec(), changes))
}

/// Keys that are both set and removed.
pub(super) fn contradictions(changes: &Changes) -> SortedSet<&String> {
    let keys = |set: bool| {
        changes.iter().filter(move |(_, value)| value.is_some() == set).map(|(key, _)| key)
    };
    let removed = order::set(keys(false));
    order::set(keys(true).filter(|key| removed.contains(key)))
}

/// The objects that words and selectors mean.
pub(super) fn targets(
    session: &mut Session<'_>,
    arguments: &Arguments,
    resources: &[String],
) -> Result<Vec<ObjectKey>, Failure> {
    if arguments.is_set("local") {
        return Err(Failure::not_simulated("--local"));
    }
    if super::super::input::has_files(arguments) {
        let items = super::super::input::read(session, arguments)?;
        return Ok(items.into_iter().map(|item| item.key).collect());
    }
    let Some(wanted) = asked(resources)? else {
        let text = "one or more resources must be specified as <resource> <name> or \
                    <resource>/<name>";
        return Err(Failure::message(text));
    };
    let selector = Selector::of(arguments, wanted.first_type())?;
    let unnamed = matches!(wanted, super::super::names::Asked::Types(_));
    if unnamed && selector.is_empty() && !arguments.is_set("all") {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let everywhere = arguments.is_set("all-namespaces");
    let space = if everywhere { Space::All } else { Space::One(&session.namespace) };
    Ok(keys(session, &wanted, space, &selector))
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (resources, changes) = parse(&arguments.words, "label")?;
    let keys = targets(session, arguments, &resources)?;
    if changes.is_empty() && !arguments.is_set("list") {
        return Err(Failure::message("at least one label update is required"));
    }
    if !contradictions(&changes).is_empty() {
        let text = "can not both modify and remove a label in the same command";
        return Err(Failure::message(text));
    }
    for (key, value) in &changes {
        if let Some(value) = value.as_ref().filter(|value| !is_label_value(value)) {
            let text = format!("invalid label value: \"{key}={value}\": {VALUE_RULE}");
            return Err(Failure::message(text));
        }
    }
    let dry = DryRun::of(arguments)?;
    let several = keys.len() > 1;
    for key in keys {
        let result = label(session, &key, &changes, arguments.is_set("overwrite"), dry);
        session.note(result);
        if arguments.is_set("list") {
            let labels = session.get(&key)?.meta().labels.clone();
            show_list(session, &key, "labels", &labels, several);
        }
    }
    Ok(())
}

/// `--list`.
pub(super) fn show_list(
    session: &mut Session<'_>,
    key: &ObjectKey,
    what: &str,
    pairs: &crate::api::meta::StringMap,
    several: bool,
) {
    let mut indent = "";
    if several {
        indent = " ";
        let (kind, group) = (key.kind.info().name, key.kind.group());
        session.print(format!("Listing {what} for {kind}.{group}/{}:", key.name));
    }
    for (name, value) in pairs {
        session.print(format!("{indent}{name}={value}"));
    }
}

fn label(
    session: &mut Session<'_>,
    key: &ObjectKey,
    changes: &Changes,
    overwrite: bool,
    dry: DryRun,
) -> Result<(), Failure> {
    if changes.is_empty() {
        return Ok(());
    }
    let labels = session.get(key)?.meta().labels.clone();
    for (name, value) in changes {
        match (labels.get(name), value) {
            (Some(old), Some(new)) if old != new && !overwrite => {
                let text =
                    format!("'{name}' already has a value ({old}), and --overwrite is false");
                return Err(Failure::message(text));
            }
            (None, None) => session.print(format!("label \"{name}\" not found.")),
            _ => {}
        }
    }
    let value = with_metadata(session, key, "labels", changes)?;
    let is_new = write(session, key, value, dry)?;
    let sets = changes.iter().any(|(_, value)| value.is_some());
    let removes = changes.iter().any(|(_, value)| value.is_none());
    let done = match (is_new, sets, removes) {
        (false, ..) => "not labeled",
        (true, true, true) => "modified",
        (true, false, true) => "unlabeled",
        _ => "labeled",
    };
    session.print(format!("{} {done}{}", shown(key), dry.suffix()));
    Ok(())
}
