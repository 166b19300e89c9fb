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

#[cfg(test)]
mod tests {
    use std::io;

    use proptest::prelude::*;

    use super::*;
    use crate::blocks::LONGEST;
    use crate::text::Texts;

    /// Gives bytes in pieces of these sizes, and what it ends with.
    struct Pieces {
        bytes: Vec<u8>,
        sizes: Vec<usize>,
        end: Option<io::Error>,
    }

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.sizes.rotate_left(1);
            let read = self.sizes[0].min(buffer.len()).min(self.bytes.len());
            match self.end.take_if(|_| self.bytes.is_empty()) {
                Some(error) => return Err(error),
                None if self.sizes[0] == 0 => return Err(io::ErrorKind::Interrupted.into()),
                None => {}
            }
            let rest = self.bytes.split_off(read);
            buffer[..read].copy_from_slice(&self.bytes);
            self.bytes = rest;
            Ok(read)
        }
    }

    /// The rows of a part and what is said of them.
    fn told(first: usize, parsed: &Parsed) -> [Vec<String>; 2] {
        let texts = parsed.kept.as_deref();
        let texts = texts.map_or(parsed.texts.as_str(), Texts::as_str);
        let of = |(start, end): (u32, u32)| &texts[start as usize..end as usize];
        let rows = parsed.rows.iter().map(|row| {
            let (line, id) = (first + row.at, row.id.map(of));
            let hash = row.hash.or(id.map(|id| Hashers::default().hash(id)));
            let [title, text] = [row.title, row.text].map(of);
            format!("{line} {id:?} {hash:?} {title} {text}")
        });
        let said = parsed.complaints.iter();
        let said = said.map(|(at, what)| format!("{} {what}", first + at));
        [rows.collect(), said.collect()]
    }

    fn lines() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let row = |(id, text): (u16, String)| {
            let text = serde_json::to_string(&text).expect("a text is a string");
            format!("{{\"id\": {id}, \"title\": {text}, \"more\": [{text}], \"text\": {text}}}")
        };
        let line = prop_oneof![
            6 => (any::<u16>(), "[a-c\\n\\t\"é€\\\\]{0,60}").prop_map(row).prop_map(String::into_bytes),
            2 => proptest::collection::vec(any::<u8>(), 0..80),
            1 => (LONGEST - 2..LONGEST + 70).prop_map(|length| vec![b' '; length]),
            1 => Just(b"\r".to_vec()),
        ];
        proptest::collection::vec(line, 0..40)
    }

    proptest! {
        #[test]
        fn blocks_give_what_each_line_gives_by_itself(
            lines in lines(),
            sizes in proptest::collection::vec(0_usize..200, 1..9),
            ends in any::<bool>(),
            breaks in any::<bool>(),
        ) {
            let mut bytes = lines.join(&b'\n');
            if ends && !bytes.is_empty() {
                bytes.push(b'\n');
            }
            let lines = bytes.split_inclusive(|byte| *byte == b'\n');
            let (mut rows, mut said) = (Vec::new(), Vec::new());
            let mut places = 0;
            for (line, first) in lines.zip(1..) {
                if breaks && !line.ends_with(b"\n") && line.len() <= LONGEST {
                    break;
                }
                places = first;
                if line.len() > LONGEST {
                    said.push(format!("{first} {}; row skipped", too_long()));
                    continue;
                }
                let [more_rows, more_said] = told(first, &parse(line, &Fields::default(), String::new()));
                rows.extend(more_rows);
                said.extend(more_said);
            }
            let sizes = sizes.into_iter().chain([9]).collect();
            let end = breaks.then(|| io::Error::other("torn"));
            let input = Pieces { bytes, sizes, end };
            let mut source = JsonLines::new(Box::new(input), &Fields::default(), false);
            let (mut rows_read, mut said_read, mut broken) = (Vec::new(), Vec::new(), None);
            while let Some(parts) = source.next() {
                for (first, parsed) in &parts.parts {
                    let [rows, said] = told(*first, parsed);
                    rows_read.extend(rows);
                    said_read.extend(said);
                }
                broken = broken.or(parts.broken);
                if broken.is_some() {
                    break;
                }
            }
            prop_assert_eq!(rows_read, rows);
            prop_assert_eq!(said_read, said);
            prop_assert_eq!(broken, breaks.then(|| (places + 1, "torn".to_owned())));
        }
    }
}
