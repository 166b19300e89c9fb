//! What can go wrong: a kind for programs, a message for people.

use std::fmt;

/// What kind of thing went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is outside its range, or two settings contradict each other.
    InvalidConfig,
    /// Two articles of one collection have the same id.
    DuplicateId,
    /// There is no such article in the collection, or the collection is another one.
    UnknownArticle,
    /// The bytes are no background table, or a damaged one.
    CorruptBackground,
    /// The collection is larger than the library can number.
    TooManyArticles,
    /// The caller's [`Watch`](crate::Watch) stopped the run.
    Interrupted,
    /// The system gives no more threads.
    Threads,
    /// A store could not be read or written: the disk is full, the folder is not there, and the like.
    Store,
    /// Another index has the store open, in this process or in another one.
    StoreInUse,
    /// A store is damaged.
    DamagedStore,
    /// The file is no store, or one of another configuration, background or version.
    OtherStore,
}

/// An error: what was wrong, where, what is allowed, and what to do.
///
/// ```
/// use samestory::{Article, Clusterer, ErrorKind};
///
/// let twice = [Article::new("a", "One", ""), Article::new("a", "Two", "")];
/// let error = Clusterer::new().cluster(&twice).unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::DuplicateId);
/// assert!(error.to_string().contains("articles 0 and 1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
        }
    }

    pub(crate) fn config(field: &str, value: impl fmt::Debug, allowed: &str) -> Self {
        Self::new(
            ErrorKind::InvalidConfig,
            format!("config: {field} is {value:?}, allowed is {allowed}"),
        )
    }

    /// What kind of error it is.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        self.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
