//! CSV with a header, its columns separated by commas, semicolons, tabs or bars.

use std::io::{self, Read};

use csv::{ByteRecord, ErrorKind, Reader, ReaderBuilder};

use crate::content::refused;
use crate::fields::{Field, Fields, Values};
use crate::input::Input;
use crate::parsed::{PART, Parsed, ParsedRow, ROW_LIMIT, too_long, utf8};
use crate::source::{Parts, Source};
use crate::text::Span;

const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What separates the columns of a file that begins like this; `None` if its first line is no header.
///
/// # Errors
///
/// When it is a header without a title and a text.
pub(crate) fn separator(head: &[u8], fields: &Fields) -> io::Result<Option<u8>> {
    let headers = SEPARATORS.map(|separator| {
        let mut reader = reader(head, separator);
        let mut header = ByteRecord::new();
        let read = reader.read_byte_record(&mut header);
        let columns = read
            .ok()
            .filter(|is_there| *is_there)
            .map_or_else(Vec::new, |_| names(&header));
        (separator, columns)
    });
    let known = |columns: &[String]| {
        let known = columns
            .iter()
            .filter(|column| fields.column(column).is_some());
        known.count()
    };
    // of several the first
    let best = headers
        .iter()
        .rev()
        .max_by_key(|(_, columns)| (known(columns), columns.len()));
    let Some((separator, columns)) = best else {
        return Ok(None);
    };
    let has_words = columns.iter().filter_map(|column| fields.column(column));
    if has_words
        .clone()
        .any(|slot| fields.is(slot, Field::Title) || fields.is(slot, Field::Text))
    {
        return Ok(Some(*separator));
    }
    // a sentence has commas, too
    let is_header = columns.len() > 1
        && columns
            .iter()
            .all(|column| column.split_whitespace().count() <= 4);
    if !is_header {
        return Ok(None);
    }
    let columns = columns.iter().map(String::as_str);
    Err(refused(format!(
        "its columns are not known: {}",
        fields.proposal(columns)
    )))
}

pub(crate) fn reader<R: Read>(input: R, separator: u8) -> Reader<R> {
    ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 16)
        .from_reader(input)
}

fn names(header: &ByteRecord) -> Vec<String> {
    let names = header
        .iter()
        .map(|name| String::from_utf8_lossy(name).trim().to_owned());
    names.collect()
}

/// What stands in the columns of a file.
pub(crate) struct Columns {
    fields: Fields,
    /// The value that stands in each column.
    columns: Vec<Option<usize>>,
    /// What is wrong with the header.
    pub(crate) complaint: Option<String>,
}

impl Columns {
    pub(crate) fn new(header: &ByteRecord, fields: &Fields) -> Self {
        let mut seen = Values::default();
        let (mut columns, mut twice) = (Vec::new(), Vec::new());
        for name in names(header) {
            let slot = fields.column(&name);
            let first = slot.filter(|slot| seen[*slot].replace(()).is_none());
            if slot.is_some() && first.is_none() {
                twice.push(name);
            }
            columns.push(first);
        }
        let complaint = (!twice.is_empty()).then(|| {
            format!(
                "the header has {} twice; the first column counts",
                twice.join(", ")
            )
        });
        Self {
            fields: fields.clone(),
            columns,
            complaint,
        }
    }

    /// Appends the row of a record that spans so many lines.
    ///
    /// # Errors
    ///
    /// What is wrong with the row and what became of it.
    pub(crate) fn row(
        &self,
        record: &ByteRecord,
        at: usize,
        lines: usize,
        parsed: &mut Parsed,
    ) -> Result<(), String> {
        if record.len() != self.columns.len() {
            let quote = if lines > 1 {
                format!("; it spans {lines} lines, so a quote may not be closed")
            } else {
                String::new()
            };
            return Err(format!(
                "the row has {} columns, the header {}{quote}; row skipped",
                record.len(),
                self.columns.len()
            ));
        }
        let known = parsed.texts.len();
        let mut values: Values<Span> = Values::default();
        for (value, slot) in record.iter().zip(&self.columns) {
            let Some(slot) = *slot else { continue };
            let text = utf8(value).map_err(|what| {
                parsed.texts.truncate(known);
                format!("{} is {what}; row skipped", self.fields.name(slot))
            })?;
            values[slot] = (!text.is_empty()).then(|| parsed.keep(text));
        }
        let row = ParsedRow {
            at,
            ..ParsedRow::default()
        };
        parsed.row_of_columns(&self.fields, &values, row)
    }
}

