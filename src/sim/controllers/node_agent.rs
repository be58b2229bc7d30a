//! The kubelet as far as it speaks for its node: registration, conditions, and what it says when
//! it starts.
//!
//! Models `pkg/kubelet/kubelet_node_status.go` `registerWithAPIServer`, `updateNodeStatus`,
//! `defaultNodeStatusFuncs` and `pkg/kubelet/nodestatus/setters.go`. One key is one node.
//!
//! Deviations:
//! - The heartbeat is not written: a lease that is renewed every ten seconds and the times of the
//!   last posts follow from when the kubelet was started and stopped.
//! - The events of a start come in one order.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::{Node, NodeCondition};
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::event_log::EventType;
use crate::sim::runtime::NodeRuntime;

use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "kubelet",
    reaction_ms: 30,
    watch,
    reconcile,
    host: Some(|_, key| Rc::clone(&key.name)),
    resync: None,
};

/// From the start of the service to the first words of the kubelet.
const START_MS: u64 = 1_200;
/// How often the kubelet compares what it posted with what is (`nodeStatusUpdateFrequency`).
const POST_MS: u64 = 10_000;

/// How often it posts what has not changed (`nodeStatusReportFrequency`).
const HEARTBEAT_MS: u64 = 300_000;

/// The conditions in their order: type; reason and message when all is well; when it is not.
const CONDITIONS: [[&str; 5]; 3] = [
    [
        "MemoryPressure",
        "KubeletHasSufficientMemory",
        "kubelet has sufficient memory available",
        "KubeletHasInsufficientMemory",
        "kubelet has insufficient memory available",
    ],
    [
        "DiskPressure",
        "KubeletHasNoDiskPressure",
        "kubelet has no disk pressure",
        "KubeletHasDiskPressure",
        "kubelet has disk pressure",
    ],
    [
        "PIDPressure",
        "KubeletHasSufficientPID",
        "kubelet has sufficient PID available",
        "KubeletHasInsufficientPID",
        "kubelet has insufficient PID available",
    ],
];

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::Node {
        wakes.add(change.key.clone());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let machine = view.cluster.node_runtime(&view.key.name);
    let Some(machine) = machine.filter(|machine| machine.kubelet_running) else {
        // [node_agent 1-1] OBSERVATION: the machine has no kubelet that runs.
        return Vec::new();
    };
    let node = view.cluster.at::<Node>(view.key);
    if !machine.kubelet_announced {
        return start(view, machine, node);
    }
    let Some(node) = node else {
        // [node_agent 1-2] OBSERVATION: the Node was deleted; a running kubelet leaves it so.
        return Vec::new();
    };
    let due = next_post(machine, view.now);
    let mut actions = post(view, machine, node);
    if actions.is_empty() || due == view.now {
        return actions;
    }
    // [node_agent 1-3] OBSERVATION: something is to be posted, at the next of the kubelet's looks.
    actions.clear();
    actions.push(later(view.now, due));
    actions
}

/// The Node with the times at which its kubelet posted last.
pub fn as_posted(cluster: &Cluster, node: &Node, now: SimTime) -> Node {
    let mut node = node.clone();
    if let Some(machine) = cluster.node_runtime(&node.metadata.name) {
        let started = if machine.kubelet_running && machine.kubelet_since > SimTime(0) {
            machine.kubelet_since + START_MS
        } else {
            SimTime(0)
        };
        let until = if machine.kubelet_running { now } else { machine.kubelet_since };
        for condition in node.status.conditions.iter_mut().filter(|one| is_own(one)) {
            let Some(last) = condition.last_heartbeat_time.map(|last| last.max(started)) else {
                continue;
            };
            let beats = until.since(last) / HEARTBEAT_MS;
            condition.last_heartbeat_time = Some(last + beats * HEARTBEAT_MS);
        }
    }
    node
}

/// When the kubelet of the node renewed its lease last; `None` for a node without a machine.
pub fn renewed_at(cluster: &Cluster, node: &str, now: SimTime) -> Option<SimTime> {
    let machine = cluster.node_runtime(node)?;
    let until = if machine.kubelet_running { now } else { machine.kubelet_since };
    Some(SimTime(until.0 / POST_MS * POST_MS))
}

/// When the kubelet looks next, from now on.
fn next_post(machine: &NodeRuntime, now: SimTime) -> SimTime {
    let since = machine.kubelet_since;
    since + now.since(since).div_ceil(POST_MS) * POST_MS
}

fn later(now: SimTime, due: SimTime) -> Action {
    Action::Requeue { after_ms: due.since(now), urgency: Urgency::Foreground }
}

