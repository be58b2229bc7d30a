//! The whole state of a cluster at one moment. Cloning shares everything.

use std::rc::Rc;

use rpds::RedBlackTreeMap;

use crate::api::kind::{Kind, Object};
use crate::api::object::{KeyParts, ObjectKey, Resource};
use crate::api::persistent_volume::PersistentVolume;
use crate::api::pod::Pod;
use crate::api::sorted::SortedMap;
use crate::machine::fs::disks::Disks;

use super::controllers::{ControllerId, Memory};
use super::event_log::EventLog;
use super::kubeconfig::Kubeconfig;
use super::pod_facts::PodFacts;
use super::profile::Profile;
use super::random::Sequence;
use super::runtime::{NodeRuntime, PodRuntime};
use super::tally::{NodeTally, Tallies};

/// Objects by key, what nodes and controllers know, and the events.
#[derive(Clone, Debug)]
pub struct Cluster {
    objects: RedBlackTreeMap<ObjectKey, Object>,
    index: RedBlackTreeMap<IndexEntry, Indexed>,
    runtimes: RedBlackTreeMap<ObjectKey, Rc<PodRuntime>>,
    nodes: Rc<SortedMap<Rc<str>, Rc<NodeRuntime>>>,
    disks: Disks,
    memories: RedBlackTreeMap<(ControllerId, ObjectKey), Rc<Memory>>,
    tallies: Tallies,
    /// What was reported.
    pub events: EventLog,
    /// The kubeconfig file of whoever acts on the cluster.
    pub kubeconfig: Rc<Kubeconfig>,
    /// The kind of cluster this is.
    pub profile: Rc<Profile>,
    /// The source of made-up values.
    pub sequence: Sequence,
    /// The version of the last write; every write takes the next one.
    pub resource_version: u64,
    /// How many cluster addresses Services were given.
    pub service_addresses: u32,
}

/// One way to find objects without looking at all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Index {
    /// By the uid of an owner.
    Owner,
    /// Pods, revisions and replica sets that nobody controls, by namespace.
    Orphan,
    /// Pods by namespace and claim.
    Claim,
    /// Pods by node.
    Node,
    /// Volumes by the namespace and name of their `claimRef`.
    ClaimRef,
    /// Volumes without a `claimRef`, by class.
    OpenVolume,
}

type IndexEntry = (Index, Rc<str>, ObjectKey);

/// An object in the index; a Pod below its owner with a few words about it.
#[derive(Clone, Debug)]
struct Indexed {
    object: Object,
    facts: Option<PodFacts>,
}

impl Cluster {
    /// A cluster without any object.
    pub fn empty(profile: Rc<Profile>) -> Self {
        Self {
            objects: RedBlackTreeMap::new(),
            index: RedBlackTreeMap::new(),
            runtimes: RedBlackTreeMap::new(),
            nodes: Rc::default(),
            disks: Disks::default(),
            memories: RedBlackTreeMap::new(),
            tallies: Tallies::default(),
            events: EventLog::default(),
            sequence: Sequence::new(profile.seed),
            kubeconfig: Rc::new(Kubeconfig::of(&profile)),
            profile,
            resource_version: 0,
            service_addresses: 0,
        }
    }

    /// The object of that key.
    pub fn object(&self, key: &ObjectKey) -> Option<&Object> {
        self.objects.get(key)
    }

    /// The object of that kind and name; the namespace is empty for the cluster's own kinds.
    pub fn get<T: Resource>(&self, namespace: &str, name: &str) -> Option<&Rc<T>> {
        let parts = (T::KIND, namespace, name);
        self.objects.get(&parts as &dyn KeyParts).and_then(T::of)
    }

    /// The object of that key as its kind.
    pub fn at<T: Resource>(&self, key: &ObjectKey) -> Option<&Rc<T>> {
        self.objects.get(key).and_then(T::of)
    }

