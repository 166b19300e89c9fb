//! Collections of made-up articles that know what was planted in them.

use std::collections::{HashMap, HashSet};

use samestory::{Article, Timestamp};
use samestory_made::{Change, MadeArticle, MadeNews};

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
}

impl Collection {
    fn new(articles: Vec<MadeArticle>) -> Self {
        let (mut events, mut texts) = (HashMap::new(), HashMap::new());
        let mut rows: Vec<Row> = articles
            .into_iter()
            .map(|made| {
                let (event, text) = (events.len(), texts.len());
                let original = made.copy_of.unwrap_or_else(|| made.id.clone());
                Row {
                    event: *events.entry(made.story).or_insert(event),
                    text: *texts.entry(original).or_insert(text),
                    id: made.id,
                    title: made.title,
                    body: made.text,
                    published: made.published.map(Timestamp::from_seconds),
                }
            })
            .collect();
        // ids say nothing: an order that helps nobody
        rows.sort_by(|a, b| a.id.cmp(&b.id));
        Self { rows }
    }

    /// News as it comes, but 200 articles a day, so that few cover days too.
    pub(crate) fn news(articles: usize) -> Self {
        Self::new(made().articles(0..articles))
    }

    /// One wire report, copied without end.
    pub(crate) fn copies(articles: usize, how: Change) -> Self {
        let mut all = made().event(1, 1, 600);
        for number in 1..articles as u64 {
            let original = &all[0];
            all.push(MadeArticle {
                id: format!("copy-{number}"),
                text: made().copy(&original.text, how, number),
                copy_of: Some(original.id.clone()),
                ..original.clone()
            });
        }
        Self::new(all)
    }

    /// One event that so many independent reports of 600 words are about, and the news beside it.
    pub(crate) fn great_event(reports: usize, beside: usize) -> Self {
        let mut all = made().articles(0..beside);
        all.extend(made().event(1, reports, 600));
        Self::new(all)
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

fn made() -> MadeNews {
    MadeNews::new(5).per_day(200)
}
