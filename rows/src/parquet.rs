//! Parquet, the columns that an article has.

use std::io::{self, Read};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampSecondType;
use arrow_array::{
    Array, ArrayRef, LargeBinaryArray, LargeStringArray, PrimitiveArray, RecordBatch,
};
use arrow_cast::cast;
use arrow_schema::{DataType, TimeUnit};
use bytes::Bytes;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;
use samestory::Timestamp;

use crate::complaint::Place;
use crate::content::refused;
use crate::fields::{Field, Fields, Values};
use crate::input::Input;
use crate::parsed::{PART, Parsed, ParsedRow, ROW_LIMIT, too_long, utf8};
use crate::progress::Progress;
use crate::source::{Parts, Source};
use crate::text::Span;

/// The index of a file stands at its end; what cannot be read from there is kept in memory, no more than this.
const LIMIT: u64 = 1 << 30;

/// So many rows are decoded at a time.
const BATCH: usize = 1024;

/// A file of Parquet.
pub(crate) struct Parquet {
    reader: ParquetRecordBatchReader,
    fields: Fields,
    /// The value that stands in each column that is read.
    columns: Vec<usize>,
    complaint: Option<String>,
    given: usize,
    ended: bool,
    progress: Option<Meter>,
}

/// Counts bytes by rows, as they are not read in their order.
struct Meter {
    progress: Arc<Progress>,
    bytes: u64,
    counted: u64,
    rows: u64,
}

impl Parquet {
    pub(crate) fn new(
        input: Input,
        fields: &Fields,
        progress: Option<Arc<Progress>>,
    ) -> io::Result<Self> {
        if let Some(file) = input.file {
            let counted = input.head.len() as u64;
            let bytes = file.metadata()?.len();
            let meter = |progress| Meter {
                progress,
                bytes,
                counted,
                rows: 0,
            };
            return Self::open(file, fields, progress.map(meter));
        }
        let mut bytes = Vec::new();
        let read = input.into_read().take(LIMIT + 1).read_to_end(&mut bytes)?;
        if read as u64 > LIMIT {
            return Err(refused(
                "it is Parquet of more than 1 GiB within a compressed file or from standard input, which is the most; give it as a plain file".into(),
            ));
        }
        Self::open(Bytes::from(bytes), fields, None)
    }

    fn open<R: ChunkReader + 'static>(
        file: R,
        fields: &Fields,
        progress: Option<Meter>,
    ) -> io::Result<Self> {
        let no_parquet = |error| {
            refused(format!(
                "it begins like Parquet and is none, or is cut off: {error}"
            ))
        };
        let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(no_parquet)?;
        let schema = Arc::clone(builder.schema());
        let (mut roots, mut columns, mut complaint) = (Vec::new(), Vec::new(), None);
        for (root, column) in schema.fields().iter().enumerate() {
            let Some(slot) = fields.column(column.name()) else {
                continue;
            };
            let (name, of) = (column.name(), column.data_type());
            if columns.contains(&slot) {
                complaint = Some(format!(
                    "column {name} stands there twice; the first one counts"
                ));
                continue;
            }
            let (allowed, needed) = if fields.is(slot, Field::Id) {
                ("text or whole numbers", is_text(of) || of.is_integer())
            } else if fields.is(slot, Field::Published) {
                ("dates, timestamps or text", is_text(of) || is_date(of))
            } else {
                ("text", is_text(of))
            };
            if needed || *of == DataType::Null {
                roots.push(root);
                columns.push(slot);
            } else if fields.is(slot, Field::Title)
                || fields.is(slot, Field::Text)
                || fields.is(slot, Field::Id)
            {
                return Err(refused(format!(
                    "column {name} has {of}, allowed is {allowed}"
                )));
            } else {
                complaint = Some(format!(
                    "column {name} has {of}, allowed is {allowed}; the column is not read"
                ));
            }
        }
        let has_words =
            |slot: &usize| fields.is(*slot, Field::Title) || fields.is(*slot, Field::Text);
        if !columns.iter().any(has_words) {
            let names = schema.fields().iter().map(|column| column.name().as_str());
            return Err(refused(format!(
                "its columns are not known: {}",
                fields.proposal(names)
            )));
        }
        let rows = builder.metadata().file_metadata().num_rows();
        let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
        let reader = builder.with_projection(mask).with_batch_size(BATCH).build();
        Ok(Self {
            reader: reader.map_err(no_parquet)?,
            fields: fields.clone(),
            columns,
            complaint,
            given: 0,
            ended: false,
            progress: progress.map(|meter| Meter {
                rows: rows.max(1) as u64,
                ..meter
            }),
        })
    }

    /// The rows of a batch in parts of texts that are not too long.
    fn parts(&mut self, batch: &RecordBatch) -> Result<Vec<(usize, Parsed)>, String> {
        let mut columns: Values<Column> = Values::default();
        for (slot, array) in self.columns.iter().zip(batch.columns()) {
            columns[*slot] = Some(Column::new(array)?);
        }
        let number = self
            .fields
            .find(&columns, Field::Id)
            .and_then(|slot| columns[slot].as_ref());
        let number = number.is_some_and(|column| column.number);
        let (mut parts, mut parsed) = (Vec::new(), Parsed::default());
        if let Some(complaint) = self.complaint.take() {
            parsed.complaints.push((0, complaint));
        }
        let mut first = self.given + 1;
        for row in 0..batch.num_rows() {
            let at = row + self.given + 1 - first;
            if let Err(what) = self.row(&columns, row, at, number, &mut parsed) {
                parsed.complaints.push((at, what));
            }
            parsed.has_words = true;
            if parsed.texts.len() >= PART {
                parts.push((first, std::mem::take(&mut parsed)));
                first = self.given + row + 2;
            }
        }
        parts.push((first, parsed));
        self.given += batch.num_rows();
        Ok(parts)
    }

    fn row(
        &self,
        columns: &Values<Column>,
        row: usize,
        at: usize,
        number: bool,
        parsed: &mut Parsed,
    ) -> Result<(), String> {
        let known = parsed.texts.len();
        let mut values: Values<Span> = Values::default();
        let mut published = None;
        for (slot, column) in columns.iter().enumerate() {
            let Some(column) = column else { continue };
            match column.value(row) {
                Value::None => {}
                Value::Moment(seconds) => published = Some(Timestamp::from_seconds(seconds)),
                Value::Text(bytes) => {
                    let text = match bytes.len() <= ROW_LIMIT {
                        true => utf8(bytes),
                        false => Err(too_long()),
                    };
                    let text = text.map_err(|what| {
                        parsed.texts.truncate(known);
                        format!("{} is {what}; row skipped", self.fields.name(slot))
                    })?;
                    values[slot] = Some(parsed.keep(text));
                }
            }
        }
        let row = ParsedRow {
            number,
            published,
            at,
            ..ParsedRow::default()
        };
        parsed.row_of_columns(&self.fields, &values, row)
    }
}

