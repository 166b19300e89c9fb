//! All rows of files.

use std::io;
use std::mem;
use std::path::{Path, PathBuf};

use crate::complaint::Complaint;
use crate::reader::{Block, Options, Reader};
use crate::row::Row;

/// Reads files of any kind and collects their rows and complaints, all in memory. For inputs larger than memory
/// there are [`Reader`], which keeps nothing, and `Spool`.
///
/// ```
/// use samestory_rows::Rows;
///
/// let mut rows = Rows::default();
/// rows.read(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/news.jsonl").as_ref()).unwrap();
/// assert_eq!((rows.rows.len(), rows.complaints.len()), (32, 0));
/// ```
#[derive(Debug, Default)]
pub struct Rows {
    /// The good rows of all files, in their order.
    pub rows: Vec<Row>,
    /// What was wrong, in the same order.
    pub complaints: Vec<Complaint>,
    reader: Reader,
}

impl Rows {
    /// Rows that are going to be read in this way.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            reader: Reader::new(options),
            ..Self::default()
        }
    }

    /// Reads one file or folder, `-` for standard input.
    ///
    /// # Errors
    ///
    /// Only when nothing of the file can be read; the message says why and what is allowed. What was
    /// read of other files stays.
    pub fn read(&mut self, path: &Path) -> io::Result<()> {
        let mut blocks = self.reader.open(path)?;
        let mut block = Block {
            // no row is moved when it is there
            rows: mem::take(&mut self.rows),
            ..Block::default()
        };
        while blocks.append_to(&mut block) {
            self.complaints.append(&mut block.complaints);
        }
        self.rows = block.rows;
        Ok(())
    }

    /// Reads one line of JSON Lines in place of all that was read before.
    pub fn read_line(&mut self, text: &[u8], file: &str, line: usize) {
        let block = self.reader.line(text, file, line);
        (self.rows, self.complaints) = (block.rows, block.complaints);
    }

    /// The files of folders that were passed over, because their names are none that are read.
    #[must_use]
    pub fn passed_over(&self) -> &[PathBuf] {
        self.reader.passed_over()
    }
}
