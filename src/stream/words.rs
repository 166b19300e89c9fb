//! Texts to numbers of words: what an index keeps of an article.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::packed::{put, take};
use crate::article::Article;
use crate::background::Background;
use crate::lexicon::Hashed;
use crate::shingle::windows;
use crate::sketch::ArticleTokens;
use crate::term::{Joint, TITLE, compound, for_each_term, name, numbers};

/// All words and terms that an index has met, under numbers in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    words: Vec<Word>,
    /// The number of a word and that of its term.
    of_word: HashMap<u64, (u32, u32), BuildHasherDefault<Hashed>>,
    terms: Vec<Term>,
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

/// A word of the dictionary.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) hash: u64,
    /// The number of the term that it stands for when it stands alone.
    pub(super) term: u32,
    /// Whether it begins with a digit.
    pub(super) number: bool,
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
/// Shingles, keys and terms follow from it.
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
    pub(super) words: Vec<Word>,
    of_word: HashMap<u64, (u32, u32), BuildHasherDefault<Hashed>>,
    pub(super) terms: Vec<Term>,
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
}

#[cfg(feature = "store")]
impl Word {
    /// In the place of a word that was lost.
    const LOST: Self = Self {
        hash: 0,
        term: u32::MAX,
        number: false,
    };
}

impl Dictionary {
    pub(super) fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// The number of a term by its hash.
    pub(super) fn number(&self, term: u64) -> Option<u32> {
        self.of_term.get(&term).copied()
    }

    pub(super) fn bytes(&self) -> usize {
        let tables = 17 * self.of_word.capacity() + 13 * self.of_term.capacity();
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
                let (word, term) = known.unwrap_or_else(|| {
                    let hash = name(text, &[*token], background);
                    let term = self.term(hash, token.number, &mut fresh);
                    let word = (self.words.len() + fresh.words.len()) as u32;
                    fresh.of_word.insert(token.hash, (word, term));
                    fresh.words.push(Word {
                        hash: token.hash,
                        term,
                        number: token.number,
                    });
                    (word, term)
                });
                put(&mut packed, u64::from(word) << 1 | u64::from(token.joined));
                places.push(Place {
                    hash: token.hash,
                    term,
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
        fresh
            .terms
            .into_iter()
            .for_each(|term| self.learn_term(term));
        fresh
            .words
            .into_iter()
            .for_each(|word| self.learn_word(word));
    }

    pub(super) fn learn_term(&mut self, term: Term) {
        self.of_term.insert(term.hash, self.terms.len() as u32);
        self.terms.push(term);
    }

    pub(super) fn learn_word(&mut self, word: Word) {
        let number = self.words.len() as u32;
        self.of_word.insert(word.hash, (number, word.term));
        self.words.push(word);
    }

    /// Unpacks the words of an article.
    pub(super) fn places(&self, words: &Words) -> Places {
        let mut bytes = &words.0[..];
        let title = take(&mut bytes) as usize;
        let mut places = Vec::with_capacity(bytes.len());
        while !bytes.is_empty() {
            let packed = take(&mut bytes);
            let word = self.words[(packed >> 1) as usize];
            places.push(Place {
                hash: word.hash,
                term: word.term,
                joined: packed & 1 == 1,
                number: word.number,
            });
        }
        Places { places, title }
    }

    /// The terms of an article.
    pub(super) fn counts(&self, places: &Places) -> Counts {
        self.count(places, &mut Fresh::default())
    }

    /// Counts the terms of an article; some of them may be new.
    fn count(&self, places: &Places, fresh: &mut Fresh) -> Counts {
        let (title, body) = places.parts();
        let mut counts: Counts = Vec::with_capacity(places.places.len());
        for (part, times) in [(title, TITLE), (body, 1)] {
            for_each_term(part, |term| {
                let number = match term {
                    [place] => place.term,
                    _ => self.term(compound(term), term[0].number, fresh),
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
}

#[cfg(feature = "store")]
impl Dictionary {
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Takes the place of a word that was lost: no text has it.
    pub(super) fn learn_lost_word(&mut self) {
        self.words.push(Word::LOST);
    }

    /// Forgets words of which the term was lost; they are learned again when they come.
    pub(super) fn forget_lost(&mut self) {
        for at in 0..self.words.len() {
            let word = self.words[at];
            if !self.has(word.term) {
                self.of_word.remove(&word.hash);
                self.words[at] = Word::LOST;
            }
        }
    }

    /// Takes the place of a term that was lost.
    pub(super) fn learn_lost_term(&mut self) {
        self.terms.push(Term {
            hash: 0,
            number: false,
        });
    }

    /// Whether a term is there, and has not been lost.
    pub(super) fn has(&self, term: u32) -> bool {
        let known = self.terms.get(term as usize);
        known.is_some_and(|known| self.of_term.get(&known.hash) == Some(&term))
    }

    /// Whether all words of an article are there, and their terms.
    pub(super) fn has_all(&self, words: &Words) -> bool {
        let mut bytes = &words.0[..];
        take(&mut bytes);
        while !bytes.is_empty() {
            let number = (take(&mut bytes) >> 1) as u32;
            let known = self.words.get(number as usize);
            let there = known.is_some_and(|word| {
                self.of_word.get(&word.hash) == Some(&(number, word.term)) && self.has(word.term)
            });
            if !there {
                return false;
            }
        }
        true
    }
}

/// A word of an article: what it is, and how it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    hash: u64,
    /// The number of the term that it stands for when it stands alone.
    term: u32,
    joined: bool,
    number: bool,
}

impl Joint for Place {
    fn hash(&self) -> u64 {
        self.hash
    }

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

impl Places {
    fn parts(&self) -> (&[Place], &[Place]) {
        self.places.split_at(self.title.min(self.places.len()))
    }

    /// The hash of each window of words, in order.
    pub(super) fn windows(&self, window: usize) -> Vec<u64> {
        let words: Vec<u64> = self.places.iter().map(|place| place.hash).collect();
        let mut hashes = Vec::new();
        windows(&words, window, &mut hashes);
        hashes
    }

    /// The hashes of the terms that are numbers, ascending, each once.
    pub(super) fn numbers(&self) -> Box<[u64]> {
        let (title, body) = self.parts();
        numbers(title, body)
    }
}
