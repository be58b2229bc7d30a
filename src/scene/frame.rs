//! What every part of the picture needs to know.

use crate::api::kind::Kind;
use crate::api::object::ObjectKey;
use crate::api::persistent_volume::PersistentVolume;
use crate::api::persistent_volume_claim::PersistentVolumeClaim;
use crate::api::pod::Pod;
use crate::api::sorted::SortedSet;
use crate::sim::cluster::Cluster;
use crate::sim::engine::State;
use crate::sim::step::Step;

use super::options::{Options, System, View};
use super::plan::{self, Plan};
use super::shape::{LinkRole, LinkState, ShapeId};

/// The state, the viewer's choice, the places, and what takes part.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) options: &'a Options,
    pub(super) plan: &'a Plan,
    /// The objects of the steps, `None` when everything is bright.
    active: Option<SortedSet<ObjectKey>>,
    actors: SortedSet<&'a str>,
    /// Classes whose provisioner acts or is asked.
    classes: SortedSet<String>,
    /// What the steps say about disks of nodes.
    told: Vec<&'a str>,
}

/// Lines to be drawn once their ends have places.
#[derive(Debug, Default)]
pub(super) struct Lines(pub(super) Vec<(ShapeId, ShapeId, LinkRole, LinkState)>);

impl Lines {
    /// A line for what is so.
    pub(super) fn add(&mut self, from: ShapeId, to: ShapeId, role: LinkRole) {
        self.0.push((from, to, role, LinkState::Made));
    }

    /// A line for what is so, awaited or failed.
    pub(super) fn add_as(&mut self, from: ShapeId, to: ShapeId, role: LinkRole, state: LinkState) {
        self.0.push((from, to, role, state));
    }
}

impl<'a> Frame<'a> {
    pub(super) fn new(
        state: &'a State,
        steps: &[&'a Step],
        options: &'a Options,
        plan: &'a Plan,
    ) -> Self {
        let mut active = SortedSet::new();
        let mut actors = SortedSet::new();
        let mut classes = SortedSet::new();
        let mut told = Vec::new();
        for step in steps {
            let is_lookup = step.changes.is_empty() && step.events.is_empty();
            if is_lookup {
                active.insert(step.subject.clone());
            }
            for change in &step.changes {
                active.insert(change.key.clone());
                if let Some(pod) = change.resource::<Pod>().filter(|_| change.is_creation()) {
                    active.extend(plan::set_of(pod).map(|(set, _)| set));
                }
            }
            active.extend(step.events.iter().map(|event| event.text.regarding.clone()));
            actors.extend(step.events.iter().map(|event| &*event.text.source));
            if !step.actor.host.is_empty() {
                active.insert(ObjectKey::new(Kind::Node, "", &step.actor.host));
            }
            actors.insert(&*step.actor.component);
            classes.extend(acting_classes(step));
            let args = step.notes.iter().flat_map(|note| &note.args);
            let texts = args.filter(|(name, _)| matches!(*name, "path" | "line"));
            told.extend(texts.map(|(_, text)| text.as_str()));
        }
        let active = (!steps.is_empty()).then_some(active);
        Self { cluster: &state.cluster, options, plan, active, actors, classes, told }
    }

    /// Whether an object takes part.
    pub(super) fn is_active(&self, key: &ObjectKey) -> bool {
        self.active.as_ref().is_none_or(|active| active.contains(key))
    }

    /// Whether everything is bright.
    pub(super) fn is_all_active(&self) -> bool {
        self.active.is_none()
    }

    /// Whether a component acts.
    pub(super) fn is_actor(&self, name: &str) -> bool {
        self.is_all_active() || self.actors.iter().any(|actor| actor.starts_with(name))
    }

    /// Who acts or reports something.
    pub(super) fn actors(&self) -> impl Iterator<Item = &'a str> {
        self.actors.iter().copied()
    }

    /// Whether the provisioner of a class acts or is asked.
    pub(super) fn is_acting(&self, class: &str) -> bool {
        self.is_all_active() || self.classes.iter().any(|own| own == class)
    }

    /// Whether the steps tell of that path of a node.
    pub(super) fn is_made(&self, path: &str) -> bool {
        let names = |text: &&str| text.split_whitespace().any(|word| word == path);
        self.is_all_active() || self.told.iter().any(names)
    }

    /// Whether an object belongs into the picture: not what every cluster has.
    pub(super) fn is_shown(&self, key: &ObjectKey) -> bool {
        let own = match key.kind {
            Kind::Service => &*key.namespace == "default" && &*key.name == "kubernetes",
            Kind::ConfigMap => &*key.name == "kube-root-ca.crt",
            Kind::StorageClass => {
                self.cluster.profile.classes.iter().any(|class| class.name == &*key.name)
            }
            _ => false,
        };
        self.options.system == System::Shown || !(own || key.namespace.starts_with("kube-"))
    }

    /// Whether a Pod is drawn in the column of its set.
    pub(super) fn is_in_column(&self, pod: &Pod) -> bool {
        self.options.view == View::Auto
            && plan::set_of(pod).is_some_and(|(set, _)| self.plan.seen(&set).is_some())
    }

    /// Whether the picture is for a narrow screen.
    pub(super) fn is_narrow(&self) -> bool {
        self.options.width < 640
    }
}

/// The classes of the claims and volumes for which a provisioner acts or is asked.
fn acting_classes(step: &Step) -> Vec<String> {
    let acts = &*step.actor.component == "external-provisioner";
    let volumes = step.changes.iter().filter(|_| acts).filter_map(|change| {
        let (before, after) = change.sides::<PersistentVolume>();
        Some(after.or(before)?.spec.storage_class_name.clone())
    });
    let claims = step
        .events
        .iter()
        .filter(|event| acts || event.text.reason == "ExternalProvisioning")
        .filter_map(|event| {
            let claim = step.after.cluster.at::<PersistentVolumeClaim>(&event.text.regarding)?;
            Some(claim.class().to_owned())
        });
    volumes.chain(claims).collect()
}
