//! Keys to the articles that have them.

use std::mem;

use ahash::AHashMap;
#[cfg(feature = "store")]
use rayon::prelude::*;

#[cfg(feature = "store")]
use crate::candidate::sort_by_key;
use crate::candidate::{FULL_BUCKET, before};
use crate::lanes::fetch;

/// The buckets of an index: under each key the articles that have it, by their numbers, ascending.
///
/// Nearly all keys have one article, so key and article stand beside each other, 8 bytes an entry, in tables that are in
/// order with gaps between. A bucket of more than [`FEW`] stands by itself.
///
/// # References
///
/// - O. Amble, D. Knuth, "Ordered hash tables" (1974): in order, a search that finds nothing is as short as one that finds.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// By the highest bits of the key. They grow one at a time, so that nobody waits for all of them. Many small ones would
    /// leave holes in the memory as they grow; large ones the system moves as they are.
    tables: Vec<Table>,
    /// Buckets of many.
    many: AHashMap<u32, Vec<u32>>,
}

/// Entries in order, each at the place of its key or as near behind it as there was room.
#[derive(Clone, Debug, Default)]
struct Table {
    /// The last one is empty.
    places: Vec<u64>,
    /// How many of them are places of keys; there are some more behind these.
    homes: usize,
    filled: usize,
}

/// No entry: there is no such article. It is behind all others.
const EMPTY: u64 = u64::MAX;
/// In place of an article: the bucket stands by itself.
pub(super) const MANY: u32 = u32::MAX - 1;
/// How many articles of one key stand in the table.
const FEW: usize = 8;
const _: () = assert!(FEW < FULL_BUCKET);
/// So many of the highest bits of a key say in which table it is.
const TABLE_BITS: u32 = 2;

impl Default for Keys {
    fn default() -> Self {
        Self {
            tables: vec![Table::default(); 1 << TABLE_BITS],
            many: AHashMap::new(),
        }
    }
}

/// An article under a key.
fn entry(key: u32, article: u32) -> u64 {
    u64::from(key) << 32 | u64::from(article)
}

/// The key of an entry.
fn key_of(entry: u64) -> u32 {
    (entry >> 32) as u32
}

/// So many places of keys are there for so many entries: seven of nine are filled then, and seven of eight before the table
/// grows.
const fn homes_of(filled: usize) -> usize {
    filled / 7 * 9 + 9
}

/// So many places are added at a time behind those of so many keys.
const fn spare(homes: usize) -> usize {
    8 + homes / 512
}

impl Table {
    /// A table of the entries of some slices, ascending, with room for more; and the buckets of many.
    #[cfg(feature = "store")]
    fn of_slices(slices: Vec<Slice>) -> (Self, Vec<(u32, Vec<u32>)>) {
        let most = slices.iter().flatten().map(Vec::len).sum();
        let mut table = Self {
            places: Vec::new(),
            homes: homes_of(most),
            filled: 0,
        };
        let least = table.homes + spare(table.homes);
        table.places.reserve_exact(least);
        let (mut entries, mut sorted, mut many) = (Vec::new(), Vec::new(), Vec::new());
        for slice in slices {
            entries.clear();
            // what has been read of it is not needed any more
            slice
                .into_iter()
                .for_each(|part| entries.extend_from_slice(&part));
            sort_by_key(&mut entries, &mut sorted, 32 - SLICE_BITS);
            take_many(&mut entries, &mut many);
            table.filled += entries.len();
            for &entry in &entries {
                let home = table.home(key_of(entry));
                if home > table.places.len() {
                    table.places.resize(home, EMPTY);
                }
                table.places.push(entry);
            }
        }
        let length = least.max(table.places.len() + 1);
        table.places.resize(length, EMPTY);
        (table, many)
    }

    /// Makes room for more. It needs no second table: what is there moves to the end, and from there to its places.
    fn grow(&mut self) {
        self.homes = homes_of(self.filled);
        let entries = self.places.iter().filter(|&&entry| entry != EMPTY);
        let end = entries.fold(0, |end, &entry| self.home(key_of(entry)).max(end) + 1);
        let before = self.places.len();
        let length = (self.homes + spare(self.homes)).max(end + 1).max(before);
        self.places.reserve_exact(length - before);
        self.places.resize(length, EMPTY);
        let mut begin = length;
        for from in (0..before).rev() {
            let entry = mem::replace(&mut self.places[from], EMPTY);
            if entry != EMPTY {
                begin -= 1;
                self.places[begin] = entry;
            }
        }
        let mut next = 0;
        for from in begin..length {
            let entry = mem::replace(&mut self.places[from], EMPTY);
            // never behind where it was, as there is room for those behind it before `end`
            let place = self.home(key_of(entry)).max(next);
            self.places[place] = entry;
            next = place + 1;
        }
    }

