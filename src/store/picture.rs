//! The picture of the place shown, kept until the place changes.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::order;
use crate::api::sorted::SortedSet;
use crate::manifest::Parsed;
use crate::scene;
use crate::scene::caption::Caption;
use crate::scene::options::{Density, Options};
use crate::scene::plan::Plan;
use crate::scene::shape::{Link, Scene, Shape, ShapeId};
use crate::scene::transition::{self, Transition};

use super::AppState;
use super::shared::Shared;

/// A picture and how it differs from the one before it.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The picture.
    pub scene: Rc<Scene>,
    /// Whether it is arranged for another width than the one before it.
    pub is_resized: bool,
    /// What was not there before.
    pub entering: SortedSet<ShapeId>,
    /// What is gone, as it was, each with the shape after which it was drawn.
    pub leaving: Vec<(Option<ShapeId>, Shape)>,
    /// Lines that are gone.
    pub leaving_links: Vec<Link>,
    /// What is said about it.
    pub caption: Option<Caption>,
    /// Who acted, as Kubernetes names it, with the node of a kubelet.
    pub actor: Option<String>,
    /// The lines of the text that caused it.
    pub lines: Vec<u32>,
}

/// What a picture was made from.
#[derive(Clone, Debug, Default)]
pub(super) struct Pictured {
    plan: Rc<Plan>,
    parsed: Shared<Parsed>,
    generation: usize,
    steps: (usize, usize),
    width: i32,
    height: i32,
}

impl PartialEq for Pictured {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.plan, &other.plan)
            && self.parsed == other.parsed
            && (self.generation, self.steps, self.width, self.height)
                == (other.generation, other.steps, other.width, other.height)
    }
}

/// Lines of one place that are marked at most.
const LINES_MAX: u32 = 14;

impl AppState {
    /// Draws the place anew if it changed.
    pub(super) fn refresh_picture(&mut self) {
        let steps = self.beat_shown().map_or((0, 0), |beat| (beat.first, beat.last + 1));
        let width = self.view.stage.scene_width();
        let place = Pictured {
            plan: Rc::clone(&self.run.plan),
            parsed: self.run.parsed.clone(),
            generation: self.run.generation,
            steps,
            width,
            height: self.view.stage.height / 40 * 40,
        };
        if place == self.view.pictured && self.view.picture.scene.width > 0 {
            return;
        }
        // It does not change while the page is open, so that it is no part of the place.
        let view = self.view.embedding.as_ref().map(|embed| embed.arrangement).unwrap_or_default();
        let plan = Some(Rc::clone(&place.plan));
        let options = Options { view, plan, ..Options::of_width(width) };
        let simulation = self.run.run.simulation();
        let shown = &simulation.steps()[steps.0..steps.1];
        let state = simulation.state_at(steps.1);
        let mut scene = scene::build_beat(state, shown, &options);
        let room = self.view.stage;
        if room.is_too_small_for(&scene) {
            let options = Options { density: Density::Compact, ..options };
            let compact = scene::build_beat(state, shown, &options);
            if room.scale_of(&compact) > room.scale_of(&scene) * 6 / 5 {
                scene = compact;
            }
        }
        let caption = self.beat_shown().map(|beat| beat.caption.clone());
        let lines = caption.as_ref().and_then(|caption| caption.path.as_ref());
        let lines = lines.map(|(key, path)| lines_of(&place.parsed, key, path));
        let told = self.beat_shown().and_then(|beat| simulation.steps().get(beat.told));
        let actor = told.map(|step| {
            let actor = &step.actor;
            if actor.host.is_empty() {
                actor.component.to_string()
            } else {
                format!("{} \u{b7} {}", actor.component, actor.host)
            }
        });
        let mut picture = Picture {
            is_resized: (place.width, place.height)
                != (self.view.pictured.width, self.view.pictured.height),
            actor,
            scene: Rc::new(scene),
            caption,
            lines: lines.unwrap_or_default(),
            ..Picture::default()
        };
        picture.compare(&self.view.picture.scene);
        self.view.picture = Shared::new(picture);
        self.view.pictured = place;
    }

    /// Gives everything in the run its place.
    pub(super) fn refresh_plan(&mut self) {
        let simulation = self.run.run.simulation();
        let plan = Plan::of_run(simulation.state_at(0), simulation.steps());
        self.run.plan = Rc::new(plan);
    }

    /// Gives a place to what the run added.
    pub(super) fn extend_plan(&mut self) {
        let mut plan = (*self.run.plan).clone();
        plan.extend(self.run.run.simulation().steps());
        if plan != *self.run.plan {
            self.run.plan = Rc::new(plan);
        }
    }
}

impl Picture {
    /// Finds how it differs from the one before it.
    pub(super) fn compare(&mut self, before: &Scene) {
        let mut last: Option<&ShapeId> = None;
        for transition in transition::diff(before, &self.scene) {
            match transition {
                Transition::Appear(id) | Transition::LinkAppear(id) => {
                    self.entering.insert(id);
                }
                Transition::LinkDisappear(link) => self.leaving_links.push(link),
                _ => {}
            }
        }
        let present = order::set(self.scene.shapes.iter().map(|shape| &shape.id));
        for shape in &before.shapes {
            if present.contains(&shape.id) {
                last = Some(&shape.id);
            } else {
                self.leaving.push((last.cloned(), shape.clone()));
            }
        }
    }
}

/// The lines where the text says this.
fn lines_of(parsed: &Parsed, key: &ObjectKey, path: &str) -> Vec<u32> {
    let document = parsed.documents.iter().find(|document| {
        let namespace = document.namespace.as_deref().unwrap_or("default");
        let same_namespace = key.namespace.is_empty() || namespace == &*key.namespace;
        document.kind == key.kind.info().name && document.name == *key.name && same_namespace
    });
    let Some(document) = document else { return Vec::new() };
    let key_line = document.key_span(path).map(|span| span.start.line);
    let span = document.value_span(path).or_else(|| document.value_span("metadata.name"));
    let Some(span) = span else { return key_line.into_iter().collect() };
    let first = key_line.unwrap_or(span.start.line);
    // A mapping ends where the next thing begins: at the start of a line nothing of it is left.
    let end = if span.end.column <= 1 { span.end.line.saturating_sub(1) } else { span.end.line };
    (first..=end.clamp(first, first + LINES_MAX - 1)).collect()
}
