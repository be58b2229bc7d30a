//! The names of Go types that the API server's decoding errors mention.
//!
//! Models: `k8s.io/api` `types.go` files, and `encoding/json` `UnmarshalTypeError.Error`.

use super::node::{Kind, Node};
use super::schema::Field;

/// Fields whose Go type is a named string: the field, alone or with its type, and the name.
const NAMED: &[(&str, &str)] = &[
    ("DaemonSetUpdateStrategy.type", "v1.DaemonSetUpdateStrategyType"),
    ("DeploymentStrategy.type", "v1.DeploymentStrategyType"),
    ("HostPathVolumeSource.type", "v1.HostPathType"),
    ("LabelSelectorRequirement.operator", "v1.LabelSelectorOperator"),
    ("NodeSelectorRequirement.operator", "v1.NodeSelectorOperator"),
    ("Secret.type", "v1.SecretType"),
    ("ServiceSpec.type", "v1.ServiceType"),
    ("StatefulSetUpdateStrategy.type", "v1.StatefulSetUpdateStrategyType"),
    ("Toleration.operator", "v1.TolerationOperator"),
    ("accessModes", "v1.PersistentVolumeAccessMode"),
    ("dnsPolicy", "v1.DNSPolicy"),
    ("effect", "v1.TaintEffect"),
    ("imagePullPolicy", "v1.PullPolicy"),
    ("medium", "v1.StorageMedium"),
    ("mountPropagation", "v1.MountPropagationMode"),
    ("persistentVolumeReclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("podManagementPolicy", "v1.PodManagementPolicyType"),
    ("protocol", "v1.Protocol"),
    ("reclaimPolicy", "v1.PersistentVolumeReclaimPolicy"),
    ("restartPolicy", "v1.RestartPolicy"),
    ("scheme", "v1.URIScheme"),
    ("sessionAffinity", "v1.ServiceAffinity"),
    ("uid", "types.UID"),
    ("volumeBindingMode", "v1.VolumeBindingMode"),
    ("volumeMode", "v1.PersistentVolumeMode"),
    ("whenDeleted", "v1.PersistentVolumeClaimRetentionPolicyType"),
    ("whenScaled", "v1.PersistentVolumeClaimRetentionPolicyType"),
];

/// Whole-number fields that Go keeps in 64 bits; all others have 32.
const WIDE: &[&str] = &[
    "activeDeadlineSeconds",
    "deletionGracePeriodSeconds",
    "expirationSeconds",
    "fsGroup",
    "generation",
    "observedGeneration",
    "revision",
    "runAsGroup",
    "runAsUser",
    "seconds",
    "supplementalGroups",
    "terminationGracePeriodSeconds",
    "tolerationSeconds",
];

/// The Go type of a field of a type.
pub(super) fn type_name(field: &Field, owner: &str, name: &str) -> String {
    match field {
        Field::String | Field::Enum(_) => named(owner, name).unwrap_or("string").to_owned(),
        Field::Integer if WIDE.contains(&name) => "int64".to_owned(),
        Field::Integer | Field::IntOrString => "int32".to_owned(),
        Field::Boolean => "bool".to_owned(),
        Field::Time | Field::Quantity => "string".to_owned(),
        Field::Bytes => "[]uint8".to_owned(),
        Field::Any => "interface {}".to_owned(),
        Field::Object(name) => format!("v1.{name}"),
        Field::List(item) => format!("[]{}", type_name(item, owner, name)),
        Field::Map(value) if **value == Field::Quantity => "v1.ResourceList".to_owned(),
        Field::Map(value) => format!("map[string]{}", type_name(value, owner, name)),
    }
}

fn named(owner: &str, name: &str) -> Option<&'static str> {
    let whole = format!("{owner}.{name}");
    NAMED.iter().find(|row| row.0 == whole || row.0 == name).map(|row| row.1)
}

/// What Go calls a value of this kind; a number shows itself where a number is wanted.
pub(super) fn value_name(node: &Node, field: &Field) -> String {
    match (&node.kind, field) {
        (Kind::Number(number), Field::Integer | Field::IntOrString) => format!("number {number}"),
        (Kind::Number(_), _) => "number".to_owned(),
        (Kind::Bool(_), _) => "bool".to_owned(),
        (Kind::String(_), _) => "string".to_owned(),
        (Kind::Sequence(_), _) => "array".to_owned(),
        (Kind::Mapping(_), _) => "object".to_owned(),
        (Kind::Null, _) => "null".to_owned(),
    }
}
