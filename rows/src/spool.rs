//! Rows with more text than there is memory.

use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::mapped::TextFile;
use crate::row::Row;
use crate::text::{Text, Texts};

/// Rows with more text than there is memory: beyond a limit the texts stand in temporary files.
///
/// The first texts stay in memory. Whenever there are more than the limit, those beyond fifteen sixteenths of it are
/// written to files, one for each thread, and read from there, as if they were memory. The system keeps of the files
/// what it has room for. Ids always stay in memory.
///
/// The files have no names. They lie in the folder that the environment variable `TMPDIR` names, else in `/var/tmp`, as
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
    /// The texts of the rows before this one stay where they are.
    settled: usize,
    /// How many bytes of text are in memory.
    in_memory: u64,
    /// One for each thread.
    files: Vec<TextFile>,
}

/// This part of the limit is written at once: a file is mapped in few large pieces.
const BATCH: u64 = 16;

/// So many bytes of a file are mapped together, and the row that follows. Places among them have 32 bits, which no
/// row makes too few: its texts have some hundreds of MiB at most.
const MAPPED: u64 = 1 << 30;

impl Spool {
    /// One without rows, that keeps so many bytes of text in memory.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            rows: Vec::new(),
            limit,
            settled: 0,
            in_memory: 0,
            files: Vec::new(),
        }
    }

    /// Takes rows in, behind those that are there.
    ///
    /// # Errors
    ///
    /// When the temporary file cannot be written; the message says what to do.
    pub fn push(&mut self, rows: Vec<Row>) -> io::Result<()> {
        let stays = self.limit - self.limit / BATCH;
        for row in rows {
            self.in_memory += bytes(&row);
            self.rows.push(row);
            if self.in_memory <= stays {
                self.settled = self.rows.len();
            }
        }
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

    /// Writes the texts that do not stay in memory, by all threads.
    fn write(&mut self, folder: &Path) -> io::Result<()> {
        while self.files.len() < rayon::current_num_threads() {
            self.files.push(TextFile::new(folder)?);
        }
        let rows = &mut self.rows[self.settled..];
        let written: u64 = rows.iter().map(bytes).sum();
        let of_thread = rows.len().div_ceil(self.files.len()).max(1);
        rows.par_chunks_mut(of_thread)
            .zip(&mut self.files)
            .try_for_each(|(rows, file)| write_all(rows, file))?;
        self.settled = self.rows.len();
        self.in_memory -= written;
        Ok(())
    }
}

/// Writes the texts of rows to a file, so many at a time as are mapped together.
fn write_all(mut rows: &mut [Row], file: &mut TextFile) -> io::Result<()> {
    while !rows.is_empty() {
        let mut sum = 0;
        let fits = rows.iter().take_while(|row| {
            let before = sum;
            sum += bytes(row);
            before < MAPPED
        });
        let (together, others) = rows.split_at_mut(fits.count());
        write(together, file)?;
        rows = others;
    }
    Ok(())
}

/// Writes the texts of rows to a file, whatever they stand in, and their ids to one string.
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
