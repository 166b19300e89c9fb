//! The papers, and how they set their quotes and dashes.

use std::sync::LazyLock;

use crate::draw::{Draw, For};
use crate::syllable;
use crate::weighted::Weighted;

const SOURCES: usize = 400;
const PAPERS: &[&str] = &[
    "Herald",
    "Times",
    "Post",
    "Tribune",
    "Gazette",
    "Chronicle",
    "News",
    "Courier",
    "Observer",
    "Standard",
    "Journal",
    "Mail",
    "Star",
    "Echo",
];

/// A paper, by its number: the large ones first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Source(usize);

impl Source {
    pub(crate) fn new(draw: &mut Draw) -> Self {
        Self(ALL.frequencies.draw(draw))
    }

    /// A paper that is not this one.
    pub(crate) fn another(self, draw: &mut Draw) -> Self {
        match Self::new(draw) {
            same if same == self => Self((self.0 + 1) % SOURCES),
            other => other,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        &ALL.names[self.0]
    }

    /// The text as this paper sets it. Three papers of five have curly quotes and real dashes; the
    /// others have what a typewriter has.
    pub(crate) fn set(self, text: String) -> String {
        if self.0 % 5 < 3 {
            return text;
        }
        let mut typed = String::with_capacity(text.len());
        let mut rest = text.as_str();
        // all marks begin with the byte 0xE2, which no letter of the language has
        while let Some(at) = rest.bytes().position(|byte| byte == 0xE2) {
            typed.push_str(&rest[..at]);
            let mark = rest[at..].chars().next().unwrap_or_default();
            match mark {
                '’' => typed.push('\''),
                '“' | '”' => typed.push('"'),
                '—' => typed.push_str("--"),
                other => typed.push(other),
            }
            rest = &rest[at + mark.len_utf8()..];
        }
        typed.push_str(rest);
        typed
    }
}

struct All {
    names: Vec<String>,
    frequencies: Weighted,
}

static ALL: LazyLock<All> = LazyLock::new(|| {
    let mut draw = Draw::new(For::Language, &[4]);
    let mut names: Vec<String> = Vec::new();
    while names.len() < SOURCES {
        let place = syllable::name(&mut draw, 2, &["", "ton", "burg", "ia"]);
        let name = format!("{place} {}", draw.pick(PAPERS));
        if !names.contains(&name) {
            names.push(name);
        }
    }
    All {
        names,
        frequencies: Weighted::zipf(SOURCES, 100),
    }
});
