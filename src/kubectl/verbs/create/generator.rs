//! What all commands that put an object together have in common.

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::sim::engine::Request;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, Flag, truth, value};
use super::super::super::input::decode;
use super::super::super::output;
use super::super::super::session::{Session, shown};
use super::super::apply::{DryRun, with_last_applied};

/// Flags that they all have, in front of their own.
macro_rules! flags {
    ($($own:expr),* $(,)?) => {
        &[
            $crate::kubectl::verbs::OUTPUT,
            $crate::kubectl::verbs::apply::DRY_RUN,
            $crate::kubectl::verbs::TEMPLATE,
            $crate::kubectl::verbs::VALIDATE,
            $crate::kubectl::flags::truth("save-config", '\0'),
            $crate::kubectl::flags::truth("show-managed-fields", '\0'),
            $crate::kubectl::flags::truth("allow-missing-template-keys", '\0'),
            $crate::kubectl::flags::value("field-manager", '\0'),
            $($own,)*
        ]
    };
}
pub(super) use flags;

/// An object that kubectl put together.
pub(in super::super) struct Generated<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: &'a str,
    /// Its fields without name and namespace.
    pub body: Value,
    /// What kubectl prints of it beside that before it is sent: Go's empty structs.
    pub blank: Value,
    /// What stands in front of a refusal, such as `failed to create configmap: `; nothing leaves
    /// the refusal as the API server words it.
    pub refusal: &'static str,
}

/// The only word of the command: the object's name.
pub(super) fn name<'a>(
    session: &Session<'_>,
    arguments: &'a Arguments,
) -> Result<&'a str, Failure> {
    match arguments.words.as_slice() {
        [name] => Ok(name),
        names => {
            let text = format!("exactly one NAME is required, got {}", names.len());
            Err(Failure::usage(&session.path, text))
        }
    }
}

/// A flag that must be given.
pub(in super::super) fn required<'a>(
    arguments: &'a Arguments,
    long: &str,
) -> Result<&'a str, Failure> {
    arguments.get(long).ok_or_else(|| required_flags(&[long]))
}

/// The refusal of a command without flags that it needs (`cobra`).
pub(in super::super) fn required_flags(missing: &[&str]) -> Failure {
    let list: Vec<String> = missing.iter().map(|long| format!("\"{long}\"")).collect();
    Failure::message(format!("required flag(s) {} not set", list.join(", ")))
}

/// The values of a flag that takes lists (`StringSlice`).
pub(super) fn list(arguments: &Arguments, long: &str) -> Vec<String> {
    let all = arguments.all(long).iter();
    all.flat_map(|value| value.split(','))
        .filter(|one| !one.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Puts `members` into an object.
pub(in super::super) fn merged(mut body: Value, members: &Value) -> Value {
    if let (Value::Object(map), Value::Object(more)) = (&mut body, members) {
        for (key, value) in more {
            match map.get_mut(key) {
                Some(held) if held.is_object() => *held = merged(held.take(), value),
                Some(_) => {}
                None => drop(map.insert(key.clone(), value.clone())),
            }
        }
    }
    body
}

/// Makes the object and tells so.
pub(in super::super) fn generate(
    session: &mut Session<'_>,
    arguments: &Arguments,
    made: Generated<'_>,
) -> Result<(), Failure> {
    generate_as(session, arguments, made, "created")
}

/// The same, told with another word.
pub(in super::super) fn generate_as(
    session: &mut Session<'_>,
    arguments: &Arguments,
    made: Generated<'_>,
    done: &str,
) -> Result<(), Failure> {
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    let Generated { kind, name, body, blank, refusal } = made;
    let key = ObjectKey::new(kind, &session.namespace, name);
    let info = kind.info();
    let mut meta = json!({"name": name});
    if kind.is_namespaced() && session.namespace_given {
        meta["namespace"] = session.namespace.clone().into();
    }
    let head = json!({"apiVersion": info.api_version, "kind": info.name, "metadata": meta});
    let mut body = merged(body, &head);
    if arguments.is_set("save-config") {
        body = with_last_applied(&body);
    }
    let line = format!("{} {done}{}", shown(&key), dry.suffix());
    if dry == DryRun::Client {
        let whole = merged(body, &blank);
        output::announce(session, format.as_ref(), &key, Some(&whole), line);
        return Ok(());
    }
    if kind.is_namespaced() {
        body["metadata"]["namespace"] = session.namespace.clone().into();
    }
    let object = decode(kind, body).map_err(Failure::message)?;
    let request = Request::Create(object);
    let answer = match dry {
        DryRun::Server => session.dry_request(request).map(|done| Some(done.object.to_value())),
        _ => session.request(request).map(|_| None),
    };
    match answer {
        Ok(would_be) => {
            output::announce(session, format.as_ref(), &key, would_be.as_ref(), line);
            Ok(())
        }
        Err(status) if refusal.is_empty() => Err(Failure::of(&key, status)),
        Err(status) => Err(Failure::message(format!("{refusal}{}", status.message))),
    }
}

/// Flags beside those of all generators.
pub(super) const APPEND_HASH: Flag = truth("append-hash", '\0');

/// `--from-file`.
pub(super) const FROM_FILE: Flag = value("from-file", '\0');
