//! Texts in memory that was mapped, of a temporary file or of its own: all unsafe code of this crate.

#![allow(unsafe_code)]

#[cfg(feature = "spool")]
use std::fs::File;
#[cfg(feature = "spool")]
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
#[cfg(feature = "spool")]
use std::path::Path;

#[cfg(feature = "spool")]
use memmap2::Mmap;
use memmap2::{MmapMut, MmapOptions};

/// A temporary file without a name, so that nobody else can open it; the system removes it with its last use.
#[cfg(feature = "spool")]
#[derive(Debug)]
pub(crate) struct TextFile {
    file: File,
    end: u64,
}

/// Texts that were written together.
pub(crate) enum Mapped {
    /// The system may drop them from memory at any time, as it can read them again.
    #[cfg(feature = "spool")]
    File(Mmap),
    Memory(MmapMut),
}

#[cfg(feature = "spool")]
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
        mapped.map(Mapped::File)
    }
}

/// Fewer bytes are left to the allocator, which has memory at hand.
const FEWEST: usize = if cfg!(test) { 1 << 6 } else { 1 << 16 };

impl Mapped {
    /// A copy of many texts; `None` of few, or where memory cannot be mapped. The system gives all pages at once, which
    /// takes less than one after the other as they are written to. Pages of 2 MiB would be faster still, but not in a
    /// virtual machine that gives free memory back to its host: there they may take three times as long.
    pub(crate) fn copy(texts: &str) -> Option<Self> {
        if texts.len() < FEWEST {
            return None;
        }
        let mut options = MmapOptions::new();
        let mut map = options.len(texts.len()).populate().map_anon().ok()?;
        map.copy_from_slice(texts.as_bytes());
        Some(Self::Memory(map))
    }

    /// All texts, one behind the other.
    pub(crate) fn as_str(&self) -> &str {
        let texts: &[u8] = match self {
            #[cfg(feature = "spool")]
            Self::File(file) => file,
            Self::Memory(memory) => memory,
        };
        // SAFETY: `append` and `copy` wrote whole texts and mapped just these, and nothing changes them. To check them again
        // each time would read all of them each time.
        unsafe { str::from_utf8_unchecked(texts) }
    }
}
