//! Folders: each .txt is an article, and each file of rows is read as by itself.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::complaint::Place;
use crate::content::refused;
use crate::input::Input;
use crate::moment::moment;
use crate::parsed::{Parsed, ParsedRow, ROW_LIMIT, too_long, utf8};
use crate::source::{Parts, Source};

/// The endings of the files that a folder is asked for.
pub(crate) const ALLOWED: &str = "allowed are .txt, and .jsonl, .ndjson, .json, .csv, .tsv, .parquet, .rss, .atom, .xml, each also with .gz or .zst";

const ROWS: [&str; 9] = [
    "jsonl", "ndjson", "json", "csv", "tsv", "parquet", "rss", "atom", "xml",
];

/// A file in a folder.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    /// Its path from the folder on, with slashes.
    pub(crate) id: String,
    pub(crate) kind: Kind,
    size: u64,
}

/// What the name of a file promises.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An article.
    Text,
    /// Many.
    Rows,
    /// It is passed over.
    Other,
}

/// All files of a folder and of those in it, in the order of their paths. Links are not followed into folders.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<File>> {
    let mut files = Vec::new();
    let visible = |name: &std::ffi::OsStr| !name.as_encoded_bytes().starts_with(b".");
    let all = WalkDir::new(folder).sort_by_file_name().into_iter();
    for entry in all.filter_entry(|entry| entry.depth() == 0 || visible(entry.file_name())) {
        let entry = entry.map_err(io::Error::from)?;
        let Ok(of) = entry.path().metadata() else {
            continue; // a link to nothing
        };
        if !of.is_file() {
            continue;
        }
        let from = entry.path().strip_prefix(folder).unwrap_or(entry.path());
        let parts = from.iter().map(|part| part.to_string_lossy());
        files.push(File {
            id: parts.collect::<Vec<_>>().join("/"),
            kind: kind(entry.path()),
            size: of.len(),
            path: entry.into_path(),
        });
    }
    Ok(files)
}

impl File {
    pub(crate) fn size(&self) -> Option<u64> {
        (self.kind != Kind::Other).then_some(self.size)
    }
}

fn kind(path: &Path) -> Kind {
    let ending = |path: &Path| {
        let ending = path.extension().unwrap_or_default();
        ending.to_string_lossy().to_ascii_lowercase()
    };
    let mut end = ending(path);
    if end == "gz" || end == "zst" {
        end = ending(&path.with_extension(""));
    }
    match &*end {
        "txt" => Kind::Text,
        end if ROWS.contains(&end) => Kind::Rows,
        _ => Kind::Other,
    }
}

/// Whether a file is a text by its name.
pub(crate) fn is_text(path: &Path) -> bool {
    kind(path) == Kind::Text
}

/// One text.
pub(crate) struct Texts {
    input: Option<Input>,
    id: String,
}

impl Texts {
    /// A text of a folder, by its path in it.
    pub(crate) fn new(input: Input, id: String) -> Self {
        Self {
            input: Some(input),
            id,
        }
    }

    /// A text that was named by itself.
    pub(crate) fn one(input: Input, path: &Path) -> Self {
        Self::new(input, path.display().to_string())
    }

    fn read(&self, input: Input) -> io::Result<Parsed> {
        let mut bytes = Vec::new();
        let limit = ROW_LIMIT as u64 + 1;
        input.into_read().take(limit).read_to_end(&mut bytes)?;
        if bytes.len() > ROW_LIMIT {
            return Err(refused(too_long()));
        }
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            return Err(refused("it is UTF-16, allowed is UTF-8".into()));
        }
        let text = utf8(&bytes).map_err(refused)?.trim();
        let (title, text) = text.split_once('\n').unwrap_or((text, ""));
        let mut parsed = Parsed::default();
        let published = match date(&self.id) {
            Some(date) => moment("the date of its name", Some(date)),
            None => Ok(None),
        };
        let row = ParsedRow {
            id: Some(parsed.keep(&self.id)),
            title: parsed.keep(title.trim()),
            text: parsed.keep(text.trim()),
            published: published.as_ref().ok().copied().flatten(),
            ..ParsedRow::default()
        };
        parsed.rows.push(row);
        if let Err(what) = published {
            parsed.complaints.push((0, what));
        }
        Ok(parsed)
    }
}

/// The date that a file is named after, if it is.
fn date(id: &str) -> Option<&str> {
    let name = id.rsplit('/').next().unwrap_or(id);
    let date = name.get(..10)?;
    let pattern = date.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    });
    let ends = !name[10..].starts_with(|c: char| c.is_ascii_digit());
    (pattern && ends).then_some(date)
}

impl Source for Texts {
    fn next(&mut self) -> Option<Parts> {
        let input = self.input.take()?;
        let parsed = self.read(input).unwrap_or_else(|error| Parsed {
            complaints: vec![(0, format!("{error}; file skipped"))],
            ..Parsed::default()
        });
        Some(Parts {
            parts: vec![(0, parsed)],
            broken: None,
        })
    }

    fn place(&self) -> fn(usize) -> Place {
        |_| Place::File
    }
}
