//! Which lost nodes lose their Pods, and how fast.
//!
//! Models `handleDisruption`, `ComputeZoneState`, `processTaintBaseEviction`,
//! `doNoExecuteTaintingPass` and `pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go`.

use std::rc::Rc;

use crate::api::kind::Kind;
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::sorted::{SortedMap, SortedSet};
use crate::api::time::SimTime;
use crate::sim::action::Action;
use crate::sim::cluster::Cluster;
use crate::sim::controllers::{Memory, View};

use super::taints::{self, NOT_READY, UNREACHABLE};
use super::{Known, TICK_END_MS, TICK_MS, at, next_tick};

/// The end of a look, from its beginning.
const DECIDE_MS: u64 = 20;
/// Between the taints of two nodes of one zone (`nodeEvictionRate` 0.1 per second).
const RATE_MS: u64 = 10_000;
/// A zone is disrupted with more lost nodes than this …
const LOST_MIN: usize = 2;
/// … that are at least this share of it (`unhealthyZoneThreshold`), in hundredths.
const LOST_PERCENT: usize = 55;

/// How a zone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ZoneState {
    Normal,
    Partial,
    Full,
}

/// All zones at the last look.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Zones {
    states: SortedMap<String, ZoneState>,
    /// Nodes that wait for their taint, with their zone.
    queue: Vec<(String, Rc<str>)>,
    /// When the next node of a zone may be tainted.
    next_at: SortedMap<String, SimTime>,
    /// Zones in which no node is tainted.
    stopped: SortedSet<String>,
}

pub(super) fn reconcile(view: View<'_>) -> Vec<Action> {
    let now = view.now;
    let before = match view.memory() {
        Some(Memory::NodeLifecycle(Known::Zones(zones))) => zones.clone(),
        _ => Zones::default(),
    };
    if now.0 % TICK_MS < TICK_END_MS {
        return look(view, before);
    }
    let (zones, mut actions) = work(view, before.clone());
    let (after, decided) = decide(view, zones.clone());
    if after != zones || !decided.is_empty() {
        // [node_lifecycle 4-1] OBSERVATION: a node has changed since the last look at all nodes.
        actions.push(at(now, next_tick(now) + DECIDE_MS));
    }
    if zones != before {
        actions.push(Action::Remember(Some(Memory::NodeLifecycle(Known::Zones(zones.clone())))));
        actions.extend(zones.next_work(now));
    }
    actions
}

/// The end of a look at all nodes.
fn look(view: View<'_>, before: Zones) -> Vec<Action> {
    let (zones, mut actions) = decide(view, before.clone());
    if zones != before {
        actions.extend(zones.next_work(view.now));
        actions.push(Action::Remember(Some(Memory::NodeLifecycle(Known::Zones(zones)))));
    }
    actions
}

impl Zones {
    /// When the first node that waits may be tainted.
    fn next_work(&self, now: SimTime) -> Option<Action> {
        let soon = SimTime(now.0 / TICK_MS * TICK_MS + TICK_END_MS).max(now + 1);
        let open = self.queue.iter().filter(|(zone, _)| !self.stopped.contains(zone));
        let times = open.map(|(zone, _)| self.next_at.get(zone).copied().unwrap_or_default());
        let first = times.min()?.max(soon);
        let into_look = first.0 % TICK_MS;
        // The beginning of a look belongs to the look.
        let wait = TICK_END_MS.saturating_sub(into_look);
        Some(at(now, first + wait))
    }

    fn was_all_lost(&self) -> bool {
        !self.states.is_empty() && self.states.values().all(|state| *state == ZoneState::Full)
    }

    fn stop(&mut self, zone: &str) {
        self.stopped.insert(zone.to_owned());
    }

    /// The limit of a zone that was stopped begins without a token.
    fn go_on(&mut self, zone: &str, now: SimTime) {
        if self.stopped.remove(zone) {
            self.next_at.insert(zone.to_owned(), now + RATE_MS);
        }
    }
}

