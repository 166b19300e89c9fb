//! Rows of a result, as Arrow.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampSecondType};
use arrow_array::{Array, ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyImportError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyIterator, PyList};
use pyo3_arrow::PyTable;

/// Columns of equal length with names. Anything that reads the Arrow PyCapsule interface takes it as it is:
/// ``pyarrow.table(rows)``, ``polars.DataFrame(rows)``, ``duckdb.sql("from rows")``.
#[pyclass(frozen, module = "samestory")]
#[derive(Debug)]
pub(crate) struct Table(RecordBatch);

impl Table {
    /// A table of columns; none of them has a null unless its field says so.
    pub(crate) fn new(columns: Vec<(&str, ArrayRef)>) -> PyResult<Self> {
        Self::of(columns, |array| array.null_count() > 0)
    }

    /// A table that may have nulls anywhere, so that parts of one have one schema.
    pub(crate) fn nullable(columns: Vec<(&str, ArrayRef)>) -> PyResult<Self> {
        Self::of(columns, |_| true)
    }

    fn of(columns: Vec<(&str, ArrayRef)>, nullable: impl Fn(&ArrayRef) -> bool) -> PyResult<Self> {
        let fields: Vec<Field> = columns
            .iter()
            .map(|(name, array)| Field::new(*name, array.data_type().clone(), nullable(array)))
            .collect();
        let arrays = columns.into_iter().map(|(_, array)| array).collect();
        RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)
            .map(Self)
            .map_err(arrow)
    }

    fn table(&self) -> PyResult<PyTable> {
        PyTable::try_new(vec![self.0.clone()], self.0.schema())
    }
}

/// An error of Arrow as an exception.
pub(crate) fn arrow(error: ArrowError) -> PyErr {
    PyValueError::new_err(error.to_string())
}

/// A module that the user has to install.
fn import<'py>(py: Python<'py>, module: &str, what: &str) -> PyResult<Bound<'py, PyModule>> {
    py.import(module)
        .map_err(|_| PyImportError::new_err(format!("{what} needs {module}: pip install {module}")))
}

/// One value of a column as an object of Python.
fn value<'py>(py: Python<'py>, array: &ArrayRef, at: usize) -> PyResult<Bound<'py, PyAny>> {
    if array.is_null(at) {
        return Ok(py.None().into_bound(py));
    }
    match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(at).into_bound_py_any(py),
        DataType::LargeUtf8 => array.as_string::<i64>().value(at).into_bound_py_any(py),
        DataType::Utf8View => array.as_string_view().value(at).into_bound_py_any(py),
        DataType::Boolean => array.as_boolean().value(at).into_bound_py_any(py),
        DataType::Float64 => array
            .as_primitive::<Float64Type>()
            .value(at)
            .into_bound_py_any(py),
        DataType::List(_) => {
            let members = array.as_list::<i32>().value(at);
            let list = PyList::empty(py);
            for at in 0..members.len() {
                list.append(value(py, &members, at)?)?;
            }
            Ok(list.into_any())
        }
        DataType::Timestamp(..) => {
            let seconds = array.as_primitive::<TimestampSecondType>().value(at);
            let datetime = py.import("datetime")?;
            let utc = datetime.getattr("timezone")?.getattr("utc")?;
            datetime
                .getattr("datetime")?
                .call_method1("fromtimestamp", (seconds, utc))
        }
        // numbers of any width
        _ => {
            let wide = arrow_cast::cast(array, &DataType::Int64).map_err(arrow)?;
            wide.as_primitive::<Int64Type>()
                .value(at)
                .into_bound_py_any(py)
        }
    }
}

#[pymethods]
impl Table {
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let table = Bound::new(py, self.table()?)?;
        table.call_method0("__arrow_c_schema__")
    }

    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let table = Bound::new(py, self.table()?)?;
        table.call_method1("__arrow_c_stream__", (requested_schema,))
    }

    fn __len__(&self) -> usize {
        self.0.num_rows()
    }

    fn __repr__(&self) -> String {
        let columns = self.columns().join(", ");
        format!("<samestory.Table of {} rows: {columns}>", self.0.num_rows())
    }

    /// The names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        let schema = self.0.schema();
        schema
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect()
    }

    /// As a table of pyarrow, without a copy.
    fn to_pyarrow<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        import(slf.py(), "pyarrow", "to_pyarrow")?.call_method1("table", (slf,))
    }

    /// As a data frame of pandas, by way of pyarrow.
    fn to_pandas<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        import(slf.py(), "pandas", "to_pandas")?;
        Self::to_pyarrow(slf)?.call_method0("to_pandas")
    }

    /// As a data frame of polars.
    fn to_polars<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        import(slf.py(), "polars", "to_polars")?.call_method1("DataFrame", (slf,))
    }

    /// As a list of dicts.
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        for at in 0..self.0.num_rows() {
            let row = PyDict::new(py);
            for (name, array) in self.columns().iter().zip(self.0.columns()) {
                row.set_item(name, value(py, array, at)?)?;
            }
            rows.append(row)?;
        }
        Ok(rows)
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.to_pylist(py)?.try_iter()
    }
}
