//! Keys to the articles that have them.

use ahash::AHashMap;
#[cfg(feature = "store")]
use rayon::prelude::*;

use crate::candidate::{FULL_BUCKET, before};
use crate::lanes::fetch;

/// The buckets of an index: under each key the articles that have it, by their numbers, ascending.
///
/// Nearly all keys have one article, so key and article stand beside each other in one table, 8 bytes
/// an entry, found by the key and searched from there on. A bucket of more than [`FEW`] stands by itself.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    /// Key and article; at most four fifths of the places are filled.
    places: Vec<u64>,
    filled: usize,
    /// Buckets of many.
    many: AHashMap<u32, Vec<u32>>,
}

/// No entry: there is no such article.
const EMPTY: u64 = u64::MAX;
/// In place of an article: the bucket stands by itself.
const MANY: u32 = u32::MAX - 1;
/// How many articles of one key stand in the table.
const FEW: usize = 8;
const _: () = assert!(FEW < FULL_BUCKET);

impl Default for Keys {
    fn default() -> Self {
        Self {
            places: vec![EMPTY; 64],
            filled: 0,
            many: AHashMap::new(),
        }
    }
}

/// An article under a key.
pub(super) fn entry(key: u32, article: u32) -> u64 {
    u64::from(key) << 32 | u64::from(article)
}

impl Keys {
    /// A table of entries that [`entry`] has made; no article stands twice under a key.
    #[cfg(feature = "store")]
    pub(super) fn of_entries(mut entries: Vec<u64>) -> Self {
        entries.par_sort_unstable();
        // in order of the keys they are written from one end of the table to the other
        let mut keys = Self {
            places: vec![EMPTY; (entries.len() / 4 * 5 + 64).max(64)],
            ..Self::default()
        };
        for bucket in entries.chunk_by(|a, b| a >> 32 == b >> 32) {
            let key = (bucket[0] >> 32) as u32;
            if bucket.len() > FEW {
                keys.put_in(key, MANY);
                keys.many
                    .insert(key, bucket.iter().map(|&entry| entry as u32).collect());
            } else {
                bucket
                    .iter()
                    .for_each(|&entry| keys.put_in(key, entry as u32));
            }
        }
        keys
    }

    /// The place where the search for a key begins. Keys are hashes.
    fn home(&self, key: u32) -> usize {
        // the highest bits, so that a larger table keeps the order
        ((u64::from(key) * self.places.len() as u64) >> 32) as usize
    }

    fn next(&self, place: usize) -> usize {
        let next = place + 1;
        if next == self.places.len() { 0 } else { next }
    }

    /// The filled places of a key.
    fn of(&self, key: u32) -> impl Iterator<Item = usize> {
        let mut place = self.home(key);
        std::iter::from_fn(move || {
            loop {
                let entry = self.places[place];
                let at = place;
                place = self.next(place);
                if entry == EMPTY {
                    return None;
                }
                if (entry >> 32) as u32 == key {
                    return Some(at);
                }
            }
        })
    }

    /// Asks for the places of keys ahead of their use: each is anywhere in a large table.
    pub(super) fn fetch(&self, keys: &[u32]) {
        keys.iter()
            .for_each(|&key| fetch(self.places.get(self.home(key))));
    }

