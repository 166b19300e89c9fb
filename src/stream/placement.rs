//! What an article is to the articles of an index.

use std::collections::BTreeMap;

use serde::Serialize;

use super::entry::{Copy, Entry};
use super::names::{Member, Named};
use super::settlement::Settlement;
use super::state::State;

/// How an article landed, or would land.
///
/// ```
/// use samestory::{Article, Outcome, StoryIndex};
///
/// let index = StoryIndex::new();
/// let text = "A ferry with 212 people on board ran aground off Marr on Thursday.";
/// index.insert(&Article::new("a", "Ferry aground", text)).unwrap();
/// let placement = index.insert(&Article::new("b", "Ferry aground off Marr", text)).unwrap();
/// assert_eq!(placement.outcome, Outcome::Inserted);
/// assert_eq!((&*placement.story, &*placement.group), ("a", "a"));
/// assert_eq!(placement.copies[0].id, "a");
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Placement {
    /// What was done.
    pub outcome: Outcome,
    /// The name of its story.
    pub story: String,
    /// The id of the earliest article of its group.
    pub group: String,
    /// Articles of the index that are the same text, in the order in which they came, with their scores.
    pub copies: Vec<Copied>,
    /// Names of stories that became one with its story; from now on they stand for it.
    pub merged: Vec<String>,
    /// Names of stories that begin here with articles that were in another one.
    pub split: Vec<String>,
}

/// What was done with an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is new.
    Inserted,
    /// It took the place of another version with the same id. Its story keeps its name.
    Updated,
    /// It is there already, with the same text and date; nothing changed.
    Unchanged,
}

/// An article that is the same text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Copied {
    /// Its id.
    pub id: String,
    /// Exact Jaccard similarity of the shingles of both, in [0, 1].
    pub jaccard: f64,
    /// Exact containment of the smaller one's shingles in the other's, in [0, 1].
    pub containment: f64,
}

/// A story of an index.
///
/// ```
/// use samestory::{Article, StoryIndex};
///
/// let index = StoryIndex::new();
/// index.insert(&Article::new("a", "Ferry aground off Marr", "")).unwrap();
/// let story = index.story("a").unwrap();
/// assert_eq!(story.articles, ["a"]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IndexStory {
    /// Its name: the id of its first article, with a number behind it when another story has this name.
    pub name: String,
    /// Names of stories that became one with it.
    pub former: Vec<String>,
    /// The ids of its articles, in the order in which they came.
    pub articles: Vec<String>,
    /// The same by groups, each in the order in which they came; groups by their first.
    pub groups: Vec<Vec<String>>,
}

/// In which order stories are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoryOrder {
    /// As they began.
    Begun,
    /// Those with the most articles first.
    Largest,
    /// Those with the latest article first, by time of publication; undated ones last.
    Latest,
}

/// What a removal, an expiry or a refresh changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Repair {
    /// How many articles were taken out.
    pub removed: usize,
    /// Names of stories that became one with another one, and its name.
    pub merged: Vec<(String, String)>,
    /// Names of stories that began with articles of another one, and its name.
    pub split: Vec<(String, String)>,
}

impl State {
    /// How an article of the index stands.
    pub(super) fn placement(&self, number: u32, outcome: Outcome) -> Placement {
        let entry = &self.entries[number];
        let name = self
            .names
            .get(entry.story)
            .map(|named| named.name.to_string());
        Placement {
            outcome,
            story: name.unwrap_or_default(),
            // while others expire, its earliest may have left already
            group: (self.entries.get(entry.group).unwrap_or(entry).id).to_string(),
            copies: self.copied(&entry.copies),
            merged: Vec::new(),
            split: Vec::new(),
        }
    }

    /// How an article lands, or would land.
    pub(super) fn prospect(
        &self,
        new: &Entry,
        number: u32,
        settlement: &Settlement,
        outcome: Outcome,
    ) -> Placement {
        let entry = |other: u32| match other == number {
            true => new,
            false => &self.entries[other],
        };
        let parts = settlement.members(entry);
        let plan = self.names.plan(&parts, |number| &entry(number).id);
        let changes = self.names.changes(&plan);
        let own = |part: &Vec<Member>| part.iter().any(|&(member, _)| member == number);
        let at = parts.iter().position(own);
        let mut groups = settlement.groups.iter();
        let group = groups.find(|group| group.contains(&number));
        Placement {
            outcome,
            story: at.map_or_else(String::new, |at| plan[at].name.to_string()),
            group: group.map_or_else(String::new, |group| entry(group[0]).id.to_string()),
            copies: self.copied(&new.copies),
            merged: changes.merged.into_iter().map(|(name, _)| name).collect(),
            split: changes.split.into_iter().map(|(name, _)| name).collect(),
        }
    }

    fn copied(&self, copies: &[(u32, Copy)]) -> Vec<Copied> {
        // those from the next number on are in no answer yet
        let there = copies.iter().filter(|&&(number, _)| number < self.next);
        let same = there.filter(|(_, copy)| !copy.recurring);
        same.map(|(number, copy)| Copied {
            id: self.entries[*number].id.to_string(),
            jaccard: copy.overlap().jaccard(),
            containment: copy.overlap().containment(),
        })
        .collect()
    }

    /// A story with its articles by their ids.
    pub(super) fn story(&self, named: &Named) -> IndexStory {
        let id = |number: &u32| self.entries[*number].id.to_string();
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for &number in &named.members {
            groups
                .entry(self.entries[number].group)
                .or_default()
                .push(number);
        }
        let mut groups: Vec<Vec<u32>> = groups.into_values().collect();
        groups.sort_unstable();
        IndexStory {
            name: named.name.to_string(),
            former: named.former.iter().map(ToString::to_string).collect(),
            articles: named.members.iter().map(id).collect(),
            groups: groups
                .iter()
                .map(|group| group.iter().map(id).collect())
                .collect(),
        }
    }
}
