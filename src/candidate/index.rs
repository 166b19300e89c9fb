//! Vectors to the lists of their terms: which articles have a term, and with what weight.

use std::ops::Range;

use rayon::prelude::*;

use crate::term::TermVector;

/// Which articles have a term, and with what weight. It is filled again and again, for one stretch of a
/// collection after the other, in memory that is used again.
#[derive(Default)]
pub(super) struct TermIndex {
    /// The articles that have a term, ascending, by their places among the vectors; before each term an [`END`].
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
    /// For each term how many of those that are looked up have it, then where its next entry belongs.
    next: Vec<u32>,
    /// How many of those before them have it, then how many of these are still to be left out.
    left_out: Vec<u32>,
    /// How many entries its lists take.
    entries: usize,
    /// For each weight of the vectors that are looked up the place of its own entry: what stands before it are the
    /// articles before, so nothing has to be looked for.
    places: Vec<u32>,
    /// Where the places of each of them begin, one more than there are.
    firsts: Vec<u32>,
}

/// Of so many vectors the terms say where to cut.
const SAMPLE: usize = 1 << 9;

impl TermIndex {
    /// Lists the terms of vectors, in place of what was listed before. Those from `searched` on are going to be
    /// looked up; of those before them each list has the last `most` at most.
    ///
    /// # Panics
    ///
    /// When they have more than some 2^32 weights.
    pub(super) fn fill(&mut self, vectors: &[&TermVector], searched: usize, most: usize) {
        let vectors = vectors.split_at(searched);
        let all = || vectors.0.iter().chain(vectors.1);
        let terms = all().filter_map(|vector| vector.terms().last());
        self.terms = terms.max().map_or(0, |last| last + 1);
        let step = all().count().div_ceil(SAMPLE).max(1);
        let sampled = all().step_by(step).flat_map(|vector| vector.terms());
        self.cut(sampled.copied().collect());
        let ranges = self.ranges.par_iter_mut().with_max_len(1);
        ranges.for_each(|range| range.count(vectors, most as u32));
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
            .with_max_len(1)
            .for_each(|(range, articles, weights, base)| {
                range.list(vectors, articles, weights, base);
            });
    }

    /// Cuts the terms into ranges of about as many weights, by a sample of them.
    fn cut(&mut self, mut sample: Vec<u32>) {
        // each reads all vectors, and some take longer than others: two for each thread, the next to whoever is free
        let ranges = 2 * rayon::current_num_threads();
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

    /// The places of the entries of a vector, in the order of its weights, given the number of those that are looked
    /// up before it.
    pub(super) fn places(&self, before: usize) -> impl Iterator<Item = u32> {
        let places = self.ranges.iter().map(move |range| {
            let (first, end) = (range.firsts[before], range.firsts[before + 1]);
            &range.places[first as usize..end as usize]
        });
        places.flatten().copied()
    }
}

/// The vectors that are only found, and those that are looked up too.
type Listed<'a, 'v> = (&'a [&'v TermVector], &'a [&'v TermVector]);

impl TermRange {
    /// The terms of a vector that are of this range, by their places in it.
    fn of(&self, vector: &TermVector) -> Range<usize> {
        let terms = vector.terms();
        let first = terms.partition_point(|term| *term < self.terms.start);
        let own = terms[first..].partition_point(|term| *term < self.terms.end);
        first..first + own
    }

    /// Where the counts of a term stand.
    fn at(&self, term: u32) -> usize {
        (term - self.terms.start) as usize
    }

    /// Counts how many have each term.
    fn count(&mut self, vectors: Listed<'_, '_>, most: u32) {
        for counts in [&mut self.next, &mut self.left_out] {
            counts.clear();
            counts.resize(self.terms.len(), 0);
        }
        for vector in vectors.0 {
            for &term in &vector.terms()[self.of(vector)] {
                let at = self.at(term);
                self.left_out[at] += 1;
            }
        }
        let mut weights = 0;
        self.firsts.clear();
        self.firsts.push(0);
        for vector in vectors.1 {
            let own = &vector.terms()[self.of(vector)];
            for &term in own {
                let at = self.at(term);
                self.next[at] += 1;
            }
            weights += own.len();
            // more than 32 bits hold are refused before they are used
            self.firsts.push(weights as u32);
        }
        self.entries = 0;
        for (length, left_out) in self.next.iter_mut().zip(&mut self.left_out) {
            let before = most.min(*left_out);
            *left_out -= before;
            // of a term that nobody is looked up with nothing is needed
            match *length {
                0 => *left_out = u32::MAX,
                _ => {
                    *length += before;
                    self.entries += 1 + *length as usize;
                }
            }
        }
        self.places.clear();
        self.places.reserve_exact(weights);
    }

    /// Makes the lists, which stand from `base` on among those of all ranges.
    fn list(
        &mut self,
        vectors: Listed<'_, '_>,
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
        let mut put = |next: &mut u32, article, weight| {
            articles[*next as usize] = article;
            weights[*next as usize] = weight;
            *next += 1;
        };
        for (vector, article) in vectors.0.iter().zip(0..) {
            let (all, own) = (vector.parts(), self.of(vector));
            for (&term, &weight) in all.0[own.clone()].iter().zip(&all.1[own]) {
                let at = self.at(term);
                match self.left_out[at] {
                    0 => put(&mut self.next[at], article, weight),
                    u32::MAX => {}
                    _ => self.left_out[at] -= 1,
                }
            }
        }
        for (vector, article) in vectors.1.iter().zip(vectors.0.len() as u32..) {
            let (all, own) = (vector.parts(), self.of(vector));
            for (&term, &weight) in all.0[own.clone()].iter().zip(&all.1[own]) {
                let at = self.at(term);
                self.places.push(base + self.next[at]);
                put(&mut self.next[at], article, weight);
            }
        }
    }
}
