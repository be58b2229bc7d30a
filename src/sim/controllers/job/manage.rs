//! How many Pods of a job run.
//!
//! Models `pkg/controller/job/job_controller.go` `manageJob`, `activePodsForRemoval`.

use std::cmp::Ordering;
use std::rc::Rc;

use crate::api::meta::Condition;
use crate::api::order;
use crate::api::pod::Pod;
use crate::sim::controllers::pod_control;

use super::{BATCH_MS, End, Sync, TRACKING, indexes, is_tracked, untracked};

/// The most Pods that one sync makes or deletes (`MaxPodCreateDeletePerSync`).
const BURST: usize = 500;

impl<'a> Sync<'a> {
    /// A sync of a job that is not at its end. Answers how many Pods are active then.
    pub(super) fn go_on(&mut self) -> (i32, Result<(), String>) {
        let managed = !self.job.metadata.is_deleting();
        let (active, result) = if managed {
            self.manage()
        } else {
            // [job 1-5] OBSERVATION: the job is Terminating; nothing new is made.
            (self.running(), Ok(()))
        };
        let complete = match self.job.spec.completions {
            Some(completions) => self.succeeded >= completions,
            None => self.succeeded > 0,
        };
        if complete && active == 0 {
            // [job 3-1] OBSERVATION: enough Pods succeeded.
            let message = "Reached expected number of succeeded pods";
            self.end = Some(End::new(true, "CompletionsReached", message));
        } else if managed {
            self.note_suspension();
        }
        (active, result)
    }

    fn running(&self) -> i32 {
        i32::try_from(self.active.len()).unwrap_or(i32::MAX)
    }

    /// Makes and deletes Pods. Answers how many are active then.
    fn manage(&mut self) -> (i32, Result<(), String>) {
        if self.job.is_suspended() {
            // [job 3-2] OBSERVATION: the job is suspended; nothing of it runs.
            return (self.remove(self.active.len()), Ok(()));
        }
        let (active, wanted) = (self.running(), self.wanted());
        let surplus = usize::try_from(active - wanted).unwrap_or(0);
        let removable = self.removable(surplus);
        if !removable.is_empty() {
            // [job 3-3] OBSERVATION: more Pods run than are wanted.
            return (self.remove(surplus), Ok(()));
        }
        let waits = self.job.spec.pod_replacement_policy.as_deref() == Some("Failed");
        let going = if waits { self.terminating } else { 0 };
        let missing = usize::try_from(wanted - going - active).unwrap_or(0).min(BURST);
        if missing == 0 {
            return (active, Ok(()));
        }
        let pause = self.memory.backoff.remaining(self.view.now);
        if pause > 0 {
            // [job 3-4] OBSERVATION: a Pod failed a while ago; the next one waits.
            self.looks.push(pause.max(BATCH_MS));
            return (0, Ok(()));
        }
        // [job 3-5] OBSERVATION: fewer Pods run than are wanted.
        self.create(missing, waits)
    }

    /// How many Pods shall run.
    fn wanted(&self) -> i32 {
        let parallelism = self.job.spec.parallelism.unwrap_or(1);
        match self.job.spec.completions {
            Some(completions) => (completions - self.succeeded).min(parallelism).max(0),
            // Once one succeeded nothing new is made.
            None if self.succeeded > 0 => self.running(),
            None => parallelism,
        }
    }

    fn create(&mut self, count: usize, waits: bool) -> (i32, Result<(), String>) {
        let mut numbers = Vec::new();
        let mut count = count;
        if self.job.is_indexed() {
            let mut running = self.active.clone();
            if waits {
                let going = |pod: &&&Rc<Pod>| pod_control::is_terminating(pod);
                running.extend(self.pods.iter().filter(going));
            }
            numbers = indexes::pending(&self.job, &self.indexes.1, &running, count);
            count = numbers.len();
        }
        let (object, job) = (self.object, &self.job);
        let mut make = |place: usize| {
            let mut pod = pod_control::from_template(object, &job.spec.template);
            if !is_tracked(&pod) {
                pod.metadata.finalizers.push(TRACKING.to_owned());
            }
            if let Some(number) = numbers.get(place) {
                indexes::number(&mut pod, &job.metadata.name, *number);
            }
            pod
        };
        let result = self.control.create_slowly(count, &mut make);
        (self.running() + i32::try_from(self.control.made).unwrap_or(i32::MAX), result)
    }

