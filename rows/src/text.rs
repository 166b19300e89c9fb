//! A text of a row.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::mapped::Mapped;

/// A part of the texts of many rows: one allocation, or one stretch of a temporary file, holds them all.
#[derive(Clone)]
pub struct Text {
    all: Arc<Texts>,
    start: u32,
    end: u32,
}

/// The texts of many rows, one behind the other.
pub(crate) enum Texts {
    Memory(String),
    Mapped(Mapped),
}

/// Where a text stands among those of its block.
pub(crate) type Span = (u32, u32);

impl Text {
    /// A part of texts; the caller knows that it is one.
    pub(crate) fn part(all: &Arc<Texts>, (start, end): Span) -> Self {
        Self {
            all: Arc::clone(all),
            start,
            end,
        }
    }

    /// How many bytes it has. No page of a file is read for that.
    #[cfg(feature = "spool")]
    pub(crate) fn bytes(&self) -> u32 {
        self.end - self.start
    }
}

impl Texts {
    /// In no more memory than they need.
    pub(crate) fn copy(texts: &str) -> Self {
        match Mapped::copy(texts) {
            Some(mapped) => Self::Mapped(mapped),
            None => Self::Memory(texts.to_owned()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Memory(texts) => texts,
            Self::Mapped(texts) => texts.as_str(),
        }
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        let end = text.len() as u32;
        Self::part(&Arc::new(Texts::Memory(text)), (0, end))
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.all.as_str()[self.start as usize..self.end as usize]
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
