//! Furnishes new namespaces and empties those that go.
//!
//! Models `pkg/controller/namespace/namespace_controller.go` `enqueueNamespace`, `worker`,
//! `pkg/controller/namespace/deletion/namespaced_resources_deleter.go` `deleteAllContent`,
//! `pkg/controller/serviceaccount/serviceaccounts_controller.go` and
//! `pkg/controller/certificates/rootcacertpublisher/publisher.go`.
//!
//! Deviations: one controller stands for the three; kinds are emptied in the order of their
//! names.

use std::rc::Rc;

use crate::api::config::Namespace;
use crate::api::kind::{Kind, Object};
use crate::api::meta::Condition;
use crate::api::object::ObjectKey;
use crate::api::time::{SimTime, seconds_ms};
use crate::sim::action::{Action, Deletion, Urgency};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::profile::objects::namespace_objects;

use super::{Controller, Memory, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "namespace-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

/// From a namespace's deletion to the first look at its content, for the sake of others who have
/// not heard of it (`namespaceDeletionGracePeriod`).
const GRACE_MS: u64 = 5_000;
/// How long a finalizer is taken to need (`finalizerEstimateSeconds`).
const FINALIZER_SECONDS: i64 = 15;
/// The waits after a failure.
const BACKOFF_MS: (u64, u64) = (5, 1_000_000);

/// What the controller remembers about a namespace that goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emptying {
    /// When it looks next.
    due: SimTime,
    /// Failures in a row.
    failures: u32,
}

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if let Some(namespace) = change.resource::<Namespace>() {
        let wait_ms = if namespace.metadata.is_deleting() { GRACE_MS } else { 0 };
        wakes.after(change.key.clone(), wait_ms);
        return;
    }
    let furniture = matches!(change.key.kind, Kind::ServiceAccount | Kind::ConfigMap);
    if furniture && change.is_removal() {
        let key = ObjectKey::new(Kind::Namespace, "", &change.key.namespace);
        let lives = |namespace: &Rc<Namespace>| !namespace.metadata.is_deleting();
        wakes.list.extend(cluster.at::<Namespace>(&key).filter(|n| lives(n)).map(|_| (key, 0)));
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(namespace) = view.cluster.at::<Namespace>(view.key) else {
        // [namespace 1-1] OBSERVATION: the namespace is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    if namespace.metadata.is_deleting() {
        return empty(view, namespace);
    }
    // [namespace 1-2] OBSERVATION: the namespace lives and has what every namespace has, or gets
    // it.
    let missing = |object: &Object| view.cluster.object(&object.key()).is_none();
    namespace_objects(&namespace.metadata.name)
        .into_iter()
        .filter(|object| object.kind().is_namespaced() && missing(object))
        .map(Action::Create)
        .collect()
}

/// What stays of a kind after its deletion (`gvrDeletionMetadata`).
#[derive(Default)]
struct Left<'a> {
    objects: Vec<&'a Object>,
    /// How many seconds it may take; 0 when it should be gone.
    estimate: i64,
}

fn empty(view: View<'_>, namespace: &Rc<Namespace>) -> Vec<Action> {
    let now = view.now;
    let memory = match view.memory() {
        Some(Memory::Namespace(memory)) => *memory,
        _ => Emptying::default(),
    };
    if now < memory.due {
        // [namespace 2-3] OBSERVATION: the next look at what is left is still to come.
        return Vec::new();
    }
    let name = &namespace.metadata.name;
    let mut deletions = Vec::new();
    let mut left = delete_all(view, namespace, Kind::Pod, &mut deletions);
    let mut error = stuck(name, Kind::Pod, &left)
        .map(|why| format!("failed to delete pods for namespace: {name}, err: {why}"));
    let pods_first = !left.objects.is_empty();
    if !pods_first {
        let others = |kind: &&Kind| kind.is_namespaced() && **kind != Kind::Pod;
        for kind in Kind::ALL.iter().filter(others) {
            let more = delete_all(view, namespace, *kind, &mut deletions);
            error = error.or_else(|| stuck(name, *kind, &more));
            left.objects.extend(more.objects);
            left.estimate = left.estimate.max(more.estimate);
        }
    }
    let mut next = Namespace::clone(namespace);
    "Terminating".clone_into(&mut next.status.phase);
    // As long as Pods are left, nothing is said about what is.
    let named: &[&Object] = if pods_first { &[] } else { &left.objects };
    next.status.conditions = conditions(&namespace.status.conditions, now, named, error.as_deref());
    let mut actions = deletions;
    let changed = next.status != namespace.status;
    if changed {
        actions.push(Action::Update(next.clone().into()));
    }
    if left.objects.is_empty() {
        // [namespace 2-1] OBSERVATION: the namespace is Terminating and empty.
        next.spec.finalizers.retain(|finalizer| finalizer != "kubernetes");
        actions.push(Action::Update(next.into()));
        actions.extend(view.memory().map(|_| Action::Remember(None)));
        return actions;
    }
    // [namespace 2-2] OBSERVATION: the namespace is Terminating and something is left in it.
    let failures = if error.is_some() { memory.failures + 1 } else { 0 };
    let wait_ms = match left.estimate {
        0 => (BACKOFF_MS.0 << memory.failures.min(20)).min(BACKOFF_MS.1),
        seconds => seconds_ms(seconds / 2 + 1),
    };
    let wait_ms = if changed { wait_ms.min(GRACE_MS) } else { wait_ms };
    let memory = Emptying { due: now + wait_ms, failures };
    actions.push(Action::Remember(Some(Memory::Namespace(memory))));
    actions.push(Action::Requeue { after_ms: wait_ms, urgency: Urgency::Foreground });
    actions
}

