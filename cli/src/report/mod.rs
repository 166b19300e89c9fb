//! The page of a collection: one HTML file without anything beside it.

use anyhow::Result;
use samestory::{Article, Clusterer, Clustering};
use samestory_rows::Row;

/// What the page is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collection<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) articles: &'a [Article<'a>],
    pub(crate) clusterer: &'a Clusterer,
    pub(crate) clustering: &'a Clustering,
}

/// The whole page.
///
/// # Errors
///
/// When two articles cannot be explained.
pub(crate) fn page(collection: &Collection<'_>) -> Result<String> {
    let Collection {
        rows,
        articles,
        clusterer,
        clustering,
    } = collection;
    anyhow::ensure!(rows.len() == articles.len(), "{clusterer:?}");
    Ok(format!(
        "<!doctype html><title>{} articles in {} stories</title>",
        articles.len(),
        clustering.stories().len()
    ))
}
