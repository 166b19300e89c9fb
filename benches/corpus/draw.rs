//! The one source of chance: the crate's own hash, counted up.

use samestory::hash;

/// A stream of numbers that depends on its seed alone.
pub(super) struct Draw {
    seed: u64,
    drawn: u64,
}

impl Draw {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed: hash::constant(seed),
            drawn: 0,
        }
    }

    pub(super) fn number(&mut self) -> u64 {
        self.drawn += 1;
        hash::mix(self.seed ^ hash::constant(self.drawn))
    }

    /// A number below `end`, which is far below 2^32.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (((self.number() >> 32) * end as u64) >> 32) as usize
    }

    /// Yes in `per_mille` of 1,000 cases.
    pub(super) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}
