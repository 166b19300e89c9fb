//! Made-up news, the same bytes on every machine, and how long to measure.
//!
//! The words are invented so that no text has to be shipped. What the cost of a step hangs on is
//! taken from real English news (5,000 articles of 2012 to 2022, counted in November 2025): words
//! follow Zipf's law with "the" at 5%; a word and its marks take 5.1 characters; of 1,000 words 170
//! begin with a capital and 13 hold a digit; and of the pieces between white space 3% are not ASCII,
//! for the sake of 11 curly apostrophes, 15 curly quotes and 3 dashes in 1,000 words.

// Every bench compiles this file for itself and uses its own part of it.
#![allow(dead_code)]

use std::collections::HashSet;
use std::sync::LazyLock;
use std::time::Duration;

use criterion::Criterion;
use samestory::candidate::{self, Pair};
use samestory::evidence::{self, Evidence};
use samestory::group::Members;
use samestory::score::{Overlap, SameText};
use samestory::shingle::Shingles;
use samestory::signature::{Signature, Signer};
use samestory::sketch::Sketch;
use samestory::term::{TermVector, Terms, Vocabulary};
use samestory::{Article, Background, Clusterer, Config, Timestamp, hash};

/// A short, a median and a long article, in words.
pub(crate) const LENGTHS: [usize; 3] = [60, 600, 3000];

/// Measures about a second for each benchmark: enough for a ratio within one run, which is all that
/// a shared machine can give. Options of the command line come on top.
pub(crate) fn briefly() -> Criterion {
    Criterion::default()
        .without_plots()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
}

/// A stream of numbers that depends on its seed alone.
struct Draw {
    seed: u64,
    drawn: u64,
}

impl Draw {
    fn new(seed: u64) -> Self {
        Self {
            seed: hash::constant(seed),
            drawn: 0,
        }
    }

    fn number(&mut self) -> u64 {
        self.drawn += 1;
        hash::mix(self.seed ^ hash::constant(self.drawn))
    }

    /// A number below `end`, which is far below 2^32.
    fn below(&mut self, end: usize) -> usize {
        (((self.number() >> 32) * end as u64) >> 32) as usize
    }

    /// Yes in `per_mille` of 1,000 cases.
    fn chance(&mut self, per_mille: usize) -> bool {
        self.below(1000) < per_mille
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// The commonest words are real ones: they are half of any text, and the shipped background table
/// must know them for term weights to be like those of real news.
const COMMON: [&str; 56] = [
    "the", "to", "of", "and", "a", "in", "that", "for", "on", "is", "said", "with", "was", "as",
    "at", "he", "by", "it", "from", "have", "be", "has", "are", "his", "an", "not", "but", "they",
    "who", "will", "this", "were", "had", "would", "their", "more", "been", "or", "which", "we",
    "about", "after", "one", "its", "than", "people", "up", "when", "new", "also", "her", "out",
    "all", "if", "could", "there",
];
const SHORTENED: [&str; 5] = ["don’t", "it’s", "wasn’t", "we’re", "didn’t"];
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
const BEATS: usize = 40;
const BEAT_WORDS: usize = 100;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

/// All words and names.
struct Lexicon {
    /// The commonest first.
    words: Vec<String>,
    /// For each word the sum of the frequencies up to it.
    up_to: Vec<u64>,
    names: Vec<String>,
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
            let syllables = 1 + usize::from(words.len() > 600) + usize::from(words.len() > 6000);
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

    fn word(&self, draw: &mut Draw) -> &str {
        let total = self.up_to[WORDS - 1];
        let at = ((u128::from(draw.number()) * u128::from(total)) >> 64) as u64;
        &self.words[self.up_to.partition_point(|&sum| sum <= at)]
    }
}

fn capitalised(word: &str) -> String {
    // every word of the lexicon is ASCII
    word[..1].to_ascii_uppercase() + &word[1..]
}

/// What happened: the words that its reports have in common.
struct Event {
    names: Vec<&'static str>,
    words: Vec<&'static str>,
    numbers: Vec<String>,
    beat: usize,
    seconds: i64,
}

impl Event {
    fn new(draw: &mut Draw, seconds: i64) -> Self {
        Self {
            names: (0..5).map(|_| draw.pick(&LEXICON.names).as_str()).collect(),
            words: (0..25)
                .map(|_| draw.pick(&LEXICON.words[300..20_000]).as_str())
                .collect(),
            numbers: (0..4).map(|_| number(draw)).collect(),
            beat: draw.below(BEATS),
            seconds,
        }
    }

    /// One of its own words, the first of each list more often than the last, and whether it is a name.
    fn word(&self, draw: &mut Draw) -> (&str, bool) {
        let first = |draw: &mut Draw, end: usize| draw.below(end).min(draw.below(end));
        match draw.below(10) {
            0..4 => (self.names[first(draw, self.names.len())], true),
            4 => (&self.numbers[first(draw, self.numbers.len())], false),
            _ => (self.words[first(draw, self.words.len())], false),
        }
    }
}

fn number(draw: &mut Draw) -> String {
    match draw.below(5) {
        0 => format!("{},{:03}", 1 + draw.below(900), draw.below(1000)),
        1 => format!("{}.{}", draw.below(100), draw.below(10)),
        2 => format!("{}", 1990 + draw.below(36)),
        3 => format!("${}", 1 + draw.below(500)),
        _ => format!("{}", 2 + draw.below(98)),
    }
}

/// Title or body of a report.
struct Writer<'a> {
    draw: Draw,
    event: &'a Event,
}

impl Writer<'_> {
    fn title(&mut self) -> String {
        let mut title = String::new();
        self.sentence(9, &mut title);
        title.truncate(title.trim_end_matches(['.', '”']).len());
        title
    }

