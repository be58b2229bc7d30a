//! Moving through a run: where one is in it, and how it goes on. The same for a run that is
//! computed and for one that was recorded.

use super::effect::Effect;
use super::message::{Play, Timer};
use super::place::Pace;

/// How long a beat is shown at normal speed.
const BEAT_MS: u32 = 1800;
/// The speeds that can be chosen, in percent.
const SPEEDS: std::ops::RangeInclusive<u32> = 50..=400;

/// Where one is in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Playhead {
    /// How many beats are shown; 0 is the cluster before anything happened.
    pub shown: usize,
    /// Whether the steps follow each other by themselves.
    pub pace: Pace,
    /// What happens by itself after something was done: what the viewer chose last.
    pub habit: Pace,
    /// How fast, in percent.
    pub speed_percent: u32,
    /// Whether the viewer chose the place shown, other than by watching on.
    pub is_placed: bool,
    /// Where to go as soon as it is known.
    pub(super) wanted: Option<Wanted>,
}

/// A place in a run that is not known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// So many steps of the simulation.
    Steps(usize),
    /// So many beats.
    Beats(usize),
}

/// What is known of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its beats so far.
    pub beats: usize,
    /// Whether more may come.
    pub is_working: bool,
}

impl Default for Playhead {
    fn default() -> Self {
        Self {
            shown: 0,
            pace: Pace::Still,
            habit: Pace::Flowing,
            speed_percent: 100,
            is_placed: false,
            wanted: None,
        }
    }
}

impl Playhead {
    /// Whether steps follow each other by themselves at present.
    pub fn is_playing(&self) -> bool {
        self.pace == Pace::Flowing
    }

    /// Whether the last beat is shown.
    pub fn is_at_end(&self, known: Known) -> bool {
        self.shown == known.beats
    }

    /// Whether what was asked for is not shown yet.
    pub(super) fn is_awaited(&self) -> bool {
        self.wanted.is_some()
    }

    /// The beats that are shown, or those that were asked for and are not known yet: keys that
    /// come faster than the run is known count each.
    pub(super) fn asked(&self) -> usize {
        self.wanted_beats().unwrap_or(self.shown)
    }

    /// The beats that are wanted, if some are.
    pub(super) fn wanted_beats(&self) -> Option<usize> {
        match self.wanted? {
            Wanted::Beats(beats) => Some(beats),
            Wanted::Steps(_) => None,
        }
    }

    pub(super) fn play(&mut self, play: Play, known: Known) -> Vec<Effect> {
        match play {
            Play::Pause => return self.still(),
            Play::Toggle if self.is_playing() => return self.still(),
            Play::Play | Play::Toggle => return self.flow(known),
            Play::Speed(percent) => {
                self.speed_percent = percent.clamp(*SPEEDS.start(), *SPEEDS.end());
                let mut effects = vec![save_soon()];
                if self.is_playing() {
                    effects.push(self.next_beat());
                }
                return effects;
            }
            Play::Next => self.seek(self.asked().saturating_add(1), known),
            Play::Prev => self.stand_at(self.asked().saturating_sub(1), known),
            Play::First => self.stand_at(0, known),
            Play::Last => self.seek(usize::MAX, known),
            Play::Seek(beats) => self.stand_at(beats, known),
            // Steps are known to those who compute them, and turned into beats there.
            Play::SeekStep(_) => {}
        }
        if self.is_at_end(known) {
            self.is_placed = false;
        }
        let mut effects = self.still();
        effects.push(save_soon());
        effects
    }

    /// Shows so many beats, and means it: a command is given there, not at the end.
    fn stand_at(&mut self, beats: usize, known: Known) {
        self.is_placed = true;
        self.seek(beats, known);
    }

    /// Shows so many beats; what is not known yet is shown when it is.
    pub(super) fn seek(&mut self, beats: usize, known: Known) {
        self.wanted = (beats > known.beats && known.is_working).then_some(Wanted::Beats(beats));
        self.shown = beats.min(known.beats);
    }

    /// Goes to a wanted place of so many beats, or as near as is known.
    pub(super) fn follow(&mut self, beats: usize, known: Known) {
        self.shown = beats.min(known.beats);
        if beats <= known.beats || !known.is_working {
            self.wanted = None;
        }
    }

    pub(super) fn flow(&mut self, known: Known) -> Vec<Effect> {
        self.habit = Pace::Flowing;
        if self.is_at_end(known) && !known.is_working {
            self.shown = 0;
            self.is_placed = true;
        }
        if known.beats == 0 && !known.is_working {
            return Vec::new();
        }
        self.pace = Pace::Flowing;
        // What was asked for shows at once; then every beat has its time.
        self.seek(self.shown + 1, known);
        vec![self.next_beat()]
    }

    fn still(&mut self) -> Vec<Effect> {
        self.habit = Pace::Still;
        self.pace = Pace::Still;
        vec![Effect::Cancel(Timer::Beat)]
    }

    /// How long a beat is shown.
    pub fn beat_ms(&self) -> u32 {
        BEAT_MS * 100 / self.speed_percent.max(1)
    }

    pub(super) fn next_beat(&self) -> Effect {
        Effect::Wait { timer: Timer::Beat, after_ms: self.beat_ms() }
    }

    pub(super) fn beat_over(&mut self, known: Known) -> Vec<Effect> {
        if !self.is_playing() {
            return Vec::new();
        }
        if self.is_at_end(known) && !known.is_working {
            self.pace = Pace::Still;
            return Vec::new();
        }
        self.shown = (self.shown + 1).min(known.beats);
        self.is_placed &= !self.is_at_end(known);
        vec![self.next_beat(), save_soon()]
    }
}

/// After a change, the time until it is kept at the latest.
const SAVE_MS: u32 = 300;

pub(super) fn save_soon() -> Effect {
    Effect::Wait { timer: Timer::Save, after_ms: SAVE_MS }
}
