//! How signatures are cut, and what that finds.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use samestory::bucket::Bands;

/// Choose bands and rows for a goal.
///
/// Parameters
/// ----------
/// threshold : float
///     Jaccard similarity in (0, 1] that shall be found.
/// recall : float
///     With which probability in (0, 1).
/// num_hashes : int
///     Slots of a signature, 1 to 65,536.
///
/// Returns
/// -------
/// Plan
///
/// Raises
/// ------
/// ValueError
///     Even one row does not reach the recall: more slots are needed, or less recall.
///
/// Examples
/// --------
/// >>> import samestory
/// >>> samestory.plan(0.3, 0.9)
/// <samestory.Plan of 85 bands x 3 rows: finds 0.902 at Jaccard 0.3>
#[pyfunction]
#[pyo3(signature = (threshold=0.3, recall=0.9, num_hashes=256))]
pub(crate) fn plan(threshold: f64, recall: f64, num_hashes: usize) -> PyResult<Plan> {
    for (name, value) in [("threshold", threshold), ("recall", recall)] {
        if !(value > 0.0 && value <= 1.0) {
            let message = format!("{name} is {value}, allowed is more than 0 and at most 1");
            return Err(PyValueError::new_err(message));
        }
    }
    if !(1..=65_536).contains(&num_hashes) {
        return Err(PyValueError::new_err(format!(
            "num_hashes is {num_hashes}, allowed is 1 to 65536"
        )));
    }
    let bands = Bands::for_goal(threshold, recall, num_hashes).ok_or_else(|| {
        PyValueError::new_err(format!(
            "{num_hashes} slots find Jaccard {threshold} with no recall of {recall}: raise num_hashes, or lower recall"
        ))
    })?;
    Ok(Plan { bands, threshold })
}

/// Bands and rows.
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Plan {
    bands: Bands,
    threshold: f64,
}

#[pymethods]
impl Plan {
    /// How many keys an article has.
    #[getter]
    const fn bands(&self) -> usize {
        self.bands.bands
    }

    /// How many slots make a key.
    #[getter]
    const fn rows(&self) -> usize {
        self.bands.rows
    }

    /// The probability in [0, 1] that two articles of this Jaccard similarity share a bucket.
    fn hit_rate(&self, jaccard: f64) -> f64 {
        self.bands.hit_rate(jaccard)
    }

    fn __repr__(&self) -> String {
        let Self {
            bands: Bands { bands, rows },
            threshold,
        } = self;
        let found = self.bands.hit_rate(*threshold);
        format!(
            "<samestory.Plan of {bands} bands x {rows} rows: finds {found:.3} at Jaccard {threshold}>"
        )
    }
}
