//! Word statistics of a stream: how common each term was when an article came.

use std::collections::BTreeMap;

use super::state::{Entry, Settings};
use super::words::{Counts, Dictionary, Fresh};
use crate::crowding;
use crate::term::{Idf, KnownTerm, TermVector, Vectors};

/// The word statistics of an index over time.
///
/// An article keeps the weights that its words had when it came, so what was found stays found when a name
/// becomes common. New weights are taken from the articles of the index at that moment, after each eighth of it
/// that came in, and at least 64 articles: an *epoch*. So statistics age with the window.
#[derive(Clone, Debug, Default)]
pub(super) struct Epochs {
    /// Epochs that articles are of, and the one at hand.
    epochs: BTreeMap<u32, Epoch>,
    current: u32,
    /// How many articles came since it began.
    since: usize,
    /// In how many articles of the index each term is.
    frequencies: Vec<u32>,
    articles: usize,
    /// The sum of what the crowding of all articles is made of.
    nearest: i128,
}

/// Statistics of one moment.
#[derive(Clone, Debug, Default)]
struct Epoch {
    /// By the number of the term.
    idf: Box<[f32]>,
    /// How many articles there were, and the sum of their [`Entry::nearest`].
    articles: usize,
    nearest: i128,
    /// How many articles are of it.
    members: usize,
}

/// An epoch is at least that long.
const LEAST: usize = 64;
/// Or this part of the index.
const PART: usize = 8;

impl Epochs {
    pub(super) fn bytes(&self) -> usize {
        let idf = self.epochs.values().map(|epoch| 4 * epoch.idf.len());
        idf.sum::<usize>() + 4 * self.frequencies.capacity()
    }

    pub(super) const fn current(&self) -> u32 {
        self.current
    }

    fn epoch(&self, epoch: u32) -> Option<&Epoch> {
        self.epochs.get(&epoch)
    }

    /// The idf of a term in an epoch. One that is new is in the article at hand alone.
    fn idf(&self, epoch: u32, term: u32, names: (&Dictionary, &Fresh), settings: &Settings) -> f64 {
        let of = self.epoch(epoch);
        if let Some(&idf) = of.and_then(|epoch| epoch.idf.get(term as usize)) {
            return idf.into();
        }
        let (dictionary, fresh) = names;
        let terms = dictionary.terms();
        let term = match terms.get(term as usize) {
            Some(term) => *term,
            None => fresh.terms[term as usize - terms.len()],
        };
        let articles = of.map_or(0, |epoch| epoch.articles);
        let idf = Idf::new(
            articles,
            &settings.background,
            settings.config.background_trust,
        );
        f64::from(idf.of(term.hash, 1) as f32)
    }

    /// The vector of an article that came in an epoch.
    pub(super) fn vector(
        &self,
        epoch: u32,
        counts: &Counts,
        names: (&Dictionary, &Fresh),
        settings: &Settings,
    ) -> TermVector {
        let terms = names.0.terms();
        let known = counts.iter().map(|&(term, count)| {
            let number = match terms.get(term as usize) {
                Some(term) => term.number,
                None => names.1.terms[term as usize - terms.len()].number,
            };
            let idf = self.idf(epoch, term, names, settings);
            (KnownTerm::new(term, idf, number), count)
        });
        Vectors::default().of(known)
    }

    /// The terms of a vector with their weights, the rarest first.
    pub(super) fn rarest_first(
        &self,
        vector: &TermVector,
        epoch: u32,
        names: (&Dictionary, &Fresh),
        settings: &Settings,
    ) -> Vec<(u32, u32)> {
        let idf = |term| self.idf(epoch, term, names, settings);
        let weights = vector.weights().map(|w| (idf(w.term), w.term, w.weight));
        let mut weights: Vec<(f64, u32, u32)> = weights.collect();
        weights.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        weights
            .into_iter()
            .map(|(_, term, weight)| (term, weight))
            .collect()
    }

    /// The crowding of an article, against the mean of those before its epoch.
    pub(super) fn crowding(&self, entry: &Entry) -> i64 {
        let known = self.epoch(entry.epoch).filter(|epoch| epoch.articles > 0);
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
    pub(super) fn count(&mut self, counts: &Counts, entry: &Entry) {
        for &(term, _) in counts {
            let term = term as usize;
            if self.frequencies.len() <= term {
                self.frequencies.resize(term + 1, 0);
            }
            self.frequencies[term] += 1;
        }
        self.articles += 1;
        self.since += 1;
        self.nearest += i128::from(entry.nearest);
        self.epochs.entry(entry.epoch).or_default().members += 1;
    }

    /// Takes an article out of the counts.
    pub(super) fn discount(&mut self, counts: &Counts, entry: &Entry) {
        for &(term, _) in counts {
            self.frequencies[term as usize] -= 1;
        }
        self.articles -= 1;
        self.nearest -= i128::from(entry.nearest);
        if let Some(epoch) = self.epochs.get_mut(&entry.epoch) {
            epoch.members -= 1;
            if epoch.members == 0 && entry.epoch != self.current {
                self.epochs.remove(&entry.epoch);
            }
        }
    }

    /// Takes the mean crowding of this moment for the epoch that has just begun.
    pub(super) fn settle_mean(&mut self) {
        let (articles, nearest) = (self.articles, self.nearest);
        if let Some(epoch) = self.epochs.get_mut(&self.current) {
            (epoch.articles, epoch.nearest) = (articles, nearest);
        }
    }

    /// An article of an epoch is of the current one now.
    pub(super) fn moved(&mut self, before: u32) -> u32 {
        if let Some(epoch) = self.epochs.get_mut(&before) {
            epoch.members -= 1;
            if epoch.members == 0 && before != self.current {
                self.epochs.remove(&before);
            }
        }
        self.epochs.entry(self.current).or_default().members += 1;
        self.current
    }

    /// Another sum for the crowding of an article.
    pub(super) fn replace(&mut self, old: &Entry, new: &Entry) {
        self.nearest += i128::from(new.nearest) - i128::from(old.nearest);
    }

    /// Whether an epoch has lasted long enough.
    pub(super) fn is_over(&self) -> bool {
        let articles = self.epoch(self.current).map_or(0, |epoch| epoch.articles);
        self.since >= LEAST.max(articles / PART)
    }

    /// Begins an epoch with the statistics of this moment.
    pub(super) fn begin(&mut self, dictionary: &Dictionary, settings: &Settings) {
        let idf = Idf::new(
            self.articles,
            &settings.background,
            settings.config.background_trust,
        );
        let of_term = |(term, &frequency): (&super::words::Term, &u32)| {
            idf.of(term.hash, frequency.max(1)) as f32
        };
        let epoch = Epoch {
            idf: dictionary
                .terms()
                .iter()
                .zip(&self.frequencies)
                .map(of_term)
                .collect(),
            articles: self.articles,
            nearest: self.nearest,
            members: 0,
        };
        if self
            .epoch(self.current)
            .is_some_and(|epoch| epoch.members == 0)
        {
            self.epochs.remove(&self.current);
        }
        self.current += 1;
        self.since = 0;
        self.epochs.insert(self.current, epoch);
    }
}
