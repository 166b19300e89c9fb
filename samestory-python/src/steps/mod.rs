//! The steps of the library for an engine that holds the tables elsewhere. Each takes rows of Arrow and gives rows of
//! Arrow, and is a pure function of them: of a row, or of all rows of a key, in any order.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rayon::{ThreadPool, ThreadPoolBuilder};
use samestory::Clusterer;

use crate::options::clusterer;

mod columns;
mod places;

// In the order of the path.
mod sketches;

mod buckets;

mod texts;

mod groups;

pub(crate) mod terms;

mod neighbours;

mod undated;

mod crowding;

mod stories;

/// The steps of the library under one configuration, for an engine that holds the tables elsewhere.
///
/// Each takes rows of Arrow and gives rows of Arrow, and is a pure function of a row, or of all rows of a key in any
/// order. ``samestory.spark`` runs them on a cluster.
///
/// Parameters
/// ----------
/// config : dict, optional
///     The fields of the library's ``Config``.
///
/// Raises
/// ------
/// ValueError
///     A setting is out of its range, or rows that a step needs are missing.
/// TypeError
///     A setting or a column is not of its kind.
///
/// Examples
/// --------
/// >>> import pyarrow as pa, samestory
/// >>> links = pa.table({"a": [4, 2, 7], "b": [2, 9, 8]})
/// >>> [row["component"] for row in samestory.Steps.components(links)]
/// [2, 2, 7, 7, 2]
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Steps {
    clusterer: Clusterer,
    /// One thread: the engine runs as many tasks as it has cores.
    pool: ThreadPool,
}

impl Steps {
    /// Does work while other threads of Python go on.
    fn work<T: Send>(&self, py: Python<'_>, work: impl FnOnce() -> T + Send) -> T {
        py.detach(|| self.pool.install(work))
    }
}

#[pymethods]
impl Steps {
    #[new]
    #[pyo3(signature = (config=None))]
    fn new(config: Option<&Bound<'_, PyDict>>) -> PyResult<Self> {
        let pool = ThreadPoolBuilder::new().num_threads(1).build();
        Ok(Self {
            clusterer: clusterer(config)?,
            pool: pool.map_err(|error| PyRuntimeError::new_err(error.to_string()))?,
        })
    }
}
