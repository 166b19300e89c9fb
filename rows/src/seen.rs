//! Which ids came before, and where.

use std::collections::hash_map::Entry;

use ahash::{AHashMap, RandomState};

use crate::complaint::Place;

/// The places of ids. It keeps no id, only 128 bits of hash: two of a billion ids have the same with a
/// chance of one in 10²⁰.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    hashers: Hashers,
    places: AHashMap<Hash, (u32, Place)>,
    files: Vec<String>,
}

/// Gives the hashes of ids.
#[derive(Clone, Debug)]
pub(crate) struct Hashers([RandomState; 2]);

/// 128 bits of hash, in two parts so that it may stand anywhere.
pub(crate) type Hash = [u64; 2];

impl Default for Hashers {
    fn default() -> Self {
        let hasher = |seed| RandomState::with_seeds(seed, 1, 2, 3);
        Self([hasher(4), hasher(5)])
    }
}

impl Hashers {
    pub(crate) fn hash(&self, id: &str) -> Hash {
        self.0.each_ref().map(|hasher| hasher.hash_one(id))
    }
}

impl Seen {
    /// The ids that follow stand in this file.
    pub(crate) fn file(&mut self, file: &str) {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
    }

    pub(crate) fn hashers(&self) -> &Hashers {
        &self.hashers
    }

    /// Notes the place of an id unless it came before; then it gives where.
    pub(crate) fn before(&mut self, id: Hash, place: Place) -> Option<(&str, Place)> {
        let file = (self.files.len().saturating_sub(1)) as u32;
        match self.places.entry(id) {
            Entry::Vacant(entry) => {
                entry.insert((file, place));
                None
            }
            Entry::Occupied(entry) => {
                let (file, place) = *entry.get();
                let file = self.files.get(file as usize)?;
                Some((file, place))
            }
        }
    }
}
