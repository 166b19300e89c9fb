//! Word statistics of a stream: how common each term was when an article came.

use std::collections::BTreeMap;

#[cfg(feature = "store")]
use super::entry::Entries;
use super::entry::Entry;
#[cfg(feature = "store")]
use super::rows::{Counters, Read, put_list};
use super::words::{Counts, Dictionary, Fresh, Term};
use crate::cluster::Clusterer;
use crate::crowding;
use crate::term::{Idf, KnownTerm, TermVector, Vectors};

/// The word statistics of an index over time.
///
/// An article keeps the weights that its words had when it came, so what was found stays found when a name
/// becomes common. New weights are taken from the articles of the index at that moment, after each eighth of it
/// that came in, and at least 64 articles: an *epoch*. So statistics age with the window.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Epochs {
    /// Epochs that articles are of, and the one at hand.
    pub(super) epochs: BTreeMap<u32, Epoch>,
    pub(super) current: u32,
    /// How many articles came since it began.
    pub(super) since: usize,
    /// How much each term says in the epoch at hand, by its number, with what a number weighs more.
    pub(super) idf: Vec<f32>,
    /// In how many articles of the index each term is.
    frequencies: Vec<u32>,
    pub(super) articles: usize,
    /// The sum of what the crowding of all articles is made of.
    pub(super) nearest: i128,
}

/// Statistics of one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Epoch {
    /// How many articles there were, and the sum of their [`Entry::nearest`].
    pub(super) articles: usize,
    pub(super) nearest: i128,
    /// How many articles are of it.
    pub(super) members: usize,
}

/// An epoch is at least that long.
const LEAST: usize = 64;
/// Or this part of the index.
const PART: usize = 8;

impl Epochs {
    pub(super) fn bytes(&self) -> usize {
        let epochs = size_of::<(u32, Epoch)>() * self.epochs.len();
        epochs + 4 * (self.idf.capacity() + self.frequencies.capacity())
    }

    pub(super) const fn current(&self) -> u32 {
        self.current
    }

    fn begun(&self) -> Option<&Epoch> {
        self.epochs.get(&self.current)
    }

    /// How much a term says that is in the article at hand alone.
    fn idf_of_new(&self, clusterer: &Clusterer) -> impl Fn(&Term) -> f32 {
        let articles = self.begun().map_or(0, |epoch| epoch.articles);
        let idf = clusterer.idf(articles);
        move |term| idf.weight(term.hash, term.number, 1) as f32
    }

    /// New terms of the dictionary.
    pub(super) fn learn(&mut self, terms: &[Term], clusterer: &Clusterer) {
        let idf = terms.iter().map(self.idf_of_new(clusterer));
        let idf: Vec<f32> = idf.collect();
        self.idf.extend(idf);
    }

    /// The vector of an article that comes in this epoch.
    pub(super) fn vector(
        &self,
        counts: &Counts,
        fresh: &Fresh,
        clusterer: &Clusterer,
    ) -> TermVector {
        let of_new = self.idf_of_new(clusterer);
        let known = counts.iter().map(|&(term, count)| {
            let known = self.idf.get(term as usize).copied();
            let idf = known.unwrap_or_else(|| of_new(fresh.term(term)));
            (KnownTerm::new(term, idf.into()), count)
        });
        Vectors::default().of(known)
    }

    /// The crowding of an article, against the mean of those before its epoch.
    pub(super) fn crowding(&self, entry: &Entry) -> i64 {
        let known = self.epochs.get(&entry.epoch);
        let known = known.filter(|epoch| epoch.articles > 0);
        let (all, articles) = known.map_or((crowding::USUAL, 1), |epoch| {
            (epoch.nearest, epoch.articles as i128)
        });
        crowding::of_article(
            entry.nearest,
            all,
            articles,
            crowding::NEAREST,
            entry.terms as usize,
        )
    }

    /// Counts an article that comes in; the next epoch may begin behind it.
    pub(super) fn count(&mut self, entry: &Entry) {
        self.count_terms(entry);
        self.since += 1;
        self.nearest += i128::from(entry.nearest);
        self.epochs.entry(entry.epoch).or_default().members += 1;
    }

    /// Counts the terms of an article.
    fn count_terms(&mut self, entry: &Entry) {
        for term in entry.vector.terms() {
            let term = term.term as usize;
            if self.frequencies.len() <= term {
                self.frequencies.resize(term + 1, 0);
            }
            self.frequencies[term] += 1;
        }
        self.articles += 1;
    }

    /// Counts the articles that were kept; terms are counted already.
    #[cfg(feature = "store")]
    pub(super) fn restore(&mut self, entries: &Entries, frequencies: Vec<u32>) {
        self.frequencies = frequencies;
        self.articles = entries.len();
        for (_, entry) in entries.iter() {
            self.epochs.entry(entry.epoch).or_default().members += 1;
        }
    }

