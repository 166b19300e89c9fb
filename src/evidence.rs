//! Pairs to probabilities: whether two articles report the same event.

use std::ops::Add;

use crate::article::Timestamp;
use crate::logarithm::{ln, logistic};
use crate::term::TermVector;

/// The log-odds that an idf-weighted cosine of 1 adds.
pub const PER_COSINE: f64 = 19.366_852;
/// The log-odds that each unit of ln(1 + days apart) adds.
pub const PER_LOG_DAY: f64 = -1.082_759;
/// The log-odds that a missing date adds.
pub const NO_DATE: f64 = -0.956_596;
/// The log-odds of two articles of the same second without a common term.
pub const BIAS: f64 = -4.408_18;

/// What the story tier knows of the articles, in the library's order.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    /// Term vectors.
    pub vectors: &'a [TermVector],
    /// Moments of publication.
    pub published: &'a [Option<Timestamp>],
}

impl Reports<'_> {
    /// The evidence of one pair of articles.
    pub(crate) fn evidence(self, a: u32, b: u32) -> Evidence {
        let (a, b) = (a as usize, b as usize);
        Evidence::of_pair(
            &self.vectors[a],
            self.published[a],
            &self.vectors[b],
            self.published[b],
        )
    }
}

/// What speaks for and against the same event, summed over pairs of articles.
///
/// The log-odds of one pair is
/// `PER_COSINE cosine + PER_LOG_DAY ln(1 + days) + NO_DATE [a date is missing] + BIAS`, fitted by
/// logistic regression on labelled news. It is linear in everything summed here, so the mean
/// log-odds over many pairs comes from the sums alone; and the sums are integers, so it does not
/// matter in which order they were taken.
///
/// # References
///
/// - S. Miranda and others, "Multilingual Clustering of Streaming News" (2018): time beside words.
///
/// ```
/// use samestory::Timestamp;
/// use samestory::evidence::{self, Evidence};
/// use samestory::term::TermVector;
///
/// let at = |hours: i64| Some(Timestamp::from_seconds(hours * 3600));
/// let nothing = TermVector::default();
/// let together = Evidence::of_pair(&nothing, at(0), &nothing, at(0));
/// assert_eq!(together.log_odds(), evidence::BIAS);
/// let apart = Evidence::of_pair(&nothing, at(0), &nothing, at(48));
/// assert!(apart.same_event() < together.same_event());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// How many pairs of articles.
    pub pairs: u64,
    /// Sum of dot products, in units of 1 / [`TermVector::DOT_ONE`].
    pub dots: u128,
    /// Sum of ln(1 + days apart) over pairs with both dates, in units of 2^-20.
    pub log_days: u128,
    /// How many pairs lack a date.
    pub undated: u64,
}

/// ln(1 + days) of 1: 2^20.
const LOG_DAY_ONE: f64 = 1_048_576.0;

impl Evidence {
    /// The evidence of one pair of articles.
    #[must_use]
    pub fn of_pair(
        a: &TermVector,
        a_time: Option<Timestamp>,
        b: &TermVector,
        b_time: Option<Timestamp>,
    ) -> Self {
        let (log_days, undated) = match (a_time, b_time) {
            (Some(a_time), Some(b_time)) => (log_days(a_time, b_time), 0),
            _ => (0, 1),
        };
        Self {
            pairs: 1,
            dots: a.dot(b).into(),
            log_days,
            undated,
        }
    }

    /// The mean cosine of the pairs, in [0, 1].
    #[must_use]
    pub fn cosine(&self) -> f64 {
        self.dots as f64 / (self.pairs as f64 * TermVector::DOT_ONE as f64)
    }

    /// The mean log-odds of the pairs. Meaningless for no pair.
    #[must_use]
    pub fn log_odds(&self) -> f64 {
        self.parts().iter().sum()
    }

    /// What the mean log-odds is the sum of: cosine, time apart, missing dates, bias.
    #[must_use]
    pub fn parts(&self) -> [f64; 4] {
        let pairs = self.pairs as f64;
        [
            PER_COSINE * self.cosine(),
            PER_LOG_DAY * (self.log_days as f64 / (pairs * LOG_DAY_ONE)),
            NO_DATE * (self.undated as f64 / pairs),
            BIAS,
        ]
    }

    /// The probability in [0, 1] of the mean log-odds; for one pair, that of the same event.
    #[must_use]
    pub fn same_event(&self) -> f64 {
        logistic(self.log_odds())
    }
}

impl Add for Evidence {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            dots: self.dots + other.dots,
            log_days: self.log_days + other.log_days,
            undated: self.undated + other.undated,
        }
    }
}

/// ln(1 + days) between two moments, in units of 2^-20.
pub(crate) fn log_days(a: Timestamp, b: Timestamp) -> u128 {
    (ln(1.0 + a.days_from(b)) * LOG_DAY_ONE).round() as u128
}

/// The smallest dot product with which two articles of the same second reach these log-odds.
pub(crate) fn least_dot(log_odds: f64) -> u64 {
    ((log_odds - BIAS) / PER_COSINE * TermVector::DOT_ONE as f64).max(1.0) as u64
}
