//! Buckets and terms to candidates: the pairs that are worth a look.
//!
//! Articles are meant in the library's order, by time and id, and named by their place in it. Both
//! ways in are functions of that order alone, take work in proportion to the number of articles,
//! and drop nothing: where a bucket or a term is too common to pair all that have it, each article
//! is paired with its neighbours in time.

use rayon::prelude::*;

use crate::bucket::Bands;
use crate::signature::Signature;
use crate::term::TermVector;

/// Two articles by their places in the library's order, the earlier one first.
pub type Pair = (u32, u32);

/// Up to this many articles, all pairs of a bucket are candidates.
const FULL_BUCKET: usize = 32;
/// In a larger bucket each article is paired with the first one and with that many before it.
const BUCKET_NEIGHBOURS: usize = 8;
/// How many entries of the term index are read for an article at most, rarest terms first.
const VISITS: usize = 1 << 14;
/// How many neighbours by terms an article keeps at most when not all entries were read.
const NEIGHBOURS: usize = 128;

/// All pairs of articles that share a bucket, ascending, each once.
///
/// In a bucket of more than 32 articles each is paired with the first and with the eight before
/// it, which keeps the bucket connected. So identical articles always meet, however many they are.
///
/// # Complexity
///
/// O(n b log n) for n articles and b bands, plus the candidates.
///
/// ```
/// use samestory::bucket::Bands;
/// use samestory::candidate;
/// use samestory::shingle::Shingles;
/// use samestory::signature::Signer;
/// use samestory::token::tokens;
///
/// let texts = ["the ferry ran aground", "a late goal won the cup", "The ferry ran aground."];
/// let signer = Signer::new(64);
/// let signatures = texts.map(|text| signer.sign(&Shingles::new(&tokens(text), 3)));
/// let bands = Bands { bands: 32, rows: 2 };
/// assert_eq!(candidate::from_buckets(&signatures, bands), [(0, 2)]);
/// ```
///
/// # Panics
///
/// When a signature has fewer slots than the bands take.
#[must_use]
pub fn from_buckets(signatures: &[Option<Signature>], bands: Bands) -> Vec<Pair> {
    let pairs = (0..bands.bands).into_par_iter().flat_map_iter(|band| {
        let mut keyed: Vec<(u64, u32)> = signatures
            .iter()
            .zip(0..)
            .filter_map(|(signature, article)| {
                Some((bands.key(signature.as_ref()?, band), article))
            })
            .collect();
        keyed.sort_unstable();
        let mut pairs = Vec::new();
        for bucket in keyed.chunk_by(|a, b| a.0 == b.0) {
            pair_up(bucket, &mut pairs);
        }
        sorted(pairs)
    });
    sorted(pairs.collect())
}

/// Appends the candidates of one bucket.
fn pair_up(bucket: &[(u64, u32)], pairs: &mut Vec<Pair>) {
    let reach = if bucket.len() <= FULL_BUCKET {
        FULL_BUCKET
    } else {
        BUCKET_NEIGHBOURS
    };
    for (at, &(_, article)) in bucket.iter().enumerate() {
        let near = at.saturating_sub(reach);
        pairs.extend(
            bucket[near..at]
                .iter()
                .map(|&(_, earlier)| (earlier, article)),
        );
        if near > 0 {
            pairs.push((bucket[0].1, article));
        }
    }
}

