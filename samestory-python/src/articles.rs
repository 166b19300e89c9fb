//! What the caller hands in, as articles: rows of Arrow, whose texts stay where they are, or dicts.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType,
};
use arrow_array::{
    Array, ArrayRef, Int64Array, LargeStringArray, RecordBatch, StringArray, StringViewArray,
};
use arrow_schema::{DataType, TimeUnit};
use pyo3::exceptions::{PyTypeError, PyUserWarning, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyInt, PyString};
use pyo3_arrow::PyTable;
use samestory::{Article, Timestamp};
use samestory_rows::named_moment;

use crate::moment;
use crate::table::arrow;

/// Which columns or keys hold what.
#[derive(Clone, Debug)]
pub(crate) struct Names {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) published: String,
}

impl Default for Names {
    fn default() -> Self {
        let [id, title, text, published] = ["id", "title", "text", "published"].map(str::to_owned);
        Self {
            id,
            title,
            text,
            published,
        }
    }
}

/// The articles of a call. Texts that came as Arrow are borrowed from it.
#[derive(Debug)]
pub(crate) struct Articles {
    batches: Vec<Batch>,
}

#[derive(Debug)]
struct Batch {
    /// As they came.
    ids: ArrayRef,
    /// As text.
    id: Texts,
    title: Texts,
    text: Texts,
    published: Vec<Option<Timestamp>>,
}

/// A column of text; what is missing is empty.
#[derive(Debug)]
enum Texts {
    None,
    Small(StringArray),
    Large(LargeStringArray),
    View(StringViewArray),
}

impl Texts {
    /// The column as it is if it is text, and as text otherwise.
    fn new(name: &str, array: &ArrayRef) -> PyResult<Self> {
        Ok(match array.data_type() {
            DataType::Utf8 => Self::Small(array.as_string().clone()),
            DataType::LargeUtf8 => Self::Large(array.as_string().clone()),
            DataType::Utf8View => Self::View(array.as_string_view().clone()),
            _ if is_empty(array) => Self::None,
            // categories of pandas and polars
            DataType::Dictionary(_, values) if is_text(values) => {
                let text = arrow_cast::cast(array, &DataType::LargeUtf8).map_err(arrow)?;
                Self::Large(text.as_string().clone())
            }
            other => {
                let message = format!("column {name:?} is {other}, allowed is text");
                return Err(PyTypeError::new_err(message));
            }
        })
    }

    fn get(&self, at: usize) -> &str {
        match self {
            Self::None => "",
            Self::Small(texts) if texts.is_valid(at) => texts.value(at),
            Self::Large(texts) if texts.is_valid(at) => texts.value(at),
            Self::View(texts) if texts.is_valid(at) => texts.value(at),
            _ => "",
        }
    }
}

/// Whether a column has no value at all; pandas and polars give such a column any kind.
fn is_empty(array: &ArrayRef) -> bool {
    array.logical_null_count() == array.len()
}

