//! Pairs that share a bucket.

use rayon::prelude::*;

use super::{Pair, within};
use crate::bucket::Buckets;
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
    let sorting = run.step(Step::Buckets, bands + PHRASE_SLICES);
    let mut found: Vec<(u64, u32)> = (0..bands + PHRASE_SLICES)
        .into_par_iter()
        .map_init(Bucketing::default, |bucketing, slice| {
            if !sorting.add(1) {
                return Vec::new();
            }
            bucketing.entries.clear();
            for (part, start) in parts.iter().zip(&starts) {
                let entry = |(article, key): (u32, u32)| pack(key, start + article);
                let entries = &mut bucketing.entries;
                match slice.checked_sub(bands) {
                    None => entries.extend(part.of_band(slice).map(entry)),
                    Some(slice) => entries.extend(
                        part.of_phrases()
                            .iter()
                            .filter(|(_, key)| *key as usize % PHRASE_SLICES == slice)
                            .map(|&phrase| entry(phrase)),
                    ),
                }
            }
            let mut pairs = bucketing.pairs();
            if slice < bands {
                // one band says enough
                pairs.iter_mut().for_each(|(_, times)| *times = ENOUGH);
            }
            pairs
        })
        .flatten_iter()
        .collect();
    found.par_sort_unstable();
    let phrases: Vec<u32> = parts
        .iter()
        .flat_map(Buckets::phrases_of_articles)
        .collect();
    found
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|found| {
            let (a, b) = unpack(found[0].0);
            let shared = found
                .iter()
                .map(|&(_, times)| times)
                .fold(0, u32::saturating_add);
            shares_enough(shared, phrases[a as usize], phrases[b as usize]).then_some((a, b))
        })
        .collect()
}

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

/// In so many slices the phrases are sorted, which bounds the memory.
const PHRASE_SLICES: usize = 8;

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
}

impl Bucketing {
    /// The pairs of the entries, packed, and in how many buckets each is.
    fn pairs(&mut self) -> Vec<(u64, u32)> {
        sort_by_key(&mut self.entries, &mut self.sorted);
        let mut pairs = Vec::new();
        for bucket in self.entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            if bucket.len() == 1 {
                continue;
            }
            self.members.clear();
            self.members
                .extend(bucket.iter().map(|&entry| entry as u32));
            // a text may say a phrase twice
            self.members.dedup();
            within(&self.members, |(a, b)| pairs.push(pack(a, b)));
        }
        pairs.sort_unstable();
        let same = pairs.chunk_by(|a, b| a == b);
        same.map(|same| (same[0], same.len() as u32)).collect()
    }
}

/// Sorts entries that ascend by their lower halves by their upper halves.
fn sort_by_key(entries: &mut Vec<u64>, sorted: &mut Vec<u64>) {
    const BITS: u32 = 11;
    if entries.len() < 1 << BITS {
        entries.sort_unstable();
        return;
    }
    sorted.resize(entries.len(), 0);
    for shift in [32, 32 + BITS, 32 + 2 * BITS] {
        let digit = |entry: u64| (entry >> shift) as usize & ((1 << BITS) - 1);
        let mut places = [0usize; 1 << BITS];
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
