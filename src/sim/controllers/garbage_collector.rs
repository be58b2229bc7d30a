//! Deletes what lost its owner.
//!
//! Models `pkg/controller/garbagecollector/garbagecollector.go` `attemptToDeleteItem`,
//! `processDeletingDependentsItem`, `orphanDependents`.

use crate::api::kind::{Kind, Object};
use crate::api::meta::OwnerReference;
use crate::api::object::ObjectKey;
use crate::sim::action::{Action, Deletion, Propagation};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::{Controller, View, Wakes};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "garbage-collector-controller",
    reaction_ms: 30,
    watch,
    reconcile,
    host: None,
    resync: None,
};

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    let meta = change.object().meta();
    if change.is_removal() {
        for dependent in cluster.owned_by(&meta.uid) {
            wakes.add(dependent.key());
        }
        for owner in &meta.owner_references {
            wakes.list.extend(owner_key(owner, &change.key).map(|key| (key, 0)));
        }
        return;
    }
    if meta.has_finalizer(FOREGROUND) || meta.has_finalizer(ORPHAN) {
        wakes.add(change.key.clone());
    }
    let before = change.before.as_ref().map_or(&[][..], |object| &object.meta().owner_references);
    if *before != *meta.owner_references {
        if !meta.owner_references.is_empty() {
            wakes.add(change.key.clone());
        }
        for owner in before {
            wakes.list.extend(owner_key(owner, &change.key).map(|key| (key, 0)));
        }
    }
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [garbage_collector 1-1] OBSERVATION: the object is gone.
        return Vec::new();
    };
    let meta = object.meta();
    if meta.is_deleting() && meta.has_finalizer(ORPHAN) {
        // [garbage_collector 1-2] OBSERVATION: the object goes and its dependents stay.
        return orphan_dependents(view.cluster, object);
    }
    if meta.is_deleting() && meta.has_finalizer(FOREGROUND) {
        return delete_dependents_first(view.cluster, object);
    }
    if meta.is_deleting() || meta.owner_references.is_empty() {
        // [garbage_collector 1-3] OBSERVATION: the object goes already, or has no owner.
        return Vec::new();
    }
    collect(view.cluster, object).into_iter().collect()
}

/// How an owner stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It is there, or of a kind that nobody knows.
    Solid,
    /// It is gone.
    Dangling,
    /// It goes once its dependents are gone.
    Waiting,
}

fn standing(cluster: &Cluster, owner: &OwnerReference, dependent: &ObjectKey) -> Standing {
    let Some(key) = owner_key(owner, dependent) else { return Standing::Solid };
    match cluster.object(&key).map(Object::meta).filter(|meta| meta.uid == owner.uid) {
        None => Standing::Dangling,
        Some(meta) if meta.is_deleting() && meta.has_finalizer(FOREGROUND) => Standing::Waiting,
        Some(_) => Standing::Solid,
    }
}

/// What becomes of an object with owners.
fn collect(cluster: &Cluster, object: &Object) -> Option<Action> {
    let key = object.key();
    let owners = &object.meta().owner_references;
    let is_solid = |owner: &OwnerReference| standing(cluster, owner, &key) == Standing::Solid;
    if owners.iter().all(is_solid) {
        // [garbage_collector 1-4] OBSERVATION: every owner lives.
        return None;
    }
    if owners.iter().any(is_solid) {
        // [garbage_collector 1-6] OBSERVATION: one owner lives and another does not.
        let mut object = object.clone();
        object.meta_mut().owner_references.retain(is_solid);
        return Some(Action::Update(object));
    }
    // [garbage_collector 1-5] OBSERVATION: no owner is left.
    let waits = owners.iter().any(|owner| standing(cluster, owner, &key) == Standing::Waiting);
    let has_dependents = cluster.owned_by(&object.meta().uid).next().is_some();
    let propagation =
        if waits && has_dependents { Propagation::Foreground } else { Propagation::Background };
    Some(Action::Delete(Deletion { propagation, ..Deletion::of(object) }))
}

fn orphan_dependents(cluster: &Cluster, owner: &Object) -> Vec<Action> {
    let uid = &owner.meta().uid;
    let mut actions: Vec<Action> = cluster
        .owned_by(uid)
        .map(|dependent| {
            let mut dependent = dependent.clone();
            dependent.meta_mut().owner_references.retain(|reference| reference.uid != *uid);
            Action::Update(dependent)
        })
        .collect();
    actions.push(without_finalizer(owner, ORPHAN));
    actions
}

fn delete_dependents_first(cluster: &Cluster, owner: &Object) -> Vec<Action> {
    let uid = &owner.meta().uid;
    let blocks = |dependent: &&Object| {
        let references = &dependent.meta().owner_references;
        references.iter().any(|r| r.uid == *uid && r.block_owner_deletion == Some(true))
    };
    let blocking: Vec<&Object> = cluster.owned_by(uid).filter(blocks).collect();
    if blocking.is_empty() {
        // [garbage_collector 2-1] OBSERVATION: the last dependent is gone, the owner follows.
        return vec![without_finalizer(owner, FOREGROUND)];
    }
    // [garbage_collector 2-2] OBSERVATION: dependents are left and go first.
    let staying = blocking.into_iter().filter(|dependent| !dependent.meta().is_deleting());
    staying.filter_map(|dependent| collect(cluster, dependent)).collect()
}

fn without_finalizer(object: &Object, finalizer: &str) -> Action {
    let mut object = object.clone();
    object.meta_mut().finalizers.retain(|set| set != finalizer);
    Action::Update(object)
}

/// Where the owner of an object is kept; `None` for a kind that nobody knows.
fn owner_key(owner: &OwnerReference, dependent: &ObjectKey) -> Option<ObjectKey> {
    let kind = Kind::named(&owner.kind)?;
    Some(ObjectKey::new(kind, &dependent.namespace, &owner.name))
}