    fn body(&mut self, words: usize) -> String {
        let mut body = String::with_capacity(words * 7);
        let mut left = words;
        while left > 0 {
            if !body.is_empty() {
                body.push_str(if self.draw.chance(300) { "\n\n" } else { " " });
            }
            let length = (8 + self.draw.below(25)).min(left);
            self.sentence(length, &mut body);
            left -= length;
        }
        body
    }

    fn sentence(&mut self, length: usize, text: &mut String) {
        let draw = &mut self.draw;
        let quoted = draw.chance(140);
        if quoted {
            text.push('“');
        }
        for at in 0..length {
            if at > 0 {
                text.push_str(match draw.below(1000) {
                    0..50 => ", ",
                    50..53 => "—",
                    53..63 => "-",
                    _ => " ",
                });
            }
            let (word, is_name) = match draw.below(1000) {
                0..80 => self.event.word(draw),
                80..130 => {
                    let from = 300 + self.event.beat * BEAT_WORDS;
                    (
                        draw.pick(&LEXICON.words[from..from + BEAT_WORDS]).as_str(),
                        false,
                    )
                }
                130..190 => (draw.pick(&LEXICON.names).as_str(), true),
                190..197 => (*draw.pick(&SHORTENED), false),
                197..205 => (&*number(draw), false),
                _ => (LEXICON.word(draw), false),
            };
            match at {
                0 if word.is_ascii() => text.push_str(&capitalised(word)),
                _ => text.push_str(word),
            }
            if is_name && draw.chance(50) {
                text.push_str("’s");
            }
        }
        text.push_str(if quoted { ".”" } else { "." });
    }
}

