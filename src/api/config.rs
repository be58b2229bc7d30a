//! Small kinds: `ConfigMap`, Secret, `ServiceAccount`, Namespace, and the limits of one
//! (`k8s.io/api/core/v1`).

use serde_json::Value;

use super::meta::{Condition, ObjectMeta, StringMap};
use super::quantity::Quantity;
use super::record::record;
use super::sorted::SortedMap;

record! {
    /// Settings as keys and texts.
    ConfigMap {
        metadata: ObjectMeta = "metadata",
        data: StringMap = "data",
        binary_data: StringMap = "binaryData",
        immutable: Option<bool> = "immutable",
    }
    /// Secret settings, in base64.
    Secret {
        metadata: ObjectMeta = "metadata",
        data: StringMap = "data",
        string_data: StringMap = "stringData",
        kind: String = "type",
        immutable: Option<bool> = "immutable",
    }
    /// An identity of Pods.
    ServiceAccount { metadata: ObjectMeta = "metadata" }
    /// A room for names.
    Namespace {
        metadata: ObjectMeta = "metadata",
        spec: NamespaceSpec = "spec",
        status: NamespaceStatus = "status",
    }
    /// What must be done before it can go.
    NamespaceSpec { finalizers: Vec<String> = "finalizers" }
    /// Whether it is going.
    NamespaceStatus { phase: String = "phase", conditions: Vec<Condition> = "conditions" }
    /// How much a namespace may use.
    ResourceQuota {
        metadata: ObjectMeta = "metadata",
        spec: ResourceQuotaSpec = "spec",
        status: ResourceQuotaStatus = "status",
    }
    /// The bounds.
    ResourceQuotaSpec {
        hard: SortedMap<String, Quantity> = "hard",
        scopes: Vec<String> = "scopes",
        scope_selector: Option<Value> = "scopeSelector",
    }
    /// The use.
    ResourceQuotaStatus {
        hard: SortedMap<String, Quantity> = "hard",
        used: SortedMap<String, Quantity> = "used",
    }
    /// Smallest and largest sizes in a namespace.
    LimitRange {
        metadata: ObjectMeta = "metadata",
        spec: LimitRangeSpec = "spec",
    }
    /// The bounds by type.
    LimitRangeSpec { limits: Vec<LimitRangeItem> = "limits" }
    /// One type's bounds.
    LimitRangeItem {
        kind: String = "type",
        max: SortedMap<String, Quantity> = "max",
        min: SortedMap<String, Quantity> = "min",
        default: SortedMap<String, Quantity> = "default",
        default_request: SortedMap<String, Quantity> = "defaultRequest",
        max_limit_request_ratio: SortedMap<String, Quantity> = "maxLimitRequestRatio",
    }
    /// How important Pods are.
    PriorityClass {
        metadata: ObjectMeta = "metadata",
        value: Option<i32> = "value",
        global_default: bool = "globalDefault",
        description: String = "description",
        preemption_policy: Option<String> = "preemptionPolicy",
    }
    /// A kind that is accepted and kept but does nothing here.
    Generic {
        metadata: ObjectMeta = "metadata",
        spec: Option<Value> = "spec",
        status: Option<Value> = "status",
    }
}
