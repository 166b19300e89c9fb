//! Pairs of articles to the dot products of their vectors, as far as these were asked for lately.

use std::sync::{Mutex, MutexGuard, PoisonError};

use ahash::AHashMap;

/// Dot products that were asked for lately.
///
/// An article that comes into a story has all that hangs together with it settled anew, so the same pairs are asked for
/// with every article of an event: on made news seven of eight have been asked for before.
#[derive(Debug)]
pub(super) struct Dots(Vec<Mutex<AHashMap<(u32, u32), u32>>>);

/// Into so many parts it is cut, so that threads seldom wait for each other.
const PARTS: usize = 64;
/// A part that holds so many products begins anew.
const MOST: usize = 3584;

impl Default for Dots {
    fn default() -> Self {
        Self((0..PARTS).map(|_| Mutex::default()).collect())
    }
}

impl Clone for Dots {
    /// An empty one: what it holds can be found out again.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Dots {
    /// The dot product of two articles, which is worked out if it is not known.
    pub(super) fn of(&self, a: u32, b: u32, dot: impl FnOnce() -> u32) -> u32 {
        let pair = (a.min(b), a.max(b));
        let part = &self.0[(a ^ b) as usize % PARTS];
        if let Some(&known) = lock(part).get(&pair) {
            return known;
        }
        // others need not wait while it is worked out
        let dot = dot();
        let mut part = lock(part);
        if part.len() == MOST {
            part.clear();
        }
        part.insert(pair, dot);
        dot
    }

    /// Forgets all of them: vectors have changed.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|part| 13 * lock(part).capacity()).sum()
    }
}

fn lock<T>(part: &Mutex<T>) -> MutexGuard<'_, T> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_worked_out_once_while_it_is_known() {
        let mut dots = Dots::default();
        let never = || unreachable!("it is known");
        assert_eq!(dots.of(7, 3, || 21), 21);
        assert_eq!(dots.of(3, 7, never), 21);
        assert_eq!(dots.of(3, 8, || 24), 24);
        dots.clear();
        assert_eq!(dots.of(7, 3, || 22), 22);
    }

    #[test]
    fn it_stays_small_and_right() {
        let dots = Dots::default();
        for round in 0..3 {
            for a in 0..1_000 {
                for b in a + 1..a + 400 {
                    assert_eq!(dots.of(a, b, || a * 31 + b), a * 31 + b, "{round}");
                }
            }
        }
        assert!(dots.bytes() < 6 << 20);
    }
}
