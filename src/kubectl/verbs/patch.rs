//! `kubectl patch` (`pkg/cmd/patch/patch.go`).

use serde_json::{Value, json};

use crate::api::object::ObjectKey;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input::{self, decode};
use super::super::merge::{apply_merge, apply_strategic};
use super::super::names::{Asked, Space, asked, keys};
use super::super::output;
use super::super::patch::apply_json_patch;
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::apply::{DRY_RUN, DryRun};
use super::{FILENAME, KUSTOMIZE, NOTHING_NAMED, OUTPUT, RECURSIVE, TEMPLATE, Verb};

pub(super) const VERB: Verb = Verb { name: "patch", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    value("patch", 'p'),
    value("type", '\0'),
    value("subresource", '\0'),
    truth("local", '\0'),
    KUSTOMIZE,
    RECURSIVE,
    TEMPLATE,
    truth("show-managed-fields", '\0'),
    truth("allow-missing-template-keys", '\0'),
    value("field-manager", '\0'),
    value("patch-file", '\0'),
];

const REJECTED: &str = "The request is invalid: the server rejected our request due to an error \
     in our request";

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let kind = arguments.get("type").unwrap_or("strategic").to_ascii_lowercase();
    if !["json", "merge", "strategic"].contains(&kind.as_str()) {
        let text = format!("--type must be one of [json merge strategic], not \"{kind}\"");
        return Err(Failure::message(text));
    }
    let file = arguments.get("patch-file").map(|path| {
        let found = session.command.files.get(path).cloned();
        let missing = format!("unable to read patch file: open {path}: no such file or directory");
        found.ok_or_else(|| Failure::message(missing))
    });
    let text = match (arguments.get("patch"), file) {
        (Some(text), None) => text.to_owned(),
        (None, Some(text)) => text?,
        (Some(_), Some(_)) => {
            return Err(Failure::message("cannot specify --patch and --patch-file together"));
        }
        (None, None) => {
            let text = "must specify --patch or --patch-file containing the contents of the patch";
            return Err(Failure::message(text));
        }
    };
    for flag in ["local", "subresource"] {
        if arguments.get(flag).is_some_and(|given| given != "false") {
            return Err(Failure::not_simulated(format!("--{flag}")));
        }
    }
    let patch = read(&text)?;
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    for key in targets(session, arguments)? {
        match apply(session, &key, &kind, &patch, dry) {
            Ok(changed) => {
                let no_change = if changed { "" } else { " (no change)" };
                let line = format!("{} patched{no_change}", shown(&key));
                output::announce(session, format.as_ref(), &key, None, line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn targets(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<ObjectKey>, Failure> {
    if input::has_files(arguments) {
        return Ok(input::read(session, arguments)?.into_iter().map(|item| item.key).collect());
    }
    let Some(wanted) = asked(&arguments.words)? else {
        return Err(Failure::message(NOTHING_NAMED));
    };
    if matches!(wanted, Asked::Types(_)) {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    }
    let space = Space::One(&session.namespace);
    Ok(keys(session, &wanted, space, &Selector::default()))
}

/// The patch, from JSON or YAML.
fn read(text: &str) -> Result<Value, Failure> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    // A manifest with the patch in a field: the reader of manifests knows Kubernetes' scalars.
    let indented = text.lines().collect::<Vec<_>>().join("\n  ");
    let wrapped = format!("patch:\n  {indented}\n");
    let documents = crate::manifest::parse(&wrapped).documents;
    let read = documents.first().and_then(|document| document.full.get("patch").cloned());
    match read {
        Some(value) if !value.is_null() && !value.is_string() => Ok(value),
        _ => {
            let why = "yaml: mapping values are not allowed in this context";
            Err(Failure::message(format!("unable to parse {text:?}: {why}")))
        }
    }
}

/// Patches one object; whether something changed.
fn apply(
    session: &mut Session<'_>,
    key: &ObjectKey,
    kind: &str,
    patch: &Value,
    dry: DryRun,
) -> Result<bool, Failure> {
    let before = session.get(key)?;
    let mut value = before.to_value();
    match kind {
        "json" => apply_json_patch(&mut value, patch)
            .map_err(|_| Failure::Verbatim(REJECTED.to_owned()))?,
        "merge" => apply_merge(&mut value, patch),
        _ => apply_strategic(&mut value, patch)
            .map_err(|words| Failure::Verbatim(format!("Error from server: {words}")))?,
    }
    write(session, key, value, dry)
}

/// Sends the patched object; whether something changed.
pub(super) fn write(
    session: &mut Session<'_>,
    key: &ObjectKey,
    value: Value,
    dry: DryRun,
) -> Result<bool, Failure> {
    let refused = |words| Failure::of(key, Status::new(Reason::BadRequest, words));
    let object = decode(key.kind, value).map_err(refused)?;
    let failed = |status| Failure::of(key, status);
    let accepted = match dry {
        DryRun::No => session.request(Request::Update(object)).map_err(failed)?,
        DryRun::Server => session.dry_request(Request::Update(object)).map_err(failed)?,
        DryRun::Client => {
            let before = session.cluster().object(key).map(crate::api::kind::Object::to_value);
            return Ok(before != Some(object.to_value()));
        }
    };
    Ok(accepted.change.is_some())
}

/// The object with one member of its metadata changed.
pub(super) fn with_metadata(
    session: &Session<'_>,
    key: &ObjectKey,
    member: &str,
    changes: &[(String, Option<String>)],
) -> Result<Value, Failure> {
    let mut value = session.get(key)?.to_value();
    if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
        let map = meta.entry(member).or_insert_with(|| json!({}));
        for (key, change) in changes {
            match (change, map.as_object_mut()) {
                (Some(text), Some(map)) => drop(map.insert(key.clone(), text.clone().into())),
                (None, Some(map)) => drop(map.remove(key)),
                (_, None) => {}
            }
        }
    }
    Ok(value)
}
