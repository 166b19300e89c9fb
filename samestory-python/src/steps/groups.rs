//! Articles with the same words to groups.

use ahash::AHashMap;
use pyo3::prelude::*;
use samestory::cohesion;
use samestory::group::{Texts, groups};
use samestory::recurrence::recurs;
use samestory::score::SameText;
use samestory::shingle::Shingles;

use super::Steps;
use super::columns::{Columns, hashes, integers, scores, small};
use super::places::Places;
use super::texts::compared;
use crate::table::Table;

/// What a row of the outcome is.
const MEMBER: i32 = 0;
const SAME: i32 = 1;
const RECURRING: i32 = 2;

#[pymethods]
impl Steps {
    /// Whole components of articles with the same words (place, published, numbers, component, twin, shingles) and
    /// all their pairs (a, b, shared, smaller, larger) to rows (kind, a, b, score): 0 for an article, its group and
    /// its score in it, 1 for a pair that is the same text, 2 for issues of a recurring report. Of articles with the
    /// same twin in a component one has the shingles of all.
    fn groups(
        &self,
        py: Python<'_>,
        articles: &Bound<'_, PyAny>,
        pairs: &Bound<'_, PyAny>,
    ) -> PyResult<Table> {
        let articles = Columns::new(articles)?;
        let places = Places::new(&articles.places("place")?)?;
        let published: Vec<_> = places.in_order(&articles.moments("published")?).collect();
        let numbers = articles.bytes("numbers")?;
        let numbers = places.in_order(&numbers).map(|bytes| hashes(bytes).into());
        let numbers: Vec<Box<[u64]>> = numbers.collect();
        let components = articles.numbers("component")?.into_iter();
        let twins: Vec<(i64, i64)> = components.zip(articles.numbers("twin")?).collect();
        let stated = twins.iter().zip(articles.bytes("shingles")?);
        let stated: AHashMap<(i64, i64), Shingles> = stated
            .filter(|(_, shingles)| shingles.is_some())
            .map(|(&twin, shingles)| (twin, Shingles::of_hashes(hashes(shingles))))
            .collect();
        let shingles = places.in_order(&twins).map(|twin| stated.get(&twin));
        let shingles: Vec<Shingles> = shingles
            .map(|set| set.cloned().unwrap_or_default())
            .collect();
        let mut alike = Vec::new();
        for (pair, overlap) in compared(&Columns::new(pairs)?)? {
            alike.push((places.pair(pair)?, overlap));
        }
        alike.sort_unstable_by_key(|&(pair, _)| pair);
        let same_text = SameText::new(self.clusterer.config());
        let (recurring, same, groups, cohesion) = self.work(py, || {
            let of = |article: u32| (&numbers[article as usize][..], published[article as usize]);
            let (recurring, mut same): (Vec<_>, Vec<_>) = alike
                .into_iter()
                .partition(|&((a, b), _)| recurs(of(a), of(b)));
            same.retain(|(_, overlap)| same_text.holds(overlap));
            let texts = Texts {
                shingles: &shingles,
                numbers: &numbers,
                published: &published,
            };
            let groups = groups(texts, &same, &same_text);
            let cohesion = cohesion::of_groups(&groups, &shingles);
            (recurring, same, groups, cohesion)
        });
        let mut found: Vec<(i32, u32, u32, f64)> = Vec::new();
        for (members, cohesion) in groups.iter().zip(cohesion) {
            let group = places.place(members[0]);
            let members = cohesion.members.into_iter();
            found.extend(
                members.map(|(member, score)| (MEMBER, places.place(member), group, score)),
            );
        }
        for (kind, pairs) in [(SAME, &same), (RECURRING, &recurring)] {
            let pair = |&((a, b), overlap): &((u32, u32), samestory::score::Overlap)| {
                (kind, places.place(a), places.place(b), overlap.jaccard())
            };
            found.extend(pairs.iter().map(pair));
        }
        Table::nullable(vec![
            ("kind", small(found.iter().map(|row| row.0))),
            ("a", integers(found.iter().map(|row| row.1))),
            ("b", integers(found.iter().map(|row| row.2))),
            ("score", scores(found.iter().map(|row| row.3))),
        ])
    }
}
