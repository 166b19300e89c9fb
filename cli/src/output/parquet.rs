//! Assignments as Parquet.

use std::io::Write;
use std::sync::Arc;

use anyhow::Result;
use arrow_array::builder::{Float64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::{COLUMNS, Line};

/// So many rows are handed on at a time.
const ROWS: usize = 8192;

/// One row a line, ids as text. Without scores their columns are null.
pub(super) fn write<'a>(
    out: &mut (impl Write + Send),
    mut lines: impl Iterator<Item = Line<'a>>,
) -> Result<()> {
    let [id, story, group, score, group_score] = COLUMNS;
    let text = |name| Field::new(name, DataType::Utf8, false);
    let number = |name| Field::new(name, DataType::Float64, true);
    let fields = vec![
        text(id),
        text(story),
        text(group),
        number(score),
        number(group_score),
    ];
    let schema = Arc::new(Schema::new(fields));
    let compression = Compression::ZSTD(ZstdLevel::default());
    let properties = WriterProperties::builder().set_compression(compression);
    let mut out = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties.build()))?;
    loop {
        let mut texts: [StringBuilder; 3] = Default::default();
        let mut numbers: [Float64Builder; 2] = Default::default();
        let mut rows = 0;
        for line in lines.by_ref().take(ROWS) {
            for (column, text) in texts.iter_mut().zip([line.id, line.story, line.group]) {
                column.append_value(text);
            }
            for (at, column) in numbers.iter_mut().enumerate() {
                column.append_option(line.scores.map(|scores| scores[at]));
            }
            rows += 1;
        }
        if rows == 0 {
            break;
        }
        let texts = texts
            .iter_mut()
            .map(|column| Arc::new(column.finish()) as ArrayRef);
        let numbers = numbers
            .iter_mut()
            .map(|column| Arc::new(column.finish()) as ArrayRef);
        let columns = texts.chain(numbers).collect();
        out.write(&RecordBatch::try_new(Arc::clone(&schema), columns)?)?;
    }
    out.close()?;
    Ok(())
}
