//! `watch`: where articles belong, as they come.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, TryLockError, TryLockResult,
};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};
use clap::Args;
use jiff::SignedDuration;
use samestory::{Durability, StoryIndex};
use samestory_rows::{Block, Options, Reached, Row, Stream};
use serde_json::value::RawValue;

use super::query;
use crate::exit::Exit;
use crate::followed::{Followed, Position};
use crate::input::{How, tell};
use crate::settings::{Settings, Thresholds};
use crate::store::Store;
use crate::window::Window;
use crate::{count, interrupt};

/// Say of each article where it belongs, as it comes
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  feed | samestory watch --store news.store --window 14

Articles come from standard input as JSON Lines or CSV, also as .gz or .zst; other formats are read when the \
input has ended. Each becomes a line at once: its id, the outcome (inserted, \
updated or unchanged), its story and group, its copies, and the stories that merged or split. An article with an \
id that came before is a new version of it; one without an id is named after its line, so give ids where \
several inputs are sent to one store.

Whatever was said of an article is on disk before. After a kill or a crash the same command goes on: a followed \
file where it stopped, and what is sent a second time is unchanged, as is what was taken in but not said yet. With --may-lose-last a crash may lose what \
came last, and what is followed is read again from there.")]
pub(crate) struct Watch {
    #[command(flatten)]
    store: Store,
    /// Read this file of JSON Lines or CSV and what is appended to it, also when it is cut or replaced
    #[arg(long, value_name = "FILE")]
    follow: Option<PathBuf>,
    /// Forget articles that are so many days older than the newest
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    window: Option<u32>,
    /// Write to disk later: a crash loses at most N calls and what came in the time T, as in 1000,5s
    #[arg(long, value_name = "N,T", value_parser = may_lose_last)]
    may_lose_last: Option<Durability>,
    #[command(flatten)]
    how: How,
    #[command(flatten)]
    thresholds: Thresholds,
}

fn may_lose_last(text: &str) -> Result<Durability, String> {
    let parsed = text.split_once(',').and_then(|(calls, time)| {
        let calls = calls.trim().parse().ok().filter(|calls| *calls > 0)?;
        let time: SignedDuration = time.trim().parse().ok()?;
        let time = Duration::try_from(time).ok()?;
        Some(Durability::MayLoseLast { calls, time })
    });
    parsed.ok_or_else(|| "allowed is a number and a time, as in 1000,5s".to_owned())
}

/// So many rows are taken in together, if they are there already.
const TOGETHER: usize = 64;

/// How often the position in a followed file is saved while lines keep coming, when a crash may lose the last ones.
const SAVED: Duration = Duration::from_secs(1);

/// How long an interruption waits until a line of output is whole, and until the index is not at work.
const PATIENCE: Duration = Duration::from_millis(500);

/// What was done so far.
#[derive(Debug, Default)]
struct Done {
    articles: usize,
    /// How far a followed file was read.
    position: Option<Position>,
}

impl Watch {
    pub(super) fn run(self, settings: &Settings) -> Result<Exit> {
        let clusterer = settings.clusterer(&self.thresholds)?;
        interrupt::doing(format!("opening {}", self.store.folder.display()));
        let durability = self.may_lose_last.unwrap_or_default();
        let options = Options {
            fields: self.how.fields(settings),
            ..Options::default()
        };
        let follow = match &self.follow {
            Some(file) => Some(self.followed(file, settings)?),
            None => None,
        };
        let index = self.store.open_or_make(&clusterer, durability)?;
        let saved = Arc::new(Saved {
            index: RwLock::new(Some(index)),
            file: self.store.followed(),
            done: Mutex::default(),
        });
        let last = Arc::clone(&saved);
        interrupt::at_the_end(move |say| last.at_the_end(say));
        interrupt::doing("watching");

        let (send, blocks) = mpsc::sync_channel(TOGETHER);
        let path = self.follow.clone();
        let name = path.as_ref().map_or("standard input".to_owned(), |file| {
            file.display().to_string()
        });
        let name_of_stream = name.clone();
        // ends with the program: nothing can wake it while it waits for a line
        thread::spawn(move || {
            let read = match follow.zip(path) {
                Some((file, path)) => hand_on_followed(file, &path, &options, &send),
                None => {
                    let stream = Stream::new(io::stdin(), &name_of_stream, options);
                    hand_on(stream, |_| None, &send)
                }
            };
            if let Err(error) = read {
                // nobody is there to hear it when the program ends already
                let _ = send.send(Err(error));
            }
        });
        let mut watching = Watching {
            saved: &saved,
            name,
            at_once: durability == Durability::EachCall,
            strict: self.how.strict || settings.strict,
            window: self.window.map(Window::new),
            complaints: 0,
        };
        let watched = watching.all(&blocks);
        // also when the output ended: what was taken in is kept
        saved.save()?;
        let done = saved.done();
        if !settings.quiet {
            anstream::eprintln!("{}", saved.summary(&done));
        }
        drop(done);
        interrupt::doing(format!("closing {}", self.store.folder.display()));
        let closed = saved
            .index
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        // not while it is locked, so that an interruption need not wait
        drop(closed);
        watched?;
        Ok(match watching.complaints {
            0 => Exit::AllRight,
            _ => Exit::RowsSkipped,
        })
    }

