//! What the scheduler says when a Pod fits nowhere.
//!
//! Models `pkg/scheduler/framework/types.go` `FitError.Error`, `pkg/scheduler/schedule_one.go`
//! `handleSchedulingFailure`, `framework/preemption/preemption.go`, and
//! `k8s.io/client-go/tools/events/event_broadcaster.go`: repeats about the same version of a Pod
//! form a series, of which only the second is reported at once.

use crate::api::sorted::SortedMap;
use crate::api::order;
use std::rc::Rc;

use crate::api::meta::Condition;
use crate::api::pod::Pod;
use crate::api::time::SimTime;
use crate::sim::action::{Action, EventDraft, Urgency};
use crate::sim::controllers::{Memory, View};

use super::Waiting;
use super::preemption::Room;

/// After this time an unschedulable Pod is tried again whatever happened.
const FLUSH_MS: u64 = 300_000;

/// The waits after internal errors: from one second, doubling, to ten.
const BACKOFF_MS: (u64, u64) = (1_000, 10_000);

const NOTE_LENGTH_MAX: usize = 1024;

/// Which changes may help a Pod that fits nowhere: those for which one of the filters that
/// refused it asked to be told (`EventsToRegister`). A new node always may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "a set")]
pub(super) struct Help {
    /// The end of a cordon.
    pub(super) cordon: bool,
    /// A node's taints.
    pub(super) taints: bool,
    /// A node's labels.
    pub(super) labels: bool,
    /// Claims, volumes and classes.
    pub(super) volumes: bool,
    /// The end of another Pod.
    pub(super) pods: bool,
    /// A node's volume limits.
    pub(super) limits: bool,
    /// Pods of which the Pod or which of the Pod want something: see `topology::peers_help`.
    pub(super) peers: bool,
}

/// The last event about a Pod.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    /// The Pod's version at that time.
    pub(super) version: String,
    /// The message.
    pub(super) message: String,
    /// How often.
    pub(super) count: u32,
}

/// Why one node is out of the question.
#[derive(Clone, Debug, Default)]
pub(super) struct Misfit {
    /// The reasons of the first filter that refused it.
    pub(super) reasons: Vec<String>,
    /// Whether the Pod could fit if others went.
    pub(super) is_resolvable: bool,
    /// What may help.
    pub(super) help: Help,
}

/// Why no node is left.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    /// The reason in the condition: `Unschedulable`, or `SchedulerError`.
    reason: &'static str,
    message: String,
    help: Help,
    /// Where others make room.
    room: Option<Room>,
}

impl Refusal {
    pub(super) fn no_nodes() -> Self {
        let message = "no nodes available to schedule pods".to_owned();
        Self { reason: "Unschedulable", message, help: Help::default(), room: None }
    }

    /// A refusal before any node was looked at; it is always about volumes.
    pub(super) fn before_filters(nodes: usize, why: &str) -> Self {
        let message = format!("0/{nodes} nodes are available: {why}. not found");
        let help = Help { volumes: true, ..Help::default() };
        Self { reason: "Unschedulable", message, help, room: None }
    }

    /// A failure between the choice of a node and the end of the binding.
    pub(super) fn error(why: &str) -> Self {
        let message = format!("running PreBind plugin \"VolumeBinding\": binding volumes: {why}");
        let help = Help { volumes: true, ..Help::default() };
        Self { reason: "SchedulerError", message, help, room: None }
    }

    pub(super) fn of_filters(misfits: &[Misfit], room: Result<Room, String>) -> Self {
        let total = misfits.len();
        let reasons = misfits.iter().flat_map(|misfit| misfit.reasons.iter().map(String::as_str));
        let head = format!("0/{total} nodes are available: {}.", counted(reasons));
        let (message, room) = match room {
            Ok(room) => (head, Some(room)),
            Err(why) => {
                (format!("{head} no new claims to deallocate, preemption: {why}"), None)
            }
        };
        let any = |is: fn(&Help) -> bool| misfits.iter().any(|misfit| is(&misfit.help));
        let help = Help {
            cordon: any(|help| help.cordon),
            taints: any(|help| help.taints),
            labels: any(|help| help.labels),
            volumes: any(|help| help.volumes),
            pods: any(|help| help.pods),
            limits: any(|help| help.limits),
            peers: any(|help| help.peers),
        };
        Self { reason: "Unschedulable", message, help, room }
    }
}

