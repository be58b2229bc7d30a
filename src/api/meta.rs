//! What every object carries (`k8s.io/apimachinery/pkg/apis/meta/v1`).

use super::record::record;
use super::sorted::SortedMap;
use super::time::SimTime;

/// Labels, annotations and other maps of strings.
pub type StringMap = SortedMap<String, String>;

record! {
    /// Name, identity and life of an object.
    ObjectMeta {
        name: String = "name",
        generate_name: String = "generateName",
        namespace: String = "namespace",
        uid: String = "uid",
        resource_version: String = "resourceVersion",
        generation: i64 = "generation",
        creation_timestamp: Option<SimTime> = "creationTimestamp",
        deletion_timestamp: Option<SimTime> = "deletionTimestamp",
        deletion_grace_period_seconds: Option<i64> = "deletionGracePeriodSeconds",
        labels: StringMap = "labels",
        annotations: StringMap = "annotations",
        owner_references: Vec<OwnerReference> = "ownerReferences",
        finalizers: Vec<String> = "finalizers",
    }
    /// The object that owns this one.
    OwnerReference {
        api_version: String = "apiVersion",
        kind: String = "kind",
        name: String = "name",
        uid: String = "uid",
        controller: Option<bool> = "controller",
        block_owner_deletion: Option<bool> = "blockOwnerDeletion",
    }
    /// A question about labels.
    LabelSelector {
        match_labels: StringMap = "matchLabels",
        match_expressions: Vec<LabelSelectorRequirement> = "matchExpressions",
    }
    /// One condition of a label selector.
    LabelSelectorRequirement {
        key: String = "key",
        operator: String = "operator",
        values: Vec<String> = "values",
    }
    /// A reference to an object anywhere.
    ObjectReference {
        api_version: String = "apiVersion",
        kind: String = "kind",
        namespace: String = "namespace",
        name: String = "name",
        uid: String = "uid",
        resource_version: String = "resourceVersion",
        field_path: String = "fieldPath",
    }
    /// A reference to an object of the same namespace.
    LocalObjectReference { name: String = "name" }
    /// A reference to an object of a given group.
    TypedObjectReference {
        api_group: Option<String> = "apiGroup",
        kind: String = "kind",
        name: String = "name",
        namespace: Option<String> = "namespace",
    }
    /// One of an object's observed conditions.
    Condition {
        kind: String = "type",
        status: String = "status",
        observed_generation: i64 = "observedGeneration",
        last_probe_time: Option<SimTime> = "lastProbeTime",
        last_transition_time: Option<SimTime> = "lastTransitionTime",
        reason: String = "reason",
        message: String = "message",
    }
}

impl ObjectMeta {
    /// Whether the object is being deleted.
    pub fn is_deleting(&self) -> bool {
        self.deletion_timestamp.is_some()
    }

    /// Whether the finalizer is set.
    pub fn has_finalizer(&self, finalizer: &str) -> bool {
        self.finalizers.iter().any(|set| set == finalizer)
    }

    /// The owner that controls this object (`metav1.GetControllerOf`).
    pub fn controller(&self) -> Option<&OwnerReference> {
        self.owner_references.iter().find(|owner| owner.controller == Some(true))
    }
}

impl LabelSelector {
    /// Whether no condition is given; such a selector matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }

    /// Whether the labels meet every condition (`metav1.LabelSelectorAsSelector`).
    pub fn matches(&self, labels: &StringMap) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|condition| condition.matches(labels))
    }
}

impl LabelSelectorRequirement {
    /// Whether the labels meet this condition; an unknown operator is never met.
    pub fn matches(&self, labels: &StringMap) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator.as_str() {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => value.is_some(),
            "DoesNotExist" => value.is_none(),
            _ => false,
        }
    }
}
