//! Workloads: `StatefulSet`, Deployment, `ReplicaSet`, `DaemonSet`, Job, `ControllerRevision`
//! (`k8s.io/api/apps/v1`, `k8s.io/api/batch/v1`).

use serde_json::Value;

use super::meta::{Condition, LabelSelector, ObjectMeta};
use super::persistent_volume_claim::PersistentVolumeClaim;
use super::pod::PodTemplateSpec;
use super::record::record;
use super::time::SimTime;

record! {
    /// Pods with names, order and storage of their own.
    StatefulSet {
        metadata: ObjectMeta = "metadata",
        spec: StatefulSetSpec = "spec",
        status: StatefulSetStatus = "status",
    }
    /// What the set shall be.
    StatefulSetSpec {
        replicas: Option<i32> = "replicas",
        selector: Option<LabelSelector> = "selector",
        template: PodTemplateSpec = "template",
        volume_claim_templates: Vec<PersistentVolumeClaim> = "volumeClaimTemplates",
        service_name: String = "serviceName",
        pod_management_policy: String = "podManagementPolicy",
        update_strategy: StatefulSetUpdateStrategy = "updateStrategy",
        revision_history_limit: Option<i32> = "revisionHistoryLimit",
        min_ready_seconds: i32 = "minReadySeconds",
        persistent_volume_claim_retention_policy: Option<ClaimRetentionPolicy>
            = "persistentVolumeClaimRetentionPolicy",
        ordinals: Option<StatefulSetOrdinals> = "ordinals",
    }
    /// How Pods are replaced.
    StatefulSetUpdateStrategy {
        kind: String = "type",
        rolling_update: Option<RollingUpdateStatefulSetStrategy> = "rollingUpdate",
    }
    /// From which ordinal on.
    RollingUpdateStatefulSetStrategy { partition: Option<i32> = "partition" }
    /// What becomes of the claims.
    ClaimRetentionPolicy {
        when_deleted: String = "whenDeleted",
        when_scaled: String = "whenScaled",
    }
    /// Where the numbers begin.
    StatefulSetOrdinals { start: i32 = "start" }
    /// What the set is.
    StatefulSetStatus {
        observed_generation: i64 = "observedGeneration",
        replicas: Option<i32> = "replicas",
        ready_replicas: i32 = "readyReplicas",
        current_replicas: i32 = "currentReplicas",
        updated_replicas: i32 = "updatedReplicas",
        current_revision: String = "currentRevision",
        update_revision: String = "updateRevision",
        collision_count: Option<i32> = "collisionCount",
        available_replicas: Option<i32> = "availableReplicas",
    }
    /// A template that a set had.
    ControllerRevision {
        metadata: ObjectMeta = "metadata",
        data: Value = "data",
        revision: i64 = "revision",
    }
    /// Pods without identity, replaced step by step.
    Deployment {
        metadata: ObjectMeta = "metadata",
        spec: DeploymentSpec = "spec",
        status: DeploymentStatus = "status",
    }
    /// What the Deployment shall be.
    DeploymentSpec {
        replicas: Option<i32> = "replicas",
        selector: Option<LabelSelector> = "selector",
        template: PodTemplateSpec = "template",
        strategy: DeploymentStrategy = "strategy",
        min_ready_seconds: i32 = "minReadySeconds",
        revision_history_limit: Option<i32> = "revisionHistoryLimit",
        paused: bool = "paused",
        progress_deadline_seconds: Option<i32> = "progressDeadlineSeconds",
    }
    /// How Pods are replaced.
    DeploymentStrategy {
        kind: String = "type",
        rolling_update: Option<RollingUpdateDeployment> = "rollingUpdate",
    }
    /// How many more and how many fewer; numbers or percentages.
    RollingUpdateDeployment {
        max_unavailable: Option<Value> = "maxUnavailable",
        max_surge: Option<Value> = "maxSurge",
    }
    /// What the Deployment is.
    DeploymentStatus {
        observed_generation: i64 = "observedGeneration",
        replicas: i32 = "replicas",
        updated_replicas: i32 = "updatedReplicas",
        ready_replicas: i32 = "readyReplicas",
        available_replicas: i32 = "availableReplicas",
        unavailable_replicas: i32 = "unavailableReplicas",
        terminating_replicas: Option<i32> = "terminatingReplicas",
        conditions: Vec<DeploymentCondition> = "conditions",
        collision_count: Option<i32> = "collisionCount",
    }
    /// A Deployment's observed condition.
    DeploymentCondition {
        kind: String = "type",
        status: String = "status",
        last_update_time: Option<SimTime> = "lastUpdateTime",
        last_transition_time: Option<SimTime> = "lastTransitionTime",
        reason: String = "reason",
        message: String = "message",
    }
    /// A number of equal Pods.
    ReplicaSet {
        metadata: ObjectMeta = "metadata",
        spec: ReplicaSetSpec = "spec",
        status: ReplicaSetStatus = "status",
    }
    /// What the set shall be.
    ReplicaSetSpec {
        replicas: Option<i32> = "replicas",
        min_ready_seconds: i32 = "minReadySeconds",
        selector: Option<LabelSelector> = "selector",
        template: PodTemplateSpec = "template",
    }
    /// What the set is.
    ReplicaSetStatus {
        replicas: Option<i32> = "replicas",
        fully_labeled_replicas: i32 = "fullyLabeledReplicas",
        ready_replicas: i32 = "readyReplicas",
        available_replicas: i32 = "availableReplicas",
        terminating_replicas: Option<i32> = "terminatingReplicas",
        observed_generation: i64 = "observedGeneration",
        conditions: Vec<Condition> = "conditions",
    }
    /// A Pod on every node.
    DaemonSet {
        metadata: ObjectMeta = "metadata",
        spec: DaemonSetSpec = "spec",
        status: DaemonSetStatus = "status",
    }
    /// What the set shall be.
    DaemonSetSpec {
        selector: Option<LabelSelector> = "selector",
        template: PodTemplateSpec = "template",
        min_ready_seconds: i32 = "minReadySeconds",
        revision_history_limit: Option<i32> = "revisionHistoryLimit",
        update_strategy: DaemonSetUpdateStrategy = "updateStrategy",
    }
    /// How Pods are replaced.
    DaemonSetUpdateStrategy {
        kind: String = "type",
        rolling_update: Option<RollingUpdateDaemonSet> = "rollingUpdate",
    }
    /// On how many nodes at once; numbers or percentages.
    RollingUpdateDaemonSet {
        max_unavailable: Option<Value> = "maxUnavailable",
        max_surge: Option<Value> = "maxSurge",
    }
    /// What the set is.
    DaemonSetStatus {
        current_number_scheduled: Option<i32> = "currentNumberScheduled",
        number_misscheduled: Option<i32> = "numberMisscheduled",
        desired_number_scheduled: Option<i32> = "desiredNumberScheduled",
        number_ready: Option<i32> = "numberReady",
        observed_generation: i64 = "observedGeneration",
        updated_number_scheduled: i32 = "updatedNumberScheduled",
        number_available: i32 = "numberAvailable",
        number_unavailable: i32 = "numberUnavailable",
    }
    /// Pods that run to their end.
    Job {
        metadata: ObjectMeta = "metadata",
        spec: JobSpec = "spec",
        status: JobStatus = "status",
    }
    /// What the job shall do.
    JobSpec {
        parallelism: Option<i32> = "parallelism",
        completions: Option<i32> = "completions",
        active_deadline_seconds: Option<i64> = "activeDeadlineSeconds",
        backoff_limit: Option<i32> = "backoffLimit",
        selector: Option<LabelSelector> = "selector",
        manual_selector: Option<bool> = "manualSelector",
        template: PodTemplateSpec = "template",
        ttl_seconds_after_finished: Option<i32> = "ttlSecondsAfterFinished",
        completion_mode: Option<String> = "completionMode",
        suspend: Option<bool> = "suspend",
        pod_replacement_policy: Option<String> = "podReplacementPolicy",
    }
    /// Ended Pods that are not counted yet, by uid.
    UncountedTerminatedPods {
        succeeded: Vec<String> = "succeeded",
        failed: Vec<String> = "failed",
    }
    /// How far it is.
    JobStatus {
        conditions: Vec<Condition> = "conditions",
        start_time: Option<SimTime> = "startTime",
        completion_time: Option<SimTime> = "completionTime",
        active: i32 = "active",
        terminating: Option<i32> = "terminating",
        succeeded: i32 = "succeeded",
        failed: i32 = "failed",
        completed_indexes: String = "completedIndexes",
        uncounted_terminated_pods: Option<UncountedTerminatedPods> = "uncountedTerminatedPods",
        ready: Option<i32> = "ready",
    }
}

impl Job {
    /// Whether it is not to run for now.
    pub fn is_suspended(&self) -> bool {
        self.spec.suspend == Some(true)
    }

    /// Whether every one of its Pods has a number.
    pub fn is_indexed(&self) -> bool {
        self.spec.completion_mode.as_deref() == Some("Indexed")
    }

    /// The condition of that type, when it holds.
    pub fn holding(&self, kind: &str) -> Option<&Condition> {
        let mut conditions = self.status.conditions.iter();
        conditions.find(|condition| condition.kind == kind && condition.status == "True")
    }

    /// The condition that says that it is over (`IsJobFinished`).
    pub fn finished(&self) -> Option<&Condition> {
        let end = |condition: &&Condition| {
            matches!(condition.kind.as_str(), "Complete" | "Failed") && condition.status == "True"
        };
        self.status.conditions.iter().find(end)
    }
}
