//! The control plane: the machine that runs none of the learner's Pods, and who acts on it.

use crate::api::node::Node;
use crate::api::object::Resource;

use super::frame::Frame;
use super::id;
use super::layout::{Block, Draft};
use super::measure::TextRole;
use super::node;
use super::rail;
use super::shape::{Role, ShapeId};

/// Narrower pictures leave it out: what the learner works with comes first.
const LEAST: i32 = 1000;

/// Who is not run by the controller manager.
const OTHERS: [&str; 4] = ["kubelet", "kubectl", "shell", "default-scheduler"];

/// Its card, or nothing where there is no room.
pub(super) fn card(frame: &Frame<'_>) -> Option<Block> {
    if frame.options.width < LEAST {
        return None;
    }
    let machine = frame.cluster.list::<Node>().find(|node| {
        node::is_apart(node) && !frame.plan.hosts().contains(node.metadata.name.as_str())
    });
    let own = match machine {
        Some(machine) => id::of_key(&machine.key()),
        None => id::named("control-plane", ""),
    };
    let label = machine.map_or("control-plane", |machine| &machine.metadata.name);
    let mut draft = Draft::new(own.clone(), Role::ControlPlane, label)
        .line(TextRole::Name, label, (10, 84), 19)
        .at_end(TextRole::Kind, if machine.is_some() { "control-plane" } else { "" }, 18);
    draft.key = machine.map(|machine| machine.key());
    let mut head = 28;
    if let Some(machine) = machine {
        let (status, state) = node::fares(frame, machine);
        draft = draft.line(TextRole::Line, machine.internal_ip(), (10, 86), 36).at_end(
            TextRole::Line,
            format!("{} {state}", status.glyph()),
            36,
        );
        (draft.status, draft.state) = (status, state);
        head = 46;
    }
    let controller = frame.actors().find(|actor| is_controller(actor)).unwrap_or_default();
    let written = frame.actors().any(|actor| actor != "shell");
    let parts = [
        ("kube-apiserver", written, ""),
        ("kube-scheduler", frame.is_actor("default-scheduler"), ""),
        ("kube-controller-manager", !controller.is_empty(), controller),
    ];
    let is_quiet = frame.is_all_active();
    let parts = parts.map(|(name, acts, who)| component(&own, name, acts || is_quiet, who));
    draft.active = frame.is_all_active();
    Some(Block::column(6, parts.into()).drawn(draft, [head, 8, 8, 8]))
}

/// Whether the controller manager runs it.
fn is_controller(actor: &str) -> bool {
    !OTHERS.contains(&actor) && !actor.starts_with("external-") && !actor.contains('/')
}

/// A program; `who` is the part of it that acts.
fn component(plane: &ShapeId, name: &str, acts: bool, who: &str) -> Block {
    let height = if name == "kube-controller-manager" { 38 } else { 24 };
    let mut draft = Draft::new(id::part(plane, "component", name), Role::Component, name)
        .line(TextRole::Line, name, (8, 6), 16)
        .line(TextRole::Kind, who, (8, 6), 31);
    draft.active = acts;
    Block::of(draft, rail::WIDTH - 16, height)
}
