//! *What it checks:* every access mode is one of the four.
//! *Why it matters:* `kubectl get` prints short forms (`RWO`), and those are not what a
//! manifest takes.
//! *Example:* `accessModes: [ReadWriteSometimes]`

use super::Case;
use crate::manifest::diagnostic::Finding;
use crate::manifest::node::Node;
use crate::manifest::schema::nearest;

const MODES: [(&str, &str); 4] = [
    ("ROX", "ReadOnlyMany"),
    ("RWX", "ReadWriteMany"),
    ("RWO", "ReadWriteOnce"),
    ("RWOP", "ReadWriteOncePod"),
];

pub(super) fn access_mode_unknown(case: &Case<'_>, findings: &mut Vec<Finding>) {
    let root = &case.document.node;
    for (path, spec) in claim_specs(case.document.kind.as_str(), root) {
        for mode in spec.get("accessModes").map(Node::items).unwrap_or_default() {
            let Some(text) = mode.as_str() else { continue };
            if text.is_empty() || MODES.iter().any(|known| known.1 == text) {
                continue;
            }
            let short = MODES.iter().find(|known| known.0.eq_ignore_ascii_case(text));
            let right =
                short.map(|known| known.1).or_else(|| nearest(text, MODES.iter().map(|m| m.1)));
            let names = MODES.map(|mode| format!("\"{}\"", mode.1)).join(", ");
            let words = format!(
                "{path}.accessModes: Unsupported value: \"{text}\": supported values: {names}"
            );
            let mut finding = Finding::error("access-mode-unknown", mode.range)
                .arg("value", text)
                .arg("values", MODES.map(|mode| mode.1).join(", "))
                .server(words);
            if let Some(right) = right {
                finding = finding.edit(mode.range, right);
            }
            findings.push(finding);
        }
    }
}

/// Every place of an object that holds the spec of a claim or a volume, with its path.
pub(super) fn claim_specs<'n>(kind: &str, root: &'n Node) -> Vec<(String, &'n Node)> {
    let Some(spec) = root.get("spec") else { return Vec::new() };
    match kind {
        "PersistentVolumeClaim" | "PersistentVolume" => vec![("spec".to_owned(), spec)],
        "StatefulSet" => {
            let templates = spec.get("volumeClaimTemplates").map(Node::items).unwrap_or_default();
            let specs = templates.iter().enumerate().filter_map(|(index, template)| {
                Some((format!("spec.volumeClaimTemplates[{index}].spec"), template.get("spec")?))
            });
            specs.collect()
        }
        _ => Vec::new(),
    }
}
