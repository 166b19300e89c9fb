//! Pairs to probabilities: whether two articles report the same event.

use std::ops::Add;

use ahash::AHashSet;
use serde::{Deserialize, Serialize};

use crate::article::Timestamp;
use crate::candidate::Pair;
use crate::crowding;
use crate::error::Error;
use crate::logarithm::{ln, logistic};
use crate::similarity::{self, Own};
use crate::term::TermVector;

/// How much each kind of evidence counts: the log-odds of the same event is
///
/// `cosine · c + crowding · h + log_days · ln(1 + days) + no_date · [a date is missing]
/// + recurring · [issues of a recurring report] + bias + own`
///
/// for two articles with the cosine c of their [term vectors](TermVector) and the mean h of their
/// [crowding](crate::crowding::crowding), and what a [similarity](crate::Similarity) of the
/// caller's own adds. It is linear in all of them, so the mean over the pairs of
/// two clusters comes from sums.
///
/// The default was fitted on labelled news of six kinds; `examples/fit.rs` does it.
///
/// ```
/// use samestory::evidence::EventModel;
///
/// let model = EventModel::default();
/// assert!(model.cosine > 0.0 && model.crowding < 0.0 && model.log_days < 0.0);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventModel {
    /// What a cosine of 1 adds; more than 0.
    pub cosine: f64,
    /// What a mean crowding of 1 adds; 0 or less, as all that follow but the bias.
    pub crowding: f64,
    /// What each unit of ln(1 + days apart) adds.
    pub log_days: f64,
    /// What a missing date adds.
    pub no_date: f64,
    /// What it adds that two articles are issues of a recurring report.
    pub recurring: f64,
    /// The log-odds of two articles of the same second without a common term.
    pub bias: f64,
}

impl Default for EventModel {
    fn default() -> Self {
        Self {
            cosine: 28.0,
            crowding: -16.0,
            log_days: -2.8,
            no_date: -1.75,
            recurring: -17.0,
            bias: -4.75,
        }
    }
}

impl EventModel {
    /// The mean log-odds of the pairs. Meaningless for no pair.
    #[must_use]
    pub fn log_odds(&self, evidence: &Evidence) -> f64 {
        self.parts(evidence).iter().sum()
    }

    /// What the mean log-odds is the sum of: the fields in their order, then the caller's own.
    #[must_use]
    pub fn parts(&self, evidence: &Evidence) -> [f64; 7] {
        let pairs = evidence.pairs as f64;
        [
            self.cosine * evidence.cosine(),
            self.crowding * evidence.crowding(),
            self.log_days * (float(evidence.log_days) / (pairs * LOG_DAY_ONE)),
            self.no_date * (evidence.undated as f64 / pairs),
            self.recurring * (evidence.recurring as f64 / pairs),
            self.bias,
            evidence.own as f64 / (pairs * similarity::ONE),
        ]
    }

    /// The probability in [0, 1] of the mean log-odds; for one pair, that of the same event.
    #[must_use]
    pub fn same_event(&self, evidence: &Evidence) -> f64 {
        logistic(self.log_odds(evidence))
    }

    /// The dot product below which no two articles reach these log-odds: with no time between them
    /// and the least crowding.
    #[must_use]
    pub fn least_dot(&self, log_odds: f64) -> u32 {
        let missing = log_odds - self.bias - self.crowding * crowding::least();
        // one that is 1 at least: without a common term there is nothing to look up
        (missing / self.cosine * TermVector::DOT_ONE as f64).max(1.0) as u32
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let fields = [
            ("event.cosine", self.cosine),
            ("event.crowding", self.crowding),
            ("event.log_days", self.log_days),
            ("event.no_date", self.no_date),
            ("event.recurring", self.recurring),
            ("event.bias", self.bias),
        ];
        for (field, value) in fields {
            if !(-1e6..=1e6).contains(&value) {
                return Err(Error::config(field, value, "-1e6 to 1e6"));
            }
        }
        if self.cosine <= 0.0 {
            return Err(Error::config("event.cosine", self.cosine, "more than 0"));
        }
        let penalties = &fields[1..5];
        match penalties.iter().find(|(_, value)| *value > 0.0) {
            Some(&(field, value)) => Err(Error::config(field, value, "0 or less")),
            None => Ok(()),
        }
    }
}

/// What the story tier knows of the articles, in the library's order.
#[derive(Clone, Copy, Debug)]
pub struct Reports<'a> {
    /// Term vectors.
    pub vectors: &'a [TermVector],
    /// Moments of publication.
    pub published: &'a [Option<Timestamp>],
    /// How close each is to everything around it, [`crowding`](crate::crowding::crowding).
    pub crowding: &'a [i64],
    /// Pairs that are issues of a recurring report.
    pub recurring: &'a AHashSet<Pair>,
    /// How much each kind of evidence counts.
    pub model: &'a EventModel,
    /// What the caller knows beyond that.
    pub own: Option<Own<'a>>,
}

