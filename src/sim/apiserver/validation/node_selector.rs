//! Selections of nodes (`pkg/apis/core/validation/validation.go` `ValidateNodeSelector`).

use crate::api::meta::LabelSelectorRequirement;
use crate::api::node::NodeSelector;
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, quoted};

/// Checks the terms of a selection.
pub(super) fn validate(errors: &mut Errors, selector: &NodeSelector, path: &str) {
    let path = format!("{path}.nodeSelectorTerms");
    if selector.node_selector_terms.is_empty() {
        let detail = "must have at least one node selector term";
        errors.push(FieldError::required(path, detail));
        return;
    }
    for (index, term) in selector.node_selector_terms.iter().enumerate() {
        for (at, condition) in term.match_expressions.iter().enumerate() {
            let path = format!("{path}[{index}].matchExpressions[{at}]");
            validate_condition(errors, condition, &path);
        }
        for (at, condition) in term.match_fields.iter().enumerate() {
            let path = format!("{path}[{index}].matchFields[{at}]");
            if condition.key != "metadata.name" {
                let detail = "not a valid field selector key";
                let field = format!("{path}.key");
                errors.push(FieldError::invalid(field, quoted(&condition.key), detail));
            }
        }
    }
}

fn validate_condition(errors: &mut Errors, condition: &LabelSelectorRequirement, path: &str) {
    let values = format!("{path}.values");
    match condition.operator.as_str() {
        "In" | "NotIn" if condition.values.is_empty() => {
            let detail = "must be specified when `operator` is 'In' or 'NotIn'";
            errors.push(FieldError::required(values, detail));
        }
        "Exists" | "DoesNotExist" if !condition.values.is_empty() => {
            let detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
            errors.push(FieldError::forbidden(values, detail));
        }
        "Gt" | "Lt" if condition.values.len() != 1 => {
            let detail = "must be specified single value when `operator` is 'Lt' or 'Gt'";
            errors.push(FieldError::required(values, detail));
        }
        "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" => {}
        other => {
            let detail = "not a valid selector operator";
            errors.push(FieldError::invalid(format!("{path}.operator"), quoted(other), detail));
        }
    }
    let complaints = names::qualified_name(&condition.key);
    named(errors, &format!("{path}.key"), &condition.key, complaints);
}
