//! What is written, one file a format.

mod beside;
mod json_lines;

use std::io::{self, BufWriter};
use std::path::Path;

use anyhow::{Context, Result};
use samestory::Clustering;
use samestory_rows::Row;

pub(crate) use beside::Beside;

/// Where one article belongs, as every format writes it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) row: &'a Row,
    pub(crate) story: &'a str,
    pub(crate) group: &'a str,
    pub(crate) score: f64,
    pub(crate) group_score: f64,
}

/// The lines of a clustering, in the order of the input.
fn lines<'a>(rows: &'a [Row], clustering: &'a Clustering) -> impl Iterator<Item = Line<'a>> {
    let lines = rows.iter().zip(clustering.assignments());
    lines.map(|(row, assignment)| Line {
        row,
        story: &rows[clustering.stories()[assignment.story].articles[0]].id,
        group: &rows[clustering.groups()[assignment.group].articles[0]].id,
        score: assignment.score,
        group_score: assignment.group_score,
    })
}

/// Writes where each article belongs, in the format that the ending of the file names; `-` is standard output.
///
/// # Errors
///
/// When the file cannot be written.
pub(crate) fn assignments(path: &Path, rows: &[Row], clustering: &Clustering) -> Result<()> {
    if path == Path::new("-") {
        let mut out = BufWriter::new(io::stdout().lock());
        return json_lines::write(&mut out, lines(rows, clustering)).context("standard output");
    }
    let mut file = Beside::create(path)?;
    json_lines::write(&mut file, lines(rows, clustering))
        .with_context(|| format!("{} cannot be written", path.display()))?;
    file.rename()
}
