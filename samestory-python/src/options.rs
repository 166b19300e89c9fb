//! Keyword arguments to a clusterer.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use samestory::{Clusterer, Config};

use crate::error::exception;

/// A clusterer with the settings of `samestory::Config` under their own names; `config` is what was not understood
/// before.
pub(crate) fn clusterer(config: Option<&Bound<'_, PyDict>>) -> PyResult<Clusterer> {
    let Some(config) = config.filter(|config| !config.is_empty()) else {
        return Ok(Clusterer::new());
    };
    let json: String = to_json(config.as_any())?;
    // the same reading as of a configuration in a file
    let config: Config = serde_json::from_str(&json).map_err(|error| {
        let message = error.to_string();
        let what = message.split(" at line ").next().unwrap_or(&message);
        PyTypeError::new_err(format!("config: {what}"))
    })?;
    Clusterer::with_config(config).map_err(exception)
}

/// Any plain data of Python as JSON.
fn to_json(data: &Bound<'_, PyAny>) -> PyResult<String> {
    let json = data.py().import("json")?;
    json.call_method1("dumps", (data,))?.extract()
}

/// JSON as plain data of Python.
pub(crate) fn from_json<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}
