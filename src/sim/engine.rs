//! The engine: lets time pass, calls controllers, applies what they decide, keeps the history.

pub mod guests;
mod machines;

use std::rc::Rc;

use crate::api::kind::Object;
use crate::api::node::Node;
use crate::api::object::{ObjectKey, Resource as _};
use crate::api::time::SimTime;

use super::action::{Action, Deletion, Urgency};
use super::apiserver::status::Status;
use super::apiserver::{self, Accepted, Caller};
use super::change::Change;
use super::cluster::Cluster;
use super::controllers::{ControllerId, View, Wakes};
use super::draft::{Draft, event_text};
use super::kubeconfig::Kubeconfig;
use super::limits::{self, Limit};
use super::machines::node::furnish;
use super::profile::Profile;
use super::profile::objects::system_priority_classes;
use super::queue::{Queue, Task};
use super::step::{Actor, Step};

/// The cluster, the clock and the waiting tasks. Cloning shares everything.
#[derive(Clone, Debug)]
pub struct State {
    /// The cluster.
    pub cluster: Cluster,
    /// The time.
    pub now: SimTime,
    queue: Queue,
    plan: Option<Plan>,
    last_change: SimTime,
}

/// Decisions of which some are still to be carried out; each write is a step of its own, and a
/// run can be forked between them.
#[derive(Clone, Debug)]
struct Plan {
    task: Task,
    key: ObjectKey,
    actions: Rc<[Action]>,
    next: usize,
}

/// What a person asks the API server.
#[derive(Clone, Debug)]
pub enum Request {
    /// Make the object.
    Create(Object),
    /// Write the object over the one of its name.
    Update(Object),
    /// Write the status of the object of its name (the subresource `status`).
    UpdateStatus(Object),
    /// Delete an object.
    Delete(Deletion),
    /// Delete a Pod if its disruption budget allows it (the subresource `eviction`).
    Evict(Deletion),
}

/// Where a run stands after some work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// There is more to do before the goal.
    More,
    /// The goal is reached.
    Done,
    /// A bound was reached; the run ends here.
    Stopped(Limit),
}

/// A run: its steps and its present.
#[derive(Clone, Debug)]
pub struct Simulation {
    start: State,
    state: State,
    steps: Vec<Rc<Step>>,
    quiet_tasks: usize,
    stopped: Option<Limit>,
}

/// A run is at rest when for this long nothing was written and nothing is awaited: one resync of
/// every controller, and a little.
const REST_MS: u64 = 16_000;

impl Simulation {
    /// A fresh cluster of that profile at time 0.
    pub fn new(profile: Profile) -> Self {
        let profile = Rc::new(profile);
        let cluster = Cluster::empty(Rc::clone(&profile));
        let (queue, now) = (Queue::default(), SimTime(0));
        let mut state = State { cluster, now, queue, plan: None, last_change: now };
        for mut object in profile.objects() {
            if let Object::CSINode(of) = &object {
                let node = state.cluster.get::<Node>("", &of.metadata.name);
                object = node.and_then(|node| profile.owned_csi_node(node)).unwrap_or(object);
            }
            apiserver::create(&mut state.cluster, SimTime(0), Caller::Component, object)
                .expect("the objects of a profile have different names");
        }
        for class in system_priority_classes() {
            state.cluster.put(&class.key(), Some(class.into()));
        }
        furnish(&mut state.cluster);
        for id in ControllerId::ALL {
            if let Some(resync) = id.get().resync {
                state.queue.timer(SimTime(resync.first_ms), resync_task(*id));
            }
        }
        Self { start: state.clone(), state, steps: Vec::new(), quiet_tasks: 0, stopped: None }
    }

    /// The present.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The cluster at present.
    pub fn cluster(&self) -> &Cluster {
        &self.state.cluster
    }

    /// The time at present.
    pub fn now(&self) -> SimTime {
        self.state.now
    }

    /// What happened so far.
    pub fn steps(&self) -> &[Rc<Step>] {
        &self.steps
    }

    /// The state after so many steps; 0 is the start.
    pub fn state_at(&self, steps: usize) -> &State {
        steps
            .checked_sub(1)
            .and_then(|last| self.steps.get(last))
            .map_or(&self.start, |step| &step.after)
    }

    /// The bound that ended the run, if one did.
    pub fn stopped(&self) -> Option<Limit> {
        self.stopped
    }

