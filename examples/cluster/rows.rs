//! Rows of JSON Lines to articles. A bad row is reported with its place and never stops the rest.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use samestory::{Article, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One article as it was read.
pub(crate) struct Row {
    /// The id as text; file name and line number when the row has none.
    pub(crate) id: String,
    /// The id as JSON, to be written as it was read.
    pub(crate) json_id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) published: Option<Timestamp>,
    pub(crate) source: Option<String>,
}

impl Row {
    pub(crate) fn article(&self) -> Article<'_> {
        Article {
            id: &self.id,
            title: &self.title,
            body: &self.text,
            published: self.published,
        }
    }
}

/// Something wrong with a row: where, what, and what became of it.
pub(crate) struct Complaint {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl std::fmt::Display for Complaint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, line {}: {}", self.file, self.line, self.what)
    }
}

/// The fields we know; others are allowed and ignored.
#[derive(Deserialize)]
struct Fields<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    title: Option<Value>,
    text: Option<Value>,
    body: Option<Value>,
    published: Option<Value>,
    source: Option<Value>,
}

/// Reads rows from files, collecting complaints.
#[derive(Default)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    pub(crate) complaints: Vec<Complaint>,
    /// Where each id was first seen.
    seen: HashMap<String, (String, usize)>,
}

impl Rows {
    /// Reads one file, `-` for standard input. With `strict` it stops after the first complaint.
    ///
    /// # Errors
    ///
    /// Only when the file itself cannot be read.
    pub(crate) fn read(&mut self, path: &Path, strict: bool) -> io::Result<()> {
        let file = if path == Path::new("-") {
            "standard input".into()
        } else {
            path.display().to_string()
        };
        let mut input: Box<dyn BufRead> = match path.to_str() {
            Some("-") => Box::new(io::stdin().lock()),
            _ => Box::new(BufReader::with_capacity(1 << 20, File::open(path)?)),
        };
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if input.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let row = line
                .strip_prefix(b"\xEF\xBB\xBF")
                .unwrap_or(&line)
                .trim_ascii();
            if row.is_empty() {
                continue;
            }
            if let Err(what) = self.read_row(&file, number, row) {
                self.complaints.push(Complaint {
                    file: file.clone(),
                    line: number,
                    what,
                });
            }
            if strict && !self.complaints.is_empty() {
                break;
            }
        }
        Ok(())
    }

    fn read_row(&mut self, file: &str, number: usize, row: &[u8]) -> Result<(), String> {
        let row = std::str::from_utf8(row).map_err(|error| {
            format!("not UTF-8 at byte {}; row skipped", error.valid_up_to() + 1)
        })?;
        let fields: Fields<'_> = serde_json::from_str(row).map_err(|error| {
            // Every row is a document of its own, so the parser's line says nothing.
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            format!(
                "no JSON object, column {}: {what}; row skipped",
                error.column()
            )
        })?;
        let (id, json_id) = match fields
            .id
            .map(|id| (id.get(), serde_json::from_str(id.get())))
        {
            None | Some((_, Ok(Value::Null))) => {
                let id = format!("{file}:{number}");
                (id.clone(), Value::from(id).to_string())
            }
            Some((json, Ok(Value::String(id)))) => (id, json.to_owned()),
            Some((json, Ok(Value::Number(_)))) => (json.to_owned(), json.to_owned()),
            Some((json, _)) => {
                return Err(format!(
                    "id is {json}, allowed is a string, a number or none; row skipped"
                ));
            }
        };
        let row = Row {
            title: text("title", fields.title)?.unwrap_or_default(),
            text: text("text", fields.text)?
                .or(text("body", fields.body)?)
                .unwrap_or_default(),
            source: fields
                .source
                .and_then(|source| source.as_str().map(str::to_owned)),
            published: None,
            id,
            json_id,
        };
        if let Some((first_file, first_line)) = self.seen.get(&row.id) {
            return Err(format!(
                "id {} stands already at {first_file}, line {first_line}; row skipped",
                row.json_id
            ));
        }
        self.seen.insert(row.id.clone(), (file.to_owned(), number));
        let published = moment(fields.published);
        self.rows.push(Row {
            published: published.as_ref().ok().copied().flatten(),
            ..row
        });
        published.map(|_| ())
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
fn moment(value: Option<Value>) -> Result<Option<Timestamp>, String> {
    let value = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(value) => value,
    };
    let read = |text: &str| {
        text.parse::<jiff::Timestamp>().ok().or_else(|| {
            let local: DateTime = text.parse().ok()?;
            TimeZone::UTC.to_timestamp(local).ok()
        })
    };
    match value.as_str().and_then(read) {
        Some(moment) => Ok(Some(Timestamp::from_seconds(moment.as_second()))),
        None => Err(format!(
            "published is {value}, allowed is a date or date-time of RFC 3339 such as \"2021-12-02T16:40:00Z\"; \
             the article counts as undated"
        )),
    }
}
