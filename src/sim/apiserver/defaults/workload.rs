//! Defaults of workloads (`pkg/apis/apps/v1/defaults.go`, `pkg/apis/batch/v1/defaults.go`).

use std::rc::Rc;

use serde_json::Value;

use crate::api::pod::PodTemplateSpec;
use crate::api::workload::{
    DaemonSet, Deployment, Job, ReplicaSet, RollingUpdateDeployment,
    RollingUpdateStatefulSetStrategy, StatefulSet, StatefulSetSpec,
};

use super::pod::set_spec_defaults;
use super::storage::{set_claim_phase, set_claim_spec_defaults};
use super::{set_some, set_text};

fn set_template_defaults(template: &mut PodTemplateSpec) {
    set_spec_defaults(Rc::make_mut(&mut template.spec));
}

/// Models `SetDefaults_StatefulSet`.
pub(super) fn set_stateful_set_defaults(set: &mut StatefulSet) {
    let spec = &mut set.spec;
    set_text(&mut spec.pod_management_policy, "OrderedReady");
    let strategy = &mut spec.update_strategy;
    if strategy.kind.is_empty() {
        "RollingUpdate".clone_into(&mut strategy.kind);
        strategy.rolling_update.get_or_insert_default();
    }
    if strategy.kind == "RollingUpdate"
        && let Some(RollingUpdateStatefulSetStrategy { partition, .. }) =
            &mut strategy.rolling_update
    {
        partition.get_or_insert(0);
    }
    let retention = spec.persistent_volume_claim_retention_policy.get_or_insert_default();
    set_text(&mut retention.when_deleted, "Retain");
    set_text(&mut retention.when_scaled, "Retain");
    spec.replicas.get_or_insert(1);
    spec.revision_history_limit.get_or_insert(10);
    set_template_defaults(&mut spec.template);
    set_claim_template_defaults(spec);
}

/// Claim templates are written out with their type and even a phase.
fn set_claim_template_defaults(spec: &mut StatefulSetSpec) {
    for template in &mut spec.volume_claim_templates {
        template.other.entry("apiVersion").or_insert_with(|| Value::from("v1"));
        template.other.entry("kind").or_insert_with(|| Value::from("PersistentVolumeClaim"));
        set_claim_spec_defaults(&mut template.spec);
        set_claim_phase(template);
    }
}

/// Models `SetDefaults_Deployment`.
pub(super) fn set_deployment_defaults(deployment: &mut Deployment) {
    let spec = &mut deployment.spec;
    spec.replicas.get_or_insert(1);
    set_text(&mut spec.strategy.kind, "RollingUpdate");
    if spec.strategy.kind == "RollingUpdate" {
        let RollingUpdateDeployment { max_unavailable, max_surge, .. } =
            spec.strategy.rolling_update.get_or_insert_default();
        max_unavailable.get_or_insert_with(|| "25%".into());
        max_surge.get_or_insert_with(|| "25%".into());
    }
    spec.revision_history_limit.get_or_insert(10);
    spec.progress_deadline_seconds.get_or_insert(600);
    set_template_defaults(&mut spec.template);
}

/// Models `SetDefaults_ReplicaSet`.
pub(super) fn set_replica_set_defaults(set: &mut ReplicaSet) {
    set.spec.replicas.get_or_insert(1);
    set_template_defaults(&mut set.spec.template);
}

/// Models `SetDefaults_DaemonSet`.
pub(super) fn set_daemon_set_defaults(set: &mut DaemonSet) {
    let strategy = &mut set.spec.update_strategy;
    set_text(&mut strategy.kind, "RollingUpdate");
    if strategy.kind == "RollingUpdate" {
        let rolling = strategy.rolling_update.get_or_insert_default();
        rolling.max_unavailable.get_or_insert_with(|| 1.into());
        rolling.max_surge.get_or_insert_with(|| 0.into());
    }
    set.spec.revision_history_limit.get_or_insert(10);
    set_template_defaults(&mut set.spec.template);
}

/// Models `SetDefaults_Job`.
pub(super) fn set_job_defaults(job: &mut Job) {
    let spec = &mut job.spec;
    if spec.completions.is_none() && spec.parallelism.is_none() {
        spec.completions = Some(1);
    }
    spec.parallelism.get_or_insert(1);
    spec.backoff_limit.get_or_insert(6);
    set_some(&mut spec.completion_mode, "NonIndexed");
    spec.suspend.get_or_insert(false);
    let policy =
        if spec.other.contains_key("podFailurePolicy") { "Failed" } else { "TerminatingOrFailed" };
    set_some(&mut spec.pod_replacement_policy, policy);
    spec.manual_selector.get_or_insert(false);
    if job.metadata.labels.is_empty() {
        job.metadata.labels = spec.template.metadata.labels.clone();
    }
    set_template_defaults(&mut spec.template);
}
