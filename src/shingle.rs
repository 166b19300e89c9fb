//! Tokens to shingles: the set of hashed windows of neighbouring words.

use std::sync::Arc;

use crate::hash;
use crate::intersection::{self, BLOCK};
use crate::lanes::{Blocks, Lanes, Task};
use crate::token::Token;

/// The distinct shingles of one article, as sorted hashes.
///
/// An article with fewer tokens than the window, but at least one, has one shingle made of all its
/// tokens. An article without tokens has none, and so is the same text as nothing.
///
/// # References
///
/// - A. Broder, "On the resemblance and containment of documents" (1997): shingles as the
///   fingerprint of a text.
///
/// ```
/// use samestory::shingle::Shingles;
/// use samestory::token::tokens;
///
/// let text = Shingles::new(&tokens("the ferry ran aground off the island"), 3);
/// assert_eq!(text.len(), 5);
/// let trimmed = Shingles::new(&tokens("The ferry ran aground"), 3);
/// assert_eq!(text.shared(&trimmed), 2);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shingles {
    /// Strictly ascending. Copies of a text share them.
    hashes: Arc<[u64]>,
}

impl Shingles {
    /// The shingles of `window` neighbouring tokens; a window of 0 counts as 1.
    ///
    /// # Complexity
    ///
    /// O(n log n) for n tokens, 8 bytes a shingle.
    #[must_use]
    pub fn new(tokens: &[Token], window: usize) -> Self {
        let words: Vec<u64> = tokens.iter().map(|token| token.hash).collect();
        let mut hashes = Vec::new();
        windows(&words, window, &mut hashes);
        Self::of_windows(&mut hashes, &mut Vec::new())
    }

    /// The shingles with these hashes, in any order, as [`Shingles::hashes`] gave them to be stored or sent.
    ///
    /// ```
    /// use samestory::shingle::Shingles;
    /// use samestory::token::tokens;
    ///
    /// let text = Shingles::new(&tokens("the ferry ran aground off the island"), 3);
    /// assert_eq!(Shingles::of_hashes(text.hashes().to_vec()), text);
    /// ```
    #[must_use]
    pub fn of_hashes(mut hashes: Vec<u64>) -> Self {
        if !hashes.is_sorted_by(|a, b| a < b) {
            hashes.sort_unstable();
            hashes.dedup();
        }
        Self {
            hashes: hashes.into(),
        }
    }

    /// The distinct ones of these hashes; `sorted` is for work.
    pub(crate) fn of_windows(hashes: &mut [u64], sorted: &mut Vec<u64>) -> Self {
        sort(hashes, sorted);
        sorted.dedup();
        Self {
            hashes: sorted.as_slice().into(),
        }
    }

    /// How many distinct shingles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether the article had no token at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// The hashes, strictly ascending.
    #[must_use]
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }

    /// How many shingles two articles share.
    ///
    /// # Complexity
    ///
    /// O(n + m), about 1 to 2 ns a shingle.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        Lanes::best().run(Shared(self.hashes(), other.hashes()))
    }
}

/// Counts the hashes that are in both, each ascending.
struct Shared<'a>(&'a [u64], &'a [u64]);

impl Task for Shared<'_> {
    type Output = usize;

    #[inline(always)]
    fn run<B: Blocks>(self) -> usize {
        let Self(a, b) = self;
        let (mut in_blocks, mut singly) = ([0; BLOCK], 0);
        intersection::compare(
            a,
            b,
            |(_, x), (_, y)| {
                for y in y {
                    for (x, shared) in x.iter().zip(&mut in_blocks) {
                        *shared += u64::from(x == y);
                    }
                }
            },
            |i, j| singly += u64::from(a[i] == b[j]),
        );
        (in_blocks.iter().sum::<u64>() + singly) as usize
    }
}

/// Sorts hashes, which lie evenly: into more boxes than there are hashes, by their highest bits, and then each of the few
/// that fell together to its place.
fn sort(hashes: &[u64], sorted: &mut Vec<u64>) {
    sorted.clear();
    let bits = (hashes.len().max(1).ilog2() + 1).min(12);
    let at = |hash: u64| (hash >> (64 - bits)) as usize;
    let mut places = [0u32; 1 << 12];
    let places = &mut places[..1 << bits];
    // beyond that the boxes would be full, or their places too many for 32 bits
    if hashes.len() < 32 || hashes.len() > 1 << 20 {
        sorted.extend_from_slice(hashes);
        sorted.sort_unstable();
        return;
    }
    for &hash in hashes {
        places[at(hash)] += 1;
    }
    let (mut next, mut most) = (0, 0);
    for place in &mut *places {
        most = most.max(*place);
        next += std::mem::replace(place, next);
    }
    sorted.resize(hashes.len(), 0);
    for &hash in hashes {
        let place = &mut places[at(hash)];
        sorted[*place as usize] = hash;
        *place += 1;
    }
    if most > FEW {
        let mut start = 0;
        for &end in &*places {
            sorted[start..end as usize].sort_unstable();
            start = end as usize;
        }
        return;
    }
    for from in 1..sorted.len() {
        let hash = sorted[from];
        let mut place = from;
        while place > 0 && sorted[place - 1] > hash {
            sorted[place] = sorted[place - 1];
            place -= 1;
        }
        sorted[place] = hash;
    }
}

