//! `kubectl get node` (`printNode`).

use crate::api::kind::{Kind, Object};
use crate::api::node::Node;
use crate::api::object::Resource as _;

use super::{Column, Sight, Table, age_of, or_none, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::Node, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("STATUS"),
    shown("ROLES"),
    shown("AGE"),
    shown("VERSION"),
    wide("INTERNAL-IP"),
    wide("EXTERNAL-IP"),
    wide("OS-IMAGE"),
    wide("KERNEL-VERSION"),
    wide("CONTAINER-RUNTIME"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(node) = Node::of(object) else { return Vec::new() };
    let ready = node.status.conditions.iter().find(|condition| condition.kind == "Ready");
    let mut status = match ready.map(|condition| condition.status.as_str()) {
        Some("True") => "Ready",
        Some(_) => "NotReady",
        None => "Unknown",
    }
    .to_owned();
    if node.spec.unschedulable {
        status.push_str(",SchedulingDisabled");
    }
    let info = |key: &str| node.status.node_info.get(key).cloned().unwrap_or_default();
    let kernel = format!("{} ({})", info("kernelVersion"), info("architecture"));
    vec![
        node.metadata.name.clone(),
        status,
        roles(node),
        age_of(object, sight),
        info("kubeletVersion"),
        or_none(node.internal_ip()),
        "<none>".to_owned(),
        info("osImage"),
        kernel,
        info("containerRuntimeVersion"),
    ]
}

/// The roles that labels name (`findNodeRoles`).
fn roles(node: &Node) -> String {
    let labels = &node.metadata.labels;
    let named = labels.keys().filter_map(|key| key.strip_prefix("node-role.kubernetes.io/"));
    or_none(&named.filter(|role| !role.is_empty()).collect::<Vec<_>>().join(","))
}
