//! Pairs to scores: how much of their text two articles share, exactly.

use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::shingle::Shingles;

/// How many shingles two articles have and share.
///
/// # References
///
/// - A. Broder, "On the resemblance and containment of documents" (1997): both quotients.
///
/// ```
/// use samestory::score::Overlap;
/// use samestory::shingle::Shingles;
/// use samestory::token::tokens;
///
/// let long = Shingles::new(&tokens("the ferry ran aground off the island"), 3);
/// let short = Shingles::new(&tokens("the ferry ran aground"), 3);
/// let overlap = Overlap::new(&long, &short);
/// assert_eq!(overlap.jaccard(), 2.0 / 5.0);
/// assert_eq!(overlap.containment(), 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// Shingles in both.
    pub shared: usize,
    /// Shingles of the article that has fewer.
    pub smaller: usize,
    /// Shingles of the article that has more.
    pub larger: usize,
}

impl Overlap {
    /// Counts, exactly.
    #[must_use]
    pub fn new(a: &Shingles, b: &Shingles) -> Self {
        Self {
            shared: a.shared(b),
            smaller: a.len().min(b.len()),
            larger: a.len().max(b.len()),
        }
    }

    /// Jaccard similarity in [0, 1]: shared shingles over shingles of either. 0 for two empty texts.
    #[must_use]
    pub fn jaccard(&self) -> f64 {
        self.shared as f64 / (self.smaller + self.larger - self.shared).max(1) as f64
    }

    /// Containment in [0, 1]: shared shingles over those of the smaller article. 0 if it is empty.
    ///
    /// It is never less than the Jaccard similarity, so it is also the larger of the two.
    #[must_use]
    pub fn containment(&self) -> f64 {
        self.shared as f64 / self.smaller.max(1) as f64
    }
}

/// From where on two articles are the same text.
///
/// ```
/// use samestory::Config;
/// use samestory::score::{Overlap, SameText};
///
/// let same_text = SameText::new(&Config::default());
/// // a copy cut to a fifth: Jaccard 0.2, but all of it is in the original
/// assert!(same_text.holds(&Overlap { shared: 100, smaller: 100, larger: 500 }));
/// // a headline that another article quotes
/// assert!(!same_text.holds(&Overlap { shared: 5, smaller: 5, larger: 500 }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SameText {
    /// The least Jaccard similarity, in (0, 1]; more with few shared shingles, see
    /// [`SameText::least_jaccard`].
    pub jaccard: f64,
    /// Or the least containment, in (0, 1]; `None` if none suffices.
    pub containment: Option<f64>,
    /// How many shared shingles are enough to mean either.
    pub min_shared: usize,
}

impl SameText {
    /// The thresholds of a configuration.
    #[must_use]
    pub const fn new(config: &Config) -> Self {
        Self {
            jaccard: config.jaccard,
            containment: config.containment,
            min_shared: config.min_shared,
        }
    }

    /// From where on two articles have the same words, so that other numbers days later make them issues of a
    /// [recurring report](crate::recurrence). Never stricter than the default: a market table stays one
    /// for those who look for near-exact copies only.
    ///
    /// ```
    /// use samestory::Config;
    /// use samestory::score::SameText;
    ///
    /// let strict = Config { jaccard: 0.8, containment: Some(0.9), ..Config::default() };
    /// assert_eq!(SameText::new(&strict).jaccard, 0.8);
    /// assert_eq!(SameText::of_issues(&strict), SameText::new(&Config::default()));
    /// ```
    #[must_use]
    pub fn of_issues(config: &Config) -> Self {
        let (own, default) = (Self::new(config), Self::new(&Config::default()));
        let containment = own.containment.into_iter().chain(default.containment);
        Self {
            jaccard: own.jaccard.min(default.jaccard),
            containment: containment.reduce(f64::min),
            min_shared: own.min_shared.min(default.min_shared),
        }
    }

    /// Whether the overlap reaches one of the thresholds.
    #[must_use]
    pub fn holds(&self, overlap: &Overlap) -> bool {
        let enough = overlap.shared >= self.min_shared;
        overlap.jaccard() >= self.least_jaccard(enough)
            || (enough
                && self
                    .containment
                    .is_some_and(|least| overlap.containment() >= least))
    }

    /// The Jaccard similarity that is asked: the threshold if enough shingles are shared, and
    /// halfway from it to 1 if not, because a few words make no text. Two headlines that share
    /// `wins gold in Tokyo` report two events.
    ///
    /// ```
    /// use samestory::Config;
    /// use samestory::score::SameText;
    ///
    /// let same_text = SameText::new(&Config::default());
    /// assert_eq!([true, false].map(|enough| same_text.least_jaccard(enough)), [0.3, 0.65]);
    /// ```
    #[must_use]
    pub const fn least_jaccard(&self, enough_shared: bool) -> f64 {
        if enough_shared {
            self.jaccard
        } else {
            f64::midpoint(self.jaccard, 1.0)
        }
    }
}

/// Two articles that are the same text or probably the same event, with all their scores.
///
/// ```
/// use samestory::{Article, Clusterer};
///
/// let text = "A ferry with 212 people on board ran aground off Marr on Thursday.";
/// let articles = [Article::new("a", "", text), Article::new("b", "", text)];
/// let clustering = Clusterer::new().cluster(&articles).unwrap();
/// let pair = clustering.pairs()[0];
/// assert!(pair.same_text && pair.jaccard == 1.0 && pair.containment == 1.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredPair {
    /// Position of one article in the input; the earlier one in the library's order.
    pub a: usize,
    /// Position of the other.
    pub b: usize,
    /// Exact Jaccard similarity of their shingles, in [0, 1].
    pub jaccard: f64,
    /// Exact containment of the smaller one's shingles in the other's, in [0, 1].
    pub containment: f64,
    /// Probability in [0, 1] that both report the same event.
    pub same_event: f64,
    /// Whether jaccard or containment reaches its threshold, and they are not two issues of a
    /// [recurring report](crate::recurrence).
    pub same_text: bool,
}
