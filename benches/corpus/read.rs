//! Collections that have been read: what the steps after the text take.

use samestory::candidate::{self, Pair};
use samestory::evidence::{self, Evidence, Reports};
use samestory::group::Members;
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
            rows,
        };
        let signer = Signer::new(Clusterer::new().bands().num_hashes());
        for row in &read.rows {
            let sketch = Sketch::new(&row.article(), Config::default().shingle_words, &signer);
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

    /// Every candidate that is the same text, with its overlap.
    pub(crate) fn same_text(&self) -> Vec<(Pair, Overlap)> {
        let limits = SameText::new(&Config::default());
        let pairs = candidate::from_buckets(&self.signatures, Clusterer::new().bands()).into_iter();
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
        let mut pairs = candidate::from_terms(&self.vectors, least_dot());
        pairs.retain(|&pair| self.evidence(pair).log_odds() >= LEAST);
        pairs
    }

    pub(crate) fn evidence(&self, (a, b): Pair) -> Evidence {
        let (a, b) = (a as usize, b as usize);
        Evidence::of_pair(
            &self.vectors[a],
            self.published[a],
            &self.vectors[b],
            self.published[b],
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

/// The log-odds of the default `same_event` of 0.2, ln(0.2 / 0.8).
pub(crate) const LEAST: f64 = -1.386_294_361_119_890_6;

/// The dot product below which no pair reaches [`LEAST`].
pub(crate) fn least_dot() -> u64 {
    ((LEAST - evidence::BIAS) / evidence::PER_COSINE * TermVector::DOT_ONE as f64) as u64
}
