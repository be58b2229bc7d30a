//! Furnishes new namespaces and empties those that go.
//!
//! Models `pkg/controller/namespace/deletion/namespaced_resources_deleter.go` `Delete`,
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
use crate::sim::action::{Action, Deletion};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;
use crate::sim::profile::objects::namespace_objects;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "namespace-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    if change.key.kind == Kind::Namespace {
        wakes.add(change.key.clone());
        return;
    }
    if !change.key.kind.is_namespaced() {
        return;
    }
    let going = |namespace: &Rc<Namespace>| namespace.metadata.is_deleting();
    let furniture = matches!(change.key.kind, Kind::ServiceAccount | Kind::ConfigMap);
    let namespace = &change.key.namespace;
    let emptied = change.is_removal() || change.is_creation();
    if (emptied && cluster.get::<Namespace>("", namespace).is_some_and(going))
        || (furniture && change.is_removal())
    {
        wakes.add(ObjectKey::new(Kind::Namespace, "", namespace));
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(namespace) = view.cluster.at::<Namespace>(view.key) else {
        // [namespace 1-1] OBSERVATION: the namespace is gone.
        return Vec::new();
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

fn empty(view: View<'_>, namespace: &Rc<Namespace>) -> Vec<Action> {
    let name = &namespace.metadata.name;
    let kinds = Kind::ALL.iter().filter(|kind| kind.is_namespaced());
    let content: Vec<&Object> = kinds
        .flat_map(|kind| view.cluster.of_kind_in(*kind, name))
        .map(|(_, object)| object)
        .collect();
    let mut next = Namespace::clone(namespace);
    "Terminating".clone_into(&mut next.status.phase);
    if content.is_empty() {
        // [namespace 2-1] OBSERVATION: the namespace is Terminating and empty.
        next.spec.finalizers.retain(|finalizer| finalizer != "kubernetes");
        return vec![Action::Update(next.into())];
    }
    next.status.conditions = conditions(view, &content);
    let mut actions = Vec::new();
    if next.status != namespace.status {
        actions.push(Action::Update(next.into()));
    }
    // [namespace 2-2] OBSERVATION: the namespace is Terminating and something is left in it.
    let alive = content.into_iter().filter(|object| !object.meta().is_deleting());
    actions.extend(alive.map(|object| Action::Delete(Deletion::of(object))));
    actions
}

/// What is left, in the words of the namespace's conditions.
fn conditions(view: View<'_>, content: &[&Object]) -> Vec<Condition> {
    let condition = |kind: &str, is_true: bool, reason: &str, message: String| Condition {
        kind: kind.to_owned(),
        status: if is_true { "True" } else { "False" }.to_owned(),
        last_transition_time: Some(view.now),
        reason: reason.to_owned(),
        message,
        ..Condition::default()
    };
    let old = view.cluster.at::<Namespace>(view.key);
    let list = |counts: Vec<(String, usize)>, word: &str| -> String {
        let each = counts.iter().map(|(name, n)| format!("{name} {word} {n} resource instances"));
        each.collect::<Vec<_>>().join(", ")
    };
    let resources = list(counted(content.iter().map(|o| resource_of(o))), "has");
    let finalizers = list(
        counted(content.iter().flat_map(|o| o.meta().finalizers.iter().cloned())),
        "in",
    );
    let done = |what: &str| what.to_owned();
    let mut all = vec![
        condition(
            "NamespaceDeletionDiscoveryFailure",
            false,
            "ResourcesDiscovered",
            done("All resources successfully discovered"),
        ),
        condition(
            "NamespaceDeletionGroupVersionParsingFailure",
            false,
            "ParsedGroupVersions",
            done("All legacy kube types successfully parsed"),
        ),
        condition(
            "NamespaceDeletionContentFailure",
            false,
            "ContentDeleted",
            done("All content successfully deleted, may be waiting on finalization"),
        ),
        condition(
            "NamespaceContentRemaining",
            true,
            "SomeResourcesRemain",
            format!("Some resources are remaining: {resources}"),
        ),
    ];
    all.push(if finalizers.is_empty() {
        let text = done("All content-preserving finalizers finished");
        condition("NamespaceFinalizersRemaining", false, "ContentHasNoFinalizers", text)
    } else {
        let text = format!("Some content in the namespace has finalizers remaining: {finalizers}");
        condition("NamespaceFinalizersRemaining", true, "SomeFinalizersRemain", text)
    });
    for condition in &mut all {
        let known = old.and_then(|old| {
            old.status.conditions.iter().find(|known| known.kind == condition.kind)
        });
        if let Some(known) = known.filter(|known| known.status == condition.status) {
            condition.last_transition_time = known.last_transition_time;
        }
    }
    all
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
