//! Pod (`k8s.io/api/core/v1`).

use std::rc::Rc;

use serde_json::Value;

use super::container::{Container, ContainerStatus};
use super::meta::{Condition, LocalObjectReference, ObjectMeta, StringMap};
use super::node::{NodeSelector, NodeSelectorTerm, Taint};
use super::record::record;
use super::time::SimTime;
use super::volume::Volume;

record! {
    /// A group of containers that share a node, an address and volumes.
    Pod {
        metadata: ObjectMeta = "metadata",
        spec: Rc<PodSpec> = "spec",
        status: PodStatus = "status",
    }
    /// What the Pod shall be.
    PodSpec {
        volumes: Vec<Volume> = "volumes",
        init_containers: Vec<Container> = "initContainers",
        containers: Vec<Container> = "containers",
        restart_policy: String = "restartPolicy",
        termination_grace_period_seconds: Option<i64> = "terminationGracePeriodSeconds",
        active_deadline_seconds: Option<i64> = "activeDeadlineSeconds",
        dns_policy: String = "dnsPolicy",
        node_selector: StringMap = "nodeSelector",
        service_account_name: String = "serviceAccountName",
        service_account: String = "serviceAccount",
        automount_service_account_token: Option<bool> = "automountServiceAccountToken",
        node_name: String = "nodeName",
        host_network: bool = "hostNetwork",
        security_context: Option<PodSecurityContext> = "securityContext",
        image_pull_secrets: Vec<LocalObjectReference> = "imagePullSecrets",
        hostname: String = "hostname",
        subdomain: String = "subdomain",
        affinity: Option<Affinity> = "affinity",
        scheduler_name: String = "schedulerName",
        tolerations: Vec<Toleration> = "tolerations",
        priority: Option<i32> = "priority",
        priority_class_name: String = "priorityClassName",
        preemption_policy: Option<String> = "preemptionPolicy",
        enable_service_links: Option<bool> = "enableServiceLinks",
    }
    /// User, group and file ownership of all containers.
    PodSecurityContext {
        run_as_user: Option<i64> = "runAsUser",
        run_as_group: Option<i64> = "runAsGroup",
        run_as_non_root: Option<bool> = "runAsNonRoot",
        fs_group: Option<i64> = "fsGroup",
        fs_group_change_policy: Option<String> = "fsGroupChangePolicy",
        supplemental_groups: Vec<i64> = "supplementalGroups",
    }
    /// Where the Pod may or would rather run.
    Affinity {
        node_affinity: Option<NodeAffinity> = "nodeAffinity",
        pod_affinity: Option<Value> = "podAffinity",
        pod_anti_affinity: Option<Value> = "podAntiAffinity",
    }
    /// Conditions on nodes.
    NodeAffinity {
        required: Option<NodeSelector>
            = "requiredDuringSchedulingIgnoredDuringExecution",
        preferred: Vec<PreferredSchedulingTerm>
            = "preferredDuringSchedulingIgnoredDuringExecution",
    }
    /// A wish with a weight.
    PreferredSchedulingTerm {
        weight: i32 = "weight",
        preference: NodeSelectorTerm = "preference",
    }
    /// A taint that the Pod accepts.
    Toleration {
        key: String = "key",
        operator: String = "operator",
        value: String = "value",
        effect: String = "effect",
        toleration_seconds: Option<i64> = "tolerationSeconds",
    }
    /// What the Pod is.
    PodStatus {
        observed_generation: i64 = "observedGeneration",
        phase: String = "phase",
        conditions: Vec<Condition> = "conditions",
        message: String = "message",
        reason: String = "reason",
        nominated_node_name: String = "nominatedNodeName",
        host_ip: String = "hostIP",
        host_ips: Vec<PodIp> = "hostIPs",
        pod_ip: String = "podIP",
        pod_ips: Vec<PodIp> = "podIPs",
        start_time: Option<SimTime> = "startTime",
        init_container_statuses: Vec<ContainerStatus> = "initContainerStatuses",
        container_statuses: Vec<ContainerStatus> = "containerStatuses",
        qos_class: String = "qosClass",
    }
    /// An address.
    PodIp { ip: String = "ip" }
    /// The Pod that a workload makes.
    PodTemplateSpec {
        metadata: ObjectMeta = "metadata",
        spec: Rc<PodSpec> = "spec",
    }
}

impl Toleration {
    /// Whether it covers the taint (`ToleratesTaint`).
    pub fn tolerates(&self, taint: &Taint) -> bool {
        (self.effect.is_empty() || self.effect == taint.effect)
            && (self.key.is_empty() || self.key == taint.key)
            && match self.operator.as_str() {
                "Exists" => true,
                "" | "Equal" => self.value == taint.value,
                _ => false,
            }
    }
}

impl Pod {
    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&Condition> {
        self.status.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Sets a condition; its time moves only with its status (`podutil.UpdatePodCondition`).
    pub fn set_condition(
        &mut self,
        kind: &str,
        status: &str,
        reason: &str,
        message: &str,
        now: SimTime,
    ) {
        let known = self.condition(kind).filter(|known| known.status == status);
        let condition = Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            observed_generation: self.metadata.generation,
            last_transition_time: known.map_or(Some(now), |known| known.last_transition_time),
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..Condition::default()
        };
        let conditions = &mut self.status.conditions;
        match conditions.iter_mut().find(|known| known.kind == kind) {
            Some(known) => *known = condition,
            None => conditions.push(condition),
        }
    }

    /// Whether the condition of that type is `True`.
    pub fn is_condition_true(&self, kind: &str) -> bool {
        self.condition(kind).is_some_and(|condition| condition.status == "True")
    }

    /// Whether the Pod is Ready (`podutil.IsPodReady`).
    pub fn is_ready(&self) -> bool {
        self.is_condition_true("Ready")
    }

    /// Whether all containers ended for good (`podutil.IsPodTerminal`).
    pub fn is_terminal(&self) -> bool {
        matches!(self.status.phase.as_str(), "Succeeded" | "Failed")
    }

    /// The claims that the Pod names, as (volume, claim); an ephemeral volume's claim included.
    pub fn claims(&self) -> impl Iterator<Item = (&Volume, String)> {
        self.spec.volumes.iter().filter_map(|volume| {
            let claim = match (&volume.persistent_volume_claim, &volume.ephemeral) {
                (Some(source), _) => source.claim_name.clone(),
                (None, Some(_)) => format!("{}-{}", self.metadata.name, volume.name),
                (None, None) => return None,
            };
            Some((volume, claim))
        })
    }
}
