//! Pods with names, order and storage of their own.
//!
//! Models `pkg/controller/statefulset/stateful_set.go` `sync`, `getPodsForStatefulSet` and
//! `stateful_set_control.go` `UpdateStatefulSet`.
//!
//! Deviations: a sync that adopts or releases Pods ends there and the next one goes on; a hash
//! collision of two templates is not resolved (it would need another 2^32 templates); claims get
//! the owner that the retention policy asks for when they are made, not by a second write; a set
//! that is Terminating does not make the revision anew that the garbage collector took.

mod claims;
mod history;
mod identity;
mod ownership;
mod scale;
mod status;
mod update;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::Pod;
use crate::api::workload::{ControllerRevision, StatefulSet};
use crate::sim::action::{Action, Deletion, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::pod_facts::{PodFacts, digest};

use super::{Controller, Memory, View, Wakes, revision};
use history::Revisions;
use status::{Member, Tally};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "statefulset-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// What is remembered about a set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetMemory {
    /// The generation whose template was hashed.
    generation: i64,
    /// The end of the name of its revision.
    hash: String,
    /// Syncs in a row that failed.
    failures: u32,
}

/// The longest pause after failures, and the first one (the default rate limiter of work queues).
const BACKOFF_MS: (u64, u64) = (5, 1_000_000);
/// A run does not wait for longer pauses than this.
const PATIENCE_MS: u64 = 16_000;

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::StatefulSet {
        wakes.add(change.key.clone());
        return;
    }
    let (before, after) = change.sides::<Pod>();
    if let (Some(before), Some(after)) = (before, after)
        && !matters(before, after)
    {
        return;
    }
    for pod in [before, after].into_iter().flatten() {
        match pod.metadata.controller() {
            Some(owner) if owner.kind == "StatefulSet" => {
                let namespace = &change.key.namespace;
                wakes.add(ObjectKey::new(Kind::StatefulSet, namespace, &owner.name));
            }
            Some(_) => {}
            None => wake_adopters(pod, cluster, wakes),
        }
    }
}

/// Whether a change of a Pod can change what its set does.
fn matters(before: &Pod, after: &Pod) -> bool {
    before.status.phase != after.status.phase
        || before.is_ready() != after.is_ready()
        || before.metadata.deletion_timestamp != after.metadata.deletion_timestamp
        || before.metadata.labels != after.metadata.labels
        || before.metadata.owner_references != after.metadata.owner_references
}

fn wake_adopters(pod: &Pod, cluster: &Cluster, wakes: &mut Wakes) {
    for set in cluster.list_in::<StatefulSet>(&pod.metadata.namespace) {
        if ownership::may_adopt(set, pod) {
            wakes.add(set.key());
        }
    }
}

/// One sync of a set: what it looks at and what it decides.
struct Sync<'a> {
    view: View<'a>,
    object: &'a Object,
    set: &'a StatefulSet,
    memory: SetMemory,
    revisions: Revisions,
    pods: Vec<Member<'a>>,
    /// The cluster with what this sync creates, where quotas count it.
    scratch: Option<Cluster>,
    actions: Vec<Action>,
    failed: bool,
}

/// What a step of a sync decides about the rest of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// Look further.
    Next,
    /// This sync is over.
    End,
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [stateful_set 1-1] OBSERVATION: the set is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    let Some(set) = StatefulSet::of(object) else { return Vec::new() };
    let known = ownership::known_objects(view.cluster, set);
    let mut adoption = ownership::adopt_and_release(view.cluster, object, set, &known);
    if !adoption.is_empty() {
        // The sync goes on with what it took in.
        adoption.push(Action::Requeue { after_ms: 0, urgency: Urgency::Foreground });
        return adoption;
    }
    let remembered = match view.memory() {
        Some(Memory::StatefulSet(memory)) => memory.clone(),
        _ => SetMemory::default(),
    };
    let mut sync = Sync::new(view, object, set, remembered.clone(), known);
    let tally = sync.update_set();
    sync.write_status(tally);
    sync.truncate_history();
    sync.schedule_next();
    sync.memory.failures = if sync.failed { remembered.failures + 1 } else { 0 };
    if sync.memory != remembered {
        sync.actions.push(Action::Remember(Some(Memory::StatefulSet(sync.memory))));
    }
    sync.actions
}

