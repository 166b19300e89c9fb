//! Articles as they come.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use samestory::{Durability, StoryOrder};

use crate::articles::{Articles, Names};
use crate::error::exception;
use crate::explanation::Explanation;
use crate::moment::moment;
use crate::options::clusterer;
use crate::placement::{IndexStory, Placement, Repair};

/// Stories of articles that come one at a time.
///
/// Parameters
/// ----------
/// store : str or path, optional
///     A file that keeps the index; it is made if it is not there. Without one the index is in memory alone.
/// may_lose_last : (int, float), optional
///     By default a call that returned is on disk. With ``(calls, seconds)`` a crash may lose that many of the last
///     calls, or those of that many last seconds, whichever is less; many inserts are faster.
/// **config
///     As of :func:`samestory.cluster`.
///
/// Notes
/// -----
/// All methods may be called by several threads at once; the interpreter is free while they work. Use it in a
/// ``with`` statement, or ``close`` it, to have its file free for others.
///
/// Examples
/// --------
/// >>> import samestory
/// >>> index = samestory.StoryIndex()
/// >>> text = "A ferry with 212 people on board ran aground off Marr on Thursday."
/// >>> index.insert({"id": "a", "title": "Ferry aground", "text": text}).story
/// 'a'
/// >>> index.query({"id": "b", "title": "Ferry aground off Marr", "text": text}).copies[0].id
/// 'a'
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct StoryIndex {
    /// None once it was closed.
    index: RwLock<Option<Arc<samestory::StoryIndex>>>,
}

impl StoryIndex {
    fn open(&self) -> PyResult<Arc<samestory::StoryIndex>> {
        let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
        index
            .clone()
            .ok_or_else(|| PyValueError::new_err("the index was closed; open it again"))
    }

    /// Does something with the index while the interpreter is free.
    fn with<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(&samestory::StoryIndex) -> Result<T, samestory::Error> + Send,
    ) -> PyResult<T> {
        let index = self.open()?;
        py.detach(|| work(&index)).map_err(exception)
    }
}

#[pymethods]
impl StoryIndex {
    #[new]
    #[pyo3(signature = (store=None, *, may_lose_last=None, **config))]
    fn new(
        py: Python<'_>,
        store: Option<PathBuf>,
        may_lose_last: Option<(u32, f64)>,
        config: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let clusterer = clusterer(config)?;
        let durability = match may_lose_last {
            None => Durability::EachCall,
            Some((calls, seconds)) => {
                let time = Duration::try_from_secs_f64(seconds).map_err(|error| {
                    PyValueError::new_err(format!("may_lose_last is {seconds} seconds: {error}"))
                })?;
                Durability::MayLoseLast {
                    calls: calls as usize,
                    time,
                }
            }
        };
        let index = py.detach(|| match &store {
            None => Ok(samestory::StoryIndex::with_clusterer(&clusterer)),
            Some(path) => samestory::StoryIndex::open(path, &clusterer, durability),
        });
        let index = RwLock::new(Some(Arc::new(index.map_err(exception)?)));
        Ok(Self { index })
    }

    /// Take in an article.
    ///
    /// Parameters
    /// ----------
    /// article : dict
    ///     With ``id``, ``title``, ``text`` and ``published``; all but the id may be missing. One with the id of an
    ///     article that is there is a new version of it.
    ///
    /// Returns
    /// -------
    /// Placement
    fn insert(&self, py: Python<'_>, article: &Bound<'_, PyAny>) -> PyResult<Placement> {
        let article = Articles::one(article)?;
        let placement = self.with(py, |index| index.insert(&article.views()[0]))?;
        Ok(placement.into())
    }

    /// Take in many articles, as if they came one after the other; all threads work on them, and they are written together.
    ///
    /// Parameters
    /// ----------
    /// data : list of dict, or a table
    ///     As of :func:`samestory.cluster`.
    ///
    /// Returns
    /// -------
    /// list of Placement
    fn insert_many(&self, py: Python<'_>, data: &Bound<'_, PyAny>) -> PyResult<Vec<Placement>> {
        let articles = Articles::new(data, &Names::default())?;
        let placements = self.with(py, |index| index.insert_many(&articles.views()))?;
        Ok(placements.into_iter().map(Placement::from).collect())
    }

    /// Say how an article would land; nothing changes.
    fn query(&self, py: Python<'_>, article: &Bound<'_, PyAny>) -> PyResult<Placement> {
        let article = Articles::one(article)?;
        let placement = self.with(py, |index| Ok(index.query(&article.views()[0])))?;
        Ok(placement.into())
    }

    /// Take out an article, as if it had never come. None if it is not there.
    fn remove(&self, py: Python<'_>, id: &str) -> PyResult<Option<Repair>> {
        Ok(self.with(py, |index| index.remove(id))?.map(Repair::from))
    }

