//! The whole collection: a function of seed and number.

use std::ops::Range;

use crate::article::MadeArticle;
use crate::change::Change;
use crate::draw::{Draw, For, mix};
use crate::event::Event;
use crate::plan::{self, Planned};
use crate::report::Report;
use crate::source::Source;
use crate::syllable;
use crate::writer::Writer;

/// The first moment of the news: Monday, 1 January 2024, in seconds since 1970.
const BEGIN: i64 = 1_704_067_200;
/// How many articles appear on one day, unless said otherwise.
const PER_DAY: usize = 2_000;
/// Days that no news reaches, 23 thousand years on: the events of texts asked for alone.
const NO_DAY: u64 = 1 << 23;

/// Made-up news without end: every article is a function of the seed and of its number.
///
/// ```
/// use samestory_made::MadeNews;
///
/// let news = MadeNews::new(1);
/// let articles = news.articles(0..100);
/// assert_eq!(articles[60..], news.articles(60..100));
/// println!("{}\n\n{}", articles[0].title, articles[0].text);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeNews {
    seed: u64,
    per_day: usize,
}

/// What is drawn for an article before it is written.
struct Facts {
    draw: Draw,
    source: Source,
    undated: bool,
    words: usize,
}

impl MadeNews {
    /// News of 2,000 articles a day.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            per_day: PER_DAY,
        }
    }

    /// The same kind of news with so many articles a day: with few, a small collection covers days too.
    ///
    /// These are other articles, not some of the same. Fewer than 100 count as 100.
    #[must_use]
    pub fn per_day(self, articles: usize) -> Self {
        Self {
            per_day: articles.max(100),
            ..self
        }
    }

    /// The articles of these numbers, in the order in which they appear.
    ///
    /// To ask for some hundred at once is quickest: a day is planned as a whole before it is written,
    /// which takes as long as writing some 20 articles.
    #[must_use]
    pub fn articles(&self, numbers: Range<usize>) -> Vec<MadeArticle> {
        let mut articles = Vec::with_capacity(numbers.len());
        while articles.len() < numbers.len() {
            let (day, from) = plan::place(self.per_day, numbers.start + articles.len());
            let left = numbers.len() - articles.len();
            let planned = plan::day(self.seed, self.per_day, day);
            articles.extend(planned[from..].iter().take(left).map(|it| self.write(it)));
        }
        articles
    }

    /// Independent reports of one event beside the news, so many and of so many words.
    ///
    /// They appear evenly over the first day and a half. Events of other numbers, below 2^24, are
    /// other events.
    #[must_use]
    pub fn event(&self, number: u64, reports: usize, words: usize) -> Vec<MadeArticle> {
        let event = Event::new(self.seed, NO_DAY, number);
        let report = |member: usize| {
            let planned = Planned {
                day: NO_DAY,
                event: number as u32,
                member: member as u32,
                copy_of: None,
                seconds: (member * 3 * plan::DAY / 2 / reports) as u64,
            };
            let facts = self.facts(&planned);
            let (title, text) = original(&event, &planned, &facts.draw, words);
            self.article(&planned, &facts, title, text)
        };
        (0..reports).map(report).collect()
    }

    /// A text of exactly that many words, from 8 on, by a paper with curly quotes.
    ///
    /// Each number has an event of its own. A short text is, but for its end, the beginning of a long
    /// one of the same number.
    #[must_use]
    pub fn text(&self, number: u64, words: usize) -> String {
        let event = Event::new(self.seed, NO_DAY + 1, number);
        let draw = Draw::new(For::Text, &[self.seed, number, 1]);
        writer(&event, 0, draw).body(words)
    }

    /// A text as an editor changes it; copies of different numbers differ.
    #[must_use]
    pub fn copy(&self, text: &str, change: Change, number: u64) -> String {
        let event = Event::new(self.seed, NO_DAY + 2, number);
        let draw = Draw::new(For::Text, &[self.seed, number, 2]);
        change.apply(text, &mut writer(&event, 0, draw))
    }

    fn write(&self, planned: &Planned) -> MadeArticle {
        let event = Event::new(self.seed, planned.day, u64::from(planned.event));
        let mut facts = self.facts(planned);
        let Some(member) = planned.copy_of else {
            let (title, text) = original(&event, planned, &facts.draw, facts.words);
            return self.article(planned, &facts, title, text);
        };
        let copied = Planned {
            member,
            copy_of: None,
            ..*planned
        };
        let theirs = self.facts(&copied);
        let (mut title, text) = original(&event, &copied, &theirs.draw, theirs.words);
        facts.source = theirs.source.another(&mut facts.draw);
        let change = Change::draw(&mut facts.draw);
        let agency = facts.draw.chance(300);
        let other_title = facts.draw.chance(350);
        let mut editor = writer(&event, day_of(planned), facts.draw.clone());
        if other_title {
            title = editor.title();
        }
        let mut text = change.apply(&text, &mut editor);
        if agency {
            text = dateline(&mut editor) + &text;
        }
        self.article(planned, &facts, title, text)
    }

    /// Source, date and length. Copies draw a length too and never use it.
    fn facts(&self, planned: &Planned) -> Facts {
        let (event, member) = (u64::from(planned.event), u64::from(planned.member));
        let mut draw = Draw::new(For::Article, &[self.seed, planned.day, event, member]);
        Facts {
            source: Source::new(&mut draw),
            undated: draw.chance(20),
            words: words(&mut draw),
            draw,
        }
    }

    fn article(
        &self,
        planned: &Planned,
        facts: &Facts,
        title: String,
        text: String,
    ) -> MadeArticle {
        let seconds = BEGIN + planned.seconds as i64;
        MadeArticle {
            id: self.id(planned, planned.member),
            title: facts.source.set(title),
            text: facts.source.set(text),
            published: (!facts.undated).then_some(seconds),
            source: facts.source.name().to_owned(),
            story: format!("s{:016x}", self.code(planned, 0xFFFF)),
            copy_of: planned.copy_of.map(|member| self.id(planned, member)),
        }
    }

    fn id(&self, planned: &Planned, member: u32) -> String {
        format!("a{:016x}", self.code(planned, member))
    }

    /// A number that says nothing, another for each day, event and member: `mix` is a bijection, and
    /// there are fewer than 2^24 days, 2^24 events of a day and 2^16 articles on an event.
    fn code(&self, planned: &Planned, member: u32) -> u64 {
        let event = u64::from(planned.event);
        mix(mix(self.seed) ^ (planned.day << 40 | event << 16 | u64::from(member)))
    }
}

/// Title and text of a report, before the paper sets it.
fn original(event: &Event, planned: &Planned, draw: &Draw, words: usize) -> (String, String) {
    let mut writer = writer(event, day_of(planned), draw.clone());
    (writer.title(), writer.body(words))
}

fn writer(event: &Event, day: u64, mut draw: Draw) -> Writer<'_> {
    let report = Report::new(event, day, &mut draw);
    Writer { report, draw }
}

/// How many words a report has: 250 to 1,100, mostly few.
fn words(draw: &mut Draw) -> usize {
    let more = draw.early(851).min(draw.early(851));
    250 + more
}

/// The day on which an article appears, counted from the first, a Monday.
fn day_of(planned: &Planned) -> u64 {
    planned.seconds / plan::DAY as u64
}

/// Where a copy comes from, as in `MARLO (Trebbin) — `.
fn dateline(editor: &mut Writer<'_>) -> String {
    const AGENCIES: [&str; 6] = ["Norvex", "AWP", "Trebbin", "Interpress", "KNA", "Solas"];
    let place = syllable::name(&mut editor.draw, 2, &[""]).to_uppercase();
    format!("{place} ({}) — ", editor.draw.pick(&AGENCIES))
}
