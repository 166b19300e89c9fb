//! Vectors to the lists of their terms: which articles have a term, and with what weight.

use std::ops::Range;

use rayon::prelude::*;

use crate::term::TermVector;

/// Which articles have a term, and with what weight. It is filled again and again, for one stretch of a
/// collection after the other, in memory that is used again.
#[derive(Default)]
pub(super) struct TermIndex {
    /// The articles that have a term, ascending, by their places among the vectors; before each term an `END`.
    pub(super) articles: Vec<u32>,
    /// The weights beside them.
    pub(super) weights: Vec<u16>,
    /// Terms in a row, the rarest first; together all.
    ranges: Vec<TermRange>,
    /// One more than the largest number of a term.
    pub(super) terms: u32,
}

/// No article: the end of a list that is read backwards.
pub(super) const END: u32 = u32::MAX;

/// Terms in a row whose lists one thread makes.
#[derive(Default)]
struct TermRange {
    terms: Range<u32>,
    /// For each term how many have it, then where its next entry belongs.
    next: Vec<u32>,
    /// How many entries its lists take.
    entries: usize,
    /// For each weight of all vectors the place of its own entry: what stands before it are the articles before, so
    /// nothing has to be looked for.
    places: Vec<u32>,
    /// Where the places of each vector begin, one more than there are vectors.
    firsts: Vec<u32>,
}

/// Of so many vectors the terms say where to cut.
const SAMPLE: usize = 1 << 9;

impl TermIndex {
    /// Lists the terms of vectors, in place of what was listed before.
    ///
    /// # Panics
    ///
    /// When they have more than some 2^32 weights.
    pub(super) fn fill(&mut self, vectors: &[&TermVector]) {
        let terms = vectors.iter().filter_map(|vector| vector.terms().last());
        self.terms = terms.max().map_or(0, |last| last + 1);
        self.cut(vectors);
        let ranges = self.ranges.par_iter_mut();
        ranges.for_each(|range| range.count(vectors));
        let entries = self.ranges.iter().map(|range| range.entries).sum();
        assert!(
            u32::try_from(entries).is_ok(),
            "the terms of all articles are numbered with 32 bits"
        );
        if self.articles.len() < entries {
            // zeros are of no use here, as all is written below; but the threads that write are then the first to
            // touch the memory, which takes longer than the writing
            (self.articles, self.weights) = Default::default();
            (self.articles, self.weights) = (vec![0; entries], vec![0; entries]);
        }
        let (mut articles, mut weights) = (&mut self.articles[..], &mut self.weights[..]);
        let mut base = 0;
        let mut parts = Vec::with_capacity(self.ranges.len());
        for range in &mut self.ranges {
            let entries = range.entries;
            let (own_articles, own_weights);
            (own_articles, articles) = articles.split_at_mut(entries);
            (own_weights, weights) = weights.split_at_mut(entries);
            parts.push((range, own_articles, own_weights, base));
            base += entries as u32;
        }
        parts
            .into_par_iter()
            .for_each(|(range, articles, weights, base)| {
                range.list(vectors, articles, weights, base);
            });
    }

    /// Cuts the terms into ranges of about as many weights.
    fn cut(&mut self, vectors: &[&TermVector]) {
        // each reads all vectors
        let ranges = rayon::current_num_threads();
        let sampled = vectors
            .iter()
            .step_by(vectors.len().div_ceil(SAMPLE).max(1));
        let mut sample: Vec<u32> = sampled.flat_map(|vector| vector.terms()).copied().collect();
        sample.sort_unstable();
        let bound = |at: usize| match at {
            0 => 0,
            _ if at == ranges => self.terms,
            // nothing is sampled when there is nothing to cut
            _ => sample.get(at * sample.len() / ranges).copied().unwrap_or(0),
        };
        self.ranges.resize_with(ranges, TermRange::default);
        for (at, range) in self.ranges.iter_mut().enumerate() {
            range.terms = bound(at)..bound(at + 1);
        }
    }

    /// The places of the entries of a vector, in the order of its weights.
    pub(super) fn places(&self, vector: u32) -> impl Iterator<Item = u32> {
        let at = vector as usize;
        let places = self.ranges.iter().map(move |range| {
            let (first, end) = (range.firsts[at], range.firsts[at + 1]);
            &range.places[first as usize..end as usize]
        });
        places.flatten().copied()
    }
}

impl TermRange {
    /// The terms of a vector that are of this range, by their places in it.
    fn of(&self, vector: &TermVector) -> Range<usize> {
        let terms = vector.terms();
        let first = terms.partition_point(|term| *term < self.terms.start);
        let own = terms[first..].partition_point(|term| *term < self.terms.end);
        first..first + own
    }

    /// Counts how many have each term.
    fn count(&mut self, vectors: &[&TermVector]) {
        self.next.clear();
        self.next.resize(self.terms.len(), 0);
        let mut weights = 0;
        self.firsts.clear();
        self.firsts.push(0);
        for vector in vectors {
            let own = &vector.terms()[self.of(vector)];
            for term in own {
                self.next[(term - self.terms.start) as usize] += 1;
            }
            weights += own.len();
            // more than 32 bits hold are refused before they are used
            self.firsts.push(weights as u32);
        }
        let ends = self.next.iter().filter(|length| **length > 0).count();
        self.entries = weights + ends;
    }

    /// Makes the lists, which stand from `base` on among those of all ranges.
    fn list(
        &mut self,
        vectors: &[&TermVector],
        articles: &mut [u32],
        weights: &mut [u16],
        base: u32,
    ) {
        let mut entries = 0;
        for next in self.next.iter_mut().filter(|length| **length > 0) {
            articles[entries as usize] = END;
            let length = std::mem::replace(next, entries + 1);
            entries += 1 + length;
        }
        self.places.clear();
        self.places.reserve_exact(weights.len());
        for (vector, article) in vectors.iter().zip(0..) {
            let (all, own) = (vector.parts(), self.of(vector));
            for (term, weight) in all.0[own.clone()].iter().zip(&all.1[own]) {
                let next = &mut self.next[(term - self.terms.start) as usize];
                articles[*next as usize] = article;
                weights[*next as usize] = *weight;
                self.places.push(base + *next);
                *next += 1;
            }
        }
    }
}
