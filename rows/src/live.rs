//! Lines as they come: a row is given as soon as it is whole.

use std::io::{self, BufRead, BufReader, Read};

use crate::fields::Fields;
use crate::input::Bytes;
use crate::json_lines;
use crate::parsed::{Parsed, ROW_LIMIT, too_long};
#[cfg(feature = "csv")]
use crate::records::Records;
use crate::source::{Parts, Source};

/// How far lines were read: behind the last row that was given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// So many bytes.
    pub offset: u64,
    /// So many lines.
    pub line: usize,
    /// The header of CSV, without which the lines that follow say nothing.
    pub header: Option<String>,
}

/// JSON Lines or CSV that is read as it comes.
pub(crate) struct Live {
    input: BufReader<Bytes>,
    fields: Fields,
    /// `None` for JSON Lines.
    #[cfg(feature = "csv")]
    records: Option<Records>,
    reached: Reached,
}

impl Live {
    /// Goes on behind what was read, which is nothing at the beginning.
    pub(crate) fn new(
        input: Bytes,
        fields: &Fields,
        #[cfg(feature = "csv")] records: Option<Records>,
        reached: Reached,
    ) -> Self {
        Self {
            input: BufReader::with_capacity(1 << 16, input),
            fields: fields.clone(),
            #[cfg(feature = "csv")]
            records,
            reached,
        }
    }

    /// Whether a row ends with this line.
    fn is_whole(&mut self, #[cfg_attr(not(feature = "csv"), expect(unused))] line: &[u8]) -> bool {
        #[cfg(feature = "csv")]
        if let Some(records) = &mut self.records {
            return records.is_whole(line);
        }
        true
    }

    /// What is in the lines of a row; `None` if they only say what the others are.
    fn parse(
        &mut self,
        row: &[u8],
        #[cfg_attr(not(feature = "csv"), expect(unused))] lines: usize,
    ) -> Option<Parsed> {
        #[cfg(feature = "csv")]
        if let Some(records) = &mut self.records {
            if !records.has_header() {
                self.reached.header = Some(String::from_utf8_lossy(row).into_owned());
                return records.header(row, &self.fields);
            }
            return Some(records.parse(row, lines));
        }
        Some(json_lines::parse(row, &self.fields, String::new()))
    }

    /// Reads the lines of a row: how many bytes and lines they are, and whether they are too long.
    fn read(&mut self, row: &mut Vec<u8>) -> io::Result<(u64, usize, bool)> {
        let (mut bytes, mut lines) = (0, 0);
        loop {
            let start = row.len();
            let left = (ROW_LIMIT + 1 - start) as u64;
            let read = self.input.by_ref().take(left).read_until(b'\n', row)?;
            bytes += read as u64;
            lines += usize::from(read > 0);
            if row.len() > ROW_LIMIT {
                if !row.ends_with(b"\n") {
                    bytes += self.input.skip_until(b'\n')? as u64;
                }
                return Ok((bytes, lines, true));
            }
            let blank = start == 0 && row.trim_ascii().is_empty();
            if read == 0 || blank || self.is_whole(&row[start..]) {
                return Ok((bytes, lines, false));
            }
        }
    }
}

impl Source for Live {
    fn next(&mut self) -> Option<Parts> {
        let mut row = Vec::new();
        loop {
            row.clear();
            let first = self.reached.line + 1;
            let (bytes, lines, is_too_long) = match self.read(&mut row) {
                Ok((0, ..)) => return None,
                Ok(read) => read,
                Err(error) => {
                    return Some(Parts {
                        parts: Vec::new(),
                        broken: Some((first, error.to_string())),
                    });
                }
            };
            self.reached.offset += bytes;
            self.reached.line += lines;
            let parsed = match is_too_long {
                true => Some(Parsed {
                    complaints: vec![(0, format!("{}; row skipped", too_long()))],
                    ..Parsed::default()
                }),
                false if row.trim_ascii().is_empty() => None,
                false => self.parse(&row, lines),
            };
            if let Some(parsed) = parsed {
                return Some(Parts {
                    parts: vec![(first, parsed)],
                    broken: None,
                });
            }
        }
    }

    fn reached(&self) -> Option<&Reached> {
        Some(&self.reached)
    }
}
