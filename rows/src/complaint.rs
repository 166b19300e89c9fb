//! What was wrong, and where.

use std::fmt;

/// Something wrong with a row or a file: where, what, what is allowed, and what became of it.
///
/// ```
/// use samestory_rows::{Place, Rows};
///
/// let mut rows = Rows::default();
/// rows.read_line(br#"{"title": 5}"#, "news.jsonl", 3);
/// let complaint = &rows.complaints[0];
/// assert_eq!(complaint.place, Place::Line(3));
/// assert_eq!(
///     complaint.to_string(),
///     "news.jsonl, line 3: title is 5, allowed is a string or none; row skipped",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file as it was named.
    pub file: String,
    /// Where in the file.
    pub place: Place,
    /// What is wrong, what is allowed, and what became of it.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}: {}", self.file, self.place, self.what)
    }
}

/// A place in a file; all count from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Place {
    /// The file as a whole.
    File,
    /// A line of text. A row of CSV may have several; it is the first.
    Line(usize),
    /// A row of a table or of an array.
    Row(usize),
    /// An entry of a feed.
    Entry(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Line(at) => write!(f, ", line {at}"),
            Self::Row(at) => write!(f, ", row {at}"),
            Self::Entry(at) => write!(f, ", entry {at}"),
        }
    }
}

/// How a value is shown: long ones are cut.
pub(crate) fn shown(value: &str) -> String {
    const CHARACTERS: usize = 80;
    match value.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

/// The same in quotes, with anything escaped that a terminal would not show.
pub(crate) fn quoted(value: &str) -> String {
    format!("{:?}", shown(value))
}
