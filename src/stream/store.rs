//! Rows on disk: what was acknowledged is there after a crash.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use redb::{Builder, Database, ReadableDatabase, ReadableTable, TableDefinition, TableError};

use super::rows::{KeyRows, Restored, Row, Table};
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

/// The form of the rows. One that reads other forms has to know all before it.
const FORMAT: u32 = 1;

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

impl Store {
    /// Opens a store, or makes one, and reads what it holds.
    pub(super) fn open(
        path: &Path,
        clusterer: &Clusterer,
        durability: Durability,
    ) -> Result<(Self, State), Error> {
        let mut builder = Builder::new();
        // the checksums of all pages, so that no damage goes unnoticed
        builder.set_check_integrity_on_open(true);
        let database = builder
            .create(path)
            .map_err(|what| failed(path)(what.into()))?;
        let state = read(path, &database, clusterer)?;
        let state = match state {
            Some(state) => state,
            None => {
                begin(&database, clusterer).map_err(failed(path))?;
                State::kept()
            }
        };
        let shared = Arc::new(Shared {
            path: path.to_owned(),
            database,
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
        };
        Ok((store, state))
    }

    /// Takes what a call changed, to be written now or in time.
    pub(super) fn write(&self, rows: Vec<Row>) -> Result<(), Error> {
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
}

impl Drop for Store {
    fn drop(&mut self) {
        self.shared.queue().is_closed = true;
        self.shared.changed.notify_one();
        if let Some(writer) = self.writer.take() {
            // it does not panic, and there is nobody to tell
            _ = writer.join();
        }
        _ = self.shared.write_all();
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
    let row_of =
        |table: Table, key: u32| damaged(path, format!("table {}, row {key}", table.name()));
    let read_rest = || {
        let mut restored = Restored::new(clusterer, false);
        let mut is_empty = true;
        for table in Table::ALL.into_iter().filter(|&table| table != Table::Keys) {
            each_row(database, table, |key, value| {
                is_empty = false;
                let read = value.and_then(|value| restored.row(table, key, value));
                read.ok_or_else(|| row_of(table, key))
            })
            .map_err(failed(path))??;
        }
        Ok((!is_empty).then_some(restored))
    };
    let read_keys = || {
        let mut rows = KeyRows::default();
        each_row(database, Table::Keys, |key, value| {
            let read = value.and_then(|value| rows.row(key, value));
            read.ok_or_else(|| row_of(Table::Keys, key))
        })
        .map_err(failed(path))??;
        Ok(rows.buckets())
    };
    let (restored, buckets) = rayon::join(read_rest, read_keys);
    let (Some(restored), buckets) = (restored?, buckets?) else {
        return Ok(Some(State::kept()));
    };
    let state = restored.state(buckets);
    Ok(Some(state.map_err(|what| damaged(path, what))?))
}

/// Calls with each row of a table, in order, until an error; without the value if it is not what was written.
fn each_row(
    database: &Database,
    table: Table,
    mut found: impl FnMut(u32, Option<&[u8]>) -> Result<(), Error>,
) -> Result<Result<(), Error>, redb::Error> {
    let rows = match database.begin_read()?.open_table(definition(table)) {
        Ok(rows) => rows,
        // nothing was ever written there
        Err(TableError::TableDoesNotExist(_)) => return Ok(Ok(())),
        Err(what) => return Err(what.into()),
    };
    for row in rows.iter()? {
        let (key, value) = row?;
        let key = key.value();
        if let Err(error) = found(key, unsealed(table, key, value.value())) {
            return Ok(Err(error));
        }
    }
    Ok(Ok(()))
}
