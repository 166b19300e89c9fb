//! JSON Lines: one object a line. Many threads parse, each a block of lines at a time.

use std::io::Read;
use std::sync::{Mutex, MutexGuard};

use crate::blocks::{Blocks, Buffer};
use crate::fields::Fields;
use crate::parsed::{Parsed, too_long, utf8};
use crate::seen::Hashers;
use crate::source::{Parts, Source};

/// A file of JSON Lines.
pub(crate) struct JsonLines {
    blocks: Mutex<Blocks>,
    /// What the threads had in the last turn to read and parse in.
    memory: Mutex<Vec<(Buffer, String)>>,
    fields: Fields,
    strict: bool,
    /// How many lines were given.
    lines: usize,
}

impl JsonLines {
    pub(crate) fn new(input: Box<dyn Read + Send>, fields: &Fields, strict: bool) -> Self {
        Self {
            blocks: Mutex::new(Blocks::new(input)),
            memory: Mutex::default(),
            fields: fields.clone(),
            strict,
            lines: 0,
        }
    }
}

impl Source for JsonLines {
    fn next(&mut self) -> Option<Parts> {
        let (blocks, memory) = (&self.blocks, &self.memory);
        lock(blocks).turn();
        let (fields, strict) = (&self.fields, self.strict);
        // each thread takes the next block when it has parsed one, so that reading goes on beside
        let parsed = rayon::broadcast(|_| {
            let (mut block, mut texts) = lock(memory).pop().unwrap_or_default();
            let (mut all, hashers) = (Vec::new(), Hashers::default());
            loop {
                // a statement of its own, so that the others may read while this block is parsed
                let number = lock(blocks).next(&mut block);
                let Some((number, overlong)) = number else {
                    break;
                };
                let mut parsed = parse(block.bytes(), fields, texts);
                if overlong {
                    parsed.places = 1;
                    parsed
                        .complaints
                        .push((0, format!("{}; row skipped", too_long())));
                }
                if !parsed.complaints.is_empty() {
                    lock(blocks).complained(parsed.complaints.len(), strict);
                }
                texts = parsed.finish(&hashers);
                all.push((number, parsed));
            }
            if block.is_small() {
                lock(memory).push((block, texts));
            }
            all
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

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().expect("no thread panics while it reads")
}

/// The rows of a block of lines, with their texts in memory that was used before.
pub(crate) fn parse(block: &[u8], fields: &Fields, mut texts: String) -> Parsed {
    texts.clear();
    texts.reserve(block.len());
    let mut parsed = Parsed {
        texts,
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
