//! Texts in memory that was mapped, of a temporary file or in large pages: all unsafe code of this crate.

#![allow(unsafe_code)]

#[cfg(feature = "spool")]
use std::fs::File;
#[cfg(feature = "spool")]
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
#[cfg(feature = "spool")]
use std::path::Path;

use memmap2::MmapMut;
#[cfg(feature = "spool")]
use memmap2::{Mmap, MmapOptions};

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
    Pages(MmapMut),
}

/// Texts in pages of 2 MiB where the system has them. New memory comes one page at a time, and the system needs as long
/// for a page as for hundreds of bytes of text, which are read faster than that.
pub(crate) struct Pages {
    map: MmapMut,
    end: usize,
    /// Up to here pages are large, or too late to be.
    asked: usize,
}

impl Pages {
    const PAGE: usize = 2 << 20;

    /// Of so many bytes only those are taken that are written to.
    const LENGTH: usize = 4 * Self::PAGE;

    /// Without texts; `None` where there are no large pages.
    pub(crate) fn new() -> Option<Self> {
        let map = cfg!(target_os = "linux").then(|| MmapMut::map_anon(Self::LENGTH));
        Some(Self {
            map: map?.ok()?,
            end: 0,
            asked: 0,
        })
    }

    /// Appends texts, which about so many bytes will follow, and says where they begin; `None` if there is no room.
    pub(crate) fn append(&mut self, texts: &str, more: usize) -> Option<u32> {
        let (start, end) = (self.end, self.end + texts.len());
        self.map.get(start..end)?;
        self.ask(end, more);
        self.map[start..end].copy_from_slice(texts.as_bytes());
        self.end = end;
        Some(start as u32)
    }

    /// Asks for large pages up to this end. Memory is taken for the whole of a page, so most of it has to be needed.
    fn ask(&mut self, end: usize, more: usize) {
        if end <= self.asked {
            return;
        }
        let pages = (end + more + Self::PAGE / 4) / Self::PAGE;
        let large = (pages * Self::PAGE).min(end.next_multiple_of(Self::PAGE));
        #[cfg(target_os = "linux")]
        if large > self.asked {
            let length = large - self.asked;
            // without them it is the same memory
            let _ = self
                .map
                .advise_range(memmap2::Advice::HugePage, self.asked, length);
        }
        self.asked = end.next_multiple_of(Self::PAGE);
    }
}

impl From<Pages> for Mapped {
    fn from(pages: Pages) -> Self {
        Self::Pages(pages.map)
    }
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

impl Mapped {
    /// All texts, one behind the other.
    pub(crate) fn as_str(&self) -> &str {
        let texts: &[u8] = match self {
            #[cfg(feature = "spool")]
            Self::File(file) => file,
            Self::Pages(pages) => pages,
        };
        // SAFETY: `append` of both wrote whole texts, and nothing changes them. Mapped are just these, and behind those in
        // pages zeros. To check them again each time would read all of them each time.
        unsafe { str::from_utf8_unchecked(texts) }
    }
}
