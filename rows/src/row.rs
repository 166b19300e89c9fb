//! One article as it was read.

use samestory::{Article, Timestamp};

use crate::text::Text;

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
    #[expect(
        clippy::missing_panics_doc,
        reason = "any text can be a string of JSON"
    )]
    pub fn json_id(&self) -> String {
        match self.number {
            true => self.id.to_string(),
            false => serde_json::to_string(&*self.id).expect("a text is a string"),
        }
    }

    /// Its texts but the id.
    #[cfg(feature = "spool")]
    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let always = [&self.title, &self.text];
        always.into_iter().chain(&self.source).chain(&self.url)
    }

    /// The same in the same order, to be put elsewhere.
    #[cfg(feature = "spool")]
    pub(crate) fn texts_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        let always = [&mut self.title, &mut self.text];
        always
            .into_iter()
            .chain(&mut self.source)
            .chain(&mut self.url)
    }
}
