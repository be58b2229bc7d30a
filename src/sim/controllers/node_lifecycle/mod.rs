//! Notices nodes that are lost, says so, and taints them.
//!
//! Models `pkg/controller/nodelifecycle/node_lifecycle_controller.go` `monitorNodeHealth`,
//! `doNoScheduleTaintingPass`, `doNoExecuteTaintingPass`, `handleDisruption` and
//! `pkg/controller/util/node/controller_utils.go`. One key is one node; the key without a name
//! stands for all zones together.
//!
//! Deviations:
//! - The controller looks at all nodes every five seconds, but only those looks are simulated at
//!   which something is to be done.
//! - Of the spans that a lost heartbeat takes to be noticed the middle is taken ([`GRACE_MS`]).
//! - Zones are small: the rates of large clusters are left out.

mod health;
mod taints;
mod zones;

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::event_log::EventType;

use super::{Controller, Memory, View, Wakes};
pub use zones::Zones;

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "node-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// How often all nodes are looked at (`nodeMonitorPeriod`).
const TICK_MS: u64 = 5_000;
/// What is done at the end of such a look is done within so long.
const TICK_END_MS: u64 = 100;
/// From the stop of a kubelet to the first look that may find it lost: the grace period of 50 s
/// counts from the look that saw the last heartbeat, which is 0 to 15 s before the next one
/// would have been seen.
const GRACE_MS: u64 = 45_000;
/// For a node that never posted a status (`nodeStartupGracePeriod`).
const STARTUP_GRACE_MS: u64 = 60_000;

/// What the controller remembers.
#[derive(Clone, Debug, PartialEq)]
pub enum Known {
    /// Of a node: its uid, once it was seen.
    Node(Rc<str>),
    /// Of all zones.
    Zones(Zones),
}

/// The key that stands for all zones.
fn zones_key() -> ObjectKey {
    ObjectKey::new(Kind::Node, "", "")
}

fn watch(change: &Change, _: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::Node {
        wakes.add(change.key.clone());
        wakes.add(zones_key());
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    if view.key.name.is_empty() {
        return zones::reconcile(view);
    }
    let known = match view.memory() {
        Some(Memory::NodeLifecycle(Known::Node(uid))) => Some(uid),
        _ => None,
    };
    let Some(node) = view.cluster.at::<Node>(view.key) else {
        return removed(view, known);
    };
    let mut actions = registered(view, node, known);
    actions.extend(taints::beta_labels(node));
    actions.extend(health::check(view, node));
    actions.extend(taints::no_schedule(node, view.now));
    actions
}

/// The next look at all nodes, from now on.
fn next_tick(now: SimTime) -> SimTime {
    SimTime(now.0.div_ceil(TICK_MS) * TICK_MS)
}

/// The controller looks again at that time; the run waits for it.
fn at(now: SimTime, due: SimTime) -> Action {
    Action::Requeue { after_ms: due.since(now).max(1), urgency: Urgency::Foreground }
}

/// A node that appeared is greeted at the next look.
fn registered(view: View<'_>, node: &Rc<Node>, known: Option<&Rc<str>>) -> Vec<Action> {
    let meta = &node.metadata;
    if known.is_some_and(|uid| **uid == *meta.uid) {
        return Vec::new();
    }
    let remember = Memory::NodeLifecycle(Known::Node(meta.uid.as_str().into()));
    let remember = Action::Remember(Some(remember));
    if meta.creation_timestamp == Some(SimTime(0)) && known.is_none() {
        // [node_lifecycle 1-1] OBSERVATION: the node was there before anybody looked.
        return vec![remember];
    }
    let tick = next_tick(view.now);
    if view.now < tick {
        return vec![at(view.now, tick)];
    }
    // [node_lifecycle 1-2] OBSERVATION: the node is new.
    let message = format!("Node {0} event: Registered Node {0} in Controller", meta.name);
    let event = EventDraft::normal(&Rc::clone(node).into(), "RegisteredNode", message);
    vec![Action::Event(event), remember]
}

/// A node that went is taken leave of at the next look.
fn removed(view: View<'_>, known: Option<&Rc<str>>) -> Vec<Action> {
    let Some(uid) = known else { return Vec::new() };
    let tick = next_tick(view.now);
    if view.now < tick {
        return vec![at(view.now, tick)];
    }
    // [node_lifecycle 1-3] OBSERVATION: the node is gone.
    let name = &view.key.name;
    let event = EventDraft {
        regarding: view.key.clone(),
        uid: uid.to_string(),
        field_path: String::new(),
        kind: EventType::Normal,
        reason: "RemovingNode",
        message: format!("Node {name} event: Removing Node {name} from Controller"),
        source: None,
        series: "".into(),
    };
    vec![Action::Event(event), Action::Remember(None)]
}
