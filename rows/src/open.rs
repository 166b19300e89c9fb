//! A file that is being read.

use std::io;

use crate::complaint::Place;
use crate::content::Format;
use crate::fields::Fields;
use crate::input::Input;
use crate::json_array::JsonArray;
use crate::json_lines::JsonLines;
use crate::reader::{Block, Options};
use crate::seen::Seen;
use crate::source::{Parts, Source};

/// A file that is being read.
pub(crate) struct Open {
    name: String,
    pub(crate) source: Box<dyn Source>,
    /// Whether any row has a title or a text.
    has_words: bool,
    /// The names of other fields, if there are rows without words.
    others: Vec<String>,
}

impl Open {
    pub(crate) fn new(name: String, source: impl Source + 'static) -> Self {
        Self {
            name,
            source: Box::new(source),
            has_words: false,
            others: Vec::new(),
        }
    }

    /// A file that was recognised.
    pub(crate) fn of_format(
        name: String,
        input: Input,
        format: Format,
        options: &Options,
    ) -> io::Result<Self> {
        let fields = &options.fields;
        Ok(match format {
            Format::JsonLines => Self::new(
                name,
                JsonLines::new(input.into_read(), fields, options.strict),
            ),
            Format::JsonArray => Self::new(name, JsonArray::new(input.into_read(), fields)?),
            #[cfg(feature = "csv")]
            Format::Csv { separator } => {
                Self::new(name, crate::csv::Csv::new(input, separator, fields)?)
            }
            #[cfg(feature = "parquet")]
            Format::Parquet => Self::new(
                name,
                crate::parquet::Parquet::new(input, fields, options.progress.clone())?,
            ),
            #[cfg(feature = "feed")]
            Format::Feed => Self::new(name, crate::feed::Feed::new(input.into_read())?),
            #[cfg(not(feature = "csv"))]
            Format::Csv { .. } => return Err(crate::content::not_built("CSV", "csv")),
            #[cfg(not(feature = "parquet"))]
            Format::Parquet => return Err(crate::content::not_built("Parquet", "parquet")),
            #[cfg(not(feature = "feed"))]
            Format::Feed => return Err(crate::content::not_built("XML", "feed")),
        })
    }

    /// Reads what comes next, and says whether it was the last. An id that came before is a complaint if it is
    /// known which came before.
    pub(crate) fn next(
        &mut self,
        block: &mut Block,
        mut seen: Option<&mut Seen>,
        fields: &Fields,
    ) -> bool {
        if let Some(seen) = &mut seen {
            seen.file(&self.name);
        }
        let Some(Parts { parts, broken }) = self.source.next() else {
            if !self.has_words && !self.others.is_empty() {
                let others = self.others.iter().map(String::as_str);
                let what = fields.proposal(others);
                block.complain(
                    &self.name,
                    Place::File,
                    format!("{what}; all articles are empty"),
                );
            }
            return true;
        };
        for (first, mut parsed) in parts {
            self.has_words |= parsed.has_words;
            if self.others.is_empty() {
                self.others = std::mem::take(&mut parsed.others);
            }
            let place = |at| self.source.place(first + at);
            block.append(parsed, &self.name, &place, seen.as_deref_mut());
        }
        let is_broken = broken.is_some();
        if let Some((at, why)) = broken {
            let what = format!("{why}; nothing is read from here on, the rows before are kept");
            block.complain(&self.name, self.source.place(at), what);
        }
        is_broken
    }
}
