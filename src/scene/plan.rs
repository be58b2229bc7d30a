//! The places of a whole run, so that nothing jumps when one moves through it.
//!
//! A plan knows every object that the run has had, in the order of their appearance, with its
//! latest form. What is gone keeps its place; a Pod on a node takes over the place of one of
//! the same name, or of the same owner, that has left.

use crate::api::order;
use crate::api::sorted::{SortedMap, SortedSet};
use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::meta::ObjectMeta;
use crate::api::object::{ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::pod::Pod;
use crate::api::workload::StatefulSet;
use crate::sim::engine::State;
use crate::sim::machines::files;
use crate::sim::step::Step;

/// The order and the places of all objects of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    steps: usize,
    count: usize,
    seen: SortedMap<ObjectKey, Seen>,
    order: Vec<ObjectKey>,
    nodes: SortedMap<Rc<str>, Vec<Slot>>,
    slot_of: SortedMap<(Rc<str>, Rc<str>), usize>,
    volumes: SortedMap<ObjectKey, Vec<ObjectKey>>,
    gone: SortedSet<ObjectKey>,
    replicas: SortedMap<ObjectKey, usize>,
    /// What was made on the nodes' disks, in the order of its appearance.
    made: SortedMap<Rc<str>, Vec<String>>,
    /// How many paths each node had when it was last looked at.
    paths: SortedMap<Rc<str>, u64>,
}

impl Eq for Plan {}

/// What is known of an object over the whole run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Seen {
    /// Its latest form.
    pub(super) object: Object,
    /// Whether it ever stood alone: a Pod without a node, a volume without a claim.
    pub(super) alone: bool,
}

/// A place for one Pod after another on a node.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slot {
    /// The Pod that has it last.
    pub(super) pod: Rc<Pod>,
    is_free: bool,
}

impl Plan {
    /// The places of what is there now.
    pub fn of_state(state: &State) -> Self {
        let mut plan = Self::default();
        let mut objects: Vec<&Object> = state.cluster.objects().map(|(_, object)| object).collect();
        order::sort_by_key(&mut objects, |object| age(object.meta()));
        for object in objects {
            plan.see(object);
        }
        plan.see_machines(state);
        plan
    }

    /// The places of a run: of its start and of everything that its steps add.
    pub fn of_run(start: &State, steps: &[Rc<Step>]) -> Self {
        let mut plan = Self::of_state(start);
        plan.extend(steps);
        plan
    }

    /// Takes in the steps that it has not seen yet; `steps` is the whole run.
    pub fn extend(&mut self, steps: &[Rc<Step>]) {
        for step in steps.get(self.steps..).unwrap_or_default() {
            for change in &step.changes {
                match &change.after {
                    Some(object) => self.see(object),
                    None => self.leave(change.object()),
                }
            }
            self.see_machines(&step.after);
        }
        self.steps = self.steps.max(steps.len());
    }

