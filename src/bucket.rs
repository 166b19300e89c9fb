//! Signatures to buckets: band keys, and how many bands of how many rows.

use serde::{Deserialize, Serialize};

use crate::hash;
use crate::phrase::{Phrases, phrases};

/// How a signature is cut: `bands` keys made of `rows` slots each.
///
/// Two articles share a bucket when all rows of a band agree. With Jaccard similarity J that
/// happens in at least one band with probability 1 - (1 - J^rows)^bands, the S-curve.
///
/// # References
///
/// - P. Indyk, R. Motwani, "Approximate nearest neighbors" (1998): locality-sensitive hashing.
/// - J. Leskovec, A. Rajaraman, J. Ullman, "Mining of Massive Datasets", chapter 3: the S-curve.
///
/// ```
/// use samestory::bucket::Bands;
///
/// // Nine of ten pairs at Jaccard 0.3, from 256 slots:
/// let bands = Bands::for_goal(0.3, 0.9, 256).unwrap();
/// assert_eq!(bands, Bands { bands: 85, rows: 3 });
/// assert!((bands.hit_rate(0.3) - 0.902).abs() < 0.001);
/// assert!(bands.hit_rate(0.02) < 0.001); // pairs of different events
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    /// How many keys an article has; at least 1.
    pub bands: usize,
    /// How many slots make a key; at least 1.
    pub rows: usize,
}

impl Bands {
    /// The most selective cut that still finds pairs at Jaccard `threshold` with probability
    /// `recall`, from at most `num_hashes` slots: the largest number of rows that reaches it.
    ///
    /// `None` when even one row does not reach it: more slots are needed, or less recall.
    ///
    /// ```
    /// use samestory::bucket::Bands;
    ///
    /// assert_eq!(Bands::for_goal(0.8, 0.95, 128), Some(Bands { bands: 18, rows: 7 }));
    /// assert_eq!(Bands::for_goal(0.01, 0.99, 128), None);
    /// ```
    #[must_use]
    pub fn for_goal(threshold: f64, recall: f64, num_hashes: usize) -> Option<Self> {
        (1..=num_hashes)
            .rev()
            .map(|rows| Self {
                bands: num_hashes / rows,
                rows,
            })
            .find(|bands| bands.hit_rate(threshold) >= recall)
    }

    /// The probability in [0, 1] that two articles of this Jaccard similarity share a bucket.
    #[must_use]
    pub fn hit_rate(&self, jaccard: f64) -> f64 {
        1.0 - power(1.0 - power(jaccard, self.rows), self.bands)
    }

    /// How many slots of a signature the bands take.
    #[must_use]
    pub const fn num_hashes(&self) -> usize {
        self.bands * self.rows
    }

    /// The key of one band of a signature; articles with the same key share a bucket. Keys of different
    /// bands never meet, by their hash.
    ///
    /// # Panics
    ///
    /// When the signature has fewer than `(band + 1) * rows` slots.
    ///
    /// ```
    /// use samestory::bucket::Bands;
    /// use samestory::shingle::Shingles;
    /// use samestory::signature::Signer;
    /// use samestory::token::tokens;
    ///
    /// let sign = |text| Signer::new(8).sign(&Shingles::new(&tokens(text), 3)).unwrap();
    /// let (a, b) = (sign("The ferry ran aground"), sign("the ferry ran aground!"));
    /// let bands = Bands { bands: 4, rows: 2 };
    /// assert_eq!(bands.key(a.slots(), 3), bands.key(b.slots(), 3));
    /// assert_ne!(bands.key(a.slots(), 2), bands.key(a.slots(), 3));
    /// ```
    #[must_use]
    pub fn key(&self, slots: &[u32], band: usize) -> u32 {
        let mut key = hash::constant(band as u64);
        for &slot in &slots[band * self.rows..(band + 1) * self.rows] {
            key = hash::mix(key ^ u64::from(slot));
        }
        (key >> 32) as u32
    }
}

