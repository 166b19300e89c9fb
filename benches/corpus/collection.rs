//! Collections of articles with planted events and copies.

use std::collections::HashSet;

use samestory::{Article, Timestamp};

use super::draw::Draw;
use super::report::{Event, Writer};
use super::text::{Copied, copy};

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

impl Row {
    pub(crate) fn article(&self) -> Article<'_> {
        let article = Article::new(&self.id, &self.title, &self.body);
        self.published
            .map_or(article, |published| article.published_at(published))
    }
}

/// A collection that knows what was planted in it.
pub(crate) struct Collection {
    pub(crate) rows: Vec<Row>,
    draw: Draw,
    events: usize,
    texts: usize,
}

/// How many articles of the made-up news are published on one day.
const A_DAY: usize = 200;

impl Collection {
    fn empty(seed: u64) -> Self {
        Self {
            rows: Vec::new(),
            draw: Draw::new(seed),
            events: 0,
            texts: 0,
        }
    }

    /// News as it comes: half of the events have one report, few have many; four of ten reports are
    /// copied; 50 to 1,150 words; 200 articles a day; one in 50 without a date.
    pub(crate) fn news(articles: usize) -> Self {
        let mut made = Self::empty(5);
        while made.rows.len() < articles {
            let seconds = made.draw.below(86_400 * articles / A_DAY) as i64;
            let event = Event::new(&mut made.draw, seconds);
            let reports = match made.draw.below(100) {
                0..50 => 1,
                50..80 => 2 + made.draw.below(2),
                80..95 => 4 + made.draw.below(5),
                _ => 9 + made.draw.below(12),
            };
            for _ in 0..reports {
                let words = 50 + made.draw.below(1100);
                let copies = match made.draw.below(100) {
                    0..60 => 0,
                    60..90 => 1 + made.draw.below(2),
                    _ => 3 + made.draw.below(4),
                };
                let changes = [Copied::Unchanged, Copied::Trimmed, Copied::Edited];
                let copies: Vec<Copied> = (0..copies).map(|_| *made.draw.pick(&changes)).collect();
                made.report(&event, words, &copies);
            }
            made.events += 1;
        }
        made.rows.truncate(articles);
        made.shuffled()
    }

    /// One wire report, copied without end.
    pub(crate) fn copies(articles: usize, how: Copied) -> Self {
        let mut made = Self::empty(6);
        let event = Event::new(&mut made.draw, 0);
        made.report(&event, 600, &vec![how; articles - 1]);
        made.shuffled()
    }

    /// One event that so many independent reports of 600 words are about, and the news beside it.
    pub(crate) fn great_event(reports: usize, beside: usize) -> Self {
        let mut made = Self::news(beside);
        let event = Event::new(&mut made.draw, 0);
        for _ in 0..reports {
            made.report(&event, 600, &[]);
        }
        made.events += 1;
        made.shuffled()
    }

    /// Appends a report of the event and its copies, each within a day and a half.
    fn report(&mut self, event: &Event, words: usize, copies: &[Copied]) {
        let mut writer = Writer {
            draw: Draw::new(self.draw.number()),
            event,
        };
        let (title, body) = (writer.title(), writer.body(words));
        for &how in [Copied::Unchanged].iter().chain(copies) {
            let seconds = event.seconds + self.draw.below(129_600) as i64;
            self.rows.push(Row {
                id: format!("made-{:06}", self.rows.len()),
                title: title.clone(),
                body: copy(&body, how, self.draw.number()),
                published: (!self.draw.chance(20)).then(|| Timestamp::from_seconds(seconds)),
                event: self.events,
                text: self.texts,
            });
        }
        self.texts += 1;
    }

    /// In an order that helps nobody.
    fn shuffled(mut self) -> Self {
        for at in (1..self.rows.len()).rev() {
            self.rows.swap(at, self.draw.below(at + 1));
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
