//! Pairs that share a bucket.

use ahash::AHashMap;
use rayon::prelude::*;

use super::{Pair, within};
use crate::bucket::Buckets;
use crate::phrase::REST_BITS;
use crate::progress::{Run, Step};

/// All pairs of articles that share a bucket, ascending, each once. Articles are numbered through all
/// parts in their order.
///
/// In a bucket the first 32 articles are paired with each other, and each one after them with the first and with
/// the eight before it, which keeps the bucket connected. So identical articles always meet, however many they are.
/// Keys are 32 bits wide, so some pairs are chance, one in 2^32 of all.
///
/// # Complexity
///
/// O(n b) for n articles of b keys, plus the candidates; 16 bytes an article and thread beside them.
///
/// ```
/// use samestory::bucket::{Bands, Buckets};
/// use samestory::candidate;
/// use samestory::shingle::Shingles;
/// use samestory::signature::Signer;
/// use samestory::token::tokens;
///
/// let texts = ["the ferry ran aground", "a late goal won the cup", "The ferry ran aground."];
/// let signer = Signer::new(64);
/// let mut buckets = Buckets::new(Bands { bands: 32, rows: 2 });
/// for text in texts {
///     let signature = signer.sign(&Shingles::new(&tokens(text), 3));
///     buckets.push(signature.as_ref().map(|signature| signature.slots()));
/// }
/// assert_eq!(candidate::from_buckets(&[buckets]), [(0, 2)]);
/// ```
#[must_use]
pub fn from_buckets(parts: &[Buckets]) -> Vec<Pair> {
    sharing_buckets(parts, &Run::default())
}

/// The same as part of a run.
pub(crate) fn sharing_buckets(parts: &[Buckets], run: &Run<'_>) -> Vec<Pair> {
    let starts: Vec<u32> = parts
        .iter()
        .scan(0, |next, part| {
            let start = *next;
            *next += part.len() as u32;
            Some(start)
        })
        .collect();
    let bands = parts.iter().map(Buckets::bands).max().unwrap_or(0);
    let slices = parts.iter().map(|part| part.phrases().slices());
    let tasks = bands + slices.max().unwrap_or(0);
    let sorting = run.step(Step::Buckets, tasks);
    let articles: usize = parts.iter().map(Buckets::len).sum();
    let ranges = articles.div_ceil(RANGE);
    let found: Vec<InRanges> = (0..tasks)
        .into_par_iter()
        // what one needs is used by the next
        .with_min_len(tasks.div_ceil(4 * rayon::current_num_threads()))
        .map_init(Bucketing::default, |bucketing, task| {
            if !sorting.add(1) {
                return InRanges::new(&[], ranges);
            }
            bucketing.entries.clear();
            for (part, start) in parts.iter().zip(&starts) {
                let entry = |(article, key): (u32, u32)| pack(key, start + article);
                let entries = &mut bucketing.entries;
                match task.checked_sub(bands) {
                    None => entries.extend(part.of_band(task).map(entry)),
                    Some(slice) => entries.extend(part.phrases().slice(slice).map(entry)),
                }
            }
            let bits = if task < bands { u32::BITS } else { REST_BITS };
            bucketing.pairs(bits, ranges)
        })
        .collect();
    let phrases = parts.iter().flat_map(|part| part.phrases().numbers());
    let phrases: Vec<u32> = phrases.copied().collect();
    let enough = (0..ranges).into_par_iter();
    let enough = enough.map_init(AHashMap::<u64, u32>::new, |shared, range| {
        shared.clear();
        for (found, task) in found.iter().zip(0..) {
            // one band says enough
            let weight = if task < bands { ENOUGH } else { 1 };
            for &pair in found.of_range(range) {
                let shared = shared.entry(pair).or_default();
                *shared = shared.saturating_add(weight);
            }
        }
        let pairs = shared.iter().filter_map(|(&pair, &shared)| {
            let (a, b) = unpack(pair);
            shares_enough(shared, phrases[a as usize], phrases[b as usize]).then_some((a, b))
        });
        let mut pairs: Vec<Pair> = pairs.collect();
        pairs.sort_unstable();
        pairs
    });
    enough.flatten_iter().collect()
}

