//! Rows on disk: what was acknowledged is there after a crash.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use redb::backends::FileBackend;
use redb::{
    Builder, Database, ReadOnlyTable, ReadableDatabase, ReadableTable, StorageBackend,
    TableDefinition, TableError,
};

use super::checked::{self, BLOCK, CheckedFile, DamagedBlock, Sums};
use super::image::{self, Image, Unsealed, Writer};
use super::restored::{ArticleRows, Buckets, KeyRows, Restored};
use super::rows::{Row, Table};
use super::state::State;
use crate::cluster::Clusterer;
use crate::error::{Error, ErrorKind};
use crate::hash;

/// When what was done to an index is on disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// When the call returns: nothing that was acknowledged is lost, whatever happens. Many articles at a time by
    /// [`insert_many`](super::StoryIndex::insert_many) are written together.
    #[default]
    EachCall,
    /// A little later, many calls at a time: **a crash loses the last ones**. What was done before
    /// [`flush`](super::StoryIndex::flush) returned is on disk.
    MayLoseLast {
        /// At most so many calls are lost.
        calls: usize,
        /// At most what was done in this time is lost, and what the disk needs beside it.
        time: Duration,
    },
}

/// So many bytes of the file are kept in memory. All that is asked for is in memory already, in forms of its own; what is
/// written is mostly new.
const CACHE: usize = 16 << 20;

/// The form of the rows. One that reads other forms has to know all before it.
const FORMAT: u32 = 2;

const ABOUT: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("about");

pub(super) fn definition(table: Table) -> TableDefinition<'static, u32, &'static [u8]> {
    TableDefinition::new(table.name())
}

/// A store that is open.
#[derive(Debug)]
pub(super) struct Store {
    shared: Arc<Shared>,
    durability: Durability,
    /// Writes when [`Durability::MayLoseLast`] says so.
    writer: Option<JoinHandle<()>>,
    /// Those of the blocks of the file.
    sums: Arc<Sums>,
    /// The image that the index was read from.
    image: Option<Arc<Image>>,
    /// Whether it is another index now.
    has_changed: AtomicBool,
}

#[derive(Debug)]
struct Shared {
    path: PathBuf,
    database: Database,
    queue: Mutex<Queue>,
    /// Something is in the queue, or it is closed.
    changed: Condvar,
    /// Held while rows are written, so that they are in their order.
    writing: Mutex<()>,
}

/// What waits to be written.
#[derive(Debug, Default)]
struct Queue {
    rows: BTreeMap<(Table, u32), Option<Vec<u8>>>,
    calls: usize,
    /// When the first of it came.
    since: Option<Instant>,
    is_closed: bool,
    /// What went wrong while nobody was there to be told.
    failed: Option<Error>,
}

pub(super) fn error(path: &Path, kind: ErrorKind, what: impl std::fmt::Display) -> Error {
    Error::new(kind, format!("store {}: {what}", path.display()))
}

fn failed(path: &Path) -> impl Fn(redb::Error) -> Error {
    move |what| match what {
        redb::Error::DatabaseAlreadyOpen | redb::Error::LockProtocolMismatch => error(
            path,
            ErrorKind::StoreInUse,
            "it is open already, here or in another process; one at a time can have it",
        ),
        redb::Error::Corrupted(what) => damaged(path, what),
        redb::Error::Io(what) if what.get_ref().is_some_and(|what| what.is::<DamagedBlock>()) => {
            damaged(path, what)
        }
        redb::Error::UpgradeRequired(version) => error(
            path,
            ErrorKind::OtherStore,
            format!(
                "its file has the older form {version} of its database; use the version that wrote it"
            ),
        ),
        redb::Error::Io(what) if what.kind() == std::io::ErrorKind::InvalidData => error(
            path,
            ErrorKind::OtherStore,
            format!(
                "the file is no store ({what}); give the name of a store, or of a file that is not there"
            ),
        ),
        what => error(path, ErrorKind::Store, what),
    }
}

fn damaged(path: &Path, what: impl std::fmt::Display) -> Error {
    error(
        path,
        ErrorKind::DamagedStore,
        format!("the file is damaged: {what}; StoryIndex::salvage saves what can be read"),
    )
}

