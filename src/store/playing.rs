//! Moving through a run that is computed.

use super::AppState;
use super::effect::Effect;
use super::message::Play;
use super::playhead::{Known, Wanted};

impl AppState {
    /// What is known of the run.
    pub fn known(&self) -> Known {
        Known { beats: self.run.beats.len(), is_working: self.is_working() }
    }

    pub(super) fn play(&mut self, play: Play) -> Vec<Effect> {
        let play = match play {
            Play::SeekStep(step) => Play::Seek(self.beats_for(step + 1)),
            play => play,
        };
        self.head.play(play, self.known())
    }

    /// Shows so many beats; what is not computed yet is shown when it is.
    pub(super) fn seek(&mut self, beats: usize) {
        self.head.seek(beats, self.known());
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
        let Some(wanted) = self.head.wanted else { return };
        let beats = match wanted {
            Wanted::Beats(beats) => beats,
            Wanted::Steps(steps) if steps > self.run.run.simulation().steps().len() => usize::MAX,
            Wanted::Steps(steps) => self.beats_for(steps),
        };
        self.head.follow(beats, self.known());
    }
}
