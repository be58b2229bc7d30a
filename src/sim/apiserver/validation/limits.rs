//! `LimitRange`, `ResourceQuota` and `PriorityClass` (`pkg/apis/core/validation/validation.go`
//! `ValidateLimitRange`, `ValidateResourceQuota`, `pkg/apis/scheduling/validation/validation.go`).

use crate::api::config::{LimitRange, LimitRangeItem, PriorityClass, ResourceQuota};
use crate::api::order;
use crate::api::quantity::Quantity;
use crate::sim::apiserver::status::FieldError;

use super::{Errors, json, named, names, one_of, quoted};

const IMMUTABLE: &str = "field is immutable";
/// The largest value of a person's class (`HighestUserDefinablePriority`).
const HIGHEST: i32 = 1_000_000_000;
const SYSTEM: &str = "system-";
/// Names of a quota that need no slash.
const QUOTA_NAMES: [&str; 19] = [
    "configmaps",
    "cpu",
    "ephemeral-storage",
    "limits.cpu",
    "limits.ephemeral-storage",
    "limits.memory",
    "memory",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "requests.cpu",
    "requests.ephemeral-storage",
    "requests.memory",
    "requests.storage",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];
/// Those of them that count whole things.
const WHOLE: [&str; 9] = [
    "configmaps",
    "persistentvolumeclaims",
    "pods",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "services",
    "services.loadbalancers",
    "services.nodeports",
];
/// The scopes that only Pods have.
const POD_SCOPES: [&str; 6] = [
    "BestEffort",
    "CrossNamespacePodAffinity",
    "NotBestEffort",
    "NotTerminating",
    "PriorityClass",
    "Terminating",
];

/// Checks limits.
pub(super) fn validate_limit_range(errors: &mut Errors, range: &LimitRange) {
    for (index, item) in range.spec.limits.iter().enumerate() {
        let at = format!("spec.limits[{index}]");
        let kind = format!("{at}.type");
        let complaints = names::qualified_name(&item.kind);
        let standard = ["Pod", "Container", "PersistentVolumeClaim"];
        if complaints.is_empty() && !item.kind.contains('/') && !standard.contains(&&*item.kind) {
            let detail = "must be a standard limit type or fully qualified";
            errors.push(FieldError::invalid(&kind, quoted(&item.kind), detail));
        }
        named(errors, &kind, &item.kind, complaints);
        if range.spec.limits[..index].iter().any(|earlier| earlier.kind == item.kind) {
            errors.push(FieldError::duplicate(kind, &item.kind));
        }
        let usual = [("default", &item.default), ("defaultRequest", &item.default_request)];
        for (field, _) in usual.iter().filter(|(_, given)| item.kind == "Pod" && !given.is_empty())
        {
            let detail = "may not be specified when `type` is 'Pod'";
            errors.push(FieldError::forbidden(format!("{at}.{field}"), detail));
        }
        let sized = item.min.contains_key("storage") || item.max.contains_key("storage");
        if item.kind == "PersistentVolumeClaim" && !sized {
            let detail =
                "either minimum or maximum storage value is required, but neither was provided";
            errors.push(FieldError::required(format!("{at}.limits"), detail));
        }
        validate_bounds(errors, item, &at);
    }
}

/// No bound may contradict another.
fn validate_bounds(errors: &mut Errors, item: &LimitRangeItem, at: &str) {
    let lists =
        [&item.max, &item.min, &item.default, &item.default_request, &item.max_limit_request_ratio];
    let all = order::set(lists.iter().flat_map(|list| list.keys()));
    for name in &all {
        let [most, least, usual, request, ratio] = lists.map(|list| list.get(*name));
        let rules = [
            ("min", "min value", least, "max value", most, least),
            ("defaultRequest", "min value", least, "default request value", request, request),
            ("defaultRequest", "default request value", request, "max value", most, request),
            (
                "defaultRequest",
                "default request value",
                request,
                "default limit value",
                usual,
                request,
            ),
            ("default", "min value", least, "default value", usual, least),
            ("default", "default value", usual, "max value", most, most),
        ];
        for (field, one, small, other, large, shown) in rules {
            if let (Some(small), Some(large), Some(shown)) = (small, large, shown)
                && small > large
            {
                let detail = format!("{one} {small} is greater than {other} {large}");
                let field = format!("{at}.{field}[{name}]");
                errors.push(FieldError::invalid(field, quoted(shown.to_string()), &detail));
            }
        }
        if let Some(ratio) = ratio.filter(|ratio| **ratio < Quantity::count(1)) {
            let detail = format!("ratio {ratio} is less than 1");
            let field = format!("{at}.maxLimitRequestRatio[{name}]");
            errors.push(FieldError::invalid(field, quoted(ratio.to_string()), &detail));
        }
    }
}

