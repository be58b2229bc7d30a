//! `kubectl set env` (`set_env.go`, `env/env_parse.go`).

use base64::Engine as _;
use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;

use super::super::super::failure::Failure;
use super::super::super::flags::{Arguments, truth, value};
use super::super::super::names::Type;
use super::super::super::session::Session;
use super::super::Verb;
use super::{Change, change_template, containers, flags, member, split, targets, template_path};

pub(super) const VERB: Verb = Verb {
    name: "env",
    flags: flags![
        value("containers", 'c'),
        value("from", '\0'),
        value("prefix", '\0'),
        value("env", 'e'),
        value("keys", '\0'),
        truth("list", '\0'),
        truth("resolve", '\0'),
        truth("overwrite", '\0'),
    ],
    run,
};

const WORDS: Change =
    Change { done: "env updated", refused: "failed to patch env update to pod template: " };

/// A variable that is set, or one that is removed.
enum Update {
    Set(Value),
    Remove(String),
}

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let is_change = |word: &str| {
        word.contains('=') || (word.ends_with('-') && word.len() > 1 && !word.contains('/'))
    };
    let (resources, words) = split(&arguments.words, "environment", is_change)?;
    let list = arguments.is_set("list");
    if list && arguments.get("output").is_some() {
        return Err(Failure::message("--list and --output may not be specified together"));
    }
    if arguments.get("keys").is_some() && arguments.get("from").is_none() {
        let text = "when specifying --keys, a configmap or secret must be provided with --from";
        return Err(Failure::message(text));
    }
    let mut updates = Vec::new();
    for word in arguments.all("env").iter().map(String::as_str).chain(words) {
        updates.push(match (word.split_once('='), word.strip_suffix('-')) {
            (Some((name, text)), _) => Update::Set(json!({"name": name, "value": text})),
            (None, Some(name)) => Update::Remove(name.to_owned()),
            (None, None) => {
                let text = format!("environment variables must be of the form key=value: {word}");
                return Err(Failure::message(text));
            }
        });
    }
    if let Some(from) = arguments.get("from") {
        let taken = from_object(session, arguments, from)?;
        updates.extend(taken.into_iter().map(Update::Set));
    }
    let keys = targets(session, arguments, resources)?;
    if updates.is_empty() && !list {
        return Err(Failure::message("at least one environment variable must be provided"));
    }
    let pattern = arguments.get("containers").unwrap_or("*");
    let keeps = !arguments.truth_or("overwrite", true);
    for key in keys {
        let done = if list {
            show(session, arguments, &key, pattern)
        } else {
            change_template(session, arguments, &key, &WORDS, |spec| {
                for container in containers(spec, &["containers", "initContainers"], pattern) {
                    change(container, &updates, keeps)?;
                }
                Ok(())
            })
        };
        session.note(done);
    }
    Ok(())
}

fn change(container: &mut Value, updates: &[Update], keeps: bool) -> Result<(), Failure> {
    let Some(Value::Array(held)) = member(container, "env", json!([])) else { return Ok(()) };
    for update in updates {
        match update {
            Update::Remove(name) => held.retain(|one| one["name"] != name.as_str()),
            Update::Set(variable) => {
                match held.iter_mut().find(|one| one["name"] == variable["name"]) {
                    Some(old) if keeps && old != variable => {
                        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                        return Err(Failure::message(format!(
                            "'{}' already has a value ({}), and --overwrite is false",
                            text(&old["name"]),
                            text(&old["value"])
                        )));
                    }
                    Some(old) => *old = variable.clone(),
                    None => held.push(variable.clone()),
                }
            }
        }
    }
    if held.is_empty()
        && let Some(map) = container.as_object_mut()
    {
        map.remove("env");
    }
    Ok(())
}

