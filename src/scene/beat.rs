//! Beats: the logical steps at which "next" stops.

use std::rc::Rc;

use crate::sim::step::Step;

use super::caption::{self, Caption};

/// Steps that are shown as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beat {
    /// The first step.
    pub first: usize,
    /// The last step, included.
    pub last: usize,
    /// What is said about it.
    pub caption: Caption,
}

/// The beats of a run, without gaps: each begins after the one before it.
pub fn beats(steps: &[Rc<Step>]) -> Vec<Beat> {
    let one = |step: &Rc<Step>| Beat {
        first: step.index,
        last: step.index,
        caption: caption::main(step),
    };
    steps.iter().map(one).collect()
}
