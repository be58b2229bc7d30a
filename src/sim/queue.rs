//! Tasks that wait for their time.

use rpds::RedBlackTreeMap;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;

use super::action::Urgency;
use super::controllers::ControllerId;

/// A controller is to look at an object.
#[derive(Clone, Debug)]
pub struct Task {
    /// The controller.
    pub controller: ControllerId,
    /// The object; `None` for the controller's resync.
    pub key: Option<ObjectKey>,
    /// The step that made it necessary.
    pub cause: Option<usize>,
    /// Whether the run waits for it.
    pub urgency: Urgency,
}

/// Waiting tasks, ordered by time and then by arrival. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    tasks: RedBlackTreeMap<(SimTime, u64), Task>,
    slots: RedBlackTreeMap<Slot, (u64, Urgency)>,
    next: u64,
    foreground: usize,
}

/// Controller, object and time: where a task waits.
type Slot = (ControllerId, Option<ObjectKey>, SimTime);

impl Queue {
    /// Adds a task because something changed. It is dropped when the controller looks at the
    /// object until then anyway, as a work queue holds a key only once.
    pub fn wake(&mut self, due: SimTime, task: Task) {
        let first = (task.controller, task.key.clone(), SimTime(0));
        let looks_anyway = self
            .slots
            .range(first..)
            .take_while(|((controller, key, at), _)| {
                *controller == task.controller && *key == task.key && *at <= due
            })
            .any(|(_, (_, urgency))| {
                *urgency == Urgency::Foreground || task.urgency == Urgency::Background
            });
        if !looks_anyway {
            self.timer(due, task);
        }
    }

    /// Adds a task for a certain time, whatever else waits.
    pub fn timer(&mut self, due: SimTime, task: Task) {
        let slot = (task.controller, task.key.clone(), due);
        if let Some((seq, urgency)) = self.slots.get(&slot).copied() {
            if urgency == Urgency::Foreground || task.urgency == Urgency::Background {
                return;
            }
            self.tasks.remove_mut(&(due, seq));
        }
        self.foreground += usize::from(task.urgency == Urgency::Foreground);
        self.slots.insert_mut(slot, (self.next, task.urgency));
        self.tasks.insert_mut((due, self.next), task);
        self.next += 1;
    }

    /// Takes the next task and its time.
    pub fn pop(&mut self) -> Option<(SimTime, Task)> {
        let (at, task) = self.tasks.first().map(|(at, task)| (*at, task.clone()))?;
        self.tasks.remove_mut(&at);
        self.foreground -= usize::from(task.urgency == Urgency::Foreground);
        self.slots.remove_mut(&(task.controller, task.key.clone(), at.0));
        Some((at.0, task))
    }

    /// When the next task is due.
    pub fn next_due(&self) -> Option<SimTime> {
        self.tasks.first().map(|((due, _), _)| *due)
    }

    /// Whether the run waits for none of the tasks.
    pub fn is_quiet(&self) -> bool {
        self.foreground == 0
    }

    /// How many tasks wait.
    pub fn len(&self) -> usize {
        self.tasks.size()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::kind::Kind;

    fn task(name: &str, urgency: Urgency) -> Task {
        let key = ObjectKey::new(Kind::Pod, "default", name);
        Task { controller: ControllerId::PvProtection, key: Some(key), cause: None, urgency }
    }

    #[test]
    fn a_key_waits_once_and_timers_stay() {
        let mut queue = Queue::default();
        queue.wake(SimTime(5), task("a", Urgency::Foreground));
        queue.wake(SimTime(9), task("a", Urgency::Foreground));
        queue.wake(SimTime(5), task("b", Urgency::Background));
        assert_eq!(queue.len(), 2);
        queue.timer(SimTime(9), task("a", Urgency::Foreground));
        queue.timer(SimTime(9), task("a", Urgency::Foreground));
        queue.wake(SimTime(5), task("b", Urgency::Foreground));
        let mut order = Vec::new();
        while let Some((due, task)) = queue.pop() {
            order.push((due.0, task.key.map(|key| key.name.to_string()).unwrap_or_default()));
        }
        let expected = [(5, "a"), (5, "b"), (9, "a")];
        assert_eq!(order, expected.map(|(due, name)| (due, name.to_owned())));
        assert!(queue.is_quiet());
    }
}
