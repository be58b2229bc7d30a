//! Where a Pod may go (`pkg/apis/core/validation/validation.go` `validateAffinity`,
//! `ValidateTolerations`, `validateTopologySpreadConstraints`, `validateSchedulingGates`).

use serde_json::Value;

use crate::api::pod::{Affinity, PodSpec, Toleration};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, named, names, node_selector, one_of, quoted};

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";
const WEIGHT: &str = "must be in the range 1-100";

/// Checks affinities.
pub(super) fn validate_affinity(errors: &mut Errors, affinity: &Affinity, path: &str) {
    if let Some(nodes) = &affinity.node_affinity {
        let path = format!("{path}.nodeAffinity");
        if let Some(required) = &nodes.required {
            node_selector::validate(errors, required, &format!("{path}.{REQUIRED}"));
        }
        for (index, term) in nodes.preferred.iter().enumerate() {
            let at = format!("{path}.{PREFERRED}[{index}]");
            weight(errors, i64::from(term.weight), &at);
            node_selector::validate_term(errors, &term.preference, &format!("{at}.preference"));
        }
    }
    let pods =
        [("podAffinity", &affinity.pod_affinity), ("podAntiAffinity", &affinity.pod_anti_affinity)];
    for (field, rules) in pods {
        let Some(rules) = rules else { continue };
        for (index, term) in list(rules, REQUIRED).iter().enumerate() {
            pod_term(errors, term, &format!("{path}.{field}.{REQUIRED}[{index}]"));
        }
        for (index, term) in list(rules, PREFERRED).iter().enumerate() {
            let at = format!("{path}.{field}.{PREFERRED}[{index}]");
            weight(errors, term.get("weight").and_then(Value::as_i64).unwrap_or(0), &at);
            let inner = term.get("podAffinityTerm").unwrap_or(&Value::Null);
            pod_term(errors, inner, &format!("{at}.podAffinityTerm"));
        }
    }
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value.get(field).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or("")
}

fn weight(errors: &mut Errors, weight: i64, at: &str) {
    if !(1..=100).contains(&weight) {
        errors.push(FieldError::invalid(format!("{at}.weight"), weight, WEIGHT));
    }
}

fn pod_term(errors: &mut Errors, term: &Value, at: &str) {
    let field = format!("{at}.topologyKey");
    let key = text(term, "topologyKey");
    if key.is_empty() {
        errors.push(FieldError::required(&field, "can not be empty"));
    }
    named(errors, &field, key, names::qualified_name(key));
}

/// Checks what a Pod puts up with.
pub(super) fn validate_tolerations(errors: &mut Errors, list: &[Toleration], path: &str) {
    for (index, toleration) in list.iter().enumerate() {
        validate_toleration(errors, toleration, &format!("{path}[{index}]"));
    }
}

fn validate_toleration(errors: &mut Errors, toleration: &Toleration, at: &str) {
    let operator = format!("{at}.operator");
    if !toleration.key.is_empty() {
        let complaints = names::qualified_name(&toleration.key);
        named(errors, &format!("{at}.key"), &toleration.key, complaints);
    } else if toleration.operator != "Exists" {
        let detail = "operator must be Exists when `key` is empty, which means \"match all values \
                      and all keys\"";
        errors.push(FieldError::invalid(&operator, quoted(&toleration.operator), detail));
    }
    if toleration.toleration_seconds.is_some() && toleration.effect != "NoExecute" {
        let detail = "effect must be 'NoExecute' when `tolerationSeconds` is set";
        let field = format!("{at}.effect");
        errors.push(FieldError::invalid(field, quoted(&toleration.effect), detail));
    }
    match toleration.operator.as_str() {
        "Exists" if !toleration.value.is_empty() => {
            let detail = "value must be empty when `operator` is 'Exists'";
            errors.push(FieldError::invalid(operator, quoted(&toleration.value), detail));
        }
        "Exists" => {}
        "" | "Equal" => {
            let complaints = names::label_value(&toleration.value).join(";");
            if !complaints.is_empty() {
                errors.push(FieldError::invalid(operator, quoted(&toleration.value), &complaints));
            }
        }
        "Lt" | "Gt" => {
            let supported = ["Equal", "Exists", "Lt", "Gt"];
            errors.push(FieldError::not_supported(operator, &toleration.operator, &supported));
        }
        other => {
            errors.push(FieldError::not_supported(operator, other, &["Equal", "Exists"]));
        }
    }
    if !toleration.effect.is_empty() {
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
        one_of(errors, format!("{at}.effect"), &toleration.effect, &effects);
    }
}

/// Checks gates and how Pods spread; both are kept as they were given.
pub(super) fn validate_gates_and_spread(errors: &mut Errors, spec: &PodSpec, path: &str) {
    let given =
        |field: &str| spec.other.get(field).and_then(Value::as_array).map_or(&[][..], |l| l);
    for (index, gate) in given("readinessGates").iter().enumerate() {
        let kind = text(gate, "conditionType");
        let field = format!("{path}.readinessGates[{index}].conditionType");
        named(errors, &field, kind, names::qualified_name(kind));
    }
    let gates = given("schedulingGates");
    for (index, gate) in gates.iter().enumerate() {
        let field = format!("{path}.schedulingGates[{index}]");
        let name = text(gate, "name");
        named(errors, &field, name, names::qualified_name(name));
        if gates[..index].contains(gate) {
            errors.push(FieldError::duplicate(field, name));
        }
    }
    let constraints = given("topologySpreadConstraints");
    for (index, constraint) in constraints.iter().enumerate() {
        let at = format!("{path}.topologySpreadConstraints[{index}]");
        let skew = constraint.get("maxSkew").and_then(Value::as_i64).unwrap_or(0);
        if skew <= 0 {
            let detail = "must be greater than zero";
            errors.push(FieldError::invalid(format!("{at}.maxSkew"), skew, detail));
        }
        let kind = |of: &Value| {
            (text(of, "topologyKey").to_owned(), text(of, "whenUnsatisfiable").to_owned())
        };
        let (key, action) = kind(constraint);
        if key.is_empty() {
            errors.push(FieldError::required(format!("{at}.topologyKey"), "can not be empty"));
        }
        let actions = ["DoNotSchedule", "ScheduleAnyway"];
        one_of(errors, format!("{at}.whenUnsatisfiable"), &action, &actions);
        if constraints[index + 1..].iter().any(|later| kind(later) == (key.clone(), action.clone()))
        {
            let field = format!("{at}.{{topologyKey, whenUnsatisfiable}}");
            errors.push(FieldError::duplicate(field, &format!("{{{key}, {action}}}")));
        }
    }
}
