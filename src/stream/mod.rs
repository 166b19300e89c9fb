//! An index that takes articles as they come: the streaming engine.

mod arrival;
#[cfg(feature = "store")]
mod checked;
mod dots;
mod entry;
mod epoch;
mod ids;
#[cfg(feature = "store")]
mod image;
#[cfg(feature = "store")]
mod imaged;
mod keys;
mod landing;
mod lines;
mod list;
mod names;
mod packed;
mod pieces;
mod placement;
mod reason;
#[cfg(feature = "store")]
mod restored;
#[cfg(feature = "store")]
mod rows;
#[cfg(feature = "store")]
mod salvage;
mod search;
mod settlement;
mod spelling;
mod state;
#[cfg(feature = "store")]
mod store;
mod unsaved;
mod words;
mod workers;

use std::cmp::Reverse;
use std::ops::Range;
#[cfg(feature = "store")]
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::article::{Article, Timestamp};
use crate::cluster::Clusterer;
use crate::error::Error;
use crate::explain::Explanation;
use arrival::{Enrolled, ReadArticle};
use names::{Changes, Named};
use state::{Mending, State};
#[cfg(feature = "store")]
use store::Store;
use workers::Workers;

#[cfg(feature = "store")]
pub use salvage::Salvage;
#[cfg(feature = "store")]
pub use store::Durability;

pub use placement::{Copied, IndexStory, Outcome, Placement, Repair, StoryOrder};

/// Stories of a stream of articles: the streaming engine.
///
/// Quick advice: `StoryIndex::new()`, then [`insert`](Self::insert) for each article, and
/// [`expire_before`](Self::expire_before) once a day. All methods take `&self`: one thread writes at a time, and any
/// number read beside it, who see whole inserts only.
///
/// # Against one run over all articles
///
/// The steps are those of [`Clusterer`], one article at a time. What an article is to those before it is found out
/// once, when it comes: its copies, its neighbours by terms, how crowded it is among them, and with which it is
/// likely of one event. Groups and stories are then made anew for all articles that such links connect.
///
/// | what | depends on the order of arrival? |
/// |---|---|
/// | groups | no: they are those of [`Clusterer::groups`]. Only in buckets of more than 32 articles that did not come in order of time may a pair be missed |
/// | stories | where weights, neighbours and crowding do: they are the average link over all connected articles, up to 32; of more, over the stories that the new article is linked with, which stay what they are if they are large |
/// | weights of words | yes: those of the moment an article came, by the articles that were there. They stay, so nothing is lost when a name becomes common; [`refresh`](Self::refresh) takes new ones |
/// | neighbours and crowding | yes: among those before it; after a refresh among all |
/// | removed and expired articles | no: as if they had not come, but for the weights of words of those that came while they were there |
/// | names of stories | yes: a name, once given, stays |
///
/// # Resources
///
/// 3.7 KB an article, measured with 60,000 made ones of 400 words. An insert takes less than half a millisecond, in an index of a
/// million made articles little more than in one of a hundred thousand, and one in a hundred takes more than 1.5 ms;
/// [`insert_many`](Self::insert_many) takes some 4,000 articles a second on two cores. A query beside inserts waits 0.6 ms at most
/// in 99 of 100. `cargo run --release --example pace` measures it.
///
/// # Threads
///
/// Calls may come from any thread, those of a pool too. `insert_many`, new versions, removal and
/// [`refresh`](Self::refresh) are worked on by threads of the index's own, which end with it: as many as the pool has of which the
/// first caller is a thread, or as rayon takes by itself. Each keeps four bytes an article to work in.
///
/// ```
/// use samestory::{Article, StoryIndex};
///
/// let index = StoryIndex::new();
/// for (id, title, body) in [
///     ("a", "Ferry aground off Marr", "The Marr ferry Corrigan ran aground with 212 people on board."),
///     ("b", "Cup final", "Stannick won the cup with a late goal."),
/// ] {
///     index.insert(&Article::new(id, title, body)).unwrap();
/// }
/// let next = Article::new("c", "Corrigan refloated", "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks.");
/// assert_eq!(index.query(&next).story, "a");
/// assert_eq!(index.len(), 2);
/// ```
#[derive(Debug)]
pub struct StoryIndex {
    clusterer: Clusterer,
    state: RwLock<State>,
    /// Held by the one who writes, from the first look to the last change.
    writer: Mutex<()>,
    workers: Workers,
    /// Where all of it is kept, too.
    #[cfg(feature = "store")]
    store: Option<Store>,
}

