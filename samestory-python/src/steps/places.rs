//! Places of the collection to places among the articles at hand, in the same order.

use ahash::AHashMap;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Articles at hand, ascending by their place in the collection.
pub(super) struct Places {
    /// Which row each is.
    rows: Vec<usize>,
    places: Vec<u32>,
    local: AHashMap<u32, u32>,
}

impl Places {
    /// Puts articles in order.
    pub(super) fn new(places: &[u32]) -> PyResult<Self> {
        let mut rows: Vec<usize> = (0..places.len()).collect();
        rows.sort_unstable_by_key(|&row| places[row]);
        let places: Vec<u32> = rows.iter().map(|&row| places[row]).collect();
        let local: AHashMap<u32, u32> = places.iter().copied().zip(0..).collect();
        if local.len() < places.len() {
            return Err(PyValueError::new_err("a step got an article twice"));
        }
        Ok(Self {
            rows,
            places,
            local,
        })
    }

    /// The values of a column in the order of the articles.
    pub(super) fn in_order<'a, T: Copy>(&'a self, column: &'a [T]) -> impl Iterator<Item = T> + 'a {
        self.rows.iter().map(|&row| column[row])
    }

    /// All places, ascending.
    pub(super) fn all(&self) -> &[u32] {
        &self.places
    }

    pub(super) fn local(&self, place: u32) -> PyResult<u32> {
        self.local.get(&place).copied().ok_or_else(|| {
            PyValueError::new_err(format!("a step lacks the article at place {place}"))
        })
    }

    pub(super) fn pair(&self, (a, b): (u32, u32)) -> PyResult<(u32, u32)> {
        Ok((self.local(a)?, self.local(b)?))
    }

    pub(super) fn place(&self, local: u32) -> u32 {
        self.places[local as usize]
    }
}
