//! A damaged store to what can be read of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{Builder, Database, ReadableDatabase};

use super::restored::Restored;
use super::rows::Table;
use super::state::State;
use super::store::{Durability, Store, check, definition, error, unsealed};
use crate::cluster::Clusterer;
use crate::error::{Error, ErrorKind};

/// What was saved of a damaged store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salvage {
    /// How many articles are in the new store.
    pub saved: usize,
    /// How many there were, if that could be read.
    pub of: Option<usize>,
}

/// Writes what can be read of a damaged store into a new one.
pub(super) fn salvage(from: &Path, to: &Path, clusterer: &Clusterer) -> Result<Salvage, Error> {
    let io = |path| move |what: std::io::Error| error(path, ErrorKind::Store, what);
    if to.try_exists().map_err(io(to))? {
        let what = "there is a file already; give the name of one that is not there";
        return Err(error(to, ErrorKind::Store, what));
    }
    // a copy, as opening may mend and change the file
    let mut copy = to.as_os_str().to_owned();
    copy.push(".salvage");
    let copy = PathBuf::from(copy);
    let bytes = std::fs::copy(from, &copy).map_err(io(from))?;
    let read = || read_damaged(from, &copy, bytes, clusterer);
    let salvaged = catch_unwind(AssertUnwindSafe(read));
    std::fs::remove_file(&copy).map_err(io(&copy))?;
    let (mut state, of) = salvaged.unwrap_or_else(|_| Err(nothing(from, "it cannot be read")))?;
    let saved = state.entries.len();
    let (store, _) = Store::open(to, clusterer, Durability::EachCall)?;
    let written = store.write(state.unsaved_rows());
    store.close(written.is_ok().then_some(&state));
    written?;
    Ok(Salvage { saved, of })
}

fn nothing(path: &Path, what: impl std::fmt::Display) -> Error {
    let what = format!("nothing can be saved: {what}");
    error(path, ErrorKind::DamagedStore, what)
}

/// Reads what can be read of a copy of so many bytes, and how many articles there were.
fn read_damaged(
    path: &Path,
    copy: &Path,
    bytes: u64,
    clusterer: &Clusterer,
) -> Result<(State, Option<usize>), Error> {
    let database = Builder::new().open(copy);
    let database = database.map_err(|what| nothing(path, what))?;
    if !check(path, &database, clusterer)? {
        return Err(nothing(path, "it holds nothing"));
    }
    let mut restored = Restored::new(clusterer, true);
    for table in Table::ALL {
        let mut walk = Walk {
            database: &database,
            table,
            steps: bytes,
        };
        walk.run(|key, value| _ = restored.row(table, key, value));
    }
    // closing a damaged database may fail in every way, too
    _ = catch_unwind(AssertUnwindSafe(|| drop(database)));
    let of = restored.counted();
    Ok((restored.mended(), of))
}

/// A way through all rows of a table that can be read.
///
/// Damage ends a way through the rows, by an error or a panic, and hides those behind it. So it is looked for the next
/// place from which one can go on. What a damaged page says is never trusted: a row counts if its checksum, which is over
/// table and key too, is that of what was written.
struct Walk<'a> {
    database: &'a Database,
    table: Table,
    /// A whole store has fewer rows than bytes. Damaged pages may name each other in a circle, or numbers of
    /// rows that never were, so no more than that many are looked at.
    steps: u64,
}

/// Behind damage so many keys are tried one by one; then ever larger steps are taken, and where one can go on again,
/// the first key of that kind is looked for. So no row is lost that is not on a damaged page, unless two such pages hide
/// more keys than these.
const NEAR: u32 = 4096;

impl Walk<'_> {
    /// Calls with each row that can be read, ascending by key, each once.
    fn run(&mut self, mut found: impl FnMut(u32, &[u8])) {
        let mut from = 0;
        loop {
            let mut behind = from;
            let walked = self.rows(from, |key, value| {
                // what is damaged may lead back
                if key >= behind {
                    found(key, value);
                    behind = key.saturating_add(1);
                }
            });
            if walked.is_some() || self.steps == 0 {
                return;
            }
            match self.next(behind) {
                Some(next) => from = next,
                None => return,
            }
        }
    }

    /// Calls with the rows from a key on; `None` if something is damaged before the last.
    fn rows(&mut self, from: u32, mut found: impl FnMut(u32, &[u8])) -> Option<()> {
        let walked = catch_unwind(AssertUnwindSafe(|| -> Result<bool, redb::Error> {
            let rows = self
                .database
                .begin_read()?
                .open_table(definition(self.table))?;
            for row in rows.range(from..)? {
                if self.steps == 0 {
                    return Ok(false);
                }
                self.steps -= 1;
                let (key, value) = row?;
                if let Some(value) = unsealed(self.table, key.value(), value.value()) {
                    found(key.value(), value);
                }
            }
            Ok(true)
        }));
        matches!(walked, Ok(Ok(true))).then_some(())
    }

    /// The first key behind this one from which one can go on.
    fn next(&mut self, damaged: u32) -> Option<u32> {
        let (mut low, mut step) = (damaged, 1);
        let mut high = loop {
            let key = low.checked_add(step)?;
            if self.can_go_on(key)? {
                break key;
            }
            low = key;
            if key - damaged >= NEAR {
                step = step.saturating_mul(2);
            }
        };
        while high - low > 1 {
            let middle = low.midpoint(high);
            match self.can_go_on(middle)? {
                true => high = middle,
                false => low = middle,
            }
        }
        Some(high)
    }

    /// Whether the first row from this key on can be read, or there is none; `None` when enough was tried.
    fn can_go_on(&mut self, key: u32) -> Option<bool> {
        self.steps = self.steps.checked_sub(1)?;
        let first = catch_unwind(AssertUnwindSafe(|| -> Result<(), redb::Error> {
            let rows = self
                .database
                .begin_read()?
                .open_table(definition(self.table))?;
            rows.range(key..)?.next().transpose()?;
            Ok(())
        }));
        Some(matches!(first, Ok(Ok(()))))
    }
}
