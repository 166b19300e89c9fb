//! Two labels of each article to figures: how well the sets of one labelling agree with those of another.
//!
//! One labelling is the gold, what people said; the other is what was found. Labels are names of sets, and only
//! say which articles stand together: renaming them changes nothing.

use std::collections::BTreeMap;
use std::hash::Hash;

use ahash::AHashMap;
use serde::Serialize;

use crate::logarithm::ln;

/// How well a clustering agrees with the gold labels of the same articles.
///
/// Sums are of integers, and of quotients in the order of their denominators: the figures are the same bit for
/// bit in any order of the articles and under any labels.
///
/// # Complexity
///
/// O(n log n) time and O(n) memory for n articles, of which there may be four billion.
///
/// # References
///
/// - E. Amigó, J. Gonzalo, J. Artiles, F. Verdejo, "A comparison of extrinsic clustering evaluation metrics based
///   on formal constraints" (2009): BCubed, and why it is the one to look at first.
/// - L. Hubert, P. Arabie, "Comparing partitions" (1985): the adjusted Rand index.
/// - A. Rosenberg, J. Hirschberg, "V-measure: a conditional entropy-based external cluster evaluation measure" (2007).
///
/// ```
/// use samestory::agreement::Agreement;
///
/// // two events; the second one was found in two parts
/// let gold = ["ferry", "ferry", "cup", "cup"];
/// let found = [1, 1, 2, 3];
/// let agreement = Agreement::new(gold.iter().zip(&found));
/// assert_eq!((agreement.gold_stories, agreement.stories), (2, 3));
/// assert_eq!((agreement.bcubed.precision, agreement.bcubed.recall), (1.0, 0.75));
/// assert_eq!((agreement.pairs.precision, agreement.pairs.recall), (1.0, 0.5));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// How many articles were compared.
    pub articles: usize,
    /// How many sets were found.
    pub stories: usize,
    /// How many sets there are in the gold.
    pub gold_stories: usize,
    /// The mean over the articles: of those that were found with an article, itself among them, how many belong
    /// there, and of those that belong there, how many were found.
    pub bcubed: Quotients,
    /// The same over pairs of articles. A large set counts by its square.
    pub pairs: Quotients,
    /// The entropy that one labelling explains of the other: homogeneity as precision, completeness as recall.
    pub v_measure: Quotients,
    /// The Rand index beyond chance: 1 for equal sets, about 0 for random ones, and it may fall below.
    pub adjusted_rand: f64,
}

/// Precision and recall, each in [0, 1]. A part of nothing is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quotients {
    /// How much of what was found is right.
    pub precision: f64,
    /// How much of what is right was found.
    pub recall: f64,
}

impl Quotients {
    /// The harmonic mean of both.
    ///
    /// ```
    /// use samestory::agreement::Quotients;
    ///
    /// assert_eq!(Quotients { precision: 1.0, recall: 0.5 }.f1(), 2.0 / 3.0);
    /// assert_eq!(Quotients { precision: 0.0, recall: 0.0 }.f1(), 0.0);
    /// ```
    #[must_use]
    pub fn f1(self) -> f64 {
        let sum = self.precision + self.recall;
        if sum > 0.0 {
            2.0 * self.precision * self.recall / sum
        } else {
            0.0
        }
    }
}

