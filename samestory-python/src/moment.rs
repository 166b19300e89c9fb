//! Dates of Python and text to moments.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use samestory::Timestamp;
use samestory_rows::named_moment;

/// The moment of a `datetime` (UTC if it is naive), a `date` (its midnight in UTC), or text of RFC 3339 or RFC 2822.
pub(crate) fn moment(value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    if let Ok(text) = value.extract::<String>() {
        return named_moment(&text)
            .ok_or_else(|| PyValueError::new_err(unknown(&format!("{text:?}"))));
    }
    let datetime = value.py().import("datetime")?;
    let date = if value.is_instance(&datetime.getattr("datetime")?)? {
        value.clone()
    } else if value.is_instance(&datetime.getattr("date")?)? {
        let midnight = datetime.getattr("time")?.call0()?;
        datetime
            .getattr("datetime")?
            .call_method1("combine", (value, midnight))?
    } else {
        return Err(PyTypeError::new_err(unknown(&value.repr()?.to_string())));
    };
    let date = match date.getattr("tzinfo")?.is_none() {
        true => {
            let utc = datetime.getattr("timezone")?.getattr("utc")?;
            let zone = pyo3::types::PyDict::new(value.py());
            zone.set_item("tzinfo", utc)?;
            date.call_method("replace", (), Some(&zone))?
        }
        false => date,
    };
    let seconds: f64 = date.call_method0("timestamp")?.extract()?;
    Ok(Timestamp::from_seconds(seconds.floor() as i64))
}

/// What is wrong with a value that is no date.
pub(crate) fn unknown(value: &str) -> String {
    format!(
        "published is {value}, allowed is a datetime, a date, or text of RFC 3339 or RFC 2822 such as \"2021-12-02T16:40:00Z\""
    )
}
