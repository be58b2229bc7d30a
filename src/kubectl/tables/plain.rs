//! Kinds without a table of their own.

use crate::api::kind::{Kind, Object};

use super::{Sight, Table, age_of, shown};

pub(super) const TABLE: Table =
    Table { kind: Kind::ServiceAccount, columns: &[shown("NAME"), shown("AGE")], row };

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    vec![object.meta().name.clone(), age_of(object, sight)]
}
