//! *What it checks:* an amount of storage is not a bare small number.
//! *Why it matters:* without a unit Kubernetes counts bytes, so that `10` is ten bytes.
//! *Example:* `storage: 10`

use super::Case;
use super::access_mode_unknown::claim_specs;
use crate::manifest::diagnostic::Finding;
use crate::manifest::node::{Kind, Node};

/// Below this many bytes nobody means bytes.
const BYTES_MIN: u64 = 1024 * 1024;

pub(super) fn storage_without_unit(case: &Case<'_>, findings: &mut Vec<Finding>) {
    for (_, spec) in claim_specs(case.document.kind.as_str(), &case.document.node) {
        let requested = spec.get("resources").and_then(|node| node.get("requests"));
        for amounts in [requested, spec.get("capacity")].into_iter().flatten() {
            let Some(node) = amounts.get("storage") else { continue };
            let Some(bytes) = bare_number(node) else { continue };
            if bytes < BYTES_MIN {
                let finding = Finding::warning("storage-without-unit", node.range);
                let finding = finding.arg("value", bytes.to_string());
                findings.push(finding.edit(node.range, format!("{bytes}Gi")));
            }
        }
    }
}

fn bare_number(node: &Node) -> Option<u64> {
    match &node.kind {
        Kind::Number(number) => number.as_u64(),
        Kind::String(text) => text.parse().ok(),
        _ => None,
    }
}
