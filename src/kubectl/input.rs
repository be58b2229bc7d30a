//! Objects of files and of the standard input (`cli-runtime/pkg/resource/visitor.go`).

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::manifest::document::Document;
use crate::manifest::refusal::Refusal;
use crate::sim::apiserver::status::{Reason, Status};

use super::failure::Failure;
use super::flags::Arguments;
use super::session::Session;

/// One object of a file.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// Which object it is; the name is empty when `generateName` stands for it.
    pub key: ObjectKey,
    /// The object with its namespace.
    pub value: Value,
    /// The file as errors name it.
    pub source: String,
    refused: Option<String>,
}

impl Item {
    /// The object, as the API server reads it while `doing` something with it.
    pub(super) fn object(&self, doing: &str) -> Result<Object, Failure> {
        if let Some(words) = &self.refused {
            return Err(self.bad_request(words.clone()).when(doing, &self.source));
        }
        decode(self.key.kind, self.value.clone())
            .map_err(|words| self.bad_request(words).when(doing, &self.source))
    }

    /// The same object of the same file, written otherwise.
    pub(super) fn with_value(&self, value: Value) -> Self {
        Self { value, ..self.clone() }
    }

    /// Why the API server cannot read the object, if it cannot.
    pub(super) fn refused(&self) -> Option<&str> {
        self.refused.as_deref()
    }

    fn bad_request(&self, words: String) -> Failure {
        Failure::of(&self.key, Status::new(Reason::BadRequest, words))
    }
}

/// Whether files are named.
pub(super) fn has_files(arguments: &Arguments) -> bool {
    ["filename", "kustomize"].iter().any(|flag| !arguments.all(flag).is_empty())
}

/// The object, or the words of the refusal to read it.
pub(super) fn decode(kind: Kind, value: Value) -> Result<Object, String> {
    Object::decode(kind, value).map_err(|error| {
        let info = kind.info();
        let version = info.api_version.rsplit('/').next().unwrap_or_default();
        let name = info.name;
        format!("{name} in version \"{version}\" cannot be handled as a {name}: {error}")
    })
}

/// What is done with fields that there are not (`--validate`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Validation {
    Strict,
    Warn,
    Ignore,
}

impl Validation {
    fn of(arguments: &Arguments) -> Result<Self, Failure> {
        match arguments.get("validate").unwrap_or("strict") {
            "strict" | "true" => Ok(Self::Strict),
            "warn" => Ok(Self::Warn),
            "ignore" | "false" => Ok(Self::Ignore),
            other => Err(Failure::message(format!(
                "invalid - validate option \"{other}\"; must be one of: strict (or true), warn, \
                 ignore (or false)"
            ))),
        }
    }
}

/// Endings of the files that are read in a folder.
const ENDINGS: [&str; 3] = [".json", ".yaml", ".yml"];

