//! The file of a store, whose blocks are compared with their checksums whenever they are read.

use std::io;
use std::ops::{Bound, Range};
use std::sync::{Arc, PoisonError, RwLock};

use redb::backends::FileBackend;
use redb::{BackendError, StorageBackend};

use crate::hash;

/// So many bytes have a checksum. The database reads and writes whole ones, but for its first.
pub(super) const BLOCK: usize = 4096;

/// The checksum of each block of a file; 0 of one that nobody has read or written yet.
///
/// The database trusts the file of a store that was closed, and may panic where a page of it is not what was written. So when
/// it is opened without a look at all of its pages, these are compared instead, each when it is read. Where it has looked at all
/// of them, what they are is only noted.
#[derive(Debug)]
pub(super) struct Sums {
    of_blocks: RwLock<Vec<u64>>,
    are_compared: bool,
}

impl Sums {
    /// None yet, of a file of which the database looks at all pages.
    pub(super) fn unknown() -> Self {
        Self {
            of_blocks: RwLock::default(),
            are_compared: false,
        }
    }

    /// Those of a file as it was closed.
    pub(super) fn known(of_blocks: Vec<u64>) -> Self {
        Self {
            of_blocks: RwLock::new(of_blocks),
            are_compared: true,
        }
    }

    pub(super) fn to_vec(&self) -> Vec<u64> {
        let sums = self.of_blocks.read();
        sums.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, block: usize, sum: u64) {
        let sums = self.of_blocks.write();
        let mut sums = sums.unwrap_or_else(PoisonError::into_inner);
        if sums.len() <= block {
            sums.resize(block + 1, 0);
        }
        sums[block] = sum;
    }

    /// Compares a block with its checksum, or notes it if there is none.
    fn check(&self, block: usize, bytes: &[u8]) -> io::Result<()> {
        let known = {
            let sums = self.of_blocks.read();
            let sums = sums.unwrap_or_else(PoisonError::into_inner);
            sums.get(block).copied().unwrap_or(0)
        };
        if known == 0 {
            self.set(block, sum(bytes));
        } else if self.are_compared && known != sum(bytes) {
            return Err(io::Error::other(DamagedBlock(block)));
        }
        Ok(())
    }
}

/// The checksum of a block.
pub(super) fn sum(block: &[u8]) -> u64 {
    hash::word(block).max(1)
}

/// A block that is not what was written.
#[derive(Debug)]
pub(super) struct DamagedBlock(usize);

impl std::fmt::Display for DamagedBlock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "block {} of its file is not what was written", self.0)
    }
}

impl std::error::Error for DamagedBlock {}

/// A file with the checksums of its blocks.
#[derive(Debug)]
pub(super) struct CheckedFile {
    file: FileBackend,
    sums: Arc<Sums>,
}

/// The blocks of which a part lies between two places.
fn blocks(offset: u64, length: usize) -> Range<u64> {
    offset / BLOCK as u64..(offset + length as u64).div_ceil(BLOCK as u64)
}

impl CheckedFile {
    pub(super) fn new(file: FileBackend, sums: Arc<Sums>) -> Self {
        Self { file, sums }
    }

    /// A block of the file, if all of it is there.
    fn block(&self, block: u64) -> io::Result<Option<Vec<u8>>> {
        let at = block * BLOCK as u64;
        if self.file.len()? < at + BLOCK as u64 {
            return Ok(None);
        }
        let mut bytes = vec![0; BLOCK];
        self.file.read(at, &mut bytes)?;
        Ok(Some(bytes))
    }
}

