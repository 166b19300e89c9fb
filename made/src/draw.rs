//! The one source of chance: SplitMix64.

/// A stream of numbers that depends on nothing but what it was made of.
#[derive(Debug, Clone)]
pub(crate) struct Draw {
    state: u64,
}

/// What a stream is for, so that no two uses of one number see the same stream.
#[derive(Debug, Clone, Copy)]
pub(crate) enum For {
    Language = 1,
    Plan,
    Event,
    Thread,
    Article,
    Text,
}

impl Draw {
    /// The stream of these numbers, in this order.
    pub(crate) fn new(what: For, numbers: &[u64]) -> Self {
        let state = numbers
            .iter()
            .fold(mix(what as u64), |state, &number| mix(state ^ mix(number)));
        Self { state }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// A number below `end`, which must fit in 32 bits.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        (((self.number() >> 32) * end as u64) >> 32) as usize
    }

    /// A number below `end`, small ones more often: twice the mean at 0, none at the end.
    pub(crate) fn early(&mut self, end: usize) -> usize {
        self.below(end).min(self.below(end))
    }

    /// Yes in `per_mille` of 1,000 cases.
    pub(crate) fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let other = self.below(last + 1);
            all.swap(last, other);
        }
    }
}

/// The finalizer of SplitMix64, a bijection of 64 bits.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
