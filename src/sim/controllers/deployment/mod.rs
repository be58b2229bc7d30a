//! Pods that are replaced step by step, by way of replica sets.
//!
//! Models `pkg/controller/deployment/deployment_controller.go` `syncDeployment` and `sync.go`.
//!
//! Deviations: a sync that adopts or releases replica sets ends there and the next one goes on;
//! after fifteen failures in a row upstream waits for the next change, here the pauses grow. As
//! upstream's, a sync that wrote the Deployment leaves the status to the next one: its second
//! write would meet the first.

mod conditions;
mod recreate;
mod replica_sets;
mod rolling;
mod scale;
mod status;

use std::rc::Rc;

use crate::api::kind::{Kind, Object};
use crate::api::object::{ObjectKey, Resource};
use crate::api::pod::Pod;
use crate::api::workload::{Deployment, ReplicaSet};
use crate::sim::action::{Action, EventDraft};
use crate::sim::change::Change;
use crate::sim::cluster::Cluster;

use super::int_or_percent::{Round, scaled};
use super::{Controller, Memory, View, Wakes, pod_control};

/// The controller.
pub const CONTROLLER: Controller = Controller {
    component: "deployment-controller",
    reaction_ms: 10,
    watch,
    reconcile,
    host: None,
    resync: None,
};

fn watch(change: &Change, cluster: &Cluster, wakes: &mut Wakes) {
    match change.key.kind {
        Kind::Deployment => wakes.add(change.key.clone()),
        Kind::ReplicaSet => {
            let (before, after) = change.sides::<ReplicaSet>();
            for set in [before, after].into_iter().flatten() {
                wake_for_set(set, cluster, wakes);
            }
        }
        Kind::Pod if change.is_removal() => {
            // Recreate waits for the last Pod of the old sets.
            let set = change.resource::<Pod>().and_then(pod_control::controller_of::<ReplicaSet>);
            let set = set.and_then(|key| cluster.at::<ReplicaSet>(&key));
            wakes.list.extend(set.and_then(|set| owner_of(set)).map(|key| (key, 0)));
        }
        _ => {}
    }
}

fn owner_of(set: &ReplicaSet) -> Option<ObjectKey> {
    let owner = set.metadata.controller().filter(|owner| owner.kind == "Deployment")?;
    Some(ObjectKey::new(Kind::Deployment, &set.metadata.namespace, &owner.name))
}

fn wake_for_set(set: &ReplicaSet, cluster: &Cluster, wakes: &mut Wakes) {
    if set.metadata.controller().is_some() {
        wakes.list.extend(owner_of(set).map(|key| (key, 0)));
        return;
    }
    for deployment in cluster.list_in::<Deployment>(&set.metadata.namespace) {
        if is_selected(deployment, set) {
            wakes.add(deployment.key());
        }
    }
}

fn is_selected(deployment: &Deployment, set: &ReplicaSet) -> bool {
    let selector = deployment.spec.selector.as_ref();
    selector.is_some_and(|selector| selector.matches(&set.metadata.labels))
}

fn reconcile(view: View<'_>) -> Vec<Action> {
    let Some(object) = view.cluster.object(view.key) else {
        // [deployment 1-1] OBSERVATION: the Deployment is gone.
        return view.memory().map(|_| Action::Remember(None)).into_iter().collect();
    };
    let Some(deployment) = Deployment::of(object) else { return Vec::new() };
    let adoption = adopt_and_release(view.cluster, object, deployment);
    if !adoption.is_empty() {
        return adoption;
    }
    let mut sync = Sync::new(view, object, deployment);
    let failed = sync.run() == Err(Stop::Failed);
    let failures = match view.memory() {
        Some(Memory::Deployment(failures)) => *failures,
        _ => 0,
    };
    if failed {
        sync.actions.push(pod_control::retry(failures));
        sync.actions.push(Action::Remember(Some(Memory::Deployment(failures + 1))));
    } else if failures > 0 {
        sync.actions.push(Action::Remember(None));
    }
    sync.actions
}

/// Takes in orphaned sets that the selector means and lets go what it does not mean any more.
fn adopt_and_release(
    cluster: &Cluster,
    owner: &Object,
    deployment: &Deployment,
) -> Vec<Action> {
    let mut actions = Vec::new();
    let meta = &deployment.metadata;
    if meta.is_deleting() {
        return actions;
    }
    for orphan in cluster.orphans_in(&meta.namespace).filter_map(ReplicaSet::of) {
        if is_selected(deployment, orphan) && !orphan.metadata.is_deleting() {
            // [deployment 2-1] OBSERVATION: an orphaned set has the labels.
            let mut set = ReplicaSet::clone(orphan);
            set.metadata.owner_references.push(owner.controller_reference());
            actions.push(Action::Update(set.into()));
        }
    }
    for set in owned_sets(cluster, deployment) {
        if !is_selected(deployment, set) {
            // [deployment 2-2] OBSERVATION: a set lost the labels.
            let mut set = ReplicaSet::clone(set);
            set.metadata.owner_references.retain(|reference| reference.uid != meta.uid);
            actions.push(Action::Update(set.into()));
        }
    }
    actions
}