impl StorageBackend for CheckedFile {
    fn len(&self) -> io::Result<u64> {
        self.file.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.file.read(offset, out)?;
        for block in blocks(offset, out.len()) {
            let start = (block * BLOCK as u64).checked_sub(offset);
            let whole = start.and_then(|start| out.get(start as usize..)?.get(..BLOCK));
            if let Some(whole) = whole {
                self.sums.check(block as usize, whole)?;
            } else if let Some(whole) = self.block(block)? {
                self.sums.check(block as usize, &whole)?;
                // what was compared is what is given
                let from = (block * BLOCK as u64).max(offset);
                let (at, of_block) = ((from - offset) as usize, from as usize % BLOCK);
                let length = (BLOCK - of_block).min(out.len() - at);
                out[at..at + length].copy_from_slice(&whole[of_block..of_block + length]);
            }
        }
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let sums = self.sums.of_blocks.write();
        let mut sums = sums.unwrap_or_else(PoisonError::into_inner);
        sums.truncate((len / BLOCK as u64) as usize);
        self.file.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        // what a write that fails has left there is not known
        for block in blocks(offset, data.len()) {
            self.sums.set(block as usize, 0);
        }
        self.file.write(offset, data)?;
        for block in blocks(offset, data.len()) {
            let start = (block * BLOCK as u64).checked_sub(offset);
            let whole = start.and_then(|start| data.get(start as usize..)?.get(..BLOCK));
            if let Some(whole) = whole {
                self.sums.set(block as usize, sum(whole));
            } else if let Some(whole) = self.block(block)? {
                self.sums.set(block as usize, sum(&whole));
            }
        }
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(start, end)
    }

    fn try_lock_shared_range(
        &self,
        start: Bound<u64>,
        end: Bound<u64>,
    ) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(start, end)
    }

    fn lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(start, end)
    }

    fn lock_shared_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(start, end)
    }

    fn unlock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(start, end)
    }

    fn query_lock_range(&self, start: Bound<u64>, end: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(start, end)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, OpenOptions};

    use super::*;

    #[test]
    fn another_byte_is_an_error_when_it_is_read() {
        let path = std::env::temp_dir().join(format!("samestory-checked-{}", std::process::id()));
        let open = |sums: Option<Vec<u64>>| {
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false);
            CheckedFile::new(
                FileBackend::new(options.open(&path).unwrap()).unwrap(),
                Arc::new(sums.map_or_else(Sums::unknown, Sums::known)),
            )
        };
        let file = open(None);
        file.set_len(4 * BLOCK as u64).unwrap();
        file.write(0, &[1; 2 * BLOCK]).unwrap();
        file.write(100, b"a head").unwrap();
        file.write(BLOCK as u64 - 2, b"over").unwrap();
        let sums = file.sums.to_vec();
        assert_eq!(sums.len(), 2);
        drop(file);
        let mut bytes = fs::read(&path).unwrap();
        let read = |file: &CheckedFile, at: usize, length: usize| {
            let mut out = vec![0; length];
            file.read(at as u64, &mut out).map(|()| out)
        };
        let file = open(Some(sums.clone()));
        for (at, length) in [
            (0, 320),
            (100, 6),
            (BLOCK - 3, 7),
            (0, 4 * BLOCK),
            (5000, 1),
        ] {
            assert_eq!(read(&file, at, length).unwrap(), bytes[at..at + length]);
        }
        // blocks that nobody had read are known now
        assert_eq!(file.sums.to_vec().len(), 4);
        let known = file.sums.to_vec();
        bytes[BLOCK + 50] ^= 1;
        bytes[3 * BLOCK] ^= 1;
        fs::write(&path, &bytes).unwrap();
        assert_eq!(
            read(&open(Some(sums)), 3 * BLOCK, 9).unwrap(),
            bytes[3 * BLOCK..][..9]
        );
        let file = open(Some(known));
        read(&file, 0, BLOCK).unwrap();
        for (at, length) in [
            (BLOCK, 1),
            (BLOCK - 1, 2),
            (0, 2 * BLOCK),
            (3 * BLOCK, BLOCK),
        ] {
            let error = read(&file, at, length).unwrap_err();
            assert!(error.get_ref().unwrap().is::<DamagedBlock>());
        }
        // what is written is known, and what is cut off is forgotten
        file.write(BLOCK as u64, &[5; BLOCK]).unwrap();
        file.set_len(3 * BLOCK as u64).unwrap();
        file.set_len(4 * BLOCK as u64).unwrap();
        assert_eq!(read(&file, BLOCK, 3 * BLOCK).unwrap()[BLOCK - 1], 5);
        assert!(read(&file, 4 * BLOCK - 1, 2).is_err());
        fs::remove_file(&path).unwrap();
    }
}
