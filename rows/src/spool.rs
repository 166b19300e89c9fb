//! Rows with more text than there is memory.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::mapped::TextFile;
use crate::row::Row;
use crate::text::{Text, Texts};

/// Rows with more text than there is memory: beyond a limit the texts stand in a temporary file.
///
/// Whenever the texts in memory have more bytes than the limit, all of them are written to the file and read from
/// there, as if they were memory. The system keeps of the file what it has room for. Ids always stay in memory.
///
/// The file has no name. It lies in the folder that the environment variable `TMPDIR` names, else in `/var/tmp`, as
/// `/tmp` often is memory itself, or where temporary files of the system are if there is no such folder.
///
/// ```
/// use samestory::Article;
/// use samestory_rows::{Options, Reader, Row, Spool};
///
/// let mut reader = Reader::new(Options::default());
/// let mut spool = Spool::new(1 << 30);
/// for block in reader.open(concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/news.jsonl").as_ref()).unwrap() {
///     spool.push(block.rows).unwrap();
/// }
/// let rows = spool.into_rows();
/// let articles: Vec<Article<'_>> = rows.iter().map(Row::article).collect();
/// assert_eq!(articles.len(), 32);
/// ```
#[derive(Debug)]
pub struct Spool {
    rows: Vec<Row>,
    limit: u64,
    /// The rows before this one have their texts in the file.
    written: usize,
    /// How many bytes the texts of the others have.
    in_memory: u64,
    file: Option<TextFile>,
}

/// So many bytes of the file are mapped together, and the row that follows. Places among them have 32 bits, which no
/// row makes too few: its texts have some hundreds of MiB at most.
const MAPPED: u64 = 1 << 30;

impl Spool {
    /// One without rows, that keeps so many bytes of text in memory.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            rows: Vec::new(),
            limit,
            written: 0,
            in_memory: 0,
            file: None,
        }
    }

    /// Takes rows in, behind those that are there.
    ///
    /// # Errors
    ///
    /// When the temporary file cannot be written; the message says what to do.
    pub fn push(&mut self, rows: Vec<Row>) -> io::Result<()> {
        self.in_memory += rows.iter().map(bytes).sum::<u64>();
        self.rows.extend(rows);
        if self.in_memory > self.limit {
            let folder = folder();
            self.write(&folder).map_err(|error| {
                let limit = match self.limit >> 20 {
                    0 => format!("{} bytes", self.limit),
                    mebibytes => format!("{mebibytes} MiB"),
                };
                let why = format!(
                    "the texts have more than {limit}, and what is beyond that cannot be written to a temporary file in {}: {error}; \
                     name a folder with room for all texts with TMPDIR=FOLDER, or keep more in memory with --text-memory",
                    folder.display()
                );
                io::Error::new(error.kind(), why)
            })?;
        }
        Ok(())
    }

    /// All rows, in their order.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The same, for themselves.
    #[must_use]
    pub fn into_rows(self) -> Vec<Row> {
        self.rows
    }

    /// Writes all texts that are in memory to the file.
    fn write(&mut self, folder: &Path) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(TextFile::new(folder)?),
        };
        while self.written < self.rows.len() {
            let mut sum = 0;
            let rows = &mut self.rows[self.written..];
            let fits = rows.iter().take_while(|row| {
                let before = sum;
                sum += bytes(row);
                before < MAPPED
            });
            let number = fits.count();
            let rows = &mut rows[..number];
            write(rows, file)?;
            self.written += number;
        }
        self.in_memory = 0;
        Ok(())
    }
}

/// Writes the texts of rows to the file, whatever they stand in, and their ids to one string.
fn write(rows: &mut [Row], file: &mut TextFile) -> io::Result<()> {
    let texts = file.append(rows.iter().flat_map(Row::texts).map(|text| &**text))?;
    let texts = Arc::new(Texts::Mapped(texts));
    let ids: String = rows.iter().map(|row| &*row.id).collect();
    let ids = Arc::new(Texts::Memory(ids));
    let (mut end, mut end_of_ids) = (0, 0);
    let moved = |text: &mut Text, to: &Arc<Texts>, end: &mut u32| {
        let start = *end;
        *end += text.bytes();
        *text = Text::part(to, (start, *end));
    };
    for row in rows {
        moved(&mut row.id, &ids, &mut end_of_ids);
        for text in row.texts_mut() {
            moved(text, &texts, &mut end);
        }
    }
    Ok(())
}

/// How many bytes the texts of a row have.
fn bytes(row: &Row) -> u64 {
    let texts = [&row.id].into_iter().chain(row.texts());
    texts.map(|text| u64::from(text.bytes())).sum()
}

/// Where large temporary files belong.
fn folder() -> PathBuf {
    let large = Path::new("/var/tmp");
    match env::var_os("TMPDIR").is_none() && large.is_dir() {
        true => large.to_owned(),
        false => env::temp_dir(),
    }
}
