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

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: expected {}", self.path, self.expected)
    }
}

/// Reads values one after the other and keeps the first error. A value of a wrong type reads as
/// the empty value of its field, so that reading a struct never has to stop half-way: that is
/// what keeps the code of some hundred structs small.
#[derive(Debug, Default)]
pub struct Reader {
    path: String,
    error: Option<DecodeError>,
}

impl Reader {
    /// Reads a whole value.
    pub fn read<T: Json>(value: Value) -> Result<T, DecodeError> {
        let mut reader = Self::default();
        let read = T::from_json(value, &mut reader);
        reader.error.map_or(Ok(read), Err)
    }

    /// Notes that the present value has a wrong type.
    pub fn fail<T: Default>(&mut self, expected: &'static str) -> T {
        if self.error.is_none() {
            self.error = Some(DecodeError { path: self.path.clone(), expected });
        }
        T::default()
    }

    /// Reads what lies one field deeper.
    fn field<T: Json>(&mut self, key: &str, value: Value) -> T {
        let length = self.enter(key);
        let read = T::from_json(value, self);
        self.path.truncate(length);
        read
    }

    fn enter(&mut self, key: &str) -> usize {
        let length = self.path.len();
        if length > 0 && !key.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(key);
        length
    }
}

/// A type that can be read from JSON and written to it.
pub trait Json: Sized + Default {
    /// Reads the value; a wrong type is noted in the reader.
    fn from_json(value: Value, reader: &mut Reader) -> Self;
    /// Writes the value.
    fn to_json(&self) -> Value;
    /// Whether the field is left out when written (Go's `omitempty`).
    fn is_omitted(&self) -> bool {
        false
    }
}

impl Json for String {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        match value {
            Value::String(text) => text,
            _ => reader.fail("string"),
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
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        value.as_bool().unwrap_or_else(|| reader.fail("boolean"))
    }
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
    fn is_omitted(&self) -> bool {
        !self
    }
}

impl Json for i64 {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        value.as_i64().unwrap_or_else(|| reader.fail("integer"))
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for i32 {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        let narrow = value.as_i64().and_then(|wide| Self::try_from(wide).ok());
        narrow.unwrap_or_else(|| reader.fail("32-bit integer"))
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for Value {
    fn from_json(value: Value, _: &mut Reader) -> Self {
        value
    }
    fn to_json(&self) -> Value {
        self.clone()
    }
    fn is_omitted(&self) -> bool {
        self.is_null()
    }
}

impl<T: Json> Json for Option<T> {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        if value.is_null() { None } else { Some(T::from_json(value, reader)) }
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::to_json)
    }
    fn is_omitted(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json> Json for Vec<T> {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        let Value::Array(items) = value else { return reader.fail("array") };
        let mut read = Self::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            read.push(reader.field(&format!("[{index}]"), item));
        }
        read
    }
    fn to_json(&self) -> Value {
        Value::Array(self.iter().map(Json::to_json).collect())
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Json> Json for BTreeMap<String, T> {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        let mut read = Self::new();
        for (key, item) in object(value, reader) {
            let item = reader.field(&key, item);
            read.insert(key, item);
        }
        read
    }
    fn to_json(&self) -> Value {
        let mut map = Map::new();
        for (key, item) in self {
            map.insert(key.clone(), item.to_json());
        }
        Value::Object(map)
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Json> Json for Rc<T> {
    fn from_json(value: Value, reader: &mut Reader) -> Self {
        Rc::new(T::from_json(value, reader))
    }
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
    fn is_omitted(&self) -> bool {
        (**self).is_omitted()
    }
}

/// The map of a JSON object.
pub(super) fn object(value: Value, reader: &mut Reader) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        Value::Null => Map::new(),
        _ => reader.fail("object"),
    }
}

/// Takes one field out of a map; an absent one and a null are the type's empty value.
#[inline(never)]
pub(super) fn take<T: Json>(map: &mut Map<String, Value>, key: &str, reader: &mut Reader) -> T {
    match map.remove(key) {
        None | Some(Value::Null) => T::default(),
        Some(value) => reader.field(key, value),
    }
}

/// Puts one field into a map unless it is empty.
#[inline(never)]
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
                reader: &mut $crate::api::record::Reader,
            ) -> Self {
                let mut map = $crate::api::record::object(value, reader);
                Self {
                    $($field: $crate::api::record::take(&mut map, $key, reader),)*
                    other: map,
                }
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
