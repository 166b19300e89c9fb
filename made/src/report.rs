//! What one reporter knows of an event.

use crate::common::WEEKDAYS;
use crate::draw::Draw;
use crate::event::Event;
use crate::lexicon::LEXICON;
use crate::name::Name;

/// Of 1,000 names, words, numbers and quotes of an event, how many a reporter has.
const HAS_NAME: usize = 850;
const HAS_WORD: usize = 750;
const HAS_NUMBER: usize = 600;
const HAS_QUOTE: usize = 750;
/// How many names and words a reporter adds.
const OWN_NAMES: usize = 3;
const OWN_WORDS: usize = 12;

/// A reporter's share of an event, and an angle that no other report has.
#[derive(Debug)]
pub(crate) struct Report<'a> {
    pub(crate) event: &'a Event,
    /// What is of the event, never empty.
    pub(crate) names: Vec<&'a Name>,
    pub(crate) words: Vec<&'a str>,
    pub(crate) numbers: Vec<&'a str>,
    pub(crate) quotes: Vec<&'a str>,
    pub(crate) phrases: Vec<&'a str>,
    pub(crate) own_names: Vec<&'static Name>,
    pub(crate) own_words: Vec<&'static str>,
    pub(crate) weekday: &'static str,
}

impl<'a> Report<'a> {
    /// A reporter who writes on that day, counted from a Monday.
    pub(crate) fn new(event: &'a Event, day: u64, draw: &mut Draw) -> Self {
        let mut own_names = Vec::with_capacity(OWN_NAMES);
        while own_names.len() < OWN_NAMES {
            own_names.push(match draw.below(2) {
                0 => event.topic.name(draw),
                _ => Name::known(draw),
            });
        }
        Self {
            event,
            names: some(&event.names, HAS_NAME, draw),
            words: some(&event.words, HAS_WORD, draw),
            numbers: some(&event.numbers, HAS_NUMBER, draw),
            quotes: some(&event.quotes, HAS_QUOTE, draw),
            phrases: some(&event.phrases, HAS_WORD, draw),
            own_names,
            own_words: (0..OWN_WORDS).map(|_| LEXICON.telling(draw, 300)).collect(),
            weekday: WEEKDAYS[(day % 7) as usize],
        }
    }
}

/// Some of all in their order, the first one if none.
fn some<'a, T, U: ?Sized>(all: &'a [T], per_mille: usize, draw: &mut Draw) -> Vec<&'a U>
where
    T: std::borrow::Borrow<U>,
{
    let mut some: Vec<&U> = Vec::with_capacity(all.len());
    for one in all {
        if draw.chance(per_mille) {
            some.push(one.borrow());
        }
    }
    if some.is_empty() {
        some.push(all[0].borrow());
    }
    some
}
