//! `kubectl taint` (`pkg/cmd/taint/taint.go`, `pkg/cmd/taint/utils.go`).

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::node::{Node, Taint};
use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth};
use super::super::names::{Space, list};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::{OUTPUT, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "taint", flags: FLAGS, run };

const FLAGS: &[Flag] = &[SELECTOR, OUTPUT, DRY_RUN, truth("all", '\0'), truth("overwrite", '\0')];

const EFFECTS: [&str; 3] = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

const KEY_RULE: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and \
     must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or \
     '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
const VALUE_RULE: &str = "a valid label must be an empty string or consist of alphanumeric \
     characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. \
     'MyValue',  or 'my_value',  or '12345', regex used for validation is \
     '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

/// What is asked of every node.
struct Wish {
    add: Vec<Taint>,
    remove: Vec<Taint>,
    overwrite: bool,
    dry: DryRun,
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (resources, words) = parts(&arguments.words)?;
    let Some((first, names)) = resources.split_first() else {
        let text = "one or more resources must be specified as <resource> <name>";
        return Err(Failure::message(text));
    };
    if words.is_empty() {
        return Err(Failure::message("at least one taint update is required"));
    }
    let (add, remove) = parse(&words).map_err(|why| {
        Failure::message(format!("{why}\nSee 'kubectl taint -h' for help and examples"))
    })?;
    if !matches!(first.to_lowercase().as_str(), "node" | "nodes" | "no") {
        let text = format!("invalid resource type {first}, only node types are supported");
        return Err(Failure::message(text));
    }
    contradictions(&add, &remove)?;
    let selector = Selector::of(
        arguments,
        Some(super::super::names::Type::Kind(crate::api::kind::Kind::Node)),
    )?;
    let all = arguments.is_set("all");
    if all && !selector.is_empty() {
        let text = "setting 'all' parameter with a non empty selector is prohibited";
        return Err(Failure::message(text));
    }
    if !all && selector.is_empty() && names.is_empty() {
        let text = "at least one resource name must be specified since 'all' parameter is not set";
        return Err(Failure::message(text));
    }
    let keys: Vec<ObjectKey> = if names.is_empty() {
        let nodes = list(session.cluster(), Kind::Node, Space::All, &selector);
        nodes.iter().map(Object::key).collect()
    } else {
        names.iter().map(|name| ObjectKey::new(Kind::Node, "", name)).collect()
    };
    let overwrite = arguments.is_set("overwrite");
    let wish = Wish { add, remove, overwrite, dry: DryRun::of(arguments)? };
    for key in keys {
        let result = taint(session, &key, &wish);
        session.note(result);
    }
    Ok(())
}

/// The words that name nodes, and the taints behind them.
fn parts(words: &[String]) -> Result<(Vec<String>, Vec<String>), Failure> {
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let first = words.iter().position(is_taint).unwrap_or(words.len());
    let (resources, taints) = words.split_at(first);
    match taints.iter().find(|word| !is_taint(word)) {
        None => Ok((resources.to_vec(), taints.to_vec())),
        Some(word) => {
            let text = format!("all resources must be specified before taint changes: {word}");
            Err(Failure::message(text))
        }
    }
}

/// The taints to set and those to take away.
fn parse(words: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut add, mut remove): (Vec<Taint>, Vec<Taint>) = (Vec::new(), Vec::new());
    for word in words {
        if let Some(word) = word.strip_suffix('-') {
            remove.push(Taint { value: String::new(), ..parse_one(word)? });
            continue;
        }
        let taint = parse_one(word)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {word}"));
        }
        if add.iter().any(|other| is_same(other, &taint)) {
            let Taint { key, value, effect, .. } = taint;
            return Err(format!(
                "duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}"
            ));
        }
        add.push(taint);
    }
    Ok((add, remove))
}

