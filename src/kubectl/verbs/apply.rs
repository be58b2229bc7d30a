//! `kubectl apply` (`pkg/cmd/apply/apply.go`, `patcher.go`).

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, Takes, truth, value};
use super::super::input::{self, Item};
use super::super::merge::{apply_strategic, go_map, three_way, without_nulls};
use super::super::output::{self, announce};
use super::super::session::{NEXT_OBJECT_MS, Session, shown};
use super::{FILENAME, OUTPUT, SELECTOR, Verb};

pub(super) const VERB: Verb = Verb { name: "apply", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    SELECTOR,
    DRY_RUN,
    truth("force", '\0'),
    truth("recursive", 'R'),
    truth("wait", '\0'),
    value("validate", '\0'),
    value("field-manager", '\0'),
];

/// `--dry-run`.
pub(super) const DRY_RUN: Flag =
    Flag { long: "dry-run", short: '\0', takes: Takes::Optional("client") };

/// The annotation that holds the last applied manifest.
pub(super) const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Whether the command only pretends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DryRun {
    /// It acts.
    No,
    /// kubectl pretends.
    Client,
    /// The API server pretends.
    Server,
}

impl DryRun {
    /// Reads `--dry-run`.
    pub(super) fn of(arguments: &Arguments) -> Result<Self, Failure> {
        match arguments.get("dry-run") {
            None | Some("none" | "false") => Ok(Self::No),
            Some("client" | "true") => Ok(Self::Client),
            Some("server") => Ok(Self::Server),
            Some(other) => Err(Failure::message(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What success lines end with.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::No => "",
            Self::Client => " (dry run)",
            Self::Server => " (server dry run)",
        }
    }
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if arguments.all("filename").is_empty() {
        return Err(Failure::message("must specify one of -f and -k"));
    }
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    let items = input::read(session, arguments)?;
    if items.is_empty() && session.failures.is_empty() {
        return Err(Failure::message("no objects passed to apply"));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        match apply(session, item, dry) {
            Ok(done) => {
                let line = format!("{} {done}{}", shown(&item.key), dry.suffix());
                let would_be = (dry != DryRun::No).then_some(&item.value);
                announce(session, format.as_ref(), &item.key, would_be, line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn apply(session: &mut Session<'_>, item: &Item, dry: DryRun) -> Result<&'static str, Failure> {
    let generate = item.value.pointer("/metadata/generateName").and_then(Value::as_str);
    if let (true, Some(name)) = (item.key.name.is_empty(), generate) {
        let text = format!("from {name}: cannot use generate name with apply");
        return Err(Failure::message(text));
    }
    check_path_name(item)?;
    let annotated = with_last_applied(&item.value);
    let Some(live) = session.cluster().object(&item.key).cloned() else {
        let object = item.with_value(annotated).object("creating")?;
        let failed = |status| Failure::of(&item.key, status).when("creating", &item.source);
        write(session, dry, Request::Create(object)).map_err(failed)?;
        return Ok("created");
    };
    let meta = live.meta();
    if meta.is_deleting() {
        let text =
            format!("Detected changes to resource {} which is currently being deleted.", meta.name);
        session.warn(&text);
    }
    let last = if let Some(text) = meta.annotations.get(LAST_APPLIED) {
        serde_json::from_str(text).unwrap_or(Value::Null)
    } else {
        let resource = format!("{}/{}", item.key.kind.info().plural, item.key.name);
        session.warn(&missing_annotation(&resource));
        Value::Null
    };
    let mut value = live.to_value();
    let patch = three_way(&last, &annotated, &value);
    if patch == json!({}) {
        return Ok("unchanged");
    }
    if let Some(words) = item.refused() {
        return Err(strict(&patch, words));
    }
    let refused = |status: Status| failed_patch(item, &patch, status);
    apply_strategic(&mut value, &patch)
        .map_err(|words| refused(Status::new(Reason::BadRequest, words)))?;
    let object = input::decode(item.key.kind, value)
        .map_err(|words| refused(Status::new(Reason::BadRequest, words)))?;
    write(session, dry, Request::Update(object)).map_err(refused)?;
    Ok("configured")
}

fn write(session: &mut Session<'_>, dry: DryRun, request: Request) -> Result<(), Status> {
    match dry {
        DryRun::No => session.request(request).map(|_| ()),
        DryRun::Server => session.dry_request(request).map(|_| ()),
        DryRun::Client => Ok(()),
    }
}

/// The manifest with itself in the annotation.
pub(super) fn with_last_applied(manifest: &Value) -> Value {
    let mut bare = without_nulls(manifest);
    if let Some(meta) = bare.get_mut("metadata").and_then(Value::as_object_mut) {
        let notes = meta.entry("annotations").or_insert_with(|| json!({}));
        if let Some(notes) = notes.as_object_mut() {
            notes.remove(LAST_APPLIED);
        }
    }
    let text = format!("{bare}\n");
    let mut annotated = manifest.clone();
    if let Some(meta) = annotated.get_mut("metadata").and_then(Value::as_object_mut) {
        let notes = meta.entry("annotations").or_insert_with(|| json!({}));
        if notes.is_null() {
            *notes = json!({});
        }
        if let Some(notes) = notes.as_object_mut() {
            notes.insert(LAST_APPLIED.to_owned(), text.into());
        }
    }
    annotated
}

fn missing_annotation(resource: &str) -> String {
    format!(
        "resource {resource} is missing the {LAST_APPLIED} annotation which is required by \
         kubectl apply. kubectl apply should only be used on resources created declaratively by \
         either kubectl create --save-config or kubectl apply. The missing annotation will be \
         patched automatically."
    )
}

/// A name that cannot stand in a path is refused before anything is sent
/// (`client-go/rest/request.go` `Name`).
fn check_path_name(item: &Item) -> Result<(), Failure> {
    let name = &*item.key.name;
    let why = match name {
        "" => "resource name may not be empty".to_owned(),
        "." | ".." => format!("invalid resource name \"{name}\": [may not be '{name}']"),
        _ if name.contains('/') => {
            format!("invalid resource name \"{name}\": [may not contain '/']")
        }
        _ if name.contains('%') => {
            format!("invalid resource name \"{name}\": [may not contain '%']")
        }
        _ => return Ok(()),
    };
    Err(Failure::message(format!(
        "error when retrieving current configuration of:\n{}\nfrom server for: \"{}\": {why}",
        coordinates(&item.key),
        item.source
    )))
}

/// The lines with which kubectl names an object in long errors.
fn coordinates(key: &ObjectKey) -> String {
    let path = |kind: Kind| {
        let version = kind.info().api_version;
        if version.contains('/') { version.to_owned() } else { format!("/{version}") }
    };
    let (version, info) = (path(key.kind), key.kind.info());
    format!(
        "Resource: \"{version}, Resource={}\", GroupVersionKind: \"{version}, Kind={}\"\n\
         Name: \"{}\", Namespace: \"{}\"",
        info.plural, info.name, key.name, key.namespace
    )
}

fn failed_patch(item: &Item, patch: &Value, status: Status) -> Failure {
    let context = format!(
        "error when applying patch:\n{patch}\nto:\n{}\nfor: \"{1}\": error when patching \
         \"{1}\": ",
        coordinates(&item.key),
        item.source
    );
    Failure::of(&item.key, status).with_context(&context)
}

/// The refusal of a patch with a field that there is not.
fn strict(patch: &Value, words: &str) -> Failure {
    let tail = words.split_once("cannot be handled as a ").map_or(words, |(_, tail)| tail);
    let tail = tail.split_once(": ").map_or(tail, |(_, tail)| tail);
    let patch = go_map(patch);
    Failure::Verbatim(format!("The request is invalid: patch: Invalid value: \"{patch}\": {tail}"))
}
