//! Stateful sets (`pkg/apis/apps/validation/validation.go` `ValidateStatefulSetSpec`,
//! `ValidateStatefulSetUpdate`).

use crate::api::workload::{RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetSpec};
use crate::sim::apiserver::status::FieldError;

use super::{Errors, non_negative, one_of, persistent_volume_claim, quoted, workload};

/// Checks a set.
pub(super) fn validate(errors: &mut Errors, set: &StatefulSet) {
    let spec = &set.spec;
    let policy = spec.pod_management_policy.as_str();
    if !matches!(policy, "OrderedReady" | "Parallel") {
        let detail = "must be 'OrderedReady' or 'Parallel'";
        errors.push(FieldError::invalid("spec.podManagementPolicy", quoted(policy), detail));
    }
    validate_strategy(errors, spec);
    if let Some(policy) = &spec.persistent_volume_claim_retention_policy {
        let path = "spec.persistentVolumeClaimRetentionPolicy";
        let supported = ["Delete", "Retain"];
        one_of(errors, format!("{path}.whenDeleted"), &policy.when_deleted, &supported);
        one_of(errors, format!("{path}.whenScaled"), &policy.when_scaled, &supported);
    }
    non_negative(errors, "spec.replicas", spec.replicas.unwrap_or(0));
    non_negative(errors, "spec.minReadySeconds", spec.min_ready_seconds);
    if let Some(ordinals) = &spec.ordinals {
        non_negative(errors, "spec.ordinals.start", ordinals.start);
    }
    let claims: Vec<&str> = spec
        .volume_claim_templates
        .iter()
        .map(|template| template.metadata.name.as_str())
        .collect();
    workload::validate_template(
        errors,
        "statefulset",
        spec.selector.as_ref(),
        &spec.template,
        &claims,
    );
    workload::always_restarts(errors, &spec.template, "StatefulSet");
}

fn validate_strategy(errors: &mut Errors, spec: &StatefulSetSpec) {
    let strategy = &spec.update_strategy;
    let path = "spec.updateStrategy.rollingUpdate";
    match (strategy.kind.as_str(), &strategy.rolling_update) {
        ("OnDelete", Some(rolling)) => {
            let detail = "only allowed for updateStrategy 'RollingUpdate'";
            errors.push(FieldError::invalid(path, internal_rolling(rolling), detail));
        }
        ("RollingUpdate", Some(rolling)) => {
            let partition = rolling.partition.unwrap_or(0);
            non_negative(errors, format!("{path}.partition"), partition);
        }
        ("OnDelete" | "RollingUpdate", None) => {}
        _ => {
            let detail = "must be 'RollingUpdate' or 'OnDelete'";
            let rolling = strategy.rolling_update.as_ref().map(internal_rolling);
            let rolling = rolling.unwrap_or_else(|| "null".to_owned());
            let kind = quoted(&strategy.kind);
            let value = format!("{{\"Type\":{kind},\"RollingUpdate\":{rolling}}}");
            errors.push(FieldError::invalid("spec.updateStrategy", value, detail));
        }
    }
}

/// The bounds in the API server's internal form.
fn internal_rolling(rolling: &RollingUpdateStatefulSetStrategy) -> String {
    let partition = rolling.partition.unwrap_or(0);
    format!("{{\"Partition\":{partition},\"MaxUnavailable\":null}}")
}

/// The claim templates of a set that is made; a set that exists is not asked again.
pub(super) fn validate_claim_templates(errors: &mut Errors, set: &StatefulSet) {
    for (index, template) in set.spec.volume_claim_templates.iter().enumerate() {
        let path = format!("spec.volumeClaimTemplates[{index}].spec");
        persistent_volume_claim::validate_spec(errors, &template.spec, &path);
    }
}

/// Checks a write over a set.
pub(super) fn validate_update(errors: &mut Errors, old: &StatefulSet, new: &StatefulSet) {
    validate(errors, new);
    let mut allowed = new.spec.clone();
    let before = &old.spec;
    allowed.replicas = before.replicas;
    allowed.ordinals.clone_from(&before.ordinals);
    allowed.template.clone_from(&before.template);
    allowed.update_strategy.clone_from(&before.update_strategy);
    allowed.revision_history_limit = before.revision_history_limit;
    allowed.min_ready_seconds = before.min_ready_seconds;
    let retention = &before.persistent_volume_claim_retention_policy;
    allowed.persistent_volume_claim_retention_policy.clone_from(retention);
    if allowed != *before {
        let detail = "updates to statefulset spec for fields other than 'replicas', 'ordinals', \
                      'template', 'updateStrategy', 'revisionHistoryLimit', \
                      'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";
        errors.push(FieldError::forbidden("spec", detail));
    }
}
