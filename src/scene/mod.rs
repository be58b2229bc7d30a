//! The picture as plain data: cluster state in, shapes, lines and captions out.
//!
//! [`build`] arranges what a [`State`] holds into a [`Scene`]; [`transition::diff`] says what
//! changed between two of them; [`caption`] and [`beat`] say what happened and where to stop.
//!
//! Not here: colours, translated text, and any knowledge of how it is drawn.

pub mod id;
pub mod measure;
pub mod shape;

pub mod options;
pub mod plan;

mod frame;
mod layout;
mod words;

mod pod;

mod control_plane;
mod node;
mod rail;

mod storage;

mod lane;

mod cell;

mod board;

mod page;
mod route;

mod alt;

pub mod beat;
pub mod caption;
pub mod transition;

use std::rc::Rc;

use crate::sim::engine::State;
use crate::sim::step::Step;

use frame::{Frame, Lines};
use options::Options;
use plan::Plan;
use shape::Scene;

/// The picture of a state; what takes part in the step is active (everything without a step).
pub fn build(state: &State, step: Option<&Step>, options: &Options) -> Scene {
    let steps: Vec<&Step> = step.into_iter().collect();
    picture(state, &steps, options)
}

/// The picture after a beat: what takes part in any of its steps is active.
pub fn build_beat(state: &State, steps: &[Rc<Step>], options: &Options) -> Scene {
    let steps: Vec<&Step> = steps.iter().map(|step| &**step).collect();
    picture(state, &steps, options)
}

fn picture(state: &State, steps: &[&Step], options: &Options) -> Scene {
    let plan = options.plan.clone().unwrap_or_else(|| Rc::new(Plan::of_state(state)));
    let frame = Frame::new(state, steps, options, &plan);
    let mut wires = Lines::default();
    let root = page::compose(&frame, &mut wires);
    let mut placed = layout::arrange(root);
    page::brighten(&frame, &mut placed.shapes);
    let links = route::all(&placed, wires);
    let alt = alt::describe(&placed.shapes, &links);
    let (width, height) = (placed.width, placed.height);
    Scene { width, height, shapes: placed.shapes, links, alt }
}
