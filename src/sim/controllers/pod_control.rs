//! What the controllers of Pods share: which Pods count, whose they are, and how they are made.
//!
//! Models `pkg/controller/controller_utils.go` `IsPodActive`, `IsPodTerminating`,
//! `GetPodFromTemplate` and `RealPodControl`, `pkg/controller/controller_ref_manager.go`
//! `ClaimPods`, `pkg/api/v1/pod/util.go` `IsPodAvailable` and
//! `pkg/controller/replicaset/replica_set.go` `slowStartBatch`. It is no controller itself.
//!
//! Deviations: deletions are never refused; the ending of a generated name is chosen here, so
//! that the event can name the Pod.

use std::rc::Rc;

use crate::api::config::{Namespace, ResourceQuota};
use crate::api::kind::Object;
use crate::api::meta::{LabelSelector, ObjectMeta};
use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::{Pod, PodTemplateSpec};
use crate::api::time::{SimTime, seconds_ms};
use crate::sim::action::{Action, Deletion, EventDraft, Urgency};
use crate::sim::apiserver::{self, Caller};
use crate::sim::cluster::Cluster;
use crate::sim::random::Sequence;

use super::View;

/// The longest beginning of a generated name (`k8s.io/apiserver/pkg/storage/names/generate.go`).
const PREFIX_MAX: usize = 58;
/// The first pause after a failure, and the longest one (the default rate limiter of queues).
const BACKOFF_MS: (u64, u64) = (5, 1_000_000);
/// A run does not wait for longer pauses than this.
const PATIENCE_MS: u64 = 16_000;

/// Whether the Pod counts: it has not ended and is not going.
pub(super) fn is_active(pod: &Pod) -> bool {
    !pod.is_terminal() && !pod.metadata.is_deleting()
}

/// Whether the Pod is going and has not ended yet.
pub(super) fn is_terminating(pod: &Pod) -> bool {
    !pod.is_terminal() && pod.metadata.is_deleting()
}

/// In how many milliseconds a Ready Pod counts as available; `None` when it is not Ready.
pub(super) fn available_in(pod: &Pod, min_ready_seconds: i32, now: SimTime) -> Option<u64> {
    if !pod.is_ready() {
        return None;
    }
    let wanted = seconds_ms(i64::from(min_ready_seconds));
    let since = pod.condition("Ready").and_then(|ready| ready.last_transition_time);
    Some(wanted.saturating_sub(since.map_or(0, |since| now.since(since))))
}

/// Whether a change of a Pod can change what its controller does.
pub(super) fn matters(before: Option<&Pod>, after: Option<&Pod>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return true };
    before.status.phase != after.status.phase
        || before.is_ready() != after.is_ready()
        || before.metadata.deletion_timestamp != after.metadata.deletion_timestamp
        || before.spec.node_name != after.spec.node_name
        || before.metadata.labels != after.metadata.labels
        || before.metadata.finalizers != after.metadata.finalizers
        || before.metadata.owner_references != after.metadata.owner_references
}

/// The owner of that kind that controls the Pod.
pub(super) fn controller_of<T: Resource>(pod: &Pod) -> Option<ObjectKey> {
    let owner = pod.metadata.controller()?;
    let own = owner.kind == T::KIND.info().name;
    own.then(|| ObjectKey::new(T::KIND, &pod.metadata.namespace, &owner.name))
}

/// The Pods that the object of that uid controls, by name.
pub(super) fn owned<'a>(cluster: &'a Cluster, uid: &'a str) -> impl Iterator<Item = &'a Rc<Pod>> {
    let controlled = move |pod: &&Rc<Pod>| {
        pod.metadata.controller().is_some_and(|controller| controller.uid == uid)
    };
    cluster.owned_by(uid).filter_map(Pod::of).filter(controlled)
}

/// Takes in orphans that the selector means and lets go what it does not mean any more; of those
/// Pods only that `counts`.
pub(super) fn adopt_and_release(
    cluster: &Cluster,
    owner: &Object,
    selector: Option<&LabelSelector>,
    counts: fn(&Pod) -> bool,
) -> (Vec<Action>, Vec<Action>) {
    let meta = owner.meta();
    let (mut adopted, mut released) = (Vec::new(), Vec::new());
    let Some(selector) = selector.filter(|_| !meta.is_deleting()) else {
        return (adopted, released);
    };
    for orphan in cluster.orphans_in(&meta.namespace).filter_map(Pod::of) {
        let fits = counts(orphan) && selector.matches(&orphan.metadata.labels);
        if fits && !orphan.metadata.is_deleting() {
            let mut pod = Pod::clone(orphan);
            pod.metadata.owner_references.push(owner.controller_reference());
            adopted.push(Action::Update(pod.into()));
        }
    }
    for pod in owned(cluster, &meta.uid) {
        if counts(pod) && !selector.matches(&pod.metadata.labels) {
            let mut pod = Pod::clone(pod);
            pod.metadata.owner_references.retain(|reference| reference.uid != meta.uid);
            released.push(Action::Update(pod.into()));
        }
    }
    (adopted, released)
}

