//! Made news with gold labels.

use std::sync::Arc;

use arrow_array::{LargeStringArray, TimestampSecondArray};
use pyo3::prelude::*;
use rayon::prelude::*;
use samestory_made::{MadeArticle, MadeNews};

use crate::table::Table;

/// Make news that never happened, with gold labels: for tests and measurements.
///
/// Parameters
/// ----------
/// articles : int
///     How many. The articles of a smaller collection are the first of a larger one.
/// seed : int
///     The same seed gives the same bytes everywhere.
///
/// Returns
/// -------
/// Table
///     Columns: ``id``, ``title``, ``text``, ``published`` (UTC, null for one in 50), ``source``, ``story`` (equal for
///     reports of one event), ``copy_of`` (the id of the original of a copy).
///
/// Examples
/// --------
/// >>> import samestory
/// >>> len(samestory.generate(100))
/// 100
#[pyfunction]
#[pyo3(signature = (articles, seed=1))]
pub(crate) fn generate(py: Python<'_>, articles: usize, seed: u64) -> PyResult<Table> {
    let made: Vec<MadeArticle> = py.detach(|| {
        let news = MadeNews::new(seed);
        let starts: Vec<usize> = (0..articles).step_by(BLOCK).collect();
        let block = |start: usize| news.articles(start..articles.min(start + BLOCK));
        starts.into_par_iter().flat_map_iter(block).collect()
    });
    let texts = |of: &dyn Fn(&MadeArticle) -> String| {
        Arc::new(LargeStringArray::from_iter_values(made.iter().map(of)))
    };
    let published: TimestampSecondArray = made.iter().map(|article| article.published).collect();
    let copy_of: LargeStringArray = made
        .iter()
        .map(|article| article.copy_of.as_deref())
        .collect();
    Table::new(vec![
        ("id", texts(&|article| article.id.clone())),
        ("title", texts(&|article| article.title.clone())),
        ("text", texts(&|article| article.text.clone())),
        ("published", Arc::new(published.with_timezone("UTC"))),
        ("source", texts(&|article| article.source.clone())),
        ("story", texts(&|article| article.story.clone())),
        ("copy_of", Arc::new(copy_of)),
    ])
}

/// Articles that one thread makes at once.
const BLOCK: usize = 500;