/// So many articles leave at a time when they expire, and others may read in between.
const EXPIRED: usize = 64;

#[cfg(feature = "store")]
impl Drop for StoryIndex {
    fn drop(&mut self) {
        let Some(store) = self.store.take() else {
            return;
        };
        // after a panic it may not be whole
        let is_whole = !self.writer.is_poisoned() && !std::thread::panicking();
        let state = self.reading();
        let mut store = Some(store);
        let mut close = |state| store.take().map_or((), |store| store.close(state));
        if self
            .workers
            .run(|| close(is_whole.then_some(&state)))
            .is_err()
        {
            close(None);
        }
    }
}

impl Default for StoryIndex {
    fn default() -> Self {
        Self::new()
    }
}

impl StoryIndex {
    /// An empty index with the default configuration.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clusterer(&Clusterer::new())
    }

    /// An empty index with the configuration and the background of a clusterer. A similarity of the caller's
    /// own is not asked, and nobody watches.
    #[must_use]
    pub fn with_clusterer(clusterer: &Clusterer) -> Self {
        Self {
            clusterer: clusterer.clone(),
            state: RwLock::default(),
            writer: Mutex::default(),
            workers: Workers::default(),
            #[cfg(feature = "store")]
            store: None,
        }
    }

    /// Opens an index that is kept on disk, or makes one if there is no such file.
    ///
    /// All of it comes into memory, too, and answers are those of an index that is not on disk. After a crash, whatever
    /// the moment, it opens again with all that was acknowledged, as `durability` says.
    ///
    /// When it is dropped it leaves an *image* of what was in memory, a file beside the store with `.image` behind its
    /// name, with which it is opened much faster. The image is a copy and may be deleted. It is not used when the store
    /// has changed since it was made, as after a crash, or when a byte of it is another; then the store is read instead.
    /// Nobody else may change it while the index is open: what it says of an article is read when that is first asked for, and
    /// a call that cannot read it again panics.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::StoreInUse`](crate::ErrorKind::StoreInUse) when it is open already, [`ErrorKind::OtherStore`](crate::ErrorKind::OtherStore) when it is of another
    /// configuration, background or version, or no store at all, [`ErrorKind::DamagedStore`](crate::ErrorKind::DamagedStore) when a byte of it is not
    /// what was written, and [`ErrorKind::Store`](crate::ErrorKind::Store) when the file cannot be read or made.
    ///
    /// # Complexity
    ///
    /// Reads the image once, for its checksums, and of the store what the database has to know. What is in the rest of the store is
    /// compared with its checksum by the call that writes there, which says [`ErrorKind::DamagedStore`](crate::ErrorKind::DamagedStore)
    /// if it is another. Without an image all of the store is read twice, the first time for its checksums.
    ///
    /// With an image an index of a million made articles is opened in 0.6 s where its memory and its files were used lately,
    /// without one in 19 to 40. When the index is dropped, what waits is written first, and then all of the image, unless nothing has
    /// changed: 3.1 KB an article, 0.6 s for 200,000 of them and up to 20 s for a million, which a disk has to take. Who has no time for that may
    /// end the process after [`flush`](Self::flush).
    ///
    /// ```
    /// use samestory::{Article, Clusterer, Durability, StoryIndex};
    ///
    /// let path = std::env::temp_dir().join(format!("samestory-open-{}", std::process::id()));
    /// let ferry = Article::new("a", "Ferry aground off Marr", "The ferry ran aground with 212 people on board.");
    /// let index = StoryIndex::open(&path, &Clusterer::new(), Durability::EachCall)?;
    /// index.insert(&ferry)?;
    /// drop(index); // or crash
    /// let index = StoryIndex::open(&path, &Clusterer::new(), Durability::EachCall)?;
    /// assert_eq!(index.story_of("a").unwrap(), "a");
    /// # drop(index);
    /// # std::fs::remove_file(path.with_extension("image")).unwrap();
    /// # std::fs::remove_file(path).unwrap();
    /// # Ok::<(), samestory::Error>(())
    /// ```
    #[cfg(feature = "store")]
    pub fn open(
        path: impl AsRef<Path>,
        clusterer: &Clusterer,
        durability: Durability,
    ) -> Result<Self, Error> {
        let (store, state) = Store::open(path.as_ref(), clusterer, durability)?;
        Ok(Self {
            clusterer: clusterer.clone(),
            state: RwLock::new(state),
            writer: Mutex::default(),
            workers: Workers::default(),
            store: Some(store),
        })
    }

    /// Writes what can be read of a damaged store into a new one; the damaged one stays as it is.
    ///
    /// Articles that cannot be read are lost, and what others knew of them. All stories are settled anew from what
    /// remains, and keep their names where most of their articles stay together.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::DamagedStore`](crate::ErrorKind::DamagedStore) when nothing can be read, [`ErrorKind::Store`](crate::ErrorKind::Store) when there is no such file or the new
    /// one is there already, and otherwise as [`open`](Self::open).
    ///
    /// # Complexity
    ///
    /// As inserting a part of the articles, in as much memory as the index takes and the rows of one table.
    #[cfg(feature = "store")]
    pub fn salvage(
        damaged: impl AsRef<Path>,
        into: impl AsRef<Path>,
        clusterer: &Clusterer,
    ) -> Result<Salvage, Error> {
        salvage::salvage(damaged.as_ref(), into.as_ref(), clusterer)
    }

    /// Waits until all that was done is on disk. Without a store there is nothing to wait for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when it could not be written, now or since the last call that said so. It is tried again
    /// with the next call.
    #[cfg(feature = "store")]
    pub fn flush(&self) -> Result<(), Error> {
        self.store.as_ref().map_or(Ok(()), Store::flush)
    }

    /// Hands what a call changed to the store, if there is one.
    fn keep(&self, mut state: RwLockWriteGuard<'_, State>) -> Result<(), Error> {
        #[cfg(feature = "store")]
        if let Some(store) = &self.store {
            let rows = state.unsaved_rows();
            // others may read while it is written
            drop(state);
            return store.write(rows);
        }
        state.unsaved = None;
        Ok(())
    }

    fn reading(&self) -> RwLockReadGuard<'_, State> {
        // who writes after a panic is stopped; what was whole before can be read
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn writing(&self) -> RwLockWriteGuard<'_, State> {
        self.state.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> MutexGuard<'_, ()> {
        let writer = self.writer.lock();
        writer.expect("an earlier call ended in the middle by a panic, so the index may not be whole; make or open it anew")
    }

    /// Takes in an article and says how it landed.
    ///
    /// One with the id of an article that is there is a new version of it, or, with the same text and date, no
    /// change at all.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooManyArticles`](crate::ErrorKind::TooManyArticles) after more than four billion of them, and
    /// [`ErrorKind::Threads`](crate::ErrorKind::Threads) when a new version needs threads and there can be none. An index with a store:
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when it cannot be written; the article is in the index then, and is written with the
    /// next call that can. [`ErrorKind::DamagedStore`](crate::ErrorKind::DamagedStore) when a block of the store is not what was written; then nothing more can be.
    pub fn insert(&self, article: &Article<'_>) -> Result<Placement, Error> {
        let read = (article, ReadArticle::new(article, &self.clusterer));
        let _writer = self.writer();
        let known = self.reading().version(&read);
        let placement = match known {
            Some((_, false)) => self.workers.run(|| self.land(read))?,
            _ => self.land(read),
        }?;
        if placement.outcome != Outcome::Unchanged {
            self.keep(self.writing())?;
        }
        Ok(placement)
    }

    /// Takes in many articles, as [`insert`](Self::insert) does one after the other. All threads work on them,
    /// and they are written together if there is a store.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), and [`ErrorKind::Threads`](crate::ErrorKind::Threads) when there can be no thread. Articles before
    /// the one that could not come in are in the index.
    ///
    /// ```
    /// use samestory::{Article, StoryIndex};
    ///
    /// let index = StoryIndex::new();
    /// let articles = [Article::new("a", "Ferry aground", ""), Article::new("b", "Cup final", "")];
    /// let placements = index.insert_many(&articles)?;
    /// assert_eq!(placements[1].story, "b");
    /// # Ok::<(), samestory::Error>(())
    /// ```
    pub fn insert_many(&self, articles: &[Article<'_>]) -> Result<Vec<Placement>, Error> {
        let _writer = self.writer();
        let mut placements = Vec::with_capacity(articles.len());
        let landed = self
            .workers
            .run(|| self.land_all(articles, &mut placements));
        let changed = |placement: &Placement| placement.outcome != Outcome::Unchanged;
        if placements.iter().any(changed) {
            self.keep(self.writing())?;
        }
        landed?.map(|()| placements)
    }

    /// Says how an article would land, and changes nothing.
    ///
    /// An article with the id of one that is there and with another text is looked at as one more article.
    #[must_use]
    pub fn query(&self, article: &Article<'_>) -> Placement {
        let read = (article, ReadArticle::new(article, &self.clusterer));
        let state = self.reading();
        if let Some((number, true)) = state.version(&read) {
            return state.placement(number, Outcome::Unchanged);
        }
        let looked = state.look([], read, &self.clusterer);
        let Enrolled { entry, arrival, .. } = &looked.enrolled;
        let settlement = &looked.settlement;
        state.prospect(entry, arrival.number, settlement, Outcome::Inserted)
    }

    /// Takes out an article, as if it had not come. `None` when there is none with this id.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Threads`](crate::ErrorKind::Threads) when there can be no thread. With a store
    /// [`ErrorKind::Store`](crate::ErrorKind::Store) when it cannot be written; what was done is written with the next call that
    /// can.
    pub fn remove(&self, id: &str) -> Result<Option<Repair>, Error> {
        let _writer = self.writer();
        let Some(number) = self.reading().number(id) else {
            return Ok(None);
        };
        let repair = self.workers.run(|| {
            let mut state = self.writing();
            let mut mending = Mending::default();
            state.leave(&[number], &mut mending, &self.clusterer);
            state.mend_all(1, mending, &self.clusterer)
        })?;
        self.keep(self.writing())?;
        Ok(Some(repair))
    }

    /// Takes out all articles published before a moment, as if they had not come. Undated ones stay.
    ///
    /// # Errors
    ///
    /// As [`remove`](Self::remove).
    pub fn expire_before(&self, moment: Timestamp) -> Result<Repair, Error> {
        let _writer = self.writer();
        let old: Vec<u32> = (self.reading().by_time)
            .range(..(moment, 0))
            .map(|&(_, number)| number)
            .collect();
        if old.is_empty() {
            return Ok(Repair::default());
        }
        let repair = self.workers.run(|| {
            let mut mending = Mending::default();
            for old in old.chunks(EXPIRED) {
                self.writing().leave(old, &mut mending, &self.clusterer);
            }
            (self.writing()).mend_all(old.len(), mending, &self.clusterer)
        })?;
        // on disk all of it or nothing
        self.keep(self.writing())?;
        Ok(repair)
    }

    /// Weighs the words of all articles published since a moment, and of undated ones, by the statistics of now, and settles their
    /// stories anew: what later articles have made clear is mended. A story keeps its name where most of its articles
    /// stay together.
    ///
    /// # Errors
    ///
    /// As [`remove`](Self::remove).
    ///
    /// # Complexity
    ///
    /// As inserting these articles again, while nobody else can read.
    pub fn refresh(&self, since: Timestamp) -> Result<Repair, Error> {
        let _writer = self.writer();
        let changes = self.workers.run(|| self.weigh_again(since))?;
        self.keep(self.writing())?;
        Ok(State::repair(0, changes))
    }

    fn weigh_again(&self, since: Timestamp) -> Changes {
        let mut state = self.writing();
        let recent = |entry: &entry::Entry| entry.published.is_none_or(|at| at >= since);
        let entries = state.entries.iter().filter(|(_, entry)| recent(entry));
        let numbers: Vec<u32> = entries.map(|(number, _)| number).collect();
        let affected = state.weigh_again(&numbers, &self.clusterer);
        let settlement = state.settle_around(&affected, &self.clusterer);
        state.accept(&settlement)
    }

    /// Explains the relation of two articles of the index: why they are in one group, in one story, or apart. The
    /// index keeps no text, so it wants the articles again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownArticle`](crate::ErrorKind::UnknownArticle) when one of them is not there, or is with another text or date.
    ///
    /// # Complexity
    ///
    /// Compares all articles of both stories.
    ///
    /// ```
    /// use samestory::{Article, Decision, StoryIndex};
    ///
    /// let index = StoryIndex::new();
    /// let ferry = Article::new("a", "Ferry aground off Marr", "The Marr ferry Corrigan ran aground with 212 people on board.");
    /// let tugs = Article::new("b", "Corrigan refloated", "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks.");
    /// index.insert_many(&[ferry, tugs])?;
    /// let explanation = index.explain(&ferry, &tugs)?;
    /// assert!(matches!(explanation.decision, Decision::SameStory { .. }));
    /// assert!(explanation.event.terms.iter().any(|term| term.text == "Corrigan"));
    /// # Ok::<(), samestory::Error>(())
    /// ```
    pub fn explain(&self, a: &Article<'_>, b: &Article<'_>) -> Result<Explanation, Error> {
        self.reading().explain(a, b, &self.clusterer)
    }

    /// The story of a name, or of a former name.
    #[must_use]
    pub fn story(&self, name: &str) -> Option<IndexStory> {
        let state = self.reading();
        Some(state.story(state.names.get(state.names.find(name)?)?))
    }

    /// The name of the story of an article.
    #[must_use]
    pub fn story_of(&self, id: &str) -> Option<String> {
        let state = self.reading();
        let story = state.entries[state.number(id)?].story;
        Some(state.names.get(story)?.name.to_string())
    }

    /// Stories in an order, those at these places of it: `0..20` is the first page of twenty.
    ///
    /// # Complexity
    ///
    /// O(n) in the number of stories, by [`StoryOrder::Latest`] of articles, and O(k log k) for the first k of them.
    ///
    /// ```
    /// use samestory::{Article, StoryIndex, StoryOrder};
    ///
    /// let index = StoryIndex::new();
    /// index.insert(&Article::new("a", "Ferry aground off Marr", "")).unwrap();
    /// index.insert(&Article::new("b", "Stannick wins the cup", "")).unwrap();
    /// let stories = index.stories(StoryOrder::Begun, 1..9);
    /// assert_eq!(stories[0].articles, ["b"]);
    /// ```
    #[must_use]
    pub fn stories(&self, order: StoryOrder, places: Range<usize>) -> Vec<IndexStory> {
        let state = self.reading();
        let mut stories: Vec<&Named> = state.names.iter().collect();
        let end = places.end.min(stories.len());
        let start = places.start.min(end);
        // ties stay in the order in which they began
        match order {
            StoryOrder::Begun => {}
            StoryOrder::Largest => first_by_key(&mut stories, end, |named| named.members.len()),
            StoryOrder::Latest => {
                // not from the articles: of an index that was just opened all would have to be read
                let first = state.entries.first();
                let mut published = vec![None; state.entries.places()];
                for &(moment, number) in &state.by_time {
                    published[(number - first) as usize] = Some(moment);
                }
                let latest = |named: &Named| {
                    let members = named.members.iter();
                    members
                        .filter_map(|number| published[(number - first) as usize])
                        .max()
                };
                first_by_key(&mut stories, end, latest);
            }
        }
        stories[start..end]
            .iter()
            .map(|named| state.story(named))
            .collect()
    }

    /// How many bytes the index takes, as far as it can be counted.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.reading().bytes()
    }

    /// How many articles there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.reading().ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Puts those with the highest keys first, so many of them, ties in the order in which they stand.