    /// Adds places, unless there is one behind this one.
    fn make_room(&mut self, place: usize) {
        if place + 1 >= self.places.len() {
            let places = place + 1 + spare(self.homes);
            self.places.reserve_exact(places - self.places.len());
            self.places.resize(places, EMPTY);
        }
    }

    /// The place where the search for a key begins. Keys are hashes, and the order of places is theirs.
    fn home(&self, key: u32) -> usize {
        ((u64::from(key << TABLE_BITS) * self.homes as u64) >> 32) as usize
    }

    /// The first place behind all entries below this one; where there are no places, the first.
    fn search(&self, entry: u64) -> usize {
        let mut place = self.home(key_of(entry));
        while self.places.get(place).is_some_and(|&other| other < entry) {
            place += 1;
        }
        place
    }

    /// The entries of a key.
    fn of(&self, key: u32) -> impl Iterator<Item = u64> {
        let found = self.places.get(self.search(entry(key, 0))..);
        let found = found.unwrap_or_default().iter().copied();
        found.take_while(move |&entry| key_of(entry) == key && entry != EMPTY)
    }

    fn insert(&mut self, entry: u64) {
        if (self.filled + 1) * 8 > self.homes * 7 {
            self.grow();
        }
        let place = self.search(entry);
        let behind = self.places[place..].iter();
        let shifted = behind.take_while(|&&other| other != EMPTY).count();
        self.make_room(place + shifted);
        self.places.copy_within(place..place + shifted, place + 1);
        self.places[place] = entry;
        self.filled += 1;
    }

    fn remove(&mut self, entry: u64) {
        let place = self.search(entry);
        if self.places.get(place) != Some(&entry) || entry == EMPTY {
            return;
        }
        // what stands behind moves up, unless it is at home
        let behind = self.places[place + 1..].iter().zip(place + 1..);
        let stays = |(&other, at): (&u64, usize)| other == EMPTY || self.home(key_of(other)) == at;
        let moved = behind.take_while(|&next| !stays(next)).count();
        self.places.copy_within(place + 1..=place + moved, place);
        self.places[place + moved] = EMPTY;
        self.filled -= 1;
    }
}

/// Keys with their articles, on their way into tables: in slices by the highest bits of the key, which fit caches when they
/// are sorted.
#[cfg(feature = "store")]
#[derive(Debug)]
pub(super) struct Listing(Vec<Vec<u64>>);

/// So many of the highest bits of a key say in which slice it is.
#[cfg(feature = "store")]
const SLICE_BITS: u32 = 8;
#[cfg(feature = "store")]
const SLICES_OF_TABLE: usize = 1 << (SLICE_BITS - TABLE_BITS);

/// The entries of a slice, of one part of the articles after the other.
#[cfg(feature = "store")]
type Slice = Vec<Vec<u64>>;

#[cfg(feature = "store")]
impl Default for Listing {
    fn default() -> Self {
        Self(vec![Vec::new(); 1 << SLICE_BITS])
    }
}

