//! What is written: where each article belongs, one file a format.

mod beside;
mod csv;
mod json_lines;
mod parquet;

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Args;
use samestory::Clustering;
use samestory_rows::Row;

pub(crate) use beside::Beside;

use crate::interrupt;

/// Where to write assignments.
#[derive(Args, Clone, Debug)]
pub(crate) struct Output {
    /// Where to write: JSON Lines, .csv or .parquet; `-` is standard output
    #[arg(long, short, value_name = "OUT", default_value = "-", value_parser = path)]
    output: PathBuf,
}

/// Where one article belongs, as every format writes it.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) id: &'a str,
    /// The id as JSON, of the type that was read.
    pub(crate) json_id: String,
    pub(crate) story: &'a str,
    pub(crate) group: &'a str,
    /// The scores in the story and in the group; a store knows none.
    pub(crate) scores: Option<[f64; 2]>,
}

/// The names of all that is written.
const COLUMNS: [&str; 5] = ["id", "story", "group", "score", "group_score"];

/// Endings that promise a format which is not written.
const OTHERS: [&str; 10] = [
    "json", "tsv", "txt", "xls", "xlsx", "ods", "xml", "html", "gz", "zst",
];

/// The ending of a file in small letters.
fn ending(path: &Path) -> String {
    let ending = path.extension().unwrap_or_default();
    ending.to_string_lossy().to_ascii_lowercase()
}

/// Refuses an ending that promises something else.
fn path(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match ending(&path) {
        other if OTHERS.contains(&&*other) => Err(format!(
            "the ending says the format, and .{other} is none that is written; allowed are .jsonl, .csv and .parquet"
        )),
        _ => Ok(path),
    }
}

/// The lines of a clustering, in the order of the input.
pub(crate) fn lines<'a>(
    rows: &'a [Row],
    clustering: &'a Clustering,
) -> impl Iterator<Item = Line<'a>> {
    let lines = rows.iter().zip(clustering.assignments());
    lines.map(|(row, assignment)| Line {
        id: &row.id,
        json_id: row.json_id(),
        story: &rows[clustering.stories()[assignment.story].articles[0]].id,
        group: &rows[clustering.groups()[assignment.group].articles[0]].id,
        scores: Some([assignment.score, assignment.group_score]),
    })
}

/// Output that is going to be written.
#[derive(Debug)]
pub(crate) enum Writer {
    /// At once.
    Stdout,
    /// In the format that the ending of the file names.
    File(Beside, PathBuf),
}

impl Output {
    /// Begins the output, so that it is known before any work whether it can be written.
    ///
    /// # Errors
    ///
    /// When it cannot.
    pub(crate) fn begin(self) -> Result<Writer> {
        if self.output == Path::new("-") {
            return Ok(Writer::Stdout);
        }
        Ok(Writer::File(Beside::create(&self.output)?, self.output))
    }
}

impl Writer {
    /// Writes the lines; the file takes its place.
    ///
    /// # Errors
    ///
    /// When they cannot be written.
    pub(crate) fn write<'a>(self, lines: impl Iterator<Item = Line<'a>>) -> Result<()> {
        let (mut file, path) = match self {
            Self::Stdout => {
                interrupt::doing("writing to standard output");
                let mut out = BufWriter::new(io::stdout().lock());
                return json_lines::write(&mut out, lines)
                    .context("standard output cannot be written");
            }
            Self::File(file, path) => (file, path),
        };
        interrupt::doing(format!("writing {}", path.display()));
        match &*ending(&path) {
            "csv" => csv::write(&mut file, lines),
            "parquet" => parquet::write(&mut file, lines),
            // whatever it is called
            _ => json_lines::write(&mut file, lines).map_err(Into::into),
        }
        .with_context(|| format!("{} cannot be written", path.display()))?;
        file.rename()
    }
}
