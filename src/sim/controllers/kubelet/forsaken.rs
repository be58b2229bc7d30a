//! Pods whose object was removed by force while they ran.
//!
//! Models `pkg/kubelet/kubelet.go` `HandlePodRemoves` and `SyncTerminatingRuntimePod`.

use std::rc::Rc;

use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::controllers::View;
use crate::sim::event_log::EventType;
use crate::sim::runtime::{ContainerRuntime, PodRuntime, Stage, StopPart};
use crate::sim::step::Note;

use super::{stop, times};

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
            let pod = view.key.name.to_string();
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
                    let dead_at = stop::terminate(container, view.now, 0, times::STOP_MIN_MS);
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
    EventDraft {
        regarding: view.key.clone(),
        uid: known.uid.to_string(),
        field_path: format!("spec.containers{{{container}}}"),
        kind: EventType::Normal,
        reason: "Killing",
        message: format!("Stopping container {container}"),
        source: None,
            series: "".into(),
    }
}
