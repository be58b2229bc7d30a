//! Nodes (`pkg/apis/core/validation/validation.go` `ValidateNode`, `validateNodeTaints`).

use serde_json::json;

use crate::api::node::{Node, Taint};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, one_of, quoted, required};

/// Checks the taints. Upstream's path to them really begins with `metadata`.
pub(super) fn validate(errors: &mut Errors, node: &Node) {
    let taints = &node.spec.taints;
    for (index, taint) in taints.iter().enumerate() {
        let at = format!("metadata.taints[{index}]");
        named(errors, &format!("{at}.key"), &taint.key, names::qualified_name(&taint.key));
        let complaints = names::label_value(&taint.value).join(";");
        if !complaints.is_empty() {
            let field = format!("{at}.value");
            errors.push(FieldError::invalid(field, quoted(&taint.value), &complaints));
        }
        let effect = format!("{at}.effect");
        if required(errors, &effect, &taint.effect) {
            let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            one_of(errors, effect, &taint.effect, &effects);
        }
        let is_same = |other: &Taint| other.key == taint.key && other.effect == taint.effect;
        if taints[..index].iter().any(is_same) {
            let value = json!(&taint.value);
            let text = format!(
                "Duplicate value: {{\"Key\":{},\"Value\":{value},\"Effect\":{},\"TimeAdded\":null}}: \
                 taints must be unique by key and effect pair",
                json!(&taint.key),
                json!(&taint.effect)
            );
            errors.push(FieldError::new(at, text));
        }
    }
}