    /// Take out all articles that were published before a moment: a datetime, a date, or text of RFC 3339 or RFC 2822.
    fn expire_before(&self, py: Python<'_>, when: &Bound<'_, PyAny>) -> PyResult<Repair> {
        let when = moment(when)?;
        Ok(self.with(py, |index| index.expire_before(when))?.into())
    }

    /// Settle the stories of articles published since a moment anew, as a run over all of them at once would.
    fn refresh(&self, py: Python<'_>, since: &Bound<'_, PyAny>) -> PyResult<Repair> {
        let since = moment(since)?;
        Ok(self.with(py, |index| index.refresh(since))?.into())
    }

    /// Why two articles of the index are together, or why they are not. The index keeps no text, so both are
    /// given again.
    ///
    /// Raises
    /// ------
    /// KeyError
    ///     There is no such article, or it has another text.
    fn explain(
        &self,
        py: Python<'_>,
        a: &Bound<'_, PyAny>,
        b: &Bound<'_, PyAny>,
    ) -> PyResult<Explanation> {
        let (a, b) = (Articles::one(a)?, Articles::one(b)?);
        self.with(py, |index| index.explain(&a.views()[0], &b.views()[0]))
            .map(Explanation)
    }

    /// The story of a name, or of a name that became one with it; None if there is none.
    fn story(&self, py: Python<'_>, name: &str) -> PyResult<Option<IndexStory>> {
        Ok(self
            .with(py, |index| Ok(index.story(name)))?
            .map(IndexStory::from))
    }

    /// The name of the story of an article; None if it is not there.
    fn story_of(&self, py: Python<'_>, id: &str) -> PyResult<Option<String>> {
        self.with(py, |index| Ok(index.story_of(id)))
    }

    /// A page of stories.
    ///
    /// Parameters
    /// ----------
    /// order : {"latest", "largest", "begun"}
    ///     Those with the latest article first, those with the most, or as they began.
    /// start, stop : int
    ///     From which place to before which.
    ///
    /// Returns
    /// -------
    /// list of IndexStory
    #[pyo3(signature = (order="latest", start=0, stop=100))]
    fn stories(
        &self,
        py: Python<'_>,
        order: &str,
        start: usize,
        stop: usize,
    ) -> PyResult<Vec<IndexStory>> {
        let order = match order {
            "latest" => StoryOrder::Latest,
            "largest" => StoryOrder::Largest,
            "begun" => StoryOrder::Begun,
            other => {
                let message = format!(
                    "order is {other:?}, allowed are \"latest\", \"largest\" and \"begun\""
                );
                return Err(PyValueError::new_err(message));
            }
        };
        let stories = self.with(py, |index| Ok(index.stories(order, start..stop.max(start))))?;
        Ok(stories.into_iter().map(IndexStory::from).collect())
    }

    /// Wait until all that was done is on disk.
    fn flush(&self, py: Python<'_>) -> PyResult<()> {
        self.with(py, samestory::StoryIndex::flush)
    }

    /// Write what can be read of a damaged store into a new one; the damaged one stays as it is.
    ///
    /// Returns
    /// -------
    /// (int, int or None)
    ///     How many articles were saved, and of how many, if that could be read.
    #[staticmethod]
    #[pyo3(signature = (damaged, into, **config))]
    fn salvage(
        py: Python<'_>,
        damaged: PathBuf,
        into: PathBuf,
        config: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<(usize, Option<usize>)> {
        let clusterer = clusterer(config)?;
        let salvage = py.detach(|| samestory::StoryIndex::salvage(&damaged, &into, &clusterer));
        let salvage = salvage.map_err(exception)?;
        Ok((salvage.saved, salvage.of))
    }

    /// Write what is not yet on disk, leave an image with which it is opened at once, and free memory and file. Any other call
    /// is an error from then on.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let index = self
            .index
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(index) = index else {
            return Ok(());
        };
        let close = move || {
            let flushed = index.flush();
            // its image takes a while, and the interpreter is free all the time
            drop(index);
            flushed
        };
        py.detach(close).map_err(exception)
    }

    fn __enter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(
        &self,
        py: Python<'_>,
        _exception: &Bound<'_, pyo3::types::PyTuple>,
    ) -> PyResult<()> {
        self.close(py)
    }

    /// How many bytes of memory it takes.
    #[getter]
    fn nbytes(&self, py: Python<'_>) -> PyResult<usize> {
        self.with(py, |index| Ok(index.bytes()))
    }

    fn __len__(&self) -> PyResult<usize> {
        Ok(self.open()?.len())
    }

    fn __repr__(&self) -> String {
        match self.open() {
            Ok(index) => format!("<samestory.StoryIndex of {} articles>", index.len()),
            Err(_) => "<samestory.StoryIndex, closed>".to_owned(),
        }
    }
}