    /// The file to follow, from where it was left.
    fn followed(&self, file: &Path, settings: &Settings) -> Result<(Followed, Reached)> {
        let saved = match fs::read(self.store.followed()) {
            Ok(saved) => Some(serde_json::from_slice(&saved).with_context(|| {
                format!(
                    "{} is damaged; without it the file is read from its beginning",
                    self.store.followed().display()
                )
            })?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => {
                return Err(anyhow!(error).context(self.store.followed().display().to_string()));
            }
        };
        let before: Option<Position> = saved;
        let was_followed = before
            .as_ref()
            .is_some_and(|position| position.file == file);
        let (followed, reached) = Followed::open(file, before)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        if was_followed && reached.offset == 0 && !settings.quiet {
            anstream::eprintln!(
                "{} is another file than it was; it is read from its beginning",
                file.display()
            );
        }
        Ok((followed, reached))
    }
}

/// Rows that came together, and how far a followed file was read with them.
type Came = (Block, Option<Position>);

/// Hands on all that a stream gives until it ends, and says whether anybody wants more.
fn hand_on(
    mut stream: Stream,
    position: impl Fn(&Reached) -> Option<Position>,
    send: &SyncSender<io::Result<Came>>,
) -> io::Result<bool> {
    while let Some(block) = stream.next() {
        let position = stream.reached().and_then(&position);
        if send.send(Ok((block?, position))).is_err() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The same of a file that is followed, and of what takes its place.
fn hand_on_followed(
    mut followed: (Followed, Reached),
    path: &Path,
    options: &Options,
    send: &SyncSender<io::Result<Came>>,
) -> io::Result<bool> {
    loop {
        let (file, from) = followed;
        let head = file.head();
        let name = path.display().to_string();
        let stream = Stream::following(file, &name, options.clone(), from);
        let position = |reached: &Reached| Some(Position::new(path, reached, &head));
        if !hand_on(stream, position, send)? {
            return Ok(false);
        }
        followed = Followed::reopen(path)?;
    }
}

/// The store, and what it takes to go on after an end.
#[derive(Debug)]
struct Saved {
    /// None once it is closed, which leaves an image of it: so the next one is opened faster.
    index: RwLock<Option<StoryIndex>>,
    file: PathBuf,
    done: Mutex<Done>,
}

impl Saved {
    fn index(&self) -> RwLockReadGuard<'_, Option<StoryIndex>> {
        self.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn done(&self) -> MutexGuard<'_, Done> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Brings all to disk: first the articles, then how far the file was read.
    fn save(&self) -> Result<()> {
        let position = self.done().position.clone();
        if let Some(index) = &*self.index() {
            index.flush()?;
        }
        if let Some(position) = position {
            let write = || -> Result<()> {
                let mut beside = self.file.clone().into_os_string();
                beside.push(".part");
                fs::write(&beside, serde_json::to_vec(&position)?)?;
                Ok(fs::rename(beside, &self.file)?)
            };
            write().with_context(|| format!("{} cannot be written", self.file.display()))?;
        }
        Ok(())
    }

    fn summary(&self, done: &Done) -> String {
        let mut summary = format!("{} taken in", count::articles(done.articles));
        if let Some(index) = &*self.index() {
            summary.push_str(&format!(", {} in the store", count::articles(index.len())));
        }
        summary
    }

    /// Saves all when the program is interrupted, says so, and closes the index.
    fn at_the_end(&self, say: &dyn Fn(String)) {
        // held while a line is written, so that none is cut
        let Some(summary) = in_time(|| Some(self.summary(&*unlocked(self.done.try_lock())?)))
        else {
            return say(
                "nobody reads the output; what was acknowledged is in the store".to_owned(),
            );
        };
        say(match self.save() {
            Ok(()) => summary,
            Err(error) => format!("{summary}; {error:#}"),
        });
        // an index at work is left as it is: nothing of it is lost, and there is no image then
        drop(in_time(|| unlocked(self.index.try_write())?.take()));
    }
}

/// What can be had without waiting for long.
fn in_time<T>(mut have: impl FnMut() -> Option<T>) -> Option<T> {
    let since = Instant::now();
    loop {
        match have() {
            None if since.elapsed() <= PATIENCE => thread::sleep(Duration::from_millis(5)),
            had => return had,
        }
    }
}

/// What nobody else has locked.
fn unlocked<T>(locked: TryLockResult<T>) -> Option<T> {
    match locked {
        Ok(unlocked) => Some(unlocked),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// Rows to lines.
struct Watching<'a> {
    saved: &'a Saved,
    /// Where the rows are from.
    name: String,
    /// Whether all is on disk when it is said.
    at_once: bool,
    strict: bool,
    window: Option<Window>,
    complaints: usize,
}

impl Watching<'_> {
    fn all(&mut self, blocks: &Receiver<io::Result<Came>>) -> Result<()> {
        let mut last_saved = Instant::now();
        let mut is_saved = true;
        loop {
            let first = match is_saved {
                true => blocks.recv().map_err(|_| RecvTimeoutError::Disconnected),
                // nothing comes for a moment: time to save
                false => blocks.recv_timeout(Duration::from_millis(20)),
            };
            let first = match first {
                Ok(block) => block,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) => {
                    self.saved.save()?;
                    (is_saved, last_saved) = (true, Instant::now());
                    continue;
                }
            };
            let more = blocks.try_iter().take(TOGETHER - 1);
            let came: Vec<Came> = [first]
                .into_iter()
                .chain(more)
                .collect::<io::Result<_>>()
                .with_context(|| format!("{} cannot be read", self.name))?;
            self.take_in(came)?;
            is_saved = false;
            if self.at_once || last_saved.elapsed() > SAVED {
                self.saved.save()?;
                (is_saved, last_saved) = (true, Instant::now());
            }
        }
    }

    /// Takes in rows that are there, and says where their articles belong.
    fn take_in(&mut self, came: Vec<Came>) -> Result<()> {
        let mut blocks = Vec::new();
        let mut position = None;
        for (block, reached) in came {
            position = reached;
            self.complaints += block.complaints.len();
            blocks.push(block);
            if self.strict && self.complaints > 0 {
                break;
            }
        }
        let rows = || blocks.iter().flat_map(|block| &block.rows);
        let articles: Vec<_> = rows().map(Row::article).collect();
        let index = self.saved.index();
        let Some(index) = &*index else {
            interrupt::wait()
        };
        let placements = index.insert_many(&articles)?;
        {
            let mut done = self.saved.done();
            let mut output = Vec::new();
            let mut placements = placements.into_iter();
            for block in &blocks {
                // complaints stand between the lines of the articles before and behind them
                if !block.complaints.is_empty() {
                    print(&mut output)?;
                    tell(&block.complaints);
                }
                for (row, placement) in block.rows.iter().zip(&mut placements) {
                    let id = &RawValue::from_string(row.json_id())?;
                    serde_json::to_writer(&mut output, &query::Line { id, placement })?;
                    output.push(b'\n');
                }
            }
            print(&mut output)?;
            done.articles += articles.len();
            if position.is_some() {
                done.position = position;
            }
        }
        if let Some(window) = &mut self.window {
            window.pass(index, rows().filter_map(|row| row.published).max())?;
        }
        if self.strict && self.complaints > 0 {
            return Err(anyhow!(
                "stopped at the first bad row; without --strict the others are read"
            ));
        }
        Ok(())
    }
}

/// Prints lines, and leaves none.
fn print(lines: &mut Vec<u8>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(lines)?;
    out.flush()?;
    lines.clear();
    Ok(())
}