fn is_text(kind: &DataType) -> bool {
    matches!(
        kind,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}

impl Articles {
    /// Reads what has the Arrow PyCapsule interface, or dicts one after the other.
    ///
    /// # Errors
    ///
    /// `TypeError` and `ValueError` that name the column or the row and what is allowed.
    pub(crate) fn new(data: &Bound<'_, PyAny>, names: &Names) -> PyResult<Self> {
        let (articles, undated) = Self::read(data, names)?;
        undated.warn(data.py())?;
        Ok(articles)
    }

    /// The same, and what is to be said of dates, to whoever can.
    pub(crate) fn read(data: &Bound<'_, PyAny>, names: &Names) -> PyResult<(Self, Undated)> {
        let has = |name: &str| data.hasattr(name);
        if has("__arrow_c_stream__")? || has("__arrow_c_array__")? {
            let table = table(data)?;
            let mut undated = Undated::default();
            let (batches, _) = table.into_inner();
            let mut first = 0;
            let mut read = Vec::with_capacity(batches.len());
            for batch in &batches {
                read.push(Batch::of_arrow(batch, names, first, &mut undated)?);
                first += batch.num_rows();
            }
            return Ok((Self { batches: read }, undated));
        }
        if data.is_instance_of::<PyDict>() || data.is_instance_of::<PyString>() {
            let message = "one article or text; give a list of dicts, or a table of pandas, polars or pyarrow";
            return Err(PyTypeError::new_err(message));
        }
        let rows = data.try_iter().map_err(|_| {
            let kind = data.get_type();
            PyTypeError::new_err(format!(
                "data is {kind}, allowed is a list of dicts, or anything with the Arrow PyCapsule interface, \
                 such as a table of pandas, polars or pyarrow"
            ))
        })?;
        let mut undated = Undated::default();
        let mut dicts = Dicts::default();
        for (at, row) in rows.enumerate() {
            dicts.push(&row?, names, at, &mut undated)?;
        }
        let batches = vec![dicts.batch()];
        Ok((Self { batches }, undated))
    }

    /// One article, from a dict.
    pub(crate) fn one(data: &Bound<'_, PyAny>) -> PyResult<Self> {
        if !data.is_instance_of::<PyDict>() {
            let kind = data.get_type();
            let message = format!(
                "an article is {kind}, allowed is a dict with id, title, text and published"
            );
            return Err(PyTypeError::new_err(message));
        }
        let mut undated = Undated::default();
        let mut dicts = Dicts::default();
        dicts.push(data, &Names::default(), 0, &mut undated)?;
        undated.warn(data.py())?;
        Ok(Self {
            batches: vec![dicts.batch()],
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.iter().map(|batch| batch.published.len()).sum()
    }

    /// All of them, in order, borrowed.
    pub(crate) fn views(&self) -> Vec<Article<'_>> {
        let of_batch = |batch| -> Vec<Article<'_>> {
            let batch: &Batch = batch;
            let article = |(at, published): (usize, &Option<Timestamp>)| Article {
                id: batch.id.get(at),
                title: batch.title.get(at),
                body: batch.text.get(at),
                published: *published,
            };
            batch.published.iter().enumerate().map(article).collect()
        };
        self.batches.iter().flat_map(of_batch).collect()
    }

    /// The ids as they came, numbers as numbers.
    pub(crate) fn ids(&self) -> PyResult<ArrayRef> {
        let ids: Vec<&dyn Array> = self.batches.iter().map(|batch| &*batch.ids).collect();
        match ids[..] {
            [] => Ok(Arc::new(LargeStringArray::from(Vec::<&str>::new()))),
            _ => arrow_select::concat::concat(&ids).map_err(arrow),
        }
    }
}

/// The rows of anything with the Arrow PyCapsule interface.
pub(crate) fn table(data: &Bound<'_, PyAny>) -> PyResult<PyTable> {
    let read = data.extract::<PyTable>();
    let module: String = data.get_type().getattr("__module__")?.extract()?;
    if read.is_ok() || !module.starts_with("polars") {
        return read;
    }
    // the reader of Arrow refuses what polars gives for a column of nothing but nulls
    let polars = data.py().import("polars")?;
    let kinds = PyDict::new(data.py());
    kinds.set_item(polars.getattr("Null")?, polars.getattr("String")?)?;
    data.call_method1("cast", (kinds,))?.extract()
}

impl Batch {
    fn of_arrow(
        batch: &RecordBatch,
        names: &Names,
        first: usize,
        undated: &mut Undated,
    ) -> PyResult<Self> {
        let schema = batch.schema();
        let texts = |name: &str| match batch.column_by_name(name) {
            Some(array) => Texts::new(name, array),
            None => Ok(Texts::None),
        };
        if [&names.title, &names.text]
            .iter()
            .all(|name| batch.column_by_name(name).is_none())
        {
            let there: Vec<&str> = schema
                .fields()
                .iter()
                .map(|field| field.name().as_str())
                .collect();
            let message = format!(
                "no column {:?} and none {:?}; there are {there:?}. Say which one holds the text: text=\"…\"",
                names.title, names.text
            );
            return Err(PyValueError::new_err(message));
        }
        let ids = match batch.column_by_name(&names.id) {
            Some(ids) if ids.null_count() == 0 => Arc::clone(ids),
            ids => numbered(ids, first, batch.num_rows())?,
        };
        let id = match ids.data_type() {
            kind if kind.is_integer() => Texts::new(
                &names.id,
                &arrow_cast::cast(&ids, &DataType::LargeUtf8).map_err(arrow)?,
            )?,
            _ => Texts::new(&names.id, &ids)?,
        };
        let published = match batch.column_by_name(&names.published) {
            Some(array) => moments(array, &names.published, first, undated)?,
            None => vec![None; batch.num_rows()],
        };
        let (title, text) = (texts(&names.title)?, texts(&names.text)?);
        Ok(Self {
            ids,
            id,
            title,
            text,
            published,
        })
    }
}

/// Ids in which those that are missing are the numbers of their rows, from 0.
fn numbered(ids: Option<&ArrayRef>, first: usize, rows: usize) -> PyResult<ArrayRef> {
    let known = match ids {
        Some(ids) => arrow_cast::cast(ids, &DataType::LargeUtf8).map_err(arrow)?,
        None => arrow_array::new_null_array(&DataType::LargeUtf8, rows),
    };
    let known = known.as_string::<i64>();
    let id = |at: usize| match known.is_valid(at) {
        true => known.value(at).to_owned(),
        false => (first + at).to_string(),
    };
    Ok(Arc::new(
        (0..rows).map(id).map(Some).collect::<LargeStringArray>(),
    ))
}

/// A column of dates to moments.
pub(crate) fn moments(
    array: &ArrayRef,
    name: &str,
    first: usize,
    undated: &mut Undated,
) -> PyResult<Vec<Option<Timestamp>>> {
    macro_rules! seconds {
        ($type:ty, $of:expr) => {
            array
                .as_primitive::<$type>()
                .iter()
                .map(|value| value.map(|value| Timestamp::from_seconds($of(i64::from(value)))))
                .collect()
        };
    }
    Ok(match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, _) => seconds!(TimestampSecondType, |n: i64| n),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            seconds!(TimestampMillisecondType, |n: i64| n.div_euclid(1_000))
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            seconds!(TimestampMicrosecondType, |n: i64| n.div_euclid(1_000_000))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            seconds!(TimestampNanosecondType, |n: i64| n
                .div_euclid(1_000_000_000))
        }
        DataType::Date32 => seconds!(Date32Type, |n: i64| n * 86_400),
        DataType::Date64 => seconds!(Date64Type, |n: i64| n.div_euclid(1_000)),
        _ if is_empty(array) => vec![None; array.len()],
        kind if is_text(kind) || matches!(kind, DataType::Dictionary(..)) => {
            let texts = Texts::new(name, array)?;
            let moment = |at: usize| match texts.get(at).trim() {
                "" => None,
                text => undated.check(first + at, text, named_moment(text)),
            };
            (0..array.len()).map(moment).collect()
        }
        other => {
            let message = format!(
                "column {name:?} is {other}, allowed are timestamps, dates, and text of RFC 3339 or RFC 2822"
            );
            return Err(PyTypeError::new_err(message));
        }
    })
}

