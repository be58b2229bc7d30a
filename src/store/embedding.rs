//! The page inside another page: what is asked of it and what it tells.
//!
//! The messages on the wire are those of the embedding contract; `ui` turns them into these.

use crate::i18n::Locale;

use super::AppState;
use super::effect::Effect;
use super::message::Play;
use super::place::Pace;

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

impl AppState {
    pub(super) fn answer(&mut self, call: Call) -> Vec<Effect> {
        let Call { id, method } = call;
        let before = self.run.shown;
        let (mut effects, handled) = match method {
            Method::Next => (self.play(Play::Next), None),
            Method::Prev => (self.play(Play::Prev), None),
            Method::Play => (self.play(Play::Play), Some(true)),
            Method::Pause => (self.play(Play::Pause), Some(true)),
            Method::Seek(beats) => (self.play(Play::Seek(beats)), Some(true)),
            Method::Reset => (self.play(Play::First), Some(true)),
            Method::Load(what) => self.load(&what),
            Method::SetLang(locale) => {
                self.view.locale = locale;
                (vec![Effect::Speak(locale)], Some(true))
            }
            Method::GetState => return vec![Effect::Tell(Report::Step { id })],
            Method::SlideStart => return self.slide_start(),
            Method::SlideStop => return self.play(Play::Pause),
            Method::Unknown(message) => {
                return vec![Effect::Tell(Report::Error { id, message })];
            }
        };
        let is_awaited = self.run.wanted.is_some();
        let handled = handled.unwrap_or(is_awaited || self.run.shown != before);
        effects.push(Effect::Tell(Report::Handled { id, handled }));
        effects
    }

    fn slide_start(&mut self) -> Vec<Effect> {
        let autoplays = self.view.embedding.as_ref().is_some_and(|embed| embed.autoplays);
        if autoplays && !self.is_playing() { self.play(Play::Play) } else { Vec::new() }
    }

    fn load(&mut self, what: &str) -> (Vec<Effect>, Option<bool>) {
        match self.open_place(what) {
            Some(effects) => (effects, Some(true)),
            None => (Vec::new(), Some(false)),
        }
    }

    /// What the page around learns when a key of this page had no use here.
    pub(super) fn tell_spent(&self, play: Play, before: usize) -> Vec<Effect> {
        let is_spent = self.run.shown == before && !self.is_working();
        let forward = match play {
            Play::Next => true,
            Play::Prev => false,
            _ => return Vec::new(),
        };
        if is_spent && self.view.embedding.is_some() {
            vec![Effect::Tell(Report::Spent { forward })]
        } else {
            Vec::new()
        }
    }

    /// What the page around learns after a message.
    pub(super) fn tell_parent(&self, before: (usize, bool)) -> Vec<Effect> {
        let mut effects = Vec::new();
        // Until the run is computed, the place is not the one that was asked for.
        if self.view.embedding.is_none() || self.is_working() {
            return effects;
        }
        if before.1 || before.0 != self.run.shown {
            effects.push(Effect::Tell(Report::Step { id: None }));
        }
        if before.1 {
            effects.push(Effect::Tell(Report::Ready));
        }
        effects
    }

    /// Whether steps follow each other by themselves at present.
    pub fn is_playing(&self) -> bool {
        self.view.pace == Pace::Flowing
    }
}
