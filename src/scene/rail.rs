//! What stands beside: waiting Pods, Services and workloads above, classes below.

use std::rc::Rc;

use crate::api::config::{ConfigMap, Secret};
use crate::api::kind::Kind;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::service::{EndpointSlice, Service};
use crate::api::storage_class::StorageClass;
use crate::api::workload::{DaemonSet, Deployment, Job, ReplicaSet};

use super::control_plane;
use super::frame::Frame;
use super::id;
use super::layout::{Block, Draft};
use super::measure::TextRole;
use super::pod;
use super::shape::{Role, Words};

/// How wide it is.
pub(super) const WIDTH: i32 = 196;

/// The most replica sets that a Deployment shows: the latest ones.
const SETS_MAX: usize = 4;

/// The user's side, or nothing.
pub(super) fn user(frame: &Frame<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(control_plane::card(frame));
    for (key, service, _) in frame.plan.list::<Service>() {
        if frame.is_shown(key) {
            blocks.push(present(frame, key, service_block(frame, key, service)));
        }
    }
    for kind in [Kind::Deployment, Kind::ReplicaSet, Kind::DaemonSet, Kind::Job] {
        for (key, seen) in frame.plan.of_kind(kind) {
            let owned = seen.object.meta().controller().is_some();
            if frame.is_shown(key) && !owned {
                blocks.push(present(frame, key, workload_block(frame, key)));
            }
        }
    }
    for kind in [ConfigMap::KIND, Secret::KIND] {
        for (key, _) in frame.plan.of_kind(kind) {
            if frame.is_shown(key) {
                let draft = card(frame, key, Role::Config);
                blocks.push(present(frame, key, Block::of(draft, WIDTH, 28)));
            }
        }
    }
    blocks.extend(waiting(frame));
    blocks
}

fn present(frame: &Frame<'_>, key: &ObjectKey, block: Block) -> Block {
    if frame.cluster.object(key).is_some() { block } else { block.hidden() }
}

fn card(frame: &Frame<'_>, key: &ObjectKey, role: Role) -> Draft {
    let mut draft = Draft::new(id::of_key(key), role, &*key.name)
        .line(TextRole::Name, &*key.name, (10, 72), 19)
        .at_end(TextRole::Kind, key.kind.info().name, 18);
    draft.key = Some(key.clone());
    draft.active = frame.is_active(key);
    draft
}

fn service_block(frame: &Frame<'_>, key: &ObjectKey, service: &Service) -> Block {
    let now = frame.cluster.get::<Service>(&key.namespace, &key.name);
    let service = now.map_or(service, |now| now);
    let ready: usize = frame
        .cluster
        .list_in::<EndpointSlice>(&key.namespace)
        .filter(|slice| {
            slice.metadata.labels.get("kubernetes.io/service-name").map(String::as_str)
                == Some(&*key.name)
        })
        .map(|slice| {
            slice.endpoints.iter().filter(|end| end.conditions.ready != Some(false)).count()
        })
        .sum();
    let address = &service.spec.cluster_ip;
    let draft = card(frame, key, Role::Service)
        .line(TextRole::Line, format!("clusterIP {address}"), (10, 10), 35)
        .words(TextRole::Line, Words::Count("scene.endpoints", ready), 10, 50);
    Block::of(draft, WIDTH, 60)
}

fn workload_block(frame: &Frame<'_>, key: &ObjectKey) -> Block {
    let (namespace, name) = (&key.namespace, &key.name);
    let ratio = match key.kind {
        Kind::Deployment => frame
            .cluster
            .get::<Deployment>(namespace, name)
            .map(|d| (d.status.ready_replicas, d.spec.replicas.unwrap_or(1))),
        Kind::ReplicaSet => frame
            .cluster
            .get::<ReplicaSet>(namespace, name)
            .map(|r| (r.status.ready_replicas, r.spec.replicas.unwrap_or(1))),
        Kind::DaemonSet => frame.cluster.get::<DaemonSet>(namespace, name).map(|d| {
            let status = &d.status;
            let wanted = status.desired_number_scheduled.unwrap_or(0);
            (status.number_ready.unwrap_or(0), wanted)
        }),
        _ => frame
            .cluster
            .get::<Job>(namespace, name)
            .map(|job| (job.status.succeeded, job.spec.completions.unwrap_or(1))),
    };
    let ratio = ratio.map(|(ready, all)| format!("{ready}/{all}")).unwrap_or_default();
    let mut draft = card(frame, key, Role::Workload).line(TextRole::Line, ratio, (10, 10), 35);
    let sets = sets_of(frame, key);
    if sets.is_empty() {
        return Block::of(draft, WIDTH, 44);
    }
    draft.active |= sets.iter().any(|set| set.draft.as_ref().is_some_and(|set| set.active));
    let rows = sets.chunks(2).map(|pair| Block::row(6, pair.to_vec())).collect();
    Block { w: WIDTH, ..Block::column(6, rows) }.drawn(draft, [44, 8, 8, 8])
}