/// So many that fell together are few; nobody can make a text that takes long.
const FEW: u32 = 16;

/// Appends the hash of each window of word hashes, in order; one of all words when there are fewer
/// than the window.
pub(crate) fn windows(words: &[u64], window: usize, hashes: &mut Vec<u64>) {
    if !words.is_empty() {
        hash::sequences(words, window.clamp(1, words.len()), hashes);
    }
}

/// The same with the instructions of a [`Task`].
#[inline(always)]
pub(crate) fn windows_with<B: Blocks>(words: &[u64], window: usize, hashes: &mut Vec<u64>) {
    match window {
        // the usual ones, with the loop over the window unrolled
        3 if B::MULTIPLIES && words.len() >= 3 => fixed_windows::<3>(words, hashes),
        5 if B::MULTIPLIES && words.len() >= 5 => fixed_windows::<5>(words, hashes),
        _ => windows(words, window, hashes),
    }
}

#[inline(always)]
fn fixed_windows<const WINDOW: usize>(words: &[u64], hashes: &mut Vec<u64>) {
    let known = hashes.len();
    hashes.resize(known + words.len() + 1 - WINDOW, 0);
    // a loop and no closure, so that it is compiled with the lanes of the caller
    for (hash, words) in hashes[known..].iter_mut().zip(words.windows(WINDOW)) {
        *hash = hash::sequence(words);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::token::tokens;

    #[test]
    fn short_texts_are_one_shingle_and_empty_ones_none() {
        for (text, expected) in [
            ("", 0),
            ("…", 0),
            ("one", 1),
            ("one two", 1),
            ("one two three", 1),
            ("a b c d", 2),
        ] {
            assert_eq!(Shingles::new(&tokens(text), 3).len(), expected, "{text}");
        }
        // a short text is not a part of a longer one by accident
        let (short, long) = (
            Shingles::new(&tokens("a b"), 3),
            Shingles::new(&tokens("a b c"), 3),
        );
        assert_eq!(short.shared(&long), 0);
    }

    #[test]
    fn hashes_are_sorted_however_many_and_however_alike() {
        for count in [0, 1, 2, 31, 32, 33, 100, 1000, 5000] {
            for modulus in [1, 7, u64::MAX] {
                let hashes: Vec<u64> = (0..count)
                    .map(|i| hash::mix(hash::constant(i) % modulus))
                    .collect();
                let (mut expected, mut sorted) = (hashes.clone(), vec![9, 9]);
                expected.sort_unstable();
                sort(&hashes, &mut sorted);
                assert_eq!(sorted, expected);
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_shared_is_the_same_with_all_lanes(
            a in prop::collection::btree_set(0u64..60, 0..40),
            b in prop::collection::btree_set(0u64..60, 0..40),
        ) {
            // the lower halves alone say nothing
            let [x, y] = [&a, &b].map(|set: &BTreeSet<u64>| set.iter().map(|&hash| ((hash / 3) << 32) + hash % 3).collect::<Vec<u64>>());
            for lanes in Lanes::available() {
                prop_assert_eq!(lanes.run(Shared(&x, &y)), a.intersection(&b).count(), "{}", lanes.name());
            }
        }

        #[test]
        fn sorting_is_sorting(
            hashes in prop_oneof![
                prop::collection::vec(any::<u64>(), 0..600),
                // some or all fall together, on purpose or by repetition
                prop::collection::vec(prop_oneof![any::<u64>(), 0u64..9, (0u64..40).prop_map(|low| 7 << 60 | low << 40)], 0..600),
            ],
        ) {
            let (mut sorted, mut expected) = (vec![1; 3], hashes.clone());
            sort(&hashes, &mut sorted);
            expected.sort_unstable();
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn repetition_counts_once() {
        assert_eq!(Shingles::new(&tokens(&"word ".repeat(1000)), 3).len(), 1);
    }
}
