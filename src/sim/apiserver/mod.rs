//! The API server: every write goes through here.
//!
//! Models `k8s.io/apiserver/pkg/registry/generic/registry/store.go` `Create`, `Update`, `Delete`
//! and, per kind, the strategies under `pkg/registry`.

pub mod defaults;
pub mod own_service;
pub mod status;

mod admission;
pub(in crate::sim) mod eviction;
mod strategy;
mod validation;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::object::ObjectKey;
use crate::api::pod::Pod;
use crate::api::time::{SimTime, seconds_ms};

use super::action::{Deletion, Propagation};
use super::change::Change;
use super::cluster::Cluster;
use super::engine::Request;
use super::limits;
use super::random::Sequence;
use admission::Review;
use status::{FieldError, Status};

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// A person or a program outside the cluster: the object is validated, and its status is not
    /// theirs to write.
    Client,
    /// A part of the cluster, which writes what was validated before.
    Component,
}

/// An accepted write, with warnings for the client.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// What was written; `None` when nothing differed.
    pub change: Option<Change>,
    /// The object as it stands now, or as it was when it went.
    pub object: Object,
    /// Texts that kubectl prints after `Warning: `.
    pub warnings: Vec<String>,
}

/// Carries out a request on a copy of the cluster (`--dry-run=server`).
pub fn dry_run(cluster: &Cluster, now: SimTime, request: Request) -> Result<Accepted, Status> {
    handle(&mut cluster.clone(), now, request)
}

/// Carries out a person's request.
pub fn handle(cluster: &mut Cluster, now: SimTime, request: Request) -> Result<Accepted, Status> {
    match request {
        Request::Create(object) => create(cluster, now, Caller::Client, object),
        Request::Update(object) => update(cluster, now, Caller::Client, object),
        Request::UpdateStatus(object) => update_status(cluster, now, &object),
        Request::Delete(deletion) => delete(cluster, now, &deletion),
        Request::Evict(deletion) => {
            eviction::writes(cluster, now, &deletion)?;
            delete(cluster, now, &deletion)
        }
    }
}

/// Whether the object could be made now, as far as other objects decide it: namespace, service
/// account, limits, quota, name. Controllers ask before they create.
pub fn check_create(cluster: &Cluster, object: &Object) -> Result<(), Status> {
    admission::check_create(cluster, object)?;
    let key = object.key();
    if cluster.object(&key).is_some() { Err(Status::already_exists(&key)) } else { Ok(()) }
}

/// The same for an object whose name the API server would generate: what is refused before that
/// goes by the beginning of the name.
pub fn check_create_generated(cluster: &Cluster, object: &Object) -> Result<(), Status> {
    let mut nameless = object.clone();
    nameless.meta_mut().name.clear();
    admission::check_first(cluster, &nameless)?;
    check_create(cluster, object)
}

/// Makes an object.
pub fn create(
    cluster: &mut Cluster,
    now: SimTime,
    caller: Caller,
    mut object: Object,
) -> Result<Accepted, Status> {
    if cluster.len() >= limits::OBJECTS_MAX {
        return Err(Status::too_many_objects(limits::OBJECTS_MAX));
    }
    set_aside_system_fields(&mut object);
    defaults::apply(&mut object);
    let mut sequence = cluster.sequence;
    admission::mutate(cluster, &mut sequence, &mut object)?;
    fill_name(&mut sequence, &mut object);
    strategy::prepare_for_create(now, &mut object);
    let key = object.key();
    let warnings = match caller {
        Caller::Client => check_fields(&key, &object, validation::create(&object))?,
        Caller::Component => Vec::new(),
    };
    admission::validate(&Review { cluster, before: None, object: &object })?;
    if cluster.object(&key).is_some() {
        return Err(Status::already_exists(&key));
    }
    let meta = object.meta_mut();
    meta.uid = sequence.uuid();
    meta.creation_timestamp = Some(now);
    meta.generation = i64::from(counts_generations(key.kind));
    cluster.sequence = sequence;
    strategy::select_by_uid(&mut object);
    strategy::allocate_addresses(cluster, &mut object);
    let change = store(cluster, &key, Some(object));
    Ok(accepted(change, warnings))
}

/// Refuses an object with errors; warns about one without.
fn check_fields(
    key: &ObjectKey,
    object: &Object,
    errors: Vec<FieldError>,
) -> Result<Vec<String>, Status> {
    if errors.is_empty() {
        Ok(validation::warnings::of(object))
    } else {
        Err(Status::invalid(key, errors))
    }
}

