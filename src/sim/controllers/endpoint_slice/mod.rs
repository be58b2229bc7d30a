//! The addresses behind every Service that selects Pods.
//!
//! Models `pkg/controller/endpointslice/endpointslice_controller.go` `syncService` and
//! `k8s.io/endpointslice/reconciler.go` `reconcileByPortMapping`.
//!
//! Deviations: endpoints are not moved between slices to fill them up; when a Pod changed is
//! taken from what the slices say of it, not remembered.

mod endpoint;

use std::rc::Rc;

use serde_json::Value;

use crate::api::kind::{Kind, Object};
use crate::api::meta::ObjectMeta;
use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::Pod;
use crate::api::node::Node;
use crate::api::service::{Endpoint, EndpointPort, EndpointSlice, Service, ServicePort};
use crate::api::time::SimTime;
use crate::sim::action::{Action, Deletion, EventDraft};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "endpointslice-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The most endpoints of one slice.
const ENDPOINTS_MAX: usize = 100;
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
const MANAGER: &str = "endpointslice-controller.k8s.io";
const SERVICE_NAME: &str = "kubernetes.io/service-name";
/// When the first of the changes was that a slice shows.
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";
const HEADLESS: &str = "service.kubernetes.io/headless";

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Service => wakes.add(change.key.clone()),
        Kind::EndpointSlice => {
            let service = change.object().meta().labels.get(SERVICE_NAME);
            if let Some(service) = service.filter(|_| change.is_removal()) {
                wakes.after(ObjectKey::new(Kind::Service, &change.key.namespace, service), 1000);
            }
        }
        Kind::Pod => {
            let (before, after) = change.sides::<Pod>();
            if !endpoint::matters(before, after) {
                return;
            }
            for service in cluster.list_in::<Service>(&change.key.namespace) {
                let selects = |pod: &&Pod| endpoint::selects(service, pod);
                if [before, after].iter().flatten().any(selects) {
                    wakes.add(service.key());
                }
            }
        }
        _ => {}
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [endpoint_slice 1-1] OBSERVATION: the Service is gone, and its slices go with it.
        return Vec::new();
    };
    let Some(service) = Service::of(object) else { return Vec::new() };
    if service.spec.selector.is_empty() || service.spec.kind == "ExternalName" {
        // [endpoint_slice 1-2] OBSERVATION: the Service selects no Pods; its slices are made by
        // hand.
        return Vec::new();
    }
    if service.metadata.is_deleting() {
        // [endpoint_slice 1-3] OBSERVATION: the Service is Terminating.
        return Vec::new();
    }
    let slices: Vec<&Rc<EndpointSlice>> =
        view.cluster.owned_by(&service.metadata.uid).filter_map(EndpointSlice::of).collect();
    let has_node = |pod: &Pod| {
        service.spec.publish_not_ready_addresses
            || view.cluster.get::<Node>("", &pod.spec.node_name).is_some()
    };
    let (pods, lost): (Vec<&Rc<Pod>>, Vec<&Rc<Pod>>) = view
        .cluster
        .list_in::<Pod>(&service.metadata.namespace)
        .filter(|pod| endpoint::is_addressed(pod) && endpoint::selects(service, pod))
        .partition(|pod| has_node(pod));
    let mut actions = write_slices(object, service, &slices, pods);
    actions.extend(lost.first().map(|pod| skipped(object, pod)));
    actions
}

/// The Pod's node is no longer there.
fn skipped(service: &Object, pod: &Pod) -> Action {
    // [endpoint_slice 2-6] OBSERVATION: a Pod is on a node that does not exist.
    let key = service.key();
    let named = format!("{}/{}", key.namespace, key.name);
    let (name, node) = (&pod.metadata.name, &pod.spec.node_name);
    let message = format!(
        "Error updating Endpoint Slices for Service {named}: skipping Pod {name} for Service \
         {named}: Node {node} Not Found"
    );
    Action::Event(EventDraft::warning(service, "FailedToUpdateEndpointSlices", message))
}

