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
const AHEAD: usize = 8;

/// The terms of an article with their weights in about three bytes a term: first how many there are; then of each the gap to the
/// one before with two bits that say whether the article is listed under it and whether it occurs more than once, seven bits a
/// byte; then all weights, two bytes each.
///
/// Terms that weigh nothing are there too, so that they can be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PackedVector(pub(super) Box<[u8]>);

/// A term of a packed vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedTerm {
    pub(super) term: u32,
    /// Whether the article is listed under it.
    pub(super) listed: bool,
    /// Whether it occurs more than once.
    pub(super) repeated: bool,
}

/// The article is listed under the term.
const IS_LISTED: u64 = 1;
/// It occurs more than once.
const IS_REPEATED: u64 = 2;
/// So many bits stand below the gap.
const FLAGS: u32 = 2;

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
        let mut bytes = Vec::with_capacity(4 * counts.len() + 2);
        put(&mut bytes, counts.len() as u64);
        let (mut weights, mut next) = (vector.weights().peekable(), 0);
        for &(term, count) in counts {
            let weight = weights.next_if(|weight| weight.term == term);
            let key = weight.map(|weight| (Reverse(weight.weight), term));
            let mut packed = u64::from(term - next) << FLAGS;
            if key.is_some() && key <= last {
                packed |= IS_LISTED;
            }
            if count > 1 {
                packed |= IS_REPEATED;
            }
            put(&mut bytes, packed);
            next = term + 1;
        }
        let mut weights = vector.weights().peekable();
        for &(term, _) in counts {
            let weight = weights.next_if(|weight| weight.term == term);
            // at most `TermVector::ONE`
            let weight = weight.map_or(0, |weight| weight.weight as u16);
            bytes.extend(weight.to_le_bytes());
        }
        Self(bytes.into())
    }

    /// Asks for it ahead of its use.
    pub(super) fn fetch(&self) {
        // the processor goes on by itself
        (self.0.chunks(CACHE_LINE).take(AHEAD)).for_each(|line| fetch(line.first()));
    }

    /// All its terms, ascending, and the bytes of their weights.
    fn parts(
        &self,
    ) -> (
        impl Iterator<Item = PackedTerm>,
        impl Iterator<Item = &[u8; 2]>,
    ) {
        let mut bytes = &self.0[..];
        let terms = take(&mut bytes).unwrap_or(0) as usize;
        let at = bytes.len().saturating_sub(terms.saturating_mul(2));
        let (mut gaps, weights) = bytes.split_at(at);
        let mut next = 0u32;
        let terms = std::iter::from_fn(move || {
            let packed = take(&mut gaps)?;
            let term = next.wrapping_add((packed >> FLAGS) as u32);
            next = term.wrapping_add(1);
            Some(PackedTerm {
                term,
                listed: packed & IS_LISTED != 0,
                repeated: packed & IS_REPEATED != 0,
            })
        });
        (terms, weights.as_chunks().0.iter())
    }

    /// It has no more terms, as each takes three bytes at least.
    pub(super) fn most(&self) -> usize {
        self.0.len() / 3
    }

    /// All its terms, ascending.
    pub(super) fn terms(&self) -> impl Iterator<Item = PackedTerm> {
        self.parts().0
    }

    /// The terms under which the article can be found.
    pub(super) fn listed(&self) -> impl Iterator<Item = u32> {
        let listed = self.terms().filter(|term| term.listed);
        listed.map(|term| term.term)
    }

    /// Unpacks it.
    pub(super) fn vector(&self) -> TermVector {
        let (terms, weights) = self.parts();
        let all = terms.map(|term| term.term).zip(weights);
        let most = self.most();
        let (mut terms, mut weights) = (Vec::with_capacity(most), Vec::with_capacity(most));
        for (term, weight) in all {
            let weight = u16::from_le_bytes(*weight);
            if weight > 0 {
                terms.push(term);
                weights.push(weight);
            }
        }
        TermVector::of_parts(terms, weights)
    }

    /// The dot product with the vector of a row.
    pub(super) fn dot(&self, row: &Row) -> u64 {
        let (terms, weights) = self.parts();
        // whether a term is shared cannot be foreseen either
        let product = |(term, weight): (PackedTerm, &[u8; 2])| {
            u64::from(row.weight(term.term)) * u64::from(u16::from_le_bytes(*weight))
        };
        terms.zip(weights).map(product).sum()
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

/// Takes a number that `put` has written; `None` where nothing is left.
#[inline(always)]
pub(super) fn take(bytes: &mut &[u8]) -> Option<u64> {
    // Nearly all are of one byte or two, and which of them cannot be foreseen: so both are read in the same way.
    if let [low, high, ..] = **bytes
        && low & high < 0x80
    {
        let more = low >> 7;
        *bytes = &bytes[1 + usize::from(more)..];
        let high = u64::from(high) * u64::from(more);
        return Some(u64::from(low & 0x7F) | high << 7);
    }
    (!bytes.is_empty()).then(|| take_long(bytes))
}

#[cold]
fn take_long(bytes: &mut &[u8]) -> u64 {
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
            a in prop::collection::btree_map(0u32..100_000, (0u16.., 1u32..4), 0..200),
            b in prop::collection::btree_map(0u32..500, (1u16.., 1u32..4), 0..200),
        ) {
            let pack = |terms: &BTreeMap<u32, (u16, u32)>| {
                let weights = terms.iter().map(|(&term, &(weight, _))| (term, weight));
                let vector = TermVector::of_weights(weights.filter(|(_, weight)| *weight > 0));
                let counts: Counts = terms.iter().map(|(&term, &(_, count))| (term, count)).collect();
                (PackedVector::new(&vector, &counts), vector)
            };
            let ((packed, vector), (other, other_vector)) = (pack(&a), pack(&b));
            prop_assert_eq!(packed.vector(), vector.clone());
            let terms: Vec<(u32, bool)> = packed.terms().map(|term| (term.term, term.repeated)).collect();
            prop_assert_eq!(terms, a.iter().map(|(&term, &(_, count))| (term, count > 1)).collect::<Vec<_>>());
            let mut row = Row::default();
            for _ in 0..2 {
                prop_assert_eq!(row.with(&other_vector, |row| packed.dot(row)), vector.dot(&other_vector));
                prop_assert_eq!(row.with(&vector, |row| other.dot(row)), vector.dot(&other_vector));
            }
            // none that is left out is heavier
            let mut listed: Vec<u16> = packed.listed().map(|term| a[&term].0).collect();
            prop_assert_eq!(listed.len(), vector.len().min(LISTED));
            let mut heaviest: Vec<u16> = a.values().map(|&(weight, _)| weight).collect();
            listed.sort_unstable_by(|a, b| b.cmp(a));
            heaviest.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(&listed[..], &heaviest[..listed.len()]);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let packed = PackedVector(bytes.into());
            prop_assert!(packed.terms().count() <= 60);
            prop_assert!(packed.vector().len() <= 60);
        }

        #[test]
        fn numbers_are_taken_as_they_were_put(numbers in prop::collection::vec(any::<u64>(), 0..20)) {
            let mut bytes = Vec::new();
            numbers.iter().for_each(|&number| put(&mut bytes, number));
            let mut rest = &bytes[..];
            let taken: Vec<u64> = std::iter::from_fn(|| take(&mut rest)).collect();
            prop_assert_eq!(taken, numbers);
            prop_assert!(rest.is_empty());
        }
    }
}
