//! Texts in a temporary file that are read as memory: all unsafe code of this crate.

#![allow(unsafe_code)]

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

/// A temporary file without a name, so that nobody else can open it; the system removes it with its last use.
#[derive(Debug)]
pub(crate) struct TextFile {
    file: File,
    end: u64,
}

/// Texts that were written together. The system may drop them from memory at any time, as it can read them again.
pub(crate) struct Mapped(Mmap);

impl TextFile {
    /// An empty one.
    pub(crate) fn new(folder: &Path) -> io::Result<Self> {
        let file = tempfile::tempfile_in(folder)?;
        Ok(Self { file, end: 0 })
    }

    /// Appends texts and gives them as one. They are written, not copied into mapped memory: a full disk is an error
    /// here, and there it would be a signal that ends the program.
    pub(crate) fn append<'a>(
        &mut self,
        texts: impl Iterator<Item = &'a str>,
    ) -> io::Result<Mapped> {
        let start = self.file.seek(SeekFrom::Start(self.end))?;
        let mut out = BufWriter::with_capacity(1 << 20, &self.file);
        let mut length = 0;
        for text in texts {
            out.write_all(text.as_bytes())?;
            length += text.len();
        }
        out.flush()?;
        drop(out);
        self.end = start + length as u64;
        let mut options = MmapOptions::new();
        options.offset(start).len(length);
        // SAFETY: nothing changes these bytes while they are mapped. The file has no name and its handle never leaves
        // this module, which only writes behind them and never cuts the file.
        let mapped = unsafe { options.map(&self.file) };
        mapped.map(Mapped)
    }
}

impl Mapped {
    /// All texts, one behind the other.
    pub(crate) fn as_str(&self) -> &str {
        // SAFETY: `append` wrote whole texts and mapped just these, and nothing changes them. To check them again each
        // time would read all of the file each time.
        unsafe { str::from_utf8_unchecked(&self.0) }
    }
}
