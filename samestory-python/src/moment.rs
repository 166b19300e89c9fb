//! Dates of Python and text to moments.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use samestory::Timestamp;

/// The moment of a `datetime` (UTC if it is naive), a `date` (its midnight in UTC), or text of RFC 3339.
pub(crate) fn moment(value: &Bound<'_, PyAny>) -> PyResult<Timestamp> {
    if let Ok(text) = value.extract::<String>() {
        return of_text(&text).ok_or_else(|| PyValueError::new_err(unknown(&format!("{text:?}"))));
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

/// The moment that a text names: a date-time of RFC 3339, in UTC without an offset, or a date.
pub(crate) fn of_text(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    })?;
    Some(Timestamp::from_seconds(moment.as_second()))
}

/// What is wrong with a value that is no date.
pub(crate) fn unknown(value: &str) -> String {
    format!(
        "published is {value}, allowed is a datetime, a date, or text of RFC 3339 such as \"2021-12-02T16:40:00Z\""
    )
}
