//! Every field of an object against its type.
//!
//! Models: `sigs.k8s.io/json` decoding with strictness: the first wrong type wins, in the
//! order of sorted keys (as kubectl sends them); unknown fields are collected.

use crate::api::order;
use crate::manifest::diagnostic::Finding;
use crate::manifest::go_types;
use crate::manifest::modelled;
use crate::manifest::node::{Entry, Kind, Node};
use crate::manifest::quantity;
use crate::manifest::schema::{Field, Schema, Type, nearest};
use crate::manifest::span::Range;

/// What only the cluster writes into metadata.
const CLUSTER_META: &[&str] = &[
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// What `kubectl apply` writes into annotations.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// A field of the cluster's own that was set aside.
pub(super) struct Aside {
    pub(super) key_range: Range,
    pub(super) path: String,
    /// Whether it says nothing and is not worth a notice.
    pub(super) quiet: bool,
}

/// One walk over an object.
pub(super) struct Walk<'s> {
    schema: &'s Schema,
    simulated: bool,
    path: String,
    /// The names of the fields above, as Go counts them: without indexes and map keys.
    names: Vec<&'s str>,
    /// The types above, with the paths they stand at.
    types: Vec<(&'s Type, String)>,
    pub(super) findings: Vec<Finding>,
    pub(super) aside: Vec<Aside>,
    /// What the client says about metadata.
    pub(super) client: Option<String>,
    /// The first wrong type, in the API server's words.
    pub(super) mismatch: Option<String>,
    /// The paths of unknown fields.
    pub(super) strict: Vec<String>,
}

/// The field a value stands in.
#[derive(Clone, Copy)]
struct At<'s> {
    owner: &'s str,
    name: &'s str,
    /// Where to point when the value itself is not there to point at.
    spot: Range,
}

impl<'s> Walk<'s> {
    pub(super) fn new(schema: &'s Schema, simulated: bool) -> Self {
        Self {
            schema,
            simulated,
            path: String::new(),
            names: Vec::new(),
            types: Vec::new(),
            findings: Vec::new(),
            aside: Vec::new(),
            client: None,
            mismatch: None,
            strict: Vec::new(),
        }
    }

    /// Checks a whole object.
    pub(super) fn root(&mut self, node: &Node, type_name: &'s str) {
        let spot = node.entry("kind").map_or(node.range, |entry| entry.key_range);
        self.object(node, type_name, spot);
        let meta = node.get("metadata");
        let given = |key| meta.and_then(|meta| meta.get(key)).is_some_and(is_given);
        let readable = meta.is_none_or(|meta| matches!(meta.kind, Kind::Mapping(_) | Kind::Null));
        if readable && !given("name") && !given("generateName") {
            let spot = node.entry("metadata").map_or(spot, |entry| entry.key_range);
            let words = "metadata.name: Required value: name or generateName is required";
            self.missing("metadata", "name", spot, words.to_owned());
        }
    }

    fn object(&mut self, node: &Node, type_name: &'s str, spot: Range) {
        let Some(ty) = self.schema.type_named(type_name) else { return };
        self.types.push((ty, self.path.clone()));
        let mut entries: Vec<&Entry> = node.entries().iter().collect();
        order::sort_by(&mut entries, |a, b| a.key.cmp(&b.key));
        for entry in entries {
            let length = self.push(&entry.key);
            match ty.fields.get_key_value(entry.key.as_str()) {
                None => self.unknown(entry, ty),
                Some((name, field)) => {
                    self.names.push(name);
                    self.field(entry, field, type_name, name);
                    self.names.pop();
                }
            }
            self.path.truncate(length);
        }
        for name in &ty.required {
            if !node.get(name).is_some_and(is_given) {
                let length = self.push(name);
                let words = format!("{}: Required value", self.path);
                self.path.truncate(length);
                let parent = if length == 0 { type_name.to_owned() } else { self.path.clone() };
                self.missing(&parent, name, spot, words);
            }
        }
        self.types.pop();
    }

    fn push(&mut self, name: &str) -> usize {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(name);
        length
    }

