//! Lines as they come: from standard input, or from a file that grows.

use std::fs::{File, Metadata};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use samestory::hash;
use serde::{Deserialize, Serialize};

/// A line may have so many bytes; a row of a file neither has more.
const LONGEST: u64 = 64 << 20;

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
    pub(crate) offset: u64,
    /// How many lines lie before it.
    pub(crate) line: usize,
    /// How many bytes of the beginning were hashed, and their hash.
    head: (usize, u64),
}

/// A line, and what lies before the next one.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The line; `None` when it is too long.
    pub(crate) text: Option<Vec<u8>>,
    /// Where it stands, from 1.
    pub(crate) number: usize,
    /// Where the next one begins; standard input has no such place.
    pub(crate) position: Option<Position>,
}

/// Reads the next line without its end into the text, and gives how many bytes it took. Of one that is too long
/// the text is empty and the second part true.
fn read_line(input: &mut impl BufRead, text: &mut Vec<u8>) -> io::Result<(u64, bool)> {
    let read = input.by_ref().take(LONGEST).read_until(b'\n', text)? as u64;
    if read < LONGEST || text.ends_with(b"\n") {
        return Ok((read, false));
    }
    text.clear();
    Ok((read + input.skip_until(b'\n')? as u64, true))
}

/// Hands on all lines of standard input until nobody wants more.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn of_stdin(mut send: impl FnMut(Line) -> bool) -> io::Result<()> {
    let mut input = io::stdin().lock();
    for number in 1.. {
        let mut text = Vec::new();
        let (read, is_too_long) = read_line(&mut input, &mut text)?;
        let line = Line {
            text: (!is_too_long).then_some(text),
            number,
            position: None,
        };
        if read == 0 || !send(line) {
            break;
        }
    }
    Ok(())
}

/// A file that is read while it grows.
#[derive(Debug)]
pub(crate) struct Followed {
    input: BufReader<File>,
    position: Position,
    /// The bytes of the beginning that were read so far.
    head: Vec<u8>,
    /// A line of which the end is not there yet.
    begun: Vec<u8>,
}

impl Followed {
    /// Goes on at a position, if the file is still the same; else at the beginning of the file. Says whether it
    /// goes on.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn open(path: &Path, position: Option<Position>) -> io::Result<(Self, bool)> {
        let file = File::open(path)?;
        let is_long_enough = |position: &Position| {
            let length = file.metadata().map_or(0, |of| of.len());
            position.file == path && position.offset <= length
        };
        let mut followed = Self::at_the_beginning(path, file.try_clone()?);
        let Some(position) = position.filter(is_long_enough) else {
            return Ok((followed, false));
        };
        let mut head = Vec::new();
        file.try_clone()?
            .take(position.head.0 as u64)
            .read_to_end(&mut head)?;
        if hash::word(&head) != position.head.1 {
            followed.input.seek(SeekFrom::Start(0))?;
            return Ok((followed, false));
        }
        followed.input.seek(SeekFrom::Start(position.offset))?;
        (followed.position, followed.head) = (position, head);
        Ok((followed, true))
    }

    fn at_the_beginning(path: &Path, file: File) -> Self {
        Self {
            input: BufReader::new(file),
            position: Position {
                file: path.to_owned(),
                head: (0, hash::word(b"")),
                ..Position::default()
            },
            head: Vec::new(),
            begun: Vec::new(),
        }
    }

    /// Hands on all lines, now and as they come, until nobody wants more. What takes the place of the file, and
    /// what is written after it was cut, is read from its beginning.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub(crate) fn send(mut self, mut send: impl FnMut(Line) -> bool) -> io::Result<()> {
        loop {
            while let Some(line) = self.next()? {
                if !send(line) {
                    return Ok(());
                }
            }
            let path = self.position.file.clone();
            match File::open(&path) {
                // between two files of one name there may be none
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
                Ok(now) => {
                    let (old, new) = (self.input.get_ref().metadata()?, now.metadata()?);
                    if !is_same(&old, &new) || new.len() < self.read() {
                        // what came last to the old file
                        while let Some(line) = self.next()? {
                            if !send(line) {
                                return Ok(());
                            }
                        }
                        if let Some(line) = self.last()
                            && !send(line)
                        {
                            return Ok(());
                        }
                        self = Self::at_the_beginning(&path, now);
                        continue;
                    }
                }
            }
            thread::sleep(POLL);
        }
    }

    /// How many bytes were read, those of a line that is not whole among them.
    fn read(&self) -> u64 {
        self.position.offset + self.begun.len() as u64
    }

    /// The next line that is whole.
    fn next(&mut self) -> io::Result<Option<Line>> {
        let before = self.begun.len() as u64;
        let mut text = std::mem::take(&mut self.begun);
        let (read, is_too_long) = read_line(&mut self.input, &mut text)?;
        if !is_too_long && !text.ends_with(b"\n") {
            self.begun = text;
            return Ok(None);
        }
        let missing = HEAD.saturating_sub(self.head.len());
        if self.head.len() as u64 == self.position.offset {
            self.head.extend(text.iter().take(missing));
        }
        self.position.offset += before + read;
        Ok(Some(self.line((!is_too_long).then_some(text))))
    }

    /// A last line without an end.
    fn last(&mut self) -> Option<Line> {
        let text = std::mem::take(&mut self.begun);
        (!text.is_empty()).then(|| self.line(Some(text)))
    }

    fn line(&mut self, text: Option<Vec<u8>>) -> Line {
        self.position.line += 1;
        self.position.head = (self.head.len(), hash::word(&self.head));
        Line {
            text,
            number: self.position.line,
            position: Some(self.position.clone()),
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