/// What only the cluster sets; the namespace must fit the kind (`rest.BeforeCreate`).
fn set_aside_system_fields(object: &mut Object) {
    let namespaced = object.kind().is_namespaced();
    let meta = object.meta_mut();
    meta.uid.clear();
    meta.resource_version.clear();
    meta.deletion_timestamp = None;
    meta.deletion_grace_period_seconds = None;
    if !namespaced {
        meta.namespace.clear();
    } else if meta.namespace.is_empty() {
        "default".clone_into(&mut meta.namespace);
    }
}

/// Writes an object over the one of its name.
pub fn update(
    cluster: &mut Cluster,
    now: SimTime,
    caller: Caller,
    mut object: Object,
) -> Result<Accepted, Status> {
    let key = object.key();
    let Some(before) = cluster.object(&key).cloned() else {
        return Err(Status::not_found(&key));
    };
    if caller == Caller::Client {
        check_preconditions(&key, &before, &object)?;
    }
    keep_system_fields(&before, &mut object);
    if caller == Caller::Client {
        defaults::apply(&mut object);
        strategy::prepare_for_client_update(&before, &mut object);
    }
    if object == before {
        return Ok(Accepted { change: None, object: before, warnings: Vec::new() });
    }
    let warnings = match caller {
        Caller::Client => {
            let errors = validation::update(&before, &object);
            let warnings = check_fields(&key, &object, errors)?;
            admission::validate(&Review { cluster, before: Some(&before), object: &object })?;
            warnings
        }
        Caller::Component => Vec::new(),
    };
    strategy::prepare_for_component_update(now, &before, &mut object);
    if counts_generations(key.kind) && has_new_spec(&before, &object) {
        object.meta_mut().generation += 1;
    }
    let gone = is_ready_to_go(&object);
    let change = store(cluster, &key, (!gone).then_some(object));
    Ok(accepted(change, warnings))
}

/// Writes the status of an object and nothing else of it.
fn update_status(cluster: &mut Cluster, now: SimTime, object: &Object) -> Result<Accepted, Status> {
    let key = object.key();
    let Some(mut next) = cluster.object(&key).cloned() else {
        return Err(Status::not_found(&key));
    };
    check_preconditions(&key, &next, object)?;
    strategy::take_status(object, &mut next);
    update(cluster, now, Caller::Component, next)
}

/// A write that was made from an older object, or for another one of the same name.
fn check_preconditions(key: &ObjectKey, before: &Object, object: &Object) -> Result<(), Status> {
    let (old, new) = (before.meta(), object.meta());
    if !new.uid.is_empty() && new.uid != old.uid {
        return Err(Status::precondition_failed(key, &new.uid, &old.uid));
    }
    if !new.resource_version.is_empty() && new.resource_version != old.resource_version {
        return Err(Status::modified(key));
    }
    Ok(())
}

fn keep_system_fields(before: &Object, object: &mut Object) {
    let (old, new) = (before.meta(), object.meta_mut());
    new.uid.clone_from(&old.uid);
    new.creation_timestamp = old.creation_timestamp;
    new.resource_version.clone_from(&old.resource_version);
    new.generate_name.clone_from(&old.generate_name);
    new.generation = old.generation;
    new.deletion_timestamp = old.deletion_timestamp;
    new.deletion_grace_period_seconds = old.deletion_grace_period_seconds;
}

/// Deletes an object: at once, or by marking it until its finalizers and its Pod's processes are
/// done.
pub fn delete(
    cluster: &mut Cluster,
    now: SimTime,
    deletion: &Deletion,
) -> Result<Accepted, Status> {
    let key = &deletion.key;
    admission::check_delete(key)?;
    let Some(before) = cluster.object(key).cloned() else {
        return Err(Status::not_found(key));
    };
    if !deletion.uid.is_empty() && deletion.uid != before.meta().uid {
        return Err(Status::uid_conflict(key, &deletion.uid, &before.meta().uid));
    }
    let mut object = before.clone();
    add_propagation_finalizer(&mut object, deletion.propagation);
    strategy::prepare_for_delete(&mut object);
    let grace = match &before {
        Object::Pod(pod) => grace_seconds(pod, deletion.grace_seconds),
        _ => 0,
    };
    let meta = object.meta_mut();
    match meta.deletion_timestamp {
        None => {
            meta.deletion_timestamp = Some(now + seconds_ms(grace));
            meta.deletion_grace_period_seconds = Some(grace);
            meta.generation += i64::from(counts_generations(key.kind));
        }
        // A later request can only shorten the time (`rest/delete.go` `BeforeDelete`).
        Some(marked) => {
            let given = meta.deletion_grace_period_seconds.unwrap_or(0);
            if grace < given {
                let earlier = marked.0.saturating_sub(seconds_ms(given - grace));
                meta.deletion_timestamp = Some(SimTime(earlier));
                meta.deletion_grace_period_seconds = Some(grace);
            }
        }
    }
    if object == before && !is_ready_to_go(&object) {
        return Ok(Accepted { change: None, object: before, warnings: Vec::new() });
    }
    // A Pod is marked even if nothing holds it: see `is_to_go`.
    let gone = is_ready_to_go(&object) && (key.kind != Kind::Pod || before.meta().is_deleting());
    let change = store(cluster, key, (!gone).then_some(object));
    Ok(accepted(change, Vec::new()))
}

