//! Text to objects: YAML and JSON as Kubernetes reads them, with the place of everything, and
//! with everything that can be said about the text.
//!
//! [`parse`] never fails: half a text gives half its objects, and all that is wrong with it.
//! Deliberately not here: the API server's validation and admission (they need the cluster),
//! defaults, and any sentence (those are in the locales).

pub mod diagnostic;
pub mod document;
pub mod limits;
pub mod node;
pub mod refusal;
pub mod scalar;
pub mod schema;
pub mod span;
pub mod write;

mod compose;
mod copied;
mod json;
mod reader;
mod split;
mod syntax;
mod yaml_map;

mod check;
mod go_types;
mod modelled;
mod quantity;
mod rules;

use std::borrow::Cow;

use diagnostic::{Diagnostic, Finding};
use document::Document;
use limits::TEXT_MAX;
use span::{Range, TextIndex};

pub use copied::mend_all;

/// What was read out of a text.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parsed {
    /// The objects and the broken documents, in the order of the text; the items of a list
    /// stand for themselves.
    pub documents: Vec<Document>,
    /// Everything there is to say, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Parsed {
    /// The objects that Kubernetes would decode.
    pub fn objects(&self) -> impl Iterator<Item = &Document> {
        self.documents.iter().filter(|document| document.server_error().is_none())
    }
}

/// Reads a text. Never fails and never panics; what is too large is not read, and said so.
pub fn parse(text: &str) -> Parsed {
    if text.len() > TEXT_MAX {
        return too_large(text.len());
    }
    reader::read(text)
}

/// Reads the bytes of a file: UTF-8, or UTF-16 with its mark as some editors write it. What
/// is no text at all is shown with stand-ins, and reported where it begins.
pub fn from_bytes(bytes: &[u8]) -> (String, Parsed) {
    if bytes.len() > TEXT_MAX {
        return (String::from_utf8_lossy(bytes).into_owned(), too_large(bytes.len()));
    }
    if let [0xff, 0xfe, rest @ ..] = bytes {
        return wide(rest, u16::from_le_bytes);
    }
    if let [0xfe, 0xff, rest @ ..] = bytes {
        return wide(rest, u16::from_be_bytes);
    }
    let text = String::from_utf8_lossy(bytes);
    let mut parsed = parse(&text);
    if let (Cow::Owned(text), Err(error)) = (&text, std::str::from_utf8(bytes)) {
        let at = error.valid_up_to();
        let stand_in = char::REPLACEMENT_CHARACTER.len_utf8();
        let finding = Finding::error("not-utf8", Range::new(at, at + stand_in));
        let finding = finding.arg("offset", at.to_string());
        parsed.diagnostics.insert(0, reader::place(finding, &TextIndex::new(text)));
    }
    (text.into_owned(), parsed)
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> (String, Parsed) {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let chars = char::decode_utf16(units);
    let text: String = chars.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    let parsed = parse(&text);
    (text, parsed)
}

fn too_large(size: usize) -> Parsed {
    let finding = Finding::error("text-too-large", Range::default())
        .arg("size", size.to_string())
        .arg("limit", TEXT_MAX.to_string());
    let diagnostics = vec![reader::place(finding, &TextIndex::new(""))];
    Parsed { documents: Vec::new(), diagnostics }
}
