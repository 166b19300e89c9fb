//! Records of CSV, of which each ends with a line, but not with every line.

use csv::ByteRecord;
use csv_core::ReadRecordResult;

use crate::csv::{Columns, reader};
use crate::fields::Fields;
use crate::parsed::Parsed;

/// Records of CSV, line by line.
pub(crate) struct Records {
    separator: u8,
    /// Knows whether a quote is open.
    quotes: Box<csv_core::Reader>,
    columns: Option<Columns>,
}

impl Records {
    /// Those of a file that begins with its header.
    pub(crate) fn new(separator: u8) -> Self {
        let quotes = csv_core::ReaderBuilder::new().delimiter(separator).build();
        Self {
            separator,
            quotes: Box::new(quotes),
            columns: None,
        }
    }

    /// Whether the header came.
    pub(crate) fn has_header(&self) -> bool {
        self.columns.is_some()
    }

    /// Whether a record ends with this line, which follows the others of the record.
    pub(crate) fn is_whole(&mut self, mut line: &[u8]) -> bool {
        let (mut values, mut ends) = ([0; 4096], [0; 64]);
        while !line.is_empty() {
            let (result, read, ..) = self.quotes.read_record(line, &mut values, &mut ends);
            line = &line[read..];
            if matches!(result, ReadRecordResult::Record | ReadRecordResult::End) {
                self.quotes.reset();
                return true;
            }
        }
        false
    }

    /// Takes the header; gives what is wrong with it.
    pub(crate) fn header(&mut self, row: &[u8], fields: &Fields) -> Option<Parsed> {
        let row = row.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(row);
        let columns = self.columns.insert(Columns::new(&self.record(row), fields));
        let complaint = columns.complaint.take()?;
        Some(Parsed {
            complaints: vec![(0, complaint)],
            has_words: true,
            ..Parsed::default()
        })
    }

    /// The row of a record of so many lines.
    pub(crate) fn parse(&mut self, row: &[u8], lines: usize) -> Parsed {
        // also after one that ended with the file
        self.quotes.reset();
        let mut parsed = Parsed {
            has_words: true,
            ..Parsed::default()
        };
        let record = self.record(row);
        if let Some(columns) = &self.columns
            && let Err(what) = columns.row(&record, 0, lines, &mut parsed)
        {
            parsed.complaints.push((0, what));
        }
        parsed
    }

    fn record(&self, row: &[u8]) -> ByteRecord {
        let mut record = ByteRecord::new();
        // nothing in memory cannot be read, and any bytes are a record
        let _ = reader(row, self.separator).read_byte_record(&mut record);
        record
    }
}
