//! One look of the kubelet at one Pod: what it sees, and what it decides bit by bit.
//!
//! Models `pkg/kubelet/kubelet.go` `SyncPod` and `pkg/kubelet/pod_workers.go` `podWorkerLoop`: the
//! order of the steps, and that a Pod's worker does one thing at a time.

use std::rc::Rc;

use crate::api::container::Container;
use crate::api::kind::Object;
use crate::api::meta::Condition;
use crate::api::node::Node;
use crate::api::object::ObjectKey;
use crate::api::pod::{Pod, PodStatus};
use crate::api::time::{SimTime, seconds_ms};
use crate::machine::fs::disks::Disks;
use crate::machine::fs::view::View as Files;
use crate::sim::action::{Action, Deletion, EventDraft, Propagation, Urgency};
use crate::sim::cluster::Cluster;
use crate::sim::controllers::{ControllerId, View};
use crate::sim::event_log::EventType;
use crate::sim::machines::node;
use crate::sim::random::hash32;
use crate::sim::runtime::{ContainerRuntime, NodeRuntime, PodRuntime, Process, Stage};
use crate::sim::step::Note;

use super::{conditions, eviction, times};

/// The look.
pub(super) struct Work<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The time.
    pub now: SimTime,
    /// The Pod's key.
    pub key: &'a ObjectKey,
    /// The Pod, with what was written in this look.
    pub pod: Rc<Pod>,
    /// The node as a machine, with what was changed in this look.
    pub machine: Rc<NodeRuntime>,
    /// All files, with what was changed in this look.
    pub disks: Disks,
    /// What the node knows of the Pod.
    pub runtime: PodRuntime,
    known: Option<&'a PodRuntime>,
    actions: Vec<Action>,
    forgotten: bool,
    deleted: bool,
}

impl<'a> Work<'a> {
    /// A look at a Pod that the node knows.
    pub(super) fn new(
        view: View<'a>,
        pod: &Rc<Pod>,
        machine: &Rc<NodeRuntime>,
        known: &'a Rc<PodRuntime>,
    ) -> Self {
        let runtime = PodRuntime::clone(known);
        Self { known: Some(known), ..Self::first(view, pod, machine, runtime) }
    }

    /// The first look at a Pod.
    pub(super) fn first(
        view: View<'a>,
        pod: &Rc<Pod>,
        machine: &Rc<NodeRuntime>,
        runtime: PodRuntime,
    ) -> Self {
        Self {
            cluster: view.cluster,
            now: view.now,
            key: view.key,
            pod: Rc::clone(pod),
            machine: Rc::clone(machine),
            disks: view.cluster.disks().clone(),
            runtime,
            known: None,
            actions: Vec::new(),
            forgotten: false,
            deleted: false,
        }
    }

