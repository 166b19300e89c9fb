//! Keys to the articles that have them.

use ahash::AHashMap;
#[cfg(feature = "store")]
use rayon::prelude::*;

use super::lines::{FEW, Lines, MANY};
#[cfg(feature = "store")]
use super::lines::{entry, key_of};
#[cfg(feature = "store")]
use super::packed::put;
use super::pieces::{Piece, Pieces};
#[cfg(feature = "store")]
use super::rows::{Read, put_list};
#[cfg(feature = "store")]
use crate::candidate::sort_by_key;
use crate::candidate::{FULL_BUCKET, before};

/// The buckets of an index: under each key the articles that have it, by their numbers, ascending.
///
/// Nearly all keys have one article, and stand with it in the lines of a part. A bucket of more than [`FEW`] stands by
/// itself.
///
/// # References
///
/// - W. Litwin, "Linear hashing: a new tool for file and table addressing" (1980): there is one part more at a time, so nobody
///   waits for all of them.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// By the first bits of the key, of which the first is the lowest of the part's number. Where those say the number of a
    /// part that is not there yet, it is one bit less.
    parts: Pieces<Lines>,
    /// How many entries the parts have.
    entries: usize,
    /// Buckets of many.
    many: AHashMap<u32, Vec<u32>>,
}

const _: () = assert!(FEW < FULL_BUCKET);
/// So many of the first bits say at least in which part a key is.
const LEAST_BITS: u32 = if cfg!(test) { 1 } else { 8 };
/// With so many entries a part, one is cut in two.
const MEAN: usize = if cfg!(test) { 24 } else { 12_288 };

impl Default for Keys {
    fn default() -> Self {
        Self {
            parts: (0..1 << LEAST_BITS)
                .map(|part| Lines::new(prefix(part), LEAST_BITS as u8))
                .collect(),
            entries: 0,
            many: AHashMap::new(),
        }
    }
}

/// The first key of a part.
fn prefix(part: usize) -> u32 {
    (part as u32).reverse_bits()
}

/// In which of so many parts a key is.
#[inline(always)]
fn part_of(key: u32, parts: usize) -> usize {
    let all = parts.next_power_of_two();
    let part = key.reverse_bits() as usize & (all - 1);
    if part < parts { part } else { part - all / 2 }
}

/// So many bits do all keys of one of so many parts begin with.
#[cfg(feature = "store")]
fn depth_of(part: usize, parts: usize) -> u8 {
    let all = parts.next_power_of_two();
    let has_twin = part | (all / 2) < parts;
    all.ilog2() as u8 - u8::from(!has_twin)
}

/// Keys with their articles, on their way into parts: in slices by the first bits of the key, which fit caches when they are
/// sorted.
#[cfg(feature = "store")]
#[derive(Debug)]
pub(super) struct Listing(Vec<Vec<u64>>);

/// The entries of a slice, of one part of the articles after the other.
#[cfg(feature = "store")]
type Slice = Vec<Vec<u64>>;

#[cfg(feature = "store")]
impl Default for Listing {
    fn default() -> Self {
        Self(vec![Vec::new(); 1 << LEAST_BITS])
    }
}

#[cfg(feature = "store")]
impl Listing {
    /// Adds an article under a key; no article before it has a higher number.
    pub(super) fn push(&mut self, key: u32, article: u32) {
        self.0[(key >> (32 - LEAST_BITS)) as usize].push(entry(key, article));
    }
}

/// Takes the buckets of many out of ascending entries.
#[cfg(feature = "store")]
fn take_many(entries: &mut Vec<u64>, many: &mut Vec<(u32, Vec<u32>)>) {
    let (mut kept, mut rest) = (0, 0);
    while let Some(&first) = entries.get(rest) {
        let key = key_of(first);
        let bucket = entries[rest..].iter();
        let length = bucket.take_while(|&&entry| key_of(entry) == key).count();
        let bucket = rest..rest + length;
        rest += length;
        if length > FEW {
            let articles = entries[bucket].iter().map(|&entry| entry as u32);
            many.push((key, articles.collect()));
            entries[kept] = entry(key, MANY);
            kept += 1;
        } else {
            entries.copy_within(bucket, kept);
            kept += length;
        }
    }
    entries.truncate(kept);
}