    /// The articles under a key, ascending, into a buffer.
    pub(super) fn get<'a>(&'a self, key: u32, buffer: &'a mut Vec<u32>) -> &'a [u32] {
        buffer.clear();
        for place in self.of(key) {
            let article = self.places[place] as u32;
            if article == MANY {
                return &self.many[&key];
            }
            buffer.push(article);
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
    pub(super) fn insert(&mut self, key: u32, article: u32) {
        let (mut places, mut count) = ([0; FEW], 0);
        for place in self.of(key) {
            // never more than so many
            places[count % FEW] = place;
            count += 1;
        }
        let known = &places[..count.min(FEW)];
        match *known {
            [place] if self.places[place] as u32 == MANY => {
                let members = self.many.entry(key).or_default();
                let at = members.partition_point(|&member| member < article);
                members.insert(at, article);
            }
            _ if known.len() == FEW => {
                let mut members: Vec<u32> =
                    known.iter().map(|&at| self.places[at] as u32).collect();
                members.push(article);
                members.sort_unstable();
                for &member in members.iter().filter(|&&member| member != article) {
                    self.take_out(key, member);
                }
                self.put_in(key, MANY);
                self.many.insert(key, members);
            }
            _ => self.put_in(key, article),
        }
    }

    fn put_in(&mut self, key: u32, article: u32) {
        if (self.filled + 1) * 5 > self.places.len() * 4 {
            // by a quarter only, as this table is much of an index
            self.resize(self.places.len() / 4 * 5);
        }
        let mut place = self.home(key);
        while self.places[place] != EMPTY {
            place = self.next(place);
        }
        self.places[place] = entry(key, article);
        self.filled += 1;
    }

    fn resize(&mut self, places: usize) {
        let entries = std::mem::replace(&mut self.places, vec![EMPTY; places]);
        self.filled = 0;
        for entry in entries.into_iter().filter(|&entry| entry != EMPTY) {
            self.put_in((entry >> 32) as u32, entry as u32);
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
            self.take_out(key, article);
            return;
        };
        members.retain(|&member| member != article);
        if members.len() <= FEW / 2 {
            let members = self.many.remove(&key).unwrap_or_default();
            self.take_out(key, MANY);
            for member in members {
                self.put_in(key, member);
            }
        }
    }

    fn take_out(&mut self, key: u32, article: u32) {
        let wanted = entry(key, article);
        let Some(mut gap) = self.of(key).find(|&place| self.places[place] == wanted) else {
            return;
        };
        self.filled -= 1;
        // what stands behind moves up, so that no search ends too early
        let mut place = self.next(gap);
        while self.places[place] != EMPTY {
            let home = self.home((self.places[place] >> 32) as u32);
            let all = self.places.len();
            let distance = |to: usize| {
                if to < home {
                    to + all - home
                } else {
                    to - home
                }
            };
            if distance(gap) <= distance(place) {
                self.places[gap] = self.places[place];
                gap = place;
            }
            place = self.next(place);
        }
        self.places[gap] = EMPTY;
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let many = self
            .many
            .values()
            .map(|members| 4 * members.capacity() + 40);
        8 * self.places.capacity() + many.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_a_map_of_sets(steps in prop::collection::vec((any::<bool>(), 0u32..6, 0u32..24), 0..400)) {
            let (mut keys, mut naive) = (Keys::default(), BTreeMap::<u32, BTreeSet<u32>>::new());
            // some keys close to each other, so that they meet in the table
            let key = |key: u32| (key / 2) * 0x3FFF_FFFF + key % 2;
            for (add, at, article) in steps {
                let members = naive.entry(key(at)).or_default();
                match (add, members.contains(&article)) {
                    (true, false) => {
                        members.insert(article);
                        keys.insert(key(at), article);
                    }
                    (false, true) => {
                        members.remove(&article);
                        keys.remove(key(at), article);
                    }
                    _ => {}
                }
                let mut buffer = Vec::new();
                #[cfg(feature = "store")]
                {
                    let entries = naive.iter().flat_map(|(&key, articles)| articles.iter().map(move |&article| entry(key, article)));
                    let made = Keys::of_entries(entries.collect());
                    for &key in naive.keys() {
                        let mut expected = Vec::new();
                        prop_assert_eq!(made.get(key, &mut buffer), keys.get(key, &mut expected));
                    }
                }
                for at in 0..6 {
                    let expected: Vec<u32> = naive.get(&key(at)).into_iter().flatten().copied().collect();
                    prop_assert_eq!(keys.get(key(at), &mut buffer), &expected[..]);
                }
            }
        }
    }
}
