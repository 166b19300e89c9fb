//! Two articles to passages: where they share their words.

use std::cmp::Reverse;

use ahash::{AHashMap, AHashSet};
use serde::Serialize;

use crate::article::Part;
use crate::sketch::ArticleTokens;

/// A run of words that stands in both articles.
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let articles = [
///     Article::new("a", "Ferry aground", "A ferry with 212 people ran aground."),
///     Article::new("b", "", "Police say a ferry with 212 people is missing."),
/// ];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// let passages = clustering.explain(&articles, 0, 1).unwrap().text.passages;
/// let (in_a, in_b) = (passages[0].a[0], passages[0].b[0]);
/// assert_eq!(&articles[0].part(in_a.part)[in_a.start..in_a.end], "A ferry with 212 people");
/// assert_eq!(&articles[1].part(in_b.part)[in_b.start..in_b.end], "a ferry with 212 people");
/// assert_eq!(passages[0].words, 5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// Where it stands in the first article; two spans if it runs from the title into the body.
    pub a: Vec<Span>,
    /// Where it stands in the second article.
    pub b: Vec<Span>,
    /// How many words it has.
    pub words: usize,
}

/// A place in an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// In title or body.
    pub part: Part,
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// In how many places of the second article a shingle is followed; a bound for texts that repeat
/// themselves.
const PLACES: usize = 16;

/// The runs of shared shingles in the order of the first article, each matched with the longest
/// equal run in the second.
pub(crate) fn passages(a: &ArticleTokens, b: &ArticleTokens, window: usize) -> Vec<Passage> {
    let (in_a, in_b) = (a.windows(window), b.windows(window));
    let shared: AHashSet<u64> = in_a.iter().copied().collect();
    let mut places: AHashMap<u64, Vec<usize>> = AHashMap::new();
    for (at, shingle) in in_b
        .iter()
        .enumerate()
        .filter(|(_, shingle)| shared.contains(shingle))
    {
        let places = places.entry(*shingle).or_default();
        if places.len() < PLACES {
            places.push(at);
        }
    }
    // A text shorter than the window is one shingle of all its words.
    let window = window.min(a.tokens.len());
    let mut passages = Vec::new();
    let mut at = 0;
    while at < in_a.len() {
        let run = |place: usize| {
            in_a[at..]
                .iter()
                .zip(&in_b[place..])
                .take_while(|(x, y)| x == y)
                .count()
        };
        let runs = places
            .get(&in_a[at])
            .into_iter()
            .flatten()
            .map(|&place| (run(place), place));
        match runs.max_by_key(|&(length, place)| (length, Reverse(place))) {
            Some((length, place)) => {
                let words = length - 1 + window;
                let (a, b) = (spans(a, at, at + words), spans(b, place, place + words));
                passages.push(Passage { a, b, words });
                at += length;
            }
            None => at += 1,
        }
    }
    passages
}

/// Where a run of tokens stands.
fn spans(article: &ArticleTokens, from: usize, to: usize) -> Vec<Span> {
    let title = article.title;
    let span = |part, from: usize, to: usize| Span {
        part,
        start: article.tokens[from].start,
        end: article.tokens[to - 1].end,
    };
    let in_title = (from < title).then(|| span(Part::Title, from, to.min(title)));
    let in_body = (to > title).then(|| span(Part::Body, from.max(title), to));
    in_title.into_iter().chain(in_body).collect()
}