fn first_by_key<K: Ord>(stories: &mut Vec<&Named>, end: usize, key: impl Fn(&Named) -> K) {
    let mut keyed: Vec<(Reverse<K>, usize)> = stories
        .iter()
        .enumerate()
        .map(|(at, named)| (Reverse(key(named)), at))
        .collect();
    if 0 < end && end < keyed.len() {
        keyed.select_nth_unstable(end - 1);
    }
    keyed.truncate(end);
    keyed.sort_unstable();
    *stories = keyed.into_iter().map(|(_, at)| stories[at]).collect();
}

impl State {
    /// Takes articles out of their stories and of all tables.
    fn leave(&mut self, numbers: &[u32], mending: &mut Mending, clusterer: &Clusterer) {
        for &number in numbers {
            let story = self.entries[number].story;
            self.names.leave(story, number);
            self.names.end_if_empty(story);
        }
        self.drop_out(numbers, mending, clusterer);
    }

    /// Settles those that knew articles that have left.
    fn mend_all(&mut self, removed: usize, mending: Mending, clusterer: &Clusterer) -> Repair {
        let affected = self.mend(mending, clusterer);
        let settlement = self.settle_around(&affected, clusterer);
        let changes = self.accept(&settlement);
        Self::repair(removed, changes)
    }

    fn repair(removed: usize, changes: Changes) -> Repair {
        Repair {
            removed,
            merged: changes.merged,
            split: changes.split,
        }
    }
}