/// The parts, of so many, that have the keys of a slice, with their ascending entries.
#[cfg(feature = "store")]
fn parts_of_slice(slice: usize, parts: usize, mut entries: &[u64]) -> Vec<(usize, Lines)> {
    let mut key = (slice as u64) << (32 - LEAST_BITS);
    let end = key + (1 << (32 - LEAST_BITS));
    let mut made = Vec::new();
    while key < end {
        let prefix = key as u32;
        let part = part_of(prefix, parts);
        let depth = depth_of(part, parts);
        key += 1 << (32 - depth);
        let own = entries.partition_point(|&entry| u64::from(key_of(entry)) < key);
        let (own, rest) = entries.split_at(own);
        made.push((part, Lines::of(prefix, depth, 0, own)));
        entries = rest;
    }
    made
}

impl Piece for Lines {
    #[cfg(feature = "store")]
    fn put_image(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.to_image());
    }

    #[cfg(feature = "store")]
    fn of_image(bytes: &[u8], piece: usize, pieces: usize) -> Option<Self> {
        Self::of_image(bytes, prefix(piece), depth_of(piece, pieces))
    }
}

impl Keys {
    /// The buckets of listings of ascending articles; seldom does an article stand twice under a key.
    #[cfg(feature = "store")]
    pub(super) fn of_listings(listings: Vec<Listing>) -> Self {
        let mut slices = vec![Slice::new(); 1 << LEAST_BITS];
        for listing in listings {
            (slices.iter_mut().zip(listing.0)).for_each(|(slice, part)| slice.push(part));
        }
        let entries: usize = slices.iter().flatten().map(Vec::len).sum();
        let number = (entries / MEAN + 1).max(slices.len());
        let slices = slices.into_par_iter().enumerate();
        let made = slices.map_init(
            || (Vec::new(), Vec::new()),
            |(entries, sorted), (at, slice)| {
                entries.clear();
                // what has been read of it is not needed any more
                (slice.into_iter()).for_each(|part| entries.extend_from_slice(&part));
                sort_by_key(entries, sorted, 32 - LEAST_BITS);
                let mut many = Vec::new();
                take_many(entries, &mut many);
                (parts_of_slice(at, number, entries), many)
            },
        );
        let (parts, many): (Vec<_>, Vec<_>) = made.unzip();
        let mut parts: Vec<(usize, Lines)> = parts.into_iter().flatten().collect();
        parts.sort_unstable_by_key(|&(part, _)| part);
        Self {
            entries: parts.iter().map(|(_, lines)| lines.len()).sum(),
            parts: parts.into_iter().map(|(_, lines)| lines).collect(),
            many: many.into_iter().flatten().collect(),
        }
    }

    #[cfg(feature = "store")]
    pub(super) const fn parts(&self) -> &Pieces<Lines> {
        &self.parts
    }

    /// What is beside the parts.
    #[cfg(feature = "store")]
    pub(super) fn to_image(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        put(&mut bytes, self.entries as u64);
        // the same bytes for the same buckets
        let mut many: Vec<(&u32, &Vec<u32>)> = self.many.iter().collect();
        many.sort_unstable();
        for (key, articles) in many {
            bytes.extend(key.to_le_bytes());
            put_list(
                &mut bytes,
                articles.iter().map(|article| article.to_le_bytes()),
            );
        }
        bytes
    }

    #[cfg(feature = "store")]
    pub(super) fn of_image(bytes: &[u8], parts: Pieces<Lines>) -> Option<Self> {
        (parts.len() >= 1 << LEAST_BITS).then_some(())?;
        let (mut read, mut many) = (Read(bytes), AHashMap::new());
        let entries = read.number()?;
        while !read.0.is_empty() {
            many.insert(read.u32()?, read.list(u32::from_le_bytes)?);
        }
        Some(Self {
            parts,
            entries,
            many,
        })
    }

    fn part(&self, key: u32) -> &Lines {
        let part = self.parts.get(part_of(key, self.parts.len()));
        part.expect("each key has a part")
    }

    fn part_mut(&mut self, key: u32) -> &mut Lines {
        let part = self.parts.get_mut(part_of(key, self.parts.len()));
        part.expect("each key has a part")
    }

    /// Asks for the places of keys ahead of their use: each is anywhere in a large memory.
    pub(super) fn fetch(&self, keys: &[u32]) {
        keys.iter().for_each(|&key| self.part(key).fetch(key));
    }

