//! Files to rows, block by block.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::complaint::{Complaint, Place};
use crate::content::{Format, recognise, unknown};
use crate::fields::Fields;
use crate::folder::{self, Kind};
use crate::input::Input;
use crate::json_lines;
use crate::open::Open;
use crate::parsed::{Parsed, ParsedRow};
use crate::progress::Progress;
use crate::row::Row;
use crate::seen::Seen;
use crate::text::{Text, Texts};

/// How files are read.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Which names the fields have.
    pub fields: Fields,
    /// Where to count what was read.
    pub progress: Option<Arc<Progress>>,
    /// Nothing is read of a file after its first complaint.
    pub strict: bool,
}

/// Some rows of a file, and what was wrong among them.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// The good rows.
    pub rows: Vec<Row>,
    /// What was wrong, in the order of the file.
    pub complaints: Vec<Complaint>,
}

/// Reads files block by block and keeps nothing of what came before but hashes of the ids.
///
/// ```
/// use samestory_rows::{Options, Reader};
///
/// let mut reader = Reader::new(Options::default());
/// let mut rows = 0;
/// for block in reader.open(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/news.jsonl").as_ref()).unwrap() {
///     assert!(block.complaints.is_empty());
///     rows += block.rows.len();
/// }
/// assert_eq!(rows, 32);
/// ```
#[derive(Debug, Default)]
pub struct Reader {
    options: Options,
    seen: Seen,
    passed_over: Vec<PathBuf>,
    feeds: usize,
}

/// A block of small files has so many rows.
const ROWS: usize = 1000;

impl Reader {
    /// A reader that has read nothing.
    #[must_use]
    pub fn new(options: Options) -> Self {
        Self {
            options,
            ..Self::default()
        }
    }

    /// Opens a file or a folder, `-` is standard input.
    ///
    /// # Errors
    ///
    /// When nothing of it can be read: there is no such file, it is none of the formats, it has no
    /// column for a title or a text. What breaks later is a complaint of a block.
    pub fn open(&mut self, path: &Path) -> io::Result<Blocks<'_>> {
        let mut blocks = Blocks {
            reader: self,
            current: None,
            queue: VecDeque::new(),
        };
        if path.is_dir() {
            let files = folder::files(path)?;
            let (others, files): (Vec<_>, Vec<_>) =
                files.into_iter().partition(|file| file.kind == Kind::Other);
            if files.is_empty() {
                return Err(crate::content::refused(format!(
                    "the folder has no file of the names that are read; {}",
                    folder::ALLOWED
                )));
            }
            let others = others.into_iter().map(|other| other.path);
            blocks.reader.passed_over.extend(others);
            blocks.queue = files.into();
        } else {
            blocks.current = Some(blocks.source(path)?);
        }
        Ok(blocks)
    }

    /// Reads a line of JSON Lines by itself, as of a stream. An id that came before is a new version of
    /// an article there, so it is no complaint.
    #[must_use]
    pub fn line(&self, text: &[u8], file: &str, line: usize) -> Block {
        let mut block = Block::default();
        let parsed = json_lines::parse(text, &self.options.fields, String::new());
        block.append(parsed, file, &|at| Place::Line(line + at), None);
        block
    }

    /// How many feeds were read. Their fields have the names that RSS and Atom give them, whatever is in
    /// [`Options::fields`].
    #[must_use]
    pub fn feeds(&self) -> usize {
        self.feeds
    }

    /// The files of folders that were passed over, because their names are none that are read.
    #[must_use]
    pub fn passed_over(&self) -> &[PathBuf] {
        &self.passed_over
    }
}

/// The blocks of a file or of a folder, as [`Reader::open`] gives them.
pub struct Blocks<'a> {
    reader: &'a mut Reader,
    current: Option<Open>,
    /// Files of a folder that come later.
    queue: VecDeque<folder::File>,
}

impl std::fmt::Debug for Blocks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Blocks").finish_non_exhaustive()
    }
}

