//! *What it checks:* the claim that a Pod (or a Pod template) uses is one of the claims of
//! the same text, if the text has any.
//! *Why it matters:* a Pod that names a missing claim waits without an end; often two
//! manifests were copied whose names differ by a letter.
//! *Example:* `claimName: mongo-pvc` beside a claim called `mongodb-pvc`.

use super::{Case, listed};
use crate::manifest::diagnostic::Finding;
use crate::manifest::document::Document;
use crate::manifest::node::Node;
use crate::manifest::schema::nearest;

pub(super) fn claim_name_not_here(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let namespace = case.document.namespace.as_deref().unwrap_or("default");
    let is_claim = |other: &&Document| {
        other.kind == "PersistentVolumeClaim"
            && other.namespace.as_deref().unwrap_or("default") == namespace
    };
    let claims: Vec<&str> = case.all.iter().filter(is_claim).map(|c| c.name.as_str()).collect();
    let Some(spec) = pod_spec(case.document) else { return };
    for volume in spec.get("volumes").map(Node::items).unwrap_or_default() {
        let source = volume.get("persistentVolumeClaim");
        let Some(node) = source.and_then(|source| source.get("claimName")) else { continue };
        let Some(name) = node.as_str() else { continue };
        if claims.is_empty() || claims.contains(&name) {
            continue;
        }
        let finding = Finding::warning("claim-name-not-here", node.range).arg("name", name);
        let candidates = nearest(name, claims.iter().copied());
        // A text with one claim and one Pod leaves little doubt about what was meant.
        let meant = candidates.or(if claims.len() == 1 { claims.first().copied() } else { None });
        let finding = finding.arg("claims", listed(&claims));
        findings.push(match meant {
            Some(right) => finding.edit(node.range, right),
            None => finding,
        });
    }
}

/// The Pod's spec, or that of the template.
fn pod_spec(document: &Document) -> Option<&Node> {
    let spec = document.node.get("spec")?;
    match document.kind.as_str() {
        "Pod" => Some(spec),
        "Deployment" | "ReplicaSet" | "StatefulSet" | "DaemonSet" | "Job" => {
            spec.get("template")?.get("spec")
        }
        _ => None,
    }
}