/// The objects of a set: revisions and Pods.
struct Known<'a> {
    revisions: Vec<&'a Rc<ControllerRevision>>,
    pods: Vec<(&'a Rc<Pod>, PodFacts)>,
}

impl<'a> Sync<'a> {
    fn new(
        view: View<'a>,
        object: &'a Object,
        set: &'a StatefulSet,
        mut memory: SetMemory,
        known: Known<'a>,
    ) -> Self {
        if memory.hash.is_empty() || memory.generation != set.metadata.generation {
            memory.generation = set.metadata.generation;
            memory.hash = revision::template_hash(&set.spec.template);
        }
        let mut actions = Vec::new();
        let revisions = Revisions::of(object, set, &memory.hash, &known.revisions, &mut actions);
        let digests = (digest(&revisions.current), digest(&revisions.update));
        let look = |known| Member::of(view, set, digests, known);
        let pods = known.pods.into_iter().map(look).collect();
        let (scratch, failed) = (None, false);
        Self { view, object, set, memory, revisions, pods, scratch, actions, failed }
    }

    /// Models `updateStatefulSet`. Answers what the status shall count.
    fn update_set(&mut self) -> Tally {
        if self.set.metadata.is_deleting() {
            // [stateful_set 1-2] OBSERVATION: the set is Terminating; only its status is kept.
            return self.tally();
        }
        let slots = scale::Slots::of(self);
        if self.process_replicas(&slots) == Flow::End {
            return self.tally();
        }
        if self.process_condemned(&slots) == Flow::End {
            return self.tally();
        }
        let mut tally = self.tally();
        if self.roll_one(&slots) {
            tally.current -= 1;
        }
        tally
    }

    fn name(&self) -> &'a str {
        &self.set.metadata.name
    }

    fn is_monotonic(&self) -> bool {
        self.set.spec.pod_management_policy != "Parallel"
    }

    /// Deletes a Pod of the set and says so.
    fn delete_pod(&mut self, pod: &Rc<Pod>) {
        self.actions.push(Action::Delete(Deletion::of(&Object::Pod(Rc::clone(pod)))));
        self.report("SuccessfulDelete", "Delete", &pod.metadata.name);
    }

    fn report(&mut self, reason: &'static str, verb: &str, pod: &str) {
        let message = format!("{verb} Pod {pod} in StatefulSet {} successful", self.name());
        self.actions.push(Action::Event(EventDraft::normal(self.object, reason, message)));
    }

    fn warn(&mut self, reason: &'static str, message: String) {
        self.actions.push(Action::Event(EventDraft::warning(self.object, reason, message)));
    }

    /// Looks again when a Pod becomes available by the mere passing of time, or after a failure.
    fn schedule_next(&mut self) {
        if self.failed {
            let (first, longest) = BACKOFF_MS;
            let after_ms = (first << self.memory.failures.min(18)).min(longest);
            let patient = after_ms <= PATIENCE_MS;
            let urgency = if patient { Urgency::Foreground } else { Urgency::Background };
            self.actions.push(Action::Requeue { after_ms, urgency });
        }
        if self.set.spec.min_ready_seconds <= 0 {
            return;
        }
        let waits = self.pods.iter().filter_map(|member| member.wait);
        if let Some(after_ms) = waits.filter(|wait| *wait > 0).min() {
            let urgency = Urgency::Foreground;
            self.actions.push(Action::Requeue { after_ms, urgency });
        }
    }
}
