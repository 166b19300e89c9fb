//! What happened: the names, numbers and words that reports of it have in common.

use crate::draw::{Draw, For};
use crate::lexicon::LEXICON;
use crate::name::Name;
use crate::number;
use crate::topic::Topic;

/// How many names, words, numbers, quotes and phrases an event has.
const NAMES: usize = 7;
const WORDS: usize = 16;
const NUMBERS: usize = 4;
const QUOTES: usize = 4;
const PHRASES: usize = 8;
/// A matter goes on for so many days, with new events.
const THREAD_DAYS: u64 = 5;
/// How many names and words of an event are of the matter it belongs to, if any.
const THREAD_NAMES: usize = 3;
const THREAD_WORDS: usize = 6;

/// An event, the most telling of each list first.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) topic: &'static Topic,
    pub(crate) names: Vec<Name>,
    pub(crate) words: Vec<&'static str>,
    pub(crate) numbers: Vec<String>,
    /// What somebody said: 8 to 12 words.
    pub(crate) quotes: Vec<String>,
    /// What everybody calls something: 3 or 4 words.
    pub(crate) phrases: Vec<String>,
}

impl Event {
    /// The event of that number on a day.
    pub(crate) fn new(seed: u64, day: u64, number: u64) -> Self {
        let draw = &mut Draw::new(For::Event, &[seed, day, number]);
        let topic = Topic::draw(draw);
        let mut names = Vec::with_capacity(NAMES);
        let mut words = Vec::with_capacity(WORDS);
        if draw.chance(600) {
            let days = [seed, topic.number, day / THREAD_DAYS];
            let thread = &mut Draw::new(For::Thread, &days);
            names.extend((0..THREAD_NAMES).map(|_| Name::new(thread)));
            words.extend((0..THREAD_WORDS).map(|_| LEXICON.telling(thread, 300)));
        }
        names.push(Name::new(draw));
        while names.len() < NAMES {
            names.push(match draw.below(10) {
                0..4 => Name::new(draw),
                4..8 => topic.name(draw).clone(),
                _ => Name::known(draw).clone(),
            });
        }
        words.resize_with(WORDS, || LEXICON.telling(draw, 300));
        draw.shuffle(&mut names);
        draw.shuffle(&mut words);
        Self {
            topic,
            numbers: (0..NUMBERS).map(|_| number::any(draw)).collect(),
            quotes: (0..QUOTES)
                .map(|_| {
                    let length = 8 + draw.below(5);
                    together(draw, &words, length)
                })
                .collect(),
            phrases: (0..PHRASES)
                .map(|_| {
                    let length = 3 + draw.below(2);
                    together(draw, &words, length)
                })
                .collect(),
            names,
            words,
        }
    }
}

/// So many words, some of them the event's, that will stand together.
fn together(draw: &mut Draw, words: &[&str], length: usize) -> String {
    let mut quote = String::new();
    for at in 0..length {
        if at > 0 {
            quote.push(' ');
        }
        quote.push_str(match draw.below(5) {
            0 => draw.pick(words),
            _ if at + 1 == length => LEXICON.content(draw),
            _ => LEXICON.word(draw).text,
        });
    }
    quote
}
