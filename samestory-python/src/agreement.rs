//! How well found stories agree with what people said.

use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use samestory::agreement;

/// Compare found stories with gold labels.
///
/// Parameters
/// ----------
/// gold, found : iterable of str or int
///     The labels of the same articles in the same order: lists, or columns of pandas, polars or pyarrow. Articles
///     without a gold label (None) are not judged.
///
/// Returns
/// -------
/// Agreement
///
/// Raises
/// ------
/// ValueError
///     There are more labels of one kind than of the other, or a found label is missing.
///
/// Examples
/// --------
/// >>> import samestory
/// >>> samestory.evaluate(["ferry", "ferry", "cup", "cup"], [1, 1, 2, 3])
/// <samestory.Agreement of 4 articles: BCubed F1 0.8571, pairs F1 0.6667, V-measure 0.8000, adjusted Rand 0.5714>
#[pyfunction]
pub(crate) fn evaluate(gold: &Bound<'_, PyAny>, found: &Bound<'_, PyAny>) -> PyResult<Agreement> {
    let (gold, found) = (labels("gold", gold)?, labels("found", found)?);
    if gold.len() != found.len() {
        let message = format!(
            "{} gold labels and {} found ones; give one of each for every article, in the same order",
            gold.len(),
            found.len()
        );
        return Err(PyValueError::new_err(message));
    }
    let mut judged = Vec::with_capacity(gold.len());
    for (at, (gold, found)) in gold.into_iter().zip(found).enumerate() {
        let Some(gold) = gold else { continue };
        let missing = || PyValueError::new_err(format!("article {at} has no found label"));
        judged.push((gold, found.ok_or_else(missing)?));
    }
    Ok(Agreement(agreement::Agreement::new(judged)))
}

/// Labels as text; numbers are labels too.
fn labels(name: &str, labels: &Bound<'_, PyAny>) -> PyResult<Vec<Option<String>>> {
    // columns of pyarrow give scalars of their own
    let list = match labels.hasattr("to_pylist")? {
        true => labels.call_method0("to_pylist")?,
        false => labels.clone(),
    };
    let all = list.try_iter().map_err(|_| {
        let kind = labels.get_type();
        PyTypeError::new_err(format!(
            "{name} is {kind}, allowed are lists and columns of labels"
        ))
    })?;
    let label = |label: PyResult<Bound<'_, PyAny>>| -> PyResult<Option<String>> {
        let label = label?;
        // what is missing in pandas is no number, which is not equal to itself
        let missing = label.is_none() || label.ne(&label)?;
        Ok(if missing {
            None
        } else {
            Some(label.str()?.to_string())
        })
    };
    all.map(label).collect()
}

/// How well a clustering agrees with the gold labels of the same articles.
#[pyclass(frozen, eq, module = "samestory")]
#[derive(Debug, PartialEq)]
pub(crate) struct Agreement(agreement::Agreement);

/// Precision, recall and their harmonic mean, each in [0, 1].
#[pyclass(frozen, eq, module = "samestory")]
#[derive(Debug, PartialEq)]
pub(crate) struct Quotients(agreement::Quotients);

#[pymethods]
impl Quotients {
    /// How much of what was found is right.
    #[getter]
    const fn precision(&self) -> f64 {
        self.0.precision
    }

    /// How much of what is right was found.
    #[getter]
    const fn recall(&self) -> f64 {
        self.0.recall
    }

    /// The harmonic mean of both.
    #[getter]
    fn f1(&self) -> f64 {
        self.0.f1()
    }

    fn __repr__(&self) -> String {
        let agreement::Quotients { precision, recall } = self.0;
        format!(
            "<samestory.Quotients: precision {precision:.4}, recall {recall:.4}, F1 {:.4}>",
            self.0.f1()
        )
    }
}

#[pymethods]
impl Agreement {
    /// How many articles were compared.
    #[getter]
    const fn articles(&self) -> usize {
        self.0.articles
    }

    /// How many sets were found.
    #[getter]
    const fn stories(&self) -> usize {
        self.0.stories
    }

    /// How many sets there are in the gold.
    #[getter]
    const fn gold_stories(&self) -> usize {
        self.0.gold_stories
    }

    /// BCubed (Amigó and others 2009): the one to look at first.
    #[getter]
    const fn bcubed(&self) -> Quotients {
        Quotients(self.0.bcubed)
    }

    /// Over pairs of articles; a large set counts by its square.
    #[getter]
    const fn pairs(&self) -> Quotients {
        Quotients(self.0.pairs)
    }

    /// Homogeneity as precision, completeness as recall (Rosenberg and Hirschberg 2007).
    #[getter]
    const fn v_measure(&self) -> Quotients {
        Quotients(self.0.v_measure)
    }

    /// The Rand index beyond chance (Hubert and Arabie 1985): 1 for equal sets, about 0 for random ones.
    #[getter]
    const fn adjusted_rand(&self) -> f64 {
        self.0.adjusted_rand
    }

    fn __repr__(&self) -> String {
        let agreement::Agreement {
            articles,
            bcubed,
            pairs,
            v_measure,
            adjusted_rand,
            ..
        } = self.0;
        format!(
            "<samestory.Agreement of {articles} articles: BCubed F1 {:.4}, pairs F1 {:.4}, V-measure {:.4}, adjusted Rand {adjusted_rand:.4}>",
            bcubed.f1(),
            pairs.f1(),
            v_measure.f1()
        )
    }
}
