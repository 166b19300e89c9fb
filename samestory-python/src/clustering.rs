//! A whole collection at once.

use std::sync::Arc;

use arrow_array::builder::{LargeStringBuilder, ListBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, LargeStringArray, UInt64Array};
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::ThreadPoolBuilder;

use crate::articles::{Articles, Names};
use crate::error::exception;
use crate::explanation::Explanation;
use crate::options::clusterer;
use crate::table::Table;
use crate::watched::{Desk, watched};

/// Say which articles tell the same story.
///
/// Parameters
/// ----------
/// data : list of dict, or a table
///     Articles. A table is anything with the Arrow PyCapsule interface: of pandas (2.2 and later), polars,
///     pyarrow, duckdb; its texts are not copied.
/// id, title, text, published : str
///     The names of the columns or keys. An article without an id is named by its row, counted from 0. ``published``
///     is a datetime (UTC if it has no time zone), a date, or text of RFC 3339 or RFC 2822; an article whose date is missing
///     or unknown counts as undated, with a warning.
/// threads : int, optional
///     How many threads work; default one for each core. The result does not depend on it.
/// progress : bool
///     Show how far it is, with tqdm if that is installed.
/// **config
///     The fields of the library's ``Config``, for instance ``jaccard=0.8``. The default serves all kinds of news.
///
/// Returns
/// -------
/// Clustering
///
/// Raises
/// ------
/// ValueError
///     Two articles have one id, or a setting is out of its range.
/// TypeError
///     A column or a setting is not of its kind.
/// KeyboardInterrupt
///     Ctrl-C stops it within a second.
///
/// Examples
/// --------
/// >>> import samestory
/// >>> articles = [
/// ...     {"id": "a", "title": "Ferry aground off Marr", "text": "The Marr ferry Corrigan ran aground with 212 people on board."},
/// ...     {"id": "b", "title": "Corrigan refloated", "text": "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."},
/// ...     {"id": "c", "title": "Cup final", "text": "Stannick won the cup with a late goal."},
/// ... ]
/// >>> result = samestory.cluster(articles)
/// >>> [row["story"] for row in result.assignments]
/// ['a', 'a', 'c']
#[pyfunction]
#[pyo3(signature = (data, *, id="id", title="title", text="text", published="published", threads=None, progress=false, **config))]
#[expect(clippy::too_many_arguments, reason = "they are keywords")]
pub(crate) fn cluster(
    data: &Bound<'_, PyAny>,
    id: &str,
    title: &str,
    text: &str,
    published: &str,
    threads: Option<usize>,
    progress: bool,
    config: Option<&Bound<'_, PyDict>>,
) -> PyResult<Clustering> {
    let py = data.py();
    let names = Names {
        id: id.to_owned(),
        title: title.to_owned(),
        text: text.to_owned(),
        published: published.to_owned(),
    };
    if threads == Some(0) {
        return Err(PyValueError::new_err(
            "threads is 0, allowed is 1 or more, or None for one a core",
        ));
    }
    let desk = Arc::new(Desk::default());
    let clusterer = clusterer(config)?.with_watch(Arc::clone(&desk));
    let articles = Articles::new(data, &names)?;
    // 0 threads means one for each core
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads.unwrap_or(0))
        .build();
    let pool = pool.map_err(|error| PyValueError::new_err(error.to_string()))?;
    let clustering = watched(py, progress, &desk, || {
        pool.install(|| clusterer.cluster(&articles.views()))
    })?;
    let clustering = clustering.map_err(exception)?;
    Ok(Clustering {
        articles,
        clustering,
    })
}

/// The groups and stories of a collection.
///
/// A **group** is one text: copies, trimmed, extended and lightly rewritten versions. A **story** is one event:
/// independent reports in other words, made of groups. Each article is in exactly one of either. Both are named
/// by the id of their earliest article.
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Clustering {
    /// Kept for explanations; the library keeps no text.
    articles: Articles,
    clustering: samestory::Clustering,
}

