//! The image of an index: a file beside its store with all that was in memory when it was closed.
//!
//! It is a copy, and what the store holds is the truth. It is used if the store is as it was when the image was made, and
//! if no byte of it is another; if not, or if there is none, the index is made anew from the rows. So nothing waits until it is
//! on disk, and what goes wrong with it is told to nobody.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::rows::Read;
use crate::hash;

/// So many bytes have a checksum: few enough for a cache.
const CHUNK: usize = 1 << 18;

/// The first bytes of the end: what the file is, and its form. Where anything in it is written in another way the number is another.
const MAGIC: [u8; 16] = *b"samestory image1";

/// What stands behind the sections, and says what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Contents {
    /// Where each section ends.
    ends: Vec<u64>,
    /// The checksum of each chunk of the sections.
    sums: Vec<u64>,
    /// The checksum of each block of the store.
    store: Vec<u64>,
}

impl Contents {
    /// Behind these bytes stand how many there are and their checksum, so that they are found from the end of the file.
    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for numbers in [&self.ends, &self.sums, &self.store] {
            bytes.extend((numbers.len() as u64).to_le_bytes());
            bytes.extend(numbers.iter().flat_map(|number| number.to_le_bytes()));
        }
        let sum = hash::word(&bytes);
        bytes.extend((bytes.len() as u64).to_le_bytes());
        bytes.extend(sum.to_le_bytes());
        bytes
    }

    fn of(bytes: &[u8]) -> Option<Self> {
        let mut read = Read(bytes);
        (read.bytes(MAGIC.len())? == MAGIC).then_some(())?;
        let mut numbers = || {
            let bytes = read.u64()?.checked_mul(8)?;
            let (numbers, _) = read.bytes(bytes.try_into().ok()?)?.as_chunks();
            Some(
                numbers
                    .iter()
                    .map(|&number| u64::from_le_bytes(number))
                    .collect(),
            )
        };
        Some(Self {
            ends: numbers()?,
            sums: numbers()?,
            store: numbers()?,
        })
    }

    /// So many bytes do all sections have.
    fn length(&self) -> u64 {
        self.ends.last().copied().unwrap_or(0)
    }
}

/// An image that can be read.
#[derive(Debug)]
pub(super) struct Image {
    file: File,
    contents: Contents,
}

/// Beside which store.
pub(super) fn path(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".image");
    path.into()
}

/// Takes away the image of a store, and what was written of another one.
pub(super) fn remove(store: &Path) {
    _ = std::fs::remove_file(path(store));
    _ = std::fs::remove_file(new_path(store));
}

fn new_path(store: &Path) -> PathBuf {
    let mut path = path(store).into_os_string();
    path.push(".new");
    path.into()
}

#[cfg(unix)]
fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(not(unix))]
fn read_at(file: &File, at: u64, bytes: &mut [u8]) -> io::Result<()> {
    // all handles of a file share one place, so one thread at a time
    static PLACE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _place = PLACE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut file = file;
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(bytes)
}

impl Image {
    /// Opens the image of a store of so many blocks, if there is one of it as it is. Whoever opens the store changes its first
    /// block, which says which transaction was the last, and of which checksums the roots of all tables are; `first` is the checksum
    /// of that block.
    pub(super) fn open(store: &Path, first: u64, blocks: u64) -> Option<Self> {
        let mut file = File::open(path(store)).ok()?;
        let end = file.seek(SeekFrom::End(-16)).ok()?;
        let mut tail = [0; 16];
        file.read_exact(&mut tail).ok()?;
        let mut tail = Read(&tail);
        let (length, sum) = (tail.u64()?, tail.u64()?);
        let start = end.checked_sub(length)?;
        let mut bytes = vec![0; length.try_into().ok()?];
        read_at(&file, start, &mut bytes).ok()?;
        (hash::word(&bytes) == sum).then_some(())?;
        let contents = Contents::of(&bytes)?;
        let is_of_store =
            contents.store.len() as u64 == blocks && contents.store.first() == Some(&first);
        let is_whole = contents.length() == start
            && contents.ends.is_sorted()
            && contents.sums.len() as u64 == start.div_ceil(CHUNK as u64);
        (is_of_store && is_whole).then_some(Self { file, contents })
    }