/// What a store is of, by name: all of it must be the same when it is opened again.
fn about(clusterer: &Clusterer) -> [(&'static str, String); 4] {
    let background = hash::word(&clusterer.background().to_bytes());
    [
        ("format", FORMAT.to_string()),
        ("hashes", hash::VERSION.to_string()),
        ("background", format!("{background:016x}")),
        ("configuration", format!("{:?}", clusterer.config())),
    ]
}

/// A database that is open, with the checksums of its file.
#[derive(Debug)]
struct Opened {
    database: Database,
    sums: Arc<Sums>,
    /// What it was read from, if that was not the rows.
    image: Option<Arc<Image>>,
    state: State,
}

/// Opens a database. Either the checksums of all blocks are known, so that no damage goes unnoticed when they are read, or those of
/// all pages are verified now.
fn open_database(
    file: FileBackend,
    sums: Option<Vec<u64>>,
) -> Result<(Database, Arc<Sums>), redb::Error> {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE);
    builder.set_check_integrity_on_open(sums.is_none());
    let sums = Arc::new(sums.map_or_else(Sums::unknown, Sums::known));
    let file = CheckedFile::new(file, Arc::clone(&sums));
    Ok((builder.create_with_backend(file)?, sums))
}

fn open_file(path: &Path) -> Result<FileBackend, redb::Error> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false);
    Ok(FileBackend::new(options.open(path)?)?)
}

/// Opens a store of which there is an image; `None` if there is none, or it cannot be used, whatever the reason.
fn open_imaged(path: &Path, clusterer: &Clusterer) -> Option<Opened> {
    let image = image::path(path).exists().then(|| open_file(path).ok())?;
    let file = image?;
    let mut first = [0; BLOCK];
    file.read(0, &mut first).ok()?;
    let blocks = file.len().ok()? / BLOCK as u64;
    let image = Arc::new(Image::open(path, checked::sum(&first), blocks)?);
    let opened = open_database(file, Some(image.store().to_vec()));
    let (database, sums) = opened.ok()?;
    let is_of_it = check(path, &database, clusterer).ok()?;
    let state = (is_of_it && image.is_sound()).then(|| State::of_image(&image))??;
    Some(Opened {
        database,
        sums,
        image: Some(image),
        state,
    })
}

/// Opens a store, or makes one, and reads its rows.
fn open_rows(path: &Path, clusterer: &Clusterer) -> Result<Opened, Error> {
    let opened = open_file(path).and_then(|file| open_database(file, None));
    let (database, sums) = opened.map_err(failed(path))?;
    let state = match read(path, &database, clusterer)? {
        Some(state) => state,
        None => {
            begin(&database, clusterer).map_err(failed(path))?;
            State::kept()
        }
    };
    Ok(Opened {
        database,
        sums,
        image: None,
        state,
    })
}

