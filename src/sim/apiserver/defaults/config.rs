//! Defaults of limits (`pkg/apis/core/v1/defaults.go` `SetDefaults_LimitRangeItem`).

use crate::api::config::LimitRangeItem;

/// A container's usual limit is the largest, its usual request the usual limit or the smallest.
pub(super) fn set_limit_defaults(item: &mut LimitRangeItem) {
    if item.kind != "Container" {
        return;
    }
    for (name, most) in &item.max {
        item.default.entry(name.clone()).or_insert(*most);
    }
    for (name, amount) in item.default.iter().chain(&item.min) {
        item.default_request.entry(name.clone()).or_insert(*amount);
    }
}
