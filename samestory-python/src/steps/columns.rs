//! Columns of Arrow to plain values and back.

use std::sync::Arc;

use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    Array, ArrayRef, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
};
use arrow_schema::DataType;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use samestory::Timestamp;
use samestory::term::TermVector;

use crate::articles::table;
use crate::table::arrow;

/// The rows that a step takes.
pub(super) struct Columns(Vec<RecordBatch>);

impl Columns {
    pub(super) fn new(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(table(data)?.into_inner().0))
    }

    pub(super) fn rows(&self) -> usize {
        self.0.iter().map(RecordBatch::num_rows).sum()
    }

    pub(super) fn arrays(&self, name: &str) -> PyResult<Vec<&ArrayRef>> {
        let array = |batch| {
            let batch: &RecordBatch = batch;
            batch
                .column_by_name(name)
                .ok_or_else(|| PyValueError::new_err(format!("a step lacks the column {name:?}")))
        };
        self.0.iter().map(array).collect()
    }

    /// A column of integers.
    pub(super) fn integers(&self, name: &str) -> PyResult<Vec<Option<i64>>> {
        let mut values = Vec::with_capacity(self.rows());
        for array in self.arrays(name)? {
            match array.data_type() {
                DataType::Int64 => values.extend(array.as_primitive::<Int64Type>().iter()),
                DataType::Int32 => {
                    let narrow = array.as_primitive::<Int32Type>();
                    values.extend(narrow.iter().map(|value| value.map(i64::from)));
                }
                other => {
                    let message = format!("column {name:?} is {other}, allowed are integers");
                    return Err(PyTypeError::new_err(message));
                }
            }
        }
        Ok(values)
    }

    /// A column of integers without a gap.
    pub(super) fn numbers(&self, name: &str) -> PyResult<Vec<i64>> {
        let known = |value: Option<i64>| {
            value.ok_or_else(|| PyValueError::new_err(format!("column {name:?} has a null")))
        };
        self.integers(name)?.into_iter().map(known).collect()
    }

    /// A column of integers from 0 to 2^32 - 1, such as places.
    pub(super) fn places(&self, name: &str) -> PyResult<Vec<u32>> {
        let place = |value: i64| {
            u32::try_from(value).map_err(|_| {
                let message = format!("column {name:?} has {value}, allowed is 0 to {}", u32::MAX);
                PyValueError::new_err(message)
            })
        };
        self.numbers(name)?.into_iter().map(place).collect()
    }

    /// A column of text, as it is.
    pub(super) fn texts(&self, name: &str) -> PyResult<ArrayRef> {
        let arrays: Vec<&dyn Array> = self
            .arrays(name)?
            .into_iter()
            .map(|array| &**array)
            .collect();
        match arrays[..] {
            [] => Ok(Arc::new(StringArray::from(Vec::<&str>::new()))),
            _ => arrow_select::concat::concat(&arrays).map_err(arrow),
        }
    }

    /// A column of integers, as it is.
    pub(super) fn integer_column(&self, name: &str) -> PyResult<ArrayRef> {
        Ok(Arc::new(Int64Array::from(self.integers(name)?)))
    }

    /// A column of seconds.
    pub(super) fn moments(&self, name: &str) -> PyResult<Vec<Option<Timestamp>>> {
        let seconds = self.integers(name)?.into_iter();
        Ok(seconds
            .map(|seconds| seconds.map(Timestamp::from_seconds))
            .collect())
    }

    /// A column of bytes.
    pub(super) fn bytes(&self, name: &str) -> PyResult<Vec<Option<&[u8]>>> {
        let mut values = Vec::with_capacity(self.rows());
        for array in self.arrays(name)? {
            match array.data_type() {
                DataType::Binary => values.extend(array.as_binary::<i32>().iter()),
                DataType::LargeBinary => values.extend(array.as_binary::<i64>().iter()),
                other => {
                    let message = format!("column {name:?} is {other}, allowed are bytes");
                    return Err(PyTypeError::new_err(message));
                }
            }
        }
        Ok(values)
    }
}

/// Hashes in 8 bytes each, little-endian as all that follow.
pub(super) fn hashes(bytes: Option<&[u8]>) -> Vec<u64> {
    let (whole, _) = bytes.unwrap_or_default().as_chunks::<8>();
    whole
        .iter()
        .map(|&bytes| u64::from_le_bytes(bytes))
        .collect()
}

/// Numbers in 4 bytes each.
pub(super) fn short(bytes: Option<&[u8]>) -> Vec<u32> {
    let (whole, _) = bytes.unwrap_or_default().as_chunks::<4>();
    whole
        .iter()
        .map(|&bytes| u32::from_le_bytes(bytes))
        .collect()
}

/// Numbers with a weight in 6 bytes each.
pub(super) fn weighted(bytes: Option<&[u8]>) -> impl DoubleEndedIterator<Item = (u32, u16)> {
    let (whole, _) = bytes.unwrap_or_default().as_chunks::<6>();
    whole
        .iter()
        .map(|&[a, b, c, d, e, f]| (u32::from_le_bytes([a, b, c, d]), u16::from_le_bytes([e, f])))
}

/// A vector: the numbers of its terms, with their weights.
pub(super) fn vector(bytes: Option<&[u8]>) -> TermVector {
    TermVector::of_weights(weighted(bytes))
}

pub(super) fn of_hashes(hashes: &[u64]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.to_le_bytes()).collect()
}

pub(super) fn of_short(numbers: &[u32]) -> Vec<u8> {
    numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect()
}

pub(super) fn of_vector(vector: &TermVector) -> Vec<u8> {
    // at most `TermVector::ONE`
    let weights = vector.weights();
    of_weighted(weights.map(|weight| (weight.term, weight.weight as u16)))
}

pub(super) fn of_weighted(numbers: impl Iterator<Item = (u32, u16)>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(6 * numbers.size_hint().0);
    for (number, weight) in numbers {
        bytes.extend(number.to_le_bytes());
        bytes.extend(weight.to_le_bytes());
    }
    bytes
}

/// A column of integers.
pub(super) fn integers<I: Into<i64>>(values: impl IntoIterator<Item = I>) -> ArrayRef {
    let values = values.into_iter().map(Into::into);
    Arc::new(Int64Array::from_iter_values(values))
}

/// A column of small integers.
pub(super) fn small(values: impl IntoIterator<Item = i32>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(values))
}

/// A column of scores.
pub(super) fn scores(values: impl IntoIterator<Item = f64>) -> ArrayRef {
    Arc::new(Float64Array::from_iter_values(values))
}

/// A column of bytes.
pub(super) fn bytes(values: impl IntoIterator<Item = Vec<u8>>) -> ArrayRef {
    let mut column = BinaryBuilder::new();
    values
        .into_iter()
        .for_each(|value| column.append_value(value));
    Arc::new(column.finish())
}
