//! The page inside another page: what is asked of it and what it tells.
//!
//! The messages on the wire are those of the embedding contract; `ui` turns them into these.

use crate::i18n::Locale;
use crate::scene::caption::Caption;
use crate::scene::options::View as Arrangement;

use super::AppState;
use super::effect::Effect;
use super::message::Play;
use super::place::Part;
use super::playhead::{Known, Playhead};

/// How the page is embedded.
#[derive(Clone, Debug, PartialEq)]
pub struct Embedding {
    /// The scenario to open.
    pub lesson: Option<String>,
    /// The language, when the address names one.
    pub locale: Option<Locale>,
    /// The beat to begin with.
    pub step: Option<usize>,
    /// Whether the buttons are shown.
    pub has_controls: bool,
    /// Whether it plays as soon as its slide is shown.
    pub autoplays: bool,
    /// How fast, in percent.
    pub speed_percent: Option<u32>,
    /// What is shown; the diagram alone when nothing is named.
    pub parts: Vec<Part>,
    /// Whether nothing can be changed, only watched.
    pub is_locked: bool,
    /// How Pods are arranged.
    pub arrangement: Arrangement,
}

impl Default for Embedding {
    fn default() -> Self {
        Self {
            lesson: None,
            locale: None,
            step: None,
            has_controls: true,
            autoplays: false,
            speed_percent: None,
            parts: Vec::new(),
            is_locked: false,
            arrangement: Arrangement::Auto,
        }
    }
}

impl Embedding {
    /// Whether that part is shown.
    pub fn shows(&self, part: Part) -> bool {
        if self.parts.is_empty() { part == Part::Diagram } else { self.parts.contains(&part) }
    }

    /// Whether only the lab can show it: a recording has no events, no terminal, one arrangement,
    /// and nothing that could be changed. (`web/start.js` asks the same.)
    pub(super) fn needs_lab(&self) -> bool {
        self.shows(Part::Events)
            || self.shows(Part::Terminal)
            || self.shows(Part::Yaml) && !self.is_locked
            || self.arrangement != Arrangement::Auto
    }
}

/// What the page around asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The number that the answer repeats.
    pub id: Option<String>,
    /// What.
    pub method: Method,
}

/// What the page around asks.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// One beat on.
    Next,
    /// One beat back.
    Prev,
    /// Go on by itself.
    Play,
    /// Stop going on.
    Pause,
    /// To that beat.
    Seek(usize),
    /// To the beginning.
    Reset,
    /// Open that scenario or the hash of that link.
    Load(String),
    /// Tell the place.
    GetState,
    /// Speak that language.
    SetLang(Locale),
    /// The slide is shown.
    SlideStart,
    /// The slide is gone.
    SlideStop,
    /// Something that the contract does not know.
    Unknown(String),
}

/// What is told to the page around.
#[derive(Clone, Debug, PartialEq)]
pub enum Report {
    /// The run is computed.
    Ready,
    /// This place is shown now.
    Step {
        /// The question it answers.
        id: Option<String>,
    },
    /// Whether a call changed anything.
    Handled {
        /// The question it answers.
        id: Option<String>,
        /// Whether it did.
        handled: bool,
    },
    /// A key asked for more than there is: the page around may use it.
    Spent {
        /// Whether it asked to go on, not back.
        forward: bool,
    },
    /// The call cannot be understood.
    Error {
        /// The question it answers.
        id: Option<String>,
        /// Why, for the author of the page around.
        message: String,
    },
}

/// The place that reports tell of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Told {
    /// How many beats are shown.
    pub shown: usize,
    /// How many there are.
    pub count: usize,
    /// What is said about it.
    pub caption: Option<Caption>,
    /// Whether anything happened yet, or is about to.
    pub has_begun: bool,
    /// The language.
    pub locale: Locale,
}

