//! Groups and likely pairs to stories, with the scores of all members.

use std::collections::BTreeMap;

use ahash::AHashSet;
use pyo3::prelude::*;
use samestory::cohesion;
use samestory::evidence::Reports;
use samestory::group::Members;
use samestory::story::stories;
use samestory::term::TermVector;

use super::Steps;
use super::columns::{Columns, integers, scores, vector};
use super::places::Places;
use crate::table::Table;

#[pymethods]
impl Steps {
    /// Whole components of articles (place, published, crowding, vector, group) and all their pairs that are likely one
    /// event or issues of a recurring report (a, b, recurring: 0 or 1) to stories (place, story, score).
    fn stories(
        &self,
        py: Python<'_>,
        articles: &Bound<'_, PyAny>,
        pairs: &Bound<'_, PyAny>,
    ) -> PyResult<Table> {
        let articles = Columns::new(articles)?;
        let places = Places::new(&articles.places("place")?)?;
        let published: Vec<_> = places.in_order(&articles.moments("published")?).collect();
        let crowding: Vec<_> = places.in_order(&articles.numbers("crowding")?).collect();
        let vectors = articles.bytes("vector")?;
        let vectors: Vec<TermVector> = places.in_order(&vectors).map(vector).collect();
        // groups are named by their first article, so they ascend by it
        let mut groups = BTreeMap::<u32, Members>::new();
        for (group, local) in places.in_order(&articles.places("group")?).zip(0..) {
            groups.entry(group).or_default().push(local);
        }
        let groups: Vec<Members> = groups.into_values().collect();
        let pairs = Columns::new(pairs)?;
        let sides = pairs.places("a")?.into_iter().zip(pairs.places("b")?);
        let (mut likely, mut recurring) = (Vec::new(), AHashSet::new());
        for (pair, kind) in sides.zip(pairs.numbers("recurring")?) {
            let pair = places.pair(pair)?;
            match kind {
                0 => likely.push(pair),
                _ => {
                    recurring.insert(pair);
                }
            }
        }
        likely.sort_unstable();
        let (members, cohesion) = self.work(py, || {
            let reports = Reports {
                vectors: &vectors,
                published: &published,
                crowding: &crowding,
                recurring: &recurring,
                model: &self.clusterer.config().event,
                own: None,
            };
            let of_story = |story: Vec<u32>| -> Members {
                let members = story.iter().flat_map(|&group| &groups[group as usize]);
                let mut members: Members = members.copied().collect();
                members.sort_unstable();
                members
            };
            let stories = stories(reports, &groups, &likely, self.clusterer.least());
            let members: Vec<Members> = stories.into_iter().map(of_story).collect();
            let (cohesion, _) = cohesion::of_stories(&members, reports, &likely);
            (members, cohesion)
        });
        let mut found: Vec<(u32, u32, f64)> = Vec::new();
        for (members, cohesion) in members.iter().zip(cohesion) {
            let story = places.place(members[0]);
            let members = cohesion.members.into_iter();
            found.extend(members.map(|(member, score)| (places.place(member), story, score)));
        }
        Table::nullable(vec![
            ("place", integers(found.iter().map(|row| row.0))),
            ("story", integers(found.iter().map(|row| row.1))),
            ("score", scores(found.iter().map(|row| row.2))),
        ])
    }
}
