//! Where Pods lack and which are too many.
//!
//! Models `pkg/controller/daemon/daemon_controller.go` `manage`, `podsShouldBeOnNode`,
//! `syncNodes`.

use std::rc::Rc;

use crate::api::node::Node;
use crate::api::pod::Pod;
use crate::sim::action::{Action, EventDraft};

use super::nodes::{self, Fit};
use super::{Sync, pod_control};

/// The most Pods that one sync makes or deletes (`BurstReplicas`).
const BURST: usize = 250;
/// The first time for which a failed Pod is left alone, and the longest.
const PAUSE_MS: (u64, u64) = (1000, 15 * 60_000);

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Work<'a> {
    /// The nodes that get a Pod.
    pub(super) create: Vec<String>,
    /// The Pods that go.
    pub(super) delete: Vec<&'a Rc<Pod>>,
}

/// What is said of a Pod that ended.
fn found(how: &str, deed: &str, pod: &Pod, node: &str) -> String {
    let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
    format!("Found {how} daemon pod {namespace}/{name} on node {node}, will try to {deed} it")
}

impl<'a> Sync<'a> {
    /// Every node with what the set wants with it.
    pub(super) fn fits(&self) -> Vec<(&'a Rc<Node>, Fit)> {
        let tolerations = nodes::tolerations(&self.set.spec.template.spec);
        let fit = |node: &&'a Rc<Node>| (*node, nodes::fit(self.set, &tolerations, node));
        self.nodes.iter().map(fit).collect()
    }

    /// Makes Pods where they lack and deletes those that are out of place.
    pub(super) fn manage(&mut self) -> Result<(), String> {
        let mut work = Work::default();
        for (node, fit) in self.fits() {
            let name = node.metadata.name.as_str();
            let pods = self.pods.get(name).cloned();
            match (fit, pods) {
                (Fit::Run, None) => {
                    // [daemon_set 2-1] OBSERVATION: an eligible node has no Pod.
                    work.create.push(name.to_owned());
                }
                (Fit::Leave, Some(pods)) => {
                    // [daemon_set 2-2] OBSERVATION: the node is not eligible any more.
                    work.delete.extend(pods.into_iter().filter(|pod| !pod.metadata.is_deleting()));
                }
                (Fit::Run | Fit::Stay, pods) => {
                    self.look_at_node(name, fit, &pods.unwrap_or_default(), &mut work);
                }
                (Fit::Leave, None) => {}
            }
        }
        let is_node = |name: &str| self.nodes.iter().any(|node| node.metadata.name == name);
        for (name, pods) in &self.pods {
            if !is_node(name) {
                // [daemon_set 2-3] OBSERVATION: a Pod waits for a node that is gone.
                work.delete.extend(pods.iter().filter(|pod| pod.spec.node_name.is_empty()));
            }
        }
        self.carry_out(work)
    }

    fn look_at_node(
        &mut self,
        node: &str,
        fit: Fit,
        pods: &[&'a Rc<Pod>],
        work: &mut Work<'a>,
    ) {
        let mut running: Vec<&'a Rc<Pod>> = Vec::new();
        for pod in pods.iter().filter(|pod| !pod.metadata.is_deleting()) {
            match pod.status.phase.as_str() {
                "Failed" if !self.may_replace_failed(node) => {}
                "Failed" => {
                    // [daemon_set 2-4] OBSERVATION: the Pod of a node failed.
                    let what = found("failed", "kill", pod, node);
                    let event = EventDraft::warning(self.object, "FailedDaemonPod", what);
                    self.control.actions.push(Action::Event(event));
                    work.delete.push(pod);
                }
                "Succeeded" => {
                    // [daemon_set 2-5] OBSERVATION: the Pod of a node ended.
                    let what = found("succeeded", "delete", pod, node);
                    self.control.report("SucceededDaemonPod", what);
                    work.delete.push(pod);
                }
                _ => running.push(pod),
            }
        }
        if self.allows_surge() {
            self.look_at_surge(node, fit, &running, work);
        } else if let [_, surplus @ ..] = running.as_slice() {
            // [daemon_set 2-6] OBSERVATION: a node has more than one Pod; the oldest stays.
            work.delete.extend(surplus);
        }
    }

    /// Whether the time for which a failed Pod is left alone is over; then a longer one begins.
    fn may_replace_failed(&mut self, node: &str) -> bool {
        let key = format!("{}/{node}", self.set.status.observed_generation);
        let (first, longest) = PAUSE_MS;
        let now = self.view.now;
        let known = self.memory.pauses.get(&key).copied();
        let known = known.filter(|(_, since)| now.since(*since) <= 2 * longest);
        if let Some((pause, since)) = known
            && now.since(since) < pause
        {
            // [daemon_set 2-7] OBSERVATION: the last one failed a moment ago.
            self.looks.push(pause);
            return false;
        }
        let pause = known.map_or(first, |(pause, _)| (2 * pause).min(longest));
        self.memory.pauses.insert(key, (pause, now));
        true
    }

    /// With maxSurge a new Pod may run beside the old one until it is available.
    fn look_at_surge(
        &mut self,
        node: &str,
        fit: Fit,
        running: &[&'a Rc<Pod>],
        work: &mut Work<'a>,
    ) {
        if running.is_empty() && fit == Fit::Run {
            // [daemon_set 2-8] OBSERVATION: the only Pod of the node is going; the next one need
            // not wait.
            work.create.push(node.to_owned());
        }
        if running.len() <= 1 {
            return;
        }
        let hash = Some(&self.hash);
        let is_new = |pod: &&&'a Rc<Pod>| pod.metadata.labels.get(super::HASH_LABEL) == hash;
        let new = running.iter().find(is_new).copied();
        let old = running.iter().find(|pod| !is_new(pod)).copied();
        let kept = |pod: &&&'a Rc<Pod>| {
            [new, old].into_iter().flatten().any(|kept| Rc::ptr_eq(kept, pod))
        };
        work.delete.extend(running.iter().filter(|pod| !kept(pod)));
        if let (Some(new), Some(old)) = (new, old)
            && (!old.is_ready() || self.is_available(new))
        {
            // [daemon_set 2-9] OBSERVATION: the new Pod of a node is available, or the old one is
            // of no use.
            work.delete.push(old);
        }
    }

    /// Makes and deletes Pods. The error is the first refusal.
    pub(super) fn carry_out(&mut self, work: Work<'a>) -> Result<(), String> {
        let count = work.create.len().min(BURST);
        let pods: Vec<Pod> = work.create.iter().map(|node| self.new_pod(node)).collect();
        let result = self.control.create_slowly(count, &mut |index| pods[index].clone());
        for pod in work.delete.into_iter().take(BURST) {
            self.control.delete(pod);
        }
        result
    }

    /// Whether a node may have two Pods for a while.
    pub(super) fn allows_surge(&self) -> bool {
        self.max_surge(1) > 0
    }

    /// In how many milliseconds the next Ready Pod counts as available.
    pub(super) fn look_when_available(&mut self) {
        let seconds = self.set.spec.min_ready_seconds;
        let wait = |pod: &&Rc<Pod>| pod_control::available_in(pod, seconds, self.view.now);
        let waits = self.pods.values().flatten().filter_map(wait);
        self.looks.extend(waits.filter(|wait| *wait > 0).min());
    }
}