/// A state that a page around can ask: the one that computes, and the one that plays a recording.
/// Both answer alike.
pub(super) trait Embedded {
    fn embedding(&self) -> Option<&Embedding>;
    fn head(&self) -> &Playhead;
    fn known(&self) -> Known;
    fn play(&mut self, play: Play) -> Vec<Effect>;
    /// Opens a scenario by its name or a session by its hash, if there is such a one.
    fn open(&mut self, what: &str) -> Option<Vec<Effect>>;
    fn speak(&mut self, locale: Locale);

    fn answer(&mut self, call: Call) -> Vec<Effect> {
        let Call { id, method } = call;
        let before = self.head().shown;
        let (mut effects, handled) = match method {
            Method::Next => (self.play(Play::Next), None),
            Method::Prev => (self.play(Play::Prev), None),
            Method::Play => (self.play(Play::Play), Some(true)),
            Method::Pause => (self.play(Play::Pause), Some(true)),
            Method::Seek(beats) => (self.play(Play::Seek(beats)), Some(true)),
            Method::Reset => (self.play(Play::First), Some(true)),
            Method::Load(what) => match self.open(&what) {
                Some(effects) => (effects, Some(true)),
                None => (Vec::new(), Some(false)),
            },
            Method::SetLang(locale) => {
                self.speak(locale);
                (vec![Effect::Speak(locale)], Some(true))
            }
            Method::GetState => return vec![Effect::Tell(Report::Step { id })],
            Method::SlideStart => return self.slide_start(),
            Method::SlideStop => return self.play(Play::Pause),
            Method::Unknown(message) => {
                return vec![Effect::Tell(Report::Error { id, message })];
            }
        };
        let is_changed = self.head().is_awaited() || self.head().shown != before;
        let handled = handled.unwrap_or(is_changed);
        effects.push(Effect::Tell(Report::Handled { id, handled }));
        effects
    }

    fn slide_start(&mut self) -> Vec<Effect> {
        let autoplays = self.embedding().is_some_and(|embed| embed.autoplays);
        if autoplays && !self.head().is_playing() { self.play(Play::Play) } else { Vec::new() }
    }

    /// What the page around learns when a key of this page had no use here.
    fn tell_spent(&self, play: Play, before: usize) -> Vec<Effect> {
        let is_spent = self.head().shown == before && !self.known().is_working;
        let forward = match play {
            Play::Next => true,
            Play::Prev => false,
            _ => return Vec::new(),
        };
        if is_spent && self.embedding().is_some() {
            vec![Effect::Tell(Report::Spent { forward })]
        } else {
            Vec::new()
        }
    }

    /// What the page around learns after a message.
    fn tell_parent(&self, before: (usize, bool)) -> Vec<Effect> {
        let mut effects = Vec::new();
        // Until the run is known, the place is not the one that was asked for.
        if self.embedding().is_none() || self.known().is_working {
            return effects;
        }
        if before.1 || before.0 != self.head().shown {
            effects.push(Effect::Tell(Report::Step { id: None }));
        }
        if before.1 {
            effects.push(Effect::Tell(Report::Ready));
        }
        effects
    }
}

impl Embedded for AppState {
    fn embedding(&self) -> Option<&Embedding> {
        self.view.embedding.as_ref()
    }

    fn head(&self) -> &Playhead {
        &self.head
    }

    fn known(&self) -> Known {
        AppState::known(self)
    }

    fn play(&mut self, play: Play) -> Vec<Effect> {
        AppState::play(self, play)
    }

    fn open(&mut self, what: &str) -> Option<Vec<Effect>> {
        self.open_place(what)
    }

    fn speak(&mut self, locale: Locale) {
        self.view.locale = locale;
    }
}

impl AppState {
    /// The place that reports tell of.
    pub fn told(&self) -> Told {
        Told {
            shown: self.head.shown,
            count: self.run.beats.len(),
            caption: self.view.picture.caption.clone(),
            has_begun: self.has_begun(),
            locale: self.view.locale,
        }
    }
}
