//! The page of a collection: one HTML file that needs nothing beside it.
//!
//! | file | gives |
//! |---|---|
//! | `selection` | the stories that are on the page |
//! | `shown` | a text as the page shows it, and where its bytes went |
//! | `shortening` | how much of the texts fits |
//! | `comparison` | the members of a story with each other |
//! | `heat`, `timeline`, `chart` | drawings |
//! | `overview`, `story` | what the templates fill in |
//! | `templates` | the page itself, its style and its script |

mod chart;
mod comparison;
mod heat;
mod link;
mod moment;
mod overview;
mod policy;
mod selection;
mod shortening;
mod shown;
mod story;
mod timeline;
mod wording;

#[cfg(test)]
mod tests;

use anyhow::Result;
use askama::Template;
use rayon::prelude::*;
use samestory::{Article, Clusterer, Clustering};

use crate::count;
use comparison::Comparison;
use overview::Overview;
use selection::Selection;
use shortening::Shortening;

/// What the page is about.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Collection<'a> {
    pub(crate) articles: &'a [Article<'a>],
    /// For each article.
    pub(crate) origins: &'a [Origin<'a>],
    pub(crate) clusterer: &'a Clusterer,
    pub(crate) clustering: &'a Clustering,
}

/// Where an article comes from, as far as that is known.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Origin<'a> {
    pub(crate) source: Option<&'a str>,
    /// As it was read: it may be anything.
    pub(crate) url: Option<&'a str>,
}

/// How much a page may hold. What is beyond is left out, and the page says so.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of the whole page: texts are shortened and, if that is not enough, stories left out.
    pub(crate) bytes: usize,
    /// Articles of the page.
    pub(crate) articles: usize,
    /// Articles of one story.
    pub(crate) members: usize,
    /// Articles of one story that the heat map shows.
    pub(crate) heat: usize,
    /// In stories of so many articles all pairs are compared.
    pub(crate) all_pairs: usize,
    /// Pairs of the whole page; if they are more, `all_pairs` gets smaller.
    pub(crate) pairs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bytes: 15_000_000,
            articles: 10_000,
            members: 200,
            heat: 60,
            all_pairs: 16,
            pairs: 12_000,
        }
    }
}

/// The whole page.
///
/// # Errors
///
/// When the articles are not those that were clustered.
pub(crate) fn page(collection: &Collection<'_>, limits: &Limits) -> Result<String> {
    let mut limits = *limits;
    loop {
        let page = attempt(collection, &limits)?;
        if page.len() <= limits.bytes || limits.articles == 0 {
            return Ok(page);
        }
        limits.articles /= 2;
    }
}

/// The page with as many articles as the limits allow; too long if even without texts it is.
fn attempt(collection: &Collection<'_>, limits: &Limits) -> Result<String> {
    let selection = Selection::new(collection, limits);
    let comparisons = selection
        .several
        .par_iter()
        .map(|members| Comparison::new(collection, members, selection.all_pairs, limits))
        .collect::<Result<Vec<_>>>()?;
    let overview = Overview::new(collection);
    let render = |shortening: &Shortening| -> Result<String> {
        let stories = selection
            .several
            .par_iter()
            .zip(&comparisons)
            .enumerate()
            .map(|(place, (members, comparison))| {
                story::rendered(collection, place, members, comparison, shortening)
            })
            .collect::<Result<Vec<_>>>()?;
        let alone = selection
            .alone
            .iter()
            .map(|&at| story::alone(collection, at, shortening));
        let page = Page {
            policy: policy::policy(),
            stories_number: count::number(stories.len() as u64),
            alone_number: count::number(selection.alone.len() as u64),
            overview: &overview,
            stories,
            alone: alone.collect(),
            left_out: selection.left_out,
            all_pairs: selection.all_pairs,
            fewer_pairs: comparisons.iter().any(|comparison| !comparison.complete),
            shortened: shortening.shortens(),
        };
        Ok(page.render()?)
    };
    // More of the texts than fit, to see what the page takes without them. With less of them it takes no more, but
    // for the words that they are shortened.
    let ample = Shortening::new(collection, &selection, 2 * limits.bytes);
    let page = render(&ample)?;
    if page.len() <= limits.bytes {
        return Ok(page);
    }
    let around = page.len() - ample.length(collection, &selection);
    let words = 500 + 50 * collection.articles.len().min(limits.articles);
    let room = limits.bytes.saturating_sub(around + words);
    render(&Shortening::new(collection, &selection, room))
}

/// The page as its template takes it.
#[derive(Template)]
#[template(path = "page.html")]
struct Page<'a> {
    policy: String,
    overview: &'a Overview,
    /// Stories of several articles, rendered.
    stories: Vec<story::Rendered>,
    stories_number: String,
    alone_number: String,
    /// Articles that stand alone.
    alone: Vec<story::Member<'a>>,
    left_out: selection::LeftOut,
    all_pairs: usize,
    /// Whether there are stories of more articles than that.
    fewer_pairs: bool,
    shortened: bool,
}

impl Page<'_> {
    const STYLE: &'static str = policy::STYLE;
    const SCRIPT: &'static str = policy::SCRIPT;
}