    /// A run that shares the first `steps` steps with this one and goes on from there.
    #[must_use]
    pub fn fork(&self, steps: usize) -> Self {
        let steps = steps.min(self.steps.len());
        let state = self.state_at(steps).clone();
        Self {
            start: self.start.clone(),
            state,
            steps: self.steps[..steps].to_vec(),
            quiet_tasks: 0,
            stopped: None,
        }
    }

    /// Carries out a person's request now.
    pub fn request(&mut self, actor: &str, request: Request) -> Result<Accepted, Status> {
        if let Request::Evict(deletion) = &request {
            return self.evict(actor, deletion);
        }
        let actor = Actor { component: actor.into(), host: "".into() };
        let (cluster, now) = (&mut self.state.cluster, self.state.now);
        let accepted = apiserver::handle(cluster, now, request.clone())?;
        if let Some(change) = accepted.change.clone() {
            let mut draft = Draft::new(actor.clone(), change.key.clone(), None, false);
            draft.changes.push(change);
            self.record(draft);
        }
        match &request {
            Request::Delete(deletion)
                if apiserver::is_to_go(&self.state.cluster, &deletion.key) =>
            {
                self.request(&actor.component, request)
            }
            _ => Ok(accepted),
        }
    }

    /// Writes the kubeconfig file. Nobody else sees that, so it is no step.
    pub fn set_kubeconfig(&mut self, kubeconfig: Kubeconfig) {
        self.state.cluster.kubeconfig = Rc::new(kubeconfig);
    }

    /// Carries on with what was decided, or does the next task if it is due until then. `Done`
    /// means that nothing more is due, and the clock stands at `until`.
    pub fn advance(&mut self, until: SimTime) -> Progress {
        if let Some(limit) = self.stopped {
            return Progress::Stopped(limit);
        }
        if let Some(plan) = self.state.plan.take() {
            self.carry_on(plan);
        } else if self.state.queue.next_due().is_some_and(|due| due <= until) {
            self.do_next_task();
        } else {
            self.state.now = self.state.now.max(until);
            return Progress::Done;
        }
        self.stopped.map_or(Progress::More, Progress::Stopped)
    }

    /// Lets time run until then.
    pub fn run_until(&mut self, until: SimTime) -> Progress {
        loop {
            match self.advance(until) {
                Progress::More => {}
                end => return end,
            }
        }
    }

    /// Whether nothing is awaited and nothing was written for a whole resync.
    pub fn is_at_rest(&self) -> bool {
        let rest = self.state.last_change + REST_MS;
        let next = self.state.queue.next_due();
        let quiet = self.state.queue.is_quiet() && self.state.plan.is_none();
        quiet && next.is_none_or(|due| due > rest)
    }

    /// Does up to `tasks` tasks on the way to rest: nothing awaited and a whole resync without a
    /// write; or until `horizon`. Call it again while it answers `More`.
    pub fn settle(&mut self, horizon: SimTime, tasks: usize) -> Progress {
        for _ in 0..tasks {
            if self.is_at_rest() {
                return Progress::Done;
            }
            match self.advance(horizon) {
                Progress::More => {}
                end => return end,
            }
        }
        Progress::More
    }

    fn do_next_task(&mut self) {
        let Some((due, task)) = self.state.queue.pop() else { return };
        self.state.now = self.state.now.max(due);
        // A process that goes on is not the cluster going round in circles.
        self.quiet_tasks += usize::from(task.controller != ControllerId::ContainerRuntime);
        if self.quiet_tasks > limits::QUIET_TASKS_MAX {
            self.stopped = Some(Limit::QuietTasks);
        }
        match &task.key {
            None => self.resync(task.controller),
            Some(key) => {
                let cluster = &self.state.cluster;
                let now = self.state.now;
                let view = View { cluster, now, key, controller: task.controller };
                let actions = (task.controller.get().reconcile)(view);
                if !actions.is_empty() {
                    let (key, actions) = (key.clone(), actions.into());
                    self.carry_on(Plan { task, key, actions, next: 0 });
                }
            }
        }
    }

    fn resync(&mut self, id: ControllerId) {
        let Some(resync) = id.get().resync else { return };
        let mut wakes = Wakes::default();
        (resync.keys)(&self.state.cluster, &mut wakes);
        for (key, after_ms) in wakes.list {
            let urgency = Urgency::Background;
            let task = Task { controller: id, key: Some(key), cause: None, urgency };
            self.state.queue.wake(self.state.now + after_ms, task);
        }
        self.state.queue.timer(self.state.now + resync.period_ms, resync_task(id));
    }

