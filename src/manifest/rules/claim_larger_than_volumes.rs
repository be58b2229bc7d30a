//! *What it checks:* of the volumes of the same text that a claim could take by their class,
//! one is large enough.
//! *Why it matters:* the claim stays Pending, and the event only says that no volume was
//! found.
//! *Example:* a claim for `5Gi` beside a volume of `1Gi`, both of class `""`.

use super::Case;
use crate::api::quantity::Quantity;
use crate::manifest::diagnostic::Finding;
use crate::manifest::document::Document;
use crate::manifest::node::{Kind, Node};

pub(super) fn claim_larger_than_volumes(case: &Case<'_>, findings: &mut Vec<Finding>) {
    if case.document.kind != "PersistentVolumeClaim" {
        return;
    }
    let Some(class) = class(case.document) else { return };
    let spec = case.document.node.get("spec");
    let requests = spec.and_then(|spec| spec.get("resources")?.get("requests")?.get("storage"));
    let Some((node, wanted)) = requests.and_then(|node| Some((node, amount(node)?))) else {
        return;
    };
    let sizes = case.all.iter().filter(|other| other.kind == "PersistentVolume");
    let sizes = sizes.filter(|volume| self::class(volume).unwrap_or_default() == class);
    let sizes: Vec<(Quantity, String)> = sizes
        .filter_map(|volume| {
            let node = volume.node.get("spec")?.get("capacity")?.get("storage")?;
            Some((amount(node)?, text(node)))
        })
        .collect();
    // A class of its own may make a volume of the right size.
    let provisioned = !class.is_empty()
        && case.all.iter().any(|other| other.kind == "StorageClass" && other.name == class);
    let largest = sizes.iter().max_by_key(|(size, _)| *size);
    let Some((_, largest)) = largest.filter(|(size, _)| *size < wanted) else { return };
    if provisioned {
        return;
    }
    let finding = Finding::warning("claim-larger-than-volumes", node.range);
    findings.push(finding.arg("wanted", text(node)).arg("largest", largest));
}

/// The class that is written out; nothing if that is left to the cluster.
fn class(document: &Document) -> Option<&str> {
    document.node.get("spec")?.get("storageClassName")?.as_str()
}

fn text(node: &Node) -> String {
    match &node.kind {
        Kind::String(text) => text.clone(),
        _ => node.to_value().to_string(),
    }
}

fn amount(node: &Node) -> Option<Quantity> {
    Quantity::parse(&text(node))
}