/// A text of that many words, with the quotes and dashes of a typesetter.
pub(crate) fn text(words: usize) -> String {
    let event = Event::new(&mut Draw::new(2), 0);
    Writer {
        draw: Draw::new(3),
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

/// The first `bytes` bytes of a text, or up to three fewer.
pub(crate) fn start(text: &str, bytes: usize) -> &str {
    let end = (0..=bytes)
        .rev()
        .find(|&end| text.is_char_boundary(end))
        .unwrap_or(0);
    &text[..end]
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
            let kept = start(text, text.len() * 6 / 10);
            kept.rsplit_once(' ')
                .map_or(text, |(whole_words, _)| whole_words)
                .to_owned()
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

/// An article that owns its text, and what it was planted as.
pub(crate) struct Row {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) body: String,
    pub(crate) published: Option<Timestamp>,
    /// Articles with equal numbers report the same event.
    pub(crate) event: usize,
    /// Articles with equal numbers are copies of one text.
    pub(crate) text: usize,
}

/// A collection with planted events and copies.
pub(crate) struct Collection {
    pub(crate) rows: Vec<Row>,
}

impl Collection {
    /// News as it comes: half of the events have one report, few have many; four of ten reports are
    /// copied; 50 to 1,150 words; 200 articles a day; one in 50 without a date.
    pub(crate) fn news(articles: usize) -> Self {
        let mut made = Self {
            rows: Vec::with_capacity(articles + 200),
        };
        let mut draw = Draw::new(5);
        let (mut event_number, mut text_number) = (0, 0);
        while made.rows.len() < articles {
            let event = Event::new(
                &mut draw,
                draw_seconds(&mut Draw::new(1000 + event_number as u64), articles),
            );
            let reports = match draw.below(100) {
                0..50 => 1,
                50..80 => 2 + draw.below(2),
                80..95 => 4 + draw.below(5),
                _ => 9 + draw.below(12),
            };
            for _ in 0..reports {
                let words = 50 + draw.below(1100);
                let mut writer = Writer {
                    draw: Draw::new(draw.number()),
                    event: &event,
                };
                let (title, body) = (writer.title(), writer.body(words));
                let copies = match draw.below(100) {
                    0..60 => 0,
                    60..90 => 1 + draw.below(2),
                    _ => 3 + draw.below(4),
                };
                for copied in 0..=copies {
                    let how = match copied {
                        0 => Copied::Unchanged,
                        _ => *draw.pick(&[Copied::Unchanged, Copied::Trimmed, Copied::Edited]),
                    };
                    let body = copy(&body, how, draw.number());
                    let hours = event.seconds + draw.below(36 * 3600) as i64;
                    let published = (!draw.chance(20)).then(|| Timestamp::from_seconds(hours));
                    made.push(Row {
                        title: title.clone(),
                        published,
                        event: event_number,
                        text: text_number,
                        body,
                        id: String::new(),
                    });
                }
                text_number += 1;
            }
            event_number += 1;
        }
        made.rows.truncate(articles);
        made.shuffled()
    }

    /// One wire report, copied without end, a minute between copies.
    pub(crate) fn copies(articles: usize, how: Copied) -> Self {
        let event = Event::new(&mut Draw::new(6), 0);
        let mut writer = Writer {
            draw: Draw::new(7),
            event: &event,
        };
        let (title, body) = (writer.title(), writer.body(600));
        let mut made = Self {
            rows: Vec::with_capacity(articles),
        };
        for at in 0..articles {
            let published = Some(Timestamp::from_seconds(60 * at as i64));
            let body = copy(&body, how, at as u64);
            made.push(Row {
                title: title.clone(),
                published,
                event: 0,
                text: 0,
                body,
                id: String::new(),
            });
        }
        made.shuffled()
    }

    /// One event with independent reports only, all within two days.
    pub(crate) fn reports(articles: usize) -> Self {
        let mut draw = Draw::new(8);
        let event = Event::new(&mut draw, 0);
        let mut made = Self {
            rows: Vec::with_capacity(articles),
        };
        for at in 0..articles {
            let mut writer = Writer {
                draw: Draw::new(draw.number()),
                event: &event,
            };
            let (title, body) = (writer.title(), writer.body(600));
            let published = Some(Timestamp::from_seconds(draw.below(48 * 3600) as i64));
            made.push(Row {
                title,
                body,
                published,
                event: 0,
                text: at,
                id: String::new(),
            });
        }
        made.shuffled()
    }

    fn push(&mut self, row: Row) {
        let id = format!("made-{:06}", self.rows.len());
        self.rows.push(Row { id, ..row });
    }

    /// In an order that helps nobody.
    fn shuffled(mut self) -> Self {
        let mut draw = Draw::new(9);
        for at in (1..self.rows.len()).rev() {
            self.rows.swap(at, draw.below(at + 1));
        }
        self
    }

    pub(crate) fn articles(&self) -> Vec<Article<'_>> {
        self.rows.iter().map(Row::article).collect()
    }

    /// Bytes of text.
    pub(crate) fn bytes(&self) -> u64 {
        self.rows
            .iter()
            .map(|row| (row.title.len() + row.body.len()) as u64)
            .sum()
    }

    /// How many different numbers a planted field has.
    pub(crate) fn planted(&self, field: impl Fn(&Row) -> usize) -> usize {
        self.rows
            .iter()
            .map(field)
            .collect::<HashSet<usize>>()
            .len()
    }
}

/// When an event happens, so that there are 200 articles a day.
fn draw_seconds(draw: &mut Draw, articles: usize) -> i64 {
    draw.below(86_400 * articles / 200) as i64
}

impl Row {
    pub(crate) fn article(&self) -> Article<'_> {
        let article = Article::new(&self.id, &self.title, &self.body);
        self.published
            .map_or(article, |published| article.published_at(published))
    }
}

