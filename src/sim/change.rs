//! One write to one object.

use crate::api::kind::Object;
use crate::api::object::{ObjectKey, Resource};

/// An object before and after a write; one of the two is missing when it was made or removed.
#[derive(Clone, Debug)]
pub struct Change {
    /// The object's key.
    pub key: ObjectKey,
    /// The object before, `None` when it was made.
    pub before: Option<Object>,
    /// The object after, `None` when it is gone.
    pub after: Option<Object>,
}

impl Change {
    /// The object after the write, or as it was when it went.
    pub fn object(&self) -> &Object {
        self.after.as_ref().or(self.before.as_ref()).expect("a change has one side at least")
    }

    /// The object as that kind, after the write or as it was when it went.
    pub fn resource<T: Resource>(&self) -> Option<&T> {
        T::of(self.object()).map(|object| &**object)
    }

    /// Both sides as that kind.
    pub fn sides<T: Resource>(&self) -> (Option<&T>, Option<&T>) {
        (
            self.before.as_ref().and_then(T::of).map(|object| &**object),
            self.after.as_ref().and_then(T::of).map(|object| &**object),
        )
    }

    /// Whether the object was made by this write.
    pub fn is_creation(&self) -> bool {
        self.before.is_none()
    }

    /// Whether the object went with this write.
    pub fn is_removal(&self) -> bool {
        self.after.is_none()
    }
}
