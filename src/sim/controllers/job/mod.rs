//! Pods that run to their end.
//!
//! Models `pkg/controller/job/job_controller.go` `syncJob` and `handleSingleOrphanPod`.
//!
//! Deviations: a sync that adopts or releases Pods ends there and the next one goes on;
//! `podFailurePolicy`, `successPolicy`, `backoffLimitPerIndex` and `managedBy` are kept and not
//! obeyed.

mod backoff;
mod indexes;
mod manage;
mod track;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::meta::Condition;
use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::Pod;
use crate::api::time::{SimTime, seconds_ms};
use crate::api::workload::Job;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::pod_control::{self, PodControl};
use super::{Controller, Memory, View, Wakes};
use backoff::Backoff;
use indexes::Indexes;

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "job-controller",
    reaction_ms: 20,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// The finalizer that keeps a Pod until it is counted.
const TRACKING: &str = "batch.kubernetes.io/job-tracking";
/// The label of a job's Pods with its name.
const JOB_NAME: &str = "batch.kubernetes.io/job-name";
/// What happens to Pods is looked at together, so long after it (`SyncJobBatchPeriod`).
const BATCH_MS: u64 = 1000;
/// The first pause after a refusal, and the longest one.
const API_PAUSE_MS: (u64, u64) = (1000, 60_000);
/// A run does not wait for longer pauses than this.
const PATIENCE_MS: u64 = 65_000;

/// What is remembered about a job.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobMemory {
    /// Refusals in a row.
    refusals: u32,
    /// Failures of Pods.
    backoff: Backoff,
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Job => {
            let (before, after) = change.sides::<Job>();
            let same_spec = before.zip(after).is_some_and(|(before, after)| {
                before.metadata.generation == after.metadata.generation
            });
            wakes.after(change.key.clone(), if same_spec { BATCH_MS } else { 0 });
        }
        Kind::Pod => watch_pod(change, cluster, wakes),
        _ => {}
    }
}

fn watch_pod(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let (before, after) = change.sides::<Pod>();
    let restarted = before.zip(after).is_some_and(|(before, after)| {
        backoff::restarts(before) != backoff::restarts(after)
    });
    if !restarted && !pod_control::matters(before, after) {
        return;
    }
    for pod in [before, after].into_iter().flatten() {
        if let Some(key) = pod_control::controller_of::<Job>(pod) {
            wakes.after(key, BATCH_MS);
            continue;
        }
        if pod.metadata.controller().is_some() {
            continue;
        }
        if let Some(name) = pod.metadata.labels.get(JOB_NAME).filter(|_| is_tracked(pod)) {
            wakes.add(ObjectKey::new(Kind::Job, &pod.metadata.namespace, name));
        }
        for job in cluster.list_in::<Job>(&pod.metadata.namespace) {
            let selector = job.spec.selector.as_ref();
            if selector.is_some_and(|selector| selector.matches(&pod.metadata.labels)) {
                wakes.after(job.key(), BATCH_MS);
            }
        }
    }
}

fn is_tracked(pod: &Pod) -> bool {
    pod.metadata.has_finalizer(TRACKING)
}

/// The Pod without the finalizer.
fn untracked(pod: &Pod) -> Action {
    let mut pod = pod.clone();
    pod.metadata.finalizers.retain(|finalizer| finalizer != TRACKING);
    Action::Update(pod.into())
}

/// How a job ends.
#[derive(Clone, Debug, PartialEq, Eq)]
struct End {
    is_success: bool,
    /// Whether an earlier sync wrote it already.
    is_known: bool,
    reason: String,
    message: String,
}

impl End {
    fn new(is_success: bool, reason: &str, message: &str) -> Self {
        let (reason, message) = (reason.to_owned(), message.to_owned());
        Self { is_success, is_known: false, reason, message }
    }

    fn known(is_success: bool, condition: &Condition) -> Self {
        Self { is_known: true, ..Self::new(is_success, &condition.reason, &condition.message) }
    }
}

