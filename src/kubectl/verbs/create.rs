//! `kubectl create` (`pkg/cmd/create`).

use base64::Engine as _;
use serde_json::{Map, Value, json};

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::order;
use crate::sim::engine::Request;

use super::super::failure::Failure;
use super::super::flags::{Arguments, Flag, truth, value};
use super::super::input::{self, Item, decode};
use super::super::output;
use super::super::session::{NEXT_OBJECT_MS, Session, shown};
use super::apply::{DRY_RUN, DryRun, with_last_applied};
use super::{FILENAME, OUTPUT, Verb};

pub(super) const VERB: Verb = Verb { name: "create", flags: FLAGS, run };

const FLAGS: &[Flag] = &[
    FILENAME,
    OUTPUT,
    DRY_RUN,
    truth("save-config", '\0'),
    truth("edit", '\0'),
    value("validate", '\0'),
    value("from-literal", '\0'),
    value("from-file", '\0'),
    value("type", '\0'),
    value("image", '\0'),
    value("replicas", 'r'),
    value("port", '\0'),
];

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    if !arguments.all("filename").is_empty() {
        return from_files(session, arguments);
    }
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    let data = || literals(session, arguments);
    let (what, key, body) = match words.as_slice() {
        [] => return Err(Failure::message("must specify one of -f and -k")),
        ["namespace" | "ns", name] => ("", key(session, Kind::Namespace, name), json!({})),
        ["configmap" | "cm", name] => {
            let data = data()?;
            ("configmap: ", key(session, Kind::ConfigMap, name), json!({"data": data}))
        }
        ["secret", "generic", name] => {
            let encode = |(key, value): (String, Value)| {
                let bytes = value.as_str().unwrap_or_default().as_bytes();
                let text = base64::engine::general_purpose::STANDARD.encode(bytes);
                (key, Value::String(text))
            };
            let data = order::object(data()?.into_iter().map(encode));
            let mut body = json!({"data": data});
            if let (Some(kind), Some(map)) = (arguments.get("type"), body.as_object_mut()) {
                map.insert("type".to_owned(), kind.into());
            }
            ("secret ", key(session, Kind::Secret, name), body)
        }
        ["deployment" | "deploy", name] => {
            let key = key(session, Kind::Deployment, name);
            ("deployment: ", key, deployment(arguments, name)?)
        }
        ["configmap" | "cm" | "namespace" | "ns" | "deployment" | "deploy", names @ ..] => {
            let command = match words[0] {
                "cm" => "configmap",
                "ns" => "namespace",
                "deploy" => "deployment",
                other => other,
            };
            let text = format!(
                "exactly one NAME is required, got {}\nSee 'kubectl create {command} -h' for help \
                 and examples",
                names.len()
            );
            return Err(Failure::message(text));
        }
        other => {
            let text = format!(
                "Unexpected args: [{}]\nSee 'kubectl create -h' for help and examples",
                other.join(" ")
            );
            return Err(Failure::message(text));
        }
    };
    generate(session, arguments, what, &key, body)
}

fn key(session: &Session<'_>, kind: Kind, name: &str) -> ObjectKey {
    ObjectKey::new(kind, &session.namespace, name)
}

fn from_files(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (dry, format) = (DryRun::of(arguments)?, output::format(arguments, false)?);
    let items = input::read(session, arguments)?;
    if items.is_empty() && session.failures.is_empty() {
        return Err(Failure::message("no objects passed to create"));
    }
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            session.pass(NEXT_OBJECT_MS);
        }
        match create(session, item, dry, arguments.is_set("save-config")) {
            Ok(key) => {
                let line = format!("{} created{}", shown(&key), dry.suffix());
                let would_be = (dry != DryRun::No).then_some(&item.value);
                output::announce(session, format.as_ref(), &key, would_be, line);
            }
            Err(failure) => session.fail(failure),
        }
    }
    Ok(())
}

fn create(
    session: &mut Session<'_>,
    item: &Item,
    dry: DryRun,
    save_config: bool,
) -> Result<ObjectKey, Failure> {
    let annotated = save_config.then(|| item.with_value(with_last_applied(&item.value)));
    let object = annotated.as_ref().unwrap_or(item).object("creating")?;
    let failed = |status| Failure::of(&item.key, status).when("creating", &item.source);
    let request = Request::Create(object);
    match dry {
        DryRun::No => session.request(request).map(|done| done.object.key()).map_err(failed),
        DryRun::Server => {
            session.dry_request(request).map(|done| done.object.key()).map_err(failed)
        }
        DryRun::Client => Ok(item.key.clone()),
    }
}