/// Deletes the objects of a kind and answers what is left of them
/// (`deleteAllContentForGroupVersionResource`).
fn delete_all<'a>(
    view: View<'a>,
    namespace: &Namespace,
    kind: Kind,
    deletions: &mut Vec<Action>,
) -> Left<'a> {
    let objects = view.cluster.of_kind_in(kind, &namespace.metadata.name);
    let objects: Vec<&Object> = objects.map(|(_, object)| object).collect();
    let alive = objects.iter().filter(|object| !object.meta().is_deleting());
    deletions.extend(alive.map(|object| Action::Delete(Deletion::of(object))));
    let graces = objects.iter().filter_map(|object| match object {
        Object::Pod(pod) if !pod.is_terminal() => pod.spec.termination_grace_period_seconds,
        _ => None,
    });
    let grace = graces.max().unwrap_or(0);
    let since = namespace.metadata.deletion_timestamp.unwrap_or_default();
    let over = view.now.since(since) >= seconds_ms(grace);
    // What has nothing to wait for is gone at once.
    let stays = |object: &&Object| {
        let runs = match object {
            Object::Pod(pod) => !pod.spec.node_name.is_empty() && !pod.is_terminal(),
            _ => false,
        };
        runs || !object.meta().finalizers.is_empty()
    };
    let objects: Vec<&Object> = objects.into_iter().filter(stays).collect();
    let held = objects.iter().any(|object| !object.meta().finalizers.is_empty());
    let estimate = match objects.len() {
        0 => 0,
        _ if !over => grace,
        _ if held => FINALIZER_SECONDS,
        _ => 0,
    };
    Left { objects, estimate }
}

/// Objects that should be gone and are not.
fn stuck(namespace: &str, kind: Kind, left: &Left<'_>) -> Option<String> {
    let version = kind.info().api_version;
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let resource = kind.info().plural;
    (!left.objects.is_empty() && left.estimate == 0).then(|| {
        format!(
            "unexpected items still remain in namespace: {namespace} for gvr: {group}/{version}, \
             Resource={resource}"
        )
    })
}

/// What is left, in the words of the namespace's conditions (`updateConditions`).
fn conditions(
    old: &[Condition],
    now: SimTime,
    left: &[&Object],
    error: Option<&str>,
) -> Vec<Condition> {
    let list = |counts: Vec<(String, usize)>, word: &str| -> String {
        let each = counts.iter().map(|(name, n)| format!("{name} {word} {n} resource instances"));
        each.collect::<Vec<_>>().join(", ")
    };
    let resources = list(counted(left.iter().map(|object| resource_of(object))), "has");
    let finalizers = left.iter().flat_map(|object| object.meta().finalizers.iter().cloned());
    let finalizers = list(counted(finalizers), "in");
    let failure = error.map(|why| {
        let text = format!("Failed to delete all resource types, 1 remaining: {why}");
        ("ContentDeletionFailed", text)
    });
    let remaining = (!resources.is_empty()).then(|| {
        ("SomeResourcesRemain", format!("Some resources are remaining: {resources}"))
    });
    let held = (!finalizers.is_empty()).then(|| {
        let text = format!("Some content in the namespace has finalizers remaining: {finalizers}");
        ("SomeFinalizersRemain", text)
    });
    let all = [
        (
            "NamespaceDeletionDiscoveryFailure",
            None,
            ("ResourcesDiscovered", "All resources successfully discovered"),
        ),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            None,
            ("ParsedGroupVersions", "All legacy kube types successfully parsed"),
        ),
        (
            "NamespaceDeletionContentFailure",
            failure,
            (
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization",
            ),
        ),
        (
            "NamespaceContentRemaining",
            remaining,
            ("ContentRemoved", "All content successfully removed"),
        ),
        (
            "NamespaceFinalizersRemaining",
            held,
            ("ContentHasNoFinalizers", "All content-preserving finalizers finished"),
        ),
    ];
    let condition = |(kind, trouble, fine): (&str, Option<(&str, String)>, (&str, &str))| {
        let status = if trouble.is_some() { "True" } else { "False" };
        let (reason, message) = trouble.unwrap_or_else(|| (fine.0, fine.1.to_owned()));
        let known = old.iter().find(|known| known.kind == kind && known.status == status);
        Condition {
            kind: kind.to_owned(),
            status: status.to_owned(),
            last_transition_time: known.map_or(Some(now), |known| known.last_transition_time),
            reason: reason.to_owned(),
            message,
            ..Condition::default()
        }
    };
    all.map(condition).into()
}

/// `pods.`, `statefulsets.apps`: resource and group with a dot between them.
fn resource_of(object: &Object) -> String {
    let kind = object.kind();
    format!("{}.{}", kind.info().plural, kind.group())
}

/// Each name with how often it comes, by name.
fn counted(names: impl Iterator<Item = String>) -> Vec<(String, usize)> {
    let mut counts = crate::api::sorted::SortedMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}