/// Pairs of articles that share a bucket, packed: those of one range behind those of the other.
struct InRanges {
    pairs: Vec<u64>,
    /// Where each range ends.
    ends: Vec<usize>,
}

impl InRanges {
    /// Puts pairs into so many ranges.
    fn new(pairs: &[u64], ranges: usize) -> Self {
        let range_of = |pair: u64| unpack(pair).0 as usize / RANGE;
        let mut ends = vec![0; ranges];
        for &pair in pairs {
            ends[range_of(pair)] += 1;
        }
        // first where each begins
        let mut next = 0;
        for end in &mut ends {
            next += std::mem::replace(end, next);
        }
        let mut of_ranges = vec![0; pairs.len()];
        for &pair in pairs {
            let end = &mut ends[range_of(pair)];
            of_ranges[*end] = pair;
            *end += 1;
        }
        Self {
            pairs: of_ranges,
            ends,
        }
    }

    fn of_range(&self, range: usize) -> &[u64] {
        let begin = range.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.pairs[begin..self.ends[range]]
    }
}

/// The pairs whose first articles are so many in a row are looked through at once.
const RANGE: usize = 1 << 12;

/// Two articles must share one of so many phrases of the one that has fewer. Of a text that shares half
/// its windows with another they share a fourth even where single words differ all along.
const PHRASES: u32 = 16;

/// Whether two articles with so many phrases share enough of them to be compared: one of sixteen of the one that has
/// fewer. It is asked of pairs that share no band.
///
/// ```
/// use samestory::candidate::shares_enough;
///
/// assert!(shares_enough(2, 32, 500) && !shares_enough(2, 33, 500));
/// ```
#[must_use]
pub const fn shares_enough(shared: u32, a: u32, b: u32) -> bool {
    let fewer = if a < b { a } else { b };
    shared >= fewer.div_ceil(PHRASES)
}

/// More than any number of shared phrases that may be asked.
const ENOUGH: u32 = u32::MAX;

/// Two numbers in one, ordered as the pair is.
fn pack(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

fn unpack(packed: u64) -> (u32, u32) {
    ((packed >> 32) as u32, packed as u32)
}

/// What one thread needs to make buckets.
#[derive(Default)]
struct Bucketing {
    /// Key and article, packed.
    entries: Vec<u64>,
    sorted: Vec<u64>,
    members: Vec<u32>,
    /// Packed.
    pairs: Vec<u64>,
}

impl Bucketing {
    /// The pairs of the entries, of which the keys have so many bits.
    fn pairs(&mut self, bits: u32, ranges: usize) -> InRanges {
        sort_by_key(&mut self.entries, &mut self.sorted, bits);
        self.pairs.clear();
        for bucket in self.entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            if bucket.len() == 1 {
                continue;
            }
            self.members.clear();
            self.members
                .extend(bucket.iter().map(|&entry| entry as u32));
            // a text may say a phrase twice
            self.members.dedup();
            within(&self.members, |(a, b)| self.pairs.push(pack(a, b)));
        }
        InRanges::new(&self.pairs, ranges)
    }
}

/// Sorts entries that ascend by their lower halves by their upper halves, which have so many bits.
pub(crate) fn sort_by_key(entries: &mut Vec<u64>, sorted: &mut Vec<u64>, bits: u32) {
    /// A pass sorts by so many bits at most.
    const MOST: u32 = 12;
    if entries.len() < 1 << MOST {
        entries.sort_unstable();
        return;
    }
    sorted.resize(entries.len(), 0);
    let passes = bits.div_ceil(MOST);
    let digits = bits.div_ceil(passes);
    for pass in 0..passes {
        let shift = 32 + pass * digits;
        let digit = |entry: u64| (entry >> shift) as usize & ((1 << digits) - 1);
        let mut places = [0usize; 1 << MOST];
        for &entry in &*entries {
            places[digit(entry)] += 1;
        }
        let mut next = 0;
        for place in &mut places {
            next += std::mem::replace(place, next);
        }
        for &entry in &*entries {
            let place = &mut places[digit(entry)];
            sorted[*place] = entry;
            *place += 1;
        }
        std::mem::swap(entries, sorted);
    }
}
