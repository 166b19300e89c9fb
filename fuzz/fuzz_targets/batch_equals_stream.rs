//! Any articles that come and go in any order: the groups of an index are those of the batch engine, and what it says
//! agrees with what it does.

#![no_main]

use std::collections::BTreeSet;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use samestory::{
    Article, Clusterer, IndexStory, Outcome, Placement, StoryIndex, StoryOrder, Timestamp, hash,
};

/// What comes and goes.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    /// Whether articles come in order of time. Only then buckets may have more than 32 of them.
    in_order: bool,
    steps: Vec<Step<'a>>,
}

#[derive(Arbitrary, Debug)]
enum Step<'a> {
    Insert(Draft<'a>),
    InsertMany(Vec<Draft<'a>>),
    /// Many articles of one text, each with words of its own.
    Wave(Draft<'a>, u8),
    /// Another version of an article that is there.
    Version(u8, Draft<'a>),
    /// An article that is there, once more.
    Again(u8),
    Remove(u8),
    Expire(Date),
    Query(Draft<'a>),
    Refresh(Date),
}

#[derive(Arbitrary, Debug)]
struct Draft<'a> {
    date: Date,
    /// A report of an event comes first, or of none.
    event: u8,
    writer: u8,
    title: Vec<Piece<'a>>,
    body: Vec<Piece<'a>>,
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Date {
    None,
    Day(u8),
    Any(i64),
}

/// A part of a text.
#[derive(Arbitrary, Debug)]
enum Piece<'a> {
    Word(u8),
    /// Neighbouring words of a long text that all writers have before them.
    Run(u8, u8),
    /// Neighbouring words of the body of an article that is there.
    Copied(u8, u8, u8),
    Number(u16),
    /// Any text at all.
    Raw(&'a str),
}

const WORDS: &str = "the of a in ferry Corrigan Marr aground harbour re-elected mayor 212 people \
    Stannick cup goal late won minister said on Thursday tugs pulled rocks off board crew storm \
    É\u{301}lise Čapek naïve 3.5 1,000 2021 left‑wing don't L'Équipe straße Москва 東京 \u{1f6a2} \
    wheat tonnes export quota bank rate cut inflation fell rose court ruled appeal judge fire \
    forest evacuated village vote count delayed strike union pay offer rejected talks resume";

/// So many articles share a bucket in whatever order they came.
const FULL_BUCKET: usize = 32;
/// So many articles come before the statistics of words are taken anew.
const EPOCH: usize = 64;
/// No more than that, so that a run does not take too long.
const MOST: usize = 80;

/// An article with its own text.
#[derive(Clone)]
struct Row {
    id: String,
    title: String,
    body: String,
    published: Option<Timestamp>,
}

impl Row {
    fn article(&self) -> Article<'_> {
        Article {
            id: &self.id,
            title: &self.title,
            body: &self.body,
            published: self.published,
        }
    }
}

/// An index and what is in it.
struct Run {
    index: StoryIndex,
    clusterer: Clusterer,
    in_order: bool,
    /// In the order in which they came.
    rows: Vec<Row>,
    came: usize,
    /// When the last one was published, if they come in order.
    clock: i64,
    /// Whether stories are those of the articles that are left, as they came.
    forgets: bool,
}

fuzz_target!(
    init: rayon::ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build_global()
        .expect("nobody has used it before"),
    |input: Input<'_>| {
        let clusterer = Clusterer::new();
        let mut run = Run {
            index: StoryIndex::with_clusterer(&clusterer),
            clusterer,
            in_order: input.in_order,
            rows: Vec::new(),
            came: 0,
            clock: 0,
            forgets: true,
        };
        for step in &input.steps {
            run.step(step);
            run.assert_whole();
        }
        run.assert_laws();
    }
);

impl Run {
    fn step(&mut self, step: &Step<'_>) {
        match step {
            Step::Insert(draft) => {
                if let Some(row) = self.row(draft) {
                    self.insert(row);
                }
            }
            Step::InsertMany(drafts) => {
                let rows: Vec<Row> = drafts.iter().filter_map(|draft| self.row(draft)).collect();
                self.insert_many(rows);
            }
            Step::Wave(draft, count) => {
                let rows = (0..count % 48).filter_map(|_| {
                    let mut row = self.row(draft)?;
                    row.body += &format!(" own{0} words{0}", self.came);
                    Some(row)
                });
                let rows = rows.collect();
                self.insert_many(rows);
            }
            Step::Version(at, draft) => {
                let Some(id) = self.pick(*at).map(|row| row.id.clone()) else {
                    return;
                };
                if let Some(row) = self.row(draft) {
                    self.update(Row { id, ..row });
                }
            }
            Step::Again(at) => {
                let Some(row) = self.pick(*at) else {
                    return;
                };
                let before = all(&self.index);
                let query = self.index.query(&row.article());
                let placement = self.index.insert(&row.article()).expect("it is in memory");
                assert_eq!(placement.outcome, Outcome::Unchanged);
                assert_eq!(placement, query);
                assert_eq!(all(&self.index), before);
                self.assert_placed(row, &placement);
            }
            Step::Remove(at) => {
                let Some(id) = self.pick(*at).map(|row| row.id.clone()) else {
                    return;
                };
                let repair = self.index.remove(&id).expect("it is in memory");
                assert_eq!(repair.expect("it is there").removed, 1);
                let again = self.index.remove(&id).expect("it is in memory");
                assert_eq!(again, None);
                self.rows.retain(|row| row.id != id);
            }
            Step::Expire(date) => {
                let Some(moment) = date.timestamp() else {
                    return;
                };
                let repair = self.index.expire_before(moment).expect("it is in memory");
                let before = self.rows.len();
                (self.rows).retain(|row| row.published.is_none_or(|published| published >= moment));
                assert_eq!(repair.removed, before - self.rows.len());
            }
            Step::Query(draft) => {
                let (came, before) = (self.came, all(&self.index));
                if let Some(row) = self.row(draft) {
                    let placement = self.index.query(&row.article());
                    assert_eq!(placement, self.index.query(&row.article()));
                    assert_eq!(placement.outcome, Outcome::Inserted);
                    assert_eq!(all(&self.index), before);
                }
                self.came = came;
            }
            Step::Refresh(date) => {
                let since = date
                    .timestamp()
                    .unwrap_or(Timestamp::from_seconds(i64::MIN));
                let repair = self.index.refresh(since).expect("it is in memory");
                assert_eq!(repair.removed, 0);
                self.forgets = false;
            }
        }
    }

    /// A draft as an article of its own id, unless there are enough.
    fn row(&mut self, draft: &Draft<'_>) -> Option<Row> {
        if self.came == MOST {
            return None;
        }
        self.came += 1;
        let mut published = draft.date.timestamp();
        if self.in_order {
            self.clock += match draft.date {
                Date::Day(days) => 1 + 3600 * i64::from(days),
                _ => 60,
            };
            published = Some(Timestamp::from_seconds(self.clock));
        }
        Some(Row {
            // ids in another order than that in which articles come
            id: format!("{:03}-{}", self.came * 37 % 101, self.came),
            title: self.text(&draft.title),
            body: report(draft.event, draft.writer) + &self.text(&draft.body),
            published,
        })
    }

    fn text(&self, pieces: &[Piece<'_>]) -> String {
        let words: Vec<&str> = WORDS.split_whitespace().collect();
        let word = |at: u64| words[at as usize % words.len()];
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Word(at) => text += word((*at).into()),
                Piece::Run(from, length) => {
                    for at in 0..u64::from(*length) {
                        text += word(hash::mix(u64::from(*from) + at));
                        text.push(' ');
                    }
                }
                Piece::Copied(of, from, length) => {
                    let body = self.pick(*of).map_or("", |row| &row.body);
                    let part = body.split(' ').skip((*from).into()).take((*length).into());
                    text += &part.collect::<Vec<&str>>().join(" ");
                }
                Piece::Number(number) => text += &number.to_string(),
                // nothing beside it, so that words may grow together
                Piece::Raw(raw) => {
                    text += raw;
                    continue;
                }
            }
            text.push(' ');
            if text.len() > 3000 {
                break;
            }
        }
        text
    }

    fn pick(&self, at: u8) -> Option<&Row> {
        self.rows.get(usize::from(at) % self.rows.len().max(1))
    }

    /// Whether one more article is an exception to the law of groups.
    fn is_full(&self) -> bool {
        !self.in_order && self.rows.len() == FULL_BUCKET
    }

    fn insert(&mut self, row: Row) {
        if self.is_full() {
            return;
        }
        let before = all(&self.index);
        let query = self.index.query(&row.article());
        assert_eq!(all(&self.index), before);
        let placement = self.index.insert(&row.article()).expect("it is in memory");
        assert_eq!(placement.outcome, Outcome::Inserted);
        assert_eq!(placement, query);
        self.assert_placed(&row, &placement);
        self.rows.push(row);
    }

    fn insert_many(&mut self, mut rows: Vec<Row>) {
        if !self.in_order {
            rows.truncate(FULL_BUCKET - self.rows.len());
        }
        let articles: Vec<Article<'_>> = rows.iter().map(Row::article).collect();
        let query = articles.first().map(|article| self.index.query(article));
        let placements = self.index.insert_many(&articles).expect("it is in memory");
        assert_eq!(placements.len(), articles.len());
        assert_eq!(placements.first(), query.as_ref());
        if let (Some(row), Some(placement)) = (rows.last(), placements.last()) {
            self.assert_placed(row, placement);
        }
        self.rows.extend(rows);
    }

    fn update(&mut self, row: Row) {
        let at = self.rows.iter().position(|old| old.id == row.id);
        let old = self.rows.remove(at.expect("it was picked"));
        let before = all(&self.index);
        let query = self.index.query(&row.article());
        assert_eq!(all(&self.index), before);
        let placement = self.index.insert(&row.article()).expect("it is in memory");
        self.assert_placed(&row, &placement);
        let is_old = old.article() == row.article();
        if is_old {
            assert_eq!(placement, query);
            self.rows.insert(at.unwrap_or(0), row);
        } else {
            self.rows.push(row);
        }
        let expected = match is_old {
            true => Outcome::Unchanged,
            false => Outcome::Updated,
        };
        assert_eq!(placement.outcome, expected);
    }

    /// The index stands by what it has just said of an article.
    fn assert_placed(&self, row: &Row, placement: &Placement) {
        assert_eq!(
            self.index.story_of(&row.id).as_ref(),
            Some(&placement.story)
        );
        let story = self.index.story(&placement.story).expect("it was named");
        let group = story.groups.iter().find(|group| group.contains(&row.id));
        assert!(group.is_some_and(|group| group.contains(&placement.group)));
        for copied in &placement.copies {
            assert!(copied.id != row.id && self.index.story_of(&copied.id).is_some());
            assert!((0.0..=1.0).contains(&copied.jaccard));
            assert!((0.0..=1.0).contains(&copied.containment));
        }
    }

    /// Each article that is there is in one story and in one group of it, and no other article is.
    fn assert_whole(&self) {
        let there: BTreeSet<&str> = self.rows.iter().map(|row| &*row.id).collect();
        assert_eq!(self.index.len(), there.len());
        let stories = all(&self.index);
        let mut seen = BTreeSet::new();
        let mut names = BTreeSet::new();
        for story in &stories {
            assert!(!story.articles.is_empty());
            assert!(story.articles.iter().all(|id| seen.insert(&**id)));
            let mut grouped: Vec<&String> = story.groups.iter().flatten().collect();
            let mut articles: Vec<&String> = story.articles.iter().collect();
            grouped.sort();
            articles.sort();
            assert_eq!(grouped, articles);
            for id in &story.articles {
                assert_eq!(self.index.story_of(id).as_ref(), Some(&story.name));
            }
            for name in story.former.iter().chain([&story.name]) {
                assert!(names.insert(name));
                assert_eq!(self.index.story(name).as_ref(), Some(story));
            }
        }
        assert_eq!(seen, there);
    }

    fn assert_laws(&self) {
        let articles: Vec<Article<'_>> = self.rows.iter().map(Row::article).collect();
        let grouping = self.clusterer.groups(&articles).expect("ids differ");
        let batch: BTreeSet<BTreeSet<String>> = grouping
            .groups()
            .iter()
            .map(|group| group.iter().map(|&at| articles[at].id.into()).collect())
            .collect();
        assert_eq!(partitions(&self.index)[0], batch);
        // so few that all that hang together were settled at once, with the same weights of words
        if self.forgets && !self.in_order && self.came < EPOCH {
            let fresh = StoryIndex::with_clusterer(&self.clusterer);
            for article in &articles {
                fresh.insert(article).expect("it is in memory");
            }
            assert_eq!(partitions(&self.index), partitions(&fresh));
        }
    }
}

impl Date {
    fn timestamp(self) -> Option<Timestamp> {
        let seconds = match self {
            Self::None => return None,
            Self::Day(days) => 86_400 / 8 * i64::from(days),
            Self::Any(seconds) => seconds,
        };
        Some(Timestamp::from_seconds(seconds))
    }
}

/// What one of some writers says of one of some events.
fn report(event: u8, writer: u8) -> String {
    let mut text = String::new();
    let events = 6;
    if event % 8 >= events {
        return text;
    }
    for at in 0..10 + u64::from(writer % 32) {
        let draw = hash::mix(u64::from(event) << 16 | u64::from(writer) << 8 | at);
        // half of the words are of this event alone
        let word = match draw % 4 {
            0 | 1 => u64::from(event % 8) << 8 | draw / 4 % 12,
            _ => draw / 4 % 40 + 10_000,
        };
        text += &invented(word);
        text.push(' ');
    }
    text
}

/// A word that no language has.
fn invented(number: u64) -> String {
    let draws = (0..3).map(|at| hash::mix(number << 2 | at));
    let syllable = |draw: u64| {
        let (consonants, vowels) = (b"bdfgklmnprstvz", b"aeiou");
        [
            char::from(consonants[draw as usize % consonants.len()]),
            char::from(vowels[(draw >> 32) as usize % vowels.len()]),
        ]
    };
    draws.flat_map(syllable).collect()
}

/// All stories, as they began.
fn all(index: &StoryIndex) -> Vec<IndexStory> {
    index.stories(StoryOrder::Begun, 0..usize::MAX)
}

/// Groups and stories of an index, without their names.
fn partitions(index: &StoryIndex) -> [BTreeSet<BTreeSet<String>>; 2] {
    let stories = all(index);
    let set = |ids: &Vec<String>| ids.iter().cloned().collect();
    let groups = stories.iter().flat_map(|story| &story.groups).map(set);
    [
        groups.collect(),
        stories.iter().map(|story| set(&story.articles)).collect(),
    ]
}
