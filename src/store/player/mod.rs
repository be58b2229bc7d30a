//! The page while the simulator is not there yet: plays recorded scenarios, and keeps what only
//! the lab can do until the lab takes over.
//!
//! Messages are the lab's own. What the player does not know how to do it hands over: a place
//! (scenario, beat, pace, what is open), the text as it was typed, and what was asked for.

mod show;
pub(super) mod start;

use std::rc::Rc;

use crate::api::object::ObjectKey;
use crate::i18n::Locale;
use crate::lesson;

use super::effect::Effect;
use super::embedding::{Call, Embedded, Embedding, Method};
use super::lab::Mark;
use super::message::{Edit, LabMsg, Msg, Play, RunMsg, Timer, View};
use super::picture::Picture;
use super::place::{Dialog, Drawer, Notice, Page, Panel, Stage, Theme};
use super::playhead::{Known, Playhead, save_soon};
use super::shared::Shared;
use super::storyboard::Storyboard;

/// The state of the page before the lab is there.
#[derive(Clone, Debug)]
pub struct Player {
    /// Where one is in the recording.
    pub head: Playhead,
    /// The language.
    pub locale: Locale,
    /// The colours.
    pub theme: Theme,
    /// Whether the gallery or the lab is shown.
    pub page: Page,
    /// How the page is embedded, if it is.
    pub embedding: Option<Embedding>,
    /// The scenario that is open.
    pub lesson: Option<String>,
    /// Its recording, when it has come.
    pub board: Option<Shared<Storyboard>>,
    /// The size of the diagram's place.
    pub stage: Stage,
    /// The part that a narrow page shows.
    pub panel: Panel,
    /// The part below the diagram, when it is open.
    pub drawer: Option<Drawer>,
    /// The object that is to be looked into.
    pub selected: Option<ObjectKey>,
    /// The dialog that is open.
    pub dialog: Option<Dialog>,
    /// What the page has to say.
    pub notice: Option<Notice>,
    /// The text, when it is not the scenario's own any more.
    pub typed: Option<Rc<str>>,
    /// Whether a text of the person's own is kept from the last time.
    pub has_text: bool,
    /// What the lab will do when it is there.
    pub asked: Vec<Msg>,
    /// How the lab stands.
    pub lab: LabStand,
    /// The picture of the place shown.
    pub picture: Shared<Picture>,
    markings: Shared<Vec<Mark>>,
    pictured: Option<(Shared<Storyboard>, usize)>,
    is_unsaved: bool,
}

/// How the lab stands that computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabStand {
    /// It was not asked for.
    Away,
    /// It is on its way, and nobody waits.
    Coming,
    /// It is on its way, and something waits for it.
    Awaited,
    /// It cannot be had.
    Missing,
}

impl Player {
    /// An empty page.
    pub fn new() -> Self {
        Self {
            head: Playhead::default(),
            locale: Locale::En,
            theme: Theme::Auto,
            page: Page::Gallery,
            embedding: None,
            lesson: None,
            board: None,
            stage: Stage::default(),
            panel: Panel::Diagram,
            drawer: None,
            selected: None,
            dialog: None,
            notice: None,
            typed: None,
            has_text: false,
            asked: Vec::new(),
            lab: LabStand::Away,
            picture: Shared::default(),
            markings: Shared::default(),
            pictured: None,
            is_unsaved: false,
        }
    }

    /// Takes a message in; the only place where the state changes.
    #[must_use = "effects must be run"]
    pub fn update(&mut self, msg: Msg) -> Vec<Effect> {
        let before = (self.head.shown, self.known().is_working);
        let is_hidden = self.page == Page::Gallery && matches!(msg, Msg::Play(_));
        let mut effects = match msg {
            _ if is_hidden => Vec::new(),
            Msg::Start(start) => self.start(*start),
            Msg::Play(play) => {
                let mut effects = Embedded::play(self, play);
                effects.extend(self.tell_spent(play, before.0));
                effects
            }
            Msg::View(view) => self.look(view),
            Msg::Run(RunMsg::Open(id)) => self.open_lesson(&id),
            Msg::Edit(Edit::Text(text)) => self.type_in(text),
            Msg::Embed(call) => self.answer_or_ask(call),
            Msg::Storyboard { lesson, width, text } => self.take_board(&lesson, width, text),
            Msg::Elapsed(Timer::Beat) => self.head.beat_over(self.known()),
            Msg::Elapsed(Timer::Save) => self.save_place(),
            Msg::Leave if self.is_unsaved => self.save_place(),
            Msg::Elapsed(Timer::Read) => self.fetch_hidden(),
            Msg::Leave | Msg::Work { .. } | Msg::Follow(_) | Msg::TakeOver { .. } => Vec::new(),
            Msg::Hash(hash) => self.follow_hash(hash),
            Msg::Lab(lab) => self.hear_of_lab(lab),
            Msg::Run(_) | Msg::Edit(_) | Msg::Share(_) | Msg::Terminal(_) => self.ask(msg),
        };
        self.save_once(&mut effects);
        self.refresh_picture();
        effects.extend(self.tell_parent(before));
        effects
    }

