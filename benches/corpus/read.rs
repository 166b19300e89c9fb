//! Collections that have been read: what the steps after the text take.

use ahash::AHashSet;
use samestory::bucket::Buckets;
use samestory::candidate::{self, Pair};
use samestory::evidence::{EventModel, Evidence, Reports};
use samestory::group::{Members, Texts};
use samestory::score::{Overlap, SameText};
use samestory::shingle::Shingles;
use samestory::signature::{Signature, Signer};
use samestory::sketch::Sketch;
use samestory::term::{TermVector, Terms, Vocabulary};
use samestory::{Background, Clusterer, Config, Timestamp};

use super::collection::{Collection, Row};

/// A collection after the steps that read it, in the library's order: what the later steps take.
pub(crate) struct Read {
    pub(crate) rows: Vec<Row>,
    pub(crate) shingles: Vec<Shingles>,
    pub(crate) signatures: Vec<Option<Signature>>,
    pub(crate) terms: Vec<Terms>,
    pub(crate) vectors: Vec<TermVector>,
    pub(crate) published: Vec<Option<Timestamp>>,
    pub(crate) numbers: Vec<Box<[u64]>>,
    pub(crate) crowding: Vec<i64>,
    pub(crate) recurring: AHashSet<Pair>,
    pub(crate) model: EventModel,
}

impl Read {
    /// Reads a collection with the default configuration.
    pub(crate) fn new(collection: Collection) -> Self {
        let mut rows = collection.rows;
        rows.sort_by(|a, b| {
            let rank = |row: &Row| (row.published.is_none(), row.published);
            rank(a).cmp(&rank(b)).then_with(|| a.id.cmp(&b.id))
        });
        let mut read = Self {
            shingles: Vec::new(),
            signatures: Vec::new(),
            terms: Vec::new(),
            vectors: Vec::new(),
            published: rows.iter().map(|row| row.published).collect(),
            numbers: Vec::new(),
            crowding: vec![0; rows.len()],
            recurring: AHashSet::new(),
            model: EventModel::default(),
            rows,
        };
        let background = Background::english();
        let signer = Signer::new(Clusterer::new().bands().num_hashes());
        for row in &read.rows {
            let words = Config::default().shingle_words;
            let sketch = Sketch::new(&row.article(), words, &signer, &background);
            read.numbers.push(sketch.terms.numbers().into());
            read.shingles.push(sketch.shingles);
            read.signatures.push(sketch.signature);
            read.terms.push(sketch.terms);
        }
        let vocabulary = read.vocabulary();
        read.weighed(&vocabulary)
    }

    /// The same with the term weights of another collection.
    pub(crate) fn weighed(mut self, vocabulary: &Vocabulary) -> Self {
        self.vectors = self
            .terms
            .iter()
            .map(|terms| vocabulary.vector(terms))
            .collect();
        self
    }

    /// What the story tier takes.
    pub(crate) fn reports(&self) -> Reports<'_> {
        Reports {
            vectors: &self.vectors,
            published: &self.published,
            crowding: &self.crowding,
            recurring: &self.recurring,
            model: &self.model,
            own: None,
        }
    }

    /// What the group tier takes.
    pub(crate) fn texts(&self) -> Texts<'_> {
        Texts {
            shingles: &self.shingles,
            numbers: &self.numbers,
            published: &self.published,
        }
    }

    /// What the terms of the collection weigh.
    pub(crate) fn vocabulary(&self) -> Vocabulary {
        Vocabulary::new(
            &self.terms,
            &Background::english(),
            Config::default().background_trust,
        )
    }

    /// The bucket keys of all signatures.
    pub(crate) fn buckets(&self) -> Buckets {
        let mut buckets = Buckets::new(Clusterer::new().bands());
        for signature in &self.signatures {
            buckets.push(signature.as_ref().map(Signature::slots));
        }
        buckets
    }

    /// Every candidate that is the same text, with its overlap.
    pub(crate) fn same_text(&self) -> Vec<(Pair, Overlap)> {
        let limits = SameText::new(&Config::default());
        let pairs = candidate::from_buckets(&[self.buckets()]).into_iter();
        let scored = pairs.map(|pair| {
            (
                pair,
                Overlap::new(
                    &self.shingles[pair.0 as usize],
                    &self.shingles[pair.1 as usize],
                ),
            )
        });
        scored
            .filter(|(_, overlap)| limits.holds(overlap))
            .collect()
    }

    /// Every candidate that is probably the same event.
    pub(crate) fn likely(&self) -> Vec<Pair> {
        let near = candidate::from_terms(&self.vectors, &self.published, least_dot());
        let pairs = near.into_iter().map(|(pair, _)| pair);
        pairs
            .filter(|&pair| self.model.log_odds(&self.evidence(pair)) >= LEAST)
            .collect()
    }

    pub(crate) fn evidence(&self, (a, b): Pair) -> Evidence {
        let (a, b) = (a as usize, b as usize);
        Evidence::new(
            self.vectors[a].dot(&self.vectors[b]),
            self.crowding[a] + self.crowding[b],
            self.published[a],
            self.published[b],
            false,
        )
    }

    /// The planted copies as groups, ordered by their first article.
    pub(crate) fn planted_groups(&self) -> Vec<Members> {
        let texts = self
            .rows
            .iter()
            .map(|row| row.text)
            .max()
            .map_or(0, |last| last + 1);
        let mut groups = vec![Members::new(); texts];
        for (row, article) in self.rows.iter().zip(0..) {
            groups[row.text].push(article);
        }
        groups.retain(|members| !members.is_empty());
        groups.sort_unstable_by_key(|members| members[0]);
        groups
    }
}

/// The log-odds of the default `same_event` of 0.17, ln(0.17 / 0.83).
pub(crate) const LEAST: f64 = -1.585_627_263_740_382_8;

/// The dot product below which no pair reaches [`LEAST`].
pub(crate) fn least_dot() -> u32 {
    EventModel::default().least_dot(LEAST)
}