    /// Carries out the next write of a plan with the notes before and the events after it.
    fn carry_on(&mut self, mut plan: Plan) {
        let actor = self.actor(plan.task.controller, &plan.key);
        let periodic = plan.task.urgency == Urgency::Background;
        let mut draft = Draft::new(actor, plan.key.clone(), plan.task.cause, periodic);
        while let Some(action) = plan.actions.get(plan.next) {
            if begins_step(action) && !draft.changes.is_empty() {
                break;
            }
            self.apply_one(&plan.task, &plan.key, action.clone(), &mut draft);
            let again = matches!(action, Action::Delete(deletion)
                if apiserver::is_to_go(&self.state.cluster, &deletion.key));
            plan.next += usize::from(!again);
        }
        if plan.next < plan.actions.len() {
            self.state.plan = Some(plan);
        }
        self.record(draft);
    }

    fn apply_one(&mut self, task: &Task, key: &ObjectKey, action: Action, draft: &mut Draft) {
        let (cluster, now) = (&mut self.state.cluster, self.state.now);
        let written = match action {
            Action::Create(object) => apiserver::create(cluster, now, Caller::Component, object),
            Action::Update(object) => apiserver::update(cluster, now, Caller::Component, object),
            Action::Delete(deletion) => apiserver::delete(cluster, now, &deletion),
            Action::Event(event) => {
                let text = event_text(event, &draft.actor);
                return draft.events.extend(cluster.events.record(text, now));
            }
            Action::Requeue { after_ms, urgency } => {
                let task = Task { urgency, ..task.clone() };
                return self.state.queue.timer(now + after_ms, task);
            }
            Action::Wake { key, after_ms } => {
                let (key, urgency) = (Some(key), Urgency::Foreground);
                let task = Task { key, urgency, ..task.clone() };
                return self.state.queue.wake(now + after_ms, task);
            }
            Action::WakeOther(controller, after_ms, urgency) => {
                let task = Task { controller, urgency, ..task.clone() };
                return self.state.queue.wake(now + after_ms, task);
            }
            Action::Remember(memory) => return cluster.remember(task.controller, key, memory),
            Action::SetRuntime(pod, runtime) => return cluster.set_runtime(&pod, runtime),
            Action::SetNodeRuntime(node, runtime) => {
                return cluster.set_node_runtime(&node, runtime);
            }
            Action::SetDisks(disks) => return cluster.set_disks(disks),
            Action::Note(note) => return draft.notes.push(note),
        };
        // A refused write shows in the next look: the world has changed, and so will the decision.
        if let Ok(Accepted { change: Some(change), .. }) = written {
            draft.changes.push(change);
        }
    }

    /// Keeps a step, unless nothing happened in it, and wakes who watches.
    fn record(&mut self, draft: Draft) {
        if draft.is_empty() {
            return;
        }
        let index = self.steps.len();
        for change in &draft.changes {
            self.wake_watchers(change, index);
        }
        if !draft.changes.is_empty() {
            self.state.last_change = self.state.now;
        }
        self.quiet_tasks = 0;
        let step = draft.into_step(index, self.state.clone());
        self.steps.push(Rc::new(step));
        if self.steps.len() >= limits::STEPS_MAX {
            self.stopped = Some(Limit::Steps);
        } else if self.state.cluster.len() >= limits::OBJECTS_MAX {
            self.stopped = Some(Limit::Objects);
        }
    }

    fn wake_watchers(&mut self, change: &Change, cause: usize) {
        for id in ControllerId::ALL {
            let controller = id.get();
            let mut wakes = Wakes::default();
            (controller.watch)(change, &self.state.cluster, &mut wakes);
            for (key, after_ms) in wakes.list {
                let due = self.state.now + controller.reaction_ms + after_ms;
                let (key, cause) = (Some(key), Some(cause));
                let urgency = Urgency::Foreground;
                self.state.queue.wake(due, Task { controller: *id, key, cause, urgency });
            }
        }
    }

    /// The controller as an actor.
    fn actor(&self, id: ControllerId, key: &ObjectKey) -> Actor {
        let host = match id.get().host {
            Some(host) => host(&self.state.cluster, key),
            None => "".into(),
        };
        Actor { component: id.get().component.into(), host }
    }
}

/// Whether the action belongs to a new step when something was written before it.
fn begins_step(action: &Action) -> bool {
    use Action::{Create, Delete, Note, Update};
    matches!(action, Create(_) | Update(_) | Delete(_) | Note(_))
}

fn resync_task(controller: ControllerId) -> Task {
    Task { controller, key: None, cause: None, urgency: Urgency::Background }
}