    /// Forgets what no article needs, and learns of the terms that came after the epoch at hand began.
    #[cfg(feature = "store")]
    pub(super) fn end_restoring(&mut self, terms: &[Term], clusterer: &Clusterer) {
        let current = self.current;
        let is_needed = |number: &u32, epoch: &mut Epoch| *number == current || epoch.members > 0;
        self.epochs.retain(is_needed);
        self.frequencies.resize(terms.len(), 0);
        let known = self.idf.len().min(terms.len());
        self.learn(&terms[known..], clusterer);
    }

    #[cfg(feature = "store")]
    pub(super) fn to_image(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(4 * (self.idf.len() + self.frequencies.len()));
        put_list(&mut bytes, self.idf.iter().map(|idf| idf.to_le_bytes()));
        let frequencies = self.frequencies.iter();
        put_list(&mut bytes, frequencies.map(|count| count.to_le_bytes()));
        for (number, epoch) in &self.epochs {
            bytes.extend(number.to_le_bytes());
            bytes.extend((epoch.articles as u64).to_le_bytes());
            bytes.extend(epoch.nearest.to_le_bytes());
            bytes.extend((epoch.members as u64).to_le_bytes());
        }
        bytes
    }

    /// Those of an image, but for how many articles there are.
    #[cfg(feature = "store")]
    pub(super) fn of_image(bytes: &[u8], counters: &Counters) -> Option<Self> {
        let mut read = Read(bytes);
        let (idf, frequencies) = (
            read.list(f32::from_le_bytes)?,
            read.list(u32::from_le_bytes)?,
        );
        let mut epochs = BTreeMap::new();
        while !read.0.is_empty() {
            let number = read.u32()?;
            let epoch = Epoch {
                articles: read.u64()?.try_into().ok()?,
                nearest: i128::from_le_bytes(read.array()?),
                members: read.u64()?.try_into().ok()?,
            };
            epochs.insert(number, epoch);
        }
        Some(Self {
            epochs,
            current: counters.epoch,
            since: counters.since as usize,
            idf,
            frequencies,
            articles: 0,
            nearest: counters.nearest,
        })
    }

    /// Counts what articles tell, where counters were lost.
    #[cfg(feature = "store")]
    pub(super) fn mend(&mut self, entries: &Entries) {
        let all = entries.iter().map(|(_, entry)| i128::from(entry.nearest));
        self.nearest = all.sum();
        let latest = entries.iter().map(|(_, entry)| entry.epoch).max();
        self.current = self.current.max(latest.unwrap_or(0));
    }

    /// Takes an article out of the counts.
    pub(super) fn discount(&mut self, entry: &Entry) {
        for term in entry.vector.terms() {
            self.frequencies[term.term as usize] -= 1;
        }
        self.articles -= 1;
        self.nearest -= i128::from(entry.nearest);
        self.leave(entry.epoch);
    }

    /// An article is no longer of an epoch.
    fn leave(&mut self, epoch: u32) {
        if let Some(of) = self.epochs.get_mut(&epoch) {
            of.members -= 1;
            if of.members == 0 && epoch != self.current {
                self.epochs.remove(&epoch);
            }
        }
    }

    /// An article of an epoch is of the current one now.
    pub(super) fn moved(&mut self, before: u32) -> u32 {
        self.epochs.entry(self.current).or_default().members += 1;
        self.leave(before);
        self.current
    }

    /// Takes the mean crowding of this moment for the epoch that has just begun.
    pub(super) fn settle_mean(&mut self) {
        let (articles, nearest) = (self.articles, self.nearest);
        if let Some(epoch) = self.epochs.get_mut(&self.current) {
            (epoch.articles, epoch.nearest) = (articles, nearest);
        }
    }

    /// Another sum for the crowding of an article.
    pub(super) fn replace(&mut self, old: u64, new: u64) {
        self.nearest += i128::from(new) - i128::from(old);
    }

    /// How many articles may come before the next epoch begins.
    pub(super) fn left(&self) -> usize {
        let articles = self.begun().map_or(0, |epoch| epoch.articles);
        LEAST.max(articles / PART).saturating_sub(self.since)
    }

    /// Begins an epoch with the statistics of this moment.
    pub(super) fn begin(&mut self, dictionary: &Dictionary, clusterer: &Clusterer) {
        let idf: Idf<'_> = clusterer.idf(self.articles);
        self.frequencies.resize(dictionary.terms().len(), 0);
        let terms = dictionary.terms().iter().zip(&self.frequencies);
        self.idf = terms
            .map(|(term, &frequency)| idf.weight(term.hash, term.number, frequency.max(1)) as f32)
            .collect();
        if self.begun().is_some_and(|epoch| epoch.members == 0) {
            self.epochs.remove(&self.current);
        }
        self.current += 1;
        self.since = 0;
        self.epochs.insert(
            self.current,
            Epoch {
                articles: self.articles,
                nearest: self.nearest,
                members: 0,
            },
        );
    }
}
