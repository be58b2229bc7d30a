//! What the kubelet does on its node.

use std::rc::Rc;

use crate::api::container::{Container, ContainerStatus};
use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::pod::Pod;
use crate::machine::console::{self, NodeOperation};
use crate::sim::change::Change;
use crate::sim::event_log::EventRecord;
use crate::sim::step::{Note, Step};

use super::{Said, Weight, origin};

/// Notes at which it is worth to stop; others belong to what is before them.
const LOUD_NOTES: &[&str] = &["volume-mounted", "empty-dir-removed"];

pub(super) fn tell(step: &Step) -> Vec<Said> {
    let mut said: Vec<Said> = step.notes.iter().map(|note| noted(step, note)).collect();
    if &*step.actor.component != "kubelet" {
        return said;
    }
    let is_stop = |event: &&Rc<EventRecord>| event.text.reason == "Killing";
    said.extend(step.events.iter().find(is_stop).map(|event| stopping(step, event)));
    let others = step.events.iter().filter(|event| !is_stop(event));
    said.extend(others.filter_map(|event| reported(step, event)));
    said.extend(step.changes.iter().map(|change| {
        match change.key.kind {
            Kind::Pod => pod(step, change),
            Kind::Node => node(change),
            _ => Said::quiet("object-changed", &change.key)
                .with("actor", step.actor.component.to_string())
                .with("object", change.key.to_string()),
        }
    }));
    said
}

fn noted(step: &Step, note: &Note) -> Said {
    match note.code {
        "node-line" => typed(step, note),
        "volume-mounted" => mounted(step, note),
        _ => told(step, note, note.code),
    }
}

fn arg<'a>(note: &'a Note, name: &str) -> &'a str {
    note.args.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value)
}

/// A line that a person typed on a node: what is there now.
fn typed(step: &Step, note: &Note) -> Said {
    let read = console::parse(arg(note, "line"));
    let installs = read.operations.contains(&NodeOperation::InstallNfsClient);
    let paths: Vec<&str> = read
        .operations
        .iter()
        .filter_map(|operation| match operation {
            NodeOperation::MakeDirectory(path) => Some(path.as_str()),
            _ => None,
        })
        .collect();
    let turned = read.operations.iter().rev().find_map(|operation| match operation {
        NodeOperation::StopKubelet => Some("node-kubelet-stopped"),
        NodeOperation::StartKubelet => Some("node-kubelet-started"),
        _ => None,
    });
    let serves = installs && arg(note, "line").contains("nfs-kernel-server");
    let code = match (installs, paths.is_empty()) {
        (false, true) if turned.is_some() => turned.unwrap_or_default(),
        (true, false) if serves => "node-nfs-server",
        (true, _) => "node-nfs-installed",
        (false, false) => "node-directory-made",
        (false, true) => "node-line",
    };
    Said::loud(code, &step.subject)
        .with("node", arg(note, "node"))
        .with("line", arg(note, "line"))
        .with("path", paths.join(", "))
}

/// A mount: what of the node or of a server becomes which volume, and where containers see it.
fn mounted(step: &Step, note: &Note) -> Said {
    let path = arg(note, "path");
    let is_target = path.contains("/pods/") && path.contains("/volumes/");
    let code = match path {
        _ if is_target => "volume-mounted",
        _ if path.starts_with('/') => "volume-mounted-directory",
        _ => "volume-mounted-export",
    };
    let pod = step.after.cluster.at::<Pod>(&step.subject);
    let mut targets: Vec<&str> = Vec::new();
    for container in pod.iter().flat_map(|pod| spec_containers(pod)) {
        let mounts = container.volume_mounts.iter().filter(|m| m.name == arg(note, "volume"));
        let devices = container.volume_devices.iter().filter(|d| d.name == arg(note, "volume"));
        let paths = mounts.map(|mount| mount.mount_path.as_str());
        for path in paths.chain(devices.map(|device| device.device_path.as_str())) {
            if !targets.contains(&path) {
                targets.push(path);
            }
        }
    }
    told(step, note, code).with("node", &*step.actor.host).with("target", targets.join(", "))
}

