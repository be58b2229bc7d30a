//! How a Kubernetes object becomes a Rust struct and comes back unchanged.
//!
//! `record!` writes a struct and its reading and writing of JSON. What the struct does not name
//! stays in `other`, so an object survives the round trip whole. The derive macros of serde do
//! the same at several times the size of the program (see ARCHITECTURE.md, *Weighed and chosen*).

use std::fmt;
use std::rc::Rc;

use serde_json::{Map, Number, Value};

use super::sorted::SortedMap;

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

/// Reads values one after the other and keeps the first error. A value of a wrong type leaves
/// its field empty, so that reading a struct never has to stop half-way: that is what keeps the
/// code of some hundred structs small.
#[derive(Debug, Default)]
pub struct Reader {
    path: String,
    error: Option<DecodeError>,
}

impl Reader {
    /// Reads a whole value.
    pub fn read<T: Json + Default>(value: Value) -> Result<T, DecodeError> {
        let mut read = T::default();
        Self::fill(&mut read, value).map(|()| read)
    }

    /// Reads a whole value that is going to be shared.
    pub fn read_shared<T: Json + Default>(value: Value) -> Result<Rc<T>, DecodeError> {
        let mut read = Rc::<T>::default();
        Self::fill(&mut read, value).map(|()| read)
    }

    fn fill(empty: &mut dyn Json, value: Value) -> Result<(), DecodeError> {
        let mut reader = Self::default();
        empty.read(value, &mut reader);
        reader.error.map_or(Ok(()), Err)
    }

    /// Notes that the present value has a wrong type.
    pub fn fail(&mut self, expected: &'static str) {
        if self.error.is_none() {
            self.error = Some(DecodeError { path: self.path.clone(), expected });
        }
    }

    /// What was read, or the empty value and a note.
    pub fn expect<T: Default>(&mut self, read: Option<T>, expected: &'static str) -> T {
        read.unwrap_or_else(|| {
            self.fail(expected);
            T::default()
        })
    }

    /// Reads what lies one field deeper.
    fn field(&mut self, key: &str, value: Value, field: &mut dyn Json) {
        let length = self.path.len();
        if length > 0 && !key.starts_with('[') {
            self.path.push('.');
        }
        self.path.push_str(key);
        field.read(value, self);
        self.path.truncate(length);
    }

    /// Reads the items of a list.
    fn items(&mut self, values: Vec<Value>, items: &mut dyn Iterator<Item = &mut dyn Json>) {
        for (index, (value, item)) in values.into_iter().zip(items).enumerate() {
            self.field(&format!("[{index}]"), value, item);
        }
    }

    fn object(&mut self, value: Value) -> Map<String, Value> {
        match value {
            Value::Object(map) => map,
            Value::Null => Map::new(),
            _ => {
                self.fail("object");
                Map::new()
            }
        }
    }

    fn array(&mut self, value: Value) -> Vec<Value> {
        if let Value::Array(items) = value {
            return items;
        }
        self.fail("array");
        Vec::new()
    }
}

/// A type that can be read from JSON and written to it. Structs hand their fields on as trait
/// objects: the code for one field is written once, not once for every type of field.
pub trait Json {
    /// Reads the value into an empty one of the type; a wrong type is noted in the reader.
    fn read(&mut self, value: Value, reader: &mut Reader);
    /// Writes the value.
    fn to_json(&self) -> Value;
    /// Whether the field is left out when written (Go's `omitempty`).
    fn is_omitted(&self) -> bool {
        false
    }
}

impl Json for String {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        match value {
            Value::String(text) => *self = text,
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
    fn read(&mut self, value: Value, reader: &mut Reader) {
        *self = reader.expect(value.as_bool(), "boolean");
    }
    fn to_json(&self) -> Value {
        Value::Bool(*self)
    }
    fn is_omitted(&self) -> bool {
        !self
    }
}

impl Json for i64 {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        *self = reader.expect(value.as_i64(), "integer");
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for i32 {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        let narrow = value.as_i64().and_then(|wide| Self::try_from(wide).ok());
        *self = reader.expect(narrow, "32-bit integer");
    }
    fn to_json(&self) -> Value {
        Value::Number(Number::from(*self))
    }
    fn is_omitted(&self) -> bool {
        *self == 0
    }
}

impl Json for Value {
    fn read(&mut self, value: Value, _: &mut Reader) {
        *self = value;
    }
    fn to_json(&self) -> Value {
        self.clone()
    }
    fn is_omitted(&self) -> bool {
        self.is_null()
    }
}

impl<T: Json + Default> Json for Option<T> {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        if !value.is_null() {
            self.get_or_insert_default().read(value, reader);
        }
    }
    fn to_json(&self) -> Value {
        self.as_ref().map_or(Value::Null, Json::to_json)
    }
    fn is_omitted(&self) -> bool {
        self.is_none()
    }
}

impl<T: Json + Default> Json for Vec<T> {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        let values = reader.array(value);
        self.resize_with(values.len(), T::default);
        reader.items(values, &mut self.iter_mut().map(|item| item as &mut dyn Json));
    }
    fn to_json(&self) -> Value {
        array(&mut self.iter().map(|item| item as &dyn Json))
    }
    fn is_omitted(&self) -> bool {
        self.is_empty()
    }
}

impl<T: Json + Default> Json for SortedMap<String, T> {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        for (key, value) in reader.object(value) {
            let mut item = T::default();
            reader.field(&key, value, &mut item);
            self.insert(key, item);
        }
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

impl<T: Json + Default> Json for Rc<T> {
    fn read(&mut self, value: Value, reader: &mut Reader) {
        *self = Self::default();
        if let Some(own) = Self::get_mut(self) {
            own.read(value, reader);
        }
    }
    fn to_json(&self) -> Value {
        (**self).to_json()
    }
    fn is_omitted(&self) -> bool {
        (**self).is_omitted()
    }
}

fn array(items: &mut dyn Iterator<Item = &dyn Json>) -> Value {
    Value::Array(items.map(Json::to_json).collect())
}

/// The fields of a JSON object while they are taken out of it.
pub(super) struct Fields<'a> {
    map: Map<String, Value>,
    reader: &'a mut Reader,
}

impl<'a> Fields<'a> {
    pub(super) fn of(value: Value, reader: &'a mut Reader) -> Self {
        Self { map: reader.object(value), reader }
    }

    /// Takes one field; an absent one and a null are the type's empty value.
    pub(super) fn take(&mut self, key: &str, field: &mut dyn Json) {
        if let Some(value) = self.map.remove(key).filter(|value| !value.is_null()) {
            self.reader.field(key, value, field);
        }
    }

    /// The fields that nobody took.
    pub(super) fn rest(self) -> Map<String, Value> {
        self.map
    }
}

/// Puts one field into a map unless it is empty.
pub(super) fn put(map: &mut Map<String, Value>, key: &str, field: &dyn Json) {
    if !field.is_omitted() {
        map.insert(key.to_owned(), field.to_json());
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
            fn read(
                &mut self,
                value: serde_json::Value,
                reader: &mut $crate::api::record::Reader,
            ) {
                let mut fields = $crate::api::record::Fields::of(value, reader);
                $(fields.take($key, &mut self.$field);)*
                self.other = fields.rest();
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