/// Makes an object that the command itself has put together.
fn generate(
    session: &mut Session<'_>,
    arguments: &Arguments,
    what: &str,
    key: &ObjectKey,
    mut body: Value,
) -> Result<(), Failure> {
    let dry = DryRun::of(arguments)?;
    let info = key.kind.info();
    if let Some(map) = body.as_object_mut() {
        let meta = map.entry("metadata").or_insert_with(|| json!({}));
        if let Some(meta) = meta.as_object_mut() {
            meta.insert("name".to_owned(), (*key.name).into());
            if !key.namespace.is_empty() && (dry == DryRun::No || session.namespace_given) {
                meta.insert("namespace".to_owned(), (*key.namespace).into());
            }
        }
        map.insert("apiVersion".to_owned(), info.api_version.into());
        map.insert("kind".to_owned(), info.name.into());
    }
    let format = output::format(arguments, false)?;
    if let (DryRun::Client, Some(format)) = (dry, &format) {
        output::announce(session, Some(format), key, Some(&body), String::new());
        return Ok(());
    }
    if let Some(meta) = body.get_mut("metadata").and_then(Value::as_object_mut)
        && !key.namespace.is_empty()
    {
        meta.insert("namespace".to_owned(), (*key.namespace).into());
    }
    let object = decode(key.kind, body).map_err(Failure::message)?;
    let answer = match dry {
        DryRun::No => session.request(Request::Create(object)).map(drop),
        DryRun::Server => session.dry_request(Request::Create(object)).map(drop),
        DryRun::Client => Ok(()),
    };
    match answer {
        Ok(()) => {
            let line = format!("{} created{}", shown(key), dry.suffix());
            output::announce(session, format.as_ref(), key, None, line);
        }
        Err(status) if what.is_empty() => return Err(Failure::of(key, status)),
        Err(status) => {
            let text = format!("failed to create {what}{}", status.message);
            return Err(Failure::message(text));
        }
    }
    Ok(())
}

/// The data of `--from-literal` and `--from-file`.
fn literals(session: &Session<'_>, arguments: &Arguments) -> Result<Map<String, Value>, Failure> {
    let mut pairs = Vec::new();
    for source in arguments.all("from-literal") {
        let Some((key, value)) = source.split_once('=') else {
            let text = format!("invalid literal source {source}, expected key=value");
            return Err(Failure::message(text));
        };
        pairs.push((key.to_owned(), value.to_owned()));
    }
    for source in arguments.all("from-file") {
        let base = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let (key, path) = match source.split_once('=') {
            Some((key, path)) => (key.to_owned(), path),
            None => (base(source), source.as_str()),
        };
        let Some(text) = session.command.files.get(path) else {
            let text = format!("error reading {path}: no such file or directory");
            return Err(Failure::message(text));
        };
        pairs.push((key, text.clone()));
    }
    let mut data = Map::new();
    for (key, value) in pairs {
        if data.contains_key(&key) {
            let text = format!("cannot add key \"{key}\", another key by that name already exists");
            return Err(Failure::message(text));
        }
        data.insert(key, value.into());
    }
    Ok(data)
}

fn deployment(arguments: &Arguments, name: &str) -> Result<Value, Failure> {
    let Some(image) = arguments.get("image") else {
        return Err(Failure::message("required flag(s) \"image\" not set"));
    };
    let replicas = arguments.number("create deployment", "replicas")?.unwrap_or(1);
    let base = image.rsplit('/').next().unwrap_or(image);
    let base = base.split([':', '@']).next().unwrap_or(base);
    let mut container = json!({"name": base, "image": image, "resources": {}});
    if let Some(map) = container.as_object_mut() {
        if let Some(command) = &arguments.after {
            map.insert("command".to_owned(), json!(command));
        }
        if let Some(port) = arguments.number("create deployment", "port")? {
            map.insert("ports".to_owned(), json!([{"containerPort": port}]));
        }
    }
    let labels = json!({"app": name});
    Ok(json!({
        "metadata": {"labels": labels},
        "spec": {
            "replicas": replicas, "selector": {"matchLabels": labels}, "strategy": {},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
        "status": {},
    }))
}
