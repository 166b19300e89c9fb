//! Persons, places and organisations.

use std::sync::LazyLock;

use crate::draw::{Draw, For};
use crate::syllable;
use crate::weighted::Weighted;

/// How many names are known to all newsrooms.
const KNOWN: usize = 20_000;

const PERSON_ENDS: &[&str] = &[
    "", "", "", "", "", "", "son", "ov", "ez", "ic", "ski", "man", "ini", "ley", "ano", "sen",
    "ara", "ita", "er",
];
const PLACE_ENDS: &[&str] = &[
    "", "", "", "ton", "burg", "ia", "ford", "ia", "port", "o", "", "ham", "a",
];
const KINDS: &[&str] = &[
    "Party",
    "Bank",
    "Group",
    "Union",
    "Institute",
    "Airlines",
    "Holdings",
    "University",
    "Council",
    "Energy",
    "Motors",
    "Foundation",
    "Ministry of Health",
    "Commission",
    "United",
    "Court of Appeal",
    "Alliance",
    "Police",
    "Corp",
    "Hospital",
    "Rovers",
    "Steel",
    "Pharma",
    "Agency",
];

/// A name as it is written first, and as it is written from then on.
#[derive(Debug, Clone)]
pub(crate) struct Name {
    pub(crate) full: String,
    pub(crate) short: String,
}

impl Name {
    /// A name that nobody has heard of: of ten, four are persons, three places, three organisations.
    pub(crate) fn new(draw: &mut Draw) -> Self {
        match draw.below(10) {
            0..4 => {
                let short = syllable::name(draw, 2, PERSON_ENDS);
                Self {
                    full: format!("{} {short}", FIRST[draw.below(FIRST.len())]),
                    short,
                }
            }
            4..7 => {
                let place = syllable::name(draw, 2, PLACE_ENDS);
                Self {
                    full: place.clone(),
                    short: place,
                }
            }
            _ => {
                let short = syllable::name(draw, 2, &[""]);
                Self {
                    full: format!("{short} {}", draw.pick(KINDS)),
                    short,
                }
            }
        }
    }

    /// A known name, the hottest in one draw of 76.
    pub(crate) fn known(draw: &mut Draw) -> &'static Self {
        &POOL.names[POOL.frequencies.draw(draw)]
    }
}

struct Pool {
    names: Vec<Name>,
    frequencies: Weighted,
}

static POOL: LazyLock<Pool> = LazyLock::new(|| {
    let mut draw = Draw::new(For::Language, &[2]);
    Pool {
        names: (0..KNOWN).map(|_| Name::new(&mut draw)).collect(),
        frequencies: Weighted::zipf(KNOWN, 100),
    }
});

static FIRST: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut draw = Draw::new(For::Language, &[3]);
    (0..400)
        .map(|_| {
            let syllables = 1 + draw.below(2);
            syllable::name(&mut draw, syllables, &["", "", "a", "o", "y", "ie"])
        })
        .collect()
});
