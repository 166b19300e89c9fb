//! Term vectors in few bytes, as an index keeps them.

use std::cmp::Reverse;

use super::idf::Idf;
use super::words::Counts;
use crate::lanes::fetch;
use crate::term::{Scale, TermVector};

/// Under so many of its terms, the heaviest, an article can be found.
pub(super) const LISTED: usize = 64;

/// Memory is fetched in so many bytes.
const CACHE_LINE: usize = 64;
/// So many of these are asked for ahead.
const AHEAD: usize = 4;

/// The terms of an article in about a byte and a half each: the gap to the term before with two bits that say whether the
/// article is listed under it and whether it occurs more than once, seven bits a byte; if so, how often.
///
/// The weight of a term follows from how often it occurs, from how much it says in the epoch of the article, and from the
/// scale: it is worked out by the same steps as when the vector was made, so it is the same to the last bit. Kept, weights
/// took two bytes a term, and of most terms no weight is ever asked for, as only those that two articles share count.
///
/// Terms that weigh nothing are there too, so that they can be counted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct PackedVector {
    pub(super) bytes: Box<[u8]>,
    pub(super) scale: Scale,
}

/// A term of a packed vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedTerm {
    pub(super) term: u32,
    /// How often it occurs.
    pub(super) count: u32,
    /// Whether the article is listed under it.
    pub(super) listed: bool,
}

/// The article is listed under the term.
const IS_LISTED: u64 = 1;
/// It occurs more than once, and behind it stands how often.
const IS_REPEATED: u64 = 2;
/// So many bits stand below the gap.
const FLAGS: u32 = 2;

impl PackedVector {
    /// Packs a vector with its scale; `counts` are all terms of the article.
    pub(super) fn new((vector, scale): (&TermVector, Scale), counts: &Counts) -> Self {
        let mut heaviest: Vec<(Reverse<u32>, u32)> = vector
            .weights()
            .map(|weight| (Reverse(weight.weight), weight.term))
            .collect();
        if heaviest.len() > LISTED {
            heaviest.select_nth_unstable(LISTED - 1);
        }
        let last = heaviest.iter().take(LISTED).max().copied();
        let mut bytes = Vec::with_capacity(2 * counts.len());
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
            if count > 1 {
                put(&mut bytes, count.into());
            }
            next = term + 1;
        }
        Self {
            bytes: bytes.into(),
            scale,
        }
    }

    /// Asks for it ahead of its use.
    pub(super) fn fetch(&self) {
        // the processor goes on by itself
        (self.bytes.chunks(CACHE_LINE).take(AHEAD)).for_each(|line| fetch(line.first()));
    }

    /// All its terms, ascending.
    pub(super) fn terms(&self) -> impl Iterator<Item = PackedTerm> {
        let (mut bytes, mut next) = (&self.bytes[..], 0u32);
        std::iter::from_fn(move || {
            let packed = take(&mut bytes)?;
            let count = match packed & IS_REPEATED {
                0 => 1,
                _ => take(&mut bytes)? as u32,
            };
            let term = next.wrapping_add((packed >> FLAGS) as u32);
            next = term.wrapping_add(1);
            Some(PackedTerm {
                term,
                count,
                listed: packed & IS_LISTED != 0,
            })
        })
    }

    /// The terms under which the article can be found.
    pub(super) fn listed(&self) -> impl Iterator<Item = u32> {
        let listed = self.terms().filter(|term| term.listed);
        listed.map(|term| term.term)
    }

    /// All its terms with how often they occur.
    pub(super) fn counts(&self) -> Counts {
        self.terms().map(|term| (term.term, term.count)).collect()
    }

    /// Unpacks it; `idf` says how much each term says in the epoch of the article.
    pub(super) fn vector(&self, idf: Option<&Idf>) -> TermVector {
        // a term takes a byte at least
        let most = self.bytes.len();
        let (mut terms, mut weights) = (Vec::with_capacity(most), Vec::with_capacity(most));
        for term in self.terms() {
            let weight = self.weight(term, idf);
            if weight > 0 {
                terms.push(term.term);
                weights.push(weight);
            }
        }
        TermVector::of_parts(terms, weights)
    }

    /// The dot product with the vector of a row.
    pub(super) fn dot(&self, idf: Option<&Idf>, row: &Row) -> u64 {
        let product = |term: PackedTerm| match row.weight(term.term) {
            0 => 0,
            weight => u64::from(weight) * u64::from(self.weight(term, idf)),
        };
        self.terms().map(product).sum()
    }

    fn weight(&self, term: PackedTerm, idf: Option<&Idf>) -> u16 {
        let idf = idf.and_then(|idf| idf.get(term.term)).unwrap_or(0.0);
        // at most `TermVector::ONE`
        self.scale.weight_of(term.count, idf) as u16
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
    // nearly all are of one byte or two
    match **bytes {
        [byte @ ..0x80, ref rest @ ..] => {
            *bytes = rest;
            Some(byte.into())
        }
        [low, high @ ..0x80, ref rest @ ..] => {
            *bytes = rest;
            Some(u64::from(low & 0x7F) | u64::from(high) << 7)
        }
        [] => None,
        _ => Some(take_long(bytes)),
    }
}

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
    use crate::term::{KnownTerm, Vectors};

    proptest! {
        #[test]
        fn unpacked_it_is_the_same(
            a in prop::collection::btree_map(0u32..100_000, 1u32..300, 0..200),
            b in prop::collection::btree_map(0u32..500, 1u32..4, 0..200),
        ) {
            // of some terms it says nothing
            let table: Idf = (0..100_000).map(|term| (term % 11) as f32 * 1.37).collect();
            let idf = Some(&table);
            let pack = |counts: &BTreeMap<u32, u32>| {
                let counts: Counts = counts.iter().map(|(&term, &count)| (term, count)).collect();
                let known = |&(term, count): &(u32, u32)| (KnownTerm::new(term, table.get(term).unwrap().into()), count);
                let (vector, scale) = Vectors::default().with_scale(counts.iter().map(known));
                (PackedVector::new((&vector, scale), &counts), vector)
            };
            let ((packed, vector), (other, other_vector)) = (pack(&a), pack(&b));
            prop_assert_eq!(packed.vector(idf), vector.clone());
            prop_assert_eq!(packed.counts(), a.into_iter().collect::<Counts>());
            let mut row = Row::default();
            for _ in 0..2 {
                prop_assert_eq!(row.with(&other_vector, |row| packed.dot(idf, row)), vector.dot(&other_vector));
                prop_assert_eq!(row.with(&vector, |row| other.dot(idf, row)), vector.dot(&other_vector));
            }
            // none that is left out is heavier
            let listed: Vec<u32> = packed.listed().collect();
            prop_assert_eq!(listed.len(), vector.len().min(LISTED));
            let (mut heaviest, mut of_listed): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
            for weight in vector.weights() {
                heaviest.push(weight.weight);
                if listed.contains(&weight.term) {
                    of_listed.push(weight.weight);
                }
            }
            heaviest.sort_unstable_by(|a, b| b.cmp(a));
            of_listed.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert_eq!(&of_listed[..], &heaviest[..listed.len()]);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let packed = PackedVector { bytes: bytes.into(), scale: Scale::default() };
            prop_assert!(packed.terms().count() <= 60);
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
