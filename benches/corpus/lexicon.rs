//! The words and names of the made-up news.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::draw::Draw;

/// The commonest words are real ones: they are half of any text, and the shipped background table
/// must know them for term weights to be like those of real news.
const COMMON: [&str; 56] = [
    "the", "to", "of", "and", "a", "in", "that", "for", "on", "is", "said", "with", "was", "as",
    "at", "he", "by", "it", "from", "have", "be", "has", "are", "his", "an", "not", "but", "they",
    "who", "will", "this", "were", "had", "would", "their", "more", "been", "or", "which", "we",
    "about", "after", "one", "its", "than", "people", "up", "when", "new", "also", "her", "out",
    "all", "if", "could", "there",
];
pub(super) const SHORTENED: [&str; 5] = ["don’t", "it’s", "wasn’t", "we’re", "didn’t"];
const ONSETS: [&str; 24] = [
    "b", "c", "d", "f", "g", "h", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "pr",
    "ch", "sh", "gr", "br", "pl", "",
];
const VOWELS: [&str; 10] = ["a", "e", "i", "o", "u", "e", "a", "ea", "ou", "ai"];
const CODAS: [&str; 14] = [
    "", "n", "r", "s", "t", "l", "nd", "st", "ng", "ck", "m", "rd", "ed", "ly",
];

/// How many different words there are, and how many names.
const WORDS: usize = 60_000;
const NAMES: usize = 5_000;
/// How many of the words are of a beat: what all news of, say, one conflict has in common.
pub(super) const BEATS: usize = 40;
pub(super) const BEAT_WORDS: usize = 100;

pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

/// All words and names.
pub(super) struct Lexicon {
    /// The commonest first.
    pub(super) words: Vec<String>,
    /// For each word the sum of the frequencies up to it.
    up_to: Vec<u64>,
    pub(super) names: Vec<String>,
}

impl Lexicon {
    fn new() -> Self {
        let mut draw = Draw::new(1);
        let mut spelled: HashSet<String> = COMMON.iter().map(|&word| word.to_owned()).collect();
        let mut words: Vec<String> = COMMON.iter().map(|&word| word.to_owned()).collect();
        let mut invent = |syllables: usize| loop {
            let mut word = String::new();
            for _ in 0..syllables {
                word.push_str(draw.pick::<&str>(&ONSETS));
                word.push_str(draw.pick::<&str>(&VOWELS));
            }
            word.push_str(draw.pick::<&str>(&CODAS));
            if spelled.insert(word.clone()) {
                return word;
            }
        };
        while words.len() < WORDS {
            let syllables = 1 + usize::from(words.len() > 1500) + usize::from(words.len() > 25_000);
            words.push(invent(syllables));
        }
        let names = (0..NAMES).map(|_| capitalised(&invent(2))).collect();
        // Zipf's law; the added 0.7 keeps "the" at 5%.
        let frequencies = (0..WORDS as u64).map(|rank| 10_000_000_000 / (10 * rank + 17));
        let up_to = frequencies
            .scan(0, |sum, frequency| Some((*sum += frequency, *sum).1))
            .collect();
        Self {
            words,
            up_to,
            names,
        }
    }

    pub(super) fn word(&self, draw: &mut Draw) -> &str {
        let total = self.up_to[WORDS - 1];
        let at = ((u128::from(draw.number()) * u128::from(total)) >> 64) as u64;
        &self.words[self.up_to.partition_point(|&sum| sum <= at)]
    }
}

pub(super) fn capitalised(word: &str) -> String {
    // every word of the lexicon is ASCII
    word[..1].to_ascii_uppercase() + &word[1..]
}
