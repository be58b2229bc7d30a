//! The Service under which Pods find the API server.
//!
//! Models `pkg/controlplane/controller/kubernetesservice/controller.go` `UpdateKubernetesService`
//! and `pkg/controlplane/reconcilers/endpointsadapter.go`.

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::meta::ObjectMeta;
use crate::api::order;
use crate::api::service::{
    Endpoint, EndpointConditions, EndpointPort, EndpointSlice, Service, ServicePort,
};

const NAME: &str = "kubernetes";
const PORT: i32 = 6443;

/// The Service and its slice, for an API server that listens on that host.
pub fn objects(host: &str) -> Vec<Object> {
    let mut service = Service {
        metadata: metadata(&[("component", "apiserver"), ("provider", NAME)]),
        ..Service::default()
    };
    service.spec.cluster_ip = "10.96.0.1".to_owned();
    service.spec.ports = vec![ServicePort {
        name: "https".to_owned(),
        protocol: "TCP".to_owned(),
        port: 443,
        target_port: Some(PORT.into()),
        ..ServicePort::default()
    }];
    let conditions = EndpointConditions { ready: Some(true), ..EndpointConditions::default() };
    let endpoint = Endpoint { addresses: vec![host.to_owned()], conditions, ..Endpoint::default() };
    let port = EndpointPort {
        name: Some("https".to_owned()),
        protocol: Some("TCP".to_owned()),
        port: Some(PORT),
        ..EndpointPort::default()
    };
    let slice = EndpointSlice {
        metadata: metadata(&[("kubernetes.io/service-name", NAME)]),
        address_type: "IPv4".to_owned(),
        endpoints: vec![Rc::new(endpoint)],
        ports: vec![port],
        ..EndpointSlice::default()
    };
    vec![service.into(), slice.into()]
}

fn metadata(labels: &[(&str, &str)]) -> ObjectMeta {
    let own = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    ObjectMeta {
        name: NAME.to_owned(),
        namespace: "default".to_owned(),
        labels: order::map(labels.iter().map(own)),
        ..ObjectMeta::default()
    }
}
