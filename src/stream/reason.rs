//! Why two articles of an index are together, or why they are not.

use std::ops::Add;

use super::arrival::ReadArticle;
use super::entry::Entry;
use super::state::State;
use crate::article::Article;
use crate::cluster::Clusterer;
use crate::error::{Error, ErrorKind};
use crate::evidence::Evidence;
use crate::explain::{Decision, Explainer, Explanation, Reading};

impl State {
    /// Explains the relation of two articles of the index, given with their texts.
    pub(super) fn explain(
        &self,
        a: &Article<'_>,
        b: &Article<'_>,
        clusterer: &Clusterer,
    ) -> Result<Explanation, Error> {
        let (of_a, first) = self.reading(a, clusterer)?;
        let (of_b, second) = self.reading(b, clusterer)?;
        let explainer = Explainer {
            config: clusterer.config(),
            similarity: None,
        };
        let number = |term| self.dictionary.number(term);
        let spelled = first.spelled(clusterer.background(), number);
        Ok(Explanation {
            decision: self.decision(of_a, of_b, clusterer),
            text: explainer.text_evidence(&first, &second),
            event: explainer.event_evidence(&first, &second, &spelled),
        })
    }

    fn reading<'a>(
        &self,
        article: &Article<'a>,
        clusterer: &Clusterer,
    ) -> Result<(u32, Reading<'a>), Error> {
        let read = (article, ReadArticle::new(article, clusterer));
        let known = self.version(&read);
        let Some((number, true)) = known else {
            let message = match known {
                None => format!("the index has no article {:?}; insert it first", article.id),
                Some(_) => format!(
                    "the index has another text or date of article {:?}; give the version that was inserted last",
                    article.id
                ),
            };
            return Err(Error::new(ErrorKind::UnknownArticle, message));
        };
        let (entry, read) = (&self.entries[number], read.1);
        let reading = Reading {
            article: *article,
            words: read.tokens,
            shingles: read.text.shingles,
            numbers: read.text.numbers,
            vector: entry.vector.vector(),
            crowding: entry.crowding,
        };
        Ok((number, reading))
    }

    fn decision(&self, a: u32, b: u32, clusterer: &Clusterer) -> Decision {
        let (of_a, of_b) = (&self.entries[a], &self.entries[b]);
        let limit = clusterer.least();
        let model = &clusterer.config().event;
        let members = |entry: &Entry| {
            let story = self.names.get(entry.story);
            story.map_or_else(Vec::new, |story| story.members.clone())
        };
        if of_a.group == of_b.group {
            let mut group = members(of_a);
            group.retain(|&member| self.entries[member].group == of_a.group);
            return Decision::SameGroup {
                articles: group.len(),
            };
        }
        let log_odds = |from: &[u32], to: &[u32]| {
            let pairs = from.iter().flat_map(|&a| {
                let vector = self.entries[a].vector.vector();
                to.iter().map(move |&b| {
                    let dot = self.entries[b].vector.vector().dot(&vector);
                    self.evidence(a, b, dot)
                })
            });
            model.log_odds(&pairs.fold(Evidence::default(), Evidence::add))
        };
        if of_a.story != of_b.story {
            return Decision::Apart {
                log_odds: log_odds(&members(of_a), &members(of_b)),
                limit,
            };
        }
        let with_others = |one: u32| {
            let mut others = members(of_a);
            others.retain(|&other| other != one);
            log_odds(&[one], &others)
        };
        Decision::SameStory {
            a_log_odds: with_others(a),
            b_log_odds: with_others(b),
            limit,
        }
    }

    fn evidence(&self, a: u32, b: u32, dot: u64) -> Evidence {
        let (of_a, of_b) = (&self.entries[a], &self.entries[b]);
        Evidence::new(
            dot,
            of_a.crowding + of_b.crowding,
            of_a.published,
            of_b.published,
            of_a.recurs_with(b),
        )
    }
}