impl Clustering {
    /// The ids of articles by their positions.
    fn names(&self) -> Vec<&str> {
        self.articles
            .views()
            .iter()
            .map(|article| article.id)
            .collect()
    }

    fn position(&self, id: &Bound<'_, PyAny>) -> PyResult<usize> {
        let id = id.str()?.to_string();
        let views = self.articles.views();
        let at = views.iter().position(|article| article.id == id);
        at.ok_or_else(|| {
            PyKeyError::new_err(format!(
                "there is no article {id:?} among the {}",
                views.len()
            ))
        })
    }
}

/// Texts as a column.
fn texts<'a>(texts: impl Iterator<Item = &'a str>) -> ArrayRef {
    Arc::new(LargeStringArray::from_iter_values(texts))
}

fn numbers(numbers: impl Iterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(numbers))
}

fn counts(counts: impl Iterator<Item = usize>) -> ArrayRef {
    Arc::new(UInt64Array::from_iter_values(
        counts.map(|count| count as u64),
    ))
}

/// Lists of texts as a column.
fn lists<'a>(lists: impl Iterator<Item = impl Iterator<Item = &'a str>>) -> ArrayRef {
    let mut column = ListBuilder::new(LargeStringBuilder::new());
    for list in lists {
        list.for_each(|text| column.values().append_value(text));
        column.append(true);
    }
    Arc::new(column.finish())
}

#[pymethods]
impl Clustering {
    /// One row an article, in the order of the input.
    ///
    /// Columns: ``id`` as it came, ``story``, ``group``, ``score`` (mean probability in [0, 1] that it reports the
    /// event of the story's other articles, 1 if it is alone), ``group_score`` (mean containment in [0, 1] with the
    /// other articles of the group, 1 if it is alone).
    #[getter]
    fn assignments(&self) -> PyResult<Table> {
        let names = self.names();
        let (stories, groups) = (self.clustering.stories(), self.clustering.groups());
        let rows = self.clustering.assignments();
        Table::new(vec![
            ("id", self.articles.ids()?),
            (
                "story",
                texts(rows.iter().map(|row| names[stories[row.story].articles[0]])),
            ),
            (
                "group",
                texts(rows.iter().map(|row| names[groups[row.group].articles[0]])),
            ),
            ("score", numbers(rows.iter().map(|row| row.score))),
            (
                "group_score",
                numbers(rows.iter().map(|row| row.group_score)),
            ),
        ])
    }

    /// One row a story, the one with the earliest article first.
    ///
    /// Columns: ``story``, ``articles`` (ids, the earliest first), ``groups``, ``size`` (articles), ``cohesion`` (mean
    /// probability of one event over its pairs), ``separation`` (the highest mean with another story).
    #[getter]
    fn stories(&self) -> PyResult<Table> {
        let names = self.names();
        let (rows, groups) = (self.clustering.stories(), self.clustering.groups());
        let first = |group: &usize| names[groups[*group].articles[0]];
        Table::new(vec![
            (
                "story",
                texts(rows.iter().map(|row| names[row.articles[0]])),
            ),
            (
                "articles",
                lists(
                    rows.iter()
                        .map(|row| row.articles.iter().map(|&at| names[at])),
                ),
            ),
            (
                "groups",
                lists(rows.iter().map(|row| row.groups.iter().map(first))),
            ),
            ("size", counts(rows.iter().map(|row| row.articles.len()))),
            ("cohesion", numbers(rows.iter().map(|row| row.cohesion))),
            ("separation", numbers(rows.iter().map(|row| row.separation))),
        ])
    }

    /// One row a group, the one with the earliest article first.
    ///
    /// Columns: ``group``, ``story``, ``articles`` (ids, the earliest first), ``size``, ``cohesion`` (mean containment
    /// over its pairs).
    #[getter]
    fn groups(&self) -> PyResult<Table> {
        let names = self.names();
        let (stories, rows) = (self.clustering.stories(), self.clustering.groups());
        Table::new(vec![
            (
                "group",
                texts(rows.iter().map(|row| names[row.articles[0]])),
            ),
            (
                "story",
                texts(rows.iter().map(|row| names[stories[row.story].articles[0]])),
            ),
            (
                "articles",
                lists(
                    rows.iter()
                        .map(|row| row.articles.iter().map(|&at| names[at])),
                ),
            ),
            ("size", counts(rows.iter().map(|row| row.articles.len()))),
            ("cohesion", numbers(rows.iter().map(|row| row.cohesion))),
        ])
    }