    /// The articles under a key, ascending, into a buffer.
    pub(super) fn get<'a>(&'a self, key: u32, buffer: &'a mut Vec<u32>) -> &'a [u32] {
        buffer.clear();
        self.part(key).of_key(key, |article| buffer.push(article));
        if buffer.first() == Some(&MANY) {
            return &self.many[&key];
        }
        buffer.sort_unstable();
        buffer
    }

    /// With which articles before it one with this key is paired.
    pub(super) fn candidates(
        &self,
        key: u32,
        article: u32,
        buffer: &mut Vec<u32>,
        mut found: impl FnMut(u32),
    ) {
        let members = self.get(key, buffer);
        let earlier = &members[..members.partition_point(|&member| member < article)];
        before(earlier).for_each(|&member| found(member));
    }

    /// Adds an article under all its keys.
    pub(super) fn insert_all(&mut self, keys: &[u32], article: u32) {
        self.fetch(keys);
        keys.iter().for_each(|&key| self.insert(key, article));
    }

    /// Adds an article that is not there yet.
    fn insert(&mut self, key: u32, article: u32) {
        match self.part_mut(key).insert(key, article) {
            Ok(()) => self.count(),
            Err([MANY, ..]) => {
                let members = self.many.entry(key).or_default();
                let at = members.partition_point(|&member| member < article);
                members.insert(at, article);
            }
            Err(few) => {
                few.iter().for_each(|&member| self.take(key, member));
                self.put(key, MANY);
                let mut members = few.to_vec();
                members.push(article);
                members.sort_unstable();
                self.many.insert(key, members);
            }
        }
    }

    /// Puts an entry into its part.
    fn put(&mut self, key: u32, article: u32) {
        self.part_mut(key).put(key, article);
        self.count();
    }

    /// Counts an entry that has come, and cuts a part in two when there are many.
    fn count(&mut self) {
        self.entries += 1;
        let parts = self.parts.len();
        if self.entries > MEAN * parts {
            let whole = part_of(prefix(parts), parts);
            let whole = self.parts.get_mut(whole);
            let other = whole.expect("each key has a part").split();
            self.parts.push(other);
        }
    }

    /// Takes an entry out of its part.
    fn take(&mut self, key: u32, article: u32) {
        let was_there = self.part_mut(key).remove(key, article);
        self.entries -= usize::from(was_there);
    }

    /// Takes an article out from under all its keys. Calls with those behind it in buckets where not every article is
    /// paired with every other: they may be paired with others now.
    pub(super) fn remove_all(
        &mut self,
        keys: &[u32],
        article: u32,
        mut behind: impl FnMut(&[u32]),
    ) {
        self.fetch(keys);
        for &key in keys {
            if let Some(members) = self.many.get(&key)
                && members.len() > FULL_BUCKET
            {
                behind(&members[members.partition_point(|&member| member <= article)..]);
            }
            self.remove(key, article);
        }
    }

