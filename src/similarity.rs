//! A similarity of the caller's own, as one more kind of evidence.

use std::fmt::Debug;
use std::panic::RefUnwindSafe;

/// What the caller knows of two articles that their words do not say: the distance of two
/// embeddings, a shared desk number, the judgement of an editor.
///
/// It counts in every mean of the story tier and in every `same_event`, as one more part of the
/// log-odds. Groups and [crowding](crate::crowding) do not ask it. Give it to a
/// [`Clusterer`](crate::Clusterer::with_similarity).
///
/// # Cost
///
/// Two clusters of m and n articles that are compared for the first time are asked m n times, and
/// the scores of a story ask all its pairs. Keep an answer below a microsecond.
///
/// ```
/// use samestory::{Article, Clusterer, Similarity};
///
/// /// One desk number, one event.
/// #[derive(Debug)]
/// struct Desk;
///
/// impl Similarity for Desk {
///     fn log_odds(&self, a: &str, b: &str) -> f64 {
///         let desk = |id: &str| id.split('/').next().map(str::to_owned);
///         if desk(a) == desk(b) { 0.0 } else { -20.0 }
///     }
///
///     fn most(&self) -> f64 {
///         0.0
///     }
/// }
///
/// let articles = [
///     Article::new("17/a", "Ferry aground off Marr", "The Marr ferry Corrigan ran aground with 212 people on board."),
///     Article::new("17/b", "Corrigan refloated", "Tugs pulled the ferry Corrigan and its 212 people off the Marr rocks."),
///     Article::new("18/a", "Corrigan inquiry", "Marr asks why its ferry Corrigan hit the rocks with 212 on board."),
/// ];
/// let clusterer = Clusterer::new();
/// assert_eq!(clusterer.cluster(&articles).unwrap().stories().len(), 1);
/// let clustering = clusterer.with_similarity(Desk).cluster(&articles).unwrap();
/// assert_eq!(clustering.stories()[0].articles, [0, 1]);
/// ```
pub trait Similarity: Debug + Send + Sync + RefUnwindSafe {
    /// What it adds to the log-odds that the articles with these ids report one event. `a` is the
    /// earlier one in the library's order (by time, then id), so the answer need not be symmetric.
    ///
    /// The same ids must always get the same answer, or results differ from run to run. An answer
    /// that is no number counts as 0, one beyond ±1,000 as ±1,000.
    fn log_odds(&self, a: &str, b: &str) -> f64;

    /// The most that it ever adds. Candidates are looked for down to the words that still suffice
    /// with it: too low, and pairs are missed; too high, and it only gets slower. Two articles
    /// without a common word are never candidates.
    fn most(&self) -> f64;
}

/// The similarity with the ids of the articles, in the library's order.
#[derive(Clone, Copy, Debug)]
pub struct Own<'a> {
    /// What the caller knows.
    pub similarity: &'a dyn Similarity,
    /// The ids of the articles.
    pub ids: &'a [&'a str],
}

/// Log-odds of 1 as an integer: 2^20.
pub(crate) const ONE: f64 = 1_048_576.0;

/// The log-odds of a pair in units of 2^-20, the earlier article first.
pub(crate) fn fixed(similarity: &dyn Similarity, a: &str, b: &str) -> i64 {
    // a cast takes what is no number for 0
    (similarity.log_odds(a, b).clamp(-1000.0, 1000.0) * ONE).round() as i64
}

impl Own<'_> {
    /// The log-odds of two articles by their places, in units of 2^-20.
    pub(crate) fn log_odds(self, a: u32, b: u32) -> i64 {
        let id = |at: u32| self.ids[at as usize];
        fixed(self.similarity, id(a.min(b)), id(a.max(b)))
    }
}
