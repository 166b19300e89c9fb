//! Rows of JSON Lines to articles. A bad row is reported with its place and never stops the rest.

mod fields;

use std::borrow::Cow;
use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;
use std::str::Utf8Error;
use std::sync::{Arc, Mutex, MutexGuard};

use ahash::AHashMap;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use samestory::{Article, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use fields::Fields;

/// One article as it was read.
#[derive(Clone, Debug)]
pub struct Row {
    /// The id as text; file name and line number when the row has none.
    pub id: Text,
    /// Whether the id was a number.
    number: bool,
    /// The headline, empty when the row has none.
    pub title: Text,
    /// The text, empty when the row has none.
    pub text: Text,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Who published it.
    pub source: Option<Text>,
    /// The line it stands in.
    line: usize,
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

/// Something wrong with a row: where, what, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The file as it was named.
    pub file: String,
    /// The line in it, from 1.
    pub line: usize,
    /// What is wrong, what is allowed, and what became of the row.
    pub what: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.what)
    }
}

/// Appends a text to others and says where it stands.
fn keep(texts: &mut String, text: &str) -> (u32, u32) {
    let start = texts.len() as u32;
    texts.push_str(text);
    (start, texts.len() as u32)
}

/// The same of any types, for a row that is not as it should be.
#[derive(Deserialize)]
#[serde(expecting = "an object")]
struct AnyFields {
    title: Option<Value>,
    text: Option<Value>,
    body: Option<Value>,
    published: Option<Value>,
    source: Option<Value>,
    /// With it an array is not taken for the fields in their order.
    #[serde(flatten)]
    _others: IgnoredAny,
}

/// Reads rows from files, collecting complaints.
#[derive(Debug, Default)]
pub struct Rows {
    /// The good rows of all files, in their order.
    pub rows: Vec<Row>,
    /// What was wrong, in the same order.
    pub complaints: Vec<Complaint>,
    /// The row of each id, and the files with their first rows.
    seen: AHashMap<u64, usize>,
    files: Vec<(String, usize)>,
}

/// So many bytes are read and parsed by one thread at a time.
const BLOCK: usize = 1 << 18;

impl Rows {
    /// Reads one file, `-` for standard input. With `strict` it stops after the first complaint.
    ///
    /// # Errors
    ///
    /// Only when the file itself cannot be read.
    pub fn read(&mut self, path: &Path, strict: bool) -> io::Result<()> {
        let file = if path == Path::new("-") {
            "standard input".into()
        } else {
            path.display().to_string()
        };
        self.files.push((file.clone(), self.rows.len()));
        let input: Box<dyn Read + Send> = match path.to_str() {
            Some("-") => Box::new(io::stdin()),
            _ => Box::new(File::open(path)?),
        };
        let blocks = Mutex::new(Blocks::new(input));
        // each thread takes the next block when it has parsed one, so that reading goes on beside
        let parsed = rayon::broadcast(|_| {
            let (mut block, mut all) = (Vec::new(), Vec::new());
            loop {
                // a statement of its own, so that the others may read while this block is parsed
                let number = lock(&blocks).next(&mut block)?;
                let Some(number) = number else {
                    return Ok(all);
                };
                let parsed = parse(&block);
                if strict && !parsed.complaints.is_empty() {
                    lock(&blocks).more = false;
                }
                all.push((number, parsed));
            }
        });
        let parsed = parsed.into_iter().collect::<io::Result<Vec<_>>>()?;
        let mut parsed: Vec<(usize, Parsed)> = parsed.into_iter().flatten().collect();
        parsed.sort_unstable_by_key(|(number, _)| *number);
        let mut line = 1;
        for (_, parsed) in parsed {
            let lines = parsed.lines;
            self.append(parsed, &file, line);
            line += lines;
        }
        if strict {
            self.complaints.truncate(1);
        }
        Ok(())
    }

    /// Reads one line of a file in place of all that was read before.
    pub fn read_line(&mut self, text: &[u8], file: &str, line: usize) {
        *self = Self::default();
        self.append(parse(text), file, line);
    }

