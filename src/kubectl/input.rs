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

/// Reads all files of `-f`. What cannot be read is kept as an error of the session.
pub(super) fn read(session: &mut Session<'_>, arguments: &Arguments) -> Result<Vec<Item>, Failure> {
    let mut items = Vec::new();
    for path in arguments.all("filename") {
        let command = session.command;
        let (source, text) = match command.files.get(path) {
            _ if path == "-" => ("STDIN", command.stdin.as_str()),
            Some(text) => (path.as_str(), text.as_str()),
            None => {
                let text = format!("the path \"{path}\" does not exist");
                return Err(Failure::message(text));
            }
        };
        read_text(session, source, text, &mut items)?;
    }
    Ok(items)
}

fn read_text(
    session: &mut Session<'_>,
    source: &str,
    text: &str,
    items: &mut Vec<Item>,
) -> Result<(), Failure> {
    for document in crate::manifest::parse(text).documents {
        let refusal = document.server_error();
        let refused = match refusal {
            Some(Refusal::BadRequest(words)) => Some(words.clone()),
            Some(refusal) => {
                session.fail(Failure::message(refusal.message("", source)));
                if refusal.stops_file() {
                    break;
                }
                continue;
            }
            None => None,
        };
        let Some(kind) = Kind::named(&document.kind) else {
            session.fail(no_match(&document, source));
            continue;
        };
        let mut value = document.value.clone();
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