/// One variable for each key of a `ConfigMap` or a Secret.
fn from_object(
    session: &Session<'_>,
    arguments: &Arguments,
    from: &str,
) -> Result<Vec<Value>, Failure> {
    let Some((kind, name)) = from.split_once('/') else {
        let text = "resource(s) were provided, but no name was specified";
        return Err(Failure::message(text));
    };
    let Type::Kind(kind) = Type::named(kind)? else {
        return Err(Failure::message("unsupported resource specified in --from"));
    };
    let reference = match kind {
        Kind::ConfigMap => "configMapKeyRef",
        Kind::Secret => "secretKeyRef",
        _ => return Err(Failure::message("unsupported resource specified in --from")),
    };
    let object = session.get(&ObjectKey::new(kind, &session.namespace, name))?.to_value();
    let wanted: Option<Vec<&str>> = arguments.get("keys").map(|list| list.split(',').collect());
    let prefix = arguments.get("prefix").unwrap_or_default();
    let keys = object["data"].as_object().into_iter().flatten().map(|(key, _)| key);
    let keys = keys.filter(|key| wanted.as_ref().is_none_or(|list| list.contains(&key.as_str())));
    let variable = |key: &String| {
        let upper: String = key
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' })
            .collect();
        json!({
            "name": format!("{prefix}{upper}"),
            "valueFrom": {reference: {"key": key, "name": name}},
        })
    };
    Ok(keys.map(variable).collect())
}

/// `--list`.
fn show(
    session: &mut Session<'_>,
    arguments: &Arguments,
    key: &ObjectKey,
    pattern: &str,
) -> Result<(), Failure> {
    let mut value = session.get(key)?.to_value();
    let spec = template_path(key.kind).and_then(|path| value.pointer_mut(path));
    let Some(spec) = spec else { return Ok(()) };
    let mut lines = Vec::new();
    for container in containers(spec, &["containers", "initContainers"], pattern) {
        let name = container["name"].as_str().unwrap_or_default();
        // The resource, not the kind: `# deployments web, container c`.
        lines.push(format!("# {} {}, container {name}", key.kind.info().name, key.name));
        for variable in container["env"].as_array().into_iter().flatten() {
            let name = variable["name"].as_str().unwrap_or_default();
            let source = variable.get("valueFrom");
            lines.push(match source {
                None => format!("{name}={}", variable["value"].as_str().unwrap_or_default()),
                Some(source) => match resolved(session, arguments, source) {
                    Some(text) => format!("{name}={text}"),
                    None => format!("# {name} from {}", reference(source)),
                },
            });
        }
    }
    for line in lines {
        session.print(line);
    }
    Ok(())
}

/// What a reference leads to, if that is asked.
fn resolved(session: &Session<'_>, arguments: &Arguments, source: &Value) -> Option<String> {
    if !arguments.is_set("resolve") {
        return None;
    }
    let (kind, reference) = match (source.get("configMapKeyRef"), source.get("secretKeyRef")) {
        (Some(reference), _) => (Kind::ConfigMap, reference),
        (_, Some(reference)) => (Kind::Secret, reference),
        _ => return None,
    };
    let key = ObjectKey::new(kind, &session.namespace, reference["name"].as_str()?);
    let object = session.cluster().object(&key)?.to_value();
    let text = object["data"].get(reference["key"].as_str()?)?.as_str()?.to_owned();
    if kind == Kind::ConfigMap {
        return Some(text);
    }
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Where a variable's value comes from (`GetEnvVarRefString`).
fn reference(source: &Value) -> String {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    for (field, what) in [("configMapKeyRef", "configmap"), ("secretKeyRef", "secret")] {
        if let Some(one) = source.get(field) {
            return format!("{what} {}, key {}", text(one, "name"), text(one, "key"));
        }
    }
    if let Some(one) = source.get("fieldRef") {
        return format!("field path {}", text(one, "fieldPath"));
    }
    match source.get("resourceFieldRef") {
        Some(one) => {
            let container = match text(one, "containerName").as_str() {
                "" => String::new(),
                name => format!("{name}/"),
            };
            format!("resource field {container}{}", text(one, "resource"))
        }
        None => "invalid valueFrom".to_owned(),
    }
}