/// A file of CSV.
pub(crate) struct Csv {
    reader: Reader<Bounded<Box<dyn Read + Send>>>,
    columns: Columns,
    /// Whether lines end with `\r\n`. Then the reader stops between the two.
    crlf: bool,
    ended: bool,
}

impl Csv {
    pub(crate) fn new(input: Input, separator: u8, fields: &Fields) -> io::Result<Self> {
        let end = memchr::memchr(b'\n', &input.head);
        let crlf = end.is_some_and(|end| input.head[..end].ends_with(b"\r"));
        let mut reader = reader(Bounded::new(input.into_read()), separator);
        let mut header = ByteRecord::new();
        reader
            .read_byte_record(&mut header)
            .map_err(io::Error::from)?;
        Ok(Self {
            reader,
            columns: Columns::new(&header, fields),
            crlf,
            ended: false,
        })
    }

    /// The first line of a record that was just read, and how many it has. The place that the reader gives is that
    /// of the end of the record before, with blank lines behind it.
    fn lines(&self, record: &ByteRecord) -> (usize, usize) {
        let ends = memchr::memchr_iter(b'\n', record.as_slice()).count();
        let (input, position) = (self.reader.get_ref(), self.reader.position());
        let is_last = position.byte() == input.given;
        // the file ends within a quote
        let is_open = is_last && record.as_slice().ends_with(b"\n");
        let lines = ends + usize::from(!is_open);
        let has_no_end = self.crlf || is_last && input.last != b'\n';
        let behind = position.line() as usize + usize::from(!is_open && has_no_end);
        (behind.saturating_sub(lines), lines)
    }
}

impl Source for Csv {
    fn next(&mut self) -> Option<Parts> {
        if self.ended {
            return None;
        }
        let mut parsed = Parsed {
            // the columns were looked at
            has_words: true,
            ..Parsed::default()
        };
        if let Some(complaint) = self.columns.complaint.take() {
            parsed.complaints.push((1, complaint));
        }
        let mut broken = None;
        let mut record = ByteRecord::new();
        while parsed.texts.len() < PART && parsed.complaints.len() < PART / 64 {
            self.reader.get_mut().left = ROW_LIMIT;
            let before = self.reader.position().line() as usize;
            match self.reader.read_byte_record(&mut record) {
                Ok(true) => {}
                Ok(false) => {
                    self.ended = true;
                    break;
                }
                Err(error) => {
                    let why = match error.into_kind() {
                        ErrorKind::Io(error) => error.to_string(),
                        kind => format!("{kind:?}"),
                    };
                    broken = Some((before, why));
                    self.ended = true;
                    break;
                }
            }
            let (at, lines) = self.lines(&record);
            if let Err(what) = self.columns.row(&record, at, lines, &mut parsed) {
                parsed.complaints.push((at, what));
            }
        }
        Some(Parts {
            parts: vec![(0, parsed)],
            broken,
        })
    }
}

/// Gives no more bytes than these until it is told to go on.
struct Bounded<R> {
    input: R,
    left: usize,
    /// How many bytes were given, and the last of them.
    given: u64,
    last: u8,
}

impl<R> Bounded<R> {
    fn new(input: R) -> Self {
        Self {
            input,
            left: ROW_LIMIT,
            given: 0,
            last: b'\n',
        }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.given += read as u64;
        self.last = buffer[..read].last().copied().unwrap_or(self.last);
        match self.left.checked_sub(read) {
            Some(left) => self.left = left,
            None => {
                return Err(refused(format!(
                    "{}; a quote may not be closed",
                    too_long()
                )));
            }
        }
        Ok(read)
    }
}
