//! Which ids came before, and where.

use std::collections::hash_map::Entry;

use ahash::{AHashMap, RandomState};

use crate::complaint::Place;

/// The places of ids. It keeps no id, only 128 bits of hash: two of a billion ids have the same with a
/// chance of one in 10²⁰.
#[derive(Debug)]
pub(crate) struct Seen {
    hashers: [RandomState; 2],
    places: AHashMap<u128, (u32, Place)>,
    files: Vec<String>,
}

impl Default for Seen {
    fn default() -> Self {
        let hasher = |seed| RandomState::with_seeds(seed, 1, 2, 3);
        Self {
            hashers: [hasher(4), hasher(5)],
            places: AHashMap::new(),
            files: Vec::new(),
        }
    }
}

impl Seen {
    /// The ids that follow stand in this file.
    pub(crate) fn file(&mut self, file: &str) {
        if self.files.last().is_none_or(|last| last != file) {
            self.files.push(file.to_owned());
        }
    }

    /// Notes the place of an id unless it came before; then it gives where.
    pub(crate) fn before(&mut self, id: &str, place: Place) -> Option<(&str, Place)> {
        let [high, low] = self
            .hashers
            .each_ref()
            .map(|hasher| u128::from(hasher.hash_one(id)));
        let file = (self.files.len().saturating_sub(1)) as u32;
        match self.places.entry(high << 64 | low) {
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
