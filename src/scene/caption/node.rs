//! What the kubelet does on its node.

use crate::api::container::ContainerStatus;
use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::pod::Pod;
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
    said.extend(step.events.iter().filter_map(|event| reported(step, event)));
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
    let weight = match note.code {
        "host-directory-made" => Weight::Opens,
        code if LOUD_NOTES.contains(&code) => Weight::Loud,
        _ => Weight::Quiet,
    };
    let mut said = Said::new(weight, note.code, &step.subject);
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
    let path = &event.text.field_path;
    let container = path.split(['{', '}']).nth(1).unwrap_or_default();
    let said = match event.text.reason.as_str() {
        "Pulling" => Said::opens("pulling", key),
        "Pulled" => Said::opens("pulled", key),
        "Created" => Said::opens("container-created", key),
        "Started" => Said::loud("container-started", key),
        "Killing" => Said::loud("container-stopping", key),
        "BackOff" => Said::loud("back-off", key).with("message", event.text.message.clone()),
        "FailedMount" | "FailedAttachVolume" | "FailedMapVolume" => {
            let said = Said::loud("mount-failed", key).with("message", event.text.message.clone());
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

fn pod(step: &Step, change: &Change) -> Said {
    let key = &change.key;
    let named = |said: Said| said.with("name", &*key.name);
    let (before, after) = change.sides::<Pod>();
    let (Some(before), Some(after)) = (before, after) else {
        return named(Said::loud("pod-gone", key));
    };
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