fn owned_sets<'a>(
    cluster: &'a Cluster,
    deployment: &'a Deployment,
) -> impl Iterator<Item = &'a Rc<ReplicaSet>> {
    let uid = &deployment.metadata.uid;
    cluster.owned_by(uid).filter_map(ReplicaSet::of).filter(move |set| {
        set.metadata.controller().is_some_and(|controller| controller.uid == *uid)
    })
}

/// Why a sync ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stop {
    /// A write makes another sync come.
    Again,
    /// The API server refused something; after a pause it is tried again.
    Failed,
}

/// One sync of a Deployment: what it looks at, what it changes in it and what it decides.
struct Sync<'a> {
    view: View<'a>,
    object: &'a Object,
    /// The Deployment with what this sync wrote to it.
    deployment: Deployment,
    /// Whether this sync wrote it.
    is_written: bool,
    /// The sets of older templates, oldest first.
    old: Vec<Rc<ReplicaSet>>,
    /// The set of the present template.
    new: Option<Rc<ReplicaSet>>,
    actions: Vec<Action>,
}

impl<'a> Sync<'a> {
    fn new(view: View<'a>, object: &'a Object, deployment: &'a Deployment) -> Self {
        let (new, old) = replica_sets::split(
            &deployment.spec.template,
            owned_sets(view.cluster, deployment).cloned().collect(),
        );
        Self {
            view,
            object,
            deployment: deployment.clone(),
            is_written: false,
            old,
            new,
            actions: Vec::new(),
        }
    }

    fn run(&mut self) -> Result<(), Stop> {
        if self.deployment.metadata.is_deleting() {
            // [deployment 1-2] OBSERVATION: the Deployment is Terminating; only its status is kept.
            self.sync_revision()?;
            self.write_plain_status();
            return Ok(());
        }
        self.note_pause();
        if self.deployment.spec.paused {
            // [deployment 1-3] OBSERVATION: the Deployment is paused; it is only scaled.
            self.sync_revision()?;
            self.scale();
            self.clean_up();
            self.write_plain_status();
            return Ok(());
        }
        self.sync_revision()?;
        if self.is_scaling_event() {
            // [deployment 1-4] OBSERVATION: the number of replicas changed; nothing is rolled out
            // in this sync.
            self.scale();
            self.write_plain_status();
            return Ok(());
        }
        if self.deployment.spec.strategy.kind == "Recreate" {
            self.recreate()?;
        } else {
            self.roll()?;
        }
        self.write_rollout_status();
        Ok(())
    }

    /// The number of Pods that the Deployment asks for.
    fn wanted(&self) -> i32 {
        self.deployment.spec.replicas.unwrap_or(1)
    }

    fn is_rolling(&self) -> bool {
        self.deployment.spec.strategy.kind == "RollingUpdate"
    }

    /// How many Pods there may be on top and how many may lack (`ResolveFenceposts`).
    fn fenceposts(&self) -> (i32, i32) {
        let Some(rolling) = &self.deployment.spec.strategy.rolling_update else { return (0, 0) };
        if !self.is_rolling() {
            return (0, 0);
        }
        let surge = scaled(rolling.max_surge.as_ref(), self.wanted(), Round::Up);
        let unavailable = scaled(rolling.max_unavailable.as_ref(), self.wanted(), Round::Down);
        // Neither on top nor fewer: nothing would ever move.
        if surge == 0 && unavailable == 0 { (0, 1) } else { (surge, unavailable) }
    }

    fn max_surge(&self) -> i32 {
        self.fenceposts().0
    }

    fn max_unavailable(&self) -> i32 {
        self.fenceposts().1.min(self.wanted())
    }

    /// Every set, the new one last.
    fn sets(&self) -> impl Iterator<Item = &Rc<ReplicaSet>> {
        self.old.iter().chain(&self.new)
    }

    /// Sets the number of a replica set. Answers the set as it is then.
    fn scale_set(&mut self, set: &Rc<ReplicaSet>, to: i32) -> Rc<ReplicaSet> {
        let from = size(set);
        let most = self.wanted() + self.max_surge();
        let mut next = ReplicaSet::clone(set);
        replica_sets::set_size_notes(&mut next, self.wanted(), most);
        next.spec.replicas = Some(to);
        if next == **set {
            return Rc::clone(set);
        }
        let next = Rc::new(next);
        self.actions.push(Action::Update(Rc::clone(&next).into()));
        if from != to {
            let way = if from < to { "up" } else { "down" };
            let name = &next.metadata.name;
            self.report(format!("Scaled {way} replica set {name} from {from} to {to}"));
        }
        next
    }

    fn report(&mut self, message: String) {
        let event = EventDraft::normal(self.object, "ScalingReplicaSet", message);
        self.actions.push(Action::Event(event));
    }

    /// Writes the Deployment as this sync changed it.
    fn write(&mut self) {
        self.is_written = true;
        self.actions.push(Action::Update(self.deployment.clone().into()));
    }
}

/// The number that a set shall have.
fn size(set: &ReplicaSet) -> i32 {
    set.spec.replicas.unwrap_or(1)
}

/// The numbers that these sets shall have together.
fn sizes<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter().map(|set| size(set)).sum()
}