    /// The checksum of each block of the store.
    pub(super) fn store(&self) -> &[u64] {
        &self.contents.store
    }

    /// Whether all its bytes are what was written.
    pub(super) fn is_sound(&self) -> bool {
        let chunks = self.contents.sums.par_iter().enumerate();
        chunks
            .map_init(
                || vec![0; CHUNK],
                |bytes, (at, &sum)| {
                    let at = at as u64 * CHUNK as u64;
                    let length = (self.contents.length() - at).min(CHUNK as u64);
                    let bytes = &mut bytes[..length as usize];
                    read_at(&self.file, at, bytes).is_ok() && hash::word(bytes) == sum
                },
            )
            .all(|is_sound| is_sound)
    }

    /// Where a section is.
    fn section(&self, section: usize) -> Option<Range<u64>> {
        let ends = &self.contents.ends;
        let start = section
            .checked_sub(1)
            .map_or(Some(0), |before| ends.get(before).copied())?;
        Some(start..*ends.get(section)?)
    }

    fn range(&self, range: &Range<u64>) -> Option<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        read_at(&self.file, range.start, &mut bytes).ok()?;
        Some(bytes)
    }

    /// The bytes of a section.
    pub(super) fn bytes(&self, section: usize) -> Option<Vec<u8>> {
        self.range(&self.section(section)?)
    }

    /// The pieces of a section, where the one behind it says where they end.
    pub(super) fn pieces(self: &Arc<Self>, section: usize) -> Option<Unread> {
        let range = self.section(section)?;
        let ends = self.bytes(section + 1)?;
        let (ends, rest) = ends.as_chunks();
        let ends: Arc<[u64]> = ends.iter().map(|&end| u64::from_le_bytes(end)).collect();
        let is_whole = rest.is_empty()
            && ends.is_sorted()
            && ends.last().copied().unwrap_or(0) == range.end - range.start;
        is_whole.then(|| Unread {
            image: Arc::clone(self),
            start: range.start,
            ends,
        })
    }
}

/// The pieces of a section, which are read when somebody asks for them: most are not soon, and memory that is new costs more
/// than what is read into it.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    image: Arc<Image>,
    start: u64,
    /// Where each ends, from the start of the section on.
    ends: Arc<[u64]>,
}

impl Unread {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    fn range(&self, piece: usize) -> Option<Range<u64>> {
        let ends = &self.ends;
        let before = piece.checked_sub(1);
        let start = before.map_or(Some(0), |before| ends.get(before).copied())?;
        Some(self.start + start..self.start + ends.get(piece)?)
    }

    pub(super) fn is_empty(&self, piece: usize) -> bool {
        self.range(piece).is_none_or(|range| range.is_empty())
    }

    pub(super) fn bytes(&self, piece: usize) -> io::Result<Vec<u8>> {
        let bytes = self.range(piece).and_then(|range| self.image.range(&range));
        bytes.ok_or_else(|| io::Error::other("the image of the store cannot be read"))
    }

    /// A piece that is there.
    ///
    /// # Panics
    ///
    /// When the file, all of which was read before, cannot be read any more. There is no answer without it.
    pub(super) fn read<T>(&self, piece: usize, of: impl FnOnce(&[u8]) -> Option<T>) -> T {
        let bytes = self.bytes(piece).ok();
        let value = bytes.and_then(|bytes| of(&bytes));
        value.expect("the image of the store was read when it was opened, and is there")
    }
}

/// A thread makes so many pieces at a time, and so many tasks of that kind are made while those before them are written: few enough
/// for little memory.
const OF_TASK: usize = 16;
const AT_A_TIME: usize = 16;

/// Some pieces one behind the other, and where they end.
#[derive(Debug, Default)]
struct Made {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

/// An image that is being written, beside the one that is there.
#[derive(Debug)]
pub(super) struct Writer {
    file: File,
    path: PathBuf,
    chunk: Vec<u8>,
    contents: Contents,
    written: u64,
}

impl Writer {
    pub(super) fn new(store: &Path) -> io::Result<Self> {
        let path = new_path(store);
        Ok(Self {
            file: File::create(&path)?,
            path,
            chunk: Vec::with_capacity(CHUNK),
            contents: Contents::default(),
            written: 0,
        })
    }

