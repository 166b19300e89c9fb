//! Terms to the articles that share them, in an index that grows.

use std::cell::RefCell;
use std::collections::{VecDeque, vec_deque};
#[cfg(feature = "store")]
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(feature = "store")]
use rayon::prelude::*;

#[cfg(feature = "store")]
use super::entry::{Entries, Entry};
use crate::lanes::fetch;
use crate::term::TermVector;

/// Which articles are listed under a term: by the number of the term, ascending. Articles come at one end, and most leave
/// at the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings(Vec<VecDeque<u32>>);

impl Postings {
    /// The lists of so many terms, and in how many articles each term is, made by all threads. An error is the number
    /// of an article that has another term.
    #[cfg(feature = "store")]
    pub(super) fn of_entries(entries: &Entries, terms: usize) -> Result<(Self, Vec<u32>), u32> {
        let entries: Vec<(u32, &Entry)> = entries.iter().collect();
        let of_thread = entries.len().div_ceil(rayon::current_num_threads()).max(1);
        // of the articles of each thread, how many each term is in, and how many of them are listed under it
        let count = |entries: &[(u32, &Entry)]| {
            let mut counts = vec![[0usize; 2]; terms];
            for (number, entry) in entries {
                for term in entry.vector.terms() {
                    let [all, listed] = counts.get_mut(term.term as usize).ok_or(*number)?;
                    *all += 1;
                    *listed += usize::from(term.listed);
                }
            }
            Ok(counts)
        };
        let counts: Vec<Result<Vec<[usize; 2]>, u32>> =
            entries.par_chunks(of_thread).map(count).collect();
        let mut counts = counts.into_iter().collect::<Result<Vec<_>, _>>()?;
        // all lists, one behind the other; the second count becomes the place where a thread goes on in a list
        let (mut frequencies, mut ends) = (Vec::with_capacity(terms), Vec::with_capacity(terms));
        let mut end = 0;
        for term in 0..terms {
            let mut frequency = 0;
            for counts in &mut counts {
                let [all, listed] = &mut counts[term];
                frequency += *all;
                end += std::mem::replace(listed, end);
            }
            frequencies.push(frequency as u32);
            ends.push(end);
        }
        let articles: Vec<AtomicU32> = (0..end).map(|_| AtomicU32::new(0)).collect();
        let fill = |(entries, places): (&[(u32, &Entry)], &mut Vec<[usize; 2]>)| {
            for &(number, entry) in entries {
                for term in entry.vector.listed() {
                    let [_, place] = &mut places[term as usize];
                    // where no other thread writes
                    articles[*place].store(number, Ordering::Relaxed);
                    *place += 1;
                }
            }
        };
        let parts = entries.par_chunks(of_thread).zip(&mut counts);
        parts.for_each(fill);
        let mut begin = 0;
        let lists = ends.into_iter().map(|end| {
            let list = &articles[std::mem::replace(&mut begin, end)..end];
            let numbers = list.iter().map(|number| number.load(Ordering::Relaxed));
            numbers.collect()
        });
        Ok((Self(lists.collect()), frequencies))
    }

    pub(super) fn insert(&mut self, terms: impl Iterator<Item = u32>, article: u32) {
        for term in terms {
            let term = term as usize;
            if self.0.len() <= term {
                self.0.resize_with(term + 1, VecDeque::new);
            }
            let articles = &mut self.0[term];
            match articles.back() {
                Some(&last) if last >= article => {
                    if let Err(at) = articles.binary_search(&article) {
                        articles.insert(at, article);
                    }
                }
                _ => articles.push_back(article),
            }
        }
    }

    pub(super) fn remove(&mut self, terms: impl Iterator<Item = u32>, article: u32) {
        for term in terms {
            let articles = &mut self.0[term as usize];
            if let Ok(at) = articles.binary_search(&article) {
                articles.remove(at);
            }
            if articles.len() * 4 < articles.capacity() {
                articles.shrink_to(articles.len() * 2);
            }
        }
    }

    /// Asks for the ends of the lists of a vector ahead of their use: each is anywhere in a large memory.
    fn fetch(&self, vector: &TermVector) {
        let lists = |term: u32| self.0.get(term as usize);
        (vector.weights()).for_each(|weight| fetch(lists(weight.term)));
        for weight in vector.weights() {
            fetch(lists(weight.term).and_then(VecDeque::back));
        }
    }

    /// The articles before a number that are listed under a term.
    pub(super) fn earlier(&self, term: u32, before: u32) -> vec_deque::Iter<'_, u32> {
        let Some(articles) = self.0.get(term as usize) else {
            return vec_deque::Iter::default();
        };
        match articles.back() {
            Some(&last) if last >= before => {
                articles.range(..articles.partition_point(|&other| other < before))
            }
            _ => articles.iter(),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let lists = self.0.iter().map(|articles| 4 * articles.capacity());
        size_of::<VecDeque<u32>>() * self.0.capacity() + lists.sum::<usize>()
    }
}

/// How many entries are read for an article at most, the shortest lists first.
const VISITS: usize = 1 << 11;
/// How many of the articles met are looked at.
const NEIGHBOURS: usize = 16;

thread_local! {
    /// For each article the sum so far; all 0 between searches.
    static SUMS: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// The articles from `first` to before a number, but for the article itself, that share most of its terms, by the
/// weights that these have in it. Terms under which few are listed are looked at first.
pub(super) fn nearest(
    postings: &Postings,
    vector: &TermVector,
    own: u32,
    (first, before): (u32, u32),
) -> Vec<u32> {
    postings.fetch(vector);
    let lists = vector.weights().map(|weight| {
        let articles = postings.earlier(weight.term, before);
        (articles.len(), articles, weight.weight)
    });
    let mut lists: Vec<(usize, vec_deque::Iter<'_, u32>, u32)> =
        lists.filter(|list| list.0 > 0).collect();
    lists.sort_by_key(|&(length, ..)| length);
    SUMS.with_borrow_mut(|sums| {
        let articles = (before - first) as usize;
        if sums.len() < articles {
            sums.resize(articles, 0);
        }
        let mut met: Vec<u32> = Vec::new();
        let mut visits = VISITS;
        for (length, articles, weight) in lists {
            // squares of weights of length 1, so the sum fits
            let square = weight * weight;
            for &other in articles.rev().take(visits) {
                let sum = &mut sums[(other - first) as usize];
                if *sum == 0 {
                    met.push(other);
                }
                *sum += square;
            }
            visits = visits.saturating_sub(length);
            if visits == 0 {
                break;
            }
        }
        let mut found: Vec<(u32, u32)> = met
            .into_iter()
            .map(|other| (std::mem::take(&mut sums[(other - first) as usize]), other))
            .filter(|&(_, other)| other != own)
            .collect();
        if found.len() > NEIGHBOURS {
            found.select_nth_unstable_by(NEIGHBOURS - 1, |a, b| b.cmp(a));
            found.truncate(NEIGHBOURS);
        }
        found.into_iter().map(|(_, other)| other).collect()
    })
}
