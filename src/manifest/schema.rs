//! The fields and types of the API, read once from `static/kubernetes/schema.json`
//! (the `OpenAPI` of a v1.36 API server without its descriptions).

use std::sync::OnceLock;

use serde_json::Value;

use crate::api::order;
use crate::api::sorted::{SortedMap, SortedSet};

/// Everything that is known about the API's shape.
#[derive(Debug)]
pub struct Schema {
    kinds: SortedMap<String, Kind>,
    types: SortedMap<String, Type>,
    /// Kinds of the cluster that have no schema here, as `apiVersion Kind`.
    others: SortedSet<&'static str>,
}

/// A kind and where it lives.
#[derive(Debug)]
pub struct Kind {
    /// `v1`, `apps/v1`, …
    pub api_version: String,
    /// The name of its type.
    pub type_name: String,
}

/// One type with its fields.
#[derive(Debug, Default)]
pub struct Type {
    /// Its fields by name.
    pub fields: SortedMap<String, Field>,
    /// Those that must be given.
    pub required: Vec<String>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Field {
    /// Any text.
    String,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// An amount such as `1Gi` or `500m`.
    Quantity,
    /// A port's number or name, a count or a percentage.
    IntOrString,
    /// A point in time.
    Time,
    /// Base64.
    Bytes,
    /// Anything at all.
    Any,
    /// Another type, by name.
    Object(String),
    /// A list.
    List(Box<Field>),
    /// A mapping with free keys.
    Map(Box<Field>),
    /// One of these texts.
    Enum(Vec<String>),
}

static SCHEMA: OnceLock<Schema> = OnceLock::new();

/// The schema of the API.
pub fn schema() -> &'static Schema {
    SCHEMA.get_or_init(|| {
        let text = include_str!("../../static/kubernetes/schema.json");
        Schema::read(&serde_json::from_str(text).unwrap_or_default())
    })
}

impl Schema {
    fn read(value: &Value) -> Self {
        let pairs = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let kinds = pairs(&value["kinds"]).into_iter().map(|(name, kind)| {
            let type_name = text(&kind["type"]).trim_start_matches('@').to_owned();
            (name, Kind { api_version: text(&kind["apiVersion"]), type_name })
        });
        let types = pairs(&value["types"]).into_iter().map(|(name, ty)| {
            let fields = pairs(&ty["fields"]);
            let fields = fields.iter().map(|(name, field)| (name.clone(), Field::read(field)));
            let required = ty["required"].as_array().into_iter().flatten().map(text).collect();
            (name, Type { fields: order::map(fields), required })
        });
        let others = include_str!("../../static/kubernetes/other-kinds.txt").lines();
        let others = others.filter(|line| !line.is_empty() && !line.starts_with('#'));
        Self { kinds: order::map(kinds), types: order::map(types), others: order::set(others) }
    }

    /// A kind, if it is known.
    pub fn kind(&self, name: &str) -> Option<&Kind> {
        self.kinds.get(name)
    }

    /// The kinds with their types, by name.
    pub fn kinds(&self) -> impl Iterator<Item = (&str, &Kind)> {
        self.kinds.iter().map(|(name, kind)| (name.as_str(), kind))
    }

    /// A type, if it is known.
    pub fn type_named(&self, name: &str) -> Option<&Type> {
        self.types.get(name)
    }

    /// Whether some type has a field of this name.
    pub fn has_field(&self, name: &str) -> bool {
        self.types.iter().any(|(_, held)| held.fields.contains_key(name))
    }

    /// Whether a cluster serves this kind although its fields are not known here.
    pub fn is_other(&self, api_version: &str, kind: &str) -> bool {
        self.others.contains(format!("{api_version} {kind}").as_str())
    }
}

impl Field {
    fn read(value: &Value) -> Self {
        match value {
            Value::String(name) => match name.as_str() {
                "string" => Self::String,
                "integer" => Self::Integer,
                "boolean" => Self::Boolean,
                "quantity" => Self::Quantity,
                "int-or-string" => Self::IntOrString,
                "time" => Self::Time,
                "bytes" => Self::Bytes,
                other => {
                    other.strip_prefix('@').map_or(Self::Any, |name| Self::Object(name.to_owned()))
                }
            },
            Value::Array(items) => {
                Self::List(Box::new(items.first().map_or(Self::Any, Self::read)))
            }
            Value::Object(map) => match (map.get("map"), map.get("enum")) {
                (Some(value), _) => Self::Map(Box::new(Self::read(value))),
                (_, Some(Value::Array(values))) => {
                    Self::Enum(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                }
                _ => Self::Any,
            },
            _ => Self::Any,
        }
    }
}

/// The name nearest to a misspelt one, if one is near enough to be meant.
pub fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let lower = name.to_ascii_lowercase();
    let scored = names.map(|candidate| {
        let distance = strsim::damerau_levenshtein(&lower, &candidate.to_ascii_lowercase());
        (distance, candidate)
    });
    let (distance, candidate) = scored.min()?;
    let longest = name.chars().count().max(candidate.len());
    (distance * 3 <= longest.max(3)).then_some(candidate)
}