/// One sync of a job: what it looks at, what it changes in it and what it decides.
struct Sync<'a> {
    view: View<'a>,
    object: &'a Object,
    /// The job with what this sync changed in it.
    job: Job,
    pods: Vec<&'a Rc<Pod>>,
    active: Vec<&'a Rc<Pod>>,
    ready: i32,
    terminating: i32,
    succeeded: i32,
    failed: i32,
    /// The numbers that had succeeded before this sync, and with it.
    indexes: (Indexes, Indexes),
    end: Option<End>,
    memory: JobMemory,
    control: PodControl<'a>,
    /// When to look again, in milliseconds.
    looks: Vec<u64>,
    /// Whether the status must be written.
    is_dirty: bool,
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let strays = free_strays(view);
    if !strays.is_empty() {
        return strays;
    }
    let Some(object) = view.cluster.object(view.key) else {
        // [job 1-1] OBSERVATION: the job is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    let Some(job) = Job::of(object) else { return Vec::new() };
    if job.finished().is_some() {
        // [job 1-2] OBSERVATION: the job is over.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    }
    let adoption = adopt_and_release(view.cluster, object, job);
    if !adoption.is_empty() {
        // [job 1-3] OBSERVATION: an orphan has the labels, or a Pod lost them.
        return adoption;
    }
    Sync::new(view, object, job).run()
}

/// Pods that were a job's and are nobody's lose the finalizer.
fn free_strays(view: View<'_>) -> Vec<Action> {
    let (cluster, key) = (view.cluster, view.key);
    let uid = cluster.at::<Job>(key).map_or("", |job| job.metadata.uid.as_str());
    let is_stray = |pod: &&Rc<Pod>| {
        let of_job = pod.metadata.labels.get(JOB_NAME).is_some_and(|name| **name == *key.name);
        let owner = pod.metadata.controller();
        let is_owned = owner.is_some_and(|owner| owner.kind != "Job" || owner.uid == uid);
        of_job && is_tracked(pod) && !is_owned
    };
    // [job 1-4] OBSERVATION: a Pod's job is gone or let it go.
    cluster.list_in::<Pod>(&key.namespace).filter(is_stray).map(|pod| untracked(pod)).collect()
}

fn adopt_and_release(cluster: &Cluster, object: &Object, job: &Job) -> Vec<Action> {
    let selector = job.spec.selector.as_ref();
    let (adopted, released) = pod_control::adopt_and_release(cluster, object, selector, |_| true);
    let tracked = adopted.into_iter().map(|action| match action {
        Action::Update(Object::Pod(pod)) if !is_tracked(&pod) => {
            let mut pod = Pod::clone(&pod);
            pod.metadata.finalizers.push(TRACKING.to_owned());
            Action::Update(pod.into())
        }
        other => other,
    });
    let freed = released.into_iter().map(|action| match action {
        Action::Update(Object::Pod(pod)) => untracked(&pod),
        other => other,
    });
    tracked.chain(freed).collect()
}

impl<'a> Sync<'a> {
    fn new(view: View<'a>, object: &'a Object, job: &'a Job) -> Self {
        let pods: Vec<&Rc<Pod>> = pod_control::owned(view.cluster, &job.metadata.uid).collect();
        let active: Vec<&Rc<Pod>> =
            pods.iter().copied().filter(|pod| pod_control::is_active(pod)).collect();
        let count = |pods: &[&Rc<Pod>], counts: fn(&Pod) -> bool| {
            i32::try_from(pods.iter().filter(|pod| counts(pod)).count()).unwrap_or(i32::MAX)
        };
        let memory = match view.memory() {
            Some(Memory::Job(memory)) => memory.clone(),
            _ => JobMemory::default(),
        };
        let mut job = job.clone();
        job.status.uncounted_terminated_pods.get_or_insert_default();
        Self {
            view,
            object,
            ready: count(&active, Pod::is_ready),
            terminating: count(&pods, pod_control::is_terminating),
            indexes: indexes::succeeded(&job, &pods),
            job,
            pods,
            active,
            succeeded: 0,
            failed: 0,
            end: None,
            memory,
            control: PodControl::new(view, object),
            looks: Vec::new(),
            is_dirty: false,
        }
    }

    fn run(mut self) -> Vec<Action> {
        let before = self.memory.clone();
        self.count_pods();
        if self.job.status.start_time.is_none() && !self.job.is_suspended() {
            self.job.status.start_time = Some(self.view.now);
        }
        self.judge();
        let (active, result) = match &self.end {
            Some(_) => (self.stop(), Ok(())),
            None => self.go_on(),
        };
        let terminating = Some(self.terminating);
        let (status, ready) = (&self.job.status, Some(self.ready));
        self.is_dirty |= (status.active, status.ready, status.terminating)
            != (active, ready, terminating);
        let status = &mut self.job.status;
        (status.active, status.ready, status.terminating) = (active, ready, terminating);
        self.track();
        if result.is_err() {
            let (first, longest) = API_PAUSE_MS;
            self.looks.push((first << before.refusals.min(6)).min(longest));
        }
        self.memory.refusals = if result.is_err() { before.refusals + 1 } else { 0 };
        if let Some(after_ms) = self.looks.iter().copied().min() {
            let patient = after_ms <= PATIENCE_MS;
            let urgency = if patient { Urgency::Foreground } else { Urgency::Background };
            self.control.actions.push(Action::Requeue { after_ms, urgency });
        }
        let mut actions = self.control.actions;
        if self.memory != before {
            actions.push(Action::Remember(Some(Memory::Job(self.memory))));
        }
        actions
    }

    /// Whether the job asks for another end of the Pod than it had.
    fn has_failed(&self, pod: &Pod) -> bool {
        let waits = self.job.spec.pod_replacement_policy.as_deref() == Some("Failed");
        pod.status.phase == "Failed"
            || !waits && pod.metadata.is_deleting() && pod.status.phase != "Succeeded"
    }

    /// Counts what ended, as far as it is counted already or has the finalizer.
    fn count_pods(&mut self) {
        let uncounted = self.job.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let fresh = |known: &[String], pod: &Pod| {
            is_tracked(pod)
                && !known.contains(&pod.metadata.uid)
                && (!self.job.is_indexed() || indexes::index_of(&self.job, pod).is_some())
        };
        let pods = || self.pods.iter().copied();
        let succeeded: Vec<&Rc<Pod>> = pods()
            .filter(|pod| fresh(&uncounted.succeeded, pod) && pod.status.phase == "Succeeded")
            .collect();
        let failed: Vec<&Rc<Pod>> =
            pods().filter(|pod| fresh(&uncounted.failed, pod) && self.has_failed(pod)).collect();
        let total = |counted: i32, fresh: usize, known: usize| {
            counted + i32::try_from(fresh + known).unwrap_or(i32::MAX)
        };
        let status = &self.job.status;
        self.succeeded = total(status.succeeded, succeeded.len(), uncounted.succeeded.len());
        self.failed = total(status.failed, failed.len(), uncounted.failed.len());
        if self.job.is_indexed() {
            self.succeeded = self.indexes.1.total();
        }
        self.memory.backoff = self.memory.backoff.with(&succeeded, &failed);
    }

    /// Whether the job is at its end.
    fn judge(&mut self) {
        if let Some(met) = self.job.holding("SuccessCriteriaMet") {
            self.end = Some(End::known(true, met));
            return;
        }
        if let Some(target) = self.job.holding("FailureTarget") {
            self.end = Some(End::known(false, target));
            return;
        }
        let limit = self.job.spec.backoff_limit.unwrap_or(6);
        if self.failed > limit || self.restarted_too_often(limit) {
            // [job 2-1] OBSERVATION: Pods failed too often.
            let message = "Job has reached the specified backoff limit";
            self.end = Some(End::new(false, "BackoffLimitExceeded", message));
            return;
        }
        let (Some(seconds), Some(start)) =
            (self.job.spec.active_deadline_seconds, self.job.status.start_time)
        else {
            return;
        };
        if self.job.is_suspended() {
            return;
        }
        let start = SimTime(start.0 / 1000 * 1000);
        let left = (start + seconds_ms(seconds)).since(self.view.now);
        if left == 0 {
            // [job 2-2] OBSERVATION: the job took too long.
            let message = "Job was active longer than specified deadline";
            self.end = Some(End::new(false, "DeadlineExceeded", message));
        } else {
            self.looks.push(left);
        }
    }

    /// Containers that are restarted in their Pod count as well.
    fn restarted_too_often(&self, limit: i32) -> bool {
        if self.job.spec.template.spec.restart_policy != "OnFailure" {
            return false;
        }
        let running =
            |pod: &&&Rc<Pod>| matches!(pod.status.phase.as_str(), "Running" | "Pending");
        let restarts: i32 =
            self.pods.iter().filter(running).map(|pod| backoff::restarts(pod)).sum();
        if limit == 0 { restarts > 0 } else { restarts >= limit }
    }

    /// Deletes what still runs.
    fn stop(&mut self) -> i32 {
        for pod in std::mem::take(&mut self.active) {
            // [job 2-3] OBSERVATION: the job ends and a Pod still runs.
            self.control.delete(pod);
            self.terminating += 1;
            self.ready -= i32::from(pod.is_ready());
        }
        0
    }

    fn report(&mut self, reason: &'static str, message: &str) {
        let event = EventDraft::normal(self.object, reason, message);
        self.control.actions.push(Action::Event(event));
    }
}
