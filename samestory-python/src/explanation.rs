//! Why two articles are together, or why they are not.

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use samestory::Decision;

use crate::options::from_json;

/// Why two articles are in one group, in one story, or apart. ``print`` it, or take it as data.
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Explanation(pub(crate) samestory::Explanation);

#[pymethods]
impl Explanation {
    /// ``"same_group"``, ``"same_story"`` or ``"apart"``.
    #[getter]
    const fn relation(&self) -> &'static str {
        match self.0.decision {
            Decision::SameGroup { .. } => "same_group",
            Decision::SameStory { .. } => "same_story",
            Decision::Apart { .. } => "apart",
        }
    }

    /// Probability in [0, 1] that both report one event.
    #[getter]
    const fn same_event(&self) -> f64 {
        self.0.event.same_event
    }

    /// Exact Jaccard similarity of their shingles, in [0, 1].
    #[getter]
    const fn jaccard(&self) -> f64 {
        self.0.text.jaccard
    }

    /// Exact containment of the smaller one's shingles in the other's, in [0, 1].
    #[getter]
    const fn containment(&self) -> f64 {
        self.0.text.containment
    }

    /// All evidence as plain data: ``decision``, ``text`` with the shared passages, ``event`` with its parts and the
    /// shared terms. Spans of passages count in bytes of UTF-8.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let json = serde_json::to_string(&self.0);
        from_json(
            py,
            &json.map_err(|error| PyRuntimeError::new_err(error.to_string()))?,
        )
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        format!(
            "<samestory.Explanation: {}>",
            self.0.to_string().lines().next().unwrap_or_default()
        )
    }
}
