//! A file that is being read.

use std::io;

use crate::complaint::Place;
use crate::content::Format;
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
    /// What comes next, if it was read already.
    ahead: Option<Option<Parts>>,
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
            ahead: None,
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

    /// Appends what comes next, and says whether it was the last. An id that came before is a complaint if it is
    /// known which came before.
    pub(crate) fn next(
        &mut self,
        block: &mut Block,
        mut seen: Option<&mut Seen>,
        options: &Options,
    ) -> bool {
        if let Some(seen) = &mut seen {
            seen.file(&self.name);
        }
        let ahead = self.ahead.take();
        let Some(Parts { parts, broken }) = ahead.unwrap_or_else(|| self.source.next()) else {
            if !self.has_words && !self.others.is_empty() {
                let others = self.others.iter().map(String::as_str);
                let what = options.fields.proposal(others);
                block.complain(
                    &self.name,
                    Place::File,
                    format!("{what}; all articles are empty"),
                );
            }
            return true;
        };
        // rows that come live are given before more is asked for, and after a complaint nothing may be read
        let reads_ahead = seen.is_some() && !options.strict && broken.is_none();
        let place = self.source.place();
        let append = || {
            for (first, mut parsed) in parts {
                self.has_words |= parsed.has_words;
                if self.others.is_empty() {
                    self.others = std::mem::take(&mut parsed.others);
                }
                let place = |at| place(first + at);
                block.append(parsed, &self.name, &place, seen.as_deref_mut());
            }
        };
        if reads_ahead {
            let ((), ahead) = rayon::join(append, || self.source.next());
            self.ahead = Some(ahead);
        } else {
            append();
        }
        let is_broken = broken.is_some();
        if let Some((at, why)) = broken {
            let what = format!("{why}; nothing is read from here on, the rows before are kept");
            block.complain(&self.name, place(at), what);
        }
        is_broken
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::fields::Fields;
    use crate::json_lines::parse;

    /// Gives three lines, and counts how often it was asked.
    struct Lines(Arc<AtomicUsize>);

    impl Source for Lines {
        fn next(&mut self) -> Option<Parts> {
            let line = self.0.fetch_add(1, Ordering::Relaxed) + 1;
            let row = format!("{{\"id\": {}, \"text\": \"line {line}\"}}", line % 2);
            let part = parse(row.as_bytes(), &Fields::default(), String::new());
            (line <= 3).then(|| Parts {
                parts: vec![(line, part)],
                broken: None,
            })
        }
    }

    #[test]
    fn only_what_may_be_read_is_read_ahead() {
        let mut told = Vec::new();
        for (knows_ids, strict, ahead) in [(false, false, 0), (true, true, 0), (true, false, 1)] {
            let asked = Arc::new(AtomicUsize::new(0));
            let mut open = Open::new("lines".into(), Lines(Arc::clone(&asked)));
            let options = Options {
                strict,
                ..Options::default()
            };
            let (mut seen, mut block) = (Seen::default(), Block::default());
            for line in 1..=3 {
                let seen = knows_ids.then_some(&mut seen);
                assert!(!open.next(&mut block, seen, &options));
                assert_eq!(asked.load(Ordering::Relaxed), line + ahead);
            }
            assert!(open.next(&mut block, knows_ids.then_some(&mut seen), &options));
            let texts = block.rows.iter().map(|row| row.text.to_string());
            told.push((texts.collect::<Vec<_>>(), block.complaints.len()));
        }
        assert_eq!(
            told[0],
            (["line 1", "line 2", "line 3"].map(String::from).to_vec(), 0)
        );
        // the third has the id of the first
        assert_eq!(
            told[1],
            (["line 1", "line 2"].map(String::from).to_vec(), 1)
        );
        assert_eq!(told[2], told[1]);
    }
}
