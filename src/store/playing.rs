//! Moving through the run.

use super::effect::Effect;
use super::message::{Play, Timer};
use super::place::Pace;
use super::{AppState, Wanted};

/// How long a beat is shown at normal speed.
const BEAT_MS: u32 = 1800;
/// The speeds that can be chosen, in percent.
pub(super) const SPEEDS: std::ops::RangeInclusive<u32> = 50..=400;

impl AppState {
    pub(super) fn play(&mut self, play: Play) -> Vec<Effect> {
        match play {
            Play::Pause => return self.still(),
            Play::Toggle if self.is_playing() => return self.still(),
            Play::Play | Play::Toggle => return self.flow(),
            Play::Speed(percent) => {
                self.view.speed_percent = percent.clamp(*SPEEDS.start(), *SPEEDS.end());
                let mut effects = vec![save_soon()];
                if self.is_playing() {
                    effects.push(self.next_beat());
                }
                return effects;
            }
            Play::Next => self.seek(self.run.shown + 1),
            Play::Prev => self.stand_at(self.run.shown.saturating_sub(1)),
            Play::First => self.stand_at(0),
            Play::Last => self.seek(usize::MAX),
            Play::Seek(beats) => self.stand_at(beats),
            Play::SeekStep(step) => self.stand_at(self.beats_for(step + 1)),
        }
        if self.is_at_end() {
            self.view.is_placed = false;
        }
        let mut effects = self.still();
        effects.push(save_soon());
        effects
    }

    /// Shows so many beats, and means it: a command is given there, not at the end.
    fn stand_at(&mut self, beats: usize) {
        self.view.is_placed = true;
        self.seek(beats);
    }

    /// Shows so many beats; what is not computed yet is shown when it is.
    pub(super) fn seek(&mut self, beats: usize) {
        let known = self.run.beats.len();
        self.run.wanted = (beats > known && self.is_working()).then_some(Wanted::Beats(beats));
        self.run.shown = beats.min(known);
    }

    /// How many beats show so many steps.
    pub(super) fn beats_for(&self, steps: usize) -> usize {
        let whole = self.run.beats.partition_point(|beat| beat.last < steps);
        match self.run.beats.get(whole) {
            Some(beat) if beat.first < steps => whole + 1,
            _ => whole,
        }
    }

    /// Goes to the wanted place, or as near as it is computed.
    pub(super) fn follow_wanted(&mut self) {
        let Some(wanted) = self.run.wanted else { return };
        let known = self.run.beats.len();
        let beats = match wanted {
            Wanted::Beats(beats) => beats,
            Wanted::Steps(steps) if steps > self.run.run.simulation().steps().len() => usize::MAX,
            Wanted::Steps(steps) => self.beats_for(steps),
        };
        self.run.shown = beats.min(known);
        if beats <= known || !self.is_working() {
            self.run.wanted = None;
        }
    }

    pub(super) fn flow(&mut self) -> Vec<Effect> {
        self.view.habit = Pace::Flowing;
        if self.is_at_end() && !self.is_working() {
            self.run.shown = 0;
            self.view.is_placed = true;
        }
        if self.run.beats.is_empty() && !self.is_working() {
            return Vec::new();
        }
        self.view.pace = Pace::Flowing;
        // What was asked for shows at once; then every beat has its time.
        self.seek(self.run.shown + 1);
        vec![self.next_beat()]
    }

    fn still(&mut self) -> Vec<Effect> {
        self.view.habit = Pace::Still;
        self.view.pace = Pace::Still;
        vec![Effect::Cancel(Timer::Beat)]
    }

    pub(super) fn next_beat(&self) -> Effect {
        let after_ms = BEAT_MS * 100 / self.view.speed_percent.max(1);
        Effect::Wait { timer: Timer::Beat, after_ms }
    }

    pub(super) fn beat_over(&mut self) -> Vec<Effect> {
        if !self.is_playing() {
            return Vec::new();
        }
        if self.is_at_end() && !self.is_working() {
            self.view.pace = Pace::Still;
            return Vec::new();
        }
        self.run.shown = (self.run.shown + 1).min(self.run.beats.len());
        self.view.is_placed &= !self.is_at_end();
        vec![self.next_beat(), save_soon()]
    }
}

/// After a change, the time until it is kept at the latest.
const SAVE_MS: u32 = 300;

pub(super) fn save_soon() -> Effect {
    Effect::Wait { timer: Timer::Save, after_ms: SAVE_MS }
}