/// Takes note of all nodes, and decides about the zones.
fn decide(view: View<'_>, before: Zones) -> (Zones, Vec<Action>) {
    let (cluster, now) = (view.cluster, view.now);
    let states = states(cluster);
    let mut zones = Zones { states, ..before.clone() };
    let mut actions = Vec::new();
    zones.queue.retain(|(_, name)| {
        cluster.get::<Node>("", name).is_some_and(|node| wanted_taint(node).is_some())
    });
    for node in cluster.list::<Node>() {
        actions.extend(take_note(node, &mut zones, now));
    }
    match (before.was_all_lost(), zones.was_all_lost()) {
        (false, true) => {
            // [node_lifecycle 4-2] OBSERVATION: all nodes are lost: it may well be the network.
            for zone in zones.states.keys().cloned().collect::<Vec<_>>() {
                zones.stop(&zone);
            }
            for node in cluster.list::<Node>() {
                actions.extend(taints::no_execute(node, None, now));
            }
        }
        (true, true) => {}
        (_, false) => {
            for (zone, state) in zones.states.clone() {
                match state {
                    // [node_lifecycle 4-3] OBSERVATION: most of a zone is lost.
                    ZoneState::Partial => zones.stop(&zone),
                    // [node_lifecycle 4-4] OBSERVATION: the zone is well, or lost as a whole.
                    ZoneState::Normal | ZoneState::Full => zones.go_on(&zone, now),
                }
            }
        }
    }
    (zones, actions)
}

/// The taint that evicts Pods, if the node calls for one.
fn wanted_taint(node: &Node) -> Option<&'static str> {
    match node.condition("Ready")?.status.as_str() {
        "False" => Some(NOT_READY),
        "Unknown" => Some(UNREACHABLE),
        _ => None,
    }
}

fn take_note(node: &Rc<Node>, zones: &mut Zones, now: SimTime) -> Vec<Action> {
    let name = node.metadata.name.as_str();
    let has = |key| node.has_taint(key, "NoExecute");
    match wanted_taint(node) {
        None => {
            // [node_lifecycle 4-5] OBSERVATION: the node is ready.
            taints::no_execute(node, None, now)
        }
        Some(key) if has(NOT_READY) || has(UNREACHABLE) => {
            // [node_lifecycle 4-6] OBSERVATION: the node is tainted, but perhaps not with the
            // right one of the two.
            taints::no_execute(node, Some(key), now)
        }
        Some(_) => {
            // [node_lifecycle 4-7] OBSERVATION: the node is to be tainted.
            if !zones.queue.iter().any(|(_, waiting)| **waiting == *name) {
                zones.queue.push((zone_of(node), name.into()));
            }
            Vec::new()
        }
    }
}

/// Taints the nodes whose turn has come.
fn work(view: View<'_>, mut zones: Zones) -> (Zones, Vec<Action>) {
    let mut actions = Vec::new();
    for (zone, name) in zones.queue.clone() {
        let open = zones.next_at.get(&zone).is_none_or(|at| *at <= view.now);
        let key = ObjectKey::new(Kind::Node, "", &name);
        let node = view.cluster.at::<Node>(&key);
        let wanted = node.and_then(|node| Some((node, wanted_taint(node)?)));
        if let Some((node, taint)) = wanted
            && open
            && !zones.stopped.contains(&zone)
        {
            // [node_lifecycle 4-8] OBSERVATION: it is the node's turn.
            actions.extend(taints::no_execute(node, Some(taint), view.now));
            zones.next_at.insert(zone, view.now + RATE_MS);
            zones.queue.retain(|(_, waiting)| *waiting != name);
        }
    }
    (zones, actions)
}

fn states(cluster: &Cluster) -> SortedMap<String, ZoneState> {
    let mut counts: SortedMap<String, (usize, usize)> = SortedMap::new();
    let excluded = "node.kubernetes.io/exclude-disruption";
    for node in cluster.list::<Node>() {
        if node.metadata.labels.contains_key(excluded) {
            continue;
        }
        let (ready, lost) = counts.entry(zone_of(node)).or_default();
        *if node.is_ready() { ready } else { lost } += 1;
    }
    let state = |(ready, lost): (usize, usize)| match (ready, lost) {
        (0, 1..) => ZoneState::Full,
        (_, lost) if lost > LOST_MIN && lost * 100 >= LOST_PERCENT * (ready + lost) => {
            ZoneState::Partial
        }
        _ => ZoneState::Normal,
    };
    counts.into_iter().map(|(zone, count)| (zone, state(count))).collect()
}

/// Region and zone (`GetZoneKey`).
fn zone_of(node: &Node) -> String {
    let label = |key: &str| node.metadata.labels.get(key).map_or("", String::as_str);
    let region = label("topology.kubernetes.io/region");
    let zone = label("topology.kubernetes.io/zone");
    if region.is_empty() && zone.is_empty() { String::new() } else { format!("{region}:\0:{zone}") }
}