    fn field(&mut self, entry: &Entry, field: &'s Field, owner: &'s str, name: &'s str) {
        if self.is_clusters_own(owner, name) {
            self.set_aside(entry);
            return;
        }
        let silent = !self.simulated || !is_given(&entry.node);
        if !silent && !modelled::is_field_simulated(owner, name, &entry.node) {
            let finding = Finding::notice("field-not-simulated", entry.key_range);
            self.findings.push(finding.arg("field", &self.path));
        }
        let at = At { owner, name, spot: entry.key_range };
        self.value(&entry.node, field, at);
    }

    /// Status belongs to the cluster in everything that has metadata.
    fn is_clusters_own(&self, owner: &str, name: &str) -> bool {
        match name {
            "status" => self.types.last().is_some_and(|(ty, _)| ty.fields.contains_key("metadata")),
            _ => owner == "ObjectMeta" && CLUSTER_META.contains(&name),
        }
    }

    fn set_aside(&mut self, entry: &Entry) {
        let (key_range, path) = (entry.key_range, self.path.clone());
        self.aside.push(Aside { key_range, path, quiet: is_empty(&entry.node) });
    }

    fn value(&mut self, node: &Node, field: &'s Field, at: At<'s>) {
        match (field, &node.kind) {
            (_, Kind::Null)
            | (Field::Any, _)
            | (Field::String | Field::Time | Field::IntOrString, Kind::String(_))
            | (Field::Boolean, Kind::Bool(_)) => {}
            (Field::Integer | Field::IntOrString, Kind::Number(number)) if number.is_i64() => {}
            (Field::Quantity, Kind::String(text)) => self.quantity(node, text),
            (Field::Quantity, Kind::Number(number)) => self.quantity(node, &number.to_string()),
            (Field::Quantity, Kind::Bool(value)) => self.quantity(node, &value.to_string()),
            (Field::Bytes, Kind::String(text)) => self.bytes(node, text),
            (Field::Enum(values), Kind::String(text)) => self.one_of(node, text, values),
            (Field::Object(name), Kind::Mapping(_)) => self.object(node, name, at.spot),
            (Field::List(item), Kind::Sequence(items)) => {
                for (index, node) in items.iter().enumerate() {
                    let length = self.path.len();
                    self.path = format!("{}[{index}]", self.path);
                    let spot = node.entries().first().map_or(node.range, |entry| entry.key_range);
                    self.value(node, item, At { spot, ..at });
                    self.path.truncate(length);
                }
            }
            (Field::Map(value), Kind::Mapping(entries)) => self.map(entries, value, at),
            _ => self.wrong_type(node, field, at),
        }
    }

    fn map(&mut self, entries: &[Entry], value: &'s Field, at: At<'s>) {
        let mut entries: Vec<&Entry> = entries.iter().collect();
        order::sort_by(&mut entries, |a, b| a.key.cmp(&b.key));
        for entry in entries {
            let length = self.path.len();
            self.path = format!("{}[{}]", self.path, entry.key);
            if entry.key == LAST_APPLIED && at.name == "annotations" {
                self.set_aside(entry);
            } else {
                self.value(&entry.node, value, At { spot: entry.key_range, ..at });
            }
            self.path.truncate(length);
        }
    }

    fn wrong_type(&mut self, node: &Node, field: &Field, at: At<'_>) {
        let wanted = go_types::type_name(field, at.owner, at.name);
        let given = go_types::value_name(node, field);
        let metadata = self.names.first() == Some(&"metadata");
        let owner = if metadata && self.names.len() == 1 { "metadataOnlyObject" } else { at.owner };
        let names = self.names.join(".");
        let words = format!(
            "json: cannot unmarshal {given} into Go struct field {owner}.{names} of type {wanted}"
        );
        let range = match node.kind {
            Kind::Sequence(_) | Kind::Mapping(_) => at.spot,
            _ => node.range,
        };
        let mut finding = Finding::error("field-type", range)
            .arg("field", &self.path)
            .arg("wanted", wanted.rsplit('.').next().unwrap_or_default())
            .arg("given", given)
            .server(words.clone());
        let text = matches!(field, Field::String | Field::Enum(_));
        if text && matches!(node.kind, Kind::Bool(_) | Kind::Number(_)) {
            finding = finding
                .edit(Range::new(range.start as usize, range.start as usize), "\"")
                .edit(Range::new(range.end as usize, range.end as usize), "\"");
        }
        self.findings.push(finding);
        if metadata {
            self.client.get_or_insert(words)
        } else {
            self.mismatch.get_or_insert(words)
        };
    }