    fn look(&mut self, view: View) -> Vec<Effect> {
        match view {
            View::Gallery => {
                self.page = Page::Gallery;
                let mut effects = Embedded::play(self, Play::Pause);
                effects.push(save_soon());
                return effects;
            }
            View::Lab => {
                self.page = Page::Lab;
                // One's own text, or the empty editor: both are the lab's.
                return self.await_lab();
            }
            View::Locale(locale) => {
                self.locale = locale;
                return vec![Effect::Speak(locale), save_soon()];
            }
            View::Theme(theme) => {
                self.theme = theme;
                return vec![Effect::Paint(theme), save_soon()];
            }
            View::Panel(panel) => {
                self.panel = panel;
                return if panel == Panel::Diagram { Vec::new() } else { self.await_lab() };
            }
            View::Drawer(drawer) => {
                let is_open = self.drawer == Some(drawer);
                self.drawer = (!is_open).then_some(drawer);
                return if is_open { Vec::new() } else { self.await_lab() };
            }
            View::Select(key) => {
                self.selected = Some(key);
                if self.embedding.is_some() {
                    return Vec::new();
                }
                self.drawer = Some(Drawer::Object);
                self.panel = Panel::Events;
                return self.await_lab();
            }
            View::Stage(stage) => return self.take_stage(stage),
            View::Help => self.dialog = Some(Dialog::Help),
            View::CloseDialog => self.dialog = None,
            View::CloseNotice => self.notice = None,
            View::ObjectTab(_) => {}
        }
        Vec::new()
    }

    fn take_stage(&mut self, stage: Stage) -> Vec<Effect> {
        // Hidden for a while: the picture is kept for when it is shown again.
        if stage.width <= 0 {
            return Vec::new();
        }
        let was_hidden = self.stage.width <= 0;
        let width = self.stage.scene_width();
        self.stage = stage;
        let mut effects = Vec::new();
        let is_other = was_hidden && self.board.is_none() || width != stage.scene_width();
        if let Some(id) = self.lesson.as_deref().filter(|_| is_other) {
            effects.push(self.fetch_board(id));
        }
        let autoplays = self.embedding.as_ref().is_some_and(|embed| embed.autoplays);
        if was_hidden && autoplays && !self.head.is_playing() {
            effects.extend(self.head.flow(self.known()));
        }
        effects
    }

    fn type_in(&mut self, text: String) -> Vec<Effect> {
        if *text == *self.text() {
            return Vec::new();
        }
        self.typed = Some(text.into());
        self.await_lab()
    }

    fn answer_or_ask(&mut self, call: Call) -> Vec<Effect> {
        match &call.method {
            Method::Load(what) if what.trim_start_matches('#').starts_with("v1:") => {
                self.ask(Msg::Embed(call))
            }
            _ => self.answer(call),
        }
    }

    /// Keeps for the lab what only the lab can do.
    fn ask(&mut self, msg: Msg) -> Vec<Effect> {
        if !self.asked.contains(&msg) {
            self.asked.push(msg);
        }
        self.await_lab()
    }

    fn await_lab(&mut self) -> Vec<Effect> {
        let is_under_way = matches!(self.lab, LabStand::Coming | LabStand::Awaited);
        if self.lab != LabStand::Missing {
            self.lab = LabStand::Awaited;
        }
        if is_under_way || self.lab == LabStand::Missing {
            return Vec::new();
        }
        vec![Effect::FetchLab]
    }

    fn hear_of_lab(&mut self, msg: LabMsg) -> Vec<Effect> {
        match msg {
            LabMsg::Idle if self.lab == LabStand::Away && self.embedding.is_none() => {
                self.lab = LabStand::Coming;
                vec![Effect::FetchLab]
            }
            LabMsg::Idle | LabMsg::Follow => Vec::new(),
            LabMsg::Wanted => self.await_lab(),
            LabMsg::Failed => {
                self.lab = LabStand::Missing;
                Vec::new()
            }
            LabMsg::Retry => {
                self.lab = LabStand::Awaited;
                vec![Effect::FetchLab]
            }
        }
    }
}

impl Default for Player {
    fn default() -> Self {
        Self::new()
    }
}

impl Embedded for Player {
    fn embedding(&self) -> Option<&Embedding> {
        self.embedding.as_ref()
    }

    fn head(&self) -> &Playhead {
        &self.head
    }

    fn known(&self) -> Known {
        let beats = self.board.as_ref().map_or(0, |board| board.beats());
        Known { beats, is_working: self.lesson.is_some() && self.board.is_none() }
    }

    fn play(&mut self, play: Play) -> Vec<Effect> {
        self.head.play(play, self.known())
    }

    fn open(&mut self, what: &str) -> Option<Vec<Effect>> {
        lesson::IDS.contains(&what).then(|| self.open_lesson(what))
    }

    fn speak(&mut self, locale: Locale) {
        self.locale = locale;
    }
}
