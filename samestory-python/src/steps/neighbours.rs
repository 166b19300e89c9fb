//! Vectors to pairs that are near.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use samestory::Timestamp;
use samestory::candidate::{self, Near, SPAN, WINDOW};
use samestory::term::TermVector;

use super::Steps;
use super::columns::{Columns, integers, vector};
use super::places::Places;
use crate::table::Table;

/// A run of articles by place, with those of the window before them.
struct Run {
    first: u32,
    published: Vec<Option<Timestamp>>,
    vectors: Vec<TermVector>,
}

impl Run {
    fn new(articles: &Bound<'_, PyAny>) -> PyResult<Self> {
        let articles = Columns::new(articles)?;
        let places = Places::new(&articles.places("place")?)?;
        let all = places.all();
        let first = all.first().copied().unwrap_or_default();
        if !all.iter().copied().eq(first..first + all.len() as u32) {
            return Err(PyValueError::new_err("a step lacks articles of a run"));
        }
        let mut run = Self {
            first,
            published: places.in_order(&articles.moments("published")?).collect(),
            vectors: places
                .in_order(&articles.bytes("vector")?)
                .map(vector)
                .collect(),
        };
        run.renumber();
        Ok(run)
    }

    /// Gives the terms of the run small numbers in the same order, so that tables by term stay small.
    fn renumber(&mut self) {
        let all = self.vectors.iter().flat_map(TermVector::weights);
        let mut terms: Vec<u32> = all.map(|weight| weight.term).collect();
        terms.sort_unstable();
        terms.dedup();
        let mut number = ahash::AHashMap::with_capacity(terms.len());
        number.extend(terms.into_iter().zip(0u32..));
        for vector in &mut self.vectors {
            let weights = vector
                .weights()
                .map(|weight| (number[&weight.term], weight.weight as u16));
            *vector = TermVector::of_weights(weights);
        }
    }
}

#[pymethods]
impl Steps {
    /// How many articles a span has, and how many spans before its own an article looks at.
    #[staticmethod]
    fn spans() -> (u32, u32) {
        (SPAN, WINDOW / SPAN)
    }

    /// The articles of a span and of the window before it (place, published, vector) to pairs that are near (a, b, dot),
    /// but for what undated articles find. `span` is the number of the span.
    fn near(&self, py: Python<'_>, articles: &Bound<'_, PyAny>, span: u32) -> PyResult<Table> {
        let run = Run::new(articles)?;
        let begins = span * SPAN - run.first;
        let near = self.work(py, || {
            let least = self.clusterer.least_dot();
            candidate::from_span(&run.vectors, &run.published, least, begins..begins + SPAN)
        });
        of_near(
            near.into_iter()
                .map(|((a, b), dot)| ((a + run.first, b + run.first), dot)),
        )
    }
}

/// Pairs that are near (a, b, dot).
pub(super) fn of_near(near: impl Iterator<Item = Near>) -> PyResult<Table> {
    let near: Vec<Near> = near.collect();
    Table::nullable(vec![
        ("a", integers(near.iter().map(|near| near.0.0))),
        ("b", integers(near.iter().map(|near| near.0.1))),
        ("dot", integers(near.iter().map(|near| near.1))),
    ])
}
