//! Texts to numbers of words: what an index keeps of an article.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use super::list;
use super::packed::PackedVector;
#[cfg(feature = "store")]
use super::rows::Read;
use super::spelling::Words;
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
    /// The first word that stood for it, or [`NO_WORD`]. Most terms have no other, as only those are taken by their first
    /// letters that the background lacks.
    pub(super) word: u32,
    /// Whether it begins with a digit.
    pub(super) number: bool,
    /// Whether the first word is the term itself, so that one need not look it up.
    is_word: bool,
}

/// So many bytes a word and a term have in an image.
#[cfg(feature = "store")]
const WORD: usize = 14;
#[cfg(feature = "store")]
const TERM: usize = 15;

/// A compound is no word.
const NO_WORD: u32 = u32::MAX;

/// Number of a term and how often it occurs in an article, ascending, each once.
pub(super) type Counts = Vec<(u32, u32)>;

/// What a dictionary says of an article: its words and terms by their numbers, those that it lacks under the next ones.
#[derive(Debug)]
pub(super) struct Reading {
    /// How many words are the title's.
    title: usize,
    words: Vec<Standing>,
    /// The number of each term as it stands there, and how often it counts.
    terms: Counts,
    pub(super) fresh: Fresh,
}

/// A word by its number, and how it stands in an article.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    pub(super) word: u32,
    /// The number of its term.
    pub(super) term: u32,
    /// Whether a hyphen joins it to the one before.
    pub(super) joined: bool,
}

impl Reading {
    /// Packs the words and counts the terms, under the numbers that what was fresh has got, if it has been learned.
    pub(super) fn counted(mut self, dictionary: &Dictionary) -> (Words, Counts, Fresh) {
        let fresh = self.fresh;
        for standing in &mut self.words {
            standing.word = fresh.word_number(standing.word);
            standing.term = fresh.term_number(standing.term);
        }
        for (term, _) in &mut self.terms {
            *term = fresh.term_number(*term);
        }
        let counts = gathered(self.terms);
        let first_word = |term: u32| {
            let known = dictionary.terms.get(term as usize);
            (term, known.unwrap_or_else(|| fresh.term(term)).word)
        };
        let terms = counts.iter().map(|&(term, count)| (term, count > 1));
        let terms = by_place(terms, counts.len());
        let firsts: Vec<(u32, u32)> = terms.into_iter().map(first_word).collect();
        let words = Words::new(self.title, &self.words, &firsts);
        (words, counts, fresh)
    }
}

/// Terms that stand there several times as one.
fn gathered(mut counts: Counts) -> Counts {
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

/// The terms of an article, each with whether it occurs more than once, in the order of the places by which its words are
/// said. Those that do come first: low places take less room.
fn by_place(terms: impl Iterator<Item = (u32, bool)>, most: usize) -> Vec<u32> {
    let (mut all, mut others) = (Vec::with_capacity(most), Vec::with_capacity(most));
    for (term, repeated) in terms {
        match repeated {
            true => all.push(term),
            false => others.push(term),
        }
    }
    all.append(&mut others);
    all
}

/// Words and terms that a dictionary lacks, under the numbers behind its last ones.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    first_word: u32,
    words: Vec<Word>,
    of_word: HashMap<u64, (u32, u32), BuildHasherDefault<Hashed>>,
    first_term: u32,
    terms: Vec<Term>,
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// The numbers under which they were learned; none while they were not.
    word_numbers: Vec<u32>,
    term_numbers: Vec<u32>,
}

impl Fresh {
    /// A term by its number.
    pub(super) fn term(&self, number: u32) -> &Term {
        &self.terms[(number - self.first_term) as usize]
    }

    fn word_number(&self, number: u32) -> u32 {
        let at = number.checked_sub(self.first_word);
        let learned = at.and_then(|at| self.word_numbers.get(at as usize));
        learned.copied().unwrap_or(number)
    }

    fn term_number(&self, number: u32) -> u32 {
        let at = number.checked_sub(self.first_term);
        let learned = at.and_then(|at| self.term_numbers.get(at as usize));
        learned.copied().unwrap_or(number)
    }
}

impl Term {
    /// One for which no word stands yet.
    pub(super) const fn new(hash: u64, number: bool) -> Self {
        Self {
            hash,
            word: NO_WORD,
            number,
            is_word: false,
        }
    }