/// Rows whose date is none: they count as undated, and the caller is told.
#[derive(Debug, Default)]
pub(crate) struct Undated {
    first: Option<(usize, String)>,
    more: usize,
}

impl Undated {
    fn check(&mut self, row: usize, text: &str, moment: Option<Timestamp>) -> Option<Timestamp> {
        if moment.is_none() {
            self.note(row, moment::unknown(&format!("{text:?}")));
        }
        moment
    }

    fn note(&mut self, row: usize, what: String) {
        match self.first {
            None => self.first = Some((row, what)),
            Some(_) => self.more += 1,
        }
    }

    fn warn(&self, py: Python<'_>) -> PyResult<()> {
        let Some((row, what)) = &self.first else {
            return Ok(());
        };
        let more = match self.more {
            0 => String::new(),
            more => format!(" (and {more} more)"),
        };
        let message = format!("row {row}: {what}; the article counts as undated{more}");
        let category = py.get_type::<PyUserWarning>();
        py.import("warnings")?
            .call_method1("warn", (message, category))
            .map(drop)
    }
}

/// Dicts on their way to columns.
#[derive(Debug, Default)]
struct Dicts {
    ids: Vec<String>,
    /// The ids as numbers, as long as all are.
    numbers: Vec<i64>,
    title: Vec<String>,
    text: Vec<String>,
    published: Vec<Option<Timestamp>>,
}

impl Dicts {
    fn push(
        &mut self,
        row: &Bound<'_, PyAny>,
        names: &Names,
        at: usize,
        undated: &mut Undated,
    ) -> PyResult<()> {
        let row = row.cast::<PyDict>().map_err(|_| {
            let kind = row.get_type();
            PyTypeError::new_err(format!("row {at} is {kind}, allowed is a dict"))
        })?;
        let get = |name: &str| -> PyResult<Option<Bound<'_, PyAny>>> {
            Ok(row.get_item(name)?.filter(|value| !value.is_none()))
        };
        let text = |name: &str| -> PyResult<Option<String>> {
            let Some(value) = get(name)? else {
                return Ok(None);
            };
            let text = value.cast::<PyString>().map_err(|_| {
                let kind = value.get_type();
                PyTypeError::new_err(format!(
                    "row {at}: {name} is {kind}, allowed is a str or None"
                ))
            })?;
            Ok(Some(text.to_cow()?.into_owned()))
        };
        match get(&names.id)? {
            Some(id) if id.is_instance_of::<PyInt>() => {
                if let Ok(number) = id.extract::<i64>() {
                    self.numbers.push(number);
                }
                self.ids.push(id.str()?.to_string());
            }
            Some(_) => self.ids.extend(text(&names.id)?),
            None => self.ids.push(at.to_string()),
        }
        self.title.push(text(&names.title)?.unwrap_or_default());
        self.text.push(text(&names.text)?.unwrap_or_default());
        let published = match get(&names.published)? {
            None => None,
            Some(value) if value.eq("")? => None,
            Some(value) => match moment::moment(&value) {
                Ok(moment) => Some(moment),
                Err(error) => {
                    undated.note(at, error.value(row.py()).to_string());
                    None
                }
            },
        };
        self.published.push(published);
        Ok(())
    }

    fn batch(self) -> Batch {
        let id = LargeStringArray::from(self.ids);
        let all_numbers = self.numbers.len() == id.len() && !self.numbers.is_empty();
        let ids: ArrayRef = match all_numbers {
            true => Arc::new(Int64Array::from(self.numbers)),
            false => Arc::new(id.clone()),
        };
        Batch {
            ids,
            id: Texts::Large(id),
            title: Texts::Large(LargeStringArray::from(self.title)),
            text: Texts::Large(LargeStringArray::from(self.text)),
            published: self.published,
        }
    }
}
