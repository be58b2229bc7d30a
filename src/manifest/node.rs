//! A value that knows where it was written: what the YAML and JSON readers make, what the
//! checks walk over, and what answers "where is `spec.containers[0].image`?".

use serde_json::{Number, Value};

use crate::api::order;

use super::span::Range;

/// One value and its place in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub range: Range,
    /// What it is.
    pub kind: Kind,
}

/// What a [`Node`] holds; the types of JSON.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as Go's JSON prints it.
    Number(Number),
    /// A string.
    String(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping in the order of the text; no key twice.
    Mapping(Vec<Entry>),
}

/// One key of a mapping, with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key, as JSON has it.
    pub key: String,
    /// Where the key stands.
    pub key_range: Range,
    /// Its value.
    pub node: Node,
}

impl Node {
    /// The entry of a mapping under a key; nothing if this is no mapping or lacks the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        match &self.kind {
            Kind::Mapping(entries) => entries.iter().find(|entry| entry.key == key),
            _ => None,
        }
    }

    /// The value of a mapping under a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The text, if this is a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The items, if this is a list; nothing otherwise.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::Sequence(items) => items,
            _ => &[],
        }
    }

    /// The entries, if this is a mapping; nothing otherwise.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The same value without places.
    pub fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::String(text) => Value::String(text.clone()),
            Kind::Sequence(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Kind::Mapping(entries) => {
                let pairs = entries.iter().map(|entry| (entry.key.clone(), entry.node.to_value()));
                Value::Object(order::object(pairs))
            }
        }
    }

    /// How many values there are here, this one included, and how deep they are nested.
    pub fn measure(&self) -> (usize, usize) {
        let add = |sum: (usize, usize), node: &Self| {
            let (count, depth) = node.measure();
            (sum.0 + count, sum.1.max(depth + 1))
        };
        match &self.kind {
            Kind::Sequence(items) => items.iter().fold((1, 1), add),
            Kind::Mapping(entries) => entries.iter().map(|entry| &entry.node).fold((1, 1), add),
            _ => (1, 0),
        }
    }
}

/// What [`find`] met: the place of the value and, for a mapping's value, of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Where the value stands.
    pub value: Range,
    /// Where its key stands.
    pub key: Option<Range>,
    /// Whether the whole path was there; if not, this is the nearest value above it.
    pub whole: bool,
}

/// Follows a field path as Kubernetes writes it (`spec.containers[0].image`,
/// `metadata.labels[app.kubernetes.io/name]`) as far as it goes.
pub fn find(root: &Node, path: &str) -> Found {
    let mut node = root;
    let mut found = Found { value: root.range, key: None, whole: true };
    for step in steps(path) {
        let next = match &node.kind {
            Kind::Sequence(items) => {
                step.parse::<usize>().ok().and_then(|index| items.get(index)).map(|n| (n, None))
            }
            _ => node.entry(step).map(|entry| (&entry.node, Some(entry.key_range))),
        };
        let Some((next, key)) = next else {
            found.whole = false;
            return found;
        };
        node = next;
        found = Found { value: next.range, key, whole: true };
    }
    found
}

/// The steps of a field path: names between dots, and what stands in brackets.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = path;
    std::iter::from_fn(move || {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        if rest.is_empty() {
            return None;
        }
        let (step, after) = match rest.strip_prefix('[') {
            Some(inner) => inner.split_once(']').unwrap_or((inner, "")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        rest = after;
        Some(step)
    })
}
