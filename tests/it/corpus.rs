//! Made-up news: events, independent reports of them, copies of the reports, and oddities.
//!
//! All text is ASCII words, so that the oracle's tokenizer can be one line.

use std::fmt;

use samestory::hash;
use samestory::{Article, Timestamp};

/// Numbers from a seed, the same everywhere and for ever.
pub(crate) struct Rng {
    seed: u64,
    drawn: u64,
}

impl Rng {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed: hash::mix(seed ^ 0x5EED),
            drawn: 0,
        }
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.drawn += 1;
        hash::mix(self.seed ^ hash::constant(self.drawn))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.number() % end as u64) as usize
    }

    pub(crate) fn between(&mut self, from: usize, to: usize) -> usize {
        from + self.below(to - from + 1)
    }

    pub(crate) fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// The first ones often, the last ones seldom.
    fn favour<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let end = self.below(all.len()) + 1;
        &all[self.below(end)]
    }

    pub(crate) fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            let other = self.below(last + 1);
            all.swap(last, other);
        }
    }

    /// A word that no language has, but could have.
    pub(crate) fn word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..self.between(2, 4) {
            word.push(char::from(*self.pick(b"bcdfghjklmnprstvwz")));
            word.push(char::from(*self.pick(b"aeiou")));
            if self.percent(30) {
                word.push(char::from(*self.pick(b"lnrs")));
            }
        }
        word
    }

    fn words(&mut self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.word()).collect()
    }

    fn name(&mut self) -> String {
        let word = self.word();
        word[..1].to_uppercase() + &word[1..]
    }
}

/// Words that carry no news, the most common first.
const COMMON: &str = "the of to and a in said for that on is was with he by at it from as his be \
    have has after were not had but who an will they more its been their would about which new \
    one people we this over when two last there or also out government year first time other \
    up police all years before could minister against into some what three because no week \
    country party under most while officials during public between since being made group \
    early report state day later members made according including killed leader high part";

/// An article with its own text.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) published: Option<i64>,
}

impl Row {
    pub(crate) fn article(&self) -> Article<'_> {
        Article {
            id: &self.id,
            title: &self.title,
            body: &self.body,
            published: self.published.map(Timestamp::from_seconds),
        }
    }
}

/// A collection that is a function of its seed and size.
pub(crate) struct Corpus {
    kind: &'static str,
    seed: u64,
    pub(crate) rows: Vec<Row>,
}

/// The rows would bury the call that makes them again.
impl fmt::Debug for Corpus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, seed, rows } = self;
        write!(f, "Corpus::{kind}({seed:#x}, {})", rows.len())
    }
}

impl Corpus {
    /// Articles in no order; ids, times and places in the list say nothing of each other.
    pub(crate) fn new(seed: u64, size: usize) -> Self {
        let mut rng = Rng::new(seed);
        let beats: Vec<Vec<String>> = (0..4).map(|_| rng.words(30)).collect();
        let mut rows = Vec::new();
        while rows.len() < size {
            match rng.below(100) {
                0..70 => {
                    let beat = rng.pick(&beats).clone();
                    Event::new(&mut rng, beat).cover(&mut rng, &mut rows);
                }
                70..80 => recurring(&mut rng, &mut rows),
                80..90 => {
                    let body = (*rng.pick(&["", "", " \n\t", "...", "?! - -- \"'", "(!)"])).into();
                    let at = moment(&mut rng, 0);
                    push(&mut rng, &mut rows, String::new(), body, at);
                }
                _ => {
                    let (title, at) = (rng.word(), moment(&mut rng, 0));
                    push(&mut rng, &mut rows, title, String::new(), at);
                }
            }
        }
        rows.truncate(size);
        rng.shuffle(&mut rows);
        Self {
            kind: "new",
            seed,
            rows,
        }
    }

    /// Columns: short articles with a name in common and little else, so that many are equally
    /// alike and only time tells them apart.
    pub(crate) fn columns(seed: u64, size: usize) -> Self {
        let mut rng = Rng::new(seed);
        let (first, second) = (rng.word(), rng.word());
        let names = [first.clone(), format!("{first} {second}"), second];
        let mut rows = Vec::new();
        for _ in 0..size {
            let (title, own) = (rng.pick(&names).clone(), rng.below(4));
            let (body, at) = (rng.words(own).join(" "), moment(&mut rng, 0));
            push(&mut rng, &mut rows, title, body, at);
        }
        Self {
            kind: "columns",
            seed,
            rows,
        }
    }

    pub(crate) fn articles(&self) -> Vec<Article<'_>> {
        self.rows.iter().map(Row::article).collect()
    }
}

