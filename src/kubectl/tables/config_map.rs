//! `kubectl get configmap` (`printConfigMap`).

use crate::api::config::ConfigMap;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::{Sight, Table, age_of, shown};

pub(super) const TABLE: Table =
    Table { kind: Kind::ConfigMap, columns: &[shown("NAME"), shown("DATA"), shown("AGE")], row };

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(map) = ConfigMap::of(object) else { return Vec::new() };
    let keys = map.data.len() + map.binary_data.len();
    vec![map.metadata.name.clone(), keys.to_string(), age_of(object, sight)]
}
