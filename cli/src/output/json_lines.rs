//! Assignments as JSON Lines.

use std::io::{self, Write};

use super::Line;

/// One object a line. Scores have six digits, so that the same numbers are the same bytes.
pub(super) fn write<'a>(
    out: &mut impl Write,
    lines: impl Iterator<Item = Line<'a>>,
) -> io::Result<()> {
    for line in lines {
        write!(
            out,
            r#"{{"id": {}, "story": {}, "group": {}"#,
            line.json_id,
            serde_json::to_string(line.story)?,
            serde_json::to_string(line.group)?,
        )?;
        if let Some([score, group_score]) = line.scores {
            write!(
                out,
                r#", "score": {score:.6}, "group_score": {group_score:.6}"#
            )?;
        }
        writeln!(out, "}}")?;
    }
    out.flush()
}
