//! JSON Lines: one object a line. Many threads parse, each a block of lines at a time.

use std::io::{self, Read};
use std::sync::{Mutex, MutexGuard};

use crate::fields::Fields;
use crate::parsed::{Parsed, ROW_LIMIT, too_long, utf8};
use crate::source::{Parts, Source};

/// So many bytes are read and parsed by one thread at a time.
const BLOCK: usize = 1 << 18;

/// A turn reads so many bytes for each thread, and the blocks that they end in.
const TURN: usize = 1 << 21;

/// A turn has so many complaints, and those of the blocks that are being parsed then.
const COMPLAINTS: usize = 1 << 15;

/// A file of JSON Lines.
pub(crate) struct JsonLines {
    blocks: Mutex<Blocks>,
    fields: Fields,
    strict: bool,
    /// How many lines were given.
    lines: usize,
}

impl JsonLines {
    pub(crate) fn new(input: Box<dyn Read + Send>, fields: &Fields, strict: bool) -> Self {
        Self {
            blocks: Mutex::new(Blocks::new(input)),
            fields: fields.clone(),
            strict,
            lines: 0,
        }
    }
}

impl Source for JsonLines {
    fn next(&mut self) -> Option<Parts> {
        let blocks = &self.blocks;
        lock(blocks).turn();
        let (fields, strict) = (&self.fields, self.strict);
        // each thread takes the next block when it has parsed one, so that reading goes on beside
        let parsed = rayon::broadcast(|_| {
            let (mut block, mut all) = (Vec::new(), Vec::new());
            loop {
                // a statement of its own, so that the others may read while this block is parsed
                let number = lock(blocks).next(&mut block);
                let Some((number, overlong)) = number else {
                    return all;
                };
                let mut parsed = parse(&block, fields);
                if overlong {
                    parsed.places = 1;
                    parsed
                        .complaints
                        .push((0, format!("{}; row skipped", too_long())));
                }
                if !parsed.complaints.is_empty() {
                    lock(blocks).complained(parsed.complaints.len(), strict);
                }
                all.push((number, parsed));
            }
        });
        let mut parsed: Vec<(usize, Parsed)> = parsed.into_iter().flatten().collect();
        parsed.sort_unstable_by_key(|(number, _)| *number);
        let parts = parsed.into_iter().map(|(_, parsed)| {
            let first = self.lines + 1;
            self.lines += parsed.places;
            (first, parsed)
        });
        let parts: Vec<_> = parts.collect();
        let broken = lock(blocks).broken.take();
        (!parts.is_empty() || broken.is_some()).then(|| Parts {
            parts,
            broken: broken.map(|error| (self.lines + 1, error.to_string())),
        })
    }
}

/// A file in blocks of whole lines.
struct Blocks {
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
    broken: Option<io::Error>,
}

impl Blocks {
    fn new(input: Box<dyn Read + Send>) -> Self {
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
    fn turn(&mut self) {
        self.left = TURN * rayon::current_num_threads();
        self.complaints = 0;
    }

    /// Ends the turn when it has enough complaints; a strict one has had enough of the file.
    fn complained(&mut self, complaints: usize, strict: bool) {
        self.complaints += complaints;
        if self.complaints > COMPLAINTS {
            self.left = 0;
        }
        self.more &= !strict;
    }

    /// Reads the next block of this turn; gives its number, and whether it stands for a line that is too
    /// long.
    fn next(&mut self, block: &mut Vec<u8>) -> Option<(usize, bool)> {
        if !self.more || self.left == 0 {
            return None;
        }
        block.clear();
        block.append(&mut self.rest);
        let (mut overlong, mut searched) = (false, 0);
        loop {
            let read = self.input.by_ref().take(BLOCK as u64).read_to_end(block);
            self.more = matches!(read, Ok(1..));
            self.broken = read.err();
            let ends = searched..block.len();
            if overlong || block.len() > ROW_LIMIT {
                let first =
                    memchr::memchr(b'\n', &block[ends.clone()]).map(|end| searched + end + 1);
                if overlong || first.is_none_or(|end| end > ROW_LIMIT) {
                    overlong = true;
                    self.rest
                        .extend_from_slice(&block[first.unwrap_or(block.len())..]);
                    block.clear();
                    searched = 0;
                    if first.is_some() || !self.more {
                        break;
                    }
                    continue;
                }
            }
            let last = memchr::memrchr(b'\n', &block[ends]).map(|end| searched + end + 1);
            searched = block.len();
            if self.broken.is_some() {
                // the rest of a line without its end is lost with what could not be read
                block.truncate(last.unwrap_or(0));
                break;
            }
            if !self.more {
                break;
            }
            if let Some(last) = last {
                self.rest.extend_from_slice(&block[last..]);
                block.truncate(last);
                break;
            }
        }
        self.left = self.left.saturating_sub(block.len());
        // what follows an overlong line may be all that is left
        self.more |= overlong && !self.rest.is_empty();
        self.number += 1;
        Some((self.number, overlong))
    }
}

fn lock(blocks: &Mutex<Blocks>) -> MutexGuard<'_, Blocks> {
    blocks.lock().expect("no thread panics while it reads")
}

/// The rows of a block of lines.
pub(crate) fn parse(block: &[u8], fields: &Fields) -> Parsed {
    let mut parsed = Parsed {
        texts: String::with_capacity(block.len()),
        ..Parsed::default()
    };
    let ends = memchr::memchr_iter(b'\n', block).map(|end| end + 1);
    let mut start = 0;
    for end in ends.chain([block.len()]) {
        let line = &block[start..end];
        start = end;
        if line.is_empty() {
            break; // behind the last line's end
        }
        let row = line
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(line)
            .trim_ascii();
        if !row.is_empty() {
            let skipped = |what| format!("{what}; row skipped");
            let row = utf8(row).map_err(skipped);
            if let Err(what) = row.and_then(|row| parsed.row(row, fields)) {
                parsed.complaints.push((parsed.places, what));
            }
        }
        parsed.places += 1;
    }
    parsed
}