/// Whether a deletion only marked the object and the same deletion shall now remove it: two
/// writes, of which watchers see both (`registry/store.go`
/// `updateForGracefulDeletionAndFinalizers`).
pub fn is_to_go(cluster: &Cluster, key: &ObjectKey) -> bool {
    cluster.object(key).is_some_and(is_ready_to_go)
}

fn accepted(change: Change, warnings: Vec<String>) -> Accepted {
    Accepted { object: change.object().clone(), change: Some(change), warnings }
}

/// Writes to the store; every write takes the next resource version.
fn store(cluster: &mut Cluster, key: &ObjectKey, mut object: Option<Object>) -> Change {
    cluster.resource_version += 1;
    if let Some(object) = &mut object {
        object.meta_mut().resource_version = cluster.resource_version.to_string();
    }
    let before = cluster.object(key).cloned();
    cluster.put(key, object.clone());
    Change { key: key.clone(), before, after: object }
}

/// Completes `generateName`.
fn fill_name(sequence: &mut Sequence, object: &mut Object) {
    if object.meta().name.is_empty() && !object.meta().generate_name.is_empty() {
        let suffix = sequence.suffix(5);
        let meta = object.meta_mut();
        meta.name = format!("{}{suffix}", meta.generate_name);
    }
}

/// The seconds that a Pod gets to end (`pkg/registry/core/pod/strategy.go` `CheckGracefulDelete`).
///
/// A Pod without a node and one that has ended go at once.
fn grace_seconds(pod: &Pod, asked: Option<i64>) -> i64 {
    let own = pod.spec.termination_grace_period_seconds.unwrap_or(30);
    match asked.unwrap_or(own) {
        _ if pod.spec.node_name.is_empty() || pod.is_terminal() => 0,
        ..0 => 1,
        seconds => seconds,
    }
}

fn add_propagation_finalizer(object: &mut Object, propagation: Propagation) {
    let finalizer = match propagation {
        Propagation::Background => return,
        Propagation::Foreground => "foregroundDeletion",
        Propagation::Orphan => "orphan",
    };
    if !object.meta().has_finalizer(finalizer) {
        object.meta_mut().finalizers.push(finalizer.to_owned());
    }
}

/// Whether a marked object has nothing left to wait for.
fn is_ready_to_go(object: &Object) -> bool {
    let meta = object.meta();
    let furnished = |object: &Object| match object {
        Object::Namespace(namespace) => !namespace.spec.finalizers.is_empty(),
        _ => false,
    };
    meta.is_deleting()
        && meta.finalizers.is_empty()
        && meta.deletion_grace_period_seconds.unwrap_or(0) == 0
        && !furnished(object)
}

/// Whether the kind counts the changes of its spec in `metadata.generation`.
fn counts_generations(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::StatefulSet
            | Kind::Deployment
            | Kind::ReplicaSet
            | Kind::DaemonSet
            | Kind::Job
            | Kind::Pod
            | Kind::EndpointSlice
            | Kind::PriorityClass
            | Kind::PodDisruptionBudget
    )
}

/// Whether what a person asks for differs, not only what was observed.
fn has_new_spec(before: &Object, after: &Object) -> bool {
    match (before, after) {
        (Object::StatefulSet(a), Object::StatefulSet(b)) => a.spec != b.spec,
        (Object::Deployment(a), Object::Deployment(b)) => a.spec != b.spec,
        (Object::ReplicaSet(a), Object::ReplicaSet(b)) => a.spec != b.spec,
        (Object::DaemonSet(a), Object::DaemonSet(b)) => a.spec != b.spec,
        (Object::Job(a), Object::Job(b)) => a.spec != b.spec,
        // The assignment to a node is no change of what was asked for.
        (Object::Pod(a), Object::Pod(b)) => {
            a.spec.node_name == b.spec.node_name
                && !Rc::ptr_eq(&a.spec, &b.spec)
                && a.spec != b.spec
        }
        (Object::PodDisruptionBudget(a), Object::PodDisruptionBudget(b)) => a.spec != b.spec,
        (Object::EndpointSlice(a), Object::EndpointSlice(b)) => a.endpoints != b.endpoints,
        _ => false,
    }
}
