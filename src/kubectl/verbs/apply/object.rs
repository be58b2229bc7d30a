//! One object that `apply` makes or patches (`patcher.go`).

use serde_json::{Value, json};

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::sim::action::Deletion;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::engine::Request;

use super::super::super::failure::Failure;
use super::super::super::input::{self, Item};
use super::super::super::merge::{apply_strategic, go_map, three_way};
use super::super::super::output::{Format, announce};
use super::super::super::pending::{Pending, Poll};
use super::super::super::session::{Session, shown};
use super::super::delete::Gone;
use super::{DryRun, LAST_APPLIED, with_last_applied};

/// What came of an object.
pub(super) enum Outcome {
    /// A word for it, and the object as it would be if that is only asked.
    Done(&'static str, Option<Value>),
    /// It is deleted, and made again when it is gone (`--force`).
    Again,
}

/// Applies one object.
pub(super) fn apply(
    session: &mut Session<'_>,
    item: &Item,
    dry: DryRun,
    force: bool,
) -> Result<Outcome, Failure> {
    let generate = item.value.pointer("/metadata/generateName").and_then(Value::as_str);
    if let (true, Some(name)) = (item.key.name.is_empty(), generate) {
        let text = format!("from {name}: cannot use generate name with apply");
        return Err(Failure::message(text));
    }
    check_path_name(item)?;
    let annotated = with_last_applied(&item.value);
    let Some(live) = session.cluster().object(&item.key).cloned() else {
        let would_be = match dry {
            DryRun::Client => Some(annotated),
            _ => create(session, item, annotated, dry)?,
        };
        return Ok(Outcome::Done("created", would_be));
    };
    let meta = live.meta();
    if meta.is_deleting() {
        let text =
            format!("Detected changes to resource {} which is currently being deleted.", meta.name);
        session.warn(&text);
    }
    let (patch, merged) = patched(session, item, &live)?;
    let shows = dry != DryRun::No;
    if patch == json!({}) {
        return Ok(Outcome::Done("unchanged", shows.then(|| live.to_value())));
    }
    if let Some(words) = item.refused() {
        return Err(strict(&patch, words));
    }
    if dry == DryRun::Client {
        return Ok(Outcome::Done("configured", Some(merged)));
    }
    let refused = |status: Status| failed_patch(item, &patch, status);
    let object = input::decode(item.key.kind, merged)
        .map_err(|words| refused(Status::new(Reason::BadRequest, words)))?;
    match write(session, dry, Request::Update(object)) {
        Ok(would_be) => Ok(Outcome::Done("configured", would_be)),
        Err(status) if force && matches!(status.reason, Reason::Invalid | Reason::Conflict) => {
            again(session, item, &live).map(|()| Outcome::Again)
        }
        Err(status) => Err(refused(status)),
    }
}

fn create(
    session: &mut Session<'_>,
    item: &Item,
    annotated: Value,
    dry: DryRun,
) -> Result<Option<Value>, Failure> {
    let object = item.with_value(annotated).object("creating")?;
    let failed = |status| Failure::of(&item.key, status).when("creating", &item.source);
    write(session, dry, Request::Create(object)).map_err(failed)
}

/// The patch that is sent, and the object with it.
fn patched(
    session: &mut Session<'_>,
    item: &Item,
    live: &Object,
) -> Result<(Value, Value), Failure> {
    let last = if let Some(text) = live.meta().annotations.get(LAST_APPLIED) {
        serde_json::from_str(text).unwrap_or(Value::Null)
    } else {
        let resource = format!("{}/{}", item.key.kind.info().plural, item.key.name);
        session.warn(&missing_annotation(&resource));
        Value::Null
    };
    merged(item, live, &last, &with_last_applied(&item.value))
}

/// The object as it would be, without the annotation that `apply` keeps (`diff`).
pub(in super::super) fn patched_silently(item: &Item, live: &Object) -> Result<Value, Failure> {
    let last = live.meta().annotations.get(LAST_APPLIED);
    let last = last.and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Value::Null);
    let mut new = item.value.clone();
    if let Some(meta) = new.get_mut("metadata").and_then(Value::as_object_mut) {
        meta.entry("annotations").or_insert_with(|| json!({}));
    }
    merged(item, live, &last, &new).map(|(_, merged)| merged)
}

fn merged(
    item: &Item,
    live: &Object,
    last: &Value,
    new: &Value,
) -> Result<(Value, Value), Failure> {
    let mut value = live.to_value();
    let patch = three_way(last, new, &value);
    apply_strategic(&mut value, &patch)
        .map_err(|words| failed_patch(item, &patch, Status::new(Reason::BadRequest, words)))?;
    Ok((patch, value))
}

/// Deletes the object; what follows makes it again.
fn again(session: &mut Session<'_>, item: &Item, live: &Object) -> Result<(), Failure> {
    let deletion = Deletion { uid: String::new(), ..Deletion::of(live) };
    let failed = |status| Failure::of(&item.key, status).when("deleting", &item.source);
    session.request(Request::Delete(deletion)).map_err(failed)?;
    let gone = [(item.key.clone(), live.meta().uid.clone())];
    session.then(Pending::Gone(Gone::new(gone, None)));
    Ok(())
}

/// The object of `--force`, made again.
#[derive(Clone, Debug)]
pub(crate) struct Recreated {
    /// What is made.
    pub item: Item,
    /// How it is shown.
    pub format: Option<Format>,
}

impl Recreated {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Result<Poll, Failure> {
        let annotated = with_last_applied(&self.item.value);
        create(session, &self.item, annotated, DryRun::No)?;
        let key = &self.item.key;
        let line = format!("{} configured", shown(key));
        announce(session, self.format.as_ref(), key, None, line);
        Ok(Poll::Done)
    }
}

/// Sends a request; the object as it would be if that is only asked.
fn write(
    session: &mut Session<'_>,
    dry: DryRun,
    request: Request,
) -> Result<Option<Value>, Status> {
    match dry {
        DryRun::No => session.request(request).map(|_| None),
        DryRun::Server => session.dry_request(request).map(|done| Some(done.object.to_value())),
        DryRun::Client => Ok(None),
    }
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