/// A new Pod of the template, still without its name.
pub(super) fn from_template(owner: &Object, template: &PodTemplateSpec) -> Pod {
    let of_template = &template.metadata;
    let metadata = ObjectMeta {
        generate_name: format!("{}-", owner.meta().name),
        namespace: owner.meta().namespace.clone(),
        labels: of_template.labels.clone(),
        annotations: of_template.annotations.clone(),
        finalizers: of_template.finalizers.clone(),
        owner_references: vec![owner.controller_reference()],
        ..ObjectMeta::default()
    };
    Pod { metadata, spec: Rc::clone(&template.spec), ..Pod::default() }
}

/// The pause after so many failures in a row.
pub(super) fn retry(failures: u32) -> Action {
    let (first, longest) = BACKOFF_MS;
    let after_ms = (first << failures.min(18)).min(longest);
    let patient = after_ms <= PATIENCE_MS;
    let urgency = if patient { Urgency::Foreground } else { Urgency::Background };
    Action::Requeue { after_ms, urgency }
}

/// Makes and deletes the Pods of an owner, and says so.
pub(super) struct PodControl<'a> {
    view: View<'a>,
    owner: &'a Object,
    sequence: Sequence,
    /// The cluster with what is made here, where quotas count it.
    scratch: Option<Cluster>,
    /// What was decided so far.
    pub(super) actions: Vec<Action>,
    /// How many Pods were made.
    pub(super) made: usize,
}

impl<'a> PodControl<'a> {
    /// Nothing decided yet.
    pub(super) fn new(view: View<'a>, owner: &'a Object) -> Self {
        let cluster = view.cluster;
        let counted = cluster.list_in::<ResourceQuota>(&owner.meta().namespace).next().is_some();
        let scratch = counted.then(|| cluster.clone());
        Self { view, owner, sequence: cluster.sequence, scratch, actions: Vec::new(), made: 0 }
    }

    /// Makes `count` Pods in batches of 1, 2, 4 and so on, and stops after the batch in which
    /// one was refused. Answers the first refusal.
    pub(super) fn create_slowly(
        &mut self,
        count: usize,
        make: &mut dyn FnMut(usize) -> Pod,
    ) -> Result<(), String> {
        let (mut done, mut batch) = (0, 1);
        while done < count {
            let end = count.min(done + batch);
            let mut refusal = Ok(());
            for index in done..end {
                let result = self.create(make(index));
                refusal = refusal.and(result);
            }
            refusal?;
            done = end;
            batch *= 2;
        }
        Ok(())
    }

    /// Makes a Pod, or reports why the API server refuses it.
    pub(super) fn create(&mut self, mut pod: Pod) -> Result<(), String> {
        let namespace = &self.owner.meta().namespace;
        let going = self.view.cluster.get::<Namespace>("", namespace);
        if going.is_none_or(|namespace| namespace.metadata.is_deleting()) {
            return Ok(());
        }
        self.name(&mut pod);
        let name = pod.metadata.name.clone();
        let pod: Object = pod.into();
        if let Err(error) = self.try_create(&pod) {
            let message = format!("Error creating: {error}");
            self.actions.push(Action::Event(EventDraft::warning(
                self.owner,
                "FailedCreate",
                message,
            )));
            return Err(error);
        }
        self.actions.push(Action::Create(pod));
        self.made += 1;
        self.report("SuccessfulCreate", format!("Created pod: {name}"));
        Ok(())
    }

    fn name(&mut self, pod: &mut Pod) {
        let meta = &mut pod.metadata;
        let beginning: String = meta.generate_name.chars().take(PREFIX_MAX).collect();
        loop {
            meta.name = format!("{beginning}{}", self.sequence.suffix(5));
            if self.view.cluster.get::<Pod>(&meta.namespace, &meta.name).is_none() {
                return;
            }
        }
    }

    fn try_create(&mut self, pod: &Object) -> Result<(), String> {
        let result = match &mut self.scratch {
            None => apiserver::check_create_generated(self.view.cluster, pod),
            Some(scratch) => apiserver::check_create_generated(scratch, pod).and_then(|()| {
                apiserver::create(scratch, self.view.now, Caller::Component, pod.clone())
                    .map(|_| ())
            }),
        };
        result.map_err(|status| status.message)
    }

    /// Deletes a Pod of the owner.
    pub(super) fn delete(&mut self, pod: &Rc<Pod>) {
        self.actions.push(Action::Delete(Deletion::of(&Object::Pod(Rc::clone(pod)))));
        self.report("SuccessfulDelete", format!("Deleted pod: {}", pod.metadata.name));
    }

    /// Reports something usual about the owner.
    pub(super) fn report(&mut self, reason: &'static str, message: String) {
        self.actions.push(Action::Event(EventDraft::normal(self.owner, reason, message)));
    }
}
