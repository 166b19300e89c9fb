//! One article as it was read.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use samestory::{Article, Timestamp};
use serde_json::Value;

/// One article as it was read.
///
/// ```
/// use samestory_rows::Rows;
///
/// let mut rows = Rows::default();
/// rows.read_line(br#"{"id": 7, "title": "Ferry aground", "text": "All are safe."}"#, "news.jsonl", 1);
/// let row = &rows.rows[0];
/// assert_eq!((&*row.id, row.json_id().as_str(), &*row.title), ("7", "7", "Ferry aground"));
/// ```
#[derive(Clone, Debug)]
pub struct Row {
    /// The id as text; file name and line number when the row has none.
    pub id: Text,
    /// Whether the id was a number.
    pub(crate) number: bool,
    /// The headline, empty when the row has none.
    pub title: Text,
    /// The text, empty when the row has none.
    pub text: Text,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Who published it.
    pub source: Option<Text>,
    /// Where it stands on the web. As it was read: it may be anything but a URL.
    pub url: Option<Text>,
}

impl Row {
    /// The row as the library takes it.
    #[must_use]
    pub fn article(&self) -> Article<'_> {
        Article {
            id: &self.id,
            title: &self.title,
            body: &self.text,
            published: self.published,
        }
    }

    /// The id as JSON, of the type that was read.
    #[must_use]
    pub fn json_id(&self) -> String {
        match self.number {
            true => self.id.to_string(),
            false => Value::from(&*self.id).to_string(),
        }
    }
}

/// A part of the text of many rows: one allocation holds them all.
#[derive(Clone)]
pub struct Text {
    all: Arc<String>,
    start: u32,
    end: u32,
}

/// Where a text stands among those of its block.
pub(crate) type Span = (u32, u32);

impl Text {
    /// A part of texts; the caller knows that it is one.
    pub(crate) fn part(all: &Arc<String>, (start, end): Span) -> Self {
        Self {
            all: Arc::clone(all),
            start,
            end,
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        let end = text.len() as u32;
        Self::part(&Arc::new(text), (0, end))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all[self.start as usize..self.end as usize]
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}
