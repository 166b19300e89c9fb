//! Terms to the articles that share them, in an index that grows.

use std::cell::RefCell;

use super::words::Counts;

/// Which articles have a term: by the number of the term, ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings(Vec<Vec<u32>>);

impl Postings {
    pub(super) fn insert(&mut self, counts: &Counts, article: u32) {
        for &(term, _) in counts {
            let term = term as usize;
            if self.0.len() <= term {
                self.0.resize_with(term + 1, Vec::new);
            }
            self.0[term].push(article);
        }
    }

    pub(super) fn remove(&mut self, counts: &Counts, article: u32) {
        for &(term, _) in counts {
            let articles = &mut self.0[term as usize];
            if let Ok(at) = articles.binary_search(&article) {
                articles.remove(at);
            }
        }
    }

    fn of(&self, term: u32) -> &[u32] {
        self.0.get(term as usize).map_or(&[], |articles| articles)
    }

    pub(super) fn bytes(&self) -> usize {
        let lists = self.0.iter().map(|articles| 4 * articles.capacity());
        24 * self.0.capacity() + lists.sum::<usize>()
    }
}

/// How many entries are read for an article at most, rarest terms first.
const VISITS: usize = 1 << 12;
/// How many of the articles met are looked at.
const NEIGHBOURS: usize = 48;

thread_local! {
    /// For each article the sum so far; all 0 between searches.
    static SUMS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// The articles before a number, but for the article itself, that share most of its terms, by the weights that these have
/// in it. `terms` are the rarest first, with their weights.
pub(super) fn nearest(
    postings: &Postings,
    terms: &[(u32, u32)],
    own: u32,
    before: u32,
) -> Vec<u32> {
    SUMS.with_borrow_mut(|sums| {
        if sums.len() < before as usize {
            sums.resize(before as usize, 0);
        }
        let mut met: Vec<u32> = Vec::new();
        let mut visits = VISITS;
        for &(term, weight) in terms {
            let articles = postings.of(term);
            let earlier = &articles[..articles.partition_point(|&other| other < before)];
            // squares of weights of length 1, so the sum fits
            let square = weight * weight;
            for &other in earlier.iter().rev().take(visits) {
                let sum = &mut sums[other as usize];
                if *sum == 0 {
                    met.push(other);
                }
                *sum += square.max(1);
            }
            visits = visits.saturating_sub(earlier.len());
            if visits == 0 {
                break;
            }
        }
        let mut found: Vec<(u32, u32)> = met
            .into_iter()
            .map(|other| (std::mem::take(&mut sums[other as usize]), other))
            .filter(|&(_, other)| other != own)
            .collect();
        if found.len() > NEIGHBOURS {
            found.select_nth_unstable_by(NEIGHBOURS - 1, |a, b| b.cmp(a));
            found.truncate(NEIGHBOURS);
        }
        found.into_iter().map(|(_, other)| other).collect()
    })
}