    fn quantity(&mut self, node: &Node, text: &str) {
        let Some(words) = quantity::refuse(text) else { return };
        let finding = Finding::error("quantity-malformed", node.range);
        let finding = finding.arg("field", &self.path).arg("value", text).server(words);
        self.findings.push(match quantity::meant(text) {
            Some(amount) => finding.edit(node.range, amount),
            None => finding,
        });
        self.mismatch.get_or_insert_with(|| words.to_owned());
    }

    fn bytes(&mut self, node: &Node, text: &str) {
        use base64::Engine as _;
        let packed: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
        let Err(error) = base64::engine::general_purpose::STANDARD.decode(&packed) else { return };
        let at = match error {
            base64::DecodeError::InvalidByte(at, _)
            | base64::DecodeError::InvalidLastSymbol(at, _) => at,
            _ => packed.len() / 4 * 4,
        };
        let words = format!("illegal base64 data at input byte {at}");
        let finding = Finding::error("not-base64", node.range);
        self.findings.push(finding.arg("field", &self.path).server(words.clone()));
        self.mismatch.get_or_insert(words);
    }

    fn one_of(&mut self, node: &Node, text: &str, values: &[String]) {
        if text.is_empty() || values.iter().any(|value| value == text) {
            return;
        }
        let field = self.path.trim_end_matches(|c: char| "[]".contains(c) || c.is_ascii_digit());
        let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
        let words = format!(
            "{field}: Unsupported value: \"{text}\": supported values: {}",
            quoted.join(", ")
        );
        let mut finding = Finding::error("value-unknown", node.range)
            .arg("field", field)
            .arg("value", text)
            .arg("values", values.join(", ").trim_start_matches(", "))
            .server(words);
        if let Some(right) = nearest(text, values.iter().map(String::as_str)) {
            finding = finding.edit(node.range, right);
        }
        self.findings.push(finding);
    }

    fn missing(&mut self, parent: &str, name: &str, spot: Range, words: String) {
        let finding = Finding::error("field-missing", spot);
        self.findings.push(finding.arg("field", name).arg("parent", parent).server(words));
    }

    /// A field that the type does not have: misspelt, in the wrong place, or made up.
    fn unknown(&mut self, entry: &Entry, ty: &Type) {
        let key = entry.key.as_str();
        let range = entry.key_range;
        let words = format!("unknown field \"{}\"", self.path);
        let finding = if let Some(right) = nearest(key, ty.fields.keys().map(String::as_str)) {
            let finding = Finding::error("field-misspelt", range).arg("right", right);
            if ty.fields.contains_key(key) { finding } else { finding.edit(range, right) }
        } else if let Some(place) = self.place_of(key, ty) {
            Finding::error("field-misplaced", range).arg("place", place)
        } else {
            Finding::error("field-unknown", range)
        };
        self.findings.push(finding.arg("field", &self.path).server(words));
        self.strict.push(self.path.clone());
    }

    /// Where a field of this name would be right: above, or one step further in.
    fn place_of(&self, key: &str, ty: &Type) -> Option<String> {
        let above = self.types.iter().rev().skip(1).find(|(ty, _)| ty.fields.contains_key(key));
        if let Some((_, path)) = above {
            return Some(if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") });
        }
        let base = self.path.strip_suffix(key).unwrap_or_default();
        ty.fields.iter().find_map(|(name, field)| match field {
            Field::Object(inner) if name != "status" => {
                let inner = self.schema.type_named(inner)?;
                inner.fields.contains_key(key).then(|| format!("{base}{name}.{key}"))
            }
            _ => None,
        })
    }
}

/// Whether a value counts as given: Go takes nothing and an empty text for absent.
fn is_given(node: &Node) -> bool {
    !matches!(&node.kind, Kind::Null) && node.as_str() != Some("")
}

fn is_empty(node: &Node) -> bool {
    match &node.kind {
        Kind::Null => true,
        Kind::Mapping(entries) => entries.iter().all(|entry| is_empty(&entry.node)),
        _ => false,
    }
}