fn parse_one(word: &str) -> Result<Taint, String> {
    let invalid = |why: &str| Err(format!("invalid taint spec: {word}{why}"));
    let (pair, effect) = match word.split(':').collect::<Vec<_>>().as_slice() {
        [key] => (*key, ""),
        [pair, effect] => (*pair, *effect),
        _ => return invalid(""),
    };
    let mut taint = Taint { effect: effect.to_owned(), ..Taint::default() };
    if word.contains(':') {
        if !EFFECTS.contains(&effect) {
            return Err(format!("invalid taint effect: {effect}, unsupported taint effect"));
        }
        match pair.split('=').collect::<Vec<_>>().as_slice() {
            [key] => (*key).clone_into(&mut taint.key),
            [key, value] => {
                (*key).clone_into(&mut taint.key);
                (*value).clone_into(&mut taint.value);
            }
            _ => return invalid(""),
        }
    } else {
        pair.clone_into(&mut taint.key);
    }
    if !taint.value.is_empty() && !is_name(&taint.value) {
        return invalid(&format!(", {VALUE_RULE}"));
    }
    let name = taint.key.rsplit_once('/').map_or(taint.key.as_str(), |(_, name)| name);
    if is_name(name) { Ok(taint) } else { invalid(&format!(", {KEY_RULE}")) }
}

fn is_name(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let mut chars = text.chars();
    text.len() <= 63 && text.chars().all(inner) && edge(chars.next()) && edge(text.chars().last())
}

fn is_same(one: &Taint, other: &Taint) -> bool {
    one.key == other.key && one.effect == other.effect
}

fn contradictions(add: &[Taint], remove: &[Taint]) -> Result<(), Failure> {
    let mut both: Vec<String> = Vec::new();
    for set in add {
        let hits = remove.iter().filter(|gone| {
            gone.key == set.key && (gone.effect.is_empty() || gone.effect == set.effect)
        });
        both.extend(hits.map(|gone| format!("{}={}", gone.key, gone.effect)));
    }
    if both.is_empty() {
        return Ok(());
    }
    Err(Failure::message(format!(
        "can not both modify and remove the following taint(s) in the same command: {}",
        both.join(", ")
    )))
}

fn taint(session: &mut Session<'_>, key: &ObjectKey, wish: &Wish) -> Result<(), Failure> {
    let mut object = session.get(key)?;
    let Object::Node(node) = &mut object else { return Ok(()) };
    let old = node.spec.taints.clone();
    let known: Vec<&str> = wish
        .add
        .iter()
        .filter(|taint| old.iter().any(|other| is_same(other, taint)))
        .map(|taint| taint.key.as_str())
        .collect();
    if !wish.overwrite && !known.is_empty() {
        return Err(Failure::message(format!(
            "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
            key.name,
            known.join(",")
        )));
    }
    // New taints stand first.
    let mut taints = wish.add.clone();
    taints.extend(old.iter().filter(|one| !wish.add.iter().any(|new| is_same(one, new))).cloned());
    let added = taints.len() != old.len();
    let removed = remove(&mut taints, &wish.remove)?;
    let done = match (added, removed) {
        _ if wish.overwrite => "modified",
        (true, true) => "modified",
        (true, false) => "tainted",
        (false, _) => "untainted",
    };
    let node: &mut Node = Rc::make_mut(node);
    node.spec.taints = taints;
    let failed = |status| Failure::of(key, status);
    match wish.dry {
        DryRun::No => drop(session.request(Request::Update(object)).map_err(failed)?),
        DryRun::Server => drop(session.dry_request(Request::Update(object)).map_err(failed)?),
        DryRun::Client => {}
    }
    session.print(format!("{} {done}{}", shown(key), wish.dry.suffix()));
    Ok(())
}

/// Takes taints away; whether the last of them was there.
fn remove(taints: &mut Vec<Taint>, wish: &[Taint]) -> Result<bool, Failure> {
    let mut errors: Vec<String> = Vec::new();
    let mut removed = false;
    for gone in wish {
        let before = taints.len();
        taints.retain(|taint| {
            taint.key != gone.key || !gone.effect.is_empty() && taint.effect != gone.effect
        });
        removed = taints.len() < before;
        if !removed {
            let colon = if gone.effect.is_empty() { "" } else { ":" };
            errors.push(format!("taint \"{}{colon}{}\" not found", gone.key, gone.effect));
        }
    }
    match errors.as_slice() {
        [] => Ok(removed),
        [one] => Err(Failure::message(one.as_str())),
        many => Err(Failure::message(format!("[{}]", many.join(", ")))),
    }
}
