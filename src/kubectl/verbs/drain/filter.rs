//! Which Pods of a node are taken away, and why some keep it from being drained
//! (`pkg/drain/filters.go`).

use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::pod::Pod;
use crate::api::time::{SimTime, seconds_ms};
use crate::sim::cluster::Cluster;

use super::Options;

/// A Pod that is to go.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) key: ObjectKey,
    pub(super) uid: String,
}

/// The Pods that are to go, and what is said about some.
pub(super) struct Kept {
    pub(super) pods: Vec<Target>,
    pub(super) warnings: Vec<String>,
}

/// What is decided about a Pod.
enum Verdict {
    Goes,
    GoesWith(String),
    Stays,
    StaysWith(String),
    Refused(String),
}

const DAEMON: &str = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)";
const DAEMON_IGNORED: &str = "ignoring DaemonSet-managed Pods";
const LOCAL: &str =
    "cannot delete Pods with local storage (use --delete-emptydir-data to override)";
const LONELY: &str = "cannot delete Pods that declare no controller (use --force to override)";
const LONELY_DELETED: &str = "deleting Pods that declare no controller";
const MIRROR: &str = "kubernetes.io/config.mirror";

/// The Pods of the node, or the errors for which none of them is touched.
pub(super) fn pods(
    cluster: &Cluster,
    now: SimTime,
    node: &str,
    options: &Options,
) -> Result<Kept, Vec<String>> {
    let mut kept = Kept { pods: Vec::new(), warnings: Vec::new() };
    let (mut warned, mut refused) = (Vec::new(), Vec::new());
    for pod in cluster.pods_on_node(node) {
        if !options.pods.matches(&pod.clone().into()) {
            continue;
        }
        let goes = Target { key: pod.key(), uid: pod.metadata.uid.clone() };
        match verdict(cluster, now, pod, options) {
            Verdict::Goes => kept.pods.push(goes),
            Verdict::GoesWith(warning) => {
                note(&mut warned, warning, pod);
                kept.pods.push(goes);
            }
            Verdict::Stays => {}
            Verdict::StaysWith(warning) => note(&mut warned, warning, pod),
            Verdict::Refused(error) => note(&mut refused, error, pod),
        }
    }
    kept.warnings = texts(warned);
    if refused.is_empty() { Ok(kept) } else { Err(texts(refused)) }
}

/// Pods by what is said about them.
type Notes = Vec<(String, Vec<String>)>;

fn note(notes: &mut Notes, text: String, pod: &Pod) {
    let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
    match notes.iter_mut().find(|(known, _)| *known == text) {
        Some((_, pods)) => pods.push(name),
        None => notes.push((text, vec![name])),
    }
}

fn texts(notes: Notes) -> Vec<String> {
    notes.into_iter().map(|(text, pods)| format!("{text}: {}", pods.join(", "))).collect()
}

fn verdict(cluster: &Cluster, now: SimTime, pod: &Pod, options: &Options) -> Verdict {
    if is_long_gone(pod, now, options.skip_after) {
        return Verdict::Stays;
    }
    if let Some(verdict) = of_daemon_set(cluster, pod, options) {
        return verdict;
    }
    if pod.metadata.annotations.contains_key(MIRROR) {
        return Verdict::Stays;
    }
    let has_empty_dir = pod.spec.volumes.iter().any(|volume| volume.empty_dir.is_some());
    if has_empty_dir && !pod.is_terminal() && !options.deletes_empty_dirs {
        return Verdict::Refused(LOCAL.to_owned());
    }
    match (pod.is_terminal() || pod.metadata.controller().is_some(), options.force) {
        (true, _) => Verdict::Goes,
        (false, true) => Verdict::GoesWith(LONELY_DELETED.to_owned()),
        (false, false) => Verdict::Refused(LONELY.to_owned()),
    }
}

/// Whether the Pod's time was up so many seconds ago.
pub(super) fn is_long_gone(pod: &Pod, now: SimTime, seconds: i64) -> bool {
    seconds > 0
        && pod.metadata.deletion_timestamp.is_some_and(|at| now.since(at) > seconds_ms(seconds))
}

fn of_daemon_set(cluster: &Cluster, pod: &Pod, options: &Options) -> Option<Verdict> {
    let owner = pod.metadata.controller().filter(|owner| owner.kind == "DaemonSet")?;
    if pod.is_terminal() {
        return None;
    }
    let key = ObjectKey::new(Kind::DaemonSet, &pod.metadata.namespace, &owner.name);
    if cluster.object(&key).is_none() {
        if options.force {
            return None;
        }
        let text = format!("cannot delete daemonsets.apps \"{}\" not found", owner.name);
        return Some(Verdict::Refused(text));
    }
    let ignored = options.ignores_daemon_sets;
    Some(if ignored {
        Verdict::StaysWith(DAEMON_IGNORED.to_owned())
    } else {
        Verdict::Refused(DAEMON.to_owned())
    })
}
