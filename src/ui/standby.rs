//! The lab before it is shown: it follows the player until both show the same, and then takes
//! its place.

use gloo::timers::callback::Timeout;
use web_sys::Element;
use yew::Callback;

use crate::store::AppState;
use crate::store::handover::Handover;
use crate::store::message::{LabMsg, Msg};

use super::{effects, handover, panic};

/// A page in waiting.
pub(super) struct Standby {
    root: Element,
    /// The player's place that is followed, as text and read.
    place: String,
    player: Handover,
    /// When the player changed last.
    changed_ms: f64,
    again: Callback<()>,
    timer: Option<Timeout>,
}

/// Nothing moves any more so long after a step.
const CALM_MS: u32 = 800;
/// After that time it is looked again whether the moment is good.
const AGAIN_MS: u32 = 50;

impl Standby {
    /// Begins to follow the player.
    pub(super) fn begin(root: Element, send: Callback<Msg>) -> Option<Self> {
        let place = handover::place()?;
        let player = handover::read(&place)?;
        let again = send.reform(|()| Msg::Lab(LabMsg::Follow));
        handover::watch(again.clone());
        Some(Self { root, place, player, changed_ms: effects::now(), again, timer: None })
    }

    /// Where the player was when it was looked last.
    pub(super) fn player(&self) -> &Handover {
        &self.player
    }

    /// Where the player is, if it has changed.
    pub(super) fn follow(&mut self) -> Option<Handover> {
        let place = handover::place().filter(|place| *place != self.place)?;
        let player = handover::read(&place)?;
        (self.place, self.player, self.changed_ms) = (place, player.clone(), effects::now());
        Some(player)
    }

    /// Whether the moment has come: both show the same, nothing moves, and nobody is in the midst
    /// of an input. Where something waits for the lab, movement is no reason to wait.
    pub(super) fn is_over(&mut self, state: &AppState) -> bool {
        if state.is_working() {
            return false;
        }
        let is_same = handover::place().as_deref() == Some(self.place.as_str());
        let beat_ms = state.head.beat_ms();
        let calm_ms = f64::from(CALM_MS.min(beat_ms * 6 / 10));
        let is_calm = self.player.is_awaited || effects::now() - self.changed_ms >= calm_ms;
        let is_free = !handover::is_busy() && !self.player.has_dialog;
        if is_same && is_calm && is_free && state.is_at(&self.player) {
            return true;
        }
        let again = self.again.clone();
        self.timer = Some(Timeout::new(AGAIN_MS, move || again.emit(())));
        false
    }

    /// Takes the place of the player: what is left of its beat, and what it was asked for.
    pub(super) fn end(self) -> (Option<u32>, Vec<Msg>) {
        let rest_ms = handover::offered_rest();
        handover::swap(&self.root);
        panic::set_behind(false);
        (rest_ms, self.player.asked)
    }
}
