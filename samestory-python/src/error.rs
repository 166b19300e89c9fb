//! Errors of the library to exceptions, with the same words.

use pyo3::PyErr;
use pyo3::create_exception;
use pyo3::exceptions::{PyKeyError, PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError};
use samestory::{Error, ErrorKind};

create_exception!(
    samestory,
    StoreError,
    PyOSError,
    "A store cannot be opened, read or written; the message says why and what to do."
);

/// The exception that a Python programmer expects for an error.
pub(crate) fn exception(error: Error) -> PyErr {
    let message = error.to_string();
    match error.kind() {
        ErrorKind::UnknownArticle => PyKeyError::new_err(message),
        // as Python says it of its own threads
        ErrorKind::Threads => PyRuntimeError::new_err(message),
        ErrorKind::Interrupted => PyKeyboardInterrupt::new_err(message),
        ErrorKind::Store
        | ErrorKind::StoreInUse
        | ErrorKind::DamagedStore
        | ErrorKind::OtherStore => StoreError::new_err(message),
        _ => PyValueError::new_err(message),
    }
}