    /// One row a pair that is the same text or, at the threshold, the same event.
    ///
    /// Columns: ``a``, ``b`` (ids, the earlier one first), ``jaccard`` and ``containment`` (exact, in [0, 1]),
    /// ``same_event`` (probability), ``same_text`` (bool).
    #[getter]
    fn pairs(&self) -> PyResult<Table> {
        let names = self.names();
        let rows = self.clustering.pairs();
        let same_text: BooleanArray = rows.iter().map(|row| Some(row.same_text)).collect();
        Table::new(vec![
            ("a", texts(rows.iter().map(|row| names[row.a]))),
            ("b", texts(rows.iter().map(|row| names[row.b]))),
            ("jaccard", numbers(rows.iter().map(|row| row.jaccard))),
            (
                "containment",
                numbers(rows.iter().map(|row| row.containment)),
            ),
            ("same_event", numbers(rows.iter().map(|row| row.same_event))),
            ("same_text", Arc::new(same_text)),
        ])
    }

    /// Why two articles are together, or why they are not.
    ///
    /// Parameters
    /// ----------
    /// a, b : str or int
    ///     Their ids.
    ///
    /// Returns
    /// -------
    /// Explanation
    ///
    /// Raises
    /// ------
    /// KeyError
    ///     There is no such article.
    fn explain(
        &self,
        py: Python<'_>,
        a: &Bound<'_, PyAny>,
        b: &Bound<'_, PyAny>,
    ) -> PyResult<Explanation> {
        let (a, b) = (self.position(a)?, self.position(b)?);
        let explained = py.detach(|| self.clustering.explain(&self.articles.views(), a, b));
        explained.map(Explanation).map_err(exception)
    }

    fn __len__(&self) -> usize {
        self.articles.len()
    }

    fn __repr__(&self) -> String {
        let stories = self.clustering.stories();
        let several = stories
            .iter()
            .filter(|story| story.articles.len() > 1)
            .count();
        format!(
            "<samestory.Clustering of {} articles: {} groups, {} stories, {several} of several articles>",
            self.articles.len(),
            self.clustering.groups().len(),
            stories.len()
        )
    }

    /// The largest stories as a page of a notebook.
    fn _repr_html_(&self) -> String {
        let views = self.articles.views();
        let mut largest: Vec<&samestory::Story> = self
            .clustering
            .stories()
            .iter()
            .filter(|story| story.articles.len() > 1)
            .collect();
        largest.sort_by_key(|story| std::cmp::Reverse(story.articles.len()));
        let mut page = format!(
            "<p>{} articles, {} groups, {} stories, {} of several articles</p>\
             <table><thead><tr><th>story</th><th>articles</th><th>groups</th><th>cohesion</th><th>separation</th></tr></thead><tbody>",
            views.len(),
            self.clustering.groups().len(),
            self.clustering.stories().len(),
            largest.len()
        );
        for story in largest.iter().take(SHOWN) {
            let first = &views[story.articles[0]];
            let heading = if first.title.is_empty() {
                first.id
            } else {
                first.title
            };
            page += &format!(
                "<tr><td dir=\"auto\" style=\"text-align: start\">{}</td><td>{}</td><td>{}</td><td>{:.2}</td><td>{:.2}</td></tr>",
                escaped(heading),
                story.articles.len(),
                story.groups.len(),
                story.cohesion,
                story.separation
            );
        }
        page += "</tbody></table>";
        if largest.len() > SHOWN {
            page += &format!("<p>… and {} more</p>", largest.len() - SHOWN);
        }
        page
    }
}

/// So many stories stand on a page of a notebook.
const SHOWN: usize = 10;

/// Text as text, never as markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            c => escaped.push(c),
        }
    }
    escaped
}
