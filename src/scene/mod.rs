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

pub mod beat;
pub mod caption;
pub mod transition;

use std::rc::Rc;

use crate::sim::engine::State;
use crate::sim::step::Step;

use measure::TextRole;
use options::Options;
use shape::{Anchor, Detail, Role, Scene, Shape, Status, Text, Words};

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
    let mut scene = Scene { width: options.width, ..Scene::default() };
    let (mut x, mut y) = (8, 8);
    for (key, object) in state.cluster.objects() {
        if key.namespace.starts_with("kube-") || !key.kind.is_simulated() {
            continue;
        }
        let role = match key.kind.info().name {
            "Pod" => Role::Pod,
            "Node" => Role::Node,
            "PersistentVolume" => Role::PersistentVolume,
            "PersistentVolumeClaim" => Role::Claim,
            "StorageClass" => Role::StorageClass,
            "StatefulSet" => Role::StatefulSet,
            "Service" => Role::Service,
            _ => continue,
        };
        if x + 180 > options.width {
            (x, y) = (8, y + 56);
        }
        let name = measure::shorten(&object.meta().name, TextRole::Name, 160);
        scene.shapes.push(Shape {
            id: id::of_key(key),
            parent: None,
            role,
            detail: Detail::Full,
            status: Status::Plain,
            x,
            y,
            w: 172,
            h: 48,
            label: object.meta().name.clone(),
            texts: vec![Text {
                role: TextRole::Name,
                words: Words::Name(name),
                x: 10,
                y: 20,
                anchor: Anchor::Start,
            }],
            active: steps.is_empty() || steps.iter().any(|step| step.subject == *key),
            key: Some(key.clone()),
        });
        x += 180;
    }
    scene.height = y + 56;
    scene
}
