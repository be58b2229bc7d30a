//! Holds an object against the packed schema: kind and version, then every field.
//!
//! Reports everything it finds, and notes the one refusal that Kubernetes would answer with.
//! What the API server's validation says beyond the schema is the simulator's business.

mod fields;
mod header;

use crate::api::order;
use crate::api::sorted::SortedSet;

use super::diagnostic::Finding;
use super::document::Document;
use super::modelled;
use super::node::{Kind, Node};
use super::refusal::Refusal;
use super::schema::schema;
use super::span::Range;
use fields::Walk;

/// Checks one object: fills in its refusal and takes the cluster's own fields out of its value.
pub(super) fn check(document: &mut Document, findings: &mut Vec<Finding>) {
    if let Err(refusal) = header::check(document, findings) {
        document.refusal = Some(refusal);
        return;
    }
    let Some(kind) = schema().kind(&document.kind) else {
        findings.push(not_simulated(document));
        return;
    };
    let simulated = modelled::is_kind_simulated(&document.kind);
    if !simulated {
        findings.push(not_simulated(document));
    }
    let mut walk = Walk::new(schema(), simulated);
    walk.root(&document.node, &kind.type_name);
    document.refusal = refusal(document, &walk);
    if !walk.aside.is_empty() {
        let keys = order::set(walk.aside.iter().map(|aside| aside.key_range));
        document.value = without(&document.node, &keys);
    }
    findings.append(&mut walk.findings);
    let loud: Vec<_> = walk.aside.iter().filter(|aside| !aside.quiet).collect();
    if let Some(first) = loud.first() {
        let paths: Vec<&str> = loud.iter().map(|aside| aside.path.as_str()).collect();
        let finding = Finding::notice("cluster-fields-set-aside", first.key_range);
        findings.push(finding.arg("fields", paths.join(", ")));
    }
}

fn not_simulated(document: &Document) -> Finding {
    let range = document.node.get("kind").map_or(document.node.range, |node| node.range);
    Finding::notice("kind-not-simulated", range).arg("kind", &document.kind)
}

/// The first answer that Kubernetes would give.
fn refusal(document: &Document, walk: &Walk<'_>) -> Option<Refusal> {
    if let Some(words) = &walk.client {
        return Some(Refusal::Decode(words.clone()));
    }
    let strict: Vec<String> =
        walk.strict.iter().map(|path| format!("unknown field \"{path}\"")).collect();
    let words = match &walk.mismatch {
        Some(words) => words.clone(),
        None if !strict.is_empty() => format!("strict decoding error: {}", strict.join(", ")),
        None => return None,
    };
    let (kind, version) = (&document.kind, &document.api_version);
    let version = version.rsplit('/').next().unwrap_or(version);
    Some(Refusal::BadRequest(format!(
        "{kind} in version \"{version}\" cannot be handled as a {kind}: {words}"
    )))
}

/// The value without the entries under these keys.
fn without(node: &Node, keys: &SortedSet<Range>) -> serde_json::Value {
    match &node.kind {
        Kind::Sequence(items) => items.iter().map(|item| without(item, keys)).collect(),
        Kind::Mapping(entries) => {
            let kept = entries.iter().filter(|entry| !keys.contains(&entry.key_range));
            order::object(kept.map(|entry| (entry.key.clone(), without(&entry.node, keys)))).into()
        }
        _ => node.to_value(),
    }
}
