//! What the lab shows, gathered for its components.

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::api::time::SimTime;
use crate::lesson::{self, LessonAction};
use crate::manifest::Parsed;
use crate::session::run::HORIZON_MS;
use crate::sim::engine::Progress;
use crate::sim::event_log::EventType;

use super::AppState;
use super::inspection::{EventRow, Inspection};
use super::offers::Offer;
use super::picture::Picture;
use super::place::{Drawer, ObjectTab, Panel, Part, Stage};
use super::shared::Shared;
use super::terminal::{Answer, TerminalView};

/// What the lab shows of a run, be it computed or recorded.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a state of its own")]
pub struct Show {
    /// The text in the editor.
    pub text: Rc<str>,
    /// The cluster's profile.
    pub profile: String,
    /// The scenario.
    pub lesson: Option<String>,
    /// Its buttons.
    pub actions: Vec<LessonAction>,
    /// The picture.
    pub picture: Shared<Picture>,
    /// The size of its place.
    pub stage: Stage,
    /// The timeline.
    pub timeline: Timeline,
    /// Whether anything happened in the cluster yet.
    pub has_begun: bool,
    /// How many events there are so far.
    pub events: usize,
    /// The part that a narrow page shows.
    pub panel: Panel,
    /// The part below the diagram, when it is open.
    pub drawer: Option<Drawer>,
    /// The object that is looked into.
    pub selected: Option<ObjectKey>,
    /// Whether the page is inside another.
    pub is_embedded: bool,
    /// Whether the buttons are shown.
    pub has_controls: bool,
    /// The parts that are shown inside another page.
    pub parts: Vec<Part>,
    /// Whether nothing can be changed.
    pub is_locked: bool,
}

/// All that the lab shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Lab {
    /// What a recording shows too.
    pub show: Show,
    /// What was read out of the text.
    pub parsed: Shared<Parsed>,
    /// The line asked for, and how often one was.
    pub asked_line: (u32, u32),
    /// As what the object is looked into.
    pub object_tab: ObjectTab,
    /// What can be done with the object that is looked into.
    pub offers: Vec<Offer>,
    /// Its text, and the objects to choose from.
    pub inspection: Shared<Inspection>,
    /// The events so far.
    pub events: Shared<Vec<EventRow>>,
    /// The terminal.
    pub terminal: TerminalView,
    /// What commands answered at its prompt.
    pub answers: Shared<Vec<Rc<Answer>>>,
}

/// Where one is in the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// How many beats are shown.
    pub shown: usize,
    /// How many there are.
    pub count: usize,
    /// The beats that report a warning.
    pub marks: Shared<Vec<Mark>>,
    /// The simulated time.
    pub now: SimTime,
    /// Whether it goes on by itself.
    pub is_playing: bool,
    /// How fast, in percent.
    pub speed_percent: u32,
    /// Whether there is more to compute.
    pub progress: Progress,
    /// Whether the run ended because nothing is left to do.
    pub is_at_rest: bool,
}

/// A warning on the timeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How many beats show it.
    pub beats: usize,
    /// Its reason.
    pub reason: String,
}

/// Marks on a timeline at most; more cannot be told apart.
const MARKS_MAX: usize = 60;

impl Show {
    /// Whether that part is shown inside another page.
    pub fn shows(&self, part: Part) -> bool {
        if self.parts.is_empty() { part == Part::Diagram } else { self.parts.contains(&part) }
    }
}

impl AppState {
    /// What the lab shows.
    pub fn lab(&self) -> Lab {
        let view = &self.view;
        Lab {
            show: self.show(),
            parsed: self.run.parsed.clone(),
            asked_line: view.asked_line,
            object_tab: view.object_tab,
            offers: self.offers(),
            inspection: view.inspection.clone(),
            events: view.events.clone(),
            terminal: self.terminal(),
            answers: view.answers.clone(),
        }
    }

    fn show(&self) -> Show {
        let (run, view) = (&self.run, &self.view);
        let lesson = run.lesson.as_deref().and_then(lesson::named);
        Show {
            text: Rc::clone(&run.text),
            profile: run.profile.clone(),
            lesson: run.lesson.clone(),
            actions: lesson.map(|lesson| lesson.actions).unwrap_or_default(),
            picture: view.picture.clone(),
            stage: view.stage,
            timeline: self.timeline(),
            has_begun: self.has_begun(),
            events: view.events.len(),
            panel: view.panel,
            drawer: view.drawer,
            selected: view.selected.clone(),
            is_embedded: view.embedding.is_some(),
            has_controls: view.embedding.as_ref().is_none_or(|embed| embed.has_controls),
            parts: view.embedding.as_ref().map(|embed| embed.parts.clone()).unwrap_or_default(),
            is_locked: self.is_locked(),
        }
    }

    pub(super) fn is_locked(&self) -> bool {
        self.view.embedding.as_ref().is_some_and(|embed| embed.is_locked)
    }

    fn timeline(&self) -> Timeline {
        Timeline {
            shown: self.head.shown,
            count: self.run.beats.len(),
            marks: self.run.marks.clone(),
            now: self.state_shown().now,
            is_playing: self.head.is_playing(),
            speed_percent: self.head.speed_percent,
            progress: self.run.progress,
            is_at_rest: self.run.progress == Progress::Done && !self.ended_at_horizon(),
        }
    }

    /// Whether anything happened in the cluster, or is about to.
    pub fn has_begun(&self) -> bool {
        !self.run.beats.is_empty() || self.is_working()
    }

    fn ended_at_horizon(&self) -> bool {
        let last = self.run.run.outcomes().last().map_or(0, |outcome| outcome.entry.at_ms);
        self.run.run.simulation().now() >= SimTime(last + HORIZON_MS)
    }

    /// Finds the warnings for the timeline anew.
    pub(super) fn refresh_marks(&mut self) {
        let steps = self.run.run.simulation().steps();
        let warning = |(index, beat): (usize, &crate::scene::beat::Beat)| {
            let events = steps[beat.first..=beat.last].iter().flat_map(|step| &step.events);
            let first = events.into_iter().find(|event| event.text.kind == EventType::Warning)?;
            Some(Mark { beats: index + 1, reason: first.text.reason.clone() })
        };
        let marks: Vec<Mark> = self.run.beats.iter().enumerate().filter_map(warning).collect();
        let stride = marks.len().div_ceil(MARKS_MAX).max(1);
        self.run.marks = Shared::new(marks.into_iter().step_by(stride).collect());
    }

    /// What commands answered.
    pub(super) fn refresh_answers(&mut self) {
        self.run.answers = self.view.terminal.answers(self.run.run.outcomes());
        self.refresh_shown_answers();
    }

    pub(super) fn refresh_shown_answers(&mut self) {
        self.view.answers = Shared::new(self.answers_here());
    }
}
