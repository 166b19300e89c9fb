//! Single texts, and how editors change them.

use samestory::hash;

use super::draw::Draw;
use super::lexicon::LEXICON;
use super::report::{Event, Writer};

/// A text of that many words, with the quotes and dashes of a typesetter.
pub(crate) fn of_words(words: usize) -> String {
    // a seed whose short text has its share of curly marks too
    written(words, 11)
}

/// A text of that many words on another event.
pub(crate) fn stranger(words: usize) -> String {
    written(words, 3)
}

fn written(words: usize, seed: u64) -> String {
    let mut draw = Draw::new(seed);
    let event = Event::new(&mut draw, 0);
    Writer {
        draw,
        event: &event,
    }
    .body(words)
}

/// The same text as written on a typewriter: nothing but ASCII.
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
    let mut draw = Draw::new(4);
    let common =
        |draw: &mut Draw| char::from_u32(0x4E00 + draw.below(3000).min(draw.below(3000)) as u32);
    (0..characters)
        .filter_map(|at| {
            if at % 20 == 19 {
                Some('。')
            } else {
                common(&mut draw)
            }
        })
        .collect()
}

/// How an editor takes over a text.
#[derive(Clone, Copy)]
pub(crate) enum Copied {
    Unchanged,
    /// Only the first 60%.
    Trimmed,
    /// Every twelfth word another one: a Jaccard similarity near 0.6.
    Edited,
}

/// A copy of a text; copies of different seeds differ.
pub(crate) fn copy(text: &str, how: Copied, seed: u64) -> String {
    match how {
        Copied::Unchanged => text.to_owned(),
        Copied::Trimmed => {
            let words = text.split(' ').count() * 6 / 10;
            text.split(' ').take(words).collect::<Vec<&str>>().join(" ")
        }
        Copied::Edited => {
            let mut draw = Draw::new(hash::constant(seed));
            let edited = |(at, word)| {
                if at % 12 == 5 {
                    LEXICON.word(&mut draw)
                } else {
                    word
                }
            };
            text.split(' ')
                .enumerate()
                .map(edited)
                .collect::<Vec<&str>>()
                .join(" ")
        }
    }
}
