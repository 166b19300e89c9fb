//! An article to those before it that share its terms.

use std::ops::Range;

use super::index::TermIndex;
use super::terms::{Limits, NEIGHBOURS};
use crate::lanes::fetch;
use crate::term::{TermVector, Weight};

/// So many lists ahead, the beginning of one is asked for.
const LISTS_AHEAD: usize = 8;
/// So many vectors ahead, one is asked for.
const VECTORS_AHEAD: usize = 2;

/// Searches an index, one article at a time; everything is as it was after each.
pub(super) struct Searcher<'a> {
    index: &'a TermIndex,
    /// What was listed.
    vectors: &'a [&'a TermVector],
    /// From which of them on they are looked up.
    first: usize,
    limits: Limits,
    /// The first of the common terms.
    common: u32,
    /// Where the article's own entries stand.
    places: Vec<u32>,
    /// For each article the sum of the products read.
    dots: Vec<u32>,
    /// The articles whose sum is not 0.
    met: Vec<u32>,
    found: Vec<(u32, u32)>,
    /// The article's own weights spread over all common terms, so that an exact dot product costs a look at
    /// each of the other's terms and no comparison.
    row: Vec<u16>,
}

impl<'a> Searcher<'a> {
    /// What one thread needs to look up these vectors, from the first one on that is looked up.
    pub(super) fn new(
        index: &'a TermIndex,
        vectors: &'a [&'a TermVector],
        first: usize,
        limits: Limits,
    ) -> Self {
        Self {
            index,
            vectors,
            first,
            limits,
            common: index.terms.saturating_sub(limits.common),
            places: Vec::new(),
            dots: vec![0; vectors.len()],
            met: vec![0; limits.visits + 1],
            found: Vec::new(),
            row: vec![0; limits.common as usize],
        }
    }

    /// The articles before this one that share terms with it, with their dot products; at most the
    /// 32 best when not all entries were read.
    pub(super) fn search(&mut self, article: u32, window: Range<u32>) -> &[(u32, u32)] {
        let index = self.index;
        let weights = self.vectors[article as usize].weights();
        self.places.clear();
        let own = index.places(article as usize - self.first);
        self.places.extend(own);
        let (mut visits, mut met) = (self.limits.visits, 0);
        // the first term of which not all was read, and from which article on it was
        let mut rest = None;
        for (at, (weight, &place)) in weights.zip(&self.places).enumerate() {
            // lists begin far from each other
            if let Some(&ahead) = self.places.get(at + LISTS_AHEAD) {
                fetch(index.articles.get(ahead as usize - 1));
                fetch(index.weights.get(ahead as usize - 1));
            }
            let earlier = index.articles[..place as usize].iter();
            let earlier = earlier.zip(&index.weights[..place as usize]);
            let mut last = article;
            for (&other, &other_weight) in earlier.rev() {
                if !window.contains(&other) {
                    break;
                }
                if visits == 0 {
                    rest = Some((at, last));
                    break;
                }
                visits -= 1;
                last = other;
                let dot = &mut self.dots[other as usize];
                // no branch: whether an article was met before is as good as random
                self.met[met] = other;
                met += usize::from(*dot == 0);
                *dot += weight.weight * u32::from(other_weight);
            }
            if rest.is_some() {
                break;
            }
        }
        let dots = &mut self.dots;
        self.found.clear();
        self.found.extend(
            self.met[..met]
                .iter()
                .map(|&other| (other, std::mem::take(&mut dots[other as usize]))),
        );
        if let Some((at, from)) = rest {
            best(&mut self.found);
            self.complete(article, at, from);
        }
        &self.found
    }

    /// Adds the products with an article's weights from this one on, which were not read; of the first of
    /// them, articles from `from` on were.
    fn complete(&mut self, article: u32, at: usize, from: u32) {
        let vector = self.vectors[article as usize];
        let weights = vector.weights().skip(at);
        let first = weights.clone().next().map_or(0, |weight| weight.term);
        if first < self.common {
            // so many articles share a rare term
            for (other, dot) in &mut self.found {
                *dot = vector.dot(self.vectors[*other as usize]) as u32;
            }
            return;
        }
        for Weight { term, weight } in weights.clone() {
            // at most `TermVector::ONE`
            self.row[(term - self.common) as usize] = weight as u16;
        }
        for (other, _) in &self.found {
            fetch(Some(self.vectors[*other as usize]));
        }
        for at in 0..self.found.len() {
            if let Some((ahead, _)) = self.found.get(at + VECTORS_AHEAD) {
                self.vectors[*ahead as usize].fetch();
            }
            let (other, dot) = &mut self.found[at];
            let least = first + u32::from(*other >= from);
            let row = |term: u32| u32::from(self.row[(term - self.common) as usize]);
            *dot += self.vectors[*other as usize].sum_from(least, row);
        }
        for Weight { term, .. } in weights {
            self.row[(term - self.common) as usize] = 0;
        }
    }
}

/// Keeps the 32 with the highest sums; of equally good ones the latest.
fn best(found: &mut Vec<(u32, u32)>) {
    if found.len() <= NEIGHBOURS {
        return;
    }
    // The highest of each of 32 heaps: at least 32 are as high as the lowest of these, so only
    // those have to be put in order. The pass has no branch and no order.
    let mut highest = [0; NEIGHBOURS];
    for heap in found.chunks(NEIGHBOURS) {
        for (highest, &(_, dot)) in highest.iter_mut().zip(heap) {
            *highest = dot.max(*highest);
        }
    }
    let least = highest.into_iter().min().unwrap_or(0);
    found.retain(|&(_, dot)| dot >= least);
    let key = |&(other, dot): &(u32, u32)| (dot, other);
    found.select_nth_unstable_by(NEIGHBOURS - 1, |a, b| key(b).cmp(&key(a)));
    found.truncate(NEIGHBOURS);
}
