//! One Pod on every eligible node.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` `syncDaemonSet`, `updateDaemonSet`.
//!
//! Deviations: a sync that adopts or releases Pods ends there and the next one goes on; a sync
//! that made or deleted Pods does not roll, as upstream's waits until it has seen its own writes;
//! a hash collision of two templates is not resolved; nodes are walked by name.

mod history;
mod manage;
mod nodes;
mod rolling;
mod status;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::node::Node;
use crate::api::object::Resource;
use crate::api::order;
use crate::api::pod::Pod;
use crate::api::sorted::SortedMap;
use crate::api::time::SimTime;
use crate::api::workload::DaemonSet;
use crate::sim::action::{Action, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::pod_control::{self, PodControl};
use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "daemonset-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The label that tells the Pods of one template from those of another.
const HASH_LABEL: &str = "controller-revision-hash";

/// What is remembered about a set.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DaemonMemory {
    /// Syncs in a row that failed.
    failures: u32,
    /// How long failed Pods of a node are left alone, and since when.
    pauses: SortedMap<String, (u64, SimTime)>,
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::DaemonSet => wakes.add(change.key.clone()),
        Kind::ControllerRevision => {
            let owner = change.object().meta().controller();
            if let Some(owner) = owner.filter(|owner| owner.kind == "DaemonSet") {
                let namespace = &change.key.namespace;
                wakes.add(crate::api::object::ObjectKey::new(
                    Kind::DaemonSet,
                    namespace,
                    &owner.name,
                ));
            }
        }
        Kind::Node => {
            let (before, after) = change.sides::<Node>();
            let Some(after) = after else { return };
            let same = |before: &Node| {
                before.metadata.labels == after.metadata.labels
                    && before.spec.taints == after.spec.taints
            };
            if !before.is_some_and(same) {
                wakes.list.extend(cluster.list::<DaemonSet>().map(|set| (set.key(), 0)));
            }
        }
        Kind::Pod => watch_pod(change, cluster, wakes),
        _ => {}
    }
}

fn watch_pod(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let (before, after) = change.sides::<Pod>();
    if !pod_control::matters(before, after) {
        return;
    }
    for pod in [before, after].into_iter().flatten() {
        match pod_control::controller_of::<DaemonSet>(pod) {
            Some(key) => wakes.add(key),
            None if pod.metadata.controller().is_none() => {
                for set in cluster.list_in::<DaemonSet>(&pod.metadata.namespace) {
                    let selector = set.spec.selector.as_ref();
                    if selector.is_some_and(|one| one.matches(&pod.metadata.labels)) {
                        wakes.add(set.key());
                    }
                }
            }
            None => {}
        }
    }
}

/// One sync of a set: what it looks at and what it decides.
struct Sync<'a> {
    view: View<'a>,
    object: &'a Object,
    set: &'a DaemonSet,
    /// Every node, by name.
    nodes: Vec<&'a Rc<Node>>,
    /// The Pods of each node, scheduled and oldest ones first.
    pods: SortedMap<&'a str, Vec<&'a Rc<Pod>>>,
    /// The hash of the present template.
    hash: String,
    memory: DaemonMemory,
    control: PodControl<'a>,
    /// When to look again, in milliseconds.
    looks: Vec<u64>,
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [daemon_set 1-1] OBSERVATION: the set is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    let Some(set) = DaemonSet::of(object) else { return Vec::new() };
    let selector = set.spec.selector.as_ref();
    let (mut adopted, released) =
        pod_control::adopt_and_release(view.cluster, object, selector, |_| true);
    adopted.extend(released);
    if !adopted.is_empty() {
        // [daemon_set 1-2] OBSERVATION: an orphan has the labels, or a Pod lost them.
        return adopted;
    }
    if set.metadata.is_deleting() {
        // [daemon_set 1-3] OBSERVATION: the set is Terminating; it is left alone.
        return Vec::new();
    }
    let adopted = history::adopt(view.cluster, object, set);
    if !adopted.is_empty() {
        return adopted;
    }
    Sync::new(view, object, set).run()
}

impl<'a> Sync<'a> {
    fn new(view: View<'a>, object: &'a Object, set: &'a DaemonSet) -> Self {
        let mut pods: SortedMap<&'a str, Vec<&'a Rc<Pod>>> = SortedMap::new();
        for pod in pod_control::owned(view.cluster, &set.metadata.uid) {
            if pod.is_terminal() && pod.metadata.is_deleting() {
                continue;
            }
            if let Some(node) = nodes::target_of(pod) {
                pods.entry(node).or_default().push(pod);
            }
        }
        for pods in pods.values_mut() {
            order::sort_by_key(pods, |pod| {
                let created = pod.metadata.creation_timestamp.unwrap_or_default().0 / 1000;
                (pod.spec.node_name.is_empty(), created, pod.metadata.name.clone())
            });
        }
        let memory = match view.memory() {
            Some(Memory::DaemonSet(memory)) => memory.clone(),
            _ => DaemonMemory::default(),
        };
        Self {
            view,
            object,
            set,
            nodes: view.cluster.list::<Node>().collect(),
            pods,
            hash: super::revision::template_hash(&set.spec.template),
            memory,
            control: PodControl::new(view, object),
            looks: Vec::new(),
        }
    }

    fn run(mut self) -> Vec<Action> {
        let before = self.memory.clone();
        self.keep_history();
        let written = self.control.actions.len();
        let mut result = self.manage();
        if result.is_ok() && self.control.actions.len() == written {
            result = self.roll();
        }
        if result.is_ok() {
            self.forget_history();
        }
        self.write_status();
        if result.is_err() {
            self.control.actions.push(pod_control::retry(before.failures));
        }
        self.memory.failures = if result.is_err() { before.failures + 1 } else { 0 };
        if let Some(after_ms) = self.looks.iter().copied().min() {
            let urgency = Urgency::Foreground;
            self.control.actions.push(Action::Requeue { after_ms, urgency });
        }
        let mut actions = self.control.actions;
        if self.memory != before {
            actions.push(Action::Remember(Some(Memory::DaemonSet(self.memory))));
        }
        actions
    }

    /// Whether the Pod was made from the present template.
    fn is_updated(&self, pod: &Pod) -> bool {
        let labels = &pod.metadata.labels;
        let generation = self.set.metadata.annotations.get(nodes::GENERATION_NOTE);
        let of_pod = labels.get(nodes::GENERATION_LABEL);
        labels.get(HASH_LABEL) == Some(&self.hash) || generation.is_some() && generation == of_pod
    }

    fn is_available(&self, pod: &Pod) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        pod_control::available_in(pod, seconds, self.view.now) == Some(0)
    }
}