/// The kubelet has just been started: it registers if it must, and posts.
fn start(view: View<'_>, machine: &Rc<NodeRuntime>, node: Option<&Rc<Node>>) -> Vec<Action> {
    let ready_at = machine.kubelet_since + START_MS;
    if view.now < ready_at {
        // [node_agent 2-1] OBSERVATION: the kubelet is starting.
        return vec![later(view.now, ready_at)];
    }
    let profile = &view.cluster.profile;
    let Some(node) = node else {
        // [node_agent 2-2] OBSERVATION: there is no Node of that name; the kubelet makes it.
        let made = profile.node_objects(&view.key.name).into_iter().map(Action::Create);
        let mut actions: Vec<Action> = made.collect();
        actions.push(later(view.now, view.now + 100));
        return actions;
    };
    let announced = NodeRuntime { kubelet_announced: true, ..NodeRuntime::clone(machine) };
    let mut actions = vec![
        Action::SetNodeRuntime(Rc::clone(&view.key.name), Rc::new(announced)),
        Action::Remember(Some(Memory::NodeAgent(false))),
    ];
    // [node_agent 2-3] OBSERVATION: the kubelet says that it runs and how its node is.
    let normal = EventType::Normal;
    let said = [
        (normal, "Starting", "Starting kubelet.".to_owned()),
        (
            EventType::Warning,
            "InvalidDiskCapacity",
            "invalid capacity 0 on image filesystem".to_owned(),
        ),
        (
            normal,
            "NodeAllocatableEnforced",
            "Updated Node Allocatable limit across pods".to_owned(),
        ),
    ];
    actions.extend(said.map(|(kind, reason, message)| event(view.key, kind, reason, message)));
    let csi_node = ObjectKey::new(Kind::CSINode, "", &view.key.name);
    if view.cluster.object(&csi_node).is_none() {
        actions.extend(profile.owned_csi_node(node).map(Action::Create));
    }
    let conditions = conditions(node, machine, view.now);
    for condition in &conditions[..3] {
        actions.push(status_event(view.key, node_reason(&condition.reason)));
    }
    actions.extend(write(view, node, conditions, false));
    actions.push(later(view.now, next_post(machine, view.now)));
    actions
}

/// What differs from what the kubelet posted before.
fn post(view: View<'_>, machine: &NodeRuntime, node: &Rc<Node>) -> Vec<Action> {
    let mut actions = write(view, node, conditions(node, machine, view.now), true);
    let said = matches!(view.memory(), Some(Memory::NodeAgent(true)));
    if node.spec.unschedulable != said {
        // [node_agent 3-1] OBSERVATION: the node was cordoned or uncordoned.
        let reason = if said { "NodeSchedulable" } else { "NodeNotSchedulable" };
        actions.push(status_event(view.key, reason));
        actions.push(Action::Remember(Some(Memory::NodeAgent(!said))));
    }
    actions
}

/// Writes the conditions if one of them changed, and says which.
fn write(
    view: View<'_>,
    node: &Rc<Node>,
    conditions: Vec<NodeCondition>,
    pressures_are_said: bool,
) -> Vec<Action> {
    let changed = |condition: &&NodeCondition| {
        node.condition(&condition.kind).is_none_or(|old| old.status != condition.status)
    };
    let news: Vec<&NodeCondition> = conditions.iter().filter(changed).collect();
    if news.is_empty() {
        return Vec::new();
    }
    // [node_agent 3-2] OBSERVATION: what was posted is no longer true.
    let events: Vec<Action> = news
        .iter()
        .filter(|condition| pressures_are_said || condition.kind == "Ready")
        .map(|condition| status_event(view.key, node_reason(&condition.reason)))
        .collect();
    let mut node = Node::clone(node);
    let others = node.status.conditions.iter().filter(|one| !is_own(one)).cloned();
    node.status.conditions = others.chain(conditions).collect();
    let mut actions = vec![Action::Update(node.into())];
    actions.extend(events);
    actions
}

fn is_own(condition: &NodeCondition) -> bool {
    condition.kind == "Ready" || CONDITIONS.iter().any(|[kind, ..]| *kind == condition.kind)
}

/// The conditions as the kubelet sees them.
fn conditions(node: &Node, machine: &NodeRuntime, now: SimTime) -> Vec<NodeCondition> {
    let made = |kind: &str, status: &str, reason: &str, message: &str| {
        let unchanged = node.condition(kind).filter(|old| old.status == status);
        let since = unchanged.and_then(|old| old.last_transition_time);
        NodeCondition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            last_heartbeat_time: Some(now),
            last_transition_time: since.or(Some(now)),
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..NodeCondition::default()
        }
    };
    let mut list = Vec::with_capacity(CONDITIONS.len() + 1);
    for [kind, fine, fine_message, short, short_message] in CONDITIONS {
        list.push(if machine.pressures.contains(kind) {
            made(kind, "True", short, short_message)
        } else {
            made(kind, "False", fine, fine_message)
        });
    }
    list.push(made("Ready", "True", "KubeletReady", "kubelet is posting ready status"));
    list
}

/// The word of the event that goes with a condition's reason.
fn node_reason(reason: &str) -> &'static str {
    match reason {
        "KubeletHasSufficientMemory" => "NodeHasSufficientMemory",
        "KubeletHasInsufficientMemory" => "NodeHasInsufficientMemory",
        "KubeletHasNoDiskPressure" => "NodeHasNoDiskPressure",
        "KubeletHasDiskPressure" => "NodeHasDiskPressure",
        "KubeletHasSufficientPID" => "NodeHasSufficientPID",
        "KubeletHasInsufficientPID" => "NodeHasInsufficientPID",
        _ => "NodeReady",
    }
}

fn status_event(node: &ObjectKey, reason: &'static str) -> Action {
    let message = format!("Node {} status is now: {reason}", node.name);
    event(node, EventType::Normal, reason, message)
}

/// The kubelet names its node in events without its uid, so `describe` does not find them.
fn event(node: &ObjectKey, kind: EventType, reason: &'static str, message: String) -> Action {
    Action::Event(EventDraft {
        regarding: node.clone(),
        uid: String::new(),
        field_path: String::new(),
        kind,
        reason,
        message,
        source: None,
        series: "".into(),
    })
}
