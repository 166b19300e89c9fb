//! Tokens to a lexicon: the terms of some articles under small numbers, and how often each occurs.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::background::Background;
use crate::term::{for_each_term, name};
use crate::token::Token;

/// The terms of some articles, each under a number from 0 in the order in which they came.
///
/// Words are looked up once for each token, so the tables are small and the keys, which are hashes, are not
/// hashed again. Many lexicons of some articles each make one vocabulary of all.
#[derive(Clone, Debug)]
pub(crate) struct Lexicon {
    terms: Vec<LexiconTerm>,
    /// Where the entries of each article begin, one more than there are articles.
    starts: Vec<usize>,
    entries: Vec<u32>,
}

/// An entry is the number of a term and how often it occurs, in so many bits: half the room of two numbers, for what all
/// articles have at once. What does not fit stands as two numbers behind [`WIDE`].
const COUNT_BITS: u32 = 8;
/// No entry: the count has all bits.
const WIDE: u32 = u32::MAX;

/// A term of a [`Lexicon`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct LexiconTerm {
    pub(crate) hash: u64,
    /// Whether it begins with a digit.
    pub(crate) number: bool,
    /// In how many of the articles it occurs.
    pub(crate) articles: u32,
}

impl Lexicon {
    pub(crate) fn terms(&self) -> &[LexiconTerm] {
        &self.terms
    }

    /// The number of articles.
    pub(crate) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The terms of an article in no order, each once, and how often each occurs.
    pub(crate) fn article(&self, at: usize) -> impl Iterator<Item = (u32, u32)> {
        let mut entries = self.entries[self.starts[at]..self.starts[at + 1]].iter();
        std::iter::from_fn(move || match *entries.next()? {
            WIDE => Some((*entries.next()?, *entries.next()?)),
            entry => Some((entry >> COUNT_BITS, entry & !(WIDE << COUNT_BITS))),
        })
    }

    /// Adds a term of the last article.
    fn push(&mut self, term: u32, count: u32) {
        let most = !(WIDE << COUNT_BITS);
        match term <= WIDE >> COUNT_BITS && count < most {
            true => self.entries.push(term << COUNT_BITS | count),
            false => self.entries.extend([WIDE, term, count]),
        }
    }
}

/// How many words met lately are known.
const LATELY: usize = 1 << 12;
/// A place without a word.
const NOT_MET: (u64, u32) = (0, u32::MAX);

/// Makes one [`Lexicon`] after the other, article by article, in memory that is used again.
#[derive(Debug)]
pub(crate) struct LexiconBuilder<'b> {
    background: &'b Background,
    lexicon: Lexicon,
    /// The number of the term that a word or a compound stands for, by its hash.
    of_word: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// Words met lately and their terms, each in the one place that its hash points to: most words
    /// of a text are found here, in a table that stays in the fastest memory.
    lately: Vec<(u64, u32)>,
    /// The number of each term, by its hash.
    of_term: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    /// How often each term occurred in the article at hand.
    counts: Vec<u32>,
    /// Which terms occurred in it.
    occurred: Vec<u32>,
}

impl<'b> LexiconBuilder<'b> {
    pub(crate) fn new(background: &'b Background) -> Self {
        Self {
            background,
            lexicon: Lexicon {
                terms: Vec::new(),
                starts: vec![0],
                entries: Vec::new(),
            },
            of_word: HashMap::default(),
            lately: vec![NOT_MET; LATELY],
            of_term: HashMap::default(),
            counts: Vec::new(),
            occurred: Vec::new(),
        }
    }

    /// Counts the terms of a text of the article at hand; each counts `times`.
    pub(crate) fn count(&mut self, text: &str, tokens: &[Token], times: u32) {
        for_each_term(tokens, |term| {
            let term = match *term {
                [word] => {
                    let place = word.hash as usize % LATELY;
                    match self.lately[place] {
                        (hash, term) if hash == word.hash && term != u32::MAX => term,
                        _ => {
                            let known = self.of_word.get(&word.hash).copied();
                            let term = known.unwrap_or_else(|| self.learn(text, word));
                            self.lately[place] = (word.hash, term);
                            term
                        }
                    }
                }
                _ => self.term(name(text, term, self.background), term[0].number),
            };
            self.add(term, times);
        });
    }

    fn add(&mut self, term: u32, times: u32) {
        let count = &mut self.counts[term as usize];
        if *count == 0 {
            self.occurred.push(term);
        }
        *count = count.saturating_add(times);
    }

    /// The term of a word that was not met before. A word that the background lacks is taken by its
    /// first letters.
    fn learn(&mut self, text: &str, word: Token) -> u32 {
        let hash = name(text, &[word], self.background);
        let term = self.term(hash, word.number);
        self.of_word.insert(word.hash, term);
        term
    }

    fn term(&mut self, hash: u64, number: bool) -> u32 {
        let terms = &mut self.lexicon.terms;
        *self.of_term.entry(hash).or_insert_with(|| {
            terms.push(LexiconTerm {
                hash,
                number,
                articles: 0,
            });
            self.counts.push(0);
            terms.len() as u32 - 1
        })
    }

    /// Ends the article at hand.
    pub(crate) fn end_article(&mut self) {
        for term in self.occurred.drain(..) {
            let count = std::mem::take(&mut self.counts[term as usize]);
            self.lexicon.terms[term as usize].articles += 1;
            self.lexicon.push(term, count);
        }
        self.lexicon.starts.push(self.lexicon.entries.len());
    }

    /// The lexicon of the articles so far, in no more memory than it needs; the next one is of others.
    pub(crate) fn build(&mut self) -> Lexicon {
        let built = self.lexicon.clone();
        self.lexicon.terms.clear();
        self.lexicon.starts.truncate(1);
        self.lexicon.entries.clear();
        self.of_word.clear();
        self.lately.fill(NOT_MET);
        self.of_term.clear();
        self.counts.clear();
        built
    }
}

/// Hashes nothing: the keys are hashes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn write(&mut self, _: &[u8]) {
        unreachable!("only 64-bit keys are hashed");
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_and_counts_of_any_size_are_kept() {
        let numbers = [
            0,
            1,
            254,
            255,
            256,
            (1 << 24) - 1,
            1 << 24,
            u32::MAX - 1,
            u32::MAX,
        ];
        let all: Vec<(u32, u32)> = numbers
            .iter()
            .flat_map(|&term| numbers.map(|count| (term, count)))
            .collect();
        let mut lexicon = LexiconBuilder::new(&Background::none()).build();
        for (at, articles) in [&all[..40], &[], &all[40..]].into_iter().enumerate() {
            articles
                .iter()
                .for_each(|&(term, count)| lexicon.push(term, count));
            lexicon.starts.push(lexicon.entries.len());
            assert!(lexicon.article(at).eq(articles.iter().copied()));
        }
        assert_eq!(lexicon.len(), 3);
    }
}
