//! Service and `EndpointSlice` (`k8s.io/api/core/v1`, `k8s.io/api/discovery/v1`).

use std::rc::Rc;

use serde_json::Value;

use super::meta::{ObjectMeta, ObjectReference, StringMap};
use super::record::record;

record! {
    /// A name for a group of Pods.
    Service {
        metadata: ObjectMeta = "metadata",
        spec: ServiceSpec = "spec",
        status: Option<Value> = "status",
    }
    /// Which Pods, and how they are reached.
    ServiceSpec {
        ports: Vec<ServicePort> = "ports",
        selector: StringMap = "selector",
        cluster_ip: String = "clusterIP",
        cluster_ips: Vec<String> = "clusterIPs",
        kind: String = "type",
        external_name: String = "externalName",
        session_affinity: String = "sessionAffinity",
        publish_not_ready_addresses: bool = "publishNotReadyAddresses",
        ip_families: Vec<String> = "ipFamilies",
        ip_family_policy: Option<String> = "ipFamilyPolicy",
        internal_traffic_policy: Option<String> = "internalTrafficPolicy",
    }
    /// A port of a Service; the target is a number or a name.
    ServicePort {
        name: String = "name",
        protocol: String = "protocol",
        app_protocol: Option<String> = "appProtocol",
        port: i32 = "port",
        target_port: Option<Value> = "targetPort",
        node_port: i32 = "nodePort",
    }
    /// The addresses behind a Service.
    EndpointSlice {
        metadata: ObjectMeta = "metadata",
        address_type: String = "addressType",
        endpoints: Vec<Rc<Endpoint>> = "endpoints",
        ports: Vec<EndpointPort> = "ports",
    }
    /// One of them.
    Endpoint {
        addresses: Vec<String> = "addresses",
        conditions: EndpointConditions = "conditions",
        hostname: Option<String> = "hostname",
        target_ref: Option<ObjectReference> = "targetRef",
        node_name: Option<String> = "nodeName",
    }
    /// Whether traffic may go there.
    EndpointConditions {
        ready: Option<bool> = "ready",
        serving: Option<bool> = "serving",
        terminating: Option<bool> = "terminating",
    }
    /// A port of all endpoints.
    EndpointPort {
        name: Option<String> = "name",
        protocol: Option<String> = "protocol",
        port: Option<i32> = "port",
    }
}

impl Service {
    /// Whether the Service has no address of its own.
    pub fn is_headless(&self) -> bool {
        self.spec.cluster_ip == "None"
    }
}