/// All pairs of articles whose dot product is at least `least_dot`, ascending, each once.
///
/// Each article looks up its terms, the rarest first, among the articles before it. After 16,384
/// entries it stops, the last list read from its end, and keeps the 128 best of what it met. Up to
/// a few thousand articles that never happens and the answer is complete; in larger collections it
/// misses some pairs that share only common words, most of them far apart in time.
///
/// # Complexity
///
/// O(n (v + m)) for n articles of m terms and v entries read.
///
/// # References
///
/// - R. Bayardo, Y. Ma, R. Srikant, "Scaling Up All Pairs Similarity Search" (2007): the inverted
///   index, queried while in order.
///
/// ```
/// use samestory::candidate;
/// use samestory::term::{Terms, TermVector, Vocabulary};
/// use samestory::token::tokens;
/// use samestory::Background;
///
/// let texts = ["Ferry aground off Marr", "Cup final goes to Stannick", "Marr ferry refloated"];
/// let terms: Vec<Terms> = texts.iter().map(|text| Terms::new(&tokens(text))).collect();
/// let vocabulary = Vocabulary::new(&terms, &Background::english(), 2000.0);
/// let vectors: Vec<TermVector> = terms.iter().map(|terms| vocabulary.vector(terms)).collect();
/// let least_dot = TermVector::DOT_ONE / 5; // a cosine of 0.2
/// assert_eq!(candidate::from_terms(&vectors, least_dot), [(0, 2)]);
/// ```
#[must_use]
pub fn from_terms(vectors: &[TermVector], least_dot: u64) -> Vec<Pair> {
    let index = TermIndex::new(vectors);
    let scratch = || (vec![0; vectors.len()], Vec::new());
    let pairs =
        (0..vectors.len() as u32)
            .into_par_iter()
            .map_init(scratch, |(dots, met), article| {
                let complete = index.look_up(vectors, article, dots, met);
                if !complete && met.len() > NEIGHBOURS {
                    // the best ones; of equally good ones the latest
                    let by_dot = |&earlier: &u32| (dots[earlier as usize], earlier);
                    met.select_nth_unstable_by(NEIGHBOURS - 1, |a, b| by_dot(b).cmp(&by_dot(a)));
                    met[NEIGHBOURS..]
                        .iter()
                        .for_each(|&earlier| dots[earlier as usize] = 0);
                    met.truncate(NEIGHBOURS);
                }
                let mut pairs = Vec::new();
                for earlier in met.drain(..) {
                    let found = u64::from(std::mem::take(&mut dots[earlier as usize]));
                    let exact = || vectors[article as usize].dot(&vectors[earlier as usize]);
                    if found >= least_dot || (!complete && exact() >= least_dot) {
                        pairs.push((earlier, article));
                    }
                }
                pairs
            });
    sorted(pairs.flatten_iter().collect())
}

/// Which articles have a term, and with what weight.
struct TermIndex {
    /// Where the entries of each term begin, one more than there are terms.
    starts: Vec<usize>,
    /// Article and weight, ascending by article within a term.
    entries: Vec<(u32, u32)>,
}

impl TermIndex {
    fn new(vectors: &[TermVector]) -> Self {
        let all = || {
            vectors
                .iter()
                .zip(0..)
                .flat_map(|(vector, article)| vector.weights().iter().map(move |w| (article, w)))
        };
        let terms = all()
            .map(|(_, weight)| weight.term as usize + 1)
            .max()
            .unwrap_or(0);
        let mut starts = vec![0; terms + 1];
        for (_, weight) in all() {
            starts[weight.term as usize + 1] += 1;
        }
        for term in 0..terms {
            starts[term + 1] += starts[term];
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0); starts[terms]];
        for (article, weight) in all() {
            let at = &mut next[weight.term as usize];
            entries[*at] = (article, weight.weight);
            *at += 1;
        }
        Self { starts, entries }
    }

    /// Adds up the products of an article's terms with those of earlier articles in `dots`, and
    /// notes in `met` which of these are not 0. Returns whether every entry was read, so that the
    /// sums are the dot products.
    fn look_up(
        &self,
        vectors: &[TermVector],
        article: u32,
        dots: &mut [u32],
        met: &mut Vec<u32>,
    ) -> bool {
        let mut visits = VISITS;
        for weight in vectors[article as usize].weights() {
            let term = weight.term as usize;
            let entries = &self.entries[self.starts[term]..self.starts[term + 1]];
            let earlier = &entries[..entries.partition_point(|&(other, _)| other < article)];
            let read = &earlier[earlier.len().saturating_sub(visits)..];
            for &(other, other_weight) in read {
                let dot = &mut dots[other as usize];
                if *dot == 0 {
                    met.push(other);
                }
                *dot += weight.weight * other_weight;
            }
            if read.len() < earlier.len() {
                return false;
            }
            visits -= read.len();
        }
        true
    }
}

/// The pairs of two lists, ascending, each once.
///
/// ```
/// use samestory::candidate::union;
///
/// assert_eq!(union(vec![(1, 2), (0, 3)], &[(1, 2), (0, 1)]), [(0, 1), (0, 3), (1, 2)]);
/// ```
#[must_use]
pub fn union(mut a: Vec<Pair>, b: &[Pair]) -> Vec<Pair> {
    a.extend_from_slice(b);
    sorted(a)
}

/// Ascending, each pair once.
fn sorted(mut pairs: Vec<Pair>) -> Vec<Pair> {
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}
