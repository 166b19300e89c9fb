//! The words of an article in their order, by its terms: what an index keeps of a text.

use std::cell::RefCell;

use super::packed::{put, take};
use super::words::Standing;

/// The words of an article in their order, in a little more than a byte each.
///
/// Nearly every word is the first one that stood for one of the article's terms, and these are known in their order. So a word is
/// said by the place of its term among them, in one byte if it is a low one. What is left are further forms of a
/// word, and the parts of compounds: they have the places behind.
///
/// Shingles, keys and terms follow from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(pub(super) Box<[u8]>);

/// Places below are one byte.
const ONE_BYTE: usize = 224;
/// So many times 256 further ones are two, of which the first says how many times 256.
const PAGES: usize = 30;
/// Any other place, seven bits a byte behind it.
const FAR: u8 = 254;
/// A hyphen joins the word behind it to the one before.
const JOINED: u8 = 255;

thread_local! {
    /// At which place a term stands among those of the article at hand, if it does.
    static PLACES: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

impl Words {
    /// Packs words, of which the first `title` are the title's; `firsts` are the article's terms in the order of their
    /// places, each with the first word that stood for it.
    pub(super) fn new(title: usize, words: &[Standing], firsts: &[(u32, u32)]) -> Self {
        PLACES.with_borrow_mut(|place_of| {
            let terms = firsts.iter().map(|&(term, _)| term as usize + 1);
            let terms = terms.max().unwrap_or(0);
            if place_of.len() < terms {
                place_of.resize(terms, 0);
            }
            for (&(term, _), place) in firsts.iter().zip(0..) {
                place_of[term as usize] = place;
            }
            let place = |standing: &Standing| {
                // what was left there by another article is no place of this term
                let place = *place_of.get(standing.term as usize)? as usize;
                (firsts.get(place) == Some(&(standing.term, standing.word))).then_some(place)
            };
            let mut others: Vec<u32> = words
                .iter()
                .filter(|standing| place(standing).is_none())
                .map(|standing| standing.word)
                .collect();
            others.sort_unstable();
            others.dedup();
            let mut bytes = Vec::with_capacity(words.len() * 3 / 2 + 8);
            put(&mut bytes, title as u64);
            put(&mut bytes, others.len() as u64);
            let mut next = 0;
            for &other in &others {
                put(&mut bytes, (other - next).into());
                next = other + 1;
            }
            for standing in words {
                if standing.joined {
                    bytes.push(JOINED);
                }
                put_place(
                    &mut bytes,
                    place(standing).unwrap_or_else(|| {
                        firsts.len() + others.partition_point(|&other| other < standing.word)
                    }),
                );
            }
            Self(bytes.into())
        })
    }

    /// Unpacks them.
    pub(super) fn spelling(&self) -> Spelling<'_> {
        let mut bytes = &self.0[..];
        let title = take(&mut bytes).unwrap_or(0) as usize;
        let count = take(&mut bytes).unwrap_or(0);
        let (mut others, mut next) = (Vec::new(), 0u32);
        for _ in 0..count {
            let Some(gap) = take(&mut bytes) else { break };
            let word = next.wrapping_add(gap as u32);
            others.push(word);
            next = word.wrapping_add(1);
        }
        Spelling {
            title,
            others,
            places: bytes,
        }
    }
}

/// Words, unpacked.
#[derive(Debug)]
pub(super) struct Spelling<'a> {
    /// How many words are the title's.
    pub(super) title: usize,
    /// The words that have the places behind those of the terms.
    pub(super) others: Vec<u32>,
    places: &'a [u8],
}

impl Spelling<'_> {
    /// There are no more places.
    pub(super) fn most(&self) -> usize {
        self.places.len()
    }

    /// Each word of the text by its place, and whether a hyphen joins it to the one before.
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, bool)> {
        let mut bytes = self.places;
        std::iter::from_fn(move || {
            let mut first = next(&mut bytes)?;
            let joined = first == JOINED;
            if joined {
                first = next(&mut bytes)?;
            }
            let place = match first {
                FAR.. => take(&mut bytes)? as usize,
                _ if usize::from(first) < ONE_BYTE => first.into(),
                _ => {
                    let page = usize::from(first) - ONE_BYTE;
                    ONE_BYTE + 256 * page + usize::from(next(&mut bytes)?)
                }
            };
            Some((place, joined))
        })
    }
}

fn next(bytes: &mut &[u8]) -> Option<u8> {
    let (&first, rest) = bytes.split_first()?;
    *bytes = rest;
    Some(first)
}

fn put_place(bytes: &mut Vec<u8>, place: usize) {
    match place.checked_sub(ONE_BYTE) {
        None => bytes.push(place as u8),
        Some(behind) if behind < 256 * PAGES => {
            bytes.extend([(ONE_BYTE + behind / 256) as u8, (behind % 256) as u8]);
        }
        Some(_) => {
            bytes.push(FAR);
            put(bytes, place as u64);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn unpacked_they_are_the_same(
            standing in prop::collection::vec((0u32..9000, 0u32..3, any::<bool>()), 0..400),
            left_out in 0u32..5,
            common in any::<bool>(),
        ) {
            let words: Vec<Standing> = standing
                .into_iter()
                .map(|(term, form, joined)| {
                    let term = if common { term % 300 } else { term };
                    Standing { word: 3 * term + form, term, joined }
                })
                .collect();
            // terms of which others are left out, as those of the parts of compounds are
            let firsts: Vec<(u32, u32)> = (0..9000).filter(|term| term % 5 != left_out).map(|term| (term, 3 * term)).collect();
            let packed = Words::new(7, &words, &firsts);
            let spelling = packed.spelling();
            let known: Vec<u32> = firsts.iter().map(|&(_, word)| word).chain(spelling.others.iter().copied()).collect();
            prop_assert_eq!(spelling.title, 7);
            let unpacked: Vec<(u32, bool)> = spelling.places().map(|(place, joined)| (known[place], joined)).collect();
            let expected: Vec<(u32, bool)> = words.iter().map(|standing| (standing.word, standing.joined)).collect();
            prop_assert_eq!(unpacked, expected);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let packed = Words(bytes.into());
            prop_assert!(packed.spelling().places().count() <= 60);
        }
    }
}
