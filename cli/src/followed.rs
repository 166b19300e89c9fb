//! A file that is followed while it grows, and how far it was read.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use samestory::hash;
use samestory_rows::Reached;
use serde::{Deserialize, Serialize};

/// How often a file that has been read is looked at.
const POLL: Duration = Duration::from_millis(100);

/// So many bytes at the beginning of a file tell it from another one of the same name.
const HEAD: usize = 256;

/// How far a file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub(crate) struct Position {
    /// The file.
    pub(crate) file: PathBuf,
    /// Its first byte that was not read.
    offset: u64,
    /// How many lines lie before it.
    line: usize,
    /// The header of CSV.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    header: Option<String>,
    /// How many bytes of the beginning were hashed, and their hash.
    head: (usize, u64),
}

/// A file that is read while it grows. It ends when another one takes its place, or when it is cut.
#[derive(Debug)]
pub(crate) struct Followed {
    file: File,
    path: PathBuf,
    /// How many bytes lie before the next one.
    read: u64,
    head: Head,
}

/// The bytes of the beginning that were read so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head(Arc<Mutex<Vec<u8>>>);

impl Head {
    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Position {
    /// How far a file with this beginning was read.
    pub(crate) fn new(file: &Path, reached: &Reached, head: &Head) -> Self {
        let head = head.bytes();
        let offset = usize::try_from(reached.offset).unwrap_or(usize::MAX);
        let head = &head[..head.len().min(offset)];
        Self {
            file: file.to_owned(),
            offset: reached.offset,
            line: reached.line,
            header: reached.header.clone(),
            head: (head.len(), hash::word(head)),
        }
    }
}

impl Followed {
    /// Goes on at a position, if the file is still the same; else at the beginning of the file. Says where.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn open(path: &Path, position: Option<Position>) -> io::Result<(Self, Reached)> {
        let mut followed = Self {
            file: File::open(path)?,
            path: path.to_owned(),
            read: 0,
            head: Head::default(),
        };
        let length = followed.file.metadata().map_or(0, |of| of.len());
        let is_long_enough =
            |position: &Position| position.file == path && position.offset <= length;
        if let Some(position) = position.filter(is_long_enough) {
            let mut head = Vec::new();
            let beginning = &mut followed.file;
            beginning
                .take(position.head.0 as u64)
                .read_to_end(&mut head)?;
            if hash::word(&head) == position.head.1 {
                followed.file.seek(SeekFrom::Start(position.offset))?;
                followed.read = position.offset;
                *followed.head.bytes() = head;
                let reached = Reached {
                    offset: position.offset,
                    line: position.line,
                    header: position.header,
                };
                return Ok((followed, reached));
            }
            followed.file.seek(SeekFrom::Start(0))?;
        }
        Ok((followed, Reached::default()))
    }

    /// The same when there is a file again: between two of one name there may be none.
    ///
    /// # Errors
    ///
    /// When the file is there and cannot be read.
    pub(crate) fn reopen(path: &Path) -> io::Result<(Self, Reached)> {
        loop {
            match Self::open(path, None) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => thread::sleep(POLL),
                opened => return opened,
            }
        }
    }

    /// Its beginning, for the positions in it.
    pub(crate) fn head(&self) -> Head {
        self.head.clone()
    }

    /// Whether its name is that of another file, or less of it is there than was read.
    fn is_over(&self) -> io::Result<bool> {
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
            Ok(now) => Ok(!is_same(&self.file.metadata()?, &now) || now.len() < self.read),
        }
    }

    fn read_on(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(buffer)?;
        let mut head = self.head.bytes();
        if head.len() as u64 == self.read {
            let missing = HEAD.saturating_sub(head.len());
            head.extend(buffer[..read].iter().take(missing));
        }
        self.read += read as u64;
        Ok(read)
    }
}

impl Read for Followed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.read_on(buffer)?;
            if read > 0 {
                return Ok(read);
            }
            if self.is_over()? {
                // what came last to the old file
                return self.read_on(buffer);
            }
            thread::sleep(POLL);
        }
    }
}

/// Whether both are of one file.
#[cfg(unix)]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn is_same(a: &Metadata, b: &Metadata) -> bool {
    a.created().ok() == b.created().ok()
}
