//! `kubectl edit` (`util/editor/editoptions.go`). What the editor saved comes through the
//! standard input; without it, the text to edit is what the command asks for.

use std::fmt::Write as _;

use serde_json::Value;

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::manifest::write::to_yaml;
use crate::sim::apiserver::status::Reason;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, truth, value};
use super::super::input::{self, decode};
use super::super::names::{Space, asked, keys};
use super::super::selector::Selector;
use super::super::session::{Session, shown};
use super::{FILENAME, NOTHING_NAMED, OUTPUT, RECURSIVE, VALIDATE, Verb};

pub(super) const VERB: Verb = Verb {
    name: "edit",
    flags: &[
        FILENAME,
        RECURSIVE,
        OUTPUT,
        VALIDATE,
        truth("output-patch", '\0'),
        truth("save-config", '\0'),
        truth("windows-line-endings", '\0'),
        value("field-manager", '\0'),
        value("subresource", '\0'),
    ],
    run,
};

const HEAD: &str = "# Please edit the object below. Lines beginning with a '#' will be ignored,\n\
     # and an empty file will abort the edit. If an error occurs while saving this file will be\n\
     # reopened with the relevant failures.\n#\n";

/// The name of the file that the editor opens; its number is made up.
const FILE: &str = "/tmp/kubectl-edit-2571436880.yaml";

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let keys = targets(session, arguments)?;
    let mut objects = Vec::new();
    for key in &keys {
        objects.push(session.get(key)?);
    }
    let original = text(&objects);
    let command = session.command;
    if command.stdin.is_empty() {
        session.asks = Some(original);
        return Err(Failure::message("unable to launch the editor \"vi\""));
    }
    let saved = command.stdin.as_str();
    let bare = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    };
    if bare(saved).is_empty() {
        session.complain("Edit cancelled, saved file was empty.");
        return Ok(());
    }
    if bare(saved) == bare(&original) {
        session.complain("Edit cancelled, no changes made.");
        return Ok(());
    }
    let documents = crate::manifest::parse(saved).documents;
    let edited: Vec<&Value> = documents.iter().map(|document| &document.full).collect();
    let broken = documents.iter().find_map(|document| document.server_error());
    if let Some(refusal) = broken.filter(|refusal| refusal.stops_file()) {
        let why = refusal.message("", FILE);
        return reopen(
            session,
            saved,
            &format!("# The edited file had a syntax error: {why}\n#\n"),
        );
    }
    for object in &objects {
        let done = save(session, object, &edited, saved);
        session.note(done);
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
    let space = Space::One(&session.namespace);
    Ok(keys(session, &wanted, space, &Selector::default()))
}

/// What the editor opens: one object, or a List of several.
fn text(objects: &[Object]) -> String {
    let body = match objects {
        [one] => to_yaml(&one.to_value()),
        many => {
            let items: Vec<Value> = many.iter().map(Object::to_value).collect();
            let list = serde_json::json!({
                "apiVersion": "v1", "items": items, "kind": "List", "metadata": {},
            });
            to_yaml(&list)
        }
    };
    format!("{HEAD}{body}")
}

/// Sends one object as it was saved.
fn save(
    session: &mut Session<'_>,
    object: &Object,
    edited: &[&Value],
    saved: &str,
) -> Result<(), Failure> {
    let key = object.key();
    let named = |value: &&&Value| {
        value["kind"] == key.kind.info().name && value["metadata"]["name"] == *key.name
    };
    let Some(value) = edited.iter().find(named) else {
        let text = "At least one of apiVersion, kind and name was changed";
        return Err(Failure::message(text));
    };
    let value = Value::clone(value);
    if value == object.to_value() {
        session.print(format!("{} skipped", shown(&key)));
        return Ok(());
    }
    let resource = key.kind.qualified_plural();
    let could_not = |why: &str| {
        Failure::message(format!(
            "{resource} \"{}\" could not be patched: {why}\nYou can run `kubectl replace -f \
             {FILE}` to try this update again.",
            key.name
        ))
    };
    let object = decode(key.kind, value).map_err(|words| could_not(&words))?;
    match session.request(Request::Update(object)) {
        Ok(_) => {
            session.print(format!("{} edited", shown(&key)));
            Ok(())
        }
        Err(status) if status.reason == Reason::Invalid => {
            session.complain(format!("error: {resource} \"{}\" is invalid", key.name));
            let mut head = format!("# {resource} \"{}\" was not valid:\n", key.name);
            for error in &status.errors {
                let _ = writeln!(head, "# * {}", error.to_string().replace('\n', "\n# "));
            }
            reopen(session, saved, &(head + "#\n"))
        }
        Err(status) if status.reason == Reason::NotFound => {
            session.complain(format!(
                "The edits you made on deleted resources have been saved to \"{FILE}\""
            ));
            let text = format!("{resource} \"{}\" could not be found on the server", key.name);
            Err(Failure::message(text))
        }
        Err(status) => Err(could_not(&status.message)),
    }
}

/// Opens the editor again, with what was wrong on top of what was saved.
fn reopen(session: &mut Session<'_>, saved: &str, why: &str) -> Result<(), Failure> {
    let lines = saved.lines().skip_while(|line| line.starts_with('#'));
    let rest: Vec<&str> = lines.collect();
    session.asks = Some(format!("{HEAD}{why}{}\n", rest.join("\n")));
    session.complain(format!("A copy of your changes has been stored to \"{FILE}\""));
    Err(Failure::message("Edit cancelled, no valid changes were saved."))
}
