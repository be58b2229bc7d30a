//! Which Pod and which container a command means.
//!
//! Models `pkg/cmd/util/podcmd/podcmd.go` `FindOrDefaultContainerByName`,
//! `pkg/polymorphichelpers/attachablepodforobject.go` and `helpers.go` `GetFirstPod`.

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::meta::{LabelSelector, StringMap};
use crate::api::object::ObjectKey;
use crate::api::order;
use crate::api::pod::Pod;
use crate::sim::apiserver::status::{Reason, Status};
use crate::sim::cluster::Cluster;

use super::super::failure::Failure;
use super::super::names::{Asked, Type, asked};
use super::super::session::Session;

const DEFAULT: &str = "kubectl.kubernetes.io/default-container";

/// The objects that a command's first words name: Pods, or what makes Pods.
pub(super) fn named(session: &Session<'_>, words: &[String]) -> Result<Vec<Object>, Failure> {
    let with_type: Vec<String> = match words {
        [name] if !name.contains('/') => vec!["pod".to_owned(), name.clone()],
        other => other.to_vec(),
    };
    let Some(Asked::Names(wanted)) = asked(&with_type)? else {
        return Err(Failure::message("resource name may not be empty"));
    };
    let mut found = Vec::new();
    for (kind, name) in wanted {
        let Type::Kind(kind) = kind else {
            return Err(Failure::message("cannot get pods of events"));
        };
        let namespace = if kind.is_namespaced() { session.namespace.as_str() } else { "" };
        found.push(session.get(&ObjectKey::new(kind, namespace, &name))?);
    }
    Ok(found)
}

/// The Pods of an object, the one that a command takes first.
pub(super) fn pods_of(cluster: &Cluster, object: &Object) -> Result<Vec<Rc<Pod>>, Failure> {
    if let Object::Pod(pod) = object {
        return Ok(vec![Rc::clone(pod)]);
    }
    let matches: Box<dyn Fn(&StringMap) -> bool> = match object {
        Object::Service(service) => {
            let selector = service.spec.selector.clone();
            if selector.is_empty() {
                let name = &service.metadata.name;
                let why = "Service is defined without a selector";
                return Err(Failure::message(format!("invalid service '{name}': {why}")));
            }
            Box::new(move |labels| {
                selector.iter().all(|(key, value)| labels.get(key) == Some(value))
            })
        }
        other => {
            let Some(selector) = selector_of(other) else {
                let kind = other.kind().info().name;
                return Err(Failure::message(format!(
                    "cannot attach to {kind}: selector for {kind} not implemented"
                )));
            };
            Box::new(move |labels| selector.matches(labels))
        }
    };
    let pods = cluster.list_in::<Pod>(&object.meta().namespace);
    let mut pods: Vec<Rc<Pod>> =
        pods.filter(|pod| matches(&pod.metadata.labels)).cloned().collect();
    order::sort_by(&mut pods, |one, two| rank(one).cmp(&rank(two)));
    Ok(pods)
}

fn selector_of(object: &Object) -> Option<LabelSelector> {
    Some(match object {
        Object::Deployment(deployment) => deployment.spec.selector.clone()?,
        Object::ReplicaSet(set) => set.spec.selector.clone()?,
        Object::StatefulSet(set) => set.spec.selector.clone()?,
        Object::DaemonSet(set) => set.spec.selector.clone()?,
        Object::Job(job) => job.spec.selector.clone()?,
        _ => return None,
    })
}

/// Scheduled before not, running before not, Ready before not, longest Ready first, more restarts
/// first, older first (`controller.ActivePods` the other way round).
fn rank(pod: &Pod) -> (bool, u8, bool, Option<u64>, i32, Option<u64>, String) {
    let phase = match pod.status.phase.as_str() {
        "Running" => 0,
        "Pending" => 2,
        _ => 1,
    };
    let ready = pod.condition("Ready").filter(|condition| condition.status == "True");
    let since = ready.and_then(|condition| condition.last_transition_time).map(|time| time.0);
    let restarts = pod.status.container_statuses.iter().map(|status| status.restart_count).max();
    let born = pod.metadata.creation_timestamp.map(|time| time.0);
    let scheduled = !pod.spec.node_name.is_empty();
    let name = pod.metadata.name.clone();
    (!scheduled, phase, ready.is_none(), since, -restarts.unwrap_or(0), born, name)
}

/// The first Pod of the named object, if there is one.
pub(super) fn first(session: &Session<'_>, words: &[String]) -> Result<Rc<Pod>, Failure> {
    let object = named(session, words)?.into_iter().next();
    let object = object.ok_or_else(|| Failure::message("resource name may not be empty"))?;
    let pods = pods_of(session.cluster(), &object)?;
    pods.into_iter().next().ok_or_else(|| Failure::message("timed out waiting for the condition"))
}

/// All containers of a Pod, as a refusal lists them.
pub(super) fn all(pod: &Pod) -> String {
    let own = pod.spec.containers.iter().map(|container| container.name.clone());
    let init = pod.spec.init_containers.iter().map(|c| format!("{} (init)", c.name));
    own.chain(init).collect::<Vec<_>>().join(", ")
}

/// The container that is meant: the given one, the annotated one, or the first.
pub(super) fn container(
    session: &mut Session<'_>,
    pod: &Pod,
    given: Option<&str>,
    quiet: bool,
) -> Result<String, Failure> {
    let spec = &pod.spec;
    let has = |name: &str| {
        spec.containers.iter().chain(&spec.init_containers).any(|own| own.name == name)
    };
    if let Some(name) = given.filter(|name| !name.is_empty()) {
        if has(name) {
            return Ok(name.to_owned());
        }
        let pod_name = &pod.metadata.name;
        let text = format!("container {name} is not valid for pod {pod_name} out of: {}", all(pod));
        return Err(Failure::message(text));
    }
    let annotated = pod.metadata.annotations.get(DEFAULT).filter(|name| has(name));
    if let Some(name) = annotated {
        return Ok(name.clone());
    }
    let first = spec.containers.first().map(|own| own.name.clone()).unwrap_or_default();
    if spec.containers.len() + spec.init_containers.len() > 1 && !quiet {
        session.complain(format!("Defaulted container \"{first}\" out of: {}", all(pod)));
    }
    Ok(first)
}

/// What the API server answers when the Pod's kubelet cannot be asked.
pub(super) fn unreachable(cluster: &Cluster, pod: &Pod) -> Option<Failure> {
    let node = &pod.spec.node_name;
    let running = cluster.node_runtime(node).is_some_and(|node| node.kubelet_running);
    if running || node.is_empty() {
        return None;
    }
    let object = cluster.get::<crate::api::node::Node>("", node);
    let ip = object.map_or("", |node| node.internal_ip());
    let text = format!("error dialing backend: dial tcp {ip}:10250: connect: connection refused");
    Some(Failure::Verbatim(format!("Error from server: {text}")))
}

/// `Error from server (BadRequest): …`.
pub(super) fn bad_request(text: String) -> Failure {
    Failure::api(Status::new(Reason::BadRequest, text))
}

/// The key of a Pod.
pub(super) fn key(pod: &Pod) -> ObjectKey {
    ObjectKey::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name)
}
