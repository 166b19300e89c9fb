//! Pairs to what their texts share.

use ahash::AHashMap;
use arrow_array::ArrayRef;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use samestory::component::components;
use samestory::score::{Overlap, SameText};
use samestory::shingle::Shingles;

use super::Steps;
use super::columns::{Columns, hashes, integers};
use crate::table::Table;

#[pymethods]
impl Steps {
    /// Pairs of texts (a, b, a_shingles, b_shingles) to what they share (a, b, shared, smaller, larger), exactly.
    fn overlaps(&self, py: Python<'_>, pairs: &Bound<'_, PyAny>) -> PyResult<Table> {
        let pairs = Columns::new(pairs)?;
        let (a, b) = (pairs.numbers("a")?, pairs.numbers("b")?);
        let (left, right) = (pairs.bytes("a_shingles")?, pairs.bytes("b_shingles")?);
        let overlaps: Vec<Overlap> = self.work(py, || {
            let shingles = |bytes| Shingles::of_hashes(hashes(bytes));
            let sides = left.into_iter().zip(right);
            sides
                .map(|(a, b)| Overlap::new(&shingles(a), &shingles(b)))
                .collect()
        });
        Table::nullable(columns((a, b), &overlaps))
    }

    /// Of compared pairs those with the same words, which are copies or issues of a recurring report.
    fn alike(&self, pairs: &Bound<'_, PyAny>) -> PyResult<Table> {
        let same_words = SameText::of_issues(self.clusterer.config());
        let pairs = compared(&Columns::new(pairs)?)?;
        let alike: Vec<_> = pairs
            .into_iter()
            .filter(|(_, overlap)| same_words.holds(overlap))
            .collect();
        let sides = alike
            .iter()
            .map(|&((a, b), _)| (i64::from(a), i64::from(b)))
            .unzip();
        let overlaps: Vec<Overlap> = alike.into_iter().map(|(_, overlap)| overlap).collect();
        Table::nullable(columns(sides, &overlaps))
    }

    /// Links (a, b) to what each node hangs together with (place, component): the smallest that it can reach.
    #[staticmethod]
    fn components(links: &Bound<'_, PyAny>) -> PyResult<Table> {
        let links = Columns::new(links)?;
        let (a, b) = (links.numbers("a")?, links.numbers("b")?);
        let mut nodes: Vec<i64> = a.iter().chain(&b).copied().collect();
        nodes.sort_unstable();
        nodes.dedup();
        let count = u32::try_from(nodes.len())
            .map_err(|_| PyValueError::new_err("a step got more than 2^32 nodes"))?;
        let number: AHashMap<i64, u32> = nodes.iter().copied().zip(0..count).collect();
        let links = a.iter().zip(&b).map(|(a, b)| (number[a], number[b]));
        let links: Vec<(u32, u32)> = links.collect();
        let components = components(nodes.len(), &links).into_iter();
        let components: Vec<i64> = components.map(|least| nodes[least as usize]).collect();
        Table::nullable(vec![
            ("place", integers(nodes)),
            ("component", integers(components)),
        ])
    }
}

/// Compared pairs (a, b, shared, smaller, larger).
pub(super) fn compared(pairs: &Columns) -> PyResult<Vec<((u32, u32), Overlap)>> {
    let sides = pairs.places("a")?.into_iter().zip(pairs.places("b")?);
    let shared = pairs.places("shared")?.into_iter();
    let sizes = pairs
        .places("smaller")?
        .into_iter()
        .zip(pairs.places("larger")?);
    let overlap = |(shared, (smaller, larger)): (u32, (u32, u32))| Overlap {
        shared: shared as usize,
        smaller: smaller as usize,
        larger: larger as usize,
    };
    Ok(sides.zip(shared.zip(sizes).map(overlap)).collect())
}

fn columns((a, b): (Vec<i64>, Vec<i64>), overlaps: &[Overlap]) -> Vec<(&'static str, ArrayRef)> {
    let of = |count: fn(&Overlap) -> usize| {
        integers(overlaps.iter().map(move |overlap| count(overlap) as i64))
    };
    vec![
        ("a", integers(a)),
        ("b", integers(b)),
        ("shared", of(|overlap| overlap.shared)),
        ("smaller", of(|overlap| overlap.smaller)),
        ("larger", of(|overlap| overlap.larger)),
    ]
}
