//! `kubectl get secret` (`printSecret`).

use crate::api::config::Secret;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::{Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table {
    kind: Kind::Secret,
    columns: &[shown("NAME"), shown("TYPE"), shown("DATA"), shown("AGE")],
    row,
};

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(secret) = Secret::of(object) else { return Vec::new() };
    let keys = secret.data.len().to_string();
    vec![secret.metadata.name.clone(), secret.kind.clone(), keys, age_of(object, sight)]
}
