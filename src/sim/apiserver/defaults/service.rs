//! Defaults of Services (`pkg/apis/core/v1/defaults.go` `SetDefaults_Service`).

use serde_json::Value;

use crate::api::service::Service;

use super::{set_some, set_text};

/// Fills in a Service; its addresses are given later, by the registry.
pub(super) fn set_service_defaults(service: &mut Service) {
    let spec = &mut service.spec;
    set_text(&mut spec.session_affinity, "None");
    set_text(&mut spec.kind, "ClusterIP");
    for port in &mut spec.ports {
        set_text(&mut port.protocol, "TCP");
        let given = port.target_port.as_ref();
        let empty =
            given.is_none_or(|target| target.as_i64() == Some(0) || target.as_str() == Some(""));
        if empty {
            port.target_port = Some(port.port.into());
        }
    }
    if spec.kind != "ExternalName" {
        set_some(&mut spec.internal_traffic_policy, "Cluster");
    }
    if matches!(spec.kind.as_str(), "NodePort" | "LoadBalancer") {
        let policy = || Value::from("Cluster");
        spec.other.entry("externalTrafficPolicy").or_insert_with(policy);
    }
    if spec.kind == "LoadBalancer" {
        spec.other.entry("allocateLoadBalancerNodePorts").or_insert(Value::Bool(true));
    }
}