    /// The Pod's node as an object.
    pub(super) fn node(&self) -> Option<&'a Rc<Node>> {
        self.cluster.get::<Node>("", &self.pod.spec.node_name)
    }

    /// The node's files, as root sees them.
    pub(super) fn on_node<T>(&mut self, with: impl FnOnce(&mut Files<'_>) -> T) -> T {
        let mut space = self.machine.space.clone();
        with(&mut node::root_view(&mut self.disks, &mut space, self.now))
    }

    /// What the node knows of a container.
    pub(super) fn container(&mut self, name: &str) -> &mut ContainerRuntime {
        self.runtime.containers.entry(name.to_owned()).or_default()
    }

    /// `web-0_default(<uid>)`.
    pub(super) fn full_name(&self) -> String {
        let meta = &self.pod.metadata;
        format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
    }

    /// Reports something about the Pod.
    pub(super) fn event(
        &mut self,
        kind: EventType,
        reason: &'static str,
        message: impl Into<String>,
    ) {
        self.event_at(String::new(), kind, reason, message.into());
    }

    /// Reports something about a container.
    pub(super) fn container_event(
        &mut self,
        container: &Container,
        kind: EventType,
        reason: &'static str,
        message: impl Into<String>,
    ) {
        let is_init = self.pod.spec.init_containers.iter().any(|c| c.name == container.name);
        let list = if is_init { "initContainers" } else { "containers" };
        let field = format!("spec.{list}{{{}}}", container.name);
        self.event_at(field, kind, reason, message.into());
    }

    fn event_at(
        &mut self,
        field_path: String,
        kind: EventType,
        reason: &'static str,
        message: String,
    ) {
        self.actions.push(Action::Event(EventDraft {
            regarding: self.key.clone(),
            uid: self.pod.metadata.uid.clone(),
            field_path,
            kind,
            reason,
            message,
            source: None,
            series: "".into(),
        }));
    }

    /// Tells the learner something that no object shows.
    pub(super) fn note(&mut self, code: &'static str, args: Vec<(&'static str, String)>) {
        self.actions.push(Action::Note(Note { code, args }));
    }

    /// Lets another controller look at the Pod, so many milliseconds from now.
    pub(super) fn wake(&mut self, controller: ControllerId, after_ms: u64, urgency: Urgency) {
        self.actions.push(Action::WakeOther(controller, after_ms, urgency));
    }

    /// Writes an object beside the Pod.
    pub(super) fn write(&mut self, object: Object) {
        self.actions.push(Action::Update(object));
    }

    /// Writes the status unless nothing differs.
    pub(super) fn write_status(&mut self, status: PodStatus) {
        if self.pod.status == status {
            return;
        }
        Rc::make_mut(&mut self.pod).status = status;
        self.actions.push(Action::Update(Rc::clone(&self.pod).into()));
    }

    /// Writes one condition.
    pub(super) fn write_condition(&mut self, kind: &str, value: &str) {
        let mut status = self.pod.status.clone();
        let generation = self.pod.metadata.generation;
        status.observed_generation = generation;
        match status.conditions.iter_mut().find(|condition| condition.kind == kind) {
            Some(condition) => {
                if condition.status != value {
                    value.clone_into(&mut condition.status);
                    condition.last_transition_time = Some(self.now);
                }
            }
            None => status.conditions.push(Condition {
                kind: kind.to_owned(),
                status: value.to_owned(),
                observed_generation: generation,
                last_transition_time: Some(self.now),
                ..Condition::default()
            }),
        }
        self.write_status(status);
    }

    /// Takes the object away, and what the node knows if nobody else keeps the object.
    pub(super) fn delete_object(&mut self) {
        if std::mem::replace(&mut self.deleted, true) {
            return;
        }
        self.actions.push(Action::Delete(Deletion {
            key: self.key.clone(),
            uid: self.pod.metadata.uid.clone(),
            grace_seconds: Some(0),
            propagation: Propagation::Background,
        }));
        self.forgotten = self.pod.metadata.finalizers.is_empty();
    }

    /// What of the Pod's definition a look can tell apart.
    pub(super) fn fingerprint(&self) -> u32 {
        let meta = &self.pod.metadata;
        let gates = conditions::readiness_gates(&self.pod.spec).filter_map(|gate| {
            let condition = self.pod.condition(gate)?;
            Some((&condition.kind, &condition.status))
        });
        let maps = meta.labels.iter().chain(&meta.annotations).chain(gates);
        maps.fold(u32::try_from(meta.generation).unwrap_or(0), |sum, (key, value)| {
            sum.rotate_left(5) ^ hash32(key).wrapping_mul(31).wrapping_add(hash32(value))
        })
    }

    /// The decisions, with the time of the next look.
    pub(super) fn finish(self) -> Vec<Action> {
        let mut actions = Vec::with_capacity(self.actions.len() + 3);
        let node: &str = &self.runtime.node;
        let old_machine = self.cluster.node_runtime(node);
        if old_machine.is_none_or(|old| !Rc::ptr_eq(old, &self.machine)) {
            actions.push(Action::SetNodeRuntime(node.into(), Rc::clone(&self.machine)));
        }
        if self.disks != *self.cluster.disks() {
            actions.push(Action::SetDisks(self.disks.clone()));
        }
        if self.forgotten {
            actions.push(Action::SetRuntime(self.key.clone(), None));
            actions.extend(self.actions);
            return actions;
        }
        let due = self.next_due();
        let requeue = due.map(|due| Action::Requeue {
            after_ms: due.since(self.now).max(1),
            urgency: self.urgency(due),
        });
        if self.known != Some(&self.runtime) {
            let runtime = Rc::new(self.runtime);
            actions.push(Action::SetRuntime(self.key.clone(), Some(runtime)));
        }
        actions.extend(self.actions);
        actions.extend(requeue);
        actions
    }

    /// When something happens next if nobody changes anything.
    fn next_due(&self) -> Option<SimTime> {
        let runtime = &self.runtime;
        match &runtime.stage {
            Stage::Volumes { since } => {
                let volumes = runtime.volumes.values();
                let open = volumes.filter(|volume| volume.mounted_at.is_none());
                let retries = open.filter_map(|volume| volume.retry_at);
                retries.chain(self.deadline_seen(*since)).min()
            }
            Stage::Sandbox { ready_at } => Some(*ready_at),
            Stage::Starting(starting) => Some(starting.until),
            Stage::Idle => {
                let containers = runtime.containers.values();
                let own = containers.flat_map(|container| {
                    let running = container.is_running();
                    let probes = container.probes;
                    let probes = [probes.readiness, probes.liveness, probes.startup];
                    let probes = probes.into_iter().filter_map(|probe| probe.next_at);
                    container.end_seen_at().into_iter().chain(probes.filter(move |_| running))
                });
                own.chain(runtime.sync_at)
                    .chain(self.deadline())
                    .chain(runtime.measure_at)
                    .min()
            }
            Stage::Stopping { next_at, .. } => Some(*next_at),
            Stage::Over => None,
        }
    }

    /// When the Pod has been active for as long as it may.
    pub(super) fn deadline(&self) -> Option<SimTime> {
        let seconds = self.pod.spec.active_deadline_seconds?;
        Some(self.pod.status.start_time? + seconds_ms(seconds))
    }

    /// When a Pod that waits for its volumes since then sees that its deadline has passed: the
    /// worker looks up only between two waits.
    pub(super) fn deadline_seen(&self, since: SimTime) -> Option<SimTime> {
        let deadline = self.deadline()?;
        let round = times::VOLUMES_WAIT_MS + times::ERROR_RETRY_MS;
        let rounds = deadline.since(since) / round;
        Some(deadline.max(since + (rounds * round + times::VOLUMES_WAIT_MS)))
    }

    /// Whether nothing is due then but probes that go on to succeed.
    fn is_only_asked(&self, due: SimTime) -> bool {
        let runtime = &self.runtime;
        let containers = || runtime.containers.values();
        let probes = containers().flat_map(|container| {
            let probes = container.probes;
            [probes.readiness, probes.liveness, probes.startup]
        });
        let mut asked = probes.filter(|probe| probe.next_at == Some(due)).peekable();
        runtime.stage == Stage::Idle
            && (asked.peek().is_some() || runtime.measure_at == Some(due))
            && asked.all(|probe| probe.successes > 0)
            && runtime.sync_at.is_none_or(|at| at > due)
            && self.deadline().is_none_or(|at| at > due)
            && containers().all(|container| container.end_seen_at().is_none_or(|at| at > due))
    }

    /// Whether a run waits for the next look: for what goes on, not for what goes round and round.
    fn urgency(&self, due: SimTime) -> Urgency {
        let runtime = &self.runtime;
        if runtime.measure_at == Some(due) && eviction::exceeded(self).is_some() {
            return Urgency::Foreground;
        }
        let far = due.since(self.now) > times::PATIENCE_MS || self.is_only_asked(due);
        let round_and_round = match &runtime.stage {
            Stage::Volumes { .. } => {
                let failures = |min| runtime.volumes.values().any(|v| v.failures >= min);
                failures(4)
            }
            Stage::Idle => {
                let failing = |c: &ContainerRuntime| {
                    c.crash_backoff.is_some_and(|b| b.ms > times::BACKOFF_FIRST_MS)
                        || c.pull_backoff.is_some_and(|b| b.ms > times::BACKOFF_FIRST_MS)
                        || [c.probes.readiness, c.probes.liveness, c.probes.startup]
                            .iter()
                            .any(|probe| probe.failures > 0)
                };
                runtime.containers.values().any(failing)
            }
            _ => false,
        };
        if far || round_and_round { Urgency::Background } else { Urgency::Foreground }
    }
}

impl ContainerRuntime {
    /// When the kubelet sees that the process has ended.
    pub(super) fn end_seen_at(&self) -> Option<SimTime> {
        match self.process {
            Process::Running { ends: Some((time, _)), .. } => Some(times::relist_after(time)),
            _ => None,
        }
    }
}
