//! Counted terms to frequencies, and with all of these to vectors.

use ahash::AHashMap;
use pyo3::prelude::*;
use samestory::term::{TermVector, Terms, Vocabulary};

use super::Steps;
use super::columns::{Columns, bytes, hashes, integers, of_vector};
use crate::table::Table;

/// How common the terms of a collection are.
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Frequencies(Vocabulary);

#[pymethods]
impl Steps {
    /// Sketches (counts) to in how many of them each term occurs (term, articles).
    #[staticmethod]
    fn frequencies(sketches: &Bound<'_, PyAny>) -> PyResult<Table> {
        let mut frequencies = AHashMap::<u64, i64>::new();
        for counts in Columns::new(sketches)?.bytes("counts")? {
            for (term, _) in of_counts(counts) {
                *frequencies.entry(term).or_default() += 1;
            }
        }
        let frequencies: Vec<(u64, i64)> = frequencies.into_iter().collect();
        Table::nullable(vec![
            ("term", integers(frequencies.iter().map(|row| row.0 as i64))),
            ("articles", integers(frequencies.iter().map(|row| row.1))),
        ])
    }

    /// The frequencies of a collection of so many articles (term, articles); those of one article may be left out.
    fn vocabulary(
        &self,
        py: Python<'_>,
        frequencies: &Bound<'_, PyAny>,
        articles: usize,
    ) -> PyResult<Frequencies> {
        let frequencies = Columns::new(frequencies)?;
        let terms = frequencies.numbers("term")?;
        let terms = terms.into_iter().map(|term| term as u64);
        let listed: Vec<(u64, u32)> = terms.zip(frequencies.places("articles")?).collect();
        let (background, trust) = (
            self.clusterer.background(),
            self.clusterer.config().background_trust,
        );
        let vocabulary = self.work(py, || {
            Vocabulary::of_frequencies(listed, articles, background, trust)
        });
        Ok(Frequencies(vocabulary))
    }

    /// Sketches (place, published, counts, numbers) to vectors (place, published, vector).
    fn vectors(
        &self,
        py: Python<'_>,
        sketches: &Bound<'_, PyAny>,
        frequencies: &Frequencies,
    ) -> PyResult<Table> {
        let sketches = Columns::new(sketches)?;
        let (counts, numbers) = (sketches.bytes("counts")?, sketches.bytes("numbers")?);
        let vectors: Vec<TermVector> = self.work(py, || {
            let terms = counts.into_iter().zip(numbers);
            let terms = terms.map(|(counts, numbers)| {
                Terms::of_counts(of_counts(counts).collect(), hashes(numbers))
            });
            terms.map(|terms| frequencies.0.vector(&terms)).collect()
        });
        Table::nullable(vec![
            ("place", sketches.integer_column("place")?),
            ("published", sketches.integer_column("published")?),
            ("vector", bytes(vectors.iter().map(of_vector))),
        ])
    }
}

/// Terms in 12 bytes each: hash and count.
fn of_counts(bytes: Option<&[u8]>) -> impl Iterator<Item = (u64, u32)> {
    let (whole, _) = bytes.unwrap_or_default().as_chunks::<12>();
    whole.iter().map(|&[a, b, c, d, e, f, g, h, i, j, k, l]| {
        let term = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        (term, u32::from_le_bytes([i, j, k, l]))
    })
}
