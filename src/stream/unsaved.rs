//! What of an index has to be written again.

use std::collections::BTreeSet;

use super::arrival::BucketKeys;

/// What has changed since it was written last. What is there no more has to be deleted.
#[derive(Clone, Debug, Default)]
#[cfg_attr(
    not(feature = "store"),
    allow(dead_code, reason = "there is none without a store")
)]
pub(super) struct Unsaved {
    /// Articles of which something else is to be kept.
    pub(super) entries: BTreeSet<u32>,
    /// Articles that are in another group or story.
    pub(super) placed: BTreeSet<u32>,
    /// The keys of articles that came.
    pub(super) keys: Vec<(u32, BucketKeys)>,
    pub(super) stories: BTreeSet<u32>,
    /// Epochs whose statistics are others.
    pub(super) epochs: BTreeSet<u32>,
    /// Whether an epoch has begun.
    pub(super) has_begun: bool,
    /// So many words and terms are written.
    pub(super) words: usize,
    pub(super) terms: usize,
}

#[cfg(feature = "store")]
impl Unsaved {
    /// Nothing, where so many words and terms are written.
    pub(super) fn since(words: usize, terms: usize) -> Self {
        Self {
            words,
            terms,
            ..Self::default()
        }
    }

    /// Whether all is written, where there are so many words and terms.
    pub(super) fn is_empty(&self, words: usize, terms: usize) -> bool {
        let numbers = [&self.entries, &self.placed, &self.stories, &self.epochs];
        let is_empty = numbers.iter().all(|numbers| numbers.is_empty()) && self.keys.is_empty();
        is_empty && !self.has_begun && (self.words, self.terms) == (words, terms)
    }
}
