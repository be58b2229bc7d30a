//! Pods whose object was removed by force while they ran.
//!
//! Models `pkg/kubelet/kubelet.go` `HandlePodRemoves` and `SyncTerminatingRuntimePod`.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::controllers::View;
use crate::sim::event_log::EventType;
use crate::sim::runtime::{ContainerRuntime, PodRuntime, Stage, StopPart};
use crate::sim::step::Note;

use super::{stop, times};

/// A Pod of that name was made anew: what is left of the one before it goes on under its uid.
pub(super) fn make_room(view: View<'_>, other: &Rc<PodRuntime>) -> Vec<Action> {
    let again = Action::Requeue { after_ms: 1, urgency: Urgency::Foreground };
    let forget = Action::SetRuntime(view.key.clone(), None);
    if !other.containers.values().any(ContainerRuntime::is_running) {
        // [kubelet 10-4] OBSERVATION: nothing of the former Pod runs.
        return vec![forget, again];
    }
    // [kubelet 10-5] OBSERVATION: containers of the former Pod run on.
    let name = format!("{}{UID_MARK}{}", view.key.name, other.uid);
    let key = ObjectKey::new(Kind::Pod, &view.key.namespace, &name);
    let kept = Action::SetRuntime(key.clone(), Some(Rc::clone(other)));
    vec![forget, kept, Action::Wake { key, after_ms: 1 }, again]
}

/// Between a Pod's name and its uid, for what is left of a Pod; no name contains it.
const UID_MARK: char = ' ';

/// The key under which people knew the Pod.
fn known_as(key: &ObjectKey) -> ObjectKey {
    let name = key.name.split(UID_MARK).next().unwrap_or_default();
    ObjectKey::new(Kind::Pod, &key.namespace, name)
}

/// Stops what still runs, then forgets the Pod.
pub(super) fn reconcile(view: View<'_>, known: &Rc<PodRuntime>) -> Vec<Action> {
    let machine = view.cluster.node_runtime(&known.node);
    let Some(machine) = machine.filter(|machine| machine.kubelet_running) else {
        // [kubelet 10-1] OBSERVATION: the node does not answer; the containers run on.
        return Vec::new();
    };
    if let Some(wait) = super::not_back_yet(machine, view.now) {
        return vec![wait];
    }
    let mut runtime = PodRuntime::clone(known);
    for container in runtime.containers.values_mut() {
        stop::settle_one(container, view.now);
    }
    let running = runtime.containers.values().any(ContainerRuntime::is_running);
    let forget = Action::SetRuntime(view.key.clone(), None);
    match (running, &runtime.stage) {
        // [kubelet 10-2] OBSERVATION: nothing runs any more; the node forgets the Pod.
        (false, Stage::Over) => vec![forget],
        (false, _) => {
            let pod = known_as(view.key).name.to_string();
            vec![forget, Action::Note(Note { code: "pod-forgotten", args: vec![("pod", pod)] })]
        }
        (true, Stage::Stopping { next_at, .. }) => {
            let after_ms = next_at.since(view.now).max(1);
            vec![Action::Requeue { after_ms, urgency: Urgency::Foreground }]
        }
        (true, _) => {
            // [kubelet 10-3] OBSERVATION: the containers get two seconds.
            let mut actions = Vec::new();
            let mut last = view.now;
            for (name, container) in runtime.containers.iter_mut() {
                if container.is_running() {
                    let grace = (0, times::STOP_MIN_MS);
                    let dead_at = stop::terminate(container, view.now, grace, None);
                    last = last.max(dead_at);
                    actions.push(Action::Event(killing(&view, known, name)));
                }
            }
            runtime.stage = Stage::Stopping { next_at: last, part: StopPart::CleanUp };
            let after_ms = last.since(view.now).max(1);
            actions.insert(0, Action::SetRuntime(view.key.clone(), Some(Rc::new(runtime))));
            actions.push(Action::Requeue { after_ms, urgency: Urgency::Foreground });
            actions
        }
    }
}

fn killing(view: &View<'_>, known: &PodRuntime, container: &str) -> EventDraft {
    let machine = view.cluster.node_runtime(&known.node);
    let field_path = if machine.is_some_and(|node| node.kubelet_since == known.kubelet_since) {
        format!("spec.containers{{{container}}}")
    } else {
        // A kubelet that was started again knows the container, but not the Pod's definition.
        format!("implicitly required container {container}")
    };
    EventDraft {
        regarding: known_as(view.key),
        uid: known.uid.to_string(),
        field_path,
        kind: EventType::Normal,
        reason: "Killing",
        message: format!("Stopping container {container}"),
        source: None,
            series: "".into(),
    }
}