impl Store {
    /// Opens a store, or makes one, and reads what it holds.
    pub(super) fn open(
        path: &Path,
        clusterer: &Clusterer,
        durability: Durability,
    ) -> Result<(Self, State), Error> {
        let opened = match open_imaged(path, clusterer) {
            Some(opened) => opened,
            None => open_rows(path, clusterer)?,
        };
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            database: opened.database,
            queue: Mutex::default(),
            changed: Condvar::new(),
            writing: Mutex::default(),
        });
        let writer = match durability {
            Durability::EachCall => None,
            Durability::MayLoseLast { calls, time } => {
                let shared = Arc::clone(&shared);
                let write = move || shared.write_in_time(calls, time);
                let thread = std::thread::Builder::new().name("samestory store".into());
                let thread = thread.spawn(write);
                Some(thread.map_err(|what| error(path, ErrorKind::Store, what))?)
            }
        };
        let store = Self {
            shared,
            durability,
            writer,
            sums: opened.sums,
            image: opened.image,
            has_changed: AtomicBool::new(false),
        };
        Ok((store, opened.state))
    }

    /// Takes what a call changed, to be written now or in time.
    pub(super) fn write(&self, rows: Vec<Row>) -> Result<(), Error> {
        self.has_changed.store(true, Ordering::Relaxed);
        let mut queue = self.shared.queue();
        queue.rows.extend(rows);
        queue.calls += 1;
        queue.since.get_or_insert_with(Instant::now);
        let calls = match self.durability {
            Durability::EachCall => 0,
            Durability::MayLoseLast { calls, .. } => calls,
        };
        if queue.calls > calls {
            drop(queue);
            return self.shared.write_all();
        }
        self.shared.changed.notify_one();
        // an error that came before tells that what waits may never be written
        queue.failed.take().map_or(Ok(()), Err)
    }

    /// Writes all that waits.
    pub(super) fn flush(&self) -> Result<(), Error> {
        let earlier = self.shared.queue().failed.take();
        self.shared.write_all()?;
        earlier.map_or(Ok(()), Err)
    }

    /// Writes what waits and closes the store; then the image of the index, if all of that is written. There is nobody to tell
    /// what fails, and an image that is not there does no harm.
    pub(super) fn close(self, state: Option<&State>) {
        self.shared.queue().is_closed = true;
        self.shared.changed.notify_one();
        if let Some(writer) = self.writer {
            // it does not panic
            _ = writer.join();
        }
        let written = self.shared.write_all();
        let state = state.filter(|state| written.is_ok() && state.is_saved());
        let Some(shared) = Arc::into_inner(self.shared) else {
            return;
        };
        let image = state.and_then(|state| {
            let unchanged = self.image.filter(|_| !self.has_changed.into_inner());
            let image = match unchanged {
                Some(image) => Unsealed::again(&shared.path, &image),
                None => Writer::new(&shared.path).and_then(|mut writer| {
                    state.put_image(&mut writer)?;
                    writer.finish()
                }),
            };
            image.ok()
        });
        // what it writes last is in the checksums
        drop(shared.database);
        let sealed = image.map(|image| image.seal(&shared.path, self.sums.to_vec()));
        if !matches!(sealed, Some(Ok(()))) {
            image::remove(&shared.path);
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes what waits in one transaction. If that fails it waits on.
    fn write_all(&self) -> Result<(), Error> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (rows, calls) = {
            let mut queue = self.queue();
            queue.since = None;
            let calls = std::mem::take(&mut queue.calls);
            (std::mem::take(&mut queue.rows), calls)
        };
        if rows.is_empty() {
            return Ok(());
        }
        let written = commit(&self.database, &rows);
        written.map_err(|what| {
            let mut queue = self.queue();
            for (key, value) in rows {
                // what came in the meantime is newer
                queue.rows.entry(key).or_insert(value);
            }
            queue.calls += calls;
            queue.since = Some(Instant::now());
            failed(&self.path)(what)
        })
    }

    /// Writes whenever it is time, until the queue is closed.
    fn write_in_time(&self, calls: usize, time: Duration) {
        let mut queue = self.queue();
        while !queue.is_closed {
            let wait = match queue.since {
                Some(_) if queue.calls >= calls => Duration::ZERO,
                Some(since) => time.saturating_sub(since.elapsed()),
                None => Duration::MAX,
            };
            if wait.is_zero() {
                drop(queue);
                let written = self.write_all();
                queue = self.queue();
                if let Err(error) = written {
                    queue.failed = Some(error);
                    // a full disk is not empty at once
                    let waited = self
                        .changed
                        .wait_timeout(queue, time.max(Duration::from_millis(100)));
                    queue = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
            } else {
                let waited = self.changed.wait_timeout(queue, wait);
                queue = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
        }
    }
}

/// Writes in one transaction; it is on disk when this returns.
fn commit(
    database: &Database,
    rows: &BTreeMap<(Table, u32), Option<Vec<u8>>>,
) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    // so that a damaged page cannot make it fall back to an older state unseen
    transaction.set_two_phase_commit(true);
    for of_table in rows
        .iter()
        .collect::<Vec<_>>()
        .chunk_by(|a, b| a.0.0 == b.0.0)
    {
        let mut table = transaction.open_table(definition(of_table[0].0.0))?;
        for &(&(name, key), value) in of_table {
            match value {
                Some(value) => _ = table.insert(key, &*sealed(name, key, value))?,
                None => _ = table.remove(key)?,
            }
        }
    }
    transaction.commit()?;
    Ok(())
}

/// A row with its checksum before it.
fn sealed(table: Table, key: u32, value: &[u8]) -> Vec<u8> {
    let mut bytes = checksum(table, key, value).to_le_bytes().to_vec();
    bytes.extend(value);
    bytes
}

/// The row, if it is what was written.
pub(super) fn unsealed(table: Table, key: u32, bytes: &[u8]) -> Option<&[u8]> {
    let (sum, value) = bytes.split_first_chunk()?;
    (u64::from_le_bytes(*sum) == checksum(table, key, value)).then_some(value)
}

fn checksum(table: Table, key: u32, value: &[u8]) -> u64 {
    let place = u64::from(key) << 8 | table as u64;
    hash::sequence(&[place, hash::word(value)])
}

/// Notes in a new store what it is of.
fn begin(database: &Database, clusterer: &Clusterer) -> Result<(), redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_two_phase_commit(true);
    {
        let mut table = transaction.open_table(ABOUT)?;
        for (name, value) in about(clusterer) {
            table.insert(name, value.as_bytes())?;
        }
    }
    transaction.commit()?;
    Ok(())
}