/// Seconds within a month, `days` later.
fn moment(rng: &mut Rng, days: i64) -> i64 {
    1_600_000_000 + (days * 86_400) + rng.below(30 * 86_400) as i64
}

/// Adds an article under an id that says nothing; the order of ids by bytes is not that of letters.
fn push(rng: &mut Rng, rows: &mut Vec<Row>, title: String, body: String, at: i64) {
    let prefix = *rng.pick(&["a", "B", "b", "\u{e9}", "0", "wire "]);
    let id = format!("{prefix}{}-{}", rng.below(1000), rows.len());
    let published = (!rng.percent(12)).then_some(at);
    rows.push(Row {
        id,
        title,
        body,
        published,
    });
}

struct Event {
    at: i64,
    /// What is written about it, and about others of its kind.
    beat: Vec<String>,
    /// What is written about it alone.
    own: Vec<String>,
    names: Vec<String>,
    numbers: Vec<String>,
}

impl Event {
    fn new(rng: &mut Rng, beat: Vec<String>) -> Self {
        Self {
            at: moment(rng, 0),
            beat,
            own: rng.words(16),
            names: (0..5).map(|_| rng.name()).collect(),
            numbers: (0..4).map(|_| rng.below(3000).to_string()).collect(),
        }
    }

    /// One to five writers report it, and others copy them.
    fn cover(&self, rng: &mut Rng, rows: &mut Vec<Row>) {
        for _ in 0..rng.between(1, 5) {
            let title = (0..rng.between(3, 8))
                .map(|_| self.word(rng, 20))
                .collect::<Vec<_>>()
                .join(" ");
            let length = *rng.pick(&[0, 8, 30, 60, 60, 90, 140]);
            let body = prose(rng, length, |rng| self.word(rng, 55));
            let at = self.at + rng.below(3 * 86_400) as i64;
            push(rng, rows, title.clone(), body.clone(), at);
            for _ in 0..rng.below(4) {
                let (title, body) = self.copy(rng, &title, &body);
                let later = if rng.percent(30) {
                    0
                } else {
                    rng.below(40_000) as i64
                };
                push(rng, rows, title, body, at + later);
            }
        }
    }

    fn word(&self, rng: &mut Rng, common: usize) -> String {
        if rng.percent(common) {
            let all: Vec<&str> = COMMON.split_whitespace().collect();
            return (*rng.favour(&all)).into();
        }
        let from = match rng.below(10) {
            0..4 => &self.own,
            4..7 => &self.names,
            7 => &self.numbers,
            _ => &self.beat,
        };
        rng.favour(from).clone()
    }

    /// What an editor does to the text of another.
    fn copy(&self, rng: &mut Rng, title: &str, body: &str) -> (String, String) {
        let mut words: Vec<String> = body.split(' ').map(Into::into).collect();
        match rng.below(7) {
            0 => {}
            1 => words.truncate(words.len() * rng.between(40, 80) / 100),
            2 => {
                let share = rng.between(2, 10);
                for word in &mut words {
                    if rng.percent(share) {
                        *word = self.word(rng, 50);
                    }
                }
            }
            3 => {
                for _ in 0..words.len() * rng.between(10, 40) / 100 {
                    words.push(self.word(rng, 55));
                }
            }
            // the same words, but not the same text
            4 => rng.shuffle(&mut words),
            5 => return (title.to_uppercase(), body.to_uppercase()),
            _ => return (title.into(), words.join("  \n")),
        }
        let title = if rng.percent(50) {
            title.into()
        } else {
            self.word(rng, 20)
        };
        (title, words.join(" "))
    }
}

/// A report that appears again and again with other figures.
fn recurring(rng: &mut Rng, rows: &mut Vec<Row>) {
    let own = rng.words(20);
    let template: Vec<String> = (0..rng.between(20, 60))
        .map(|_| rng.favour(&own).clone())
        .collect();
    let every = rng.between(1, 12);
    for issue in 0..rng.between(2, 6) {
        let mut body = template.clone();
        for word in body.iter_mut().step_by(every) {
            *word = rng.below(10_000).to_string();
        }
        let at = moment(rng, 7 * issue as i64);
        push(rng, rows, own[..3].join(" "), body.join(" "), at);
    }
}

/// Words with the marks between them that a text has.
fn prose(rng: &mut Rng, words: usize, mut word: impl FnMut(&mut Rng) -> String) -> String {
    let mut text = String::new();
    for at in 0..words {
        if at > 0 {
            text += *rng.pick(&[" ", " ", " ", " ", " ", " ", ", ", ". ", " - ", "\n"]);
        }
        text += &word(rng);
    }
    if words > 0 {
        text += ".";
    }
    text
}
