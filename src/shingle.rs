//! Tokens to shingles: the set of hashed windows of neighbouring words.

use crate::hash;
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
    /// Strictly ascending.
    hashes: Box<[u64]>,
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
        Self::of_windows(&mut hashes)
    }

    /// The distinct ones of these hashes; leaves them in order.
    pub(crate) fn of_windows(hashes: &mut Vec<u64>) -> Self {
        hashes.sort_unstable();
        hashes.dedup();
        Self {
            hashes: hashes.as_slice().into(),
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
    /// O(n + m), about 1 to 3 ns a shingle.
    #[must_use]
    pub fn shared(&self, other: &Self) -> usize {
        let (a, b) = (self.hashes(), other.hashes());
        let (mut i, mut j, mut shared) = (0, 0, 0);
        // Written so that the compiler needs no branch but the loop's: which side moves on is as
        // good as random, and a mispredicted branch costs more than the whole step.
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            shared += usize::from(x == y);
            i += usize::from(x <= y);
            j += usize::from(y <= x);
        }
        shared
    }
}

/// Appends the hash of each window of word hashes, in order; one of all words when there are fewer
/// than the window.
#[inline(always)]
pub(crate) fn windows(words: &[u64], window: usize, hashes: &mut Vec<u64>) {
    let window = window.clamp(1, words.len().max(1));
    match window {
        // the usual ones, with the loop over the window unrolled
        3 => fixed_windows::<3>(words, hashes),
        5 => fixed_windows::<5>(words, hashes),
        _ => hashes.extend(words.windows(window).map(hash::sequence)),
    }
}

#[inline(always)]
fn fixed_windows<const WINDOW: usize>(words: &[u64], hashes: &mut Vec<u64>) {
    let all = words.windows(WINDOW);
    hashes.extend(all.map(|words| hash::sequence(words.first_chunk::<WINDOW>().unwrap_or(&[0; WINDOW]))));
}

#[cfg(test)]
mod tests {
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
    fn repetition_counts_once() {
        assert_eq!(Shingles::new(&tokens(&"word ".repeat(1000)), 3).len(), 1);
    }
}