    /// Appends the rows of a block that begins at this line.
    fn append(&mut self, parsed: Parsed, file: &str, first: usize) {
        let texts = Arc::new(parsed.texts);
        let mut complaints = parsed.complaints.into_iter().peekable();
        for row in parsed.rows {
            while let Some((line, what)) = complaints.next_if(|(line, _)| *line <= row.line) {
                self.complain(file, first + line, what);
            }
            self.append_row(row, &texts, file, first);
        }
        for (line, what) in complaints {
            self.complain(file, first + line, what);
        }
    }

    fn append_row(&mut self, row: ParsedRow, texts: &Arc<String>, file: &str, first: usize) {
        let part = |(start, end)| Text {
            all: Arc::clone(texts),
            start,
            end,
        };
        let line = first + row.line;
        let id = row.id.map_or_else(
            || {
                let id = format!("{file}:{line}");
                let end = id.len() as u32;
                let all = Arc::new(id);
                Text { all, start: 0, end }
            },
            part,
        );
        let row = Row {
            id,
            number: row.number,
            title: part(row.title),
            text: part(row.text),
            published: row.published,
            source: row.source.map(part),
            line,
        };
        let hash = self.seen.hasher().hash_one(&*row.id);
        let known = *self.seen.entry(hash).or_insert(self.rows.len());
        if let Some(before) = self.rows.get(known).filter(|before| *before.id == *row.id) {
            let in_file = self.files.iter().rev().find(|(_, first)| *first <= known);
            let what = format!(
                "id {} stands already at {}, line {}; row skipped",
                row.json_id(),
                in_file.map_or(file, |(name, _)| name),
                before.line
            );
            // a row that is skipped needs no word on its date
            self.complaints
                .pop_if(|last| last.line == line && last.file == file);
            self.complain(file, line, what);
        } else {
            self.rows.push(row);
        }
    }

    fn complain(&mut self, file: &str, line: usize, what: String) {
        self.complaints.push(Complaint {
            file: file.to_owned(),
            line,
            what,
        });
    }
}

/// A file in blocks of whole lines.
struct Blocks {
    input: Box<dyn Read + Send>,
    /// What was read of the line after the last block.
    rest: Vec<u8>,
    /// How many blocks there were.
    number: usize,
    /// Whether there may be more.
    more: bool,
}

impl Blocks {
    fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            rest: Vec::new(),
            number: 0,
            more: true,
        }
    }

    /// Reads the next block and gives its number.
    fn next(&mut self, block: &mut Vec<u8>) -> io::Result<Option<usize>> {
        if !self.more {
            return Ok(None);
        }
        block.clear();
        block.append(&mut self.rest);
        loop {
            let read = self.input.by_ref().take(BLOCK as u64).read_to_end(block)?;
            let last = memchr::memrchr(b'\n', &block[block.len() - read..]);
            if let Some(last) = last {
                let end = block.len() - read + last + 1;
                self.rest.extend_from_slice(&block[end..]);
                block.truncate(end);
            }
            self.more = read > 0;
            if last.is_some() || !self.more {
                self.number += 1;
                return Ok(Some(self.number));
            }
        }
    }
}

fn lock(blocks: &Mutex<Blocks>) -> MutexGuard<'_, Blocks> {
    blocks.lock().expect("no thread panics while it reads")
}

/// The rows of a block; lines count from its first, 0.
#[derive(Default)]
struct Parsed {
    texts: String,
    rows: Vec<ParsedRow>,
    complaints: Vec<(usize, String)>,
    lines: usize,
}

/// Where the texts of a row stand among those of its block.
struct ParsedRow {
    id: Option<(u32, u32)>,
    number: bool,
    title: (u32, u32),
    text: (u32, u32),
    published: Option<Timestamp>,
    source: Option<(u32, u32)>,
    line: usize,
}

fn parse(block: &[u8]) -> Parsed {
    let mut parsed = Parsed {
        texts: String::with_capacity(block.len()),
        ..Parsed::default()
    };
    let ends = memchr::memchr_iter(b'\n', block).map(|end| end + 1);
    let mut start = 0;
    for end in ends.chain([block.len()]) {
        let line = &block[start..end];
        start = end;
        if line.is_empty() {
            break; // behind the last line's end
        }
        let row = line
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(line)
            .trim_ascii();
        if !row.is_empty()
            && let Err(what) = utf8(row).and_then(|row| parsed.row(row))
        {
            parsed.complaints.push((parsed.lines, what));
        }
        parsed.lines += 1;
    }
    parsed
}