    /// Writes bytes of the section at hand.
    pub(super) fn put(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        while !bytes.is_empty() {
            let room = (CHUNK - self.chunk.len()).min(bytes.len());
            let (now, later) = bytes.split_at(room);
            self.chunk.extend_from_slice(now);
            bytes = later;
            if self.chunk.len() == CHUNK {
                self.end_chunk()?;
            }
        }
        Ok(())
    }

    fn end_chunk(&mut self) -> io::Result<()> {
        self.contents.sums.push(hash::word(&self.chunk));
        self.file.write_all(&self.chunk)?;
        self.chunk.clear();
        Ok(())
    }

    /// Ends a section.
    pub(super) fn end(&mut self) {
        self.contents.ends.push(self.written);
    }

    /// Writes a section and ends it.
    pub(super) fn section(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.put(bytes)?;
        self.end();
        Ok(())
    }

    /// Writes a section of pieces, and where they end. While some are written threads make the next ones.
    pub(super) fn pieces(
        &mut self,
        pieces: usize,
        make: impl Fn(usize, &mut Vec<u8>) -> io::Result<()> + Sync,
    ) -> io::Result<()> {
        let make_task = |task: Range<usize>| {
            let mut made = Made::default();
            for piece in task {
                make(piece, &mut made.bytes)?;
                made.ends.push(made.bytes.len());
            }
            Ok(made)
        };
        let make_some = |first: usize| -> Vec<io::Result<Made>> {
            let end = pieces.min(first + OF_TASK * AT_A_TIME);
            let tasks: Vec<usize> = (first..end).step_by(OF_TASK).collect();
            let tasks = tasks.into_par_iter();
            tasks
                .map(|first| make_task(first..end.min(first + OF_TASK)))
                .collect()
        };
        let (mut ends, mut end) = (Vec::with_capacity(8 * pieces), 0u64);
        let mut some = make_some(0);
        for next in (0..pieces).step_by(OF_TASK * AT_A_TIME) {
            let write = || -> io::Result<()> {
                for made in some {
                    let made = made?;
                    self.put(&made.bytes)?;
                    let of_task = made.ends.iter();
                    ends.extend(of_task.flat_map(|&of_task| (end + of_task as u64).to_le_bytes()));
                    end += made.bytes.len() as u64;
                }
                Ok(())
            };
            let next = next + OF_TASK * AT_A_TIME;
            let (written, made) = rayon::join(write, || make_some(next));
            written?;
            some = made;
        }
        self.end();
        self.section(&ends)
    }

    /// All sections are written.
    pub(super) fn finish(mut self) -> io::Result<Unsealed> {
        if !self.chunk.is_empty() {
            self.end_chunk()?;
        }
        Ok(Unsealed {
            file: self.file,
            path: self.path,
            contents: self.contents,
        })
    }
}

/// The sections of an image, which is of no store yet.
#[derive(Debug)]
pub(super) struct Unsealed {
    file: File,
    path: PathBuf,
    contents: Contents,
}

impl Unsealed {
    /// The sections of an image that is there: nothing has changed since.
    pub(super) fn again(store: &Path, image: &Image) -> io::Result<Self> {
        let path = path(store);
        Ok(Self {
            file: OpenOptions::new().write(true).open(&path)?,
            path,
            contents: image.contents.clone(),
        })
    }

    /// Says of which store it is: one with these checksums of its blocks.
    pub(super) fn seal(mut self, store: &Path, sums: Vec<u64>) -> io::Result<()> {
        self.contents.store = sums;
        let length = self.contents.length();
        self.file.seek(SeekFrom::Start(length))?;
        let bytes = self.contents.to_bytes();
        self.file.write_all(&bytes)?;
        self.file.set_len(length + bytes.len() as u64)?;
        std::fs::rename(&self.path, path(store))
    }
}
