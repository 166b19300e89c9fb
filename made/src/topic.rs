//! Topics: what makes articles alike that report different events.

use std::sync::LazyLock;

use crate::draw::{Draw, For};
use crate::lexicon::LEXICON;
use crate::name::Name;
use crate::weighted::Weighted;

const TOPICS: usize = 400;
const WORDS: usize = 150;
const NAMES: usize = 20;

/// The words and names that all news of one topic favours, the first of each the most.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) number: u64,
    words: Vec<&'static str>,
    names: Vec<&'static Name>,
}

impl Topic {
    /// A topic; the greatest is that of one event in 30.
    pub(crate) fn draw(draw: &mut Draw) -> &'static Self {
        &ALL.topics[ALL.frequencies.draw(draw)]
    }

    pub(crate) fn word(&self, draw: &mut Draw) -> &'static str {
        self.words[draw.early(WORDS)]
    }

    pub(crate) fn name(&self, draw: &mut Draw) -> &'static Name {
        self.names[draw.early(NAMES)]
    }
}

struct All {
    topics: Vec<Topic>,
    frequencies: Weighted,
}

static ALL: LazyLock<All> = LazyLock::new(|| {
    let topic = |number| {
        let mut draw = Draw::new(For::Language, &[5, number]);
        Topic {
            number,
            words: (0..WORDS)
                .map(|at| match at % 2 {
                    0 => LEXICON.content(&mut draw),
                    _ => LEXICON.telling(&mut draw, 100),
                })
                .collect(),
            names: (0..NAMES).map(|_| Name::known(&mut draw)).collect(),
        }
    };
    All {
        topics: (0..TOPICS as u64).map(topic).collect(),
        frequencies: Weighted::zipf(TOPICS, 80),
    }
});