impl Parsed {
    fn row(&mut self, row: &str) -> Result<(), String> {
        let known = self.texts.len();
        let Some(fields) = Fields::read(row, &mut self.texts) else {
            self.texts.truncate(known);
            return self.odd_row(row);
        };
        let text = |(start, end): (u32, u32)| &self.texts[start as usize..end as usize];
        let published = moment(fields.published.map(text));
        let row = ParsedRow {
            id: fields.id,
            number: fields.number,
            title: fields.title.unwrap_or_default(),
            text: fields.text.or(fields.body).unwrap_or_default(),
            published: published.as_ref().ok().copied().flatten(),
            source: fields.source,
            line: self.lines,
        };
        self.rows.push(row);
        published.map(|_| ())
    }

    /// A row with fields of other types, or none at all.
    fn odd_row(&mut self, row: &str) -> Result<(), String> {
        let no_object = |error: serde_json::Error| {
            // Every row is a document of its own, so the parser's line says nothing.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!(
                "no JSON object, column {}: {what}; row skipped",
                error.column()
            )
        };
        let any: AnyFields = serde_json::from_str(row).map_err(no_object)?;
        #[derive(Deserialize)]
        struct Id<'a> {
            #[serde(borrow)]
            id: Option<&'a RawValue>,
        }
        let Id { id: raw } = serde_json::from_str(row).map_err(no_object)?;
        let (id, number) = id(raw)?;
        let title = text("title", any.title)?.unwrap_or_default();
        let body = text("text", any.text)?
            .or(text("body", any.body)?)
            .unwrap_or_default();
        let published = match &any.published {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => moment(Some(text)),
            Some(other) => Err(no_moment(&other.to_string())),
        };
        let row = ParsedRow {
            id: id.map(|id| self.keep(&id)),
            number,
            title: self.keep(&title),
            text: self.keep(&body),
            published: published.as_ref().ok().copied().flatten(),
            source: any
                .source
                .as_ref()
                .and_then(Value::as_str)
                .map(|source| self.keep(source)),
            line: self.lines,
        };
        self.rows.push(row);
        published.map(|_| ())
    }

    fn keep(&mut self, text: &str) -> (u32, u32) {
        keep(&mut self.texts, text)
    }
}

fn utf8(row: &[u8]) -> Result<&str, String> {
    let bad =
        |error: Utf8Error| format!("not UTF-8 at byte {}; row skipped", error.valid_up_to() + 1);
    // many times faster where there are letters beyond ASCII, but it does not say where the fault is
    simdutf8::basic::from_utf8(row).or_else(|_| str::from_utf8(row).map_err(bad))
}

/// The id as text, and whether it is a number.
fn id(raw: Option<&RawValue>) -> Result<(Option<Cow<'_, str>>, bool), String> {
    let Some(raw) = raw.map(RawValue::get).filter(|raw| *raw != "null") else {
        return Ok((None, false));
    };
    match raw.as_bytes()[0] {
        b'"' => match serde_json::from_str::<String>(raw) {
            Ok(id) => Ok((Some(Cow::Owned(id)), false)),
            Err(error) => Err(format!("id is {raw}: {error}; row skipped")),
        },
        b'-' | b'0'..=b'9' => Ok((Some(Cow::Borrowed(raw)), true)),
        _ => Err(format!(
            "id is {raw}, allowed is a string, a number or none; row skipped"
        )),
    }
}

fn text(field: &str, value: Option<Value>) -> Result<Option<String>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!(
            "{field} is {other}, allowed is a string or none; row skipped"
        )),
    }
}

/// A date-time of RFC 3339; without an offset it is UTC, and a date alone is its midnight.
fn moment(text: Option<&str>) -> Result<Option<Timestamp>, String> {
    let Some(text) = text else { return Ok(None) };
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    });
    match moment {
        Some(moment) => Ok(Some(Timestamp::from_seconds(moment.as_second()))),
        None => Err(no_moment(&Value::from(text).to_string())),
    }
}

fn no_moment(value: &str) -> String {
    format!(
        "published is {value}, allowed is a date or date-time of RFC 3339 such as \"2021-12-02T16:40:00Z\"; \
         the article counts as undated"
    )
}
