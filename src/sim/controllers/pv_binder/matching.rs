//! Which volume serves a claim. The scheduler asks the same question for one node.
//!
//! Models `pkg/controller/volume/persistentvolume/index.go` `findBestMatchForClaim`,
//! `findByClaim` and `k8s.io/component-helpers/storage/volume/pv_helpers.go`
//! `FindMatchingVolume`.
//!
//! Deviations:
//! - Among volumes of the same size, and among sets of as many modes, the first by name wins;
//!   upstream leaves it open.

use std::rc::Rc;

use crate::api::sorted::{SortedMap, SortedSet};
use crate::api::order;
use crate::api::node::Node;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::sim::cluster::Cluster;

use super::bind::is_volume_bound_to_claim;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub enum Asker<'a> {
    /// The binder, for a claim that need not wait for a Pod.
    Binder,
    /// The binder, for a claim that waits for its first consumer: only a volume that is reserved
    /// for it will do.
    BinderDelayed,
    /// The scheduler, for a Pod on this node; volumes that it gave away already are left out.
    Scheduler(&'a Node, &'a SortedSet<String>),
}

/// What one group has.
enum Found {
    /// The volume.
    Volume(Rc<PersistentVolume>),
    /// A volume that is reserved for the claim and cannot be reached; it ends the search.
    Unreachable,
    /// Nothing.
    Nothing,
}

/// Access modes as a set.
type Modes = SortedSet<String>;

/// The volume for the claim: from the group with the fewest modes that has one, the smallest.
pub fn find_best_match_for_claim(
    cluster: &Cluster,
    claim: &PersistentVolumeClaim,
    asker: Asker<'_>,
) -> Option<Rc<PersistentVolume>> {
    let wanted: Modes = order::set(claim.spec.access_modes.iter().cloned());
    let mut groups: SortedMap<(usize, Modes), Vec<Rc<PersistentVolume>>> = SortedMap::new();
    let request = claim.request();
    for volume in candidates(cluster, claim, asker) {
        let fits = volume.capacity() >= request
            && is_possible(volume, claim, asker)
            && (is_volume_bound_to_claim(volume, claim) || is_wanted(volume, claim));
        if !fits {
            continue;
        }
        let modes: Modes = order::set(volume.spec.access_modes.iter().cloned());
        if modes.is_superset(&wanted) {
            groups.entry((modes.len(), modes)).or_default().push(Rc::clone(volume));
        }
    }
    groups.into_values().find_map(|group| match find_matching_volume(&group, claim, asker) {
        Found::Volume(volume) => Some(Some(volume)),
        Found::Unreachable => Some(None),
        Found::Nothing => None,
    })
    .flatten()
}

/// The volumes that may serve the claim at all: those that name it, and those that name nobody.
fn candidates<'a>(
    cluster: &'a Cluster,
    claim: &PersistentVolumeClaim,
    asker: Asker<'_>,
) -> impl Iterator<Item = &'a Rc<PersistentVolume>> + use<'a> {
    let (namespace, name) = (&claim.metadata.namespace, &claim.metadata.name);
    let open = match asker {
        Asker::BinderDelayed => None,
        _ => Some(cluster.open_volumes(claim.class())),
    };
    cluster.volumes_reserved_for(namespace, name).chain(open.into_iter().flatten())
}

fn find_matching_volume(
    group: &[Rc<PersistentVolume>],
    claim: &PersistentVolumeClaim,
    asker: Asker<'_>,
) -> Found {
    let mut best: Option<&Rc<PersistentVolume>> = None;
    for volume in group {
        if is_volume_bound_to_claim(volume, claim) {
            return if is_reachable(volume, asker) {
                Found::Volume(Rc::clone(volume))
            } else {
                Found::Unreachable
            };
        }
        let smaller = best.is_none_or(|best| volume.capacity() < best.capacity());
        if smaller && is_reachable(volume, asker) {
            best = Some(volume);
        }
    }
    best.map_or(Found::Nothing, |volume| Found::Volume(Rc::clone(volume)))
}

/// The conditions that even a reserved volume must meet, its size apart.
fn is_possible(
    volume: &PersistentVolume,
    claim: &PersistentVolumeClaim,
    asker: Asker<'_>,
) -> bool {
    let excluded = match asker {
        Asker::Scheduler(_, excluded) => excluded.contains(&volume.metadata.name),
        _ => false,
    };
    let attributes = |name: &Option<String>| name.clone().unwrap_or_default();
    let same_attributes = attributes(&volume.spec.volume_attributes_class_name)
        == attributes(&claim.spec.volume_attributes_class_name);
    let free = volume.spec.claim_ref.is_none() || is_volume_bound_to_claim(volume, claim);
    !excluded
        && free
        && volume.volume_mode() == claim.volume_mode()
        && same_attributes
        && !volume.metadata.is_deleting()
}

/// The conditions that a volume must meet which is not reserved for the claim.
fn is_wanted(volume: &PersistentVolume, claim: &PersistentVolumeClaim) -> bool {
    let selector = claim.spec.selector.as_ref();
    volume.status.phase == "Available"
        && selector.is_none_or(|selector| selector.matches(&volume.metadata.labels))
        && volume.class() == claim.class()
}

fn is_reachable(volume: &PersistentVolume, asker: Asker<'_>) -> bool {
    match asker {
        Asker::Scheduler(node, _) => is_reachable_from(volume, node),
        _ => true,
    }
}

/// Whether the volume's node affinity admits the node (`CheckNodeAffinity`).
pub fn is_reachable_from(volume: &PersistentVolume, node: &Node) -> bool {
    let required = volume.spec.node_affinity.as_ref().and_then(|a| a.required.as_ref());
    required.is_none_or(|selector| selector.matches(node))
}
