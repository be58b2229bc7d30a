//! `kubectl diff` (`pkg/cmd/diff/diff.go`): the live object beside what `apply` would make of it,
//! as `diff -u -N` prints it.

mod unified;

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::manifest::write::to_yaml;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, number, truth, value};
use super::super::input::{self, Item, decode};
use super::super::session::Session;
use super::apply::object::patched_silently;
use super::{FILENAME, KUSTOMIZE, RECURSIVE, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb {
    name: "diff",
    flags: &[
        FILENAME,
        KUSTOMIZE,
        RECURSIVE,
        SELECTOR,
        truth("force-conflicts", '\0'),
        truth("prune", '\0'),
        truth("server-side", '\0'),
        truth("show-managed-fields", '\0'),
        truth("show-secrets", '\0'),
        number("concurrency", '\0'),
        value("field-manager", '\0'),
        value("prune-allowlist", '\0'),
    ],
    run,
};

/// The folders that hold the two sides; their ends are made up.
const FOLDERS: [&str; 2] = ["/tmp/LIVE-1838423061", "/tmp/MERGED-2093184742"];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    // What is not a difference is trouble.
    session.exit = Some(2);
    if !input::has_files(arguments) {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    for flag in ["server-side", "prune"] {
        if arguments.is_set(flag) {
            return Err(Failure::not_simulated(format!("--{flag}")));
        }
    }
    if arguments.is_set("force-conflicts") {
        return Err(Failure::message("--force-conflicts only works with --server-side"));
    }
    let mut text = String::new();
    for item in input::read(session, arguments)? {
        let (mut live, mut merged) = sides(session, &item)?;
        if item.key.kind == Kind::Secret && !arguments.is_set("show-secrets") {
            mask(&mut live, &mut merged);
        }
        let name = file_name(&item);
        let yaml = |side: &Option<Value>| side.as_ref().map(to_yaml).unwrap_or_default();
        let [from, to] = FOLDERS.map(|folder| format!("{folder}/{name}"));
        let time = session.now();
        text.push_str(&unified::diff(&from, &to, &yaml(&live), &yaml(&merged), time));
    }
    session.exit = Some(match (session.failures.is_empty(), text.is_empty()) {
        (false, _) => 2,
        (true, true) => 0,
        (true, false) => 1,
    });
    session.stdout.push_str(&text);
    Ok(())
}

/// The live object, and what would become of it.
fn sides(
    session: &mut Session<'_>,
    item: &Item,
) -> Result<(Option<Value>, Option<Value>), Failure> {
    let live = session.cluster().object(&item.key).cloned();
    let failed = |status| Failure::of(&item.key, status);
    let request = match &live {
        None => Request::Create(item.object("creating")?),
        Some(live) => {
            let merged = patched_silently(item, live)?;
            Request::Update(decode(item.key.kind, merged).map_err(Failure::message)?)
        }
    };
    let done = session.dry_request(request).map_err(failed)?;
    Ok((live.as_ref().map(Object::to_value), Some(done.object.to_value())))
}

/// `v1.PersistentVolumeClaim.default.data`.
fn file_name(item: &Item) -> String {
    let version = item.key.kind.info().api_version.replace('/', ".");
    let (kind, key) = (item.key.kind.info().name, &item.key);
    format!("{version}.{kind}.{}.{}", key.namespace, key.name)
}

/// Hides the values of a Secret; whether they differ stays visible.
fn mask(live: &mut Option<Value>, merged: &mut Option<Value>) {
    let data = |side: &Option<Value>| {
        let map = side.as_ref().and_then(|value| value["data"].as_object().cloned());
        map.unwrap_or_default()
    };
    let (before, after) = (data(live), data(merged));
    for (side, own, other, word) in
        [(live, &before, &after, "before"), (merged, &after, &before, "after")]
    {
        let Some(Value::Object(map)) = side.as_mut().and_then(|value| value.get_mut("data")) else {
            continue;
        };
        for (key, value) in map {
            let differs = other.get(key).is_some_and(|one| Some(one) != own.get(key));
            *value = if differs { format!("*** ({word})") } else { "***".to_owned() }.into();
        }
    }
}
