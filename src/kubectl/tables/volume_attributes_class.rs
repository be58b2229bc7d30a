//! `kubectl get vac` (`printVolumeAttributesClass`).

use crate::api::kind::{Kind, Object};

use super::value::text;
use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::VolumeAttributesClass, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("DRIVERNAME"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let value = object.to_value();
    let driver = text(&value, "/driverName").unwrap_or_default();
    vec![object.meta().name.clone(), driver, age_of(object, sight)]
}