/// Whether a store is of this configuration; a new one is of none yet.
pub(super) fn check(
    path: &Path,
    database: &Database,
    clusterer: &Clusterer,
) -> Result<bool, Error> {
    let failed = failed(path);
    let transaction = database.begin_read().map_err(|what| failed(what.into()))?;
    let table = match transaction.open_table(ABOUT) {
        Ok(table) => table,
        Err(TableError::TableDoesNotExist(_)) => {
            let mut tables = transaction
                .list_tables()
                .map_err(|what| failed(what.into()))?;
            return match tables.next() {
                None => Ok(false),
                Some(_) => Err(error(
                    path,
                    ErrorKind::OtherStore,
                    "the file is the database of another program; give the name of a store, or of a file that is not there",
                )),
            };
        }
        Err(what) => return Err(failed(what.into())),
    };
    for (name, expected) in about(clusterer) {
        let row = table.get(name).map_err(|what| failed(what.into()))?;
        let found = row.map(|row| String::from_utf8_lossy(row.value()).into_owned());
        let found = found.ok_or_else(|| damaged(path, format!("it does not say its {name}")))?;
        if found != expected {
            let advice = match name {
                "format" | "hashes" => {
                    "it was written by another version of samestory; use that one, or insert the articles into a new store"
                }
                _ => "open it with what it was made with, or insert the articles into a new store",
            };
            let (found, expected) = differing(&found, &expected);
            let what = format!("its {name} is {found} and not {expected}; {advice}");
            return Err(error(path, ErrorKind::OtherStore, what));
        }
    }
    Ok(true)
}

/// The parts of two lists that differ.
fn differing(a: &str, b: &str) -> (String, String) {
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split(", ").collect(), b.split(", ").collect());
    let other = |these: &[&str], those: &[&str]| {
        let other = these.iter().filter(|part| !those.contains(part)).copied();
        other.collect::<Vec<_>>().join(", ")
    };
    (other(&a, &b), other(&b, &a))
}

/// Reads what a store holds; `None` if it is new.
fn read(path: &Path, database: &Database, clusterer: &Clusterer) -> Result<Option<State>, Error> {
    if !check(path, database, clusterer)? {
        return Ok(None);
    }
    let mut restored = Restored::new(clusterer, false);
    let mut is_empty = true;
    let before_articles = || {
        let tables = Table::ALL.into_iter();
        for table in tables.take_while(|&table| table != Table::Articles) {
            let row = |key, value: &[u8]| {
                is_empty = false;
                restored.row(table, key, value)
            };
            each_row(path, database, table, 0..=u32::MAX, row)?;
        }
        Ok(())
    };
    let articles = || each_part(path, database, Table::Articles, ArticleRows::row);
    let keys = || each_part(path, database, Table::Keys, KeyRows::row).map(Buckets::new);
    let (read, (articles, buckets)) = rayon::join(before_articles, || rayon::join(articles, keys));
    let ((), articles, buckets) = (read?, articles?, buckets?);
    if is_empty && articles.is_empty() {
        return Ok(Some(State::kept()));
    }
    restored.articles(articles);
    let place = |key, value: &[u8]| restored.row(Table::Places, key, value);
    each_row(path, database, Table::Places, 0..=u32::MAX, place)?;
    let state = restored.state(buckets);
    Ok(Some(state.map_err(|what| damaged(path, what))?))
}

/// Tables are read in so many parts at most, and at least so many keys at a time.
const PARTS: u32 = 64;
const PART: u32 = 1024;

