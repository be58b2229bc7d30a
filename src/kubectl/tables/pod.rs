//! `kubectl get pod` (`printPod`).

use std::rc::Rc;

use crate::api::container::ContainerStatus;
use crate::api::kind::{Kind, Object};
use crate::api::meta::LabelSelector;
use crate::api::object::Resource as _;
use crate::api::pod::Pod;
use crate::api::time::SimTime;

use super::super::age::since;
use super::{Column, Sight, Table, age_of, or_none, shown, wide};

pub(super) const TABLE: Table = Table { kind: Kind::Pod, columns: COLUMNS, row };

const COLUMNS: &[Column] = &[
    shown("NAME"),
    shown("READY"),
    shown("STATUS"),
    shown("RESTARTS"),
    shown("AGE"),
    wide("IP"),
    wide("NODE"),
    wide("NOMINATED NODE"),
    wide("READINESS GATES"),
];

fn row(object: &Object, sight: Sight<'_>) -> Vec<String> {
    let Some(pod) = Pod::of(object) else { return Vec::new() };
    let seen = Seen::of(pod);
    let restarts = match seen.last_end {
        Some(end) if seen.restarts != 0 => {
            format!("{} ({} ago)", seen.restarts, since(sight.now, end))
        }
        _ => seen.restarts.to_string(),
    };
    let ip = pod.status.pod_ips.first().map_or("", |address| address.ip.as_str());
    vec![
        pod.metadata.name.clone(),
        format!("{}/{}", seen.ready, seen.total),
        seen.reason,
        restarts,
        age_of(object, sight),
        or_none(ip),
        or_none(&pod.spec.node_name),
        or_none(&pod.status.nominated_node_name),
        "<none>".to_owned(),
    ]
}

/// The Pods that a workload's selector picks, by name.
pub(in crate::kubectl) fn selected_pods(
    sight: Sight<'_>,
    namespace: &str,
    selector: Option<&LabelSelector>,
) -> Vec<Rc<Pod>> {
    let Some(selector) = selector else { return Vec::new() };
    let pods = sight.cluster.list_in::<Pod>(namespace);
    pods.filter(|pod| selector.matches(&pod.metadata.labels)).cloned().collect()
}

/// What the columns say.
struct Seen {
    total: usize,
    ready: usize,
    restarts: i32,
    reason: String,
    last_end: Option<SimTime>,
}

impl Seen {
    fn of(pod: &Pod) -> Self {
        let status = &pod.status;
        let mut seen = Self {
            total: pod.spec.containers.len(),
            ready: 0,
            restarts: 0,
            reason: status.phase.clone(),
            last_end: None,
        };
        if !status.reason.is_empty() {
            seen.reason.clone_from(&status.reason);
        }
        let gated = pod
            .condition("PodScheduled")
            .is_some_and(|condition| condition.reason == "SchedulingGated");
        if gated {
            "SchedulingGated".clone_into(&mut seen.reason);
        }
        let sidecars = pod.spec.init_containers.iter().filter(|one| is_sidecar(pod, &one.name));
        seen.total += sidecars.count();
        let initializing = seen.look_at_init_containers(pod);
        if !initializing || pod.is_condition_true("Initialized") {
            seen.look_at_containers(pod);
        }
        if pod.metadata.is_deleting() && !pod.is_terminal() {
            "Terminating".clone_into(&mut seen.reason);
        }
        seen
    }

    fn count(&mut self, status: &ContainerStatus) {
        self.restarts += status.restart_count;
        let last = status.last_state.as_ref().and_then(|state| state.terminated.as_ref());
        self.last_end = self.last_end.max(last.and_then(|end| end.finished_at));
    }

    /// Whether an init container is still to finish.
    fn look_at_init_containers(&mut self, pod: &Pod) -> bool {
        for (index, status) in pod.status.init_container_statuses.iter().enumerate() {
            self.count(status);
            let state = &status.state;
            if state.terminated.as_ref().is_some_and(|end| end.exit_code.unwrap_or(0) == 0) {
                continue;
            }
            if is_sidecar(pod, &status.name) && status.started == Some(true) {
                self.ready += usize::from(status.ready);
                continue;
            }
            self.reason = match (&state.terminated, &state.waiting) {
                (Some(end), _) if !end.reason.is_empty() => format!("Init:{}", end.reason),
                (Some(end), _) if end.signal != 0 => format!("Init:Signal:{}", end.signal),
                (Some(end), _) => format!("Init:ExitCode:{}", end.exit_code.unwrap_or(0)),
                (None, Some(waiting))
                    if !waiting.reason.is_empty() && waiting.reason != "PodInitializing" =>
                {
                    format!("Init:{}", waiting.reason)
                }
                _ => format!("Init:{index}/{}", pod.spec.init_containers.len()),
            };
            return true;
        }
        false
    }

    fn look_at_containers(&mut self, pod: &Pod) {
        self.restarts = 0;
        self.last_end = None;
        for status in &pod.status.init_container_statuses {
            if is_sidecar(pod, &status.name) {
                self.count(status);
            }
        }
        let (mut running, mut error) = (false, None);
        for status in pod.status.container_statuses.iter().rev() {
            self.count(status);
            let state = &status.state;
            match (&state.waiting, &state.terminated) {
                (Some(waiting), _) if !waiting.reason.is_empty() => {
                    self.reason.clone_from(&waiting.reason);
                }
                (_, Some(end)) => {
                    let code = end.exit_code.unwrap_or(0);
                    self.reason = match (end.reason.as_str(), end.signal) {
                        ("", 0) => format!("ExitCode:{code}"),
                        ("", signal) => format!("Signal:{signal}"),
                        (reason, _) => reason.to_owned(),
                    };
                    if code != 0 {
                        error = Some(self.reason.clone());
                    }
                }
                _ if status.ready && state.running.is_some() => {
                    running = true;
                    self.ready += 1;
                }
                _ => {}
            }
        }
        if self.reason == "Completed" {
            if running && pod.is_ready() {
                "Running".clone_into(&mut self.reason);
            } else if let Some(error) = error {
                self.reason = error;
            } else if running {
                "NotReady".clone_into(&mut self.reason);
            }
        }
    }
}

fn is_sidecar(pod: &Pod, name: &str) -> bool {
    let init = &pod.spec.init_containers;
    init.iter().any(|one| one.name == name && one.restart_policy.as_deref() == Some("Always"))
}
