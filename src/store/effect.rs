//! Everything that the state asks of the browser.

use crate::i18n::Locale;

use super::embedding::Report;
use super::message::Timer;
use super::place::Theme;

/// Something to do outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send [`super::message::Msg::Elapsed`] after that time; an earlier wish of the same timer
    /// is forgotten.
    Wait {
        /// Which.
        timer: Timer,
        /// How long.
        after_ms: u32,
    },
    /// Forget the wish.
    Cancel(Timer),
    /// Send [`super::message::Msg::Work`] when the browser has time, soon.
    Work,
    /// Keep this for the next time.
    Save(Saved),
    /// Keep the place alone: text and session stay as they were kept.
    SavePlace(Saved),
    /// Send [`super::message::Msg::Storyboard`] when it has come.
    FetchStoryboard {
        /// The scenario.
        lesson: String,
        /// The width of its pictures.
        width: i32,
    },
    /// Load the lab that computes.
    FetchLab,
    /// Put a link on the clipboard; this is its hash.
    CopyLink(String),
    /// Say in which language the page is.
    Speak(Locale),
    /// Use these colours.
    Paint(Theme),
    /// Take the hash out of the address: it is kept elsewhere from now on.
    ForgetHash,
    /// Tell the page around.
    Tell(Report),
}

/// What is kept for the next time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// The text in the editor. It is kept on its own, so that it outlives a session that cannot
    /// be read.
    pub text: String,
    /// The session, as in a link.
    pub session: String,
    /// The language, if the viewer chose one.
    pub locale: String,
    /// The colours.
    pub theme: String,
    /// The page.
    pub page: String,
    /// The speed in percent.
    pub speed: String,
    /// `statefulset 5` when all of it is nothing but that scenario at that beat; else empty.
    pub place: String,
    /// Whether the page broke after this was kept.
    pub is_broken: bool,
}