/// Reads the rows of a table by all threads. Gives what its parts were made into, in the order of the keys.
fn each_part<T: Default + Send>(
    path: &Path,
    database: &Database,
    table: Table,
    take: impl Fn(&mut T, u32, &[u8]) -> Option<()> + Sync,
) -> Result<Vec<T>, Error> {
    let Some((first, last)) = bounds(database, table).map_err(failed(path))? else {
        return Ok(Vec::new());
    };
    let keys = ((last - first) / PARTS + 1).max(PART);
    let begin = |part: u32| part.checked_mul(keys)?.checked_add(first);
    let parts: Vec<Result<T, Error>> = (0..PARTS)
        .into_par_iter()
        .filter_map(begin)
        .filter(|&begin| begin <= last)
        .map(|begin| {
            let mut part = T::default();
            let keys = begin..=begin.saturating_add(keys - 1);
            let row = |key, value: &[u8]| take(&mut part, key, value);
            each_row(path, database, table, keys, row)?;
            Ok(part)
        })
        .collect();
    // the first of all errors, whatever thread was the first to meet one
    parts.into_iter().collect()
}

/// The rows of a table; `None` if nothing was ever written there.
fn rows_of(
    database: &Database,
    table: Table,
) -> Result<Option<ReadOnlyTable<u32, &'static [u8]>>, redb::Error> {
    match database.begin_read()?.open_table(definition(table)) {
        Ok(rows) => Ok(Some(rows)),
        Err(TableError::TableDoesNotExist(_)) => Ok(None),
        Err(what) => Err(what.into()),
    }
}

/// The first and the last key of a table; `None` without any row.
fn bounds(database: &Database, table: Table) -> Result<Option<(u32, u32)>, redb::Error> {
    let Some(rows) = rows_of(database, table)? else {
        return Ok(None);
    };
    let (first, last) = (rows.first()?, rows.last()?);
    let key = |(key, _): (redb::AccessGuard<'_, u32>, redb::AccessGuard<'_, &[u8]>)| key.value();
    Ok(first.map(key).zip(last.map(key)))
}

/// Takes each row of some keys of a table, in order, until one is not what was written or makes no sense.
fn each_row(
    path: &Path,
    database: &Database,
    table: Table,
    keys: RangeInclusive<u32>,
    mut take: impl FnMut(u32, &[u8]) -> Option<()>,
) -> Result<(), Error> {
    let mut read = || -> Result<Option<u32>, redb::Error> {
        let Some(rows) = rows_of(database, table)? else {
            return Ok(None);
        };
        for row in rows.range(keys.clone())? {
            let (key, value) = row?;
            let key = key.value();
            if unsealed(table, key, value.value())
                .and_then(|value| take(key, value))
                .is_none()
            {
                return Ok(Some(key));
            }
        }
        Ok(None)
    };
    match read().map_err(failed(path))? {
        Some(key) => Err(damaged(path, format!("table {}, row {key}", table.name()))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use redb::backends::InMemoryBackend;

    use super::*;

    #[test]
    fn parts_are_all_rows_in_order_or_the_first_error() {
        let new = || Builder::new().create_with_backend(InMemoryBackend::new());
        let read = |database: &Database| {
            let row = |rows: &mut Vec<(u32, u8)>, key: u32, value: &[u8]| {
                rows.push((key, *value.first()?));
                Some(())
            };
            each_part(Path::new("a.store"), database, Table::Keys, row)
        };
        let database = new().unwrap();
        assert_eq!(read(&database).unwrap(), Vec::<Vec<_>>::new());
        // some beside each other, and all of 32 bits
        let keys: Vec<u32> = (7..3000)
            .chain((0..32).map(|bit| u32::MAX >> bit))
            .chain([u32::MAX - 1, 1 << 31, 70_000])
            .collect();
        let mut rows: BTreeMap<_, _> = keys
            .iter()
            .map(|&key| ((Table::Keys, key), Some(vec![key as u8])))
            .collect();
        commit(&database, &rows).unwrap();
        let parts = read(&database).unwrap();
        assert!(parts.len() > 10);
        let expected = rows.keys().map(|&(_, key)| (key, key as u8));
        assert!(parts.into_iter().flatten().eq(expected));
        for key in [1 << 31, 70_000, u32::MAX] {
            rows.insert((Table::Keys, key), Some(Vec::new()));
        }
        commit(&database, &rows).unwrap();
        let error = read(&database).unwrap_err().to_string();
        assert!(error.contains("table keys, row 70000;"), "{error}");
        rows.retain(|&(_, key), _| key == u32::MAX);
        let database = new().unwrap();
        rows.insert((Table::Keys, u32::MAX), Some(vec![3]));
        commit(&database, &rows).unwrap();
        assert_eq!(read(&database).unwrap(), [[(u32::MAX, 3)]]);
    }
}