#[cfg(feature = "store")]
impl Listing {
    /// Adds an article under a key; no article before it has a higher number.
    pub(super) fn push(&mut self, key: u32, article: u32) {
        self.0[(key >> (32 - SLICE_BITS)) as usize].push(entry(key, article));
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

impl Keys {
    /// The buckets of listings of ascending articles; seldom does an article stand twice under a key.
    #[cfg(feature = "store")]
    pub(super) fn of_listings(listings: Vec<Listing>) -> Self {
        let mut tables = vec![vec![Slice::new(); SLICES_OF_TABLE]; 1 << TABLE_BITS];
        for listing in listings {
            let slices = tables.iter_mut().flatten();
            (slices.zip(listing.0)).for_each(|(slice, part)| slice.push(part));
        }
        let tables = tables.into_par_iter().map(Table::of_slices);
        let (tables, many): (Vec<Table>, Vec<_>) = tables.unzip();
        Self {
            tables,
            many: many.into_iter().flatten().collect(),
        }
    }

    fn table(&self, key: u32) -> &Table {
        &self.tables[(key >> (32 - TABLE_BITS)) as usize]
    }

    fn table_mut(&mut self, key: u32) -> &mut Table {
        &mut self.tables[(key >> (32 - TABLE_BITS)) as usize]
    }

    /// Asks for the places of keys ahead of their use: each is anywhere in a large memory.
    pub(super) fn fetch(&self, keys: &[u32]) {
        for &key in keys {
            let table = self.table(key);
            fetch(table.places.get(table.home(key)));
        }
    }

    /// The articles under a key, ascending, into a buffer.
    pub(super) fn get<'a>(&'a self, key: u32, buffer: &'a mut Vec<u32>) -> &'a [u32] {
        buffer.clear();
        for entry in self.table(key).of(key) {
            if entry as u32 == MANY {
                return &self.many[&key];
            }
            buffer.push(entry as u32);
        }
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
        let (mut members, mut count) = ([0; FEW], 0);
        for entry in self.table(key).of(key) {
            // never more than so many
            members[count % FEW] = entry as u32;
            count += 1;
        }
        match members {
            [MANY, ..] if count == 1 => {
                let members = self.many.entry(key).or_default();
                let at = members.partition_point(|&member| member < article);
                members.insert(at, article);
            }
            _ if count == FEW => {
                let table = self.table_mut(key);
                (members.iter()).for_each(|&member| table.remove(entry(key, member)));
                table.insert(entry(key, MANY));
                let mut members = members.to_vec();
                let at = members.partition_point(|&member| member < article);
                members.insert(at, article);
                self.many.insert(key, members);
            }
            _ => self.table_mut(key).insert(entry(key, article)),
        }
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
            self.table_mut(key).remove(entry(key, article));
            return;
        };
        members.retain(|&member| member != article);
        if members.len() <= FEW / 2 {
            let members = self.many.remove(&key).unwrap_or_default();
            let table = self.table_mut(key);
            table.remove(entry(key, MANY));
            (members.iter()).for_each(|&member| table.insert(entry(key, member)));
        }
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let many = self
            .many
            .values()
            .map(|members| 4 * members.capacity() + 40);
        let tables = self.tables.iter().map(|table| 8 * table.places.capacity());
        tables.chain(many).sum()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_of_sets(
            steps in prop::collection::vec((any::<bool>(), prop_oneof![0u32..6, 6u32..46], 0u32..24), 0..600),
        ) {
            let (mut buckets, mut naive) = (Keys::default(), BTreeMap::<u32, BTreeSet<u32>>::new());
            // some keys close to each other, so that they meet in a table, and more at its end than it has spare places
            let key = |at: u32| match at {
                0..6 => (at / 2) * 0x3FFF_FFFF + at % 2,
                _ => u32::MAX - (at - 6),
            };
            for (add, at, article) in steps {
                let members = naive.entry(key(at)).or_default();
                match (add, members.contains(&article)) {
                    (true, false) => {
                        members.insert(article);
                        buckets.insert(key(at), article);
                    }
                    (false, true) => {
                        members.remove(&article);
                        buckets.remove(key(at), article);
                    }
                    _ => {}
                }
                let mut buffer = Vec::new();
                #[cfg(feature = "store")]
                if article == 0 {
                    let mut entries: Vec<(u32, u32)> = naive.iter().flat_map(|(&key, articles)| articles.iter().map(move |&article| (article, key))).collect();
                    entries.sort_unstable();
                    let mut listings = [Listing::default(), Listing::default()];
                    for &(article, key) in &entries {
                        listings[usize::from(article > 11)].push(key, article);
                    }
                    let made = Keys::of_listings(listings.into());
                    for &key in naive.keys() {
                        let mut expected = Vec::new();
                        prop_assert_eq!(made.get(key, &mut buffer), buckets.get(key, &mut expected));
                    }
                }
                for at in 0..46 {
                    let expected: Vec<u32> = naive.get(&key(at)).into_iter().flatten().copied().collect();
                    prop_assert_eq!(buckets.get(key(at), &mut buffer), &expected[..]);
                }
            }
        }
    }
}
