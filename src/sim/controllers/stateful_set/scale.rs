//! Making Pods that are missing and taking away those that are too many.
//!
//! Models `pkg/controller/statefulset/stateful_set_control.go` `processReplica`,
//! `processCondemned`, `newVersionedStatefulSetPod` and `stateful_pod_control.go`.

use crate::api::order;
use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::pod::Pod;
use crate::sim::action::Action;
use crate::sim::apiserver;
use crate::sim::apiserver::status::Reason;
use crate::sim::limits;

use super::identity;
use super::status::Member;
use super::{Flow, Sync};

/// The Pods of a set by what is to become of them.
pub(super) struct Slots<'a> {
    /// The first ordinal.
    pub(super) start: i32,
    /// One slot per wanted ordinal, from the first.
    pub(super) replicas: Vec<Option<Member<'a>>>,
    /// Pods beyond them, highest ordinal first.
    pub(super) condemned: Vec<(i32, Member<'a>)>,
    /// The Pod that may go although it is not healthy.
    first_unhealthy: Option<&'a Rc<Pod>>,
}

impl<'a> Slots<'a> {
    /// Sorts the Pods of the set into slots.
    pub(super) fn of(sync: &Sync<'a>) -> Self {
        let start = sync.set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
        let wanted = usize::try_from(sync.set.spec.replicas.unwrap_or(1)).unwrap_or(0);
        let mut replicas = vec![None; wanted.min(limits::OBJECTS_MAX)];
        let mut condemned = Vec::new();
        for member in &sync.pods {
            let Some(ordinal) = member.ordinal else { continue };
            let index = usize::try_from(ordinal - start).ok();
            match index.and_then(|index| replicas.get_mut(index)) {
                Some(slot) => *slot = Some(*member),
                None => condemned.push((ordinal, *member)),
            }
        }
        order::sort_by_key(&mut condemned, |(ordinal, _)| std::cmp::Reverse(*ordinal));
        let mut slots = replicas.iter();
        let is_ill = |slot: &&Option<Member<'a>>| slot.is_none_or(|member| !member.is_healthy());
        let first_unhealthy = if let Some(slot) = slots.find(is_ill) {
            slot.map(|member| member.pod)
        } else {
            let mut lowest_first = condemned.iter().rev().map(|(_, member)| member);
            lowest_first.find(|member| !member.is_healthy()).map(|member| member.pod)
        };
        Self { start, replicas, condemned, first_unhealthy }
    }
}

impl<'a> Sync<'a> {
    /// Looks at the wanted ordinals, lowest first.
    pub(super) fn process_replicas(&mut self, slots: &Slots<'a>) -> Flow {
        let mut flow = Flow::Next;
        for (slot, ordinal) in slots.replicas.iter().zip(slots.start..=i32::MAX) {
            let ends = match slot {
                Some(member) => self.process_pod(*member, ordinal),
                None => self.create_pod(ordinal),
            };
            if ends == Flow::End {
                flow = Flow::End;
                if self.is_monotonic() || self.failed {
                    break;
                }
            }
        }
        // In parallel mode only an error ends the sync.
        if self.is_monotonic() || self.failed { flow } else { Flow::Next }
    }

    fn process_pod(&mut self, member: Member<'a>, ordinal: i32) -> Flow {
        let pod = member.pod;
        if member.facts.is_terminal {
            // [stateful_set 5-1] OBSERVATION: the Pod ended; it is deleted and made anew later.
            if !member.is_deleting() {
                self.delete_pod(pod);
            }
            return Flow::End;
        }
        if member.facts.is_pending
            && self.create_claims(&pod.metadata.name, ordinal).is_err() {
            return Flow::End;
        }
        if self.is_monotonic() {
            if member.is_deleting() {
                // [stateful_set 5-2] OBSERVATION: the Pod is going; what follows waits for its end.
                return Flow::End;
            }
            if member.wait.is_none() {
                // [stateful_set 5-3] OBSERVATION: the Pod is not Running and Ready; what follows
                // waits.
                return Flow::End;
            }
            if !member.is_healthy() {
                // [stateful_set 5-4] OBSERVATION: the Pod is Ready, but not for minReadySeconds.
                return Flow::End;
            }
        }
        self.fix_claim_owners(pod, ordinal);
        if !member.facts.is_named && !member.is_deleting() {
            // [stateful_set 5-5] OBSERVATION: somebody changed the labels that name the Pod.
            let mut fixed = Pod::clone(pod);
            identity::set_identity(&mut fixed, ordinal);
            self.actions.push(Action::Update(Object::Pod(Rc::new(fixed))));
            self.report("SuccessfulUpdate", "Update", &pod.metadata.name);
        }
        Flow::Next
    }

