//! The outcome for a whole collection: groups, stories and the scores of all.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::background::Background;
use crate::config::Config;
use crate::score::ScoredPair;
use crate::similarity::Similarity;
use crate::term::Vocabulary;

/// Articles with the same text: every two of them reach the thresholds. [`Clustering`] has an
/// example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Index of the story it belongs to.
    pub story: usize,
    /// Positions of its articles in the input, the earliest first. The group's id is the first one's.
    pub articles: Vec<usize>,
    /// Mean containment over its pairs, in [0, 1]; 1 for a single article.
    pub cohesion: f64,
}

/// Articles about the same event. [`Clustering`] has an example.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// Positions of its articles in the input, the earliest first. The story's id is the first one's.
    pub articles: Vec<usize>,
    /// Indices of its groups, the one with the earliest article first.
    pub groups: Vec<usize>,
    /// Mean `same_event` over its pairs, in [0, 1]; 1 for a single article.
    pub cohesion: f64,
    /// The highest mean `same_event` over the pairs with another story's articles, in [0, 1].
    ///
    /// Looked at are the stories with which it has a reported pair; 0 if there are none, in which
    /// case every mean is below the threshold.
    pub separation: f64,
}

/// Where one article belongs. [`Clustering`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// Index of its story.
    pub story: usize,
    /// Index of its group.
    pub group: usize,
    /// Mean `same_event` with the other articles of the story, in [0, 1]; 1 if it is alone.
    pub score: f64,
    /// Mean containment with the other articles of the group, in [0, 1]; 1 if it is alone.
    pub group_score: f64,
}

/// The groups and stories of a collection. Articles are named by their position in the input.
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let articles = [
///     Article::new("b", "Cup final", "Stannick won the cup with a late goal in extra time."),
///     Article::new("a", "Cup final", "Stannick won the cup with a late goal in extra time."),
///     Article::new("c", "Ferry aground", "A ferry ran aground off Marr."),
/// ];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// // Undated articles are ordered by id.
/// assert_eq!(clustering.stories()[0].articles, [1, 0]);
/// assert_eq!(clustering.groups()[0].articles, [1, 0]);
/// assert_eq!(clustering.assignments()[0].group_score, 1.0);
/// assert_eq!(clustering.assignments()[2].story, 1);
/// let pair = clustering.pairs()[0];
/// assert_eq!((pair.a, pair.b, pair.jaccard, pair.same_text), (1, 0, 1.0, true));
/// ```
#[derive(Clone, Debug)]
pub struct Clustering {
    pub(crate) stories: Vec<Story>,
    pub(crate) groups: Vec<Group>,
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) pairs: Vec<ScoredPair>,
    pub(crate) config: Config,
    pub(crate) vocabulary: Vocabulary,
    pub(crate) background: Background,
    /// For each article, in the order of the input.
    pub(crate) crowding: Vec<i64>,
    pub(crate) similarity: Option<Arc<dyn Similarity>>,
}

impl Clustering {
    /// The stories, the one with the earliest article first. Each article is in exactly one.
    #[must_use]
    pub fn stories(&self) -> &[Story] {
        &self.stories
    }

    /// The groups, the one with the earliest article first. Each article is in exactly one.
    #[must_use]
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// For each article, in the order of the input, where it belongs.
    #[must_use]
    pub fn assignments(&self) -> &[Assignment] {
        &self.assignments
    }

    /// The pairs that were found to be the same text or, at the threshold, the same event, in the
    /// library's order. Each reaches its threshold exactly.
    ///
    /// Among articles with the same words (but for words that no other has), and in sets of more than 32 much alike, only those
    /// pairs are listed that hold the set together ([`candidate`](crate::candidate) says which).
    #[must_use]
    pub fn pairs(&self) -> &[ScoredPair] {
        &self.pairs
    }
}
