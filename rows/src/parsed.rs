//! What was read of a part of a file, before it is known what came before it.

use std::mem;
use std::sync::Arc;

use samestory::Timestamp;

#[cfg(any(feature = "csv", feature = "parquet"))]
use crate::fields::{Field, Fields, Values};
#[cfg(any(feature = "csv", feature = "parquet"))]
use crate::moment::moment;
use crate::seen::{Hash, Hashers};
use crate::text::{Span, Texts};

/// The rows of a part of a file. Their places count from its first, 0.
#[derive(Default)]
pub(crate) struct Parsed {
    /// The texts of all rows, one behind the other.
    pub(crate) texts: String,
    /// Where the texts are once they are no longer there.
    pub(crate) kept: Option<Arc<Texts>>,
    pub(crate) rows: Vec<ParsedRow>,
    /// In the order of their places; one of a row comes before what is said of the row as a whole.
    pub(crate) complaints: Vec<(usize, String)>,
    /// How many places it has.
    pub(crate) places: usize,
    /// Whether a row has a title or a text.
    pub(crate) has_words: bool,
    /// The names of the fields of the first row that has neither, if it has any others.
    pub(crate) others: Vec<String>,
}

/// Where the texts of a row stand among those of its part.
#[derive(Default)]
pub(crate) struct ParsedRow {
    pub(crate) id: Option<Span>,
    /// Of the id, where it was made beside others.
    pub(crate) hash: Option<Hash>,
    /// Whether the id is a number.
    pub(crate) number: bool,
    pub(crate) title: Span,
    pub(crate) text: Span,
    pub(crate) published: Option<Timestamp>,
    pub(crate) source: Option<Span>,
    pub(crate) url: Option<Span>,
    pub(crate) at: usize,
}

/// So many bytes of texts are enough for one part; one more row may follow.
#[cfg(any(feature = "csv", feature = "parquet", feature = "feed"))]
pub(crate) const PART: usize = 1 << 20;

/// A row may have as many bytes. Without a limit one line without an end would fill the memory.
pub(crate) const ROW_LIMIT: usize = 64 << 20;

/// What to say of a row with more.
pub(crate) fn too_long() -> String {
    format!(
        "the row is longer than {} MiB, which is the most",
        ROW_LIMIT >> 20
    )
}

impl Parsed {
    /// Appends a text and says where it stands.
    pub(crate) fn keep(&mut self, text: &str) -> Span {
        let start = self.texts.len() as u32;
        self.texts.push_str(text);
        (start, self.texts.len() as u32)
    }

    /// Appends a row of a table, whose texts stand under their columns; the rest of it is given. A date in text goes
    /// before one that is given.
    ///
    /// # Errors
    ///
    /// What to say of a date that is none; the row is there without it.
    #[cfg(any(feature = "csv", feature = "parquet"))]
    pub(crate) fn row_of_columns(
        &mut self,
        fields: &Fields,
        values: &Values<Span>,
        row: ParsedRow,
    ) -> Result<(), String> {
        let pick = |field| fields.pick(values, field);
        let published = match fields.find(values, Field::Published) {
            Some(slot) => {
                let text = values[slot].map(|span| self.text(span));
                moment(fields.name(slot), text)
            }
            None => Ok(row.published),
        };
        self.rows.push(ParsedRow {
            id: pick(Field::Id),
            title: pick(Field::Title).unwrap_or_default(),
            text: pick(Field::Text).unwrap_or_default(),
            published: published.as_ref().ok().copied().flatten(),
            source: pick(Field::Source),
            url: pick(Field::Url),
            ..row
        });
        published.map(|_| ())
    }

    /// Hashes the ids and copies the texts to where they stay while both are in the cache; gives back the memory that the
    /// texts were parsed in, for the next part. What is kept has no byte more than the texts, however little of
    /// a row they are.
    pub(crate) fn finish(&mut self, hashers: &Hashers) -> String {
        let texts = mem::take(&mut self.texts);
        for row in &mut self.rows {
            let id = row
                .id
                .map(|(start, end)| &texts[start as usize..end as usize]);
            row.hash = id.map(|id| hashers.hash(id));
        }
        self.kept = Some(Arc::new(Texts::copy(&texts)));
        texts
    }

    pub(crate) fn text(&self, (start, end): Span) -> &str {
        &self.texts[start as usize..end as usize]
    }
}

/// A row as UTF-8.
pub(crate) fn utf8(row: &[u8]) -> Result<&str, String> {
    // many times faster where there are letters beyond ASCII, but it does not say where the fault is
    simdutf8::basic::from_utf8(row).or_else(|_| {
        str::from_utf8(row)
            .map_err(|error| format!("not UTF-8 at byte {}", error.valid_up_to() + 1))
    })
}