/// Brings the slices up to date, those of each set of ports on their own.
fn write_slices(
    object: &Object,
    service: &Service,
    slices: &[&Rc<EndpointSlice>],
    pods: Vec<&Rc<Pod>>,
) -> Vec<Action> {
    let created = service.metadata.creation_timestamp;
    let groups = groups_of(service, pods);
    if let [(_, pods)] = groups.as_slice() {
        if slices.is_empty() {
            // [endpoint_slice 2-1] OBSERVATION: the Service has no slice; even one without Pods
            // gets one.
            return new_slices(object, service, pods, created);
        }
        return update_slices(object, service, slices, pods.clone());
    }
    // [endpoint_slice 2-7] OBSERVATION: a named port has another number in some Pods, or none.
    let of_group = |slice: &Rc<EndpointSlice>| {
        groups.iter().position(|(ports, _)| *ports == slice.ports)
    };
    let mut others: Vec<&Rc<EndpointSlice>> =
        slices.iter().copied().filter(|slice| of_group(slice).is_none()).collect();
    let mut actions = Vec::new();
    for (index, (_, pods)) in groups.iter().enumerate() {
        let mut own: Vec<&Rc<EndpointSlice>> =
            slices.iter().copied().filter(|slice| of_group(slice) == Some(index)).collect();
        if own.is_empty() {
            own.extend(others.pop());
        }
        actions.extend(match own.as_slice() {
            [] => new_slices(object, service, pods, created.filter(|_| slices.is_empty())),
            own => update_slices(object, service, own, pods.clone()),
        });
    }
    let unused = others.into_iter().map(|slice| Deletion::of(&Rc::clone(slice).into()));
    actions.extend(unused.map(Action::Delete));
    actions
}

/// The ports of some Pods and these Pods.
type Group<'a> = (Vec<EndpointPort>, Vec<&'a Rc<Pod>>);

/// The Pods by the numbers of their ports; at least one group.
fn groups_of<'a>(service: &Service, pods: Vec<&'a Rc<Pod>>) -> Vec<Group<'a>> {
    let is_named = |port: &ServicePort| port.target_port.as_ref().is_some_and(Value::is_string);
    if !service.spec.ports.iter().any(is_named) {
        return vec![(ports_of(service, pods.first().copied()), pods)];
    }
    let mut groups: Vec<Group<'a>> = Vec::new();
    for pod in pods {
        let ports = ports_of(service, Some(pod));
        match groups.iter_mut().find(|(known, _)| *known == ports) {
            Some((_, group)) => group.push(pod),
            None => groups.push((ports, vec![pod])),
        }
    }
    if groups.is_empty() {
        groups.push((Vec::new(), Vec::new()));
    }
    groups
}

/// Makes slices for so many Pods, at least one.
fn new_slices(
    owner: &Object,
    service: &Service,
    pods: &[&Rc<Pod>],
    trigger: Option<SimTime>,
) -> Vec<Action> {
    let empty: [&[&Rc<Pod>]; 1] = [&[]];
    let chunks: Vec<&[&Rc<Pod>]> = match pods {
        [] => empty.to_vec(),
        pods => pods.chunks(ENDPOINTS_MAX).collect(),
    };
    let create = |chunk: &[&Rc<Pod>]| {
        let mut slice = EndpointSlice {
            metadata: ObjectMeta {
                generate_name: format!("{}-", service.metadata.name),
                namespace: service.metadata.namespace.clone(),
                owner_references: vec![owner.controller_reference()],
                ..ObjectMeta::default()
            },
            address_type: "IPv4".to_owned(),
            ..EndpointSlice::default()
        };
        slice.metadata.labels = labels_of(service);
        note_trigger(&mut slice.metadata, trigger);
        slice.endpoints = chunk.iter().map(|pod| Rc::new(endpoint::of(service, pod))).collect();
        slice.ports = ports_of(service, chunk.first().copied());
        Action::Create(slice.into())
    };
    chunks.into_iter().map(create).collect()
}

