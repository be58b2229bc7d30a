//! Everything that can be asked of the state.

use crate::api::object::ObjectKey;
use crate::i18n::Locale;

use super::effect::Saved;
use super::embedding::{Call, Embedding};
use super::handover::Handover;
use super::place::{Drawer, ObjectTab, Panel, Stage, Theme};
use super::terminal::Terminal;

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub enum Msg {
    /// The page was opened.
    Start(Box<Start>),
    /// About the text.
    Edit(Edit),
    /// About the cluster.
    Run(RunMsg),
    /// About the place in the run.
    Play(Play),
    /// About what is shown.
    View(View),
    /// At the terminal.
    Terminal(Terminal),
    /// About the link.
    Share(Share),
    /// The address has another hash now: somebody put in a link, or went back.
    Hash(String),
    /// The page around an embed asks something.
    Embed(Call),
    /// A time that was asked for is over.
    Elapsed(Timer),
    /// The page may be gone soon: what is not kept yet must be kept now.
    Leave,
    /// The player that is taken over from is here now.
    Follow(Box<Handover>),
    /// The player is gone; it had so many milliseconds of the beat to go.
    TakeOver {
        /// How long the beat that is shown lasts still.
        rest_ms: Option<u32>,
    },
    /// A storyboard that was asked for.
    Storyboard {
        /// Of that scenario.
        lesson: String,
        /// For pictures of that width.
        width: i32,
        /// Its text; `None` when it cannot be had.
        text: Option<String>,
    },
    /// About the lab that computes, while only recordings can be played.
    Lab(LabMsg),
    /// There is time to compute: about so many tasks.
    Work {
        /// How many.
        tasks: usize,
    },
}

/// About the lab that computes, while only recordings can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabMsg {
    /// It may come now: nothing else is to be done.
    Idle,
    /// Somebody is about to need it.
    Wanted,
    /// The player that it takes over from has changed.
    Follow,
    /// It cannot be had.
    Failed,
    /// Try again.
    Retry,
}

/// What the browser knows when the page is opened.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Start {
    /// The hash of the address.
    pub hash: String,
    /// What was kept when the page was open the last time.
    pub saved: Saved,
    /// The language of the browser.
    pub locale: Locale,
    /// How the page is embedded, if it is.
    pub embedding: Option<Embedding>,
    /// Whether the browser keeps anything.
    pub has_storage: bool,
    /// The place of the player, when one played until now.
    pub handover: Option<Handover>,
}

/// About the text.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The text is now this.
    Text(String),
    /// A file was dropped: its name and its text.
    Dropped(String),
    /// A file was dropped that is no text.
    DroppedBinary {
        /// Its name.
        name: String,
    },
    /// A file was dropped that is too large to be looked at.
    DroppedLarge {
        /// Its name.
        name: String,
    },
    /// Correct what this diagnostic is about.
    Mend(usize),
    /// Correct everything that was broken by copying.
    MendAll,
    /// Bring back the text that was replaced.
    BringBack,
    /// Show a line.
    ShowLine(u32),
}

/// About the cluster.
#[derive(Clone, Debug, PartialEq)]
pub enum RunMsg {
    /// Apply the text to the cluster: at the end of the run, or at the place that was chosen.
    Apply,
    /// Apply the text to a fresh cluster.
    StartOver,
    /// Open a scenario.
    Open(String),
    /// Begin with an empty text and a fresh cluster.
    Blank,
    /// Give a command, as behind `kubectl`.
    Kubectl(String),
    /// Take another kind of cluster, and apply there what was applied.
    Profile(String),
    /// Go back to the run that was left.
    Earlier,
}

/// About the place in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Play {
    /// Go on by itself.
    Play,
    /// Stop going on.
    Pause,
    /// The one or the other.
    Toggle,
    /// One beat on.
    Next,
    /// One beat back.
    Prev,
    /// To the start.
    First,
    /// To the end.
    Last,
    /// So many beats.
    Seek(usize),
    /// The beat in which that step of the simulation lies.
    SeekStep(usize),
    /// How fast, in percent.
    Speed(u32),
}

/// About what is shown.
#[derive(Clone, Debug, PartialEq)]
pub enum View {
    /// Show the gallery.
    Gallery,
    /// Show the lab.
    Lab,
    /// Speak that language.
    Locale(Locale),
    /// Use those colours.
    Theme(Theme),
    /// Show that part of a narrow page.
    Panel(Panel),
    /// Open that part below the diagram, or close it.
    Drawer(Drawer),
    /// Look into that object.
    Select(ObjectKey),
    /// As that.
    ObjectTab(ObjectTab),
    /// The diagram's place has that size now.
    Stage(Stage),
    /// Show the keys.
    Help,
    /// Close the dialog.
    CloseDialog,
    /// Take the notice away.
    CloseNotice,
}

/// About the link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Share {
    /// Copy it, but ask first if it carries a Secret.
    Copy,
    /// Copy it in any case.
    CopyAnyway,
    /// It is on the clipboard.
    Copied,
    /// The browser refused.
    Refused,
}

/// What time is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Timer {
    /// To look at the text once typing pauses.
    Read,
    /// To show the next beat.
    Beat,
    /// To keep text and place.
    Save,
}
