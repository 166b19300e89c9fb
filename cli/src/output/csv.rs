//! Assignments as CSV, with a header.

use std::io::Write;

use anyhow::Result;

use super::{COLUMNS, Line};

/// One record a line, scores with six digits. Without scores their columns are empty.
pub(super) fn write<'a>(out: &mut impl Write, lines: impl Iterator<Item = Line<'a>>) -> Result<()> {
    let mut out = csv::Writer::from_writer(out);
    out.write_record(COLUMNS)?;
    for line in lines {
        let scores = line
            .scores
            .map(|scores| scores.map(|score| format!("{score:.6}")));
        let [score, group_score] = scores.unwrap_or_default();
        out.write_record([line.id, line.story, line.group, &score, &group_score])?;
    }
    Ok(out.flush()?)
}