impl Reports<'_> {
    /// The evidence of two different articles.
    pub(crate) fn evidence(self, a: u32, b: u32) -> Evidence {
        self.evidence_of((a, b), self.dot(a, b))
    }

    /// The dot product of their vectors.
    pub(crate) fn dot(self, a: u32, b: u32) -> u64 {
        self.vectors[a as usize].dot(&self.vectors[b as usize])
    }

    /// The evidence of two different articles when this is known.
    pub(crate) fn evidence_of(self, (a, b): Pair, dot: u64) -> Evidence {
        let recurring = self.recurring.contains(&(a.min(b), a.max(b)));
        let (a, b) = (a as usize, b as usize);
        let crowding = self.crowding[a] + self.crowding[b];
        let evidence = Evidence::new(
            dot,
            crowding,
            self.published[a],
            self.published[b],
            recurring,
        );
        evidence.with_own(self.own.map_or(0, |own| own.log_odds(a as u32, b as u32)))
    }
}

/// What speaks for and against the same event, summed over pairs of articles.
///
/// All sums are integers, so it does not matter in which order they were taken.
///
/// # References
///
/// - S. Miranda and others, "Multilingual Clustering of Streaming News" (2018): time beside words.
///
/// ```
/// use samestory::Timestamp;
/// use samestory::evidence::{EventModel, Evidence};
///
/// let at = |hours: i64| Some(Timestamp::from_seconds(hours * 3600));
/// let model = EventModel::default();
/// let together = Evidence::new(0, 0, at(0), at(0), false);
/// assert_eq!(model.log_odds(&together), model.bias);
/// let apart = Evidence::new(0, 0, at(0), at(48), false);
/// assert!(model.same_event(&apart) < model.same_event(&together));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    /// How many pairs of articles.
    pub pairs: u64,
    /// Sum of dot products, in units of 1 / [`TermVector::DOT_ONE`].
    pub dots: u128,
    /// Sum of the crowding of both articles of each pair, in the same unit.
    pub crowding: i128,
    /// Sum of ln(1 + days apart) over pairs with both dates, in units of 2^-20.
    pub log_days: u128,
    /// How many pairs lack a date.
    pub undated: u64,
    /// How many pairs are issues of a recurring report.
    pub recurring: u64,
    /// Sum of the log-odds of the caller's own similarity, in units of 2^-20.
    pub own: i128,
}

/// ln(1 + days) of 1: 2^20.
const LOG_DAY_ONE: f64 = 1_048_576.0;

impl Evidence {
    /// The evidence of one pair of articles: the dot product of their vectors, the sum of their
    /// crowding, their moments, and whether they are issues of a recurring report.
    #[must_use]
    pub fn new(
        dot: u64,
        crowding: i64,
        a_time: Option<Timestamp>,
        b_time: Option<Timestamp>,
        recurring: bool,
    ) -> Self {
        let (log_days, undated) = match (a_time, b_time) {
            (Some(a_time), Some(b_time)) => (log_days(a_time, b_time), 0),
            _ => (0, 1),
        };
        Self {
            pairs: 1,
            dots: dot.into(),
            crowding: crowding.into(),
            log_days,
            undated,
            recurring: recurring.into(),
            own: 0,
        }
    }

    pub(crate) fn with_own(mut self, own: i64) -> Self {
        self.own = own.into();
        self
    }

    /// The mean cosine of the pairs, in [0, 1].
    #[must_use]
    pub fn cosine(&self) -> f64 {
        float(self.dots) / (self.pairs as f64 * TermVector::DOT_ONE as f64)
    }

    /// The mean crowding of the articles, each weighted by its pairs; in [-1, 1].
    #[must_use]
    pub fn crowding(&self) -> f64 {
        self.crowding as f64 / (2.0 * self.pairs as f64 * TermVector::DOT_ONE as f64)
    }
}

/// A sum as a floating-point number. That of a single pair fits into 64 bits, which are converted by one instruction.
fn float(sum: u128) -> f64 {
    match u64::try_from(sum) {
        Ok(sum) => sum as f64,
        Err(_) => sum as f64,
    }
}

impl Add for Evidence {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            pairs: self.pairs + other.pairs,
            dots: self.dots + other.dots,
            crowding: self.crowding + other.crowding,
            log_days: self.log_days + other.log_days,
            undated: self.undated + other.undated,
            recurring: self.recurring + other.recurring,
            own: self.own + other.own,
        }
    }
}

/// ln(1 + days) between two moments, in units of 2^-20.
pub(crate) fn log_days(a: Timestamp, b: Timestamp) -> u128 {
    (ln(1.0 + a.days_from(b)) * LOG_DAY_ONE).round() as u128
}
