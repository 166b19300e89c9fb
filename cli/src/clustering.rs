//! Articles to their clustering, with a line on the terminal that says how far it is.

use anyhow::Result;
use samestory::{Article, Clusterer, Clustering};

use crate::progress::Meter;
use crate::settings::Settings;
use crate::{count, interrupt};

/// Clusters articles.
///
/// # Errors
///
/// As those of the library.
pub(crate) fn clustering(
    clusterer: &Clusterer,
    articles: &[Article<'_>],
    settings: &Settings,
) -> Result<Clustering> {
    interrupt::doing(format!("clustering {}", count::articles(articles.len())));
    let (_meter, steps) = Meter::of_steps(settings.quiet);
    Ok(clusterer.clone().with_watch(steps).cluster(articles)?)
}
