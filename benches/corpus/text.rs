//! Single texts, and how editors change them.

use samestory::hash;
use samestory_made::{Change, MadeNews};

/// A copy that is equal.
pub(crate) const UNCHANGED: Change = Change::Words { jaccard: 100 };
/// A copy with every twelfth word another one: of windows of three words it shares 0.6.
pub(crate) const EDITED: Change = Change::Words { jaccard: 41 };

/// A text of that many words, with the quotes and dashes of a typesetter.
pub(crate) fn of_words(words: usize) -> String {
    MadeNews::new(5).text(9, words)
}

/// A text of that many words on another event.
pub(crate) fn stranger(words: usize) -> String {
    MadeNews::new(5).text(2, words)
}

/// The text as an editor changes it; copies of different numbers differ.
pub(crate) fn copy(text: &str, how: Change, number: u64) -> String {
    MadeNews::new(5).copy(text, how, number)
}

/// The same text as written on a typewriter: no curly quotes, no dashes.
pub(crate) fn typewritten(text: &str) -> String {
    text.replace('’', "'")
        .replace(['“', '”'], "\"")
        .replace('—', "--")
}

/// The text with an accent or a Cyrillic letter in nearly every word: the worst case for a tokenizer
/// that is quick with ASCII.
pub(crate) fn accented(text: &str) -> String {
    text.replace('e', "é").replace('o', "ö").replace('a', "а")
}

/// Han characters, with a full stop for every sentence.
pub(crate) fn han(characters: usize) -> String {
    let common = |at: usize| {
        let draw = |salt: u32| hash::mix(hash::constant(u64::from(salt) << 32 | at as u64)) % 3000;
        char::from_u32(0x4E00 + draw(4).min(draw(5)) as u32)
    };
    (0..characters)
        .filter_map(|at| {
            if at % 20 == 19 {
                Some('。')
            } else {
                common(at)
            }
        })
        .collect()
}