fn spec_containers(pod: &Pod) -> impl Iterator<Item = &Container> {
    pod.spec.init_containers.iter().chain(&pod.spec.containers)
}

fn told(step: &Step, note: &Note, code: &'static str) -> Said {
    let weight = match note.code {
        "host-directory-made" => Weight::Opens,
        code if LOUD_NOTES.contains(&code) => Weight::Loud,
        _ => Weight::Quiet,
    };
    let mut said = Said::new(weight, code, &step.subject);
    said.caption.args = note.args.clone();
    for (_, value) in said.caption.args.iter_mut().filter(|(name, _)| *name == "path") {
        // Of a directory below /var/lib/kubelet/pods/<uid> the end is enough.
        if let Some((_, end)) = value.split_once("/volumes/").filter(|_| value.contains("/pods/")) {
            *value = format!("\u{2026}/volumes/{end}");
        }
    }
    because_of_pod(step, &step.subject, said, "spec.volumes", "spec.template.spec.volumes")
}

fn because_of_pod(
    step: &Step,
    pod: &ObjectKey,
    said: Said,
    own: &'static str,
    in_template: &'static str,
) -> Said {
    let pod = step.after.cluster.at::<Pod>(pod);
    match pod.and_then(|pod| origin(pod, own, in_template)) {
        Some((from, path)) => said.because(&from, path),
        None => said,
    }
}

fn reported(step: &Step, event: &EventRecord) -> Option<Said> {
    let key = &event.text.regarding;
    if key.kind != Kind::Pod {
        return None;
    }
    let container = container_of(event);
    let said = match event.text.reason.as_str() {
        "Pulling" => Said::opens("pulling", key),
        "Pulled" => Said::opens("pulled", key),
        "Created" => Said::opens("container-created", key),
        "Started" => Said::loud("container-started", key),
        "BackOff" => Said::loud("back-off", key).with("message", event.text.message.clone()),
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => {
            let message = event.text.message.clone();
            let said = Said::loud(unmounted(&message), key)
                .with("node", &*step.actor.host)
                .with("message", message);
            let said =
                because_of_pod(step, key, said, "spec.volumes", "spec.template.spec.volumes");
            return Some(said.with("name", &*key.name));
        }
        "Failed" | "InspectFailed" | "ErrImageNeverPull" => {
            Said::loud("container-failed", key).with("message", event.text.message.clone())
        }
        "Unhealthy" => Said::loud("unhealthy", key).with("message", event.text.message.clone()),
        _ => return None,
    };
    let said = because_of_pod(step, key, said, "spec.containers", "spec.template.spec.containers");
    Some(said.with("name", &*key.name).with("container", container))
}

fn container_of(event: &EventRecord) -> &str {
    event.text.field_path.split(['{', '}']).nth(1).unwrap_or_default()
}

/// All containers that are told to stop at once.
fn stopping(step: &Step, first: &EventRecord) -> Said {
    let key = &first.text.regarding;
    let all = step.events.iter().filter(|event| event.text.reason == "Killing");
    let names: Vec<&str> = all.map(|event| container_of(event)).collect();
    let said = Said::loud("container-stopping", key);
    let said = because_of_pod(step, key, said, "spec.containers", "spec.template.spec.containers");
    said.with("name", &*key.name).with("container", names.join(", "))
}

/// What a message of a failed mount comes down to.
fn unmounted(message: &str) -> &'static str {
    let known = [
        ("/sbin/mount.nfs helper", "mount-failed-nfs-helper"),
        ("unknown filesystem type 'nfs'", "mount-failed-nfs-kernel"),
        ("hostPath type check failed", "mount-failed-host-path"),
        ("configmap \"", "mount-failed-data"),
        ("secret \"", "mount-failed-data"),
        ("non-existent config key", "mount-failed-data"),
        ("non-existent secret key", "mount-failed-data"),
        ("initialization failed for volume", "mount-failed-local"),
        ("NodeAffinity check failed", "mount-failed-affinity"),
    ];
    let found = known.into_iter().find(|(words, _)| message.contains(words));
    found.map_or("mount-failed", |(_, code)| code)
}

