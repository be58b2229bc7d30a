//! `kubectl get namespace` (`printNamespace`).

use crate::api::config::Namespace;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::{Sight, Table, age_of, shown};

pub(super) const TABLE: Table =
    Table { kind: Kind::Namespace, columns: &[shown("NAME"), shown("STATUS"), shown("AGE")], row };

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(namespace) = Namespace::of(object) else { return Vec::new() };
    let phase = namespace.status.phase.clone();
    vec![namespace.metadata.name.clone(), phase, age_of(object, sight)]
}
