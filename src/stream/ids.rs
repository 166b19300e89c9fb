//! Ids to the numbers of articles.

use ahash::AHashMap;

use super::entry::Entries;
#[cfg(feature = "store")]
use super::rows::{Read, put_list, put_text};
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

    #[cfg(feature = "store")]
    pub(super) fn to_image(&self) -> Vec<u8> {
        // the same bytes for the same ids
        let of_hash = self.of_hash.iter();
        let packed = |(&hash, &number): (&u32, &u32)| u64::from(hash) << 32 | u64::from(number);
        let mut of_hash: Vec<u64> = of_hash.map(packed).collect();
        of_hash.sort_unstable();
        let mut others: Vec<(&Box<str>, &u32)> = self.others.iter().collect();
        others.sort_unstable();
        let mut bytes = Vec::with_capacity(8 * of_hash.len());
        put_list(&mut bytes, of_hash.iter().map(|id| id.to_le_bytes()));
        for (id, number) in others {
            bytes.extend(number.to_le_bytes());
            put_text(&mut bytes, id.as_bytes());
        }
        bytes
    }

    #[cfg(feature = "store")]
    pub(super) fn of_image(bytes: &[u8]) -> Option<Self> {
        let mut read = Read(bytes);
        let of_hash = read.list(u64::from_le_bytes)?.into_iter();
        let of_hash = of_hash.map(|id| ((id >> 32) as u32, id as u32)).collect();
        let mut others = AHashMap::new();
        while !read.0.is_empty() {
            let number = read.u32()?;
            others.insert(read.str()?, number);
        }
        Some(Self { of_hash, others })
    }

    pub(super) fn bytes(&self) -> usize {
        let others = self.others.keys().map(|id| id.len());
        9 * self.of_hash.capacity() + 25 * self.others.capacity() + others.sum::<usize>()
    }
}

fn key(id: &str) -> u32 {
    hash::word(id.as_bytes()) as u32
}
