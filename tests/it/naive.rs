//! The library's promises computed the long way: all pairs, words as strings, sums of `f64`.
//!
//! Nothing is shared with the library but its documented constants and the table of background
//! frequencies. Good for some hundred articles of ASCII words without apostrophes and hyphens.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use samestory::evidence::{BIAS, NO_DATE, PER_COSINE, PER_LOG_DAY};
use samestory::{Article, Background, Config};

/// The words of a text in lower case.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

/// All that is known of a collection, to be asked pair by pair.
pub(crate) struct Naive<'a> {
    articles: &'a [Article<'a>],
    config: &'a Config,
    /// For each article its windows of words, each once.
    windows: Vec<Vec<String>>,
    /// For each article its words with their weights, of length 1 together.
    weights: Vec<BTreeMap<String, f64>>,
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
        let mut frequencies: BTreeMap<&str, f64> = BTreeMap::new();
        for text in &texts {
            let mut distinct: Vec<&str> = text.iter().map(String::as_str).collect();
            distinct.sort_unstable();
            distinct.dedup();
            for word in distinct {
                *frequencies.entry(word).or_default() += 1.0;
            }
        }
        let trust = config.background_trust;
        let idf = |word: &str| {
            let listed = f64::from(background.document_frequency(word));
            let expected = trust * listed / f64::from(background.articles());
            let known = 1.0 + trust + articles.len() as f64;
            (known / (1.0 + expected + frequencies[word])).ln().max(0.0)
        };
        let weights = |text: &Vec<String>| {
            let mut counts: BTreeMap<String, f64> = BTreeMap::new();
            for word in text {
                *counts.entry(word.clone()).or_default() += 1.0;
            }
            let mut weights: BTreeMap<String, f64> = counts
                .into_iter()
                .map(|(word, count)| {
                    let weight = (1.0 + count.ln()) * idf(&word);
                    (word, weight)
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
            weights: texts.iter().map(weights).collect(),
            windows: texts
                .iter()
                .map(|text| windows(text, config.shingle_words))
                .collect(),
        }
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
        let contained = self.containment(a, b) >= self.config.containment;
        self.jaccard(a, b) >= self.config.jaccard
            || (contained && self.shared(a, b) >= self.config.min_shared)
    }

    pub(crate) fn cosine(&self, a: usize, b: usize) -> f64 {
        let other = &self.weights[b];
        let products = self.weights[a]
            .iter()
            .map(|(word, weight)| weight * other.get(word).copied().unwrap_or(0.0));
        products.sum()
    }

    pub(crate) fn log_odds(&self, a: usize, b: usize) -> f64 {
        let time = match (self.articles[a].published, self.articles[b].published) {
            (Some(a), Some(b)) => {
                let days = a.seconds().abs_diff(b.seconds()) as f64 / 86_400.0;
                PER_LOG_DAY * (1.0 + days).ln()
            }
            _ => NO_DATE,
        };
        PER_COSINE * self.cosine(a, b) + time + BIAS
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
