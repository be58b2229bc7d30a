//! One object of a text, with what Kubernetes would say on receiving it.

use std::rc::Rc;

use serde_json::Value;

use super::node::{self, Node};
use super::refusal::Refusal;
use super::span::{Range, Span, TextIndex};

/// An object as it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// `apiVersion`; empty if missing or no text.
    pub api_version: String,
    /// `kind`; empty if missing or no text.
    pub kind: String,
    /// `metadata.name`; empty if missing or no text.
    pub name: String,
    /// `metadata.namespace`, if it is written out.
    pub namespace: Option<String>,
    /// The object without what only the cluster sets (status, uid, …).
    pub value: Value,
    /// The object as written.
    pub full: Value,
    /// The object with the places of all its parts.
    pub node: Node,
    pub(super) refusal: Option<Refusal>,
    pub(super) index: Rc<TextIndex>,
}

impl Document {
    /// An object of its node, not yet checked.
    pub(super) fn new(node: Node, index: &Rc<TextIndex>) -> Self {
        let text = |node: Option<&Node>| node.and_then(Node::as_str).map(str::to_owned);
        let meta = node.get("metadata");
        let full = node.to_value();
        Self {
            api_version: text(node.get("apiVersion")).unwrap_or_default(),
            kind: text(node.get("kind")).unwrap_or_default(),
            name: text(meta.and_then(|meta| meta.get("name"))).unwrap_or_default(),
            namespace: text(meta.and_then(|meta| meta.get("namespace"))),
            value: full.clone(),
            full,
            node,
            refusal: None,
            index: Rc::clone(index),
        }
    }

    /// A document that could not be read.
    pub(super) fn broken(range: Range, refusal: Refusal, index: &Rc<TextIndex>) -> Self {
        let mut document = Self::new(Node { range, kind: node::Kind::Null }, index);
        document.refusal = Some(refusal);
        document
    }

    /// Why kubectl or the API server's decoding refuse the object, if they do. What the
    /// API server's validation and admission say is not looked at here.
    pub fn server_error(&self) -> Option<&Refusal> {
        self.refusal.as_ref()
    }

    /// The whole object's place.
    pub fn span(&self) -> Span {
        self.index.span(self.node.range)
    }

    /// The place of a value by its field path (`spec.containers[0].image`).
    pub fn value_span(&self, path: &str) -> Option<Span> {
        let found = node::find(&self.node, path);
        found.whole.then(|| self.index.span(found.value))
    }

    /// The place of the key of a mapping's value.
    pub fn key_span(&self, path: &str) -> Option<Span> {
        let found = node::find(&self.node, path);
        found.key.filter(|_| found.whole).map(|range| self.index.span(range))
    }

    /// The place of a value, or of the nearest thing above it that is there: what a message
    /// about a missing field points to. Of what stands above, the key is shown.
    pub fn nearest_span(&self, path: &str) -> Span {
        let found = node::find(&self.node, path);
        let range = if found.whole { found.value } else { found.key.unwrap_or(found.value) };
        self.index.span(range)
    }
}
