//! Ids to the numbers of articles.

use ahash::AHashMap;

use super::entry::Entries;
use crate::hash;

/// The number of the article of each id.
///
/// The ids themselves stand with the articles and not here once more: here are 32 bits of their hashes, and what is found is
/// looked at. The few ids of which these bits are taken stand by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ids {
    of_hash: AHashMap<u32, u32>,
    others: AHashMap<Box<str>, u32>,
}

impl Ids {
    pub(super) fn len(&self) -> usize {
        self.of_hash.len() + self.others.len()
    }

    /// The number of the article with an id.
    pub(super) fn get(&self, id: &str, entries: &Entries) -> Option<u32> {
        let number = self.of_hash.get(&key(id)).copied();
        let is_it = |number: &u32| entries.get(*number).is_some_and(|entry| *entry.id == *id);
        number
            .filter(is_it)
            .or_else(|| self.others.get(id).copied())
    }

    /// Notes the number of an id that is new.
    pub(super) fn insert(&mut self, id: &str, number: u32) {
        let known = *self.of_hash.entry(key(id)).or_insert(number);
        if known != number {
            self.others.insert(id.into(), number);
        }
    }

    /// Forgets an id that is there, and its number.
    pub(super) fn remove(&mut self, id: &str, number: u32) {
        if self.of_hash.get(&key(id)) == Some(&number) {
            self.of_hash.remove(&key(id));
        } else {
            self.others.remove(id);
        }
    }

    #[cfg(feature = "store")]
    pub(super) fn reserve(&mut self, ids: usize) {
        self.of_hash.reserve(ids);
    }

    pub(super) fn bytes(&self) -> usize {
        let others = self.others.keys().map(|id| id.len());
        9 * self.of_hash.capacity() + 25 * self.others.capacity() + others.sum::<usize>()
    }
}

fn key(id: &str) -> u32 {
    hash::word(id.as_bytes()) as u32
}
