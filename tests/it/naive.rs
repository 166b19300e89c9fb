//! The library's promises computed the long way: all pairs, words as strings, sums of `f64`.
//!
//! Nothing is shared with the library but its documented constants and the table of background
//! frequencies. Good for some hundred articles of ASCII words without apostrophes and hyphens.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use samestory::{Article, Background, Clustering, Config};

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

fn is_number(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
}

/// All that is known of a collection, to be asked pair by pair.
pub(crate) struct Naive<'a> {
    articles: &'a [Article<'a>],
    config: &'a Config,
    /// For each article its windows of words, each once.
    windows: Vec<Vec<String>>,
    /// For each article its words with their weights, of length 1 together.
    weights: Vec<BTreeMap<String, f64>>,
    /// For each article how much closer its neighbours are than those of others.
    crowding: Vec<f64>,
}

impl<'a> Naive<'a> {
    pub(crate) fn new(
        articles: &'a [Article<'a>],
        config: &'a Config,
        background: &Background,
    ) -> Self {
        let texts: Vec<Vec<String>> = articles
            .iter()
            .map(|article| [words(article.title), words(article.body)].concat())
            .collect();
        // an unknown word goes by its first five letters, a word of the title counts three times
        let term = |word: String| {
            let letters = word.bytes().all(|byte| byte.is_ascii_alphabetic());
            let unknown = !background.is_empty() && background.document_frequency(&word) == 0;
            match letters && unknown && word.len() > 5 {
                true => word[..5].to_owned(),
                false => word,
            }
        };
        let counts: Vec<BTreeMap<String, f64>> = articles
            .iter()
            .map(|article| {
                let mut counts = BTreeMap::new();
                for (text, times) in [(article.title, 3.0), (article.body, 1.0)] {
                    for word in words(text) {
                        *counts.entry(term(word)).or_default() += times;
                    }
                }
                counts
            })
            .collect();
        let mut frequencies: BTreeMap<&str, f64> = BTreeMap::new();
        for word in counts.iter().flat_map(BTreeMap::keys) {
            *frequencies.entry(word).or_default() += 1.0;
        }
        let trust = config.background_trust;
        let idf = |word: &str| {
            let listed = f64::from(background.document_frequency(word));
            let expected = trust * listed / f64::from(background.articles());
            let known = 1.0 + trust + articles.len() as f64;
            (known / (1.0 + expected + frequencies[word])).ln().max(0.0)
        };
        let weights = |counts: &BTreeMap<String, f64>| {
            let mut weights: BTreeMap<String, f64> = counts
                .iter()
                .map(|(word, count)| {
                    let kind = if is_number(word) { 1.8 } else { 1.0 };
                    (word.clone(), count.sqrt() * idf(word) * kind)
                })
                .collect();
            let length = weights.values().map(|w| w * w).sum::<f64>().sqrt();
            if length > 0.0 {
                weights.values_mut().for_each(|weight| *weight /= length);
            }
            weights
        };
        Self {
            articles,
            config,
            weights: counts.iter().map(weights).collect(),
            crowding: vec![0.0; articles.len()],
            windows: texts
                .iter()
                .map(|text| windows(text, config.shingle_words))
                .collect(),
        }
    }

    /// The same with the crowding of the articles, which looks at groups of copies.
    pub(crate) fn crowded(mut self, clustering: &Clustering) -> Self {
        let all = self.articles.len();
        if all < 2 {
            return self;
        }
        let nearest = all.min(8) - 1;
        let mean = |article: usize| {
            let mut cosines: Vec<f64> = Vec::new();
            for group in clustering.groups() {
                let others = group.articles.iter().filter(|&&other| other != article);
                let mut of_group: Vec<f64> =
                    others.map(|&other| self.cosine(article, other)).collect();
                of_group.sort_by(|a, b| b.total_cmp(a));
                cosines.extend(
                    of_group
                        .iter()
                        .take(4)
                        .map(|cosine| (cosine - 0.07).max(0.0)),
                );
            }
            cosines.sort_by(|a, b| b.total_cmp(a));
            cosines.iter().take(nearest).sum::<f64>() / nearest as f64
        };
        let means: Vec<f64> = (0..all).map(mean).collect();
        let middle = means.iter().sum::<f64>() / all as f64;
        let crowding = means.iter().zip(&self.weights).map(|(mean, weights)| {
            let terms = weights.len() as f64;
            ((mean - middle) * terms / (terms + 25.0)).max(-0.1)
        });
        self.crowding = crowding.collect();
        self
    }

    /// The windows of an article, each once.
    pub(crate) fn windows(&self, article: usize) -> &[String] {
        &self.windows[article]
    }

    fn shared(&self, a: usize, b: usize) -> usize {
        let other = &self.windows[b];
        let in_other = |window: &&String| other.binary_search(window).is_ok();
        self.windows[a].iter().filter(in_other).count()
    }

    pub(crate) fn jaccard(&self, a: usize, b: usize) -> f64 {
        let (shared, all) = (self.shared(a, b), &self.windows);
        let either = all[a].len() + all[b].len() - shared;
        if either == 0 {
            return 0.0;
        }
        shared as f64 / either as f64
    }

    pub(crate) fn containment(&self, a: usize, b: usize) -> f64 {
        let smaller = self.windows[a].len().min(self.windows[b].len());
        if smaller == 0 {
            return 0.0;
        }
        self.shared(a, b) as f64 / smaller as f64
    }

    pub(crate) fn same_text(&self, a: usize, b: usize) -> bool {
        self.same_words(a, b, self.config) && !self.other_numbers_days_later(a, b)
    }

    /// Whether the two are issues of a recurring report.
    pub(crate) fn recurring(&self, a: usize, b: usize) -> bool {
        let (own, default) = (self.config, Config::default());
        // never stricter than the default
        let lax = Config {
            jaccard: own.jaccard.min(default.jaccard),
            containment: Some(own.containment.map_or(0.5, |least| least.min(0.5))),
            min_shared: own.min_shared.min(default.min_shared),
            ..default
        };
        self.same_words(a, b, &lax) && self.other_numbers_days_later(a, b)
    }

    fn other_numbers_days_later(&self, a: usize, b: usize) -> bool {
        let numbers = |article: usize| -> BTreeSet<String> {
            let article = &self.articles[article];
            let all = [words(article.title), words(article.body)].concat();
            all.into_iter().filter(|word| is_number(word)).collect()
        };
        let (of_a, of_b) = (numbers(a), numbers(b));
        let (shared, all) = (of_a.intersection(&of_b).count(), of_a.union(&of_b).count());
        let dates = self.articles[a].published.zip(self.articles[b].published);
        let days = dates.map_or(0.0, |(a, b)| a.days_from(b));
        days >= 4.0 && (shared as f64) < all as f64 * 2.0 / 3.0
    }

    fn same_words(&self, a: usize, b: usize, config: &Config) -> bool {
        let enough = self.shared(a, b) >= config.min_shared;
        let least = config.containment;
        let contained = least.is_some_and(|least| self.containment(a, b) >= least);
        let limit = config.jaccard;
        self.jaccard(a, b) >= if enough { limit } else { (limit + 1.0) / 2.0 }
            || (contained && enough)
    }

    pub(crate) fn cosine(&self, a: usize, b: usize) -> f64 {
        let other = &self.weights[b];
        let products = self.weights[a]
            .iter()
            .map(|(word, weight)| weight * other.get(word).copied().unwrap_or(0.0));
        products.sum()
    }

    pub(crate) fn log_odds(&self, a: usize, b: usize) -> f64 {
        let model = &self.config.event;
        let time = match (self.articles[a].published, self.articles[b].published) {
            (Some(a), Some(b)) => {
                let days = a.seconds().abs_diff(b.seconds()) as f64 / 86_400.0;
                model.log_days * (1.0 + days).ln()
            }
            _ => model.no_date,
        };
        let crowding = model.crowding * (self.crowding[a] + self.crowding[b]) / 2.0;
        let recurring = if self.recurring(a, b) {
            model.recurring
        } else {
            0.0
        };
        model.cosine * self.cosine(a, b) + crowding + time + recurring + model.bias
    }

    pub(crate) fn same_event(&self, a: usize, b: usize) -> f64 {
        1.0 / (1.0 + (-self.log_odds(a, b)).exp())
    }

    /// By time, those without one last, then by the bytes of the id.
    pub(crate) fn earlier(&self, a: usize, b: usize) -> Ordering {
        let (a, b) = (&self.articles[a], &self.articles[b]);
        match (a.published, b.published) {
            (Some(x), Some(y)) if x != y => x.seconds().cmp(&y.seconds()),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            _ => a.id.as_bytes().cmp(b.id.as_bytes()),
        }
    }

    /// Average link from these clusters, all means anew in each round, and how close the closest
    /// of its decisions was: to the limit, or to another join of one of the two clusters.
    pub(crate) fn average_link(&self, mut clusters: Vec<Vec<usize>>) -> (Vec<Vec<usize>>, f64) {
        let all = 0..self.articles.len();
        let log_odds: Vec<Vec<f64>> = all
            .clone()
            .map(|a| all.clone().map(|b| self.log_odds(a, b)).collect())
            .collect();
        let limit = (self.config.same_event / (1.0 - self.config.same_event)).ln();
        let mut closest = f64::INFINITY;
        loop {
            let mut joins = Vec::new();
            for (i, a) in clusters.iter().enumerate() {
                for (j, b) in clusters.iter().enumerate().skip(i + 1) {
                    let pairs = a.iter().flat_map(|&x| b.iter().map(move |&y| (x, y)));
                    let sum: f64 = pairs.map(|(x, y)| log_odds[x][y]).sum();
                    joins.push((sum / (a.len() * b.len()) as f64, i, j));
                }
            }
            let Some(&(best, into, from)) = joins.iter().max_by(|x, y| x.0.total_cmp(&y.0)) else {
                return (clusters, closest);
            };
            closest = closest.min((best - limit).abs());
            if best < limit {
                return (clusters, closest);
            }
            for &(other, i, j) in &joins {
                let touches = [i, j].contains(&into) != [i, j].contains(&from);
                if touches && other >= limit {
                    closest = closest.min(best - other);
                }
            }
            let moved = clusters.remove(from);
            clusters[into].extend(moved);
        }
    }
}

/// All windows of so many words, sorted, each once; of a shorter text the one of all its words.
fn windows(text: &[String], length: usize) -> Vec<String> {
    let mut windows: Vec<String> = if text.is_empty() {
        Vec::new()
    } else if text.len() < length {
        vec![text.join(" ")]
    } else {
        text.windows(length).map(|words| words.join(" ")).collect()
    };
    windows.sort();
    windows.dedup();
    windows
}
