//! Node and the selection of nodes (`k8s.io/api/core/v1`).

use serde_json::Value;

use super::meta::{LabelSelectorRequirement, ObjectMeta, StringMap};
use super::order;
use super::quantity::Quantity;
use super::record::record;
use super::sorted::SortedMap;
use super::time::SimTime;

record! {
    /// A machine of the cluster.
    Node {
        metadata: ObjectMeta = "metadata",
        spec: NodeSpec = "spec",
        status: NodeStatus = "status",
    }
    /// What was decided about it.
    NodeSpec {
        pod_cidr: String = "podCIDR",
        pod_cidrs: Vec<String> = "podCIDRs",
        provider_id: String = "providerID",
        unschedulable: bool = "unschedulable",
        taints: Vec<Taint> = "taints",
    }
    /// What keeps Pods away unless they tolerate it.
    Taint {
        key: String = "key",
        value: String = "value",
        effect: String = "effect",
        time_added: Option<SimTime> = "timeAdded",
    }
    /// How it is.
    NodeStatus {
        capacity: SortedMap<String, Quantity> = "capacity",
        allocatable: SortedMap<String, Quantity> = "allocatable",
        conditions: Vec<NodeCondition> = "conditions",
        addresses: Vec<NodeAddress> = "addresses",
        node_info: StringMap = "nodeInfo",
        volumes_in_use: Vec<String> = "volumesInUse",
        volumes_attached: Vec<Value> = "volumesAttached",
    }
    /// A node's observed condition.
    NodeCondition {
        kind: String = "type",
        status: String = "status",
        last_heartbeat_time: Option<SimTime> = "lastHeartbeatTime",
        last_transition_time: Option<SimTime> = "lastTransitionTime",
        reason: String = "reason",
        message: String = "message",
    }
    /// An address and its kind.
    NodeAddress { kind: String = "type", address: String = "address" }
    /// Nodes that meet one of the terms.
    NodeSelector { node_selector_terms: Vec<NodeSelectorTerm> = "nodeSelectorTerms" }
    /// Conditions that must all hold.
    NodeSelectorTerm {
        match_expressions: Vec<LabelSelectorRequirement> = "matchExpressions",
        match_fields: Vec<LabelSelectorRequirement> = "matchFields",
    }
}

impl Node {
    /// Whether the condition `Ready` is `True`.
    pub fn is_ready(&self) -> bool {
        self.status
            .conditions
            .iter()
            .any(|c: &NodeCondition| c.kind == "Ready" && c.status == "True")
    }

    /// The condition of that type.
    pub fn condition(&self, kind: &str) -> Option<&NodeCondition> {
        self.status.conditions.iter().find(|condition| condition.kind == kind)
    }

    /// Whether a taint of that key and effect is set.
    pub fn has_taint(&self, key: &str, effect: &str) -> bool {
        self.spec.taints.iter().any(|taint| taint.key == key && taint.effect == effect)
    }

    /// The address that Pods of the node's network use.
    pub fn internal_ip(&self) -> &str {
        let addresses = &self.status.addresses;
        addresses.iter().find(|a| a.kind == "InternalIP").map_or("", |a| a.address.as_str())
    }
}

impl NodeSelector {
    /// Whether the node meets one of the terms (`nodeaffinity.NodeSelector.Match`).
    ///
    /// A term without conditions meets no node.
    pub fn matches(&self, node: &Node) -> bool {
        self.node_selector_terms.iter().any(|term| term.matches(node))
    }
}

impl NodeSelectorTerm {
    /// Whether the node meets all conditions.
    pub fn matches(&self, node: &Node) -> bool {
        let empty = self.match_expressions.is_empty() && self.match_fields.is_empty();
        let labels = &node.metadata.labels;
        let fields = order::map([("metadata.name".to_owned(), node.metadata.name.clone())]);
        !empty
            && self.match_expressions.iter().all(|condition| matches(condition, labels))
            && self.match_fields.iter().all(|condition| matches(condition, &fields))
    }
}

fn matches(condition: &LabelSelectorRequirement, labels: &StringMap) -> bool {
    let number = |text: &String| text.parse::<i64>().ok();
    let compared = || {
        let own = labels.get(&condition.key).and_then(number)?;
        Some((own, condition.values.first().and_then(number)?))
    };
    match condition.operator.as_str() {
        "Gt" => compared().is_some_and(|(own, bound)| own > bound),
        "Lt" => compared().is_some_and(|(own, bound)| own < bound),
        _ => condition.matches(labels),
    }
}
