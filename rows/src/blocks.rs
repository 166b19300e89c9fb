//! A file in blocks of whole lines. In tests these are tiny.

use std::io::{self, ErrorKind, Read};

use crate::parsed::ROW_LIMIT;

/// So many bytes are read and parsed by one thread at a time: few enough to stay in its cache.
const BLOCK: usize = if cfg!(test) { 1 << 6 } else { 1 << 18 };

/// So many bytes are read at first.
const LEAST: usize = BLOCK >> 5;

/// A turn reads so many bytes for each thread, and the blocks that they end in.
const TURN: usize = 8 * BLOCK;

/// A line may have as many bytes.
pub(crate) const LONGEST: usize = if cfg!(test) { 1 << 10 } else { ROW_LIMIT };

/// A turn has so many complaints, and those of the blocks that are being parsed then.
const COMPLAINTS: usize = 1 << 15;

/// A file in blocks of whole lines.
pub(crate) struct Blocks {
    input: Box<dyn Read + Send>,
    /// What was read of the lines after the last block.
    rest: Vec<u8>,
    /// How many blocks there were.
    number: usize,
    /// How many bytes may be read in this turn.
    left: usize,
    /// How many complaints there were in this turn.
    complaints: usize,
    /// Whether there may be more.
    more: bool,
    /// Why it could not be read to its end.
    pub(crate) broken: Option<io::Error>,
}

/// Bytes that were read, in memory that is cleared once and then used again and again.
#[derive(Default)]
pub(crate) struct Buffer {
    /// All of it; only its beginning is in use.
    memory: Vec<u8>,
    end: usize,
}

impl Blocks {
    pub(crate) fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            rest: Vec::new(),
            number: 0,
            left: 0,
            complaints: 0,
            more: true,
            broken: None,
        }
    }

    /// Begins a turn.
    pub(crate) fn turn(&mut self) {
        self.left = TURN * rayon::current_num_threads();
        self.complaints = 0;
    }

    /// Ends the turn when it has enough complaints; a strict one has had enough of the file.
    pub(crate) fn complained(&mut self, complaints: usize, strict: bool) {
        self.complaints += complaints;
        if self.complaints > COMPLAINTS {
            self.left = 0;
        }
        self.more &= !strict;
    }

    /// Reads the next block of this turn; gives its number, and whether it stands for a line that is too
    /// long.
    pub(crate) fn next(&mut self, block: &mut Buffer) -> Option<(usize, bool)> {
        if !self.more || self.left == 0 {
            return None;
        }
        block.end = 0;
        block.append(&self.rest);
        self.rest.clear();
        let (mut overlong, mut searched) = (false, 0);
        loop {
            let (read, error) = block.read(&mut *self.input);
            self.more = read > 0 && error.is_none();
            // it may be known since the end of a line that is too long
            self.broken = self.broken.take().or(error);
            let bytes = block.bytes();
            let new = &bytes[searched..];
            if overlong || bytes.len() > LONGEST {
                let first = memchr::memchr(b'\n', new).map(|end| searched + end + 1);
                if overlong || first.is_none_or(|end| end > LONGEST) {
                    overlong = true;
                    self.rest
                        .extend_from_slice(&bytes[first.unwrap_or(bytes.len())..]);
                    block.end = 0;
                    searched = 0;
                    if first.is_some() || !self.more {
                        break;
                    }
                    continue;
                }
            }
            let last = memchr::memrchr(b'\n', new).map(|end| searched + end + 1);
            searched = bytes.len();
            if self.broken.is_some() {
                // the rest of a line without its end is lost with what could not be read
                block.end = last.unwrap_or(0);
                break;
            }
            if !self.more {
                break;
            }
            if let Some(last) = last {
                self.rest.extend_from_slice(&bytes[last..]);
                block.end = last;
                break;
            }
        }
        self.left = self.left.saturating_sub(block.end);
        // what follows an overlong line may be all that is left
        self.more |= overlong && !self.rest.is_empty();
        self.number += 1;
        Some((self.number, overlong))
    }
}

impl Buffer {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.memory[..self.end]
    }

    /// Whether it is as small as nearly all are; others are not worth keeping.
    pub(crate) fn is_small(&self) -> bool {
        self.memory.len() <= 4 * BLOCK
    }

    /// Memory for so many bytes more.
    fn room(&mut self, bytes: usize) -> &mut [u8] {
        let end = self.end + bytes;
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        &mut self.memory[self.end..end]
    }

    fn append(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.end += bytes.len();
    }

    /// Reads until there is a block more, the input ends or breaks; says how much it was.
    fn read(&mut self, input: &mut dyn Read) -> (usize, Option<io::Error>) {
        let start = self.end;
        while self.end < start + BLOCK {
            // twice as much each time, so that a small file needs little
            let most = (start + BLOCK - self.end).min(self.memory.len().max(LEAST));
            match input.read(self.room(most)) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return (self.end - start, Some(error)),
            }
        }
        (self.end - start, None)
    }
}