/// The bucket keys of some articles.
///
/// An article has a key for each band of its signature, and shares a bucket with those that are like it
/// as a whole. And it has a key for each two sampled shingles that follow each other, one in four being
/// a sample by its hash. So it shares a bucket with an excerpt however long it is itself, and
/// with few of which it is no copy: two samples in a row are a phrase of six words on average.
///
/// # References
///
/// - U. Manber, "Finding Similar Files in a Large File System" (1994): shingles sampled by their hash.
///
/// ```
/// use samestory::bucket::{Bands, Buckets};
///
/// let mut buckets = Buckets::new(Bands { bands: 2, rows: 2 });
/// buckets.push(Some(&[1, 2, 3, 4]));
/// buckets.push(None); // an article without words
/// assert_eq!(buckets.len(), 2);
/// ```
#[derive(Clone, Debug)]
pub struct Buckets {
    bands: Bands,
    /// How many articles there are.
    articles: u32,
    /// Those that have words, ascending.
    with_words: Vec<u32>,
    /// For each band the keys of these.
    band_keys: Vec<Vec<u32>>,
    phrases: Phrases,
}

impl Buckets {
    /// No articles yet.
    #[must_use]
    pub fn new(bands: Bands) -> Self {
        Self {
            bands,
            articles: 0,
            with_words: Vec::new(),
            band_keys: vec![Vec::new(); bands.bands],
            phrases: Phrases::default(),
        }
    }

    /// The next article, by the slots of its signature.
    ///
    /// # Panics
    ///
    /// When there are fewer slots than the bands take.
    pub fn push(&mut self, slots: Option<&[u32]>) {
        self.push_with_phrases(slots, &[]);
    }

    /// The next article, by the slots of its signature and by its windows in the order of the text.
    pub(crate) fn push_with_phrases(&mut self, slots: Option<&[u32]>, windows: &[u64]) {
        if let Some(slots) = slots {
            self.with_words.push(self.articles);
            for (band, keys) in self.band_keys.iter_mut().enumerate() {
                keys.push(self.bands.key(slots, band));
            }
        }
        self.phrases.push(phrases(windows));
        self.articles += 1;
    }

    /// How many articles there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.articles as usize
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.articles == 0
    }

    /// How many bands the keys are of.
    pub(crate) const fn bands(&self) -> usize {
        self.bands.bands
    }

    /// Article and key of one band, ascending by article.
    pub(crate) fn of_band(&self, band: usize) -> impl Iterator<Item = (u32, u32)> {
        let keys = self.band_keys[band].iter().copied();
        self.with_words.iter().copied().zip(keys)
    }

    /// Their phrases.
    pub(crate) const fn phrases(&self) -> &Phrases {
        &self.phrases
    }
}

/// x^n by multiplication only, so that it is the same on every platform.
fn power(x: f64, n: usize) -> f64 {
    match n {
        0 => 1.0,
        n if n % 2 == 1 => x * power(x, n - 1),
        n => power(x * x, n / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_is_the_published_table() {
        for (bands, rows, jaccard, expected) in [
            (64, 2, 0.25, 0.984),
            (42, 3, 0.4, 0.938),
            (85, 3, 0.3, 0.902),
            (16, 8, 0.8, 0.947),
            (20, 13, 0.8, 0.677),
        ] {
            let rate = Bands { bands, rows }.hit_rate(jaccard);
            assert!(
                (rate - expected).abs() < 0.0006,
                "{bands} x {rows} at {jaccard}: {rate}"
            );
        }
    }

    #[test]
    fn the_goal_is_reached_and_one_row_more_would_miss_it() {
        for (threshold, recall, k) in [
            (0.3, 0.9, 256),
            (0.5, 0.99, 128),
            (0.8, 0.5, 64),
            (1.0, 1.0, 16),
        ] {
            let found = Bands::for_goal(threshold, recall, k).unwrap();
            assert!(found.hit_rate(threshold) >= recall && found.num_hashes() <= k);
            let more = Bands {
                bands: k / (found.rows + 1),
                rows: found.rows + 1,
            };
            assert!(more.bands == 0 || more.hit_rate(threshold) < recall);
        }
    }
}