/// Checks a quota.
pub(super) fn validate_quota(errors: &mut Errors, quota: &ResourceQuota) {
    for (name, amount) in &quota.spec.hard {
        let field = format!("spec.hard[{name}]");
        let complaints = names::qualified_name(name);
        if complaints.is_empty() && !name.contains('/') && !QUOTA_NAMES.contains(&name.as_str()) {
            if name != "storage" {
                let detail = "must be a standard resource type or fully qualified";
                errors.push(FieldError::invalid(&field, quoted(name), detail));
            }
            let detail = "must be a standard resource for quota";
            errors.push(FieldError::invalid(&field, quoted(name), detail));
        }
        named(errors, &field, name, complaints);
        let value = quoted(amount.to_string());
        if amount.sign() < 0 {
            let detail = "must be greater than or equal to 0";
            errors.push(FieldError::invalid(&field, &value, detail));
        }
        if WHOLE.contains(&name.as_str()) && amount.has_fraction() {
            errors.push(FieldError::invalid(&field, &value, "must be an integer"));
        }
    }
    validate_scopes(errors, quota);
}

fn validate_scopes(errors: &mut Errors, quota: &ResourceQuota) {
    let scopes = &quota.spec.scopes;
    let value = || json(scopes);
    let mut complain = |detail: &str| {
        errors.push(FieldError::invalid("spec.scopes", value(), detail));
    };
    for scope in scopes {
        if !POD_SCOPES.contains(&scope.as_str()) && scope != "VolumeAttributesClass" {
            complain("unsupported scope");
        }
        for name in quota.spec.hard.keys().filter(|name| QUOTA_NAMES.contains(&name.as_str())) {
            if !suits(scope, name) {
                complain("unsupported scope applied to resource");
            }
        }
    }
    let both = |one: &str, other: &str| {
        scopes.iter().any(|scope| scope == one) && scopes.iter().any(|scope| scope == other)
    };
    for (one, other) in [("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating")] {
        if both(one, other) {
            complain("conflicting scopes");
        }
    }
}

/// Models `IsResourceQuotaScopeValidForResource`.
fn suits(scope: &str, name: &str) -> bool {
    let of_pods = matches!(name, "cpu" | "memory" | "ephemeral-storage" | "pods")
        || name.starts_with("limits.")
        || name.starts_with("requests.") && name != "requests.storage";
    match scope {
        "BestEffort" => name == "pods",
        "VolumeAttributesClass" => matches!(name, "persistentvolumeclaims" | "requests.storage"),
        scope if POD_SCOPES.contains(&scope) => of_pods,
        _ => true,
    }
}

/// Checks a write over a quota.
pub(super) fn validate_quota_update(errors: &mut Errors, old: &ResourceQuota, new: &ResourceQuota) {
    validate_quota(errors, new);
    let set = |quota: &ResourceQuota| order::set(quota.spec.scopes.iter().cloned());
    if set(old) != set(new) {
        errors.push(FieldError::invalid("spec.scopes", json(&new.spec.scopes), IMMUTABLE));
    }
}

/// Checks a class of Pods.
pub(super) fn validate_priority_class(errors: &mut Errors, class: &PriorityClass) {
    let name = &class.metadata.name;
    let value = class.value.unwrap_or(0);
    if name.starts_with(SYSTEM) {
        let detail = format!(
            "priority class names with '{SYSTEM}' prefix are reserved for system use only. error: \
             {name} is not a known system priority class"
        );
        errors.push(FieldError::forbidden("metadata.name", &detail));
    } else if value > HIGHEST {
        let detail = format!("maximum allowed value of a user defined priority is {HIGHEST}");
        errors.push(FieldError::forbidden("value", &detail));
    }
    if let Some(policy) = &class.preemption_policy {
        one_of(errors, "preemptionPolicy", policy, &["PreemptLowerPriority", "Never"]);
    }
}

/// Checks a write over a class of Pods.
pub(super) fn validate_priority_class_update(
    errors: &mut Errors,
    old: &PriorityClass,
    new: &PriorityClass,
) {
    if old.value.unwrap_or(0) != new.value.unwrap_or(0) {
        errors.push(FieldError::forbidden("value", "may not be changed in an update."));
    }
    if old.preemption_policy != new.preemption_policy {
        let value = json(&new.preemption_policy);
        errors.push(FieldError::invalid("preemptionPolicy", value, IMMUTABLE));
    }
}
