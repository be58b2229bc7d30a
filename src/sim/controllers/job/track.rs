//! Counting what ended, each Pod once, and the end of the job.
//!
//! Models `pkg/controller/job/job_controller.go` `trackJobStatusAndRemoveFinalizers`,
//! `flushUncountedAndRemoveFinalizers`, `enactJobFinished`.

use std::rc::Rc;

use crate::api::order;
use crate::api::pod::Pod;
use crate::sim::action::{Action, EventDraft};

use super::{Sync, indexes, is_tracked, untracked};

/// The most Pods that wait to be counted at once (`MaxUncountedPods`).
const UNCOUNTED_MAX: usize = 500;

impl<'a> Sync<'a> {
    /// Notes what ended in the status, then takes the finalizers away, then counts.
    pub(super) fn track(&mut self) {
        self.count_untracked(&[]);
        let (counted, is_full) = self.note_ended();
        self.note_end();
        if self.is_dirty {
            self.flush();
        }
        for pod in &counted {
            self.control.actions.push(untracked(pod));
        }
        self.count_untracked(&counted);
        if !is_full {
            self.finish();
        }
        if self.is_dirty {
            self.flush();
        }
    }

    fn flush(&mut self) {
        self.control.actions.push(Action::Update(self.job.clone().into()));
        self.is_dirty = false;
        if let Some(end) = self.job.finished().cloned() {
            let event = if end.kind == "Complete" {
                EventDraft::normal(self.object, "Completed", "Job completed")
            } else if end.reason == "DeadlineExceeded" {
                EventDraft::warning(self.object, "DeadlineExceeded", end.message)
            } else {
                EventDraft::warning(self.object, "BackoffLimitExceeded", end.message)
            };
            self.control.actions.push(Action::Event(event));
        }
    }

    /// The Pods whose finalizer may go now, and whether there are more of them.
    fn note_ended(&mut self) -> (Vec<&'a Rc<Pod>>, bool) {
        let mut pods = self.pods.clone();
        if self.job.is_indexed() {
            let job = &self.job;
            order::sort_by_key(&mut pods, |pod| indexes::index_of(job, pod));
        }
        let mut uncounted = self.job.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let fails = self.end.as_ref().is_some_and(|end| !end.is_success);
        let ends = self.end.is_some() || self.job.metadata.is_deleting();
        let mut all = self.indexes.0.clone();
        let mut counted = Vec::new();
        for pod in pods.into_iter().filter(|pod| is_tracked(pod)) {
            let succeeded = pod.status.phase == "Succeeded";
            let failed = self.has_failed(pod);
            if !(ends || succeeded || failed) {
                continue;
            }
            counted.push(pod);
            let uid = &pod.metadata.uid;
            let index = indexes::index_of(&self.job, pod);
            let indexed = self.job.is_indexed();
            if succeeded && !uncounted.failed.contains(uid) {
                match index.filter(|_| indexed) {
                    Some(index) => all.insert(index),
                    None if !indexed && !uncounted.succeeded.contains(uid) => {
                        // [job 4-1] OBSERVATION: a Pod succeeded.
                        uncounted.succeeded.push(uid.clone());
                        self.is_dirty = true;
                    }
                    None => {}
                }
            } else if (failed || fails)
                && !uncounted.failed.contains(uid)
                && (!indexed || index.is_some())
            {
                // [job 4-2] OBSERVATION: a Pod failed, or is cut short by the job's failure.
                uncounted.failed.push(uid.clone());
                self.is_dirty = true;
            }
            if counted.len() >= UNCOUNTED_MAX {
                break;
            }
        }
        if self.job.is_indexed() {
            let text = all.to_string();
            if text != self.job.status.completed_indexes {
                // [job 4-3] OBSERVATION: a number succeeded.
                self.job.status.completed_indexes = text;
                self.is_dirty = true;
            }
            self.job.status.succeeded = all.total();
        }
        self.job.status.uncounted_terminated_pods = Some(uncounted);
        let is_full = counted.len() >= UNCOUNTED_MAX;
        (counted, is_full)
    }

    /// Says how the job will end, before it does.
    fn note_end(&mut self) {
        let Some(end) = self.end.clone().filter(|end| !end.is_known) else { return };
        // [job 4-4] OBSERVATION: it is decided how the job ends.
        let kind = if end.is_success { "SuccessCriteriaMet" } else { "FailureTarget" };
        self.set_condition(kind, "True", &end.reason, &end.message);
        self.is_dirty = true;
    }

    /// Moves Pods without finalizer from the uncounted ones to the counts.
    fn count_untracked(&mut self, freed: &[&'a Rc<Pod>]) {
        let waits = |uid: &String| {
            self.pods.iter().any(|pod| {
                pod.metadata.uid == *uid
                    && is_tracked(pod)
                    && !freed.iter().any(|freed| freed.metadata.uid == *uid)
            })
        };
        let mut uncounted = self.job.status.uncounted_terminated_pods.clone().unwrap_or_default();
        let before = (uncounted.succeeded.len(), uncounted.failed.len());
        uncounted.succeeded.retain(waits);
        uncounted.failed.retain(waits);
        let count = |before: usize, after: usize| i32::try_from(before - after).unwrap_or(0);
        let status = &mut self.job.status;
        let succeeded = count(before.0, uncounted.succeeded.len());
        let failed = count(before.1, uncounted.failed.len());
        status.succeeded += succeeded;
        status.failed += failed;
        status.uncounted_terminated_pods = Some(uncounted);
        self.is_dirty |= succeeded + failed > 0;
    }

    /// The end itself, once everything is counted and nothing is left.
    fn finish(&mut self) {
        let Some(end) = self.end.clone() else { return };
        let uncounted = self.job.status.uncounted_terminated_pods.as_ref();
        if uncounted.is_some_and(|uncounted| {
            !uncounted.succeeded.is_empty() || !uncounted.failed.is_empty()
        }) {
            return;
        }
        if self.terminating > 0 {
            // [job 4-5] OBSERVATION: the job's end waits for Pods that are going.
            return;
        }
        // [job 4-6] OBSERVATION: the job is over.
        let kind = if end.is_success { "Complete" } else { "Failed" };
        self.set_condition(kind, "True", &end.reason, &end.message);
        if end.is_success {
            self.job.status.completion_time = Some(self.view.now);
        }
        self.is_dirty = true;
    }
}
