//! One Pod as an endpoint.
//!
//! Models `k8s.io/endpointslice/utils.go` `podToEndpoint`, `FindPort`, `ShouldPodBeInEndpoints`
//! and `k8s.io/endpointslice/util/controller_utils.go` `podEndpointsChanged`.

use crate::api::order;
use std::cmp::Ordering;
use std::rc::Rc;

use crate::api::meta::ObjectReference;
use crate::api::pod::Pod;
use crate::api::service::{Endpoint, EndpointConditions, EndpointSlice, Service, ServicePort};

/// Whether the Service selects the Pod.
pub(super) fn selects(service: &Service, pod: &Pod) -> bool {
    let selector = &service.spec.selector;
    let labels = &pod.metadata.labels;
    !selector.is_empty() && selector.iter().all(|(key, value)| labels.get(key) == Some(value))
}

/// Whether a change of a Pod can change an endpoint.
pub(super) fn matters(before: Option<&Pod>, after: Option<&Pod>) -> bool {
    let (Some(before), Some(after)) = (before, after) else {
        return before.or(after).is_some_and(is_addressed);
    };
    if !is_addressed(before) && !is_addressed(after) {
        return false;
    }
    before.status.pod_ip != after.status.pod_ip
        || before.is_ready() != after.is_ready()
        || before.is_terminal() != after.is_terminal()
        || before.metadata.is_deleting() != after.metadata.is_deleting()
        || before.metadata.labels != after.metadata.labels
}

/// Whether the Pod can be reached at all.
pub(super) fn is_addressed(pod: &Pod) -> bool {
    !pod.status.pod_ip.is_empty() && !pod.is_terminal()
}

fn conditions(service: &Service, pod: &Pod) -> EndpointConditions {
    let (serving, terminating) = (pod.is_ready(), pod.metadata.is_deleting());
    let published = service.spec.publish_not_ready_addresses;
    EndpointConditions {
        ready: Some(published || serving && !terminating),
        serving: Some(serving),
        terminating: Some(terminating),
        ..EndpointConditions::default()
    }
}

/// The Pod as an endpoint of the Service.
pub(super) fn of(service: &Service, pod: &Rc<Pod>) -> Endpoint {
    let named = !pod.spec.hostname.is_empty() && pod.spec.subdomain == service.metadata.name;
    let node = &pod.spec.node_name;
    Endpoint {
        addresses: vec![pod.status.pod_ip.clone()],
        conditions: conditions(service, pod),
        hostname: named.then(|| pod.spec.hostname.clone()),
        target_ref: Some(ObjectReference {
            kind: "Pod".to_owned(),
            namespace: pod.metadata.namespace.clone(),
            name: pod.metadata.name.clone(),
            uid: pod.metadata.uid.clone(),
            ..ObjectReference::default()
        }),
        node_name: (!node.is_empty()).then(|| node.clone()),
        ..Endpoint::default()
    }
}

/// Whether the endpoint says what the Pod is.
pub(super) fn is_current(endpoint: &Endpoint, service: &Service, pod: &Pod) -> bool {
    let target = endpoint.target_ref.as_ref();
    target.is_some_and(|target| target.uid == pod.metadata.uid)
        && endpoint.conditions == conditions(service, pod)
        && endpoint.addresses.first() == Some(&pod.status.pod_ip)
}

/// The number of the port behind a Service's port; `None` when the Pod has none of that name.
pub(super) fn target_port(port: &ServicePort, pod: &Pod) -> Option<i32> {
    let target = port.target_port.as_ref();
    if let Some(name) = target.and_then(|target| target.as_str()) {
        let ports = pod.spec.containers.iter().flat_map(|container| &container.ports);
        let mut named = ports.filter(|own| own.name == name && own.protocol == port.protocol);
        return named.next().map(|own| own.container_port);
    }
    let number = target.and_then(serde_json::Value::as_i64).unwrap_or(i64::from(port.port));
    i32::try_from(number).ok()
}

/// Where a Pod stands in the slices, by its name.
pub(super) struct Places<'a> {
    sorted: Vec<(&'a str, usize, usize)>,
    next: usize,
}

impl<'a> Places<'a> {
    /// Looks all endpoints up once.
    pub(super) fn of(slices: &[&'a Rc<EndpointSlice>]) -> Self {
        let mut places: Vec<(&str, usize, usize)> = Vec::new();
        for (slice_index, slice) in slices.iter().enumerate() {
            for (index, endpoint) in slice.endpoints.iter().enumerate() {
                if let Some(target) = &endpoint.target_ref {
                    places.push((&target.name, slice_index, index));
                }
            }
        }
        order::sort(&mut places);
        Self { sorted: places, next: 0 }
    }

    /// The slice and the place in it. Pods are asked for in the order of their names.
    pub(super) fn find(&mut self, pod: &str) -> Option<(usize, usize)> {
        while let Some((name, slice, index)) = self.sorted.get(self.next) {
            match (*name).cmp(pod) {
                Ordering::Less => self.next += 1,
                Ordering::Equal => return Some((*slice, *index)),
                Ordering::Greater => return None,
            }
        }
        None
    }
}