/// The replica sets of a Deployment, two beside each other; what is gone keeps its place.
fn sets_of(frame: &Frame<'_>, owner: &ObjectKey) -> Vec<Block> {
    let wide = (WIDTH - 16 - 6) / 2;
    let is_owned = |set: &ReplicaSet| {
        set.metadata.namespace == *owner.namespace
            && set.metadata.controller().is_some_and(|controller| {
                controller.kind == owner.kind.info().name && controller.name == *owner.name
            })
    };
    let sets = frame.plan.list::<ReplicaSet>().filter(|(_, set, _)| is_owned(set));
    let mut blocks: Vec<Block> = sets
        .map(|(key, set, _)| {
            let set = frame.cluster.at::<ReplicaSet>(key).map_or(set, |now| now);
            let (ready, all) = (set.status.ready_replicas, set.spec.replicas.unwrap_or(1));
            let beginning = format!("{}-", owner.name);
            let hash = key.name.strip_prefix(beginning.as_str()).unwrap_or(&key.name);
            let mut draft = Draft::new(id::of_key(key), Role::Workload, &*key.name)
                .line(TextRole::Line, hash, (6, 6), 14)
                .line(TextRole::Line, format!("{ready}/{all}"), (6, 6), 29);
            draft.key = Some(key.clone());
            draft.active = frame.is_active(key);
            present(frame, key, Block::of(draft, wide, 36))
        })
        .collect();
    let surplus = blocks.len().saturating_sub(SETS_MAX);
    blocks.split_off(surplus)
}

/// Waiting Pods that are drawn at most: most wait for a moment only, and their room stays.
const WAITING_MAX: usize = 3;
const WAITING: i32 = 3;

/// Pods without a node; those of sets wait in their columns.
fn waiting(frame: &Frame<'_>) -> Option<Block> {
    let mut chips = Vec::new();
    let mut more = 0;
    let mut ever = 0;
    for (key, pod, seen) in frame.plan.list::<Pod>() {
        if !seen.alone || !frame.is_shown(key) || frame.is_in_column(pod) {
            continue;
        }
        ever += 1;
        let now = frame.cluster.get::<Pod>(&key.namespace, &key.name);
        let waits = |pod: &&Rc<Pod>| pod.spec.node_name.is_empty() && !frame.is_in_column(pod);
        let Some(pod) = now.filter(waits) else { continue };
        if chips.len() < WAITING_MAX {
            chips.push(pod::chip(frame, pod, WIDTH - 16));
        } else {
            more += 1;
        }
    }
    if ever == 0 {
        return None;
    }
    let own = id::named("waiting-area", "");
    let room = ever.min(WAITING);
    let height = 30 + room * 40 + (room - 1) * 6 + 8 + if ever > WAITING { 30 } else { 0 };
    if more > 0 {
        chips.push(Block::of(super::node::more(&own, more), WIDTH - 16, 24));
    }
    let mut draft = Draft::new(own, Role::WaitingArea, "").words(
        TextRole::Kind,
        Words::Key("scene.waiting"),
        10,
        19,
    );
    draft.active = frame.is_all_active();
    // When nobody waits the room stays, without a box.
    let pad = [28, 8, 8, 8];
    let is_empty = chips.is_empty() && !frame.is_narrow();
    let block = Block { pad, h: height, ..Block::column(6, chips) };
    Some(if is_empty { block } else { block.drawn(draft, pad) })
}

/// The administrator's side: classes that somebody asks for or that were made in the run.
pub(super) fn admin(frame: &Frame<'_>) -> Vec<Block> {
    let named: Vec<&str> = frame
        .plan
        .list::<PersistentVolumeClaim>()
        .map(|(_, claim, _)| claim.class())
        .chain(
            frame
                .plan
                .list::<PersistentVolume>()
                .map(|(_, volume, _)| volume.spec.storage_class_name.as_str()),
        )
        .collect();
    let classes = frame.plan.list::<StorageClass>();
    let classes = classes.filter(|(key, _, _)| frame.is_shown(key) || named.contains(&&*key.name));
    classes.map(|(key, class, _)| present(frame, key, class_block(frame, key, class))).collect()
}

fn class_block(frame: &Frame<'_>, key: &ObjectKey, class: &StorageClass) -> Block {
    let own = id::of_key(key);
    let mode = class.volume_binding_mode.as_deref().unwrap_or("Immediate");
    let policy = class.reclaim_policy.as_deref().unwrap_or("Delete");
    let default = if class.is_default() { " (default)" } else { "" };
    let mut draft = Draft::new(own.clone(), Role::StorageClass, &*key.name)
        .line(TextRole::Name, format!("{}{default}", key.name), (10, 30), 19)
        .at_end(TextRole::Kind, "SC", 18)
        .line(TextRole::Line, mode, (10, 10), 35)
        .line(TextRole::Line, policy, (10, 10), 50);
    draft.key = Some(key.clone());
    draft.active = frame.is_active(key);
    let provisioner = id::part(&own, "provisioner", &class.provisioner);
    let mut actor = Draft::new(provisioner, Role::Provisioner, &class.provisioner).line(
        TextRole::Kind,
        &class.provisioner,
        (20, 6),
        16,
    );
    actor.active = frame.is_actor(&class.provisioner) || frame.is_acting(&key.name);
    draft.active |= actor.active;
    Block::column(0, vec![Block::of(actor, 0, 24)]).drawn(draft, [58, 8, 8, 8])
}
