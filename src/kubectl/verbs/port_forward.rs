//! `kubectl port-forward` (`pkg/cmd/portforward`, `client-go/tools/portforward`): which Pod and
//! which ports, and that it lasts as long as the Pod. Nobody connects to its ends here.

use serde_json::Value;

use crate::api::kind::Object;
use crate::api::object::ObjectKey;
use crate::api::pod::Pod;

use super::super::attachable::pods_of;
use super::super::failure::Failure;
use super::super::flags::{Arguments, duration, value};
use super::super::names::Type;
use super::super::pending::{Pending, Poll};
use super::super::session::Session;
use super::Verb;

pub(super) const VERB: Verb = Verb {
    name: "port-forward",
    flags: &[value("address", '\0'), duration("pod-running-timeout", '\0')],
    run,
};

/// How long a Pod of a workload is looked for.
const PATIENCE_MS: i64 = 60_000;

/// The first port that is taken when any will do.
const ANY_PORT: u16 = 40_123;

fn run(session: &mut Session<'_>, arguments: &Arguments) -> Result<(), Failure> {
    let (target, ports) = match arguments.words.as_slice() {
        [target, ports @ ..] if !ports.is_empty() => (target, ports),
        _ => {
            let text = "TYPE/NAME and list of ports are required for port-forward";
            return Err(Failure::usage("port-forward", text));
        }
    };
    let (kind, name) = target.split_once('/').unwrap_or(("pod", target));
    let Type::Kind(kind) = Type::named(kind)? else {
        return Err(Failure::message("cannot attach to *v1.Event: not implemented"));
    };
    let key = ObjectKey::new(kind, &session.namespace, name);
    let object = session.get(&key)?;
    if let Object::Service(service) = &object
        && service.spec.selector.is_empty()
    {
        let text = format!("invalid service '{name}': Service is defined without a selector");
        return Err(Failure::message(text));
    }
    let timeout = arguments.duration("port-forward", "pod-running-timeout")?;
    let timeout = u64::try_from(timeout.unwrap_or(PATIENCE_MS)).unwrap_or(0);
    let deadline = session.now() + timeout;
    let ports = ports.to_vec();
    session.then(Pending::Forward(Box::new(Forward { object, ports, deadline, pod: None })));
    Ok(())
}

/// A connection that lasts until its Pod goes.
#[derive(Clone, Debug)]
pub(crate) struct Forward {
    object: Object,
    ports: Vec<String>,
    deadline: crate::api::time::SimTime,
    /// The key and the uid of the Pod, once there is one.
    pod: Option<(ObjectKey, String)>,
}

impl Forward {
    pub(crate) fn poll(&mut self, session: &mut Session<'_>) -> Result<Poll, Failure> {
        if let Some((key, uid)) = &self.pod {
            let lives = session.cluster().object(key).is_some_and(|one| one.meta().uid == *uid);
            if lives {
                return Ok(Poll::Wait(None));
            }
            return Err(Failure::message("lost connection to pod"));
        }
        let pod = match &self.object {
            Object::Pod(pod) => std::rc::Rc::clone(pod),
            object => match pods_of(session.cluster(), object).into_iter().next() {
                Some(pod) => pod,
                None => return Ok(Poll::Wait(Some(self.deadline))),
            },
        };
        if pod.status.phase != "Running" {
            return Err(Failure::message(format!(
                "unable to forward port because pod is not running. Current status={}",
                pod.status.phase
            )));
        }
        for (index, spec) in self.ports.iter().enumerate() {
            let (local, remote) = pair(&self.object, &pod, spec)?;
            let any = ANY_PORT.saturating_add(u16::try_from(index).unwrap_or(0));
            let local = if local == 0 { any } else { local };
            session.print(format!("Forwarding from 127.0.0.1:{local} -> {remote}"));
            session.print(format!("Forwarding from [::1]:{local} -> {remote}"));
        }
        let uid = pod.metadata.uid.clone();
        self.pod = Some((Object::Pod(pod).key(), uid));
        Ok(Poll::Wait(None))
    }

    pub(crate) fn time_is_up(session: &mut Session<'_>) {
        session.fail(Failure::message("timed out waiting for the condition"));
    }
}

/// The local port, 0 for any, and the Pod's port of `8080:80`, `80` or `:80`.
fn pair(object: &Object, pod: &Pod, spec: &str) -> Result<(u16, u16), Failure> {
    let parts: Vec<&str> = spec.split(':').collect();
    let (local, remote) = match parts.as_slice() {
        [one] => (*one, *one),
        [local, remote] => (if local.is_empty() { "0" } else { local }, *remote),
        _ => return Err(Failure::message(format!("invalid port format '{spec}'"))),
    };
    let remote_port = match object {
        Object::Service(service) => service_port(service, pod, remote)?,
        _ => match remote.parse::<u16>() {
            Ok(port) => port,
            Err(_) => container_port(pod, remote).ok_or_else(|| {
                let name = &pod.metadata.name;
                Failure::message(format!("Pod '{name}' does not have a named port '{remote}'"))
            })?,
        },
    };
    if remote_port == 0 {
        return Err(Failure::message("remote port must be > 0"));
    }
    let local_port = match local.parse::<u16>() {
        Ok(port) => port,
        Err(_) if parts.len() == 1 => remote_port,
        Err(_) => {
            return Err(Failure::message(format!(
                "error parsing local port '{local}': strconv.ParseUint: parsing \"{local}\": \
                 invalid syntax"
            )));
        }
    };
    Ok((local_port, remote_port))
}

/// The number of a container's port of that name.
fn container_port(pod: &Pod, name: &str) -> Option<u16> {
    let value = Object::from(pod.clone()).to_value();
    let containers = value.pointer("/spec/containers").and_then(Value::as_array)?;
    let ports = containers.iter().filter_map(|one| one["ports"].as_array()).flatten();
    let named = ports.filter(|port| port["name"] == name);
    named.filter_map(|port| port["containerPort"].as_u64()).find_map(|port| port.try_into().ok())
}

/// Where a Service sends what comes to its port.
fn service_port(
    service: &crate::api::service::Service,
    pod: &Pod,
    wanted: &str,
) -> Result<u16, Failure> {
    let name = &service.metadata.name;
    let value = Object::from(service.clone()).to_value();
    let ports = value.pointer("/spec/ports").and_then(Value::as_array).cloned();
    let found = ports.into_iter().flatten().find(|port| {
        port["name"] == wanted
            || port["port"].as_u64().map(|port| port.to_string()).as_deref() == Some(wanted)
    });
    let Some(port) = found else {
        return Err(Failure::message(if wanted.parse::<u16>().is_ok() {
            format!("Service {name} does not have a service port {wanted}")
        } else {
            format!("Service '{name}' does not have a named port '{wanted}'")
        }));
    };
    let target = port.get("targetPort").or(port.get("port")).cloned().unwrap_or_default();
    let number = |value: &Value| value.as_u64().and_then(|port| u16::try_from(port).ok());
    // A headless Service has no address that would translate ports.
    let headless = value.pointer("/spec/clusterIP").and_then(Value::as_str) == Some("None");
    match &target {
        _ if headless => number(&port["port"]),
        Value::String(named) => container_port(pod, named),
        target => number(target),
    }
    .ok_or_else(|| {
        let target = super::super::jsonpath::plain(&target);
        Failure::message(format!(
            "Pod '{}' does not have a named port '{target}'",
            pod.metadata.name
        ))
    })
}