impl Blocks<'_> {
    fn source(&mut self, path: &Path) -> io::Result<Open> {
        let options = &self.reader.options;
        let input = Input::open(path, options.progress.as_ref())?;
        let name = name(path);
        match recognise(&input.head, &options.fields) {
            Ok(Some(format)) => {
                let open = Open::of_format(name, input, format, options)?;
                self.reader.feeds += usize::from(format == Format::Feed);
                Ok(open)
            }
            _ if folder::is_text(path) => Ok(Open::new(name, folder::Texts::one(input, path))),
            other => Err(other.err().unwrap_or_else(|| unknown(&input.head))),
        }
    }

    /// Opens the next file of a folder.
    fn advance(&mut self, block: &mut Block) -> bool {
        let Some(file) = self.queue.pop_front() else {
            return false;
        };
        let opened = match file.kind {
            Kind::Text => Input::open(&file.path, self.reader.options.progress.as_ref())
                .map(|input| Open::new(name(&file.path), folder::Texts::new(input, file.id))),
            _ => self.source(&file.path),
        };
        match opened {
            Ok(open) => self.current = Some(open),
            Err(error) => block.complaints.push(Complaint {
                file: file.path.display().to_string(),
                place: Place::File,
                what: format!("cannot be read: {error}; file skipped"),
            }),
        }
        true
    }

    /// Appends what the next block has; says whether it has anything.
    pub(crate) fn append_to(&mut self, block: &mut Block) -> bool {
        let (rows, complaints) = (block.rows.len(), block.complaints.len());
        loop {
            if let Some(open) = &mut self.current {
                let Reader { options, seen, .. } = &mut *self.reader;
                if open.next(block, Some(seen), options) {
                    self.current = None;
                }
            } else if !self.advance(block) {
                return block.rows.len() > rows || block.complaints.len() > complaints;
            }
            if self.reader.options.strict && block.complaints.len() > complaints {
                block.complaints.truncate(complaints + 1);
                self.current = None;
                self.queue.clear();
                return true;
            }
            // a block is what one turn gives, but the files of a folder may be tiny
            let given = block.rows.len() - rows + block.complaints.len() - complaints;
            let enough = if self.queue.is_empty() { 1 } else { ROWS };
            if given >= enough {
                return true;
            }
        }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Block;

    fn next(&mut self) -> Option<Block> {
        let mut block = Block::default();
        self.append_to(&mut block).then_some(block)
    }
}

impl Block {
    /// Appends the rows of a part of a file.
    pub(crate) fn append(
        &mut self,
        parsed: Parsed,
        file: &str,
        place: &dyn Fn(usize) -> Place,
        mut seen: Option<&mut Seen>,
    ) {
        let texts = parsed.kept.unwrap_or_else(|| {
            let mut texts = parsed.texts;
            // most of a line may be fields that are none of an article
            if texts.len() < texts.capacity() / 2 {
                texts.shrink_to_fit();
            }
            Arc::new(Texts::Memory(texts))
        });
        let mut complaints = parsed.complaints.into_iter().peekable();
        self.rows.reserve(parsed.rows.len());
        for row in parsed.rows {
            while let Some((at, what)) = complaints.next_if(|(at, _)| *at <= row.at) {
                self.complain(file, place(at), what);
            }
            self.append_row(row, &texts, file, place, seen.as_deref_mut());
        }
        for (at, what) in complaints {
            self.complain(file, place(at), what);
        }
    }

    fn append_row(
        &mut self,
        row: ParsedRow,
        texts: &Arc<Texts>,
        file: &str,
        place: &dyn Fn(usize) -> Place,
        seen: Option<&mut Seen>,
    ) {
        let part = |span| Text::part(texts, span);
        let hash = row.hash;
        let place = place(row.at);
        let row = Row {
            id: row.id.map_or_else(|| nameless(file, place).into(), part),
            number: row.number,
            title: part(row.title),
            text: part(row.text),
            published: row.published,
            source: row.source.map(part),
            url: row.url.map(part),
        };
        let before = seen.and_then(|seen| {
            let hash = hash.unwrap_or_else(|| seen.hashers().hash(&row.id));
            seen.before(hash, place)
        });
        if let Some((known, at)) = before {
            let id = row.json_id();
            let what = format!("id {id} stands already at {known}{at}; row skipped");
            // a row that is skipped needs no word on its date
            self.complaints
                .pop_if(|last| last.place == place && last.file == file);
            self.complain(file, place, what);
        } else {
            self.rows.push(row);
        }
    }

    pub(crate) fn complain(&mut self, file: &str, place: Place, what: String) {
        self.complaints.push(Complaint {
            file: file.to_owned(),
            place,
            what,
        });
    }
}

/// The id of a row that has none.
fn nameless(file: &str, place: Place) -> String {
    match place {
        Place::File => file.to_owned(),
        Place::Line(at) | Place::Row(at) | Place::Entry(at) => format!("{file}:{at}"),
    }
}

/// How a file is called.
fn name(path: &Path) -> String {
    if path == Path::new("-") {
        "standard input".into()
    } else {
        path.display().to_string()
    }
}