    /// Takes an article out again.
    fn remove(&mut self, key: u32, article: u32) {
        let Some(members) = self.many.get_mut(&key) else {
            self.take(key, article);
            return;
        };
        members.retain(|&member| member != article);
        if members.len() <= FEW / 2 {
            let members = self.many.remove(&key).unwrap_or_default();
            self.take(key, MANY);
            members.iter().for_each(|&member| self.put(key, member));
        }
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let many = self
            .many
            .values()
            .map(|members| 4 * members.capacity() + 40);
        self.parts.iter_read().map(Lines::bytes).chain(many).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    type Naive = BTreeMap<u32, BTreeSet<u32>>;

    /// Some keys beside each other, at the beginning, in the middle and at the end, and some anywhere.
    fn key(at: u32) -> u32 {
        match at {
            0..6 => (at / 2) * 0x3FFF_FFFF + at % 2,
            6..46 => u32::MAX - (at - 6),
            _ => at.wrapping_mul(0x9E37_79B9),
        }
    }

    fn check(buckets: &Keys, naive: &Naive) {
        let mut buffer = Vec::new();
        for at in 0..400 {
            let expected = naive.get(&key(at)).into_iter().flatten();
            let expected: Vec<u32> = expected.copied().collect();
            assert_eq!(buckets.get(key(at), &mut buffer), expected);
        }
        buckets.parts.iter_read().for_each(Lines::check);
        assert_eq!(
            buckets.entries,
            buckets.parts.iter_read().map(Lines::len).sum()
        );
    }

    #[cfg(feature = "store")]
    fn listed(naive: &Naive) -> Keys {
        let articles = naive
            .iter()
            .flat_map(|(&key, articles)| articles.iter().map(move |&article| (article, key)));
        let mut entries: Vec<(u32, u32)> = articles.collect();
        entries.sort_unstable();
        let mut listings = [Listing::default(), Listing::default()];
        for (at, &(article, key)) in entries.iter().enumerate() {
            listings[usize::from(at > entries.len() / 3)].push(key, article);
        }
        Keys::of_listings(listings.into())
    }

    proptest! {
        #[test]
        fn it_is_a_map_of_sets(
            steps in prop::collection::vec(
                (
                    prop_oneof![3 => Just(true), 2 => Just(false)],
                    prop_oneof![0u32..6, 6u32..46, 46u32..400],
                    // articles of now, old ones, and any
                    prop_oneof![8 => (0u32..24).prop_map(Ok), 1 => (0u32..24).prop_map(Err), 1 => any::<u32>().prop_map(Err)],
                    // how far it is to the next ones
                    prop_oneof![100 => Just(0), 20 => 0u32..9, 2 => 0u32..5_000, 1 => 0u32..1 << 28],
                ),
                0..900,
            ),
        ) {
            let (mut buckets, mut naive) = (Keys::default(), Naive::new());
            let mut now = 0u32;
            for (step, (add, at, article, further)) in steps.into_iter().enumerate() {
                now = now.saturating_add(further).min(u32::MAX - 30);
                let article = article.map_or_else(|any| any.min(MANY - 1), |near| now + near);
                let members = naive.entry(key(at)).or_default();
                // one that is there, where any is
                let gone = members.range(article..).next().or(members.first()).copied();
                match (add, gone) {
                    (true, _) if members.insert(article) => buckets.insert(key(at), article),
                    (false, Some(gone)) => {
                        members.remove(&gone);
                        buckets.remove(key(at), gone);
                    }
                    _ => {}
                }
                if step % 32 == 0 {
                    check(&buckets, &naive);
                }
            }
            check(&buckets, &naive);
            #[cfg(feature = "store")]
            check(&listed(&naive), &naive);
            for (&key, members) in &mut naive {
                while let Some(gone) = members.pop_first() {
                    buckets.remove(key, gone);
                }
            }
            check(&buckets, &naive);
            prop_assert_eq!(buckets.entries, 0);
        }
    }

    /// As an index is used: articles come and go, some are never gone, and keys are anywhere.
    #[test]
    fn a_window_of_articles_stays_small() {
        let (mut buckets, mut naive) = (Keys::default(), Naive::new());
        let key = |article: u32, at: u32| hash(article / 3 * 64 + at);
        let keys = |article: u32| (0..40).map(move |at| key(article, at));
        let (mut loose, mut moved, mut most) = (0, 0, 0);
        for article in 0..4_000 {
            for key in keys(article) {
                buckets.insert(key, article);
                naive.entry(key).or_default().insert(article);
            }
            if let Some(old) = article.checked_sub(600)
                && old % 200 > 0
            {
                for key in keys(old) {
                    buckets.remove(key, old);
                    naive.get_mut(&key).unwrap().remove(&old);
                }
            }
            if article % 500 == 499 {
                let mut buffer = Vec::new();
                for (&key, members) in &naive {
                    let members: Vec<u32> = members.iter().copied().collect();
                    assert_eq!(buckets.get(key, &mut buffer), members);
                }
                for part in buckets.parts.iter_read() {
                    part.check();
                    let (apart, made_way) = part.apart();
                    (loose, moved) = (loose + apart, moved + made_way);
                }
                most = most.max(buckets.bytes());
            }
        }
        assert!(loose > 0 && moved > 0, "{loose} {moved}");
        // parts are small here, so their heads and last lines take much
        assert!(most < 620 * 40 * 20, "{most}");
    }

    fn hash(number: u32) -> u32 {
        (crate::hash::sequence(&[number.into()]) >> 32) as u32
    }
}
