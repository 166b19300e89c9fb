//! Terms to the articles that share them, in an index that grows.

use std::cell::RefCell;
use std::sync::OnceLock;
#[cfg(feature = "store")]
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(feature = "store")]
use rayon::prelude::*;

#[cfg(feature = "store")]
use super::entry::{Entries, Entry};
use super::list::{self, List};
use super::pieces::{Piece, Pieces};
#[cfg(feature = "store")]
use super::rows::{Read, put_list};
use crate::lanes::fetch;
use crate::term::TermVector;

/// Which articles are listed under a term: by the number of the term, ascending. Articles come at one end, and most leave
/// at the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Postings(Pieces<Lists>);

/// The lists of so many terms at most.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists(Vec<List>);

/// So many lists are a piece: who asks an index that was just opened for one of them reads all.
const OF_PIECE: usize = if cfg!(test) { 4 } else { 128 };

/// The piece of a term, and its place there.
const fn place(term: u32) -> (usize, usize) {
    (term as usize / OF_PIECE, term as usize % OF_PIECE)
}

impl Piece for Lists {
    #[cfg(feature = "store")]
    fn put_image(&self, bytes: &mut Vec<u8>) {
        for list in &self.0 {
            put_list(bytes, list.iter().map(|article| article.to_le_bytes()));
        }
    }

    #[cfg(feature = "store")]
    fn of_image(bytes: &[u8], _: usize, _: usize) -> Option<Self> {
        let (mut read, mut lists) = (Read(bytes), Vec::with_capacity(OF_PIECE));
        while !read.0.is_empty() {
            let articles = read.number::<usize>()?.checked_mul(4)?;
            let (articles, _) = read.bytes(articles)?.as_chunks();
            let articles = articles.iter().map(|&article| u32::from_le_bytes(article));
            lists.push(articles.collect());
        }
        (lists.len() <= OF_PIECE).then_some(Self(lists))
    }
}

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
        let mut lists = ends.into_iter().map(|end| {
            let list = &articles[std::mem::replace(&mut begin, end)..end];
            let numbers = list.iter().map(|number| number.load(Ordering::Relaxed));
            numbers.collect()
        });
        let pieces =
            (0..terms.div_ceil(OF_PIECE)).map(|_| Lists(lists.by_ref().take(OF_PIECE).collect()));
        Ok((Self(pieces.collect()), frequencies))
    }

    /// The lists in their pieces.
    #[cfg(feature = "store")]
    pub(super) const fn lists(&self) -> &Pieces<Lists> {
        &self.0
    }

    #[cfg(feature = "store")]
    pub(super) const fn of_image(lists: Pieces<Lists>) -> Self {
        Self(lists)
    }

    fn list(&self, term: u32) -> Option<&List> {
        let (piece, at) = place(term);
        self.0.get(piece)?.0.get(at)
    }

    fn list_mut(&mut self, term: u32) -> &mut List {
        let (piece, at) = place(term);
        while self.0.len() <= piece {
            self.0.push(Lists::default());
        }
        let lists = self.0.get_mut(piece).expect("it was put there");
        while lists.0.len() <= at {
            list::push(&mut lists.0, List::default());
        }
        &mut lists.0[at]
    }

    pub(super) fn insert(&mut self, terms: impl Iterator<Item = u32>, article: u32) {
        for term in terms {
            self.list_mut(term).insert(article);
        }
    }

    pub(super) fn remove(&mut self, terms: impl Iterator<Item = u32>, article: u32) {
        for term in terms {
            self.list_mut(term).remove(article);
        }
    }

    /// Asks for the ends of the lists of a vector ahead of their use: each is anywhere in a large memory.
    fn fetch(&self, vector: &TermVector) {
        let lists = |term: u32| self.list(term);
        (vector.weights()).for_each(|weight| fetch(lists(weight.term)));
        for weight in vector.weights() {
            fetch(lists(weight.term).and_then(|list| list.last()));
        }
    }

    /// The articles before a number that are listed under a term.
    pub(super) fn earlier(&self, term: u32, before: u32) -> &[u32] {
        let articles = self.list(term).map_or(&[][..], |list| list);
        match articles.last() {
            Some(&last) if last >= before => {
                &articles[..articles.partition_point(|&other| other < before)]
            }
            _ => articles,
        }
    }

    pub(super) fn bytes(&self) -> usize {
        let lists = self.0.iter_read().map(|lists| {
            let bytes = lists.0.iter().map(List::bytes).sum::<usize>();
            size_of::<OnceLock<Lists>>() + size_of::<List>() * lists.0.capacity() + bytes
        });
        lists.sum()
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
    let lists = vector
        .weights()
        .map(|weight| (postings.earlier(weight.term, before), weight.weight));
    let mut lists: Vec<(&[u32], u32)> = lists.filter(|(list, _)| !list.is_empty()).collect();
    lists.sort_by_key(|(list, _)| list.len());
    SUMS.with_borrow_mut(|sums| {
        let articles = (before - first) as usize;
        if sums.len() < articles {
            sums.resize(articles, 0);
        }
        let mut met: Vec<u32> = Vec::new();
        let mut visits = VISITS;
        for (articles, weight) in lists {
            // squares of weights of length 1, so the sum fits
            let square = weight * weight;
            for &other in articles.iter().rev().take(visits) {
                let sum = &mut sums[(other - first) as usize];
                if *sum == 0 {
                    met.push(other);
                }
                *sum += square;
            }
            visits = visits.saturating_sub(articles.len());
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
