//! Objects of any kind: their keys, and the way from and to JSON.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

use serde_json::Value;

use super::kind::{Kind, Object};
use super::meta::{ObjectMeta, ObjectReference, OwnerReference};

/// A struct that stands for one kind.
pub trait Resource: Clone + Into<Object> + 'static {
    /// The kind.
    const KIND: Kind;
    /// The struct, when the object is of this kind.
    fn of(object: &Object) -> Option<&Rc<Self>>;
    /// Its metadata.
    fn meta(&self) -> &ObjectMeta;
    /// Its metadata, for changing it.
    fn meta_mut(&mut self) -> &mut ObjectMeta;
    /// The key under which the cluster keeps it.
    fn key(&self) -> ObjectKey {
        ObjectKey::new(Self::KIND, &self.meta().namespace, &self.meta().name)
    }
}

/// Kind, namespace (empty for the cluster's own) and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectKey {
    /// The kind.
    pub kind: Kind,
    /// The namespace, empty for objects of the cluster.
    pub namespace: Rc<str>,
    /// The name.
    pub name: Rc<str>,
}

impl ObjectKey {
    /// A key; the namespace of a kind of the cluster is dropped.
    pub fn new(kind: Kind, namespace: &str, name: &str) -> Self {
        let namespace = if kind.is_namespaced() { namespace } else { "" };
        Self { kind, namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for ObjectKey {
    /// `Pod default/web-0`, `PersistentVolume pv-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let slash = if self.namespace.is_empty() { "" } else { "/" };
        write!(f, "{} {}{slash}{}", self.kind.info().name, self.namespace, self.name)
    }
}

/// A key whose parts are borrowed, so that looking something up allocates nothing.
pub trait KeyParts {
    /// Kind, namespace, name.
    fn parts(&self) -> (Kind, &str, &str);
}

impl KeyParts for ObjectKey {
    fn parts(&self) -> (Kind, &str, &str) {
        (self.kind, &self.namespace, &self.name)
    }
}

impl KeyParts for (Kind, &str, &str) {
    fn parts(&self) -> (Kind, &str, &str) {
        *self
    }
}

impl PartialEq for dyn KeyParts + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.parts() == other.parts()
    }
}

impl Eq for dyn KeyParts + '_ {}

impl PartialOrd for dyn KeyParts + '_ {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for dyn KeyParts + '_ {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl PartialOrd for ObjectKey {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ObjectKey {
    fn cmp(&self, other: &Self) -> Ordering {
        self.parts().cmp(&other.parts())
    }
}

impl<'a> Borrow<dyn KeyParts + 'a> for ObjectKey {
    fn borrow(&self) -> &(dyn KeyParts + 'a) {
        self
    }
}

impl Object {
    /// The key under which the cluster keeps it.
    pub fn key(&self) -> ObjectKey {
        ObjectKey::new(self.kind(), &self.meta().namespace, &self.meta().name)
    }

    /// The object as JSON, `apiVersion` and `kind` included.
    pub fn to_value(&self) -> Value {
        let info = self.kind().info();
        let mut value = self.body();
        if let Value::Object(map) = &mut value {
            map.insert("apiVersion".to_owned(), info.api_version.into());
            map.insert("kind".to_owned(), info.name.into());
        }
        value
    }

    /// A reference for an event or a claim.
    pub fn reference(&self) -> ObjectReference {
        let (info, meta) = (self.kind().info(), self.meta());
        ObjectReference {
            api_version: info.api_version.to_owned(),
            kind: info.name.to_owned(),
            namespace: meta.namespace.clone(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            resource_version: meta.resource_version.clone(),
            ..ObjectReference::default()
        }
    }

    /// The reference with which this object controls another (`metav1.NewControllerRef`).
    pub fn controller_reference(&self) -> OwnerReference {
        let (info, meta) = (self.kind().info(), self.meta());
        OwnerReference {
            api_version: info.api_version.to_owned(),
            kind: info.name.to_owned(),
            name: meta.name.clone(),
            uid: meta.uid.clone(),
            controller: Some(true),
            block_owner_deletion: Some(true),
            ..OwnerReference::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_survives_the_round_trip_whole() {
        let text = r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","labels":{"x":"y"}},
            "spec":{"containers":[{"name":"c","image":"i","stdin":true}],"volumes":[
            {"name":"v","emptyDir":{}},{"name":"w","iscsi":{"lun":1}}],"dnsConfig":{}}}"#;
        let value: Value = serde_json::from_str(text).expect("JSON");
        let object = Object::decode(Kind::Pod, value.clone()).expect("a Pod");
        assert_eq!(object.to_value(), value);
        assert_eq!(object.key().to_string(), "Pod a");
    }

    #[test]
    fn a_wrong_type_is_named_by_its_path() {
        let value = serde_json::json!({"spec": {"containers": [{"name": 5}]}});
        let error = Object::decode(Kind::Pod, value).expect_err("a number is no name");
        assert_eq!(error.to_string(), "spec.containers[0].name: expected string");
    }
}
