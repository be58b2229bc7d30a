//! Disruption budgets (`k8s.io/api/policy/v1`).

use serde_json::Value;

use super::meta::{Condition, LabelSelector, ObjectMeta};
use super::record::record;
use super::sorted::SortedMap;
use super::time::SimTime;

record! {
    /// How many Pods of a group may be taken away at a time.
    PodDisruptionBudget {
        metadata: ObjectMeta = "metadata",
        spec: PodDisruptionBudgetSpec = "spec",
        status: PodDisruptionBudgetStatus = "status",
    }
    /// The bounds, as numbers or percentages.
    PodDisruptionBudgetSpec {
        min_available: Option<Value> = "minAvailable",
        selector: Option<LabelSelector> = "selector",
        max_unavailable: Option<Value> = "maxUnavailable",
        unhealthy_pod_eviction_policy: Option<String> = "unhealthyPodEvictionPolicy",
    }
    /// What is left of it.
    PodDisruptionBudgetStatus {
        observed_generation: i64 = "observedGeneration",
        disrupted_pods: SortedMap<String, SimTime> = "disruptedPods",
        disruptions_allowed: Option<i32> = "disruptionsAllowed",
        current_healthy: Option<i32> = "currentHealthy",
        desired_healthy: Option<i32> = "desiredHealthy",
        expected_pods: Option<i32> = "expectedPods",
        conditions: Vec<Condition> = "conditions",
    }
}

impl PodDisruptionBudget {
    /// Whether it counts Pods with these labels; without a selector it counts none.
    pub fn selects(&self, labels: &super::meta::StringMap) -> bool {
        self.spec.selector.as_ref().is_some_and(|selector| selector.matches(labels))
    }
}
