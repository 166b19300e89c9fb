//! Near pairs to crowding, and with it to likely pairs.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use samestory::crowding::{NEIGHBOUR, nearest_sum, of_sum};
use samestory::evidence::Evidence;

use super::Steps;
use super::columns::{Columns, integers, small};
use crate::table::Table;

#[pymethods]
impl Steps {
    /// From which dot product on an article is a neighbour.
    #[staticmethod]
    const fn neighbour() -> u32 {
        NEIGHBOUR
    }

    /// All neighbours of articles (place, group, dot), by the group of the neighbour, to the sum over the nearest
    /// (place, sum).
    #[staticmethod]
    fn nearest(neighbours: &Bound<'_, PyAny>) -> PyResult<Table> {
        let neighbours = Columns::new(neighbours)?;
        let rows = neighbours.places("place")?.into_iter();
        let of = neighbours
            .places("group")?
            .into_iter()
            .zip(neighbours.places("dot")?);
        let mut rows: Vec<(u32, (u32, u32))> = rows.zip(of).collect();
        rows.sort_unstable();
        let sums = rows.chunk_by(|a, b| a.0 == b.0).map(|rows| {
            let mut neighbours: Vec<(u32, u32)> = rows.iter().map(|row| row.1).collect();
            // seven dot products
            (rows[0].0, nearest_sum(&mut neighbours) as i64)
        });
        let sums: Vec<(u32, i64)> = sums.collect();
        Table::nullable(vec![
            ("place", integers(sums.iter().map(|sum| sum.0))),
            ("sum", integers(sums.iter().map(|sum| sum.1))),
        ])
    }

    /// Articles (place, published, sum, terms), of so many whose sums are `total`, to their crowding (place, published,
    /// crowding).
    #[staticmethod]
    fn crowding(articles: &Bound<'_, PyAny>, total: i128, of: usize) -> PyResult<Table> {
        let articles = Columns::new(articles)?;
        let rows = articles
            .integers("sum")?
            .into_iter()
            .zip(articles.places("terms")?);
        // no article has a negative sum
        let crowding = rows.map(|(sum, terms)| {
            of_sum(sum.unwrap_or(0).cast_unsigned(), total, of, terms as usize)
        });
        Table::nullable(vec![
            ("place", articles.integer_column("place")?),
            ("published", articles.integer_column("published")?),
            ("crowding", integers(crowding)),
        ])
    }

    /// Near pairs (a, b, dot, recurring) with the moments and the crowding of both to those that are likely one event
    /// (a, b).
    fn likely(&self, pairs: &Bound<'_, PyAny>) -> PyResult<Table> {
        let pairs = Columns::new(pairs)?;
        let (a, b, dot) = (
            pairs.numbers("a")?,
            pairs.numbers("b")?,
            pairs.numbers("dot")?,
        );
        let (a_published, b_published) =
            (pairs.moments("a_published")?, pairs.moments("b_published")?);
        let (a_crowding, b_crowding) = (pairs.numbers("a_crowding")?, pairs.numbers("b_crowding")?);
        let recurring = pairs.integers("recurring")?;
        let (model, least) = (&self.clusterer.config().event, self.clusterer.least());
        let mut likely = Vec::new();
        for at in 0..a.len() {
            let dot = u64::try_from(dot[at])
                .map_err(|_| PyValueError::new_err("a dot product is negative"))?;
            let evidence = Evidence::new(
                dot,
                a_crowding[at] + b_crowding[at],
                a_published[at],
                b_published[at],
                recurring[at].is_some(),
            );
            if model.log_odds(&evidence) >= least {
                likely.push((a[at], b[at]));
            }
        }
        Table::nullable(vec![
            ("a", integers(likely.iter().map(|pair| pair.0))),
            ("b", integers(likely.iter().map(|pair| pair.1))),
            ("recurring", small(likely.iter().map(|_| 0))),
        ])
    }
}
