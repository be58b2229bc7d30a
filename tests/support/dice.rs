//! A sequence that chooses; everything follows from its seed.

use volume_lab::sim::random::Sequence;

/// Something that chooses.
pub(crate) struct Dice(Sequence);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Sequence::new(seed))
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0.next_u64() % bound
    }

    pub(crate) fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).expect("an index")]
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