/// Reads all files of `-f`. What cannot be read is kept as an error of the session.
pub(super) fn read(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<Item>, Failure> {
    let validation = Validation::of(arguments)?;
    if arguments.get("kustomize").is_some() {
        return Err(if arguments.all("filename").is_empty() {
            Failure::not_simulated("--kustomize")
        } else {
            Failure::message("only one of -f or -k can be specified")
        });
    }
    let mut sources: Vec<(String, &str)> = Vec::new();
    let command = session.command;
    for path in arguments.all("filename").iter().flat_map(|list| list.split(',')) {
        match command.files.get(path) {
            _ if path == "-" => sources.push(("STDIN".to_owned(), command.stdin.as_str())),
            _ if path.starts_with("http://") || path.starts_with("https://") => {
                return Err(Failure::not_simulated(path));
            }
            Some(text) => sources.push((path.to_owned(), text.as_str())),
            None => folder(command, path, arguments.is_set("recursive"), &mut sources)?,
        }
    }
    let mut items = Vec::new();
    for (source, text) in sources {
        read_text(session, &source, text, validation, &mut items)?;
    }
    Ok(items)
}

/// Adds the manifests of a folder.
fn folder<'a>(
    command: &'a super::line::CommandLine,
    path: &str,
    recursive: bool,
    sources: &mut Vec<(String, &'a str)>,
) -> Result<(), Failure> {
    let base = format!("{}/", path.trim_end_matches('/'));
    let inside: Vec<_> = command.files.iter().filter(|(name, _)| name.starts_with(&base)).collect();
    if inside.is_empty() {
        return Err(Failure::message(format!("the path \"{path}\" does not exist")));
    }
    let before = sources.len();
    for (name, text) in inside {
        let below = name[base.len()..].contains('/');
        if ENDINGS.iter().any(|ending| name.ends_with(ending)) && (recursive || !below) {
            sources.push((name.clone(), text.as_str()));
        }
    }
    if sources.len() == before {
        let endings = ENDINGS.join(" ");
        let text = format!("error reading [{path}]: recognized file extensions are [{endings}]");
        return Err(Failure::message(text));
    }
    Ok(())
}

/// Fields that there are not, by the words of the refusal.
fn unknown_fields(words: &str) -> Vec<&str> {
    let Some((_, list)) = words.split_once("strict decoding error: ") else { return Vec::new() };
    list.split(", ").filter_map(|one| one.strip_prefix("unknown field ")).collect()
}

/// Removes what stands at a path such as `spec.containers[0].image`.
fn remove(value: &mut Value, path: &str) {
    let (head, rest) = path.split_once('.').map_or((path, None), |(head, rest)| (head, Some(rest)));
    let (name, index) = match head.split_once('[') {
        Some((name, index)) => (name, index.trim_end_matches(']').parse::<usize>().ok()),
        None => (head, None),
    };
    match (rest, index) {
        (None, None) => {
            if let Some(map) = value.as_object_mut() {
                map.remove(name);
            }
        }
        (Some(rest), index) => {
            let below = value.get_mut(name);
            let below = match index {
                Some(index) => below.and_then(|list| list.get_mut(index)),
                None => below,
            };
            if let Some(below) = below {
                remove(below, rest);
            }
        }
        (None, Some(_)) => {}
    }
}

fn read_text(
    session: &mut Session<'_>,
    source: &str,
    text: &str,
    validation: Validation,
    items: &mut Vec<Item>,
) -> Result<(), Failure> {
    for document in crate::manifest::parse(text).documents {
        let mut value = document.value.clone();
        let mut refused = None;
        match document.server_error() {
            Some(Refusal::BadRequest(words)) => {
                let fields = unknown_fields(words);
                if validation == Validation::Strict || fields.is_empty() {
                    refused = Some(words.clone());
                } else {
                    for field in fields {
                        if validation == Validation::Warn {
                            session.warn(&format!("unknown field {field}"));
                        }
                        remove(&mut value, field.trim_matches('"'));
                    }
                }
            }
            Some(refusal) => {
                session.fail(Failure::message(refusal.message("", source)));
                if refusal.stops_file() {
                    break;
                }
                continue;
            }
            None => {}
        }
        let Some(kind) = Kind::named(&document.kind) else {
            session.fail(no_match(&document, source));
            continue;
        };
        let namespace = document.namespace.clone().unwrap_or_else(|| session.namespace.clone());
        if kind.is_namespaced() {
            if session.namespace_given && namespace != session.namespace {
                let own = &session.namespace;
                return Err(Failure::message(format!(
                    "the namespace from the provided object \"{namespace}\" does not match the \
                     namespace \"{own}\". You must pass '--namespace={namespace}' to perform \
                     this operation."
                )));
            }
            if let Some(meta) = value.get_mut("metadata").and_then(Value::as_object_mut) {
                meta.insert("namespace".to_owned(), namespace.clone().into());
            }
        }
        let key = ObjectKey::new(kind, &namespace, &document.name);
        items.push(Item { key, value, source: source.to_owned(), refused });
    }
    Ok(())
}

/// The answer for a kind that this cluster does not serve.
fn no_match(document: &Document, source: &str) -> Failure {
    let refusal = Refusal::NoMatch {
        kind: document.kind.clone(),
        api_version: document.api_version.clone(),
        name: document.name.clone(),
        namespace: document.namespace.clone().unwrap_or_default(),
    };
    Failure::message(refusal.message("", source))
}
