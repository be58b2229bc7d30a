//! The one state of the page, everything that can be asked of it, and everything that it asks
//! of the browser.
//!
//! [`AppState::update`] is the only place where the state changes: a message goes in, effects
//! come out. Not here: the browser, clocks, sentences, and decisions about Kubernetes.

pub mod effect;
pub mod embedding;
pub mod handover;
pub mod inspection;
pub mod lab;
pub mod message;
pub mod offers;
pub mod picture;
pub mod place;
pub mod player;
pub mod playhead;
pub mod recorder;
pub mod shared;
pub mod storyboard;
pub mod terminal;

mod packed;

mod editing;
mod playing;
mod running;
mod sharing;
mod viewing;

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::i18n::Locale;
use crate::manifest::Parsed;
use crate::scene::beat::Beat;
use crate::scene::plan::Plan;
use crate::session::run::Run;
use crate::session::{Entry, Session};
use crate::sim::engine::{Progress, State};

use effect::Effect;
use embedding::{Embedded as _, Embedding};
use inspection::{EventRow, Inspection, Looked};
use lab::Mark;
use message::Msg;
use picture::{Picture, Pictured};
use place::{Dialog, Drawer, Notice, ObjectTab, Page, Panel, Stage, Theme};
use playhead::{Playhead, Wanted};
use shared::Shared;
use terminal::{Answer, TerminalPart};

/// The state of the page.
#[derive(Clone, Debug)]
pub struct AppState {
    /// What a link carries and a replay repeats.
    pub run: RunPart,
    /// Where one is in it.
    pub head: Playhead,
    /// What only this viewer sees.
    pub view: ViewPart,
}

/// The run.
#[derive(Clone, Debug)]
pub struct RunPart {
    /// The cluster's profile.
    pub profile: String,
    /// The text in the editor.
    pub text: Rc<str>,
    /// What was read out of the text when it was last looked at.
    pub parsed: Shared<Parsed>,
    /// The scenario it started from.
    pub lesson: Option<String>,
    /// The cluster and its history.
    pub run: Run,
    /// Whether there is more to compute.
    pub progress: Progress,
    /// The logical steps.
    pub beats: Rc<Vec<Beat>>,
    /// The run that was left: by acting in the past of it, or for another cluster.
    pub earlier: Option<Rc<Branch>>,
    /// What commands answered, with those that are no part of the run.
    answers: Vec<Rc<Answer>>,
    /// The warnings on the timeline.
    pub marks: Shared<Vec<Mark>>,
    plan: Rc<Plan>,
    /// Grows when another run takes this one's place.
    generation: usize,
}

/// A run that was left.
#[derive(Clone, Debug)]
pub struct Branch {
    profile: String,
    lesson: Option<String>,
    run: Run,
    progress: Progress,
    shown: usize,
}

/// What only this viewer sees.
#[derive(Clone, Debug)]
pub struct ViewPart {
    /// The language.
    pub locale: Locale,
    /// The colours.
    pub theme: Theme,
    /// Whether the gallery or the lab is shown.
    pub page: Page,
    /// How the page is embedded, if it is.
    pub embedding: Option<Embedding>,
    /// The size of the diagram's place on the page.
    pub stage: Stage,
    /// The part that a narrow page shows.
    pub panel: Panel,
    /// The part below the diagram, when it is open.
    pub drawer: Option<Drawer>,
    /// The object that is looked into.
    pub selected: Option<ObjectKey>,
    /// As what.
    pub object_tab: ObjectTab,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// What the page has to say.
    pub notice: Option<Notice>,
    /// A text that was replaced and can be brought back.
    pub kept_text: Option<Rc<str>>,
    /// The line to show in the editor, and how often one was asked for.
    pub asked_line: (u32, u32),
    /// Whether the text changed since it was looked at.
    pub unread: bool,
    /// Whether something changed since it was kept, and a time to keep it is set.
    pub is_unsaved: bool,
    /// The picture of the place shown.
    pub picture: Shared<Picture>,
    pictured: Pictured,
    /// The object that is looked into, at the place shown.
    pub inspection: Shared<Inspection>,
    /// The events at the place shown.
    pub events: Shared<Vec<EventRow>>,
    /// What commands answered at the prompt that is shown.
    pub answers: Shared<Vec<Rc<Answer>>>,
    /// The terminal.
    pub terminal: TerminalPart,
    looked: Looked,
}

