//! Beats: the logical steps at which "next" stops.
//!
//! Several writes make one thought: the four of a binding, a claim and its Pod, what controllers
//! write down about what they see. A beat is as many steps as it takes to say one sentence.

use std::rc::Rc;

use crate::api::sorted::SortedSet;
use crate::sim::step::Step;

use super::caption::{self, Caption, Weight};

/// Steps that are shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The first step.
    pub first: usize,
    /// The last step, included.
    pub last: usize,
    /// The step that the caption tells; its actor is the one to name.
    pub told: usize,
    /// What is said about it.
    pub caption: Caption,
}

/// Finds the beats of a run while it grows.
#[derive(Clone, Debug, Default)]
pub struct Beats {
    list: Vec<Beat>,
    steps: usize,
    /// Whether the last beat has its sentence already.
    is_said: bool,
    /// Troubles that were told once: they are not told again for every Pod.
    told: SortedSet<String>,
}

/// The beats of a run, without gaps: each begins after the one before it.
pub fn beats(steps: &[Rc<Step>]) -> Vec<Beat> {
    let mut beats = Beats::default();
    beats.extend(steps);
    beats.list
}

impl Beats {
    /// The beats so far. The last one may still grow.
    pub fn list(&self) -> &[Beat] {
        &self.list
    }

    /// Takes in the steps that it has not seen yet; `steps` is the whole run.
    pub fn extend(&mut self, steps: &[Rc<Step>]) {
        for step in steps.get(self.steps..).unwrap_or_default() {
            self.take(step);
        }
        self.steps = self.steps.max(steps.len());
    }

    fn take(&mut self, step: &Step) {
        let mut said = caption::tell(step).swap_remove(0);
        let code = said.caption.code;
        let is_known = (code.starts_with("scheduling-failed") || code == "claim-waits-pod")
            && !self.told.insert(trouble(&said.caption));
        if is_known {
            said.weight = Weight::Quiet;
        }
        // What a person does begins a thought of its own.
        let is_asked = caption::is_by_person(step);
        let is_fresh = said.weight != Weight::Quiet && (self.is_said || is_asked);
        if is_fresh || self.list.is_empty() {
            let (first, last, told) = (step.index, step.index, step.index);
            self.list.push(Beat { first, last, told, caption: said.caption });
            self.is_said = said.weight == Weight::Loud;
            return;
        }
        let Some(beat) = self.list.last_mut() else { return };
        beat.last = step.index;
        if said.weight != Weight::Quiet && !self.is_said {
            beat.caption = said.caption;
            beat.told = step.index;
            self.is_said = said.weight == Weight::Loud;
        }
    }
}

fn trouble(caption: &Caption) -> String {
    let message = caption.args.iter().find(|(name, _)| *name == "message");
    message.map(|(_, text)| text.clone()).unwrap_or_default()
}
