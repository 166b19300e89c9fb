//! The words of the made-up language.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::common::{FUNCTION, NEWS};
use crate::draw::{Draw, For};
use crate::syllable;
use crate::weighted::Weighted;

/// How many common words there are.
const WORDS: usize = 60_000;
/// So many words of grammar stand at the top; then every fourth word is one, until there are no more.
const TOP: usize = 35;

/// The one language of all made-up news, whatever its seed.
pub(crate) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

/// All words, the commonest first: real ones, then made-up ones.
///
/// They stand in one string: a word that is drawn is seldom in the nearest cache, and so it is in the
/// next one.
#[derive(Debug)]
pub(crate) struct Lexicon {
    text: String,
    places: Vec<Place>,
    frequencies: Weighted,
}

/// Where a word stands.
#[derive(Debug)]
struct Place {
    start: u32,
    length: u8,
    function: bool,
}

/// A word, and whether it is one of grammar, which cannot end a sentence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) text: &'a str,
    pub(crate) function: bool,
}

impl Lexicon {
    fn new() -> Self {
        let mut made = Self {
            text: String::new(),
            places: Vec::with_capacity(WORDS),
            // "the" is 5% of all words
            frequencies: Weighted::zipf(WORDS, 14),
        };
        let mut spelled = HashSet::new();
        for word in real() {
            if spelled.insert(word.text.to_owned()) {
                made.push(word);
            }
        }
        let mut draw = Draw::new(For::Language, &[1]);
        while made.places.len() < WORDS {
            // common words are short
            let syllables = match draw.below(30) {
                0 => 3,
                1 => 2,
                _ => 1 + usize::from(made.places.len() > 16_000),
            };
            let text = syllable::word(&mut draw, syllables);
            if text.len() > 2 && spelled.insert(text.clone()) {
                made.push(Word {
                    text: &text,
                    function: false,
                });
            }
        }
        made
    }

    fn push(&mut self, word: Word<'_>) {
        self.places.push(Place {
            start: self.text.len() as u32,
            length: word.text.len() as u8,
            function: word.function,
        });
        self.text.push_str(word.text);
    }

    fn at(&self, rank: usize) -> Word<'_> {
        let place = &self.places[rank];
        let start = place.start as usize;
        Word {
            text: &self.text[start..start + usize::from(place.length)],
            function: place.function,
        }
    }

    /// Any word, as frequent as it is.
    pub(crate) fn word(&self, draw: &mut Draw) -> Word<'_> {
        self.at(self.frequencies.draw(draw))
    }

    /// A word of content, as frequent as it is.
    pub(crate) fn content(&self, draw: &mut Draw) -> &str {
        loop {
            let word = self.word(draw);
            if !word.function {
                return word.text;
            }
        }
    }

    /// A word that says something: of the ranks from `from`, the first of them more often.
    pub(crate) fn telling(&self, draw: &mut Draw, from: usize) -> &str {
        let end = WORDS - from;
        let at = draw.early(end).min(draw.early(end));
        self.at(from + at).text
    }
}

/// The real words in the order of their ranks.
fn real() -> Vec<Word<'static>> {
    let word = |function| move |text| Word { text, function };
    let mut grammar = FUNCTION.split(' ').map(word(true));
    let mut words: Vec<Word<'_>> = grammar.by_ref().take(TOP).collect();
    for (at, news) in NEWS.split(' ').map(word(false)).enumerate() {
        words.push(news);
        if at % 3 == 2 {
            words.extend(grammar.next());
        }
    }
    words
}