/// A collection after the steps that read it, in the library's order: what the later steps take.
pub(crate) struct Read {
    pub(crate) rows: Vec<Row>,
    pub(crate) shingles: Vec<Shingles>,
    pub(crate) signatures: Vec<Option<Signature>>,
    pub(crate) terms: Vec<Terms>,
    pub(crate) vectors: Vec<TermVector>,
    pub(crate) published: Vec<Option<Timestamp>>,
}

impl Read {
    /// Reads a collection with the default configuration.
    pub(crate) fn new(collection: Collection) -> Self {
        let mut rows = collection.rows;
        rows.sort_by(|a, b| {
            let rank = |row: &Row| (row.published.is_none(), row.published);
            rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id))
        });
        let config = Config::default();
        let signer = Signer::new(Clusterer::new().bands().num_hashes());
        let sketch = |row: &Row| Sketch::new(&row.article(), config.shingle_words, &signer);
        let sketches: Vec<Sketch> = rows.iter().map(sketch).collect();
        let terms: Vec<Terms> = sketches.iter().map(|sketch| sketch.terms.clone()).collect();
        let vocabulary = Vocabulary::new(&terms, &Background::english(), config.background_trust);
        Self {
            vectors: terms.iter().map(|terms| vocabulary.vector(terms)).collect(),
            published: rows.iter().map(|row| row.published).collect(),
            signatures: sketches
                .iter()
                .map(|sketch| sketch.signature.clone())
                .collect(),
            shingles: sketches.into_iter().map(|sketch| sketch.shingles).collect(),
            terms,
            rows,
        }
    }

    /// Every candidate that is the same text, with its overlap.
    pub(crate) fn same_text(&self) -> Vec<(Pair, Overlap)> {
        let limits = SameText::new(&Config::default());
        let pairs = candidate::from_buckets(&self.signatures, Clusterer::new().bands()).into_iter();
        let scored = pairs.map(|pair| {
            (
                pair,
                Overlap::new(
                    &self.shingles[pair.0 as usize],
                    &self.shingles[pair.1 as usize],
                ),
            )
        });
        scored
            .filter(|(_, overlap)| limits.holds(overlap))
            .collect()
    }

    /// Every candidate that is probably the same event.
    pub(crate) fn likely(&self) -> Vec<Pair> {
        let mut pairs = candidate::from_terms(&self.vectors, least_dot());
        pairs.retain(|&pair| self.evidence(pair).log_odds() >= LEAST);
        pairs
    }

    pub(crate) fn evidence(&self, (a, b): Pair) -> Evidence {
        let (a, b) = (a as usize, b as usize);
        Evidence::of_pair(
            &self.vectors[a],
            self.published[a],
            &self.vectors[b],
            self.published[b],
        )
    }

    /// The planted copies as groups, ordered by their first article.
    pub(crate) fn planted_groups(&self) -> Vec<Members> {
        let texts = self
            .rows
            .iter()
            .map(|row| row.text)
            .max()
            .map_or(0, |last| last + 1);
        let mut groups = vec![Members::new(); texts];
        for (row, article) in self.rows.iter().zip(0..) {
            groups[row.text].push(article);
        }
        groups.retain(|members| !members.is_empty());
        groups.sort_unstable_by_key(|members| members[0]);
        groups
    }
}

/// The log-odds of the default `same_event` of 0.2, ln(0.2 / 0.8).
pub(crate) const LEAST: f64 = -1.386_294_361_119_890_6;

/// The dot product below which no pair reaches [`LEAST`].
pub(crate) fn least_dot() -> u64 {
    ((LEAST - evidence::BIAS) / evidence::PER_COSINE * TermVector::DOT_ONE as f64) as u64
}