    /// All objects of a kind, in the order of their appearance.
    pub(super) fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectKey, &Seen)> {
        let keys = self.order.iter().filter(move |key| key.kind == kind);
        keys.filter_map(|key| self.seen.get_key_value(key))
    }

    /// All objects of that kind as they were last, in the order of their appearance.
    pub(super) fn list<T: Resource>(&self) -> impl Iterator<Item = (&ObjectKey, &T, &Seen)> {
        self.of_kind(T::KIND).filter_map(|(key, seen)| Some((key, &**T::of(&seen.object)?, seen)))
    }

    /// What is known of an object.
    pub(super) fn seen(&self, key: &ObjectKey) -> Option<&Seen> {
        self.seen.get(key)
    }

    /// The places for Pods on a node.
    pub(super) fn slots(&self, node: &str) -> &[Slot] {
        self.nodes.get(node).map_or(&[], Vec::as_slice)
    }

    /// The volumes that named a claim at any time, in the order in which they did.
    pub(super) fn volumes_of(&self, claim: &ObjectKey) -> impl Iterator<Item = &ObjectKey> {
        self.volumes.get(claim).into_iter().flatten()
    }

    /// The place of a Pod on a node.
    pub(super) fn slot(&self, node: &str, uid: &str) -> Option<usize> {
        self.slot_of.get(&(Rc::from(node), Rc::from(uid))).copied()
    }

    /// What was made on a node's disk at any time.
    pub(super) fn made(&self, node: &str) -> &[String] {
        self.made.get(node).map_or(&[], Vec::as_slice)
    }

    fn see_machines(&mut self, state: &State) {
        for (key, _) in state.cluster.of_kind(Kind::Node) {
            let name = Rc::clone(&key.name);
            let count = files::count_on(&state.cluster, &name);
            if self.paths.insert(Rc::clone(&name), count) == Some(count) {
                continue;
            }
            let made_at = Rc::clone(&name);
            let known = self.made.entry(name).or_default();
            for path in files::made_on(&state.cluster, &made_at) {
                if !known.contains(&path) {
                    known.push(path);
                }
            }
        }
    }

    /// How many places a set needs: ordinals from its first on.
    pub(super) fn replicas(&self, set: &ObjectKey) -> usize {
        self.replicas.get(set).copied().unwrap_or(0)
    }

    fn see(&mut self, object: &Object) {
        let key = object.key();
        let alone = match object {
            Object::Pod(pod) => pod.spec.node_name.is_empty(),
            Object::PersistentVolume(volume) => volume.spec.claim_ref.is_none(),
            _ => false,
        };
        let known = self.seen.get_mut(&key);
        if let Some(seen) = known {
            seen.object = object.clone();
            seen.alone |= alone;
        } else {
            self.order.push(key.clone());
            self.seen.insert(key.clone(), Seen { object: object.clone(), alone });
        }
        match object {
            Object::Pod(pod) => self.see_pod(pod),
            Object::StatefulSet(set) => {
                let wanted = usize::try_from(set.spec.replicas.unwrap_or(1)).unwrap_or(0);
                self.need(key, wanted);
            }
            Object::PersistentVolume(volume) => self.see_volume(&key, volume),
            _ => {}
        }
    }

    fn need(&mut self, set: ObjectKey, count: usize) {
        let most = self.replicas.entry(set).or_default();
        *most = count.max(*most);
    }

    fn see_pod(&mut self, pod: &Rc<Pod>) {
        if let Some((set, ordinal)) = set_of(pod) {
            let first = self
                .seen
                .get(&set)
                .and_then(|seen| StatefulSet::of(&seen.object))
                .map_or(0, |set| set.spec.ordinals.as_ref().map_or(0, |ordinals| ordinals.start));
            let first = usize::try_from(first).unwrap_or(0);
            self.need(set, (ordinal + 1).saturating_sub(first));
        }
        if pod.spec.node_name.is_empty() {
            return;
        }
        let node: Rc<str> = pod.spec.node_name.as_str().into();
        let place = (Rc::clone(&node), Rc::from(pod.metadata.uid.as_str()));
        let slots = self.nodes.entry(node).or_default();
        if let Some(known) = self.slot_of.get(&place) {
            slots[*known].pod = Rc::clone(pod);
            return;
        }
        let same_name = |slot: &Slot| slot.is_free && slot.pod.key() == pod.key();
        let same_owner = |slot: &Slot| {
            let owner = |pod: &Pod| pod.metadata.controller().map(|owner| owner.kind.clone());
            slot.is_free && owner(&slot.pod).is_some() && owner(&slot.pod) == owner(pod)
        };
        let free = slots.iter().position(same_name).or_else(|| slots.iter().position(same_owner));
        let index = free.unwrap_or(slots.len());
        let slot = Slot { pod: Rc::clone(pod), is_free: false };
        match slots.get_mut(index) {
            Some(place) => *place = slot,
            None => slots.push(slot),
        }
        self.slot_of.insert(place, index);
    }

    /// When two volumes name the same claim at once, the older needs a place of its own.
    fn see_volume(&mut self, key: &ObjectKey, volume: &PersistentVolume) {
        self.gone.remove(key);
        let Some(claim) = &volume.spec.claim_ref else { return };
        let claim = ObjectKey::new(Kind::PersistentVolumeClaim, &claim.namespace, &claim.name);
        let volumes = self.volumes.entry(claim).or_default();
        if volumes.contains(key) {
            return;
        }
        for other in volumes.iter().filter(|other| !self.gone.contains(*other)) {
            if let Some(seen) = self.seen.get_mut(other) {
                seen.alone = true;
            }
        }
        volumes.push(key.clone());
    }

    fn leave(&mut self, object: &Object) {
        match object {
            Object::Pod(pod) => {
                let place =
                    (Rc::from(pod.spec.node_name.as_str()), Rc::from(pod.metadata.uid.as_str()));
                let Some(index) = self.slot_of.get(&place) else { return };
                if let Some(slot) = self.nodes.get_mut(&place.0).and_then(|s| s.get_mut(*index)) {
                    slot.is_free = true;
                }
            }
            Object::PersistentVolume(volume) => {
                self.gone.insert(volume.key());
            }
            _ => {}
        }
    }

    /// The names of all nodes of the run.
    pub(super) fn hosts(&self) -> SortedSet<&str> {
        order::set(self.nodes.keys().map(|name| &**name))
    }
}

fn age(meta: &ObjectMeta) -> u64 {
    meta.creation_timestamp.map_or(0, |time| time.0)
}

/// The set that made a Pod, and the Pod's number.
pub(super) fn set_of(pod: &Pod) -> Option<(ObjectKey, usize)> {
    let owner = pod.metadata.controller().filter(|owner| owner.kind == "StatefulSet")?;
    let number = pod.metadata.name.strip_prefix(&owner.name)?.strip_prefix('-')?.parse().ok()?;
    Some((ObjectKey::new(Kind::StatefulSet, &pod.metadata.namespace, &owner.name), number))
}
