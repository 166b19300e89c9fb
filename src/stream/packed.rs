//! Term vectors in few bytes, as an index keeps them.

use std::cmp::Reverse;

use super::words::Counts;
use crate::lanes::fetch;
use crate::term::TermVector;

/// Under so many of its terms, the heaviest, an article can be found.
pub(super) const LISTED: usize = 64;

/// Memory is fetched in so many bytes.
const CACHE_LINE: usize = 64;
/// So many of these are asked for ahead.
const AHEAD: usize = 4;

/// The terms of an article with their weights in about three bytes a term: the gap to the term before with a bit that
/// says whether the article is listed under it, seven bits a byte, and the weight in two.
///
/// Terms that weigh nothing are there too, so that they can be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PackedVector(pub(super) Box<[u8]>);

/// A term of a packed vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedTerm {
    pub(super) term: u32,
    pub(super) weight: u16,
    /// Whether the article is listed under it.
    pub(super) listed: bool,
}

impl PackedVector {
    /// Packs a vector; `counts` are all terms of the article.
    pub(super) fn new(vector: &TermVector, counts: &Counts) -> Self {
        let mut heaviest: Vec<(Reverse<u32>, u32)> = vector
            .weights()
            .map(|weight| (Reverse(weight.weight), weight.term))
            .collect();
        if heaviest.len() > LISTED {
            heaviest.select_nth_unstable(LISTED - 1);
        }
        let last = heaviest.iter().take(LISTED).max().copied();
        let mut bytes = Vec::with_capacity(4 * counts.len());
        let (mut weights, mut next) = (vector.weights().peekable(), 0);
        for &(term, _) in counts {
            let weight = weights.next_if(|weight| weight.term == term);
            let weight = weight.map_or(0, |weight| weight.weight);
            let listed = weight > 0 && last.is_some_and(|last| (Reverse(weight), term) <= last);
            put(&mut bytes, u64::from(term - next) << 1 | u64::from(listed));
            bytes.extend((weight as u16).to_le_bytes());
            next = term + 1;
        }
        Self(bytes.into())
    }

    /// Asks for it ahead of its use.
    pub(super) fn fetch(&self) {
        // the processor goes on by itself
        (self.0.chunks(CACHE_LINE).take(AHEAD)).for_each(|line| fetch(line.first()));
    }

    /// All its terms, ascending.
    pub(super) fn terms(&self) -> impl Iterator<Item = PackedTerm> {
        let (mut bytes, mut next) = (&self.0[..], 0u32);
        std::iter::from_fn(move || {
            if bytes.is_empty() {
                return None;
            }
            let packed = take(&mut bytes);
            let [low, high, rest @ ..] = bytes else {
                return None;
            };
            let weight = u16::from_le_bytes([*low, *high]);
            bytes = rest;
            let term = next.wrapping_add((packed >> 1) as u32);
            next = term.wrapping_add(1);
            Some(PackedTerm {
                term,
                weight,
                listed: packed & 1 == 1,
            })
        })
    }

    /// The terms under which the article can be found.
    pub(super) fn listed(&self) -> impl Iterator<Item = u32> {
        let listed = self.terms().filter(|term| term.listed);
        listed.map(|term| term.term)
    }

    /// Unpacks it.
    pub(super) fn vector(&self) -> TermVector {
        let weights = self.terms().filter(|term| term.weight > 0);
        TermVector::of_weights(weights.map(|term| (term.term, term.weight)))
    }

    /// The dot product with the vector of a row.
    pub(super) fn dot(&self, row: &Row) -> u64 {
        let product = |term: PackedTerm| u64::from(term.weight) * u64::from(row.weight(term.term));
        self.terms().map(product).sum()
    }
}

/// A vector spread over all terms, so that it is multiplied with many others without comparing terms.
#[derive(Debug, Default)]
pub(super) struct Row(Vec<u16>);

impl Row {
    /// Does some work with the row of a vector, which must not unwind.
    pub(super) fn with<T>(&mut self, vector: &TermVector, work: impl FnOnce(&Self) -> T) -> T {
        let terms = vector
            .weights()
            .last()
            .map_or(0, |last| last.term as usize + 1);
        if self.0.len() < terms {
            self.0.resize(terms, 0);
        }
        for weight in vector.weights() {
            // at most `TermVector::ONE`
            self.0[weight.term as usize] = weight.weight as u16;
        }
        let done = work(self);
        for weight in vector.weights() {
            self.0[weight.term as usize] = 0;
        }
        done
    }

    fn weight(&self, term: u32) -> u16 {
        self.0.get(term as usize).copied().unwrap_or(0)
    }
}

/// Appends a number, seven bits a byte, the lowest first.
pub(super) fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number that `put` has written.
pub(super) fn take(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let [byte, rest @ ..] = *bytes {
        *bytes = rest;
        // more than 64 bits are nothing that `put` has written
        number |= u64::from(byte & 0x7F).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn unpacked_it_is_the_same(
            a in prop::collection::btree_map(0u32..100_000, 0u16.., 0..200),
            b in prop::collection::btree_map(0u32..500, 1u16.., 0..200),
        ) {
            let pack = |weights: &BTreeMap<u32, u16>| {
                let vector = TermVector::of_weights(weights.iter().filter(|(_, weight)| **weight > 0).map(|(&term, &weight)| (term, weight)));
                let counts: Counts = weights.keys().map(|&term| (term, 1)).collect();
                (PackedVector::new(&vector, &counts), vector)
            };
            let ((packed, vector), (other, other_vector)) = (pack(&a), pack(&b));
            prop_assert_eq!(packed.vector(), vector.clone());
            let terms: Vec<u32> = packed.terms().map(|term| term.term).collect();
            prop_assert_eq!(terms, a.keys().copied().collect::<Vec<u32>>());
            let mut row = Row::default();
            for _ in 0..2 {
                prop_assert_eq!(row.with(&other_vector, |row| packed.dot(row)), vector.dot(&other_vector));
                prop_assert_eq!(row.with(&vector, |row| other.dot(row)), vector.dot(&other_vector));
            }
            // none that is left out is heavier
            let listed: Vec<u16> = packed.terms().filter(|term| term.listed).map(|term| term.weight).collect();
            prop_assert_eq!(listed.len(), vector.len().min(LISTED));
            let mut weights: Vec<u16> = a.values().copied().collect();
            weights.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(listed.iter().map(|&w| u64::from(w)).sum::<u64>(), weights.iter().take(listed.len()).map(|&w| u64::from(w)).sum::<u64>());
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let packed = PackedVector(bytes.into());
            prop_assert!(packed.terms().count() <= 60);
        }

        #[test]
        fn numbers_are_taken_as_they_were_put(numbers in prop::collection::vec(any::<u64>(), 0..20)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|&number| put(&mut bytes, number));
            let mut rest = &bytes[..];
            let taken: Vec<u64> = numbers.iter().map(|_| take(&mut rest)).collect();
            prop_assert_eq!(taken, numbers);
            prop_assert!(rest.is_empty());
        }
    }
}
