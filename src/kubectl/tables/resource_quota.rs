//! `kubectl get resourcequota` (`printResourceQuota`).

use crate::api::config::ResourceQuota;
use crate::api::kind::{Kind, Object};
use crate::api::object::Resource as _;

use super::{Column, Sight, Table, age_of, shown};

pub(super) const TABLE: Table = Table { kind: Kind::ResourceQuota, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[shown("NAME"), shown("REQUEST"), shown("LIMIT"), shown("AGE")];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(quota) = ResourceQuota::of(object) else { return Vec::new() };
    let (mut requests, mut limits) = (Vec::new(), Vec::new());
    for (name, hard) in &quota.status.hard {
        let used = quota.status.used.get(name).copied().unwrap_or_default();
        let text = format!("{name}: {used}/{hard}");
        if name.starts_with("limits.") { limits.push(text) } else { requests.push(text) }
    }
    let name = quota.metadata.name.clone();
    vec![name, requests.join(", "), limits.join(", "), age_of(object, sight)]
}
