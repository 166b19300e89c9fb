//! Articles to all that is kept of them.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use pyo3::prelude::*;
use samestory::signature::Signature;
use samestory::{Timestamp, hash};

use super::Steps;
use super::columns::{Columns, bytes, of_hashes, of_short, small};
use crate::articles::{Articles, Names, Undated, moments};
use crate::table::Table;

#[pymethods]
impl Steps {
    /// Dates of any kind (id, published) to moments (id, published): seconds since 1970, null if there is none.
    #[staticmethod]
    fn moments(dates: &Bound<'_, PyAny>) -> PyResult<Table> {
        let dates = Columns::new(dates)?;
        let mut seconds = Vec::with_capacity(dates.rows());
        for column in dates.arrays("published")? {
            let moments = moments(column, "published", seconds.len(), &mut Undated::default())?;
            seconds.extend(
                moments
                    .into_iter()
                    .map(|moment| moment.map(Timestamp::seconds)),
            );
        }
        Table::nullable(vec![
            ("id", dates.texts("id")?),
            ("published", Arc::new(Int64Array::from(seconds))),
        ])
    }

    /// Articles (id, title, text) to sketches.
    fn sketches(&self, py: Python<'_>, articles: &Bound<'_, PyAny>) -> PyResult<Table> {
        let articles = Articles::read(articles, &Names::default())?.0;
        let views = articles.views();
        let sketches = self.work(py, || {
            let sketch = |article| self.clusterer.sketch(article);
            views.iter().map(sketch).collect::<Vec<_>>()
        });
        let bands = self.clusterer.bands();
        let keys = sketches.iter().map(|sketch| {
            let key = |signature: &Signature| {
                let keys = (0..bands.bands).map(|band| bands.key(signature.slots(), band));
                of_short(&keys.collect::<Vec<u32>>())
            };
            sketch.signature.as_ref().map_or_else(Vec::new, key)
        });
        let has_phrases = self.clusterer.config().containment.is_some();
        let phrases = sketches.iter().map(|sketch| match has_phrases {
            true => of_short(&sketch.phrases),
            false => Vec::new(),
        });
        let counts = sketches.iter().map(|sketch| {
            let counts = sketch.terms.counts().iter();
            let bytes = counts.flat_map(|&(term, count)| {
                let (term, count) = (term.to_le_bytes(), count.to_le_bytes());
                term.into_iter().chain(count)
            });
            bytes.collect()
        });
        let ids: StringArray = views.iter().map(|article| Some(article.id)).collect();
        Table::nullable(vec![
            ("id", Arc::new(ids) as ArrayRef),
            ("keys", bytes(keys)),
            ("phrases", bytes(phrases)),
            ("counts", bytes(counts)),
            (
                "numbers",
                bytes(
                    sketches
                        .iter()
                        .map(|sketch| of_hashes(sketch.terms.numbers())),
                ),
            ),
            (
                "terms",
                small(
                    sketches
                        .iter()
                        .map(|sketch| sketch.terms.counts().len() as i32),
                ),
            ),
            (
                "text",
                bytes(sketches.iter().map(|sketch| name(sketch.shingles.hashes()))),
            ),
            (
                "shingles",
                bytes(
                    sketches
                        .iter()
                        .map(|sketch| of_hashes(sketch.shingles.hashes())),
                ),
            ),
        ])
    }
}

/// Sixteen bytes that name a set of shingles.
fn name(shingles: &[u64]) -> Vec<u8> {
    let mixed: Vec<u64> = shingles.iter().map(|&shingle| hash::mix(shingle)).collect();
    of_hashes(&[hash::sequence(shingles), hash::sequence(&mixed)])
}