    /// Makes the claims of an ordinal and then its Pod.
    fn create_pod(&mut self, ordinal: i32) -> Flow {
        let name = format!("{}-{ordinal}", self.name());
        if self.has_stale_claim(&name, ordinal) {
            // [stateful_set 5-6] OBSERVATION: a claim still goes with the Pod that was here before.
            self.failed = true;
            return Flow::End;
        }
        if let Err(error) = self.create_claims(&name, ordinal) {
            let set = self.name();
            let message = format!("Create Pod {name} in StatefulSet {set} failed error: {error}");
            self.warn("FailedCreate", message);
            return Flow::End;
        }
        let current = self.needs_current_revision(ordinal);
        let revisions = &self.revisions;
        let revision = if current { &revisions.current } else { &revisions.update };
        let template = match &revisions.current_template {
            Some(template) if current => template,
            _ => &self.set.spec.template,
        };
        let pod = identity::new_pod(self.object, self.set, template, revision, ordinal).into();
        let cluster = self.scratch.as_ref().unwrap_or(self.view.cluster);
        if let Err(status) = apiserver::check_create(cluster, &pod) {
            self.failed = true;
            if status.reason != Reason::AlreadyExists {
                // [stateful_set 5-7] OBSERVATION: the API server refuses the Pod.
                let (set, error) = (self.name(), status.message);
                let text = format!("Create Pod {name} in StatefulSet {set} failed error: {error}");
                self.warn("FailedCreate", text);
            }
            return Flow::End;
        }
        // [stateful_set 5-8] OBSERVATION: the ordinal is wanted, its turn has come and it has
        // no Pod.
        self.actions.push(Action::Create(pod));
        self.report("SuccessfulCreate", "Create", &name);
        Flow::End
    }

    /// Whether a missing Pod is made from the current revision.
    fn needs_current_revision(&self, ordinal: i32) -> bool {
        let spec = &self.set.spec;
        if spec.update_strategy.kind != "RollingUpdate" {
            return false;
        }
        let start = spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start);
        let kept = match &spec.update_strategy.rolling_update {
            Some(rolling) => rolling.partition.unwrap_or(0),
            None => self.set.status.current_replicas,
        };
        ordinal < start.saturating_add(kept)
    }

    /// Looks at the Pods beyond the wanted ordinals, highest first.
    pub(super) fn process_condemned(&mut self, slots: &Slots<'a>) -> Flow {
        for (ordinal, member) in &slots.condemned {
            self.fix_claim_owners(member.pod, *ordinal);
        }
        for (_, member) in &slots.condemned {
            let (monotonic, pod) = (self.is_monotonic(), member.pod);
            if member.is_deleting() {
                // [stateful_set 6-1] OBSERVATION: a surplus Pod is going.
                if monotonic {
                    return Flow::End;
                }
                continue;
            }
            let first = slots.first_unhealthy.is_some_and(|first| Rc::ptr_eq(first, pod));
            if monotonic && !first && !member.is_healthy() {
                // [stateful_set 6-2] OBSERVATION: a surplus Pod is not healthy, and another Pod was
                // unhealthy before it.
                return Flow::End;
            }
            // [stateful_set 6-3] OBSERVATION: a surplus Pod may go.
            self.delete_pod(pod);
            if monotonic {
                return Flow::End;
            }
        }
        Flow::Next
    }
}