/// `1 Insufficient cpu, 2 node(s) were unschedulable`, sorted as texts.
pub(super) fn counted<'a>(reasons: impl Iterator<Item = &'a str>) -> String {
    let mut counts: SortedMap<&str, usize> = SortedMap::new();
    for reason in reasons {
        *counts.entry(reason).or_insert(0) += 1;
    }
    let mut parts: Vec<String> =
        counts.into_iter().map(|(reason, count)| format!("{count} {reason}")).collect();
    order::sort(&mut parts);
    parts.join(", ")
}

/// Reports the failure, writes the Pod's condition, and waits.
pub(super) fn handle(
    view: View<'_>,
    pod: &Rc<Pod>,
    waiting: Waiting,
    refusal: Refusal,
) -> Vec<Action> {
    let now = view.now;
    let room = refusal.room;
    let mut actions = room.as_ref().map(|room| room.make(pod, now)).unwrap_or_default();
    let version = &pod.metadata.resource_version;
    let said = match waiting.said {
        Some(said) if said.version == *version => Said { count: said.count + 1, ..said },
        _ => {
            let message = truncated(&refusal.message);
            Said { version: version.clone(), message, count: 1 }
        }
    };
    // [scheduler 2-1] OBSERVATION: from the third time on a series is only counted in silence.
    if said.count <= 2 {
        let object = Rc::clone(pod).into();
        let event = EventDraft::warning(&object, "FailedScheduling", said.message.clone());
        actions.push(Action::Event(event.in_series(version)));
    }
    let nominated = room.as_ref().map(|room| Rc::from(room.node.as_str()));
    let nominated = nominated.or(waiting.nominated.filter(|_| has_nomination(pod)));
    let mut waiting = Waiting {
        help: refusal.help,
        said: Some(said),
        binding: None,
        nominated,
        ..waiting
    };
    if refusal.reason == "SchedulerError" {
        // [scheduler 2-2] OBSERVATION: after an error the Pod waits for its back-off.
        let (first, most) = BACKOFF_MS;
        let after_ms = (first << waiting.errors.min(8)).min(most);
        waiting.errors += 1;
        waiting.retry_at = now + after_ms;
        actions.push(Action::Requeue { after_ms, urgency: Urgency::Foreground });
    }
    if waiting.flush_at <= now {
        // [scheduler 2-3] OBSERVATION: no look is planned that comes in any case.
        waiting.flush_at = now + FLUSH_MS;
        actions.push(Action::Requeue { after_ms: FLUSH_MS, urgency: Urgency::Background });
    }
    actions.push(Action::Remember(Some(Memory::Scheduler(waiting))));
    let written = with_condition(pod, "False", refusal.reason, &refusal.message, now);
    let mut next = written.unwrap_or_else(|| Pod::clone(pod));
    if let Some(room) = room {
        next.status.nominated_node_name = room.node;
    }
    if next.status != pod.status {
        // [scheduler 2-4] OBSERVATION: the Pod's condition says something else.
        actions.push(Action::Update(next.into()));
    }
    actions
}

/// Whether others made room for the Pod somewhere.
fn has_nomination(pod: &Pod) -> bool {
    !pod.status.nominated_node_name.is_empty()
}

fn truncated(message: &str) -> String {
    let suffix = " ...";
    match message.get(..NOTE_LENGTH_MAX - suffix.len()) {
        Some(start) if message.len() > NOTE_LENGTH_MAX => format!("{start}{suffix}"),
        _ => message.to_owned(),
    }
}

/// The Pod with the condition `PodScheduled`, `None` when it says that already
/// (`podutil.UpdatePodCondition`).
pub(super) fn with_condition(
    pod: &Pod,
    status: &str,
    reason: &str,
    message: &str,
    now: SimTime,
) -> Option<Pod> {
    let kind = "PodScheduled";
    let known = pod.condition(kind);
    let since = match known {
        Some(known) if known.status == status => known.last_transition_time,
        _ => Some(now),
    };
    let condition = Condition {
        kind: kind.to_owned(),
        status: status.to_owned(),
        observed_generation: pod.metadata.generation,
        last_transition_time: since,
        reason: reason.to_owned(),
        message: message.to_owned(),
        ..Condition::default()
    };
    if known == Some(&condition) {
        return None;
    }
    let mut pod = pod.clone();
    let conditions = &mut pod.status.conditions;
    match conditions.iter_mut().find(|condition| condition.kind == kind) {
        Some(known) => *known = condition,
        None => conditions.push(condition),
    }
    Some(pod)
}
