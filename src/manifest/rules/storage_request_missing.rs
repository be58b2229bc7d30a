//! *What it checks:* a claim asks for an amount of storage.
//! *Why it matters:* Kubernetes says `spec.resources[storage]: Required value`, which is no
//! path that one could write; the field is `spec.resources.requests.storage`.
//! *Example:* a claim with `accessModes` alone.

use super::Case;
use super::access_mode_unknown::claim_specs;
use crate::manifest::diagnostic::Finding;

pub(super) fn storage_request_missing(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.document.kind == "PersistentVolume" {
        return;
    }
    let root = &case.document.node;
    for (path, spec) in claim_specs(case.document.kind.as_str(), root) {
        let resources = spec.entry("resources");
        let requests = resources.and_then(|entry| entry.node.entry("requests"));
        if requests.is_some_and(|entry| entry.node.get("storage").is_some()) {
            continue;
        }
        let above = requests.or(resources).or(spec.entries().first());
        let range = above.map_or(spec.range, |entry| entry.key_range);
        let words = format!("{path}.resources[storage]: Required value");
        let path = format!("{path}.resources.requests.storage");
        let finding = Finding::error("storage-request-missing", range);
        findings.push(finding.arg("path", path).server(words));
    }
}
