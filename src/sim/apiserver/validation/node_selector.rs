//! Selections of nodes (`pkg/apis/core/validation/validation.go` `ValidateNodeSelector`).

use crate::api::meta::LabelSelectorRequirement;
use crate::api::node::{NodeSelector, NodeSelectorTerm};
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
        validate_term(errors, term, &format!("{path}[{index}]"));
    }
}

/// Checks one term.
pub(super) fn validate_term(errors: &mut Errors, term: &NodeSelectorTerm, at: &str) {
    for (index, condition) in term.match_expressions.iter().enumerate() {
        validate_condition(errors, condition, &format!("{at}.matchExpressions[{index}]"));
    }
    for (index, condition) in term.match_fields.iter().enumerate() {
        if condition.key != "metadata.name" {
            let detail = "not a valid field selector key";
            let field = format!("{at}.matchFields[{index}].key");
            errors.push(FieldError::invalid(field, quoted(&condition.key), detail));
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
    for (index, value) in condition.values.iter().enumerate() {
        let field = format!("{path}.values[{index}]");
        named(errors, &field, value, names::label_value(value));
    }
}
