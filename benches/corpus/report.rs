//! Events, and what is written about them.

use super::draw::Draw;
use super::lexicon::{BEAT_WORDS, BEATS, LEXICON, SHORTENED, capitalised};

/// What happened: the words that its reports have in common.
pub(super) struct Event {
    names: Vec<&'static str>,
    words: Vec<&'static str>,
    numbers: Vec<String>,
    beat: usize,
    pub(super) seconds: i64,
}

impl Event {
    pub(super) fn new(draw: &mut Draw, seconds: i64) -> Self {
        Self {
            names: (0..5).map(|_| draw.pick(&LEXICON.names).as_str()).collect(),
            words: (0..16)
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
        match draw.below(25) {
            0..9 => (self.names[first(draw, self.names.len())], true),
            9 => (&self.numbers[first(draw, self.numbers.len())], false),
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
pub(super) struct Writer<'a> {
    pub(super) draw: Draw,
    pub(super) event: &'a Event,
}

impl Writer<'_> {
    pub(super) fn title(&mut self) -> String {
        let mut title = String::new();
        self.sentence(9, &mut title);
        title.truncate(title.trim_end_matches(['.', '”']).len());
        title
    }

    pub(super) fn body(&mut self, words: usize) -> String {
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
                0..215 => self.event.word(draw),
                215..250 => {
                    let from = 300 + self.event.beat * BEAT_WORDS;
                    (
                        draw.pick(&LEXICON.words[from..from + BEAT_WORDS]).as_str(),
                        false,
                    )
                }
                250..290 => (draw.pick(&LEXICON.names).as_str(), true),
                290..297 => (*draw.pick(&SHORTENED), false),
                297..304 => (&*number(draw), false),
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
