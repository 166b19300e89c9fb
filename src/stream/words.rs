//! Texts to numbers of words: what an index keeps of an article.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use crate::article::Article;
use crate::background::Background;
use crate::hash;
use crate::lexicon::Hashed;
use crate::shingle::windows;
use crate::sketch::ArticleTokens;
use crate::term::{Joint, TITLE, for_each_term, name};

/// All words and terms that an index has met, under numbers in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    words: Vec<Word>,
    of_word: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    terms: Vec<Term>,
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

/// A word of the dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    hash: u64,
    /// The number of the term that it stands for when it stands alone.
    term: u32,
    /// Whether it begins with a digit.
    number: bool,
}

/// A term of the dictionary: a word, what the forms of a word share, or a compound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Term {
    pub(super) hash: u64,
    /// Whether it begins with a digit.
    pub(super) number: bool,
}

/// The words of an article by their numbers, packed: about two bytes a word.
///
/// Shingles, keys and terms follow from it, so nothing else has to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Words(pub(super) Box<[u8]>);

/// Number of a term and how often it occurs in an article, ascending, each once.
pub(super) type Counts = Vec<(u32, u32)>;

/// What a dictionary says of an article that it has not learned.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) words: Words,
    pub(super) counts: Counts,
    /// What is new, under the next numbers.
    pub(super) fresh: Fresh,
}

/// Words and terms that a dictionary lacks.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    words: Vec<Word>,
    of_word: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    pub(super) terms: Vec<Term>,
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

impl Dictionary {
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub(super) fn bytes(&self) -> usize {
        let tables = 13 * (self.of_word.capacity() + self.of_term.capacity());
        tables + 16 * (self.words.capacity() + self.terms.capacity())
    }

    /// Reads an article; nothing is learned yet.
    pub(super) fn read(
        &self,
        article: &Article<'_>,
        tokens: &ArticleTokens,
        background: &Background,
    ) -> Reading {
        let mut fresh = Fresh::default();
        let (title, body) = tokens.parts();
        let mut places = Vec::with_capacity(tokens.tokens.len());
        let mut packed = Vec::with_capacity(2 * tokens.tokens.len() + 4);
        put(&mut packed, title.len() as u64);
        for (text, part) in [(article.title, title), (article.body, body)] {
            for token in part {
                let known = self.of_word.get(&token.hash);
                let known = known.or_else(|| fresh.of_word.get(&token.hash)).copied();
                let word = known.unwrap_or_else(|| {
                    let hash = name(text, &[*token], background);
                    let term = self.term(hash, token.number, &mut fresh);
                    let word = (self.words.len() + fresh.words.len()) as u32;
                    fresh.of_word.insert(token.hash, word);
                    fresh.words.push(Word {
                        hash: token.hash,
                        term,
                        number: token.number,
                    });
                    word
                });
                put(&mut packed, u64::from(word) << 1 | u64::from(token.joined));
                places.push(Place {
                    word,
                    joined: token.joined,
                    number: token.number,
                });
            }
        }
        let title = title.len();
        let counts = self.count(&Places { places, title }, &mut fresh);
        Reading {
            words: Words(packed.into()),
            counts,
            fresh,
        }
    }

    /// The number of a term, the next one if it is new.
    fn term(&self, hash: u64, number: bool, fresh: &mut Fresh) -> u32 {
        if let Some(&known) = self.of_term.get(&hash) {
            return known;
        }
        *fresh.of_term.entry(hash).or_insert_with(|| {
            fresh.terms.push(Term { hash, number });
            (self.terms.len() + fresh.terms.len() - 1) as u32
        })
    }

    /// Learns what is new.
    pub(super) fn learn(&mut self, fresh: Fresh) {
        for term in fresh.terms {
            self.of_term.insert(term.hash, self.terms.len() as u32);
            self.terms.push(term);
        }
        for word in fresh.words {
            self.of_word.insert(word.hash, self.words.len() as u32);
            self.words.push(word);
        }
    }

    /// Unpacks the words of an article.
    pub(super) fn places(&self, words: &Words) -> Places {
        let mut bytes = &words.0[..];
        let title = take(&mut bytes) as usize;
        let mut places = Vec::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let packed = take(&mut bytes);
            let word = (packed >> 1) as u32;
            places.push(Place {
                word,
                joined: packed & 1 == 1,
                number: self.words[word as usize].number,
            });
        }
        Places { places, title }
    }

    /// The terms of an article.
    pub(super) fn counts(&self, places: &Places) -> Counts {
        self.count(places, &mut Fresh::default())
    }

    /// Counts the terms of an article; some of its words may be new, and some of its compounds.
    fn count(&self, places: &Places, fresh: &mut Fresh) -> Counts {
        let (title, body) = places.places.split_at(places.title);
        let mut counts: Counts = Vec::with_capacity(places.places.len());
        for (part, times) in [(title, TITLE), (body, 1)] {
            for_each_term(part, |term| {
                let number = match term {
                    [place] => self.word(place.word, fresh).term,
                    _ => self.term(self.compound(term, fresh), term[0].number, fresh),
                };
                counts.push((number, times));
            });
        }
        counts.sort_unstable_by_key(|&(term, _)| term);
        counts.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.saturating_add(next.1);
            }
            same
        });
        counts
    }

    fn word(&self, number: u32, fresh: &Fresh) -> Word {
        let number = number as usize;
        let known = self.words.get(number).copied();
        known.unwrap_or_else(|| fresh.words[number - self.words.len()])
    }

    /// The hash of each window of words, in order.
    pub(super) fn windows(&self, places: &Places, window: usize) -> Vec<u64> {
        let hash = |place: &Place| self.words[place.word as usize].hash;
        let words: Vec<u64> = places.places.iter().map(hash).collect();
        let mut hashes = Vec::new();
        windows(&words, window, &mut hashes);
        hashes
    }

    /// The hashes of the terms that are numbers, ascending, each once.
    pub(super) fn numbers(&self, places: &Places) -> Box<[u64]> {
        let (title, body) = places.places.split_at(places.title);
        let mut numbers = Vec::new();
        for part in [title, body] {
            for_each_term(part, |term| {
                if term[0].number {
                    numbers.push(self.compound(term, &Fresh::default()));
                }
            });
        }
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into()
    }

    /// The hash of a word or compound as it stands.
    fn compound(&self, term: &[Place], fresh: &Fresh) -> u64 {
        let hash = |place: &Place| self.word(place.word, fresh).hash;
        match term {
            [word] => hash(word),
            _ => {
                let hashes: Vec<u64> = term.iter().map(hash).collect();
                hash::sequence(&hashes)
            }
        }
    }
}

/// Appends a number, seven bits a byte, the lowest first.
fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// Takes a number that `put` has written.
fn take(bytes: &mut &[u8]) -> u64 {
    let (mut number, mut shift) = (0, 0);
    while let [byte, rest @ ..] = *bytes {
        *bytes = rest;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    number
}

/// A word of an article: its number, and how it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    word: u32,
    joined: bool,
    number: bool,
}

impl Joint for Place {
    fn joined(&self) -> bool {
        self.joined
    }

    fn number(&self) -> bool {
        self.number
    }
}

/// The words of an article, unpacked.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    places: Vec<Place>,
    /// How many of them are the title's.
    title: usize,
}