fn pod(step: &Step, change: &Change) -> Said {
    let key = &change.key;
    let named = |said: Said| said.with("name", &*key.name);
    let (before, after) = change.sides::<Pod>();
    let (Some(before), Some(after)) = (before, after) else {
        return named(Said::loud("pod-gone", key));
    };
    if let Some(container) = killed(before, after) {
        let seconds = after.metadata.deletion_grace_period_seconds.unwrap_or_default();
        let said = Said::loud("container-killed", key).with("container", container);
        return named(said.with("seconds", seconds.to_string()));
    }
    if before.status.phase != after.status.phase {
        match after.status.phase.as_str() {
            // A Pod that is being deleted ends in any case.
            "Succeeded" | "Failed" if after.metadata.is_deleting() => {
                return named(Said::quiet("pod-status", key));
            }
            "Succeeded" => return named(Said::loud("pod-succeeded", key)),
            "Failed" => {
                let reason = after.status.reason.clone();
                return named(Said::loud("pod-failed", key).with("reason", reason));
            }
            _ => {}
        }
    }
    if !before.is_ready() && after.is_ready() {
        return named(Said::loud("pod-ready", key));
    }
    if before.is_ready() && !after.is_ready() && !after.metadata.is_deleting() {
        return named(Said::loud("pod-unready", key));
    }
    if let Some((container, code)) = ended(before, after) {
        let said = Said::loud("container-ended", key).with("container", container);
        let said = said.with("code", code.to_string());
        let path = ("spec.containers", "spec.template.spec.containers");
        return named(because_of_pod(step, key, said, path.0, path.1));
    }
    named(Said::quiet("pod-status", key))
}

/// Containers of a Pod being deleted that did not end before their time was up.
fn killed(before: &Pod, after: &Pod) -> Option<String> {
    let was_killed = |pod: &Pod, name: &str| {
        let find = |status: &&ContainerStatus| status.name == name;
        let end = pod.status.container_statuses.iter().find(find);
        let end = end.and_then(|status| status.state.terminated.as_ref());
        end.is_some_and(|end| end.exit_code == Some(137))
    };
    let names: Vec<&str> = after
        .status
        .container_statuses
        .iter()
        .map(|status| status.name.as_str())
        .filter(|name| was_killed(after, name) && !was_killed(before, name))
        .collect();
    (after.metadata.is_deleting() && !names.is_empty()).then(|| names.join(", "))
}

/// A container that ended between the two, while the Pod was not being deleted.
fn ended(before: &Pod, after: &Pod) -> Option<(String, i32)> {
    if after.metadata.is_deleting() {
        return None;
    }
    let runs = |name: &str| {
        let find = |status: &&ContainerStatus| status.name == name;
        let status = before.status.container_statuses.iter().find(find);
        status.is_some_and(|status| status.state.running.is_some())
    };
    after.status.container_statuses.iter().find_map(|status| {
        let end = status
            .state
            .terminated
            .as_ref()
            .or_else(|| status.last_state.as_ref().and_then(|last| last.terminated.as_ref()))?;
        let is_new = runs(&status.name) && status.state.running.is_none();
        is_new.then(|| (status.name.clone(), end.exit_code.unwrap_or(0)))
    })
}

fn node(change: &Change) -> Said {
    let (before, after) = change.sides::<Node>();
    let ready = |side: Option<&Node>| side.is_some_and(Node::is_ready);
    let said = match (ready(before), ready(after)) {
        (true, false) => Said::loud("node-not-ready", &change.key),
        (false, true) => Said::loud("node-ready", &change.key),
        _ => Said::quiet("node-status", &change.key),
    };
    said.with("name", &*change.key.name)
}
