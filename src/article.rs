//! An article as its owner holds it, and the moment it was published.

use serde::{Deserialize, Serialize};

/// A news article, borrowed from the caller: the library never owns text.
///
/// All fields but the id may be empty or missing. An article without any word stands alone.
///
/// ```
/// use samestory::{Article, Timestamp};
///
/// let article = Article::new("wire-17", "Ferry runs aground", "A ferry with 212 people on board …")
///     .published_at(Timestamp::from_seconds(1_638_460_800));
/// assert_eq!(article.id, "wire-17");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Article<'a> {
    /// What the caller calls it. No two articles of one collection may share an id.
    pub id: &'a str,
    /// The headline; may be empty.
    pub title: &'a str,
    /// The text below the headline; may be empty.
    pub body: &'a str,
    /// When it was published; unknown is fine.
    pub published: Option<Timestamp>,
}

impl<'a> Article<'a> {
    /// An undated article.
    #[must_use]
    pub const fn new(id: &'a str, title: &'a str, body: &'a str) -> Self {
        Self {
            id,
            title,
            body,
            published: None,
        }
    }

    /// The same article with a date.
    #[must_use]
    pub const fn published_at(mut self, published: Timestamp) -> Self {
        self.published = Some(published);
        self
    }

    /// The article's own text in one of its two parts.
    #[must_use]
    pub const fn part(&self, part: Part) -> &'a str {
        match part {
            Part::Title => self.title,
            Part::Body => self.body,
        }
    }

    /// The order in which the library sees articles: by time, undated ones last, then by id as
    /// bytes. It makes every result independent of the order of the input.
    pub(crate) fn rank(&self) -> (bool, Option<Timestamp>, &'a str) {
        (self.published.is_none(), self.published, self.id)
    }
}

/// One of the two texts of an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The headline.
    Title,
    /// The text below it.
    Body,
}

/// A moment: seconds since 1970-01-01T00:00:00Z, negative before. Any value is allowed.
///
/// ```
/// use samestory::Timestamp;
///
/// let noon = Timestamp::from_seconds(1_638_446_400);
/// let next_midnight = Timestamp::from_seconds(1_638_489_600);
/// assert_eq!(noon.days_from(next_midnight), 0.5);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment that many seconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The time between two moments in days of 86,400 seconds, never negative.
    #[must_use]
    pub fn days_from(self, other: Self) -> f64 {
        self.0.abs_diff(other.0) as f64 / 86_400.0
    }
}
