//! What an article is to the articles of an index, and what a repair changed.

use pyo3::prelude::*;
use samestory::Outcome;

/// How an article landed, or would land.
#[pyclass(frozen, get_all, eq, module = "samestory")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placement {
    /// ``"inserted"``, ``"updated"`` (a new version of an article that was there) or ``"unchanged"``.
    outcome: &'static str,
    /// The name of its story.
    story: String,
    /// The id of the earliest article of its group.
    group: String,
    /// Articles of the index that are the same text.
    copies: Vec<Copied>,
    /// Names of stories that became one with its story.
    merged: Vec<String>,
    /// Names of stories that begin here with articles that were in another one.
    split: Vec<String>,
}

impl From<samestory::Placement> for Placement {
    fn from(placement: samestory::Placement) -> Self {
        Self {
            outcome: match placement.outcome {
                Outcome::Inserted => "inserted",
                Outcome::Updated => "updated",
                Outcome::Unchanged => "unchanged",
            },
            story: placement.story,
            group: placement.group,
            copies: placement.copies.into_iter().map(Copied::from).collect(),
            merged: placement.merged,
            split: placement.split,
        }
    }
}

#[pymethods]
impl Placement {
    fn __repr__(&self) -> String {
        let Self {
            outcome,
            story,
            group,
            copies,
            ..
        } = self;
        format!(
            "<samestory.Placement {outcome}: story {story:?}, group {group:?}, {} copies>",
            copies.len()
        )
    }
}

/// An article that is the same text.
#[pyclass(frozen, get_all, eq, from_py_object, module = "samestory")]
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Copied {
    /// Its id.
    id: String,
    /// Exact Jaccard similarity of the shingles of both, in [0, 1].
    jaccard: f64,
    /// Exact containment of the smaller one's shingles in the other's, in [0, 1].
    containment: f64,
}

impl From<samestory::Copied> for Copied {
    fn from(copied: samestory::Copied) -> Self {
        let samestory::Copied {
            id,
            jaccard,
            containment,
        } = copied;
        Self {
            id,
            jaccard,
            containment,
        }
    }
}

#[pymethods]
impl Copied {
    fn __repr__(&self) -> String {
        let Self {
            id,
            jaccard,
            containment,
        } = self;
        format!("<samestory.Copied {id:?}: jaccard {jaccard:.3}, containment {containment:.3}>")
    }
}

/// A story of an index.
#[pyclass(frozen, get_all, eq, module = "samestory")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct IndexStory {
    /// Its name: the id of its first article, with a number behind it when another story has this name.
    name: String,
    /// Names of stories that became one with it.
    former: Vec<String>,
    /// The ids of its articles, in the order in which they came.
    articles: Vec<String>,
    /// The same by groups.
    groups: Vec<Vec<String>>,
}

impl From<samestory::IndexStory> for IndexStory {
    fn from(story: samestory::IndexStory) -> Self {
        let samestory::IndexStory {
            name,
            former,
            articles,
            groups,
        } = story;
        Self {
            name,
            former,
            articles,
            groups,
        }
    }
}

#[pymethods]
impl IndexStory {
    fn __len__(&self) -> usize {
        self.articles.len()
    }

    fn __repr__(&self) -> String {
        let Self {
            name,
            articles,
            groups,
            ..
        } = self;
        format!(
            "<samestory.IndexStory {name:?}: {} articles, {} groups>",
            articles.len(),
            groups.len()
        )
    }
}

/// What a removal, an expiry or a refresh changed.
#[pyclass(frozen, get_all, eq, module = "samestory")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Repair {
    /// How many articles were taken out.
    removed: usize,
    /// Names of stories that became one with another one, and its name.
    merged: Vec<(String, String)>,
    /// Names of stories that began with articles of another one, and its name.
    split: Vec<(String, String)>,
}

impl From<samestory::Repair> for Repair {
    fn from(repair: samestory::Repair) -> Self {
        let samestory::Repair {
            removed,
            merged,
            split,
        } = repair;
        Self {
            removed,
            merged,
            split,
        }
    }
}

#[pymethods]
impl Repair {
    fn __repr__(&self) -> String {
        let Self {
            removed,
            merged,
            split,
        } = self;
        format!(
            "<samestory.Repair: {removed} removed, {} merged, {} split>",
            merged.len(),
            split.len()
        )
    }
}
