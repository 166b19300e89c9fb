//! Rows as they come.

use std::io::{self, Read};

use crate::content::{Format, recognise, refused, unknown};
use crate::fields::Fields;
use crate::input::{Bytes, Input};
use crate::live::{Live, Reached};
use crate::open::Open;
use crate::reader::{Block, Options};
#[cfg(feature = "csv")]
use crate::records::Records;

/// Rows as they come, from standard input or from a file that grows.
///
/// A row of JSON Lines or CSV is given as soon as it is whole, one a block, also where both are compressed. Other
/// formats are given when the input has ended. An id that came before is no complaint: it is a new version.
///
/// ```
/// use samestory_rows::{Options, Stream};
///
/// let input: &[u8] = b"headline;text\nFerry aground;All are safe.\n";
/// let options = Options { fields: "title=headline".parse().unwrap(), ..Options::default() };
/// let mut stream = Stream::new(input, "standard input", options);
/// let block = stream.next().unwrap().unwrap();
/// assert_eq!((&*block.rows[0].id, &*block.rows[0].title), ("standard input:2", "Ferry aground"));
/// assert!(stream.next().is_none());
/// ```
pub struct Stream {
    /// Until it is recognised.
    input: Option<Bytes>,
    name: String,
    options: Options,
    /// Where it goes on, if it may be read line by line alone.
    from: Option<Reached>,
    open: Option<Open>,
    reached: Option<Reached>,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").finish_non_exhaustive()
    }
}

impl Stream {
    /// Rows of what is read, which complaints call by this name.
    #[must_use]
    pub fn new(input: impl Read + Send + 'static, name: &str, options: Options) -> Self {
        Self {
            input: Some(Box::new(input)),
            name: name.to_owned(),
            options,
            from: None,
            open: None,
            reached: None,
        }
    }

    /// Rows of a file that grows, which is read from there on. It has to be JSON Lines or CSV, not compressed.
    #[must_use]
    pub fn following(
        input: impl Read + Send + 'static,
        name: &str,
        options: Options,
        from: Reached,
    ) -> Self {
        Self {
            from: Some(from),
            ..Self::new(input, name, options)
        }
    }

    /// How far it was read; a format that is read as a whole has no such place.
    #[must_use]
    pub fn reached(&self) -> Option<&Reached> {
        self.reached.as_ref()
    }

    fn recognised(&mut self, input: Bytes) -> io::Result<Open> {
        let fields = &self.options.fields;
        if let Some(from) = self.from.as_ref().filter(|from| from.offset > 0) {
            let live = going_on(input, fields, from.clone())?;
            return Ok(Open::new(self.name.clone(), live));
        }
        let input = Input::new(input, &|head| lines(head) > 0)?;
        let (input, format) = match recognise(&input.head, fields) {
            // a stream may begin within a line, and the next one tells
            Err(_) if lines(&input.head) < 2 && !input.compressed => {
                let marked = input.marked;
                let mut input = Input::new(input.into_read(), &|head| lines(head) > 1)?;
                input.marked = marked;
                let format = recognise(&input.head, fields)?;
                (input, format)
            }
            format => (input, format?),
        };
        let is_of_lines = matches!(format, None | Some(Format::JsonLines | Format::Csv { .. }));
        if self.from.is_some() && (input.compressed || !is_of_lines) {
            return Err(refused(format!(
                "only JSON Lines and CSV can be followed, and this is {}; it is read once from standard input, as in \
                 samestory watch --store DIR < FILE",
                match input.compressed {
                    true => "compressed",
                    false => "read as a whole",
                }
            )));
        }
        let is_binary = |byte: &u8| matches!(byte, 0..8 | 14..27);
        #[cfg(feature = "csv")]
        let records = match format {
            Some(Format::Csv { separator }) => Some(Records::new(separator)),
            _ => None,
        };
        match format {
            // any text: lines that are spoilt do not make the others something else
            None if input.head.iter().any(is_binary) => Err(unknown(&input.head)),
            None | Some(Format::JsonLines | Format::Csv { .. }) => {
                let from = Reached {
                    offset: if input.marked { 3 } else { 0 },
                    ..Reached::default()
                };
                let live = Live::new(
                    input.into_read(),
                    fields,
                    #[cfg(feature = "csv")]
                    records,
                    from,
                );
                Ok(Open::new(self.name.clone(), live))
            }
            Some(format) => Open::of_format(self.name.clone(), input, format, &self.options),
        }
    }
}

/// How many lines are whole and not blank.
fn lines(head: &[u8]) -> usize {
    let lines = head.split_inclusive(|byte| *byte == b'\n');
    let whole = lines.filter(|line| line.ends_with(b"\n") && !line.trim_ascii().is_empty());
    whole.count()
}

/// Lines behind those that were read.
fn going_on(input: Bytes, fields: &Fields, from: Reached) -> io::Result<Live> {
    #[cfg(feature = "csv")]
    let records = match &from.header {
        None => None,
        Some(header) => {
            let Some(separator) = crate::csv::separator(header.as_bytes(), fields)? else {
                return Err(refused(
                    "its header has no column for a title or a text any more; was it read with other --fields?".into(),
                ));
            };
            let mut records = Records::new(separator);
            // what is wrong with it was said
            let _ = records.header(header.as_bytes(), fields);
            Some(records)
        }
    };
    Ok(Live::new(
        input,
        fields,
        #[cfg(feature = "csv")]
        records,
        from,
    ))
}

impl Iterator for Stream {
    /// An error when nothing of it can be read; then nothing follows.
    type Item = io::Result<Block>;

    fn next(&mut self) -> Option<io::Result<Block>> {
        if let Some(input) = self.input.take() {
            match self.recognised(input) {
                Ok(open) => self.open = Some(open),
                Err(error) => return Some(Err(error)),
            }
        }
        loop {
            let open = self.open.as_mut()?;
            let mut block = Block::default();
            let ended = open.next(&mut block, None, &self.options);
            self.reached = open.source.reached().cloned();
            if ended {
                self.open = None;
            }
            if !block.rows.is_empty() || !block.complaints.is_empty() {
                return Some(Ok(block));
            }
        }
    }
}
