//! How a Kubernetes object becomes a Rust struct and comes back unchanged.
//!
//! `record!` writes a struct and its reading and writing of JSON. What the struct does not name
//! stays in `other`, so an object survives the round trip whole. The derive macros of serde do
//! the same at several times the size of the program (see ARCHITECTURE.md, *Weighed and chosen*).

use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

use serde_json::{Map, Number, Value};

/// A value that does not have the type its field asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// The way to the value, such as `spec.containers[0].name`; empty at the top.
    pub path: String,
    /// What the field asks for, such as `string`.
    pub expected: &'static str,
}

impl DecodeError {
    fn new(expected: &'static str) -> Self {
        Self { path: String::new(), expected }
    }

    fn under(mut self, step: &str) -> Self {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.path, self.expected)
    }
}

/// A type that can be read from JSON and written to it.
pub trait Json: Sized {
    /// Reads the value.
    fn from_json(value: Value) -> Result<Self, DecodeError>;
    /// Writes the value.
    fn to_json(&self) -> Value;
    /// Whether the field is left out when written (Go's `omitempty`).
    fn is_omitted(&self) -> bool {
        false
    }
}

impl Json for String {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        match value {
            Value::String(text) => Ok(text),
            _ => Err(DecodeError::new("string")),
        }
    }
    fn to_json(&self) -> Value {
        Value::String(self.clone())
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl Json for bool {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        value.as_bool().ok_or(DecodeError::new("boolean"))
    }
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
    fn is_omitted(&self) -> bool {
        !self
    }
}

impl Json for i64 {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        value.as_i64().ok_or(DecodeError::new("integer"))
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for i32 {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        let wide = value.as_i64().ok_or(DecodeError::new("integer"))?;
        Self::try_from(wide).map_err(|_| DecodeError::new("32-bit integer"))
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for Value {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        Ok(value)
    }
    fn to_json(&self) -> Value {
        self.clone()
    }
    fn is_omitted(&self) -> bool {
        self.is_null()
    }
}

impl<T: Json> Json for Option<T> {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        if value.is_null() { Ok(None) } else { T::from_json(value).map(Some) }
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::to_json)
    }
    fn is_omitted(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json> Json for Vec<T> {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        let Value::Array(items) = value else { return Err(DecodeError::new("array")) };
        let read =
            |(index, item)| T::from_json(item).map_err(|error| error.under(&format!("[{index}]")));
        items.into_iter().enumerate().map(read).collect()
    }
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(Json::to_json).collect())
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        let map = object(value)?;
        let read = |(key, item): (String, Value)| match T::from_json(item) {
            Ok(value) => Ok((key, value)),
            Err(error) => Err(error.under(&key)),
        };
        map.into_iter().map(read).collect()
    }
    fn to_json(&self) -> Value {
        Value::Object(self.iter().map(|(key, item)| (key.clone(), item.to_json())).collect())
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Json> Json for Rc<T> {
    fn from_json(value: Value) -> Result<Self, DecodeError> {
        T::from_json(value).map(Rc::new)
    }
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
    fn is_omitted(&self) -> bool {
        (**self).is_omitted()
    }
}

/// The map of a JSON object.
pub(super) fn object(value: Value) -> Result<Map<String, Value>, DecodeError> {
    match value {
        Value::Object(map) => Ok(map),
        Value::Null => Ok(Map::new()),
        _ => Err(DecodeError::new("object")),
    }
}

/// Takes one field out of a map; an absent one and a null are the type's empty value.
pub(super) fn take<T: Json + Default>(
    map: &mut Map<String, Value>,
    key: &str,
) -> Result<T, DecodeError> {
    match map.remove(key) {
        None | Some(Value::Null) => Ok(T::default()),
        Some(value) => T::from_json(value).map_err(|error| error.under(key)),
    }
}

/// Puts one field into a map unless it is empty.
pub(super) fn put<T: Json>(map: &mut Map<String, Value>, key: &str, value: &T) {
    if !value.is_omitted() {
        map.insert(key.to_owned(), value.to_json());
    }
}

/// Writes a struct whose fields are those of a Kubernetes type, with its reading and writing.
///
/// ```text
/// record! {
///     /// One mount of a volume in a container.
///     VolumeMount { name: String = "name", mount_path: String = "mountPath" }
/// }
/// ```
/// An empty field is left out when written; wrap it in `Option` where empty and absent differ.
macro_rules! record {
    ($($(#[$meta:meta])* $name:ident { $($field:ident : $ty:ty = $key:literal),* $(,)? })*) => {$(
        $(#[$meta])*
        #[allow(missing_docs, reason = "the fields are upstream's, by upstream's names")]
        #[derive(Clone, Debug, Default, PartialEq)]
        pub struct $name {
            $(pub $field: $ty,)*
            /// Valid fields that are not simulated, as they were given.
            pub other: serde_json::Map<String, serde_json::Value>,
        }
        impl $crate::api::record::Json for $name {
            fn from_json(
                value: serde_json::Value,
            ) -> Result<Self, $crate::api::record::DecodeError> {
                let mut map = $crate::api::record::object(value)?;
                Ok(Self {
                    $($field: $crate::api::record::take(&mut map, $key)?,)*
                    other: map,
                })
            }
            fn to_json(&self) -> serde_json::Value {
                let mut map = self.other.clone();
                $($crate::api::record::put(&mut map, $key, &self.$field);)*
                serde_json::Value::Object(map)
            }
            fn is_omitted(&self) -> bool {
                self.other.is_empty() $(&& $crate::api::record::Json::is_omitted(&self.$field))*
            }
        }
    )*};
}
pub(crate) use record;