    /// Notes a word that stands for it, if it is the first.
    fn stands_for(&mut self, number: u32, word: &Word) {
        if self.word == NO_WORD {
            self.word = number;
            self.is_word = (self.hash, self.number) == (word.hash, word.number);
        }
    }
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
        let tables = 17 * (self.of_word.capacity() + self.of_term.capacity());
        tables + 16 * (self.words.capacity() + self.terms.capacity())
    }

    /// Reads an article; nothing is learned yet.
    pub(super) fn read(
        &self,
        article: &Article<'_>,
        tokens: &ArticleTokens,
        background: &Background,
    ) -> Reading {
        let mut fresh = Fresh {
            first_word: self.words.len() as u32,
            first_term: self.terms.len() as u32,
            ..Fresh::default()
        };
        let (title, body) = tokens.parts();
        let mut places = Vec::with_capacity(tokens.tokens.len());
        let mut words = Vec::with_capacity(tokens.tokens.len());
        for (text, part) in [(article.title, title), (article.body, body)] {
            for token in part {
                let known = self.of_word.get(&token.hash);
                let known = known.or_else(|| fresh.of_word.get(&token.hash)).copied();
                let (word, term) = known.unwrap_or_else(|| {
                    let hash = name(text, &[*token], background);
                    let term = self.term(hash, token.number, &mut fresh);
                    let number = fresh.first_word + fresh.words.len() as u32;
                    let word = Word {
                        hash: token.hash,
                        term,
                        number: token.number,
                    };
                    if let Some(term) = term.checked_sub(fresh.first_term) {
                        fresh.terms[term as usize].stands_for(number, &word);
                    }
                    fresh.of_word.insert(token.hash, (number, term));
                    fresh.words.push(word);
                    (number, term)
                });
                words.push(Standing {
                    word,
                    term,
                    joined: token.joined,
                });
                places.push(Place {
                    hash: token.hash,
                    term,
                    joined: token.joined,
                    number: token.number,
                });
            }
        }
        let title = title.len();
        let terms = self.terms_of(&Places { places, title }, &mut fresh);
        Reading {
            title,
            words,
            terms,
            fresh,
        }
    }

    /// The number of a term, the next one if it is new.
    fn term(&self, hash: u64, number: bool, fresh: &mut Fresh) -> u32 {
        if let Some(&known) = self.of_term.get(&hash) {
            return known;
        }
        *fresh.of_term.entry(hash).or_insert_with(|| {
            fresh.terms.push(Term::new(hash, number));
            fresh.first_term + fresh.terms.len() as u32 - 1
        })
    }

    /// Learns what is new, unless another article has brought it in the meantime, and notes its numbers. Gives the terms
    /// that it lacked.
    pub(super) fn learn(&mut self, fresh: &mut Fresh) -> &[Term] {
        let known = self.terms.len();
        for &term in &fresh.terms {
            let number = self.of_term.get(&term.hash).copied();
            fresh.term_numbers.push(number.unwrap_or_else(|| {
                self.learn_term(Term::new(term.hash, term.number));
                self.terms.len() as u32 - 1
            }));
        }
        for word in &fresh.words {
            let number = self.of_word.get(&word.hash).map(|&(number, _)| number);
            fresh.word_numbers.push(number.unwrap_or_else(|| {
                let (term, number) = (fresh.term_number(word.term), self.words.len() as u32);
                self.terms[term as usize].stands_for(number, word);
                self.learn_word(Word { term, ..*word });
                number
            }));
        }
        &self.terms[known..]
    }

    pub(super) fn learn_term(&mut self, term: Term) {
        self.of_term.insert(term.hash, self.terms.len() as u32);
        list::push(&mut self.terms, term);
    }

    pub(super) fn learn_word(&mut self, word: Word) {
        let number = self.words.len() as u32;
        self.of_word.insert(word.hash, (number, word.term));
        list::push(&mut self.words, word);
    }

    /// Unpacks the words of an article.
    pub(super) fn places(&self, words: &Words, vector: &PackedVector) -> Places {
        let spelling = words.spelling();
        let terms = vector.terms().map(|term| (term.term, term.repeated));
        let terms = by_place(terms, vector.most());
        let firsts = terms.into_iter().map(|term| self.first_word(term));
        let others = spelling.others.iter().map(|&word| self.place(word));
        let known: Vec<Place> = firsts.chain(others).collect();
        let mut places = Vec::with_capacity(spelling.most());
        places.extend(spelling.places().map(|(at, joined)| Place {
            joined,
            ..known.get(at).copied().unwrap_or_default()
        }));
        Places {
            places,
            title: spelling.title,
        }
    }

    /// The first word that stood for a term.
    fn first_word(&self, number: u32) -> Place {
        match self.terms.get(number as usize) {
            Some(term) if term.is_word => Place {
                hash: term.hash,
                term: number,
                joined: false,
                number: term.number,
            },
            // of a compound there is no word, and no place names it
            term => self.place(term.map_or(NO_WORD, |term| term.word)),
        }
    }

    fn place(&self, word: u32) -> Place {
        let word = self.words.get(word as usize);
        word.map_or(Place::default(), |word| Place {
            hash: word.hash,
            term: word.term,
            joined: false,
            number: word.number,
        })
    }

    /// The terms of an article that has been learned.
    pub(super) fn counts(&self, places: &Places) -> Counts {
        gathered(self.terms_of(places, &mut Fresh::default()))
    }

    /// The terms of an article as they stand there; some of them may be new.
    fn terms_of(&self, places: &Places, fresh: &mut Fresh) -> Counts {
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
        counts
    }
}

