//! How far a run is, and whether it goes on.

use std::fmt::Debug;
use std::ops::ControlFlow;
use std::panic::RefUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};

/// Who watches a run: is told how far it is, and says whether it goes on. Give it to a
/// [`Clusterer`](crate::Clusterer::with_watch).
///
/// ```
/// use std::ops::ControlFlow;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicBool, Ordering};
///
/// use samestory::{Article, Clusterer, ErrorKind, Progress, Watch};
///
/// /// Prints, and stops when somebody says so.
/// #[derive(Debug, Default)]
/// struct Desk(AtomicBool);
///
/// impl Watch for Desk {
///     fn at(&self, progress: Progress) -> ControlFlow<()> {
///         println!("{}: {} of {}", progress.step, progress.done, progress.of);
///         match self.0.load(Ordering::Relaxed) {
///             true => ControlFlow::Break(()),
///             false => ControlFlow::Continue(()),
///         }
///     }
/// }
///
/// let desk = Arc::new(Desk::default());
/// let clusterer = Clusterer::new().with_watch(Arc::clone(&desk));
/// let articles = [Article::new("a", "Ferry aground", ""), Article::new("b", "Late goal wins cup", "")];
/// assert!(clusterer.cluster(&articles).is_ok());
/// desk.0.store(true, Ordering::Relaxed);
/// assert_eq!(clusterer.cluster(&articles).unwrap_err().kind(), ErrorKind::Interrupted);
/// ```
pub trait Watch: Debug + Send + Sync + RefUnwindSafe {
    /// Called a few hundred times a step, by all threads, several at once. A step is told of when it begins and
    /// when all of it is done. After a `Break` the run ends within some milliseconds with
    /// [`ErrorKind::Interrupted`].
    ///
    /// Every answer takes the time of the thread that asks: count, and leave drawing to another one.
    fn at(&self, progress: Progress) -> ControlFlow<()>;
}

impl<W: Watch + ?Sized> Watch for std::sync::Arc<W> {
    fn at(&self, progress: Progress) -> ControlFlow<()> {
        (**self).at(progress)
    }
}

/// How far a run is. [`Watch`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Progress {
    /// At which step.
    pub step: Step,
    /// How many pieces of it are done; each step has its own.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

/// What a run does, in this order. A step may come twice, when terms bring up more copies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Reads articles.
    Reading,
    /// Sorts bucket keys, to see who might be a copy of whom.
    Buckets,
    /// Reads again what might be a copy, and compares it.
    Copies,
    /// Looks for articles with the same rare terms.
    Neighbours,
    /// Joins groups to stories.
    Stories,
    /// Scores members.
    Scores,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::Reading => "reading",
            Self::Buckets => "buckets",
            Self::Copies => "copies",
            Self::Neighbours => "neighbours",
            Self::Stories => "stories",
            Self::Scores => "scores",
        })
    }
}

/// A run of the engine under somebody's eyes, or nobody's.
#[derive(Debug, Default)]
pub(crate) struct Run<'a> {
    watch: Option<&'a dyn Watch>,
    stopped: AtomicBool,
}

/// In so many parts a step is told of.
const PARTS: usize = 256;

impl<'a> Run<'a> {
    pub(crate) const fn new(watch: Option<&'a dyn Watch>) -> Self {
        Self {
            watch,
            stopped: AtomicBool::new(false),
        }
    }

    /// Begins a step of so many pieces.
    pub(crate) fn step(&self, step: Step, of: usize) -> Course<'_> {
        let course = Course {
            run: self,
            step,
            done: AtomicUsize::new(0),
            of,
        };
        course.tell(0);
        course
    }

    /// To be asked after each step: what a stopped step gives is no result.
    pub(crate) fn goes_on(&self) -> Result<(), Error> {
        if self.stopped.load(Ordering::Relaxed) {
            let message =
                "stopped by the watch of the clusterer; nothing was changed, run it again"
                    .to_owned();
            return Err(Error::new(ErrorKind::Interrupted, message));
        }
        Ok(())
    }
}

/// One step of a run.
#[derive(Debug)]
pub(crate) struct Course<'a> {
    run: &'a Run<'a>,
    step: Step,
    done: AtomicUsize,
    of: usize,
}

impl Course<'_> {
    /// Counts pieces as done; gives whether to go on.
    pub(crate) fn add(&self, pieces: usize) -> bool {
        if self.run.watch.is_some() {
            let before = self.done.fetch_add(pieces, Ordering::Relaxed);
            let done = before + pieces;
            let part = (self.of / PARTS).max(1);
            if before / part != done / part || done == self.of {
                self.tell(done);
            }
        }
        !self.run.stopped.load(Ordering::Relaxed)
    }

    /// Does a piece, or nothing when the run was stopped.
    pub(crate) fn take<T: Default>(&self, work: impl FnOnce() -> T) -> T {
        if self.run.stopped.load(Ordering::Relaxed) {
            return T::default();
        }
        let made = work();
        self.add(1);
        made
    }

    fn tell(&self, done: usize) {
        let (step, of) = (self.step, self.of);
        let progress = Progress { step, done, of };
        if let Some(watch) = self.run.watch
            && watch.at(progress).is_break()
        {
            self.run.stopped.store(true, Ordering::Relaxed);
        }
    }
}