/// Brings the slices up to date; only those that differ are written.
fn update_slices(
    owner: &Object,
    service: &Service,
    slices: &[&Rc<EndpointSlice>],
    pods: Vec<&Rc<Pod>>,
) -> Vec<Action> {
    let mut missing: Vec<&Rc<Pod>> = Vec::new();
    // Which Pods are in which slice: both are walked in the order of names.
    let mut kept: Vec<Vec<Option<&Rc<Pod>>>> =
        slices.iter().map(|slice| vec![None; slice.endpoints.len()]).collect();
    let mut places = endpoint::Places::of(slices);
    for pod in &pods {
        match places.find(&pod.metadata.name) {
            Some((slice, index)) => kept[slice][index] = Some(*pod),
            None => missing.push(*pod),
        }
    }
    let trigger = trigger_of(&missing, slices, &kept);
    missing.reverse();
    let labels = labels_of(service);
    let ports = ports_of(service, pods.first().copied());
    let mut actions = Vec::new();
    for (slice, kept) in slices.iter().zip(kept) {
        let count = kept.iter().flatten().count();
        let room = ENDPOINTS_MAX.saturating_sub(count).min(missing.len());
        let same = room == 0
            && slice.metadata.labels == labels
            && slice.ports == ports
            && slice.endpoints.iter().zip(&kept).all(|(endpoint, pod)| {
                pod.is_some_and(|pod| endpoint::is_current(endpoint, service, pod))
            });
        if same {
            continue;
        }
        // What is still right is shared with the slice as it was.
        let known = slice.endpoints.iter().zip(kept);
        let mut endpoints: Vec<Rc<Endpoint>> = known
            .filter_map(|(known, pod)| pod.map(|pod| (known, pod)))
            .map(|(known, pod)| {
                let current = endpoint::is_current(known, service, pod);
                if current { Rc::clone(known) } else { Rc::new(endpoint::of(service, pod)) }
            })
            .collect();
        let added = missing.split_off(missing.len() - room);
        endpoints.extend(added.into_iter().rev().map(|pod| Rc::new(endpoint::of(service, pod))));
        if endpoints.is_empty() && slices.len() > 1 {
            // [endpoint_slice 2-2] OBSERVATION: the slice is empty and not the only one.
            let object: Object = Rc::clone(slice).into();
            actions.push(Action::Delete(Deletion::of(&object)));
            continue;
        }
        // [endpoint_slice 2-3] OBSERVATION: the Pods, the labels or the ports changed.
        let mut metadata = ObjectMeta { labels: labels.clone(), ..slice.metadata.clone() };
        note_trigger(&mut metadata, trigger);
        let (ports, address_type) = (ports.clone(), slice.address_type.clone());
        let other = slice.other.clone();
        let slice = EndpointSlice { metadata, address_type, endpoints, ports, other };
        actions.push(Action::Update(slice.into()));
    }
    missing.reverse();
    if !missing.is_empty() {
        // [endpoint_slice 2-4] OBSERVATION: every slice is full.
        actions.extend(new_slices(owner, service, &missing, trigger));
    }
    // [endpoint_slice 2-5] OBSERVATION: what remains is as it should be.
    actions
}

/// Notes when the first of the changes was, or that no time is known.
fn note_trigger(metadata: &mut ObjectMeta, trigger: Option<SimTime>) {
    match trigger {
        Some(time) => metadata.annotations.insert(TRIGGER_TIME.to_owned(), time.to_string()),
        None => metadata.annotations.remove(TRIGGER_TIME),
    };
}

/// When the first of the Pods changed that are new or whose readiness is not what a slice says
/// (`TriggerTimeTracker`).
fn trigger_of(
    missing: &[&Rc<Pod>],
    slices: &[&Rc<EndpointSlice>],
    kept: &[Vec<Option<&Rc<Pod>>>],
) -> Option<SimTime> {
    let known = slices.iter().zip(kept).flat_map(|(slice, kept)| slice.endpoints.iter().zip(kept));
    let turned = known.filter_map(|(endpoint, pod)| {
        pod.filter(|pod| endpoint.conditions.serving != Some(pod.is_ready()))
    });
    let changed = missing.iter().copied().chain(turned);
    let time = |pod: &Rc<Pod>| pod.condition("Ready").and_then(|one| one.last_transition_time);
    changed.filter_map(time).min()
}

/// The labels of a slice: those of the Service and the marks of the controller.
fn labels_of(service: &Service) -> crate::api::meta::StringMap {
    let mut labels = service.metadata.labels.clone();
    labels.insert(MANAGED_BY.to_owned(), MANAGER.to_owned());
    labels.insert(SERVICE_NAME.to_owned(), service.metadata.name.clone());
    if service.is_headless() {
        labels.insert(HEADLESS.to_owned(), String::new());
    }
    labels
}

/// The ports of a slice; a named target is looked up in a Pod.
fn ports_of(service: &Service, pod: Option<&Rc<Pod>>) -> Vec<EndpointPort> {
    let Some(pod) = pod else { return Vec::new() };
    let ports = service.spec.ports.iter().filter_map(|port| {
        let number = endpoint::target_port(port, pod)?;
        Some(EndpointPort {
            name: Some(port.name.clone()),
            protocol: Some(port.protocol.clone()),
            port: Some(number),
            ..EndpointPort::default()
        })
    });
    ports.collect()
}