impl AppState {
    /// An empty page.
    pub fn new() -> Self {
        let session = Session::default();
        let run = RunPart {
            run: Run::new(&session.profile),
            profile: session.profile,
            text: "".into(),
            parsed: Shared::default(),
            marks: Shared::default(),
            generation: 0,
            lesson: None,
            progress: Progress::Done,
            beats: Rc::default(),
            earlier: None,
            answers: Vec::new(),
            plan: Rc::default(),
        };
        let view = ViewPart {
            locale: Locale::En,
            theme: Theme::Auto,
            page: Page::Gallery,
            embedding: None,
            stage: Stage::default(),
            panel: Panel::Diagram,
            drawer: None,
            selected: None,
            object_tab: ObjectTab::Describe,
            dialog: None,
            notice: None,
            kept_text: None,
            asked_line: (0, 0),
            unread: false,
            is_unsaved: false,
            picture: Shared::default(),
            pictured: Pictured::default(),
            inspection: Shared::default(),
            events: Shared::default(),
            answers: Shared::default(),
            terminal: TerminalPart::default(),
            looked: Looked::default(),
        };
        let mut state = Self { run, head: Playhead::default(), view };
        state.refresh_plan();
        state.refresh_picture();
        state.refresh_inspection();
        state
    }

    /// Takes a message in; the only place where the state changes.
    #[must_use = "effects must be run"]
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let before = (self.head.shown, self.is_working());
        // Keys of the lab mean nothing in the gallery, which hides it.
        let is_hidden = self.view.page == Page::Gallery && matches!(msg, Msg::Play(_));
        let mut effects = match msg {
            _ if is_hidden => Vec::new(),
            Msg::Edit(_) | Msg::Run(_) | Msg::Terminal(_) if self.is_locked() => Vec::new(),
            Msg::Start(start) => self.start(*start),
            Msg::Edit(edit) => self.edit(edit),
            Msg::Run(run) => self.act(run),
            Msg::Play(play) => {
                let mut effects = self.play(play);
                effects.extend(self.tell_spent(play, before.0));
                effects
            }
            Msg::View(view) => self.look(view),
            Msg::Terminal(terminal) => self.operate(terminal),
            Msg::Share(share) => self.share(share),
            Msg::Hash(hash) => self.follow_hash(&hash),
            Msg::Embed(call) => self.answer(call),
            Msg::Elapsed(timer) => self.elapsed(timer),
            Msg::Work { tasks } => self.work(tasks),
            Msg::Leave if self.view.is_unsaved => self.save_now(),
            Msg::Follow(handover) => self.follow_player(&handover),
            Msg::TakeOver { rest_ms } => self.take_over(rest_ms),
            // Only who plays a recording asks for these.
            Msg::Leave | Msg::Storyboard { .. } | Msg::Lab(_) => Vec::new(),
        };
        self.save_once(&mut effects);
        self.refresh_picture();
        self.refresh_inspection();
        effects.extend(self.tell_parent(before));
        effects
    }

    /// The cluster at the place shown.
    pub fn state_shown(&self) -> &State {
        self.run.run.simulation().state_at(self.steps_shown())
    }

    /// How many steps of the simulation are shown.
    pub fn steps_shown(&self) -> usize {
        self.beat_shown().map_or(0, |beat| beat.last + 1)
    }

    /// The beat that led to the place shown.
    pub fn beat_shown(&self) -> Option<&Beat> {
        self.head.shown.checked_sub(1).and_then(|index| self.run.beats.get(index))
    }

    /// Whether the last beat is shown.
    pub fn is_at_end(&self) -> bool {
        self.head.is_at_end(self.known())
    }

    /// Whether there is more to compute.
    pub fn is_working(&self) -> bool {
        self.run.progress == Progress::More
    }

    /// The session that leads back here.
    pub fn session(&self) -> Session {
        let steps = self.steps_shown();
        let all = steps == self.run.run.simulation().steps().len();
        let position = match self.head.wanted {
            Some(Wanted::Steps(steps)) => (steps < usize::MAX).then_some(steps),
            _ => (!all || self.is_working()).then_some(steps),
        };
        Session {
            profile: self.run.profile.clone(),
            manifest: self.run.text.to_string(),
            entries: self.entries(),
            lesson: self.run.lesson.clone(),
            position,
        }
    }

    fn entries(&self) -> Vec<Entry> {
        self.run.run.entries()
    }
}

impl Default for AppState {
    fn default() -> Self {
        Self::new()
    }
}