impl Agreement {
    /// Compares two labels of each article, the gold one first.
    pub fn new<G: Eq + Hash, F: Eq + Hash>(labels: impl IntoIterator<Item = (G, F)>) -> Self {
        let (mut gold, mut found) = (Numbers::new(), Numbers::new());
        let (mut gold_sizes, mut found_sizes) = (Vec::new(), Vec::new());
        let mut parts: AHashMap<(usize, usize), u64> = AHashMap::new();
        for (of_gold, of_found) in labels {
            let part = (
                count(&mut gold, &mut gold_sizes, of_gold),
                count(&mut found, &mut found_sizes, of_found),
            );
            *parts.entry(part).or_default() += 1;
        }
        let articles: u64 = gold_sizes.iter().sum();
        let of_gold = |&(set, _): &(usize, usize)| gold_sizes[set];
        let of_found = |&(_, set): &(usize, usize)| found_sizes[set];
        let (gold_pairs, found_pairs) = (pairs(&gold_sizes), pairs(&found_sizes));
        let hits = pairs(parts.values());
        // n ln n, summed over the parts, over the sets, and of the whole: their differences are entropies
        let (whole, in_parts) = (n_ln_n(&[articles]), n_ln_n(parts.values()));
        let (in_gold, in_found) = (n_ln_n(&gold_sizes), n_ln_n(&found_sizes));
        Self {
            articles: articles as usize,
            stories: found_sizes.len(),
            gold_stories: gold_sizes.len(),
            bcubed: Quotients {
                precision: bcubed(&parts, of_found, articles),
                recall: bcubed(&parts, of_gold, articles),
            },
            pairs: Quotients {
                precision: share(hits, found_pairs),
                recall: share(hits, gold_pairs),
            },
            v_measure: Quotients {
                precision: explained(in_found - in_parts, whole - in_gold),
                recall: explained(in_gold - in_parts, whole - in_found),
            },
            adjusted_rand: adjusted_rand(hits, gold_pairs, found_pairs, pairs(&[articles])),
        }
    }
}

/// The number of each label.
type Numbers<L> = AHashMap<L, usize>;

/// The number of the set of a label, which has one more article now.
fn count<L: Eq + Hash>(numbers: &mut Numbers<L>, sizes: &mut Vec<u64>, label: L) -> usize {
    let next = numbers.len();
    let number = *numbers.entry(label).or_insert(next);
    if number == next {
        sizes.push(0);
    }
    sizes[number] += 1;
    number
}

/// How many pairs there are within sets of these sizes.
fn pairs<'a>(sizes: impl IntoIterator<Item = &'a u64>) -> u128 {
    let pairs = |&n: &u64| u128::from(n) * u128::from(n.saturating_sub(1)) / 2;
    sizes.into_iter().map(pairs).sum()
}

/// The mean over all articles of the share that its part has of its set.
fn bcubed(
    parts: &AHashMap<(usize, usize), u64>,
    size: impl Fn(&(usize, usize)) -> u64,
    articles: u64,
) -> f64 {
    // each article of a part sees the whole part: n times n of the size; whole numbers by size, then quotients in its order
    let mut squares: BTreeMap<u64, u128> = BTreeMap::new();
    for (part, &n) in parts {
        *squares.entry(size(part)).or_default() += u128::from(n) * u128::from(n);
    }
    if articles == 0 {
        return 1.0;
    }
    let shares = squares
        .iter()
        .map(|(&size, &squares)| squares as f64 / size as f64);
    shares.sum::<f64>() / articles as f64
}

/// n ln n, summed over sets of these sizes in the order of their sizes.
fn n_ln_n<'a>(sizes: impl IntoIterator<Item = &'a u64>) -> f64 {
    let mut of_size: BTreeMap<u64, u64> = BTreeMap::new();
    for &size in sizes {
        *of_size.entry(size).or_default() += 1;
    }
    let terms = of_size
        .iter()
        .map(|(&size, &sets)| (sets * size) as f64 * ln(size as f64));
    terms.sum()
}

fn share(part: u128, whole: u128) -> f64 {
    if whole > 0 {
        part as f64 / whole as f64
    } else {
        1.0
    }
}

/// How much of an entropy is explained, when so much of it stays open.
fn explained(open: f64, entropy: f64) -> f64 {
    if entropy > 0.0 {
        // rounding may lead a little beyond
        (1.0 - open / entropy).clamp(0.0, 1.0)
    } else {
        1.0
    }
}

/// (hits - expected) / (mean - expected), where chance would give gold * found / all hits.
fn adjusted_rand(hits: u128, gold: u128, found: u128, all: u128) -> f64 {
    // twice both sides times `all`, so that all is whole; of four billion articles it has 127 bits
    let expected = 2 * (gold * found) as i128;
    let above = 2 * (hits * all) as i128 - expected;
    let mean = ((gold + found) * all) as i128 - expected;
    if mean > 0 {
        above as f64 / mean as f64
    } else {
        // both are one set, or all sets are of one article
        1.0
    }
}