    /// The Pods that go when so many are too much: those of a number that another one has, then
    /// those that are least far.
    fn removable(&self, surplus: usize) -> Vec<&'a Rc<Pod>> {
        let mut left = self.active.clone();
        let mut removed = Vec::new();
        if self.job.is_indexed() {
            order::sort_by(&mut left, least_far);
            let mut kept: Vec<i32> = Vec::new();
            // The one that is farthest keeps its number.
            let pods = std::mem::take(&mut left);
            for pod in pods.into_iter().rev() {
                match indexes::index_of(&self.job, pod) {
                    Some(index) if !kept.contains(&index) => {
                        kept.push(index);
                        left.push(pod);
                    }
                    _ => removed.push(pod),
                }
            }
        }
        order::sort_by(&mut left, least_far);
        let more = surplus.saturating_sub(removed.len());
        removed.extend(left.into_iter().take(more));
        removed.truncate(BURST);
        removed
    }

    /// Takes Pods away without counting them. Answers how many are active then.
    fn remove(&mut self, surplus: usize) -> i32 {
        let removed = self.removable(surplus);
        let count = i32::try_from(removed.len()).unwrap_or(i32::MAX);
        for pod in removed {
            if is_tracked(pod) {
                self.control.actions.push(untracked(pod));
            }
            self.control.delete(pod);
            self.ready -= i32::from(pod.is_ready());
        }
        self.terminating += count;
        self.running() - count
    }

    /// Says that the job was suspended, or goes on.
    fn note_suspension(&mut self) {
        let suspended = self.job.is_suspended();
        let known = self.job.status.conditions.iter().find(|one| one.kind == "Suspended");
        let was = known.is_some_and(|known| known.status == "True");
        if was == suspended {
            return;
        }
        // [job 3-6] OBSERVATION: the job was suspended, or goes on.
        let (status, reason, message) = if suspended {
            ("True", "JobSuspended", "Job suspended")
        } else {
            ("False", "JobResumed", "Job resumed")
        };
        self.report(if suspended { "Suspended" } else { "Resumed" }, message);
        self.job.status.start_time = (!suspended).then_some(self.view.now);
        self.set_condition("Suspended", status, reason, message);
        self.is_dirty = true;
    }

    /// Sets a condition of the job.
    pub(super) fn set_condition(
        &mut self,
        kind: &str,
        status: &str,
        reason: &str,
        message: &str,
    ) {
        let condition = Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            last_probe_time: Some(self.view.now),
            last_transition_time: Some(self.view.now),
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..Condition::default()
        };
        let conditions = &mut self.job.status.conditions;
        match conditions.iter_mut().find(|known| known.kind == kind) {
            Some(known) => *known = condition,
            None => conditions.push(condition),
        }
    }
}

/// Who is least far comes first (`ActivePods`).
#[allow(clippy::trivially_copy_pass_by_ref, reason = "as the sort asks for it")]
fn least_far(a: &&Rc<Pod>, b: &&Rc<Pod>) -> Ordering {
    let assigned = |pod: &Pod| !pod.spec.node_name.is_empty();
    let phase = |pod: &Pod| match pod.status.phase.as_str() {
        "Pending" => 0,
        "Unknown" => 1,
        _ => 2,
    };
    let since = |pod: &Pod| {
        let ready = pod.condition("Ready").filter(|_| pod.is_ready());
        ready.and_then(|ready| ready.last_transition_time).map(|time| time.0 / 1000)
    };
    let restarts = |pod: &Pod| {
        pod.status.container_statuses.iter().map(|status| status.restart_count).max()
    };
    let created = |pod: &Pod| pod.metadata.creation_timestamp.map(|time| time.0 / 1000);
    assigned(a)
        .cmp(&assigned(b))
        .then(phase(a).cmp(&phase(b)))
        .then(a.is_ready().cmp(&b.is_ready()))
        .then(since(b).cmp(&since(a)))
        .then(restarts(b).cmp(&restarts(a)))
        .then(created(b).cmp(&created(a)))
}
