//! `apiVersion`, `kind` and the shape of the whole document.
//!
//! Models: kubectl `pkg/validation` `getObjectKind`, cli-runtime `mapper.go` `infoForData`.

use crate::manifest::diagnostic::Finding;
use crate::manifest::document::Document;
use crate::manifest::node::{Kind, Node};
use crate::manifest::refusal::Refusal;
use crate::manifest::schema::{nearest, schema};
use crate::manifest::span::Range;

/// Finds out whether the cluster serves what the document says it is.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    let node = &document.node;
    if !matches!(node.kind, Kind::Mapping(_)) {
        findings.push(Finding::error("not-an-object", first_line(document, node.range)));
        return Err(Refusal::Validation("invalid object to validate".to_owned()));
    }
    named(document, findings)?;
    let schema = schema();
    let (api_version, kind) = (&document.api_version, &document.kind);
    if schema.is_other(api_version, kind) {
        return Ok(());
    }
    let refusal = Refusal::NoMatch {
        kind: kind.clone(),
        api_version: api_version.clone(),
        name: document.name.clone(),
        namespace: document.namespace.clone().unwrap_or_default(),
    };
    let words = format!("no matches for kind \"{kind}\" in version \"{api_version}\"");
    let range = |key: &str| node.get(key).map_or(node.range, |node| node.range);
    match schema.kind(kind) {
        Some(known) if known.api_version == *api_version => return Ok(()),
        Some(known) => {
            let finding = Finding::error("api-version-wrong", range("apiVersion"))
                .arg("kind", kind)
                .arg("version", api_version)
                .arg("right", &known.api_version)
                .server(words);
            findings.push(finding.edit(range("apiVersion"), &known.api_version));
        }
        None => {
            let kinds = schema.kinds().map(|(name, _)| name);
            let finding = match nearest(kind, kinds) {
                Some(right) => Finding::error("kind-misspelt", range("kind"))
                    .arg("right", right)
                    .edit(range("kind"), right),
                None => Finding::error("kind-unknown", range("kind")),
            };
            findings.push(finding.arg("kind", kind).arg("version", api_version).server(words));
        }
    }
    Err(refusal)
}

/// Both names have to be there, and to be texts.
fn named(document: &Document, findings: &mut Vec<Finding>) -> Result<(), Refusal> {
    let mut words = Vec::new();
    let keys = [("apiVersion", "api-version-missing"), ("kind", "kind-missing")];
    for (key, code) in keys {
        let node = document.node.get(key).filter(|node| node.kind != Kind::Null);
        let (range, why) = match node {
            None => (first_line(document, document.node.range), format!("{key} not set")),
            Some(Node { kind: Kind::String(text), .. }) if !text.is_empty() => continue,
            Some(Node { kind: Kind::String(_), range }) => (*range, format!("{key} not set")),
            Some(node) => (node.range, format!("{key} isn't string type")),
        };
        findings.push(Finding::error(code, range).server(why.clone()));
        words.push(why);
    }
    match words.as_slice() {
        [] => Ok(()),
        [one] => Err(Refusal::Validation(one.clone())),
        several => Err(Refusal::Validation(format!("[{}]", several.join(", ")))),
    }
}

/// The part of a range that lies on its first line.
fn first_line(document: &Document, range: Range) -> Range {
    let start = range.start as usize;
    let line = document.index.line_range(document.index.line_of(start));
    Range::new(start, (range.end as usize).min(line.end as usize))
}