#[cfg(feature = "store")]
impl Dictionary {
    pub(super) fn words(&self) -> &[Word] {
        &self.words
    }

    /// Words and terms. Of each it is said whether it can be looked up, as those that were lost cannot.
    pub(super) fn to_image(&self) -> (Vec<u8>, Vec<u8>) {
        let words = || {
            let mut bytes = Vec::with_capacity(WORD * self.words.len());
            for (word, number) in self.words.iter().zip(0..) {
                bytes.extend(word.hash.to_le_bytes());
                bytes.extend(word.term.to_le_bytes());
                let is_known = self.of_word.get(&word.hash) == Some(&(number, word.term));
                bytes.extend([word.number, is_known].map(u8::from));
            }
            bytes
        };
        let terms = || {
            let mut bytes = Vec::with_capacity(TERM * self.terms.len());
            for (term, number) in self.terms.iter().zip(0..) {
                bytes.extend(term.hash.to_le_bytes());
                bytes.extend(term.word.to_le_bytes());
                let is_known = self.of_term.get(&term.hash) == Some(&number);
                bytes.extend([term.number, term.is_word, is_known].map(u8::from));
            }
            bytes
        };
        rayon::join(words, terms)
    }

    pub(super) fn of_image(words: &[u8], terms: &[u8]) -> Option<Self> {
        let of_words = || {
            let (bytes, _) = words.as_chunks::<WORD>();
            let mut words = Vec::with_capacity(bytes.len());
            let mut of_word = HashMap::default();
            of_word.reserve(bytes.len());
            for (bytes, number) in bytes.iter().zip(0..) {
                let mut read = Read(bytes);
                let word = Word {
                    hash: read.u64()?,
                    term: read.u32()?,
                    number: read.flag()?,
                };
                if read.flag()? {
                    of_word.insert(word.hash, (number, word.term));
                }
                words.push(word);
            }
            Some((words, of_word))
        };
        let of_terms = || {
            let (bytes, _) = terms.as_chunks::<TERM>();
            let mut terms = Vec::with_capacity(bytes.len());
            let mut of_term = HashMap::default();
            of_term.reserve(bytes.len());
            for (bytes, number) in bytes.iter().zip(0..) {
                let mut read = Read(bytes);
                let term = Term {
                    hash: read.u64()?,
                    word: read.u32()?,
                    number: read.flag()?,
                    is_word: read.flag()?,
                };
                if read.flag()? {
                    of_term.insert(term.hash, number);
                }
                terms.push(term);
            }
            Some((terms, of_term))
        };
        let (words, terms) = rayon::join(of_words, of_terms);
        let ((words, of_word), (terms, of_term)) = (words?, terms?);
        Some(Self {
            words,
            of_word,
            terms,
            of_term,
        })
    }

    /// Takes the place of a word that was lost: no text has it.
    pub(super) fn learn_lost_word(&mut self) {
        self.words.push(Word::LOST);
    }

    /// Learns the first word that stood for its term.
    pub(super) fn learn_first_word(&mut self, word: Word) {
        let number = self.words.len() as u32;
        if let Some(term) = self.terms.get_mut(word.term as usize) {
            term.stands_for(number, &word);
        }
        self.learn_word(word);
    }

    /// Whether a word is the first that stood for its term.
    pub(super) fn is_first(&self, word: u32) -> bool {
        let term = self.words[word as usize].term;
        let known = self.terms.get(term as usize);
        known.is_some_and(|term| term.word == word)
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
        self.terms.push(Term::new(0, false));
    }

    /// Whether a term is there, and has not been lost.
    pub(super) fn has(&self, term: u32) -> bool {
        let known = self.terms.get(term as usize);
        known.is_some_and(|known| self.of_term.get(&known.hash) == Some(&term))
    }

    /// Whether all words of an article are there, and their terms, when the terms of its vector are.
    pub(super) fn has_all(&self, words: &Words, vector: &PackedVector) -> bool {
        let spelling = words.spelling();
        let is_there = |number: u32| {
            let known = self.words.get(number as usize);
            known.is_some_and(|word| {
                self.of_word.get(&word.hash) == Some(&(number, word.term)) && self.has(word.term)
            })
        };
        let first_word = |term: u32| {
            let known = self.terms.get(term as usize);
            known.map_or(NO_WORD, |known| known.word)
        };
        let terms = vector.terms().map(|term| (term.term, term.repeated));
        let terms = by_place(terms, vector.most());
        let firsts = terms.into_iter().map(first_word);
        let words = firsts.chain(spelling.others.iter().copied());
        let are_there: Vec<bool> = words.map(is_there).collect();
        spelling
            .places()
            .all(|(at, _)| are_there.get(at).is_some_and(|&is_there| is_there))
    }
}

/// A word of an article: what it is, and how it stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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