    /// All objects, by kind, namespace and name.
    pub fn objects(&self) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        self.objects.iter()
    }

    /// The objects of a kind, by namespace and name.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        let first = ObjectKey::new(kind, "", "");
        self.objects.range(first..).take_while(move |(key, _)| key.kind == kind)
    }

    /// The objects of that kind, by namespace and name.
    pub fn list<T: Resource>(&self) -> impl Iterator<Item = &Rc<T>> {
        self.of_kind(T::KIND).filter_map(|(_, object)| T::of(object))
    }

    /// The objects of a kind in a namespace, by name.
    pub fn of_kind_in(
        &self,
        kind: Kind,
        namespace: &str,
    ) -> impl Iterator<Item = (&ObjectKey, &Object)> {
        let first = ObjectKey::new(kind, namespace, "");
        let namespace = Rc::clone(&first.namespace);
        self.objects
            .range(first..)
            .take_while(move |(key, _)| key.kind == kind && key.namespace == namespace)
    }

    /// The objects of that kind in a namespace, by name.
    pub fn list_in<T: Resource>(&self, namespace: &str) -> impl Iterator<Item = &Rc<T>> {
        self.of_kind_in(T::KIND, namespace).filter_map(|(_, object)| T::of(object))
    }

    /// The objects that name this uid among their owners, by key.
    pub fn owned_by<'a>(&'a self, uid: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.indexed(Index::Owner, uid)
    }

    /// The same with a few words about those that are Pods.
    pub fn owned_with_facts<'a>(
        &'a self,
        uid: &str,
    ) -> impl Iterator<Item = (&'a Object, Option<PodFacts>)> + use<'a> {
        self.entries(Index::Owner, uid).map(|found| (&found.object, found.facts))
    }

    /// The Pods, revisions and replica sets of the namespace that nobody controls, by key.
    pub fn orphans_in<'a>(&'a self, namespace: &str) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.indexed(Index::Orphan, namespace)
    }

    /// The Pods that name this claim, by name.
    pub fn pods_using_claim<'a>(
        &'a self,
        namespace: &str,
        claim: &str,
    ) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
        self.indexed(Index::Claim, &format!("{namespace}/{claim}")).filter_map(Pod::of)
    }

    /// The Pods assigned to this node, by namespace and name.
    pub fn pods_on_node<'a>(&'a self, node: &str) -> impl Iterator<Item = &'a Rc<Pod>> + use<'a> {
        self.indexed(Index::Node, node).filter_map(Pod::of)
    }

    /// The volumes whose `claimRef` names this claim, whatever its uid, by name.
    pub fn volumes_reserved_for<'a>(
        &'a self,
        namespace: &str,
        claim: &str,
    ) -> impl Iterator<Item = &'a Rc<PersistentVolume>> + use<'a> {
        let value = format!("{namespace}/{claim}");
        self.indexed(Index::ClaimRef, &value).filter_map(PersistentVolume::of)
    }

    /// The volumes of that class without a `claimRef`, by name.
    pub fn open_volumes<'a>(
        &'a self,
        class: &str,
    ) -> impl Iterator<Item = &'a Rc<PersistentVolume>> + use<'a> {
        self.indexed(Index::OpenVolume, class).filter_map(PersistentVolume::of)
    }

    /// What the Pods of this node use together.
    pub fn tally(&self, node: &str) -> Option<&NodeTally> {
        self.tallies.of(node)
    }

    fn indexed<'a>(
        &'a self,
        index: Index,
        value: &str,
    ) -> impl Iterator<Item = &'a Object> + use<'a> {
        self.entries(index, value).map(|found| &found.object)
    }

    fn entries<'a>(
        &'a self,
        index: Index,
        value: &str,
    ) -> impl Iterator<Item = &'a Indexed> + use<'a> {
        let value: Rc<str> = value.into();
        let first = (index, Rc::clone(&value), ObjectKey::new(Kind::ALL[0], "", ""));
        self.index
            .range(first..)
            .take_while(move |((at, found, _), _)| *at == index && *found == value)
            .map(|(_, found)| found)
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.size()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Puts an object in its place, or takes it away. Only the API server calls this.
    pub(super) fn put(&mut self, key: &ObjectKey, object: Option<Object>) {
        let entries = object.as_ref().map(index_entries).unwrap_or_default();
        for entry in self.objects.get(key).map(index_entries).unwrap_or_default() {
            if !entries.contains(&entry) {
                self.index.remove_mut(&entry);
            }
        }
        self.tallies.replace(self.objects.get(key), object.as_ref());
        match object {
            Some(object) => {
                let facts = Pod::of(&object).map(|pod| PodFacts::of(pod));
                for entry in entries {
                    let facts = facts.filter(|_| entry.0 == Index::Owner);
                    self.index.insert_mut(entry, Indexed { object: object.clone(), facts });
                }
                self.objects.insert_mut(key.clone(), object);
            }
            None => {
                self.objects.remove_mut(key);
            }
        }
    }

    /// What the node knows of a Pod.
    pub fn runtime(&self, pod: &ObjectKey) -> Option<&Rc<PodRuntime>> {
        self.runtimes.get(pod)
    }

    /// What nodes know of Pods, by key.
    pub fn runtimes(&self) -> impl Iterator<Item = (&ObjectKey, &Rc<PodRuntime>)> {
        self.runtimes.iter()
    }

    /// Sets or forgets what the node knows of a Pod.
    pub(super) fn set_runtime(&mut self, pod: &ObjectKey, runtime: Option<Rc<PodRuntime>>) {
        match runtime {
            Some(runtime) => self.runtimes.insert_mut(pod.clone(), runtime),
            None => {
                self.runtimes.remove_mut(pod);
            }
        }
    }

    /// The node as a machine.
    pub fn node_runtime(&self, node: &str) -> Option<&Rc<NodeRuntime>> {
        self.nodes.get(node)
    }

    /// Sets the node as a machine.
    pub(super) fn set_node_runtime(&mut self, node: &str, runtime: Rc<NodeRuntime>) {
        Rc::make_mut(&mut self.nodes).insert(node.into(), runtime);
    }

    /// The nodes as machines, by name.
    pub fn node_runtimes(&self) -> impl Iterator<Item = (&Rc<str>, &Rc<NodeRuntime>)> {
        self.nodes.iter()
    }

    /// All file systems.
    pub fn disks(&self) -> &Disks {
        &self.disks
    }

    /// Puts changed file systems in the place of what was.
    pub(super) fn set_disks(&mut self, disks: Disks) {
        self.disks = disks;
    }

    /// What a controller remembers about an object.
    pub fn memory(&self, controller: ControllerId, key: &ObjectKey) -> Option<&Memory> {
        self.memories.get(&(controller, key.clone())).map(|memory| &**memory)
    }

    /// The objects about which a controller remembers something, by key.
    pub fn memories(
        &self,
        controller: ControllerId,
    ) -> impl Iterator<Item = (&ObjectKey, &Memory)> {
        let first = (controller, ObjectKey::new(Kind::ALL[0], "", ""));
        self.memories
            .range(first..)
            .take_while(move |((of, _), _)| *of == controller)
            .map(|((_, key), memory)| (key, &**memory))
    }

    /// Sets or forgets what a controller remembers about an object.
    pub(super) fn remember(
        &mut self,
        controller: ControllerId,
        key: &ObjectKey,
        memory: Option<Memory>,
    ) {
        let at = (controller, key.clone());
        match memory {
            Some(memory) => self.memories.insert_mut(at, Rc::new(memory)),
            None => {
                self.memories.remove_mut(&at);
            }
        }
    }
}

fn index_entries(object: &Object) -> Vec<IndexEntry> {
    let key = object.key();
    let owners = &object.meta().owner_references;
    let mut entries: Vec<IndexEntry> =
        owners.iter().map(|owner| (Index::Owner, owner.uid.as_str().into(), key.clone())).collect();
    let adoptable = matches!(key.kind, Kind::Pod | Kind::ControllerRevision | Kind::ReplicaSet);
    if adoptable && object.meta().controller().is_none() {
        entries.push((Index::Orphan, key.namespace.clone(), key.clone()));
    }
    if let Object::Pod(pod) = object {
        for (_, claim) in pod.claims() {
            let value = format!("{}/{claim}", key.namespace);
            entries.push((Index::Claim, value.into(), key.clone()));
        }
        if !pod.spec.node_name.is_empty() {
            entries.push((Index::Node, pod.spec.node_name.as_str().into(), key.clone()));
        }
    }
    if let Object::PersistentVolume(volume) = object {
        let entry = match &volume.spec.claim_ref {
            Some(claim) => (Index::ClaimRef, format!("{}/{}", claim.namespace, claim.name).into()),
            None => (Index::OpenVolume, volume.class().into()),
        };
        entries.push((entry.0, entry.1, key));
    }
    entries
}
