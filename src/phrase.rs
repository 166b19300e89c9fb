//! Windows of words to the keys of phrases, by which a text is found in a longer one.

use crate::hash;

/// One of so many shingles is a sample.
const SAMPLE: u64 = 4;

/// The keys of the phrases of a text, by its windows in their order.
pub(crate) fn phrases(windows: &[u64]) -> impl Iterator<Item = u32> {
    let samples = windows.iter().filter(|window| *window % SAMPLE == 0);
    let mut before = None;
    samples.filter_map(move |&sample| {
        let before = before.replace(sample)?;
        Some((hash::sequence(&[before, sample]) >> 32) as u32)
    })
}

/// The keys of the phrases of some articles, by their last bits: those with the same are a slice. What is looked
/// for are equal keys, so each slice is a task of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phrases {
    /// How many each article has.
    numbers: Vec<u32>,
    slices: Vec<Slice>,
}

/// Into so many slices the keys are cut, by their last [`SLICE_BITS`].
const SLICES: usize = 1 << SLICE_BITS;
const SLICE_BITS: u32 = 8;

/// The rest of a key has so many bits.
pub(crate) const REST_BITS: u32 = u32::BITS - SLICE_BITS;

/// The keys with the same last bits.
#[derive(Clone, Debug, Default)]
struct Slice {
    /// Keys, whose last bits say by how many articles each is further than the one before; [`SKIP`] stands without
    /// a key.
    entries: Vec<u32>,
    /// The article of the last one.
    last: u32,
}

/// More articles than an entry with a key can be further.
const SKIP: u32 = SLICES as u32 - 1;

impl Phrases {
    /// The next article's.
    pub(crate) fn push(&mut self, keys: impl Iterator<Item = u32>) {
        let article = self.numbers.len() as u32;
        let mut number = 0;
        for key in keys {
            if self.slices.is_empty() {
                self.slices.resize_with(SLICES, Slice::default);
            }
            let Slice { entries, last } = &mut self.slices[key as usize % SLICES];
            let mut further = article - *last;
            while further >= SKIP {
                entries.push(SKIP);
                further -= SKIP;
            }
            entries.push(key >> SLICE_BITS << SLICE_BITS | further);
            *last = article;
            number += 1;
        }
        self.numbers.push(number);
    }

    /// How many each article has; of the articles behind these nothing was said.
    pub(crate) fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// How many slices there are: none without keys.
    pub(crate) const fn slices(&self) -> usize {
        self.slices.len()
    }

    /// The article of each key of a slice, ascending, and the rest of the key.
    pub(crate) fn slice(&self, slice: usize) -> impl Iterator<Item = (u32, u32)> {
        let entries = self
            .slices
            .get(slice)
            .map_or(&[][..], |slice| &slice.entries);
        let mut article = 0;
        entries.iter().filter_map(move |entry| {
            let further = entry & SKIP;
            article += further;
            (further < SKIP).then_some((article, entry >> SLICE_BITS))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn slices_hold_every_key_of_every_article(
            articles in prop::collection::vec((0usize..600, prop::collection::vec(any::<u32>(), 0..9)), 0..12),
        ) {
            let mut all = Phrases::default();
            let mut naive = Vec::new();
            for (without, keys) in articles {
                (0..without).for_each(|_| all.push([].into_iter()));
                naive.extend(keys.iter().map(|&key| (all.numbers().len() as u32, key)));
                prop_assert_eq!(keys.len() as u32, { all.push(keys.into_iter()); *all.numbers().last().unwrap() });
            }
            let mut found = Vec::new();
            for slice in 0..SLICES {
                let keys: Vec<_> = all.slice(slice).map(|(article, rest)| (article, rest << SLICE_BITS | slice as u32)).collect();
                prop_assert!(keys.is_sorted_by_key(|(article, _)| *article));
                found.extend(keys);
            }
            found.sort_unstable();
            naive.sort_unstable();
            prop_assert_eq!(found, naive);
        }
    }
}