fn is_text(of: &DataType) -> bool {
    match of {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => true,
        DataType::Dictionary(_, of) => is_text(of),
        _ => false,
    }
}

fn is_date(of: &DataType) -> bool {
    matches!(
        of,
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64
    )
}

/// A column of a batch.
struct Column {
    values: ColumnValues,
    /// Whether it has numbers as text.
    number: bool,
}

enum ColumnValues {
    Null,
    Text(LargeStringArray),
    /// As many files have text.
    Bytes(LargeBinaryArray),
    Moments(PrimitiveArray<TimestampSecondType>),
}

enum Value<'a> {
    None,
    Text(&'a [u8]),
    Moment(i64),
}

impl Column {
    fn new(array: &ArrayRef) -> Result<Self, String> {
        let of = array.data_type();
        let to = |of: &DataType| cast(array, of).map_err(|error| error.to_string());
        let is_bytes = |of: &DataType| {
            matches!(
                of,
                DataType::Binary | DataType::LargeBinary | DataType::BinaryView
            )
        };
        let values = match of {
            DataType::Null => ColumnValues::Null,
            DataType::Timestamp(_, zone) => {
                let seconds = to(&DataType::Timestamp(TimeUnit::Second, zone.clone()))?;
                ColumnValues::Moments(seconds.as_primitive().clone())
            }
            DataType::Date32 | DataType::Date64 => {
                let seconds = to(&DataType::Timestamp(TimeUnit::Second, None))?;
                ColumnValues::Moments(seconds.as_primitive().clone())
            }
            DataType::Dictionary(_, of) if is_bytes(of) => {
                ColumnValues::Bytes(to(&DataType::LargeBinary)?.as_binary().clone())
            }
            of if is_bytes(of) => {
                ColumnValues::Bytes(to(&DataType::LargeBinary)?.as_binary().clone())
            }
            _ => ColumnValues::Text(to(&DataType::LargeUtf8)?.as_string().clone()),
        };
        Ok(Self {
            values,
            number: of.is_integer(),
        })
    }

    fn value(&self, row: usize) -> Value<'_> {
        match &self.values {
            ColumnValues::Text(texts) if texts.is_valid(row) => {
                Value::Text(texts.value(row).as_bytes())
            }
            ColumnValues::Bytes(texts) if texts.is_valid(row) => Value::Text(texts.value(row)),
            ColumnValues::Moments(moments) if moments.is_valid(row) => {
                Value::Moment(moments.value(row))
            }
            _ => Value::None,
        }
    }
}

impl Source for Parquet {
    fn next(&mut self) -> Option<Parts> {
        if self.ended {
            return None;
        }
        let broken = |given: usize, why: String| Parts {
            parts: Vec::new(),
            broken: Some((given + 1, why)),
        };
        let Some(batch) = self.reader.next() else {
            self.ended = true;
            if let Some(meter) = &mut self.progress {
                meter.count(u64::MAX);
            }
            return self.complaint.take().map(|complaint| Parts {
                parts: vec![(
                    1,
                    Parsed {
                        complaints: vec![(0, complaint)],
                        has_words: true,
                        ..Parsed::default()
                    },
                )],
                broken: None,
            });
        };
        let parts = match batch {
            Ok(batch) => self.parts(&batch),
            Err(error) => Err(error.to_string()),
        };
        if let Some(meter) = &mut self.progress {
            meter.count(self.given as u64);
        }
        Some(match parts {
            Ok(parts) => Parts {
                parts,
                broken: None,
            },
            Err(why) => {
                self.ended = true;
                broken(self.given, why)
            }
        })
    }

    fn place(&self) -> fn(usize) -> Place {
        Place::Row
    }
}

impl Meter {
    /// So many rows were read.
    fn count(&mut self, rows: u64) {
        let part = u128::from(rows.min(self.rows)) * u128::from(self.bytes) / u128::from(self.rows);
        let part = part as u64;
        self.progress.add(part.saturating_sub(self.counted));
        self.counted = self.counted.max(part);
    }
}
