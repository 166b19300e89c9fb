//! Articles to their vectors, as far as these were unpacked lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

use crate::term::TermVector;

/// Vectors that were unpacked lately.
///
/// Weights are worked out anew when a vector is unpacked, from tables that lie anywhere in a large memory. Articles of one event
/// are asked for with each article that comes to it, so most have been unpacked a moment before.
#[derive(Debug)]
pub(super) struct Unpacked(Vec<Mutex<AHashMap<u32, Arc<TermVector>>>>);

/// Into so many parts it is cut, so that threads seldom wait for each other.
const PARTS: usize = 64;
/// A part that holds so many vectors begins anew.
const MOST: usize = 16;

impl Default for Unpacked {
    fn default() -> Self {
        Self((0..PARTS).map(|_| Mutex::default()).collect())
    }
}

impl Clone for Unpacked {
    /// An empty one: what it holds can be found out again.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Unpacked {
    /// The vector of an article, which is unpacked if it is not known.
    pub(super) fn of(&self, number: u32, unpack: impl FnOnce() -> TermVector) -> Arc<TermVector> {
        let part = &self.0[number as usize % PARTS];
        if let Some(known) = lock(part).get(&number) {
            return Arc::clone(known);
        }
        // others need not wait while it is unpacked
        let vector = Arc::new(unpack());
        let mut part = lock(part);
        if part.len() == MOST {
            part.clear();
        }
        part.insert(number, Arc::clone(&vector));
        vector
    }

    /// Forgets all of them: vectors have changed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn bytes(&self) -> usize {
        let part = |part: &Mutex<AHashMap<u32, Arc<TermVector>>>| {
            let part = lock(part);
            let vectors = part.values().map(|vector| 6 * vector.len());
            let table = (size_of::<(u32, Arc<TermVector>)>() + 1) * part.capacity();
            table + size_of::<TermVector>() * part.len() + vectors.sum::<usize>()
        };
        self.0.iter().map(part).sum()
    }
}

fn lock<T>(part: &Mutex<T>) -> MutexGuard<'_, T> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vector_is_unpacked_once_while_it_is_known() {
        let mut unpacked = Unpacked::default();
        let vector = |weight: u16| TermVector::of_weights([(7, weight)].into_iter());
        let never = || unreachable!("it is known");
        assert_eq!(*unpacked.of(3, || vector(1)), vector(1));
        assert_eq!(*unpacked.of(3, never), vector(1));
        unpacked.clear();
        assert_eq!(*unpacked.of(3, || vector(2)), vector(2));
        for number in 0..50_000 {
            let weight = (number % 1000) as u16 + 1;
            assert_eq!(*unpacked.of(number + 4, || vector(weight)), vector(weight));
        }
        assert!(unpacked.bytes() < 1 << 18);
    }
}
